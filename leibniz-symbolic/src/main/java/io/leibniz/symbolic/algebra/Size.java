package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;

/** How long a formula is: the numbers, names, signs and functions that one writes for it. A part that is used twice counts twice. */
final class Size {
  private static final long MOST = Long.MAX_VALUE / 8;

  private final Memo<Long> known = new Memo<>(this::written);
  private final Memo<Long> fractions = new Memo<>(this::fractions);

  long of(Node n) {
    return known.of(n);
  }

  private long written(Node n) {
    if (n.op() instanceof Source.Literal l) return l.dtype().isFloat() && l.number() < 0 ? 2 : 1;
    if (n.op() == Unary.ONE_MINUS_SQUARE) return known.at(n.x(0)) + 4; // 1 - x^2
    if (n.op() == Unary.GAUSS) return known.at(n.x(0)) + 4; // exp(-x^2)
    if (n.op() == Unary.RSQRT) return known.at(n.x(0)) + 3; // 1/sqrt(x)
    if (Relu.is(n)) return known.at(n.x(1)) + 1;
    long sum = 1;
    for (Node x : n.operands()) sum = Math.min(MOST, sum + known.at(x));
    return sum;
  }

  /** Whether {@code a} is shorter than {@code b}; or as long, with fewer fractions. */
  boolean less(Node a, Node b) {
    long x = of(a), y = of(b);
    return x < y || x == y && fractions.of(a) < fractions.of(b);
  }

  private long fractions(Node n) {
    long sum = n.op() == Binary.DIV ? 1 : 0;
    for (Node x : n.operands()) sum = Math.min(MOST, sum + fractions.at(x));
    return sum;
  }
}
