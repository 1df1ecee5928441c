package io.leibniz.symbolic.explain;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Not;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Where a formula is a real number: what is under a root is not negative, and positive below the line; what a logarithm is taken of
 * is positive. What stands in a branch of a choice says nothing about the whole.
 */
final class RealDomain {
  private RealDomain() {}

  static Set<Node> of(Node formula) {
    var out = new LinkedHashSet<Node>();
    var below = new HashSet<Node>();
    for (Node n : unconditional(formula)) {
      if (n.op() == Binary.DIV) factors(n.x(1), below);
      if (n.op() == Unary.RSQRT) below.add(n);
    }
    for (Node n : unconditional(formula)) {
      if (n.op() == Unary.SQRT) out.add(below.contains(n) ? n.x(0).gt(0) : n.x(0).ge(0));
      else if (n.op() == Unary.RSQRT
          || n.op() == Unary.LOG
          || n.op() == Unary.LOG2
          || n.op() == Unary.LOG10) out.add(n.x(0).gt(0));
      else if (n.op() == Unary.LOG1P) out.add(n.x(0).gt(-1));
      else if (n.op() == Binary.POW && isBroken(n.x(1)))
        out.add(below.contains(n) ? n.x(0).gt(0) : n.x(0).ge(0));
    }
    return out;
  }

  /** Everything whose value the whole always needs. */
  private static List<Node> unconditional(Node formula) {
    var needed = new HashSet<Node>(Set.of(formula));
    var out = new ArrayList<Node>();
    for (Node n : Node.order(List.of(formula)).reversed()) {
      if (!needed.contains(n)) continue;
      out.add(n);
      if (n.op() != Choice.SELECT) needed.addAll(n.operands());
    }
    return out.reversed();
  }

  private static void factors(Node n, Set<Node> out) {
    var open = new ArrayList<>(List.of(n));
    while (!open.isEmpty()) {
      Node x = open.removeLast();
      if (x.op() == Binary.MUL) open.addAll(x.operands());
      else out.add(x);
    }
  }

  /** The same conditions without what follows from one of them: where u > 0, u ≠ 0 and u > −1 need not be said. */
  static Set<Node> reduced(Set<Node> conditions, UnaryOperator<Node> simplified) {
    var out = new LinkedHashSet<>(conditions);
    for (Node given : conditions) {
      if (given.op() != Compare.GT || !out.contains(given)) continue;
      var next = new LinkedHashSet<Node>();
      for (Node c : out) {
        Node left = c == given ? c : simplified.apply(under(given, c));
        if (!left.isFull(1)) next.add(left);
      }
      out = next;
    }
    return out;
  }

  /** What is left of a condition where {@code given}, some u > k, holds. */
  private static Node under(Node given, Node c) {
    if (c.op() instanceof Bitwise || c.op() instanceof Not)
      return Node.of(c.op(), c.operands().stream().map(x -> under(given, x)).toList());
    if (!(c.op() instanceof Compare relation) || c.x(0) != given.x(0)) return c;
    if (!(given.x(1).op() instanceof Source.Literal k)
        || !(c.x(1).op() instanceof Source.Literal l)) return c;
    if (!k.dtype().isFloat() || !l.dtype().isFloat() || l.number() > k.number()) return c;
    return Node.literal(DType.BOOL, relation.of(1, 0L) ? 1L : 0L); // u is greater than l as well
  }

  /** A number that is no integer. */
  private static boolean isBroken(Node exponent) {
    if (exponent.op() instanceof Source.Literal l) return l.number() != Math.rint(l.number());
    return exponent.op() == Binary.DIV
        && exponent.x(0).op() instanceof Source.Literal
        && exponent.x(1).op() instanceof Source.Literal;
  }
}
