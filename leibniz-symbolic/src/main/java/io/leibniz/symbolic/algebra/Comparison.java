package io.leibniz.symbolic.algebra;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Unary;
import org.jspecify.annotations.Nullable;

/** Comparisons, rearranged. */
final class Comparison {
  private Comparison() {}

  /** A comparison as that of a shorter difference with 0; decided where bounds do. */
  static Node shortest(Algebra algebra, Node y) {
    if (!(y.op() instanceof Compare c) || !y.x(0).dtype().isFloat()) return y;
    Node difference =
        new Sum(algebra).add(y.x(0), Rational.ONE).add(y.x(1), Rational.MINUS_ONE).node();
    if (Numbers.rational(difference) instanceof Rational d)
      return Node.literal(DType.BOOL, c.of(d.sign(), 0.0) ? 1.0 : 0.0);
    boolean equality = c == Compare.EQ || c == Compare.NE;
    if (equality && y.x(0).op() == Unary.ABS && y.x(1).isFull(0))
      return y.x(0).x(0).compare(c, y.x(1));
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
    s.terms.forEach(
        (m, k) ->
            (k.sign() > 0 && !m.isFull(1) ? left : right)
                .add(m, k.sign() > 0 && !m.isFull(1) ? k : k.negated()));
    Node tried =
        left.terms.isEmpty()
            ? right.node().compare(flipped(direction), Numbers.of(0))
            : left.node().compare(direction, right.node());
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

  /** What holds where {@code p} does not, if it is a comparison of numbers. */
  static Node opposite(Node p) {
    if (!(p.op() instanceof Compare c) || !p.x(0).dtype().isFloat()) return p.not();
    Compare other =
        switch (c) {
          case LT -> Compare.GE;
          case LE -> Compare.GT;
          case GT -> Compare.LE;
          case GE -> Compare.LT;
          case EQ -> Compare.NE;
          case NE -> Compare.EQ;
        };
    return p.x(0).compare(other, p.x(1));
  }

  /** {@code a and b} as one comparison, where both are about the same thing; else as it is. */
  static Node both(Node a, Node b) {
    if (a.op() == Compare.EQ && known(a, b) instanceof Node decided) return decided;
    if (b.op() == Compare.EQ && known(b, a) instanceof Node decided) return decided;
    if (!isOrder(a) || !isOrder(b)) return a.and(b);
    Node great = greater(a), small = less(a);
    Compare c = (Compare) b.op();
    Node right = Node.of(c, known(b.x(0), great, small), known(b.x(1), great, small));
    if (isStrict(a) != isStrict(b)) return a.and(right);
    Compare relation = isStrict(a) ? Compare.GT : Compare.GE;
    if (great == greater(right))
      return great.compare(relation, Node.of(Binary.MAX, small, less(right)));
    if (small == less(right))
      return small.compare(
          isStrict(a) ? Compare.LT : Compare.LE, Node.of(Binary.MIN, great, greater(right)));
    return a.and(right);
  }

  /** {@code x = k and x > l}, for numbers k and l. */
  private static @Nullable Node known(Node equal, Node other) {
    if (!(other.op() instanceof Compare c) || equal.x(0) != other.x(0)) return null;
    if (!(Numbers.rational(equal.x(1)) instanceof Rational k)
        || !(Numbers.rational(other.x(1)) instanceof Rational l)) return null;
    return c.of(k.compareTo(l), 0.0) ? equal : Node.literal(DType.BOOL, 0.0);
  }

  /** {@code n}, where {@code great} is the greater of two. */
  private static Node known(Node n, Node great, Node small) {
    boolean both =
        n.operands().size() == 2 && n.operands().contains(great) && n.operands().contains(small);
    return !both ? n : n.op() == Binary.MAX ? great : n.op() == Binary.MIN ? small : n;
  }

  private static boolean isOrder(Node n) {
    return n.op() instanceof Compare c && c != Compare.EQ && c != Compare.NE;
  }

  private static boolean isStrict(Node n) {
    return n.op() == Compare.GT || n.op() == Compare.LT;
  }

  private static Node greater(Node n) {
    return n.op() == Compare.GT || n.op() == Compare.GE ? n.x(0) : n.x(1);
  }

  private static Node less(Node n) {
    return n.op() == Compare.GT || n.op() == Compare.GE ? n.x(1) : n.x(0);
  }
}
