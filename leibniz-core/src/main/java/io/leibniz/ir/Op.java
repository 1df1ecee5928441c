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
    boolean types = true;
    for (int i = 0; i < operands.size(); i++) types &= operands.get(i) instanceof Type;
    if (types) return type(types(operands));
    var elements = new ArrayList<Kind>(operands.size());
    for (Kind x : operands)
      elements.add(
          switch (x) {
            case Type t -> t;
            case Kind.Stack(var element) -> element;
            case Kind.Tuple t ->
                throw new IllegalStateException(this + " needs arrays, got " + t + "; take a part");
          });
    return new Kind.Stack(kind(elements));
  }

  @SuppressWarnings("unchecked") // each of them is one
  private static List<Type> types(List<? extends Kind> operands) {
    return (List<Type>) operands;
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
