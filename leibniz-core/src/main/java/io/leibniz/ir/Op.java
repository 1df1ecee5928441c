package io.leibniz.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A primitive operation. Its family says how it iterates, and {@link #on} how its result depends on
 * each operand. Attributes are record components, so that equal ops are equal values.
 */
public sealed interface Op
    permits Source, Pointwise, Movement, Reduction, Contraction, Indexing, Linalg, Random {

  /** The type of the result. Throws {@link ShapeException} when the operands do not fit. */
  Type type(List<Type> operands);

  Dependence on(int operand);

  /**
   * The tangent of the result {@code y}, from the tangents of all operands at once (null: does not
   * move), in ops that are linear in them. Only of an op with a {@link Dependence.Curved} operand.
   */
  default @Nullable Delta tangent(Node y, List<@Nullable Delta> dxs) {
    throw new AssertionError(this + " has no curved operand");
  }
}
