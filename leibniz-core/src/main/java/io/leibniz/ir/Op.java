package io.leibniz.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A primitive operation. Its family says how it iterates, and {@link #on} how its result depends on
 * each operand. Attributes are record components, so that equal ops are equal values.
 */
public sealed interface Op
    permits Source,
        Pointwise,
        Movement,
        Reduction,
        Contraction,
        Indexing,
        Linalg,
        Random,
        Packing,
        Control {

  /** The type of the result. Throws {@link ShapeException} when the operands do not fit. */
  Type type(List<Type> operands);

  /** What the result is. Given stacks, an op acts on them element by element. */
  default Kind kind(List<Kind> operands) {
    boolean stacks = false;
    var elements = new ArrayList<Kind>(operands.size());
    for (Kind x : operands) {
      stacks |= x instanceof Kind.Stack;
      elements.add(x instanceof Kind.Stack(var element) ? element : x);
    }
    if (stacks) return new Kind.Stack(kind(elements));
    var types = new ArrayList<Type>(elements.size());
    for (Kind x : elements) types.add(x.array());
    return type(types);
  }

  Dependence on(int operand);

  /**
   * The tangent of the result {@code y}, from the tangents of all operands at once (null: does not
   * move), in ops that are linear in them. Only of an op with a {@link Dependence.Curved} operand
   * and one result; {@link Factoring#tangents} has those of several.
   */
  default @Nullable Delta tangent(Node y, List<@Nullable Delta> dxs) {
    throw new AssertionError(this + " has no curved operand");
  }
}
