package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Source;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** What the laws share while they rearrange the nodes of one scope: sizes, bounds, and the views of a node as a sum or a product. */
final class Algebra {
  final Size size = new Size();
  final Bounds bounds = new Bounds();
  final Order order = new Order();

  private final Map<Node, Product> products = new HashMap<>();
  private final Map<Node, Integer> degrees = new HashMap<>();
  private final Map<Node, Node> negatives = new HashMap<>();
  private final Memo<Boolean> numbers = new Memo<>(this::holdsNoName);

  /** Whether no name stands in it. */
  boolean isNumber(Node n) {
    return numbers.of(n);
  }

  private boolean holdsNoName(Node n) {
    return !(n.op() instanceof Source.Parameter) && n.operands().stream().allMatch(numbers::at);
  }

  int degree(Node m) {
    return degrees.computeIfAbsent(m, Algebra::degreeOf);
  }

  /** The total degree of a product of names; −1 for all else. */
  private static int degreeOf(Node m) {
    int sum = 0;
    var open = new ArrayDeque<Node>();
    open.push(m);
    while (open.poll() instanceof Node n) {
      if (n.op() instanceof Source.Parameter) sum++;
      else if (n.op() == Binary.MUL) {
        open.push(n.x(0));
        open.push(n.x(1));
      } else if (n.op() == Binary.POW
          && n.x(0).op() instanceof Source.Parameter
          && Numbers.rational(n.x(1)) instanceof Rational r
          && r.fits(1000)) sum += r.over().intValue();
      else if (Numbers.literal(n) == null) return -1;
    }
    return sum;
  }

  Product product(Node n) {
    Product known = products.get(n);
    if (known == null) products.put(n, known = new Product(this).times(n, Rational.ONE));
    return known.copy();
  }

  Sum sum(Node n) {
    return new Sum(this).add(n, Rational.ONE);
  }

  Node plus(Node a, Node b) {
    return sum(a).add(b, Rational.ONE).node();
  }

  Node scaled(Node n, Rational c) {
    return c.isOne() ? n : new Sum(this).add(n, c).node();
  }

  Node negated(Node n) {
    Node known = negatives.get(n);
    if (known == null) negatives.put(n, known = scaled(n, Rational.MINUS_ONE));
    return known;
  }

  Node abs(Node n) {
    if (bounds.isNotNegative(n)) return n;
    if (bounds.of(n).high() <= 0) return negated(n);
    return n.abs();
  }

  /** The condition {@code u > 0}, written the shortest way. */
  Node positive(Node u) {
    return Comparison.shortest(this, u.gt(0));
  }

  /** Whether the first thing one writes for it is a minus. */
  boolean isNegative(Node n) {
    if (Numbers.rational(n) instanceof Rational r) return r.sign() < 0;
    return size.of(negated(n)) < size.of(n);
  }
}
