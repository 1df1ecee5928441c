package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import java.util.Comparator;

/** The order in which one writes the factors of a product: numbers, π, names by the alphabet, sums, powers of e, functions. */
final class Order implements Comparator<Node> {
  @Override
  public int compare(Node a, Node b) {
    int ranks = Integer.compare(rank(base(a)), rank(base(b)));
    return ranks != 0 ? ranks : first(a, b);
  }

  private static Node base(Node n) {
    return n.op() == Binary.POW ? n.x(0) : n;
  }

  private static int rank(Node n) {
    Op op = n.op();
    if (Numbers.isE(n)) return 5;
    if (op instanceof Source.Literal) return 0;
    if (op instanceof Source.Parameter) return 2;
    if (op == Unary.SQRT || op == Unary.CBRT) return n.x(0).op() instanceof Source.Literal ? 1 : 4;
    if (op == Unary.LOG && n.x(0).op() instanceof Source.Literal) return 1;
    if (op == Binary.ADD || op == Binary.SUB || op == Unary.ONE_MINUS_SQUARE) return 3;
    if (op == Unary.EXP) return 5;
    return 6;
  }

  /** Equal nodes are the same, so that the first difference decides, and only one path is walked. */
  private static int first(Node a, Node b) {
    while (a != b) {
      Node x = base(a), y = base(b);
      if (x == y) {
        // powers of one base: the greater first
        if (a == x) {
          b = b.x(1);
          a = Numbers.of(1);
        } else if (b == y) {
          a = a.x(1);
          b = Numbers.of(1);
        } else {
          a = a.x(1);
          b = b.x(1);
        }
        if (Numbers.rational(a) instanceof Rational p
            && Numbers.rational(b) instanceof Rational q
            && !p.same(q)) return q.compareTo(p);
        if (a == b) return 0;
        continue;
      }
      a = x;
      b = y;
      int ops = ops(a, b);
      if (ops != 0) return ops;
      int i = 0;
      while (i < a.operands().size() - 1 && a.x(i) == b.x(i)) i++;
      Node p = a.x(i), q = b.x(i);
      a = p;
      b = q;
    }
    return 0;
  }

  private static int ops(Node a, Node b) {
    if (a.op() instanceof Source.Parameter && b.op() instanceof Source.Parameter)
      return Integer.compare(a.number(), b.number());
    if (a.op() instanceof Source.Literal && b.op() instanceof Source.Literal)
      return Double.compare(value(a), value(b));
    int ranks = Integer.compare(rank(a), rank(b));
    if (ranks != 0) return ranks;
    if (a.op().equals(b.op())) return Integer.compare(a.operands().size(), b.operands().size());
    int families = a.op().getClass().getName().compareTo(b.op().getClass().getName());
    return families != 0 ? families : a.op().toString().compareTo(b.op().toString());
  }

  private static double value(Node n) {
    return n.op() instanceof Source.Literal l ? l.dtype().isFloat() ? l.number() : l.integer() : 0;
  }
}
