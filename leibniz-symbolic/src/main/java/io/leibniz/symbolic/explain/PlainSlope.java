package io.leibniz.symbolic.explain;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Domain;
import io.leibniz.ir.Pointwise.Not;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A slope without its conventions: the formula, and the conditions under which it is what is evaluated. */
final class PlainSlope {
  private final Set<Node> stop;
  private final Map<Node, Node> made = new HashMap<>();
  private final List<Node> conditions = new ArrayList<>();

  /** Nothing below the nodes of {@code stop} is touched. */
  PlainSlope(Set<Node> stop) {
    this.stop = stop;
  }

  /** With {@code a} known to be less (−1) or greater (1) than {@code b}. */
  PlainSlope assuming(Node a, Node b, int order) {
    for (Compare c : Compare.values()) {
      made.put(a.compare(c, b), truth(c.of(order, 0L)));
      made.put(b.compare(c, a), truth(c.of(-order, 0L)));
    }
    return this;
  }

  private static Node truth(boolean b) {
    return Node.literal(DType.BOOL, b ? 1L : 0L);
  }

  List<Node> conditions() {
    return conditions;
  }

  Node of(Node root) {
    for (Node n : Node.order(List.of(root), n -> stop.contains(n) || made.containsKey(n)))
      made.put(n, plain(n));
    return at(root);
  }

  private Node at(Node n) {
    Node known = made.get(n);
    return known == null || stop.contains(n) ? n : known;
  }

  private Node plain(Node n) {
    if (n.op() instanceof Domain) {
      conditions.add(inside(at(n.x(0))));
      return at(n.x(1));
    }
    if (n.op() == Choice.CONVENTION) {
      Node p = at(n.x(0));
      // x^0: the convention is all there is
      if (p.op() == Compare.EQ && p.x(0) == p.x(1) && p.x(0).op() instanceof Source.Literal)
        return at(n.x(1));
      conditions.add(opposite(p));
      return at(n.x(2));
    }
    if (n.op() == Choice.SELECT && (at(n.x(0)).isFull(1) || at(n.x(0)).isFull(0)))
      return at(n.x(0)).isFull(1) ? at(n.x(1)) : at(n.x(2));
    if (n.op() instanceof Not && (at(n.x(0)).isFull(1) || at(n.x(0)).isFull(0)))
      return truth(at(n.x(0)).isFull(0));
    return n.operands().isEmpty()
        ? n
        : Node.of(n.op(), n.operands().stream().map(this::at).toList());
  }

  /** x ≠ 0 for x = 0; of what can never hold, such as x = 0 and x > 0, that it is true. */
  private static Node opposite(Node p) {
    if (p.op() == Compare.EQ) return p.x(0).compare(Compare.NE, p.x(1));
    if (p.op() instanceof Not) return p.x(0);
    if (p.op() == Bitwise.AND && excludes(p.x(0), p.x(1))) return truth(true);
    return p.not();
  }

  private static boolean excludes(Node a, Node b) {
    boolean equal = a.op() == Compare.EQ || b.op() == Compare.EQ;
    Node other = a.op() == Compare.EQ ? b : a;
    boolean apart =
        other.op() == Compare.GT || other.op() == Compare.LT || other.op() == Compare.NE;
    return equal && apart && a.operands().equals(b.operands());
  }

  /** On the edge of a domain slopes are infinite, or not defined: a formula holds inside. */
  private static Node inside(Node c) {
    if (c.op() == Compare.GE) return c.x(0).compare(Compare.GT, c.x(1));
    if (c.op() == Compare.LE) return c.x(0).compare(Compare.LT, c.x(1));
    if (c.op() == Bitwise.AND || c.op() == Bitwise.OR)
      return Node.of(c.op(), inside(c.x(0)), inside(c.x(1)));
    return c;
  }
}
