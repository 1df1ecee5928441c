package io.leibniz.ir;

/** How an op's result depends on one of its operands: all that differentiation ever asks of an op. */
public sealed interface Dependence {

  /** Piecewise constant in this operand (an index, a predicate, a rounding): no derivative flows. */
  record Constant() implements Dependence {}

  /** Linear in this operand, jointly with the other operands of the same {@code group}. */
  record Linear(int group, Zeros zeros, Adjoint adjoint) implements Dependence {}

  /** Nonlinear, one element at a time: the derivative is multiplication by the local slope. */
  record Smooth(Slope slope) implements Dependence {}

  /** Nonlinear otherwise: the op spells out its tangent, see {@link Op#tangent}. */
  record Curved() implements Dependence {}

  /** The transposed map: the cotangent of the operand, from that of the result {@code y}. */
  interface Adjoint {
    Node of(Node ct, Node y);
  }

  /** dy/dx, element by element. */
  interface Slope {
    Node at(Node y);
  }

  /** What becomes of the structural zeros of a (co)tangent, see {@link Delta}, on its way through a linear op. */
  enum Zeros {
    /** Each stays where it is, and stays 0: neg, add, cast. */
    KEPT,
    /** Each stays where it is, but is multiplied by what may be infinite: mul, div. */
    SCALED,
    /** They go where the elements go: the op itself, applied to supports, says where. */
    MOVED,
    /** Likewise, and the elements that the op passes over get a structural zero as their cotangent: slice, gather, select. */
    PICKED,
    /** Likewise, and the op itself puts structural zeros beside the elements: pad. */
    PADDED,
    /** Here they become the number 0: contractions. */
    ENDED
  }

  Dependence CONSTANT = new Constant();
  Dependence CURVED = new Curved();

  /** Linear in all operands together. */
  static Dependence jointly(Zeros zeros, Adjoint adjoint) {
    return new Linear(-1, zeros, adjoint);
  }

  /** Linear in this operand alone, the others held. */
  static Dependence linear(int operand, Zeros zeros, Adjoint adjoint) {
    return new Linear(operand, zeros, adjoint);
  }
}
