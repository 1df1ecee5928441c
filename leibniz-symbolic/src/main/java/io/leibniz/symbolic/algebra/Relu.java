package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;

/** {@code u > 0 ? u : 0}, which reads as one function: its condition is no part of its own. */
public final class Relu {
  private Relu() {}

  public static boolean is(Node n) {
    return n.op() == Choice.SELECT
        && n.x(2).isFull(0)
        && n.x(0).op() == Compare.GT
        && n.x(0).x(0) == n.x(1)
        && n.x(0).x(1).isFull(0);
  }

  public static Node of(Node u) {
    return u.gt(0).select(u, u.like(0));
  }

  /** What it is the relu of. */
  public static Node inside(Node relu) {
    return relu.x(1);
  }
}
