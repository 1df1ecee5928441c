package io.leibniz.symbolic.algebra;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Compare;

/** Comparisons, rearranged. */
final class Comparison {
  private Comparison() {}

  /** A comparison as that of a shorter difference with 0; decided where bounds do. */
  static Node shortest(Algebra algebra, Node y) {
    if (!(y.op() instanceof Compare c) || !y.x(0).dtype().isFloat()) return y;
    Node difference = new Sum(algebra).add(y.x(0), Rational.ONE).add(y.x(1), Rational.MINUS_ONE).node();
    if (Numbers.rational(difference) instanceof Rational d) return Node.literal(DType.BOOL, c.of(d.sign(), 0.0) ? 1.0 : 0.0);
    var bounds = algebra.bounds.of(difference);
    if (bounds.isPositive()) return Node.literal(DType.BOOL, c.of(1.0, 0.0) ? 1.0 : 0.0);
    if (bounds.isNegative()) return Node.literal(DType.BOOL, c.of(-1.0, 0.0) ? 1.0 : 0.0);
    var s = algebra.sum(difference);
    Rational content = s.terms.isEmpty() ? Rational.ONE : s.content();
    if (s.terms.size() > 4) return y;
    s.divide(content);
    Compare direction = content.sign() < 0 ? flipped(c) : c;
    var left = new Sum(algebra);
    var right = new Sum(algebra);
    s.terms.forEach((m, k) -> (k.sign() > 0 && !m.isFull(1) ? left : right).add(m, k.sign() > 0 && !m.isFull(1) ? k : k.negated()));
    Node tried = left.terms.isEmpty() ? right.node().compare(flipped(direction), Numbers.of(0)) : left.node().compare(direction, right.node());
    return algebra.size.less(tried, y) ? tried : y;
  }

  private static Compare flipped(Compare c) {
    return switch (c) {
      case LT -> Compare.GT;
      case LE -> Compare.GE;
      case GT -> Compare.LT;
      case GE -> Compare.LE;
      case EQ, NE -> c;
    };
  }
}
