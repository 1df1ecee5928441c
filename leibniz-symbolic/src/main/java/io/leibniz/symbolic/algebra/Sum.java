package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Different products, each times a number. The number alone is a multiple of 1. */
final class Sum {
  private final Algebra algebra;
  final Map<Node, Rational> terms = new LinkedHashMap<>();

  Sum(Algebra algebra) {
    this.algebra = algebra;
  }

  /** Whether a node is a sum as it stands. */
  static boolean is(Node n) {
    return n.op() == Binary.ADD || n.op() == Binary.SUB;
  }

  /** The sum of which a product is a multiple; null where there is more to it. */
  static @Nullable Node alone(Product p) {
    if (p.powers.size() != 1) return null;
    var only = p.powers.entrySet().iterator().next();
    Node base = only.getKey();
    boolean opens = is(base) || base.op() == Unary.ONE_MINUS_SQUARE;
    return opens && only.getValue().isFull(1) ? base : null;
  }

  private record Part(Node node, Rational times) {}

  /** Plus {@code c} times {@code n}, its sums opened. */
  Sum add(Node n, Rational c) {
    var open = new ArrayDeque<Part>();
    open.push(new Part(n, c));
    while (open.poll() instanceof Part(Node x, Rational times)) {
      if (Sum.is(x)) {
        open.push(new Part(x.x(1), x.op() == Binary.ADD ? times : times.negated()));
        open.push(new Part(x.x(0), times));
      } else if (x.op() == Unary.NEG) open.push(new Part(x.x(0), times.negated()));
      else if (x.op() == Unary.ONE_MINUS_SQUARE) {
        put(Numbers.of(1), times);
        add(new Product(algebra).times(x.x(0), Rational.TWO), times.negated(), open);
      } else if (Numbers.rational(x) instanceof Rational r) put(Numbers.of(1), r.times(times));
      else if (isProduct(x)) add(algebra.product(x), times, open);
      else put(x, times);
    }
    return this;
  }

  private static boolean isProduct(Node x) {
    return x.op() == Binary.MUL
        || x.op() == Binary.DIV
        || x.op() == Binary.POW
        || x.op() == Unary.SQRT
        || x.op() == Unary.RSQRT
        || x.op() == Unary.GAUSS
        || x.op() == Unary.SECH
        || Numbers.written(x) != null;
  }

  private void add(Product p, Rational c, ArrayDeque<Part> open) {
    if (alone(p) instanceof Node sum) open.push(new Part(sum, p.k.times(c)));
    else add(p, c);
  }

  /** Plus {@code c} times a product, as one term. */
  Sum add(Product p, Rational c) {
    Rational times = p.k.times(c);
    var one = p.copy();
    one.k = Rational.ONE;
    put(one.powers.isEmpty() ? Numbers.of(1) : one.node(), times);
    return this;
  }

  private void put(Node monomial, Rational c) {
    Rational sum = terms.containsKey(monomial) ? terms.get(monomial).plus(c) : c;
    if (sum.isZero()) terms.remove(monomial);
    else terms.put(monomial, sum);
  }

  /** The terms as products. */
  List<Product> products() {
    var out = new ArrayList<Product>();
    terms.forEach((m, c) -> out.add(algebra.product(m).times(c)));
    return out;
  }

  /** The number that all terms share, with the sign of the first; decimals share only what is equal. */
  Rational content() {
    Rational common = Rational.ZERO;
    boolean decimal = false, alike = true;
    Rational first = terms.values().iterator().next().abs();
    for (Rational c : terms.values()) {
      common = common.common(c);
      decimal |= c.decimal();
      alike &= c.abs().same(first);
    }
    Rational size = !decimal ? common : alike ? first : Rational.ONE;
    return leading().sign() < 0 ? size.negated() : size;
  }

  private Rational coefficient(Node m) {
    return Objects.requireNonNull(terms.get(m));
  }

  private Rational leading() {
    Node least = terms.keySet().stream().min(inOrder()).orElseThrow();
    return coefficient(least);
  }

  void divide(Rational c) {
    terms.replaceAll((_, k) -> k.over(c));
  }

  /** Polynomials by falling degree, then the rest, the number last. */
  private Comparator<Node> inOrder() {
    return Comparator.<Node>comparingInt(
            m -> m.isFull(1) ? 3 : algebra.isNumber(m) ? 2 : algebra.degree(m) >= 0 ? 0 : 1)
        .thenComparing(m -> -Math.max(0, algebra.degree(m)))
        .thenComparing(algebra.order);
  }

  // ---- as one writes it

  Node node() {
    if (terms.isEmpty()) return Numbers.of(0);
    if (oneMinusSquare() instanceof Node n) return n;
    var monomials = new ArrayList<>(terms.keySet());
    monomials.sort(inOrder());
    // what is added comes before what is taken away, if it would be the other way round at the
    // start
    for (int i = 0; i < monomials.size(); i++)
      if (coefficient(monomials.get(i)).sign() > 0) {
        monomials.addFirst(monomials.remove(i));
        break;
      }
    Node all = term(monomials.getFirst(), coefficient(monomials.getFirst()));
    for (Node m : monomials.subList(1, monomials.size())) {
      Rational c = coefficient(m);
      Node t = term(m, c.abs());
      all = c.sign() < 0 ? all.sub(t) : all.add(t);
    }
    return all;
  }

  private Node term(Node m, Rational c) {
    return c.isOne() ? m : algebra.product(m).times(c).node();
  }

  /** 1 − u², which keeps its digits where u is ±1. */
  private @Nullable Node oneMinusSquare() {
    if (terms.size() != 2 || !(terms.get(Numbers.of(1)) instanceof Rational one) || !one.isOne())
      return null;
    for (var t : terms.entrySet())
      if (t.getKey().op() == Binary.POW
          && t.getKey().x(1).isFull(2)
          && t.getValue().same(Rational.MINUS_ONE)
          && Product.isKept(t.getKey().x(0))) return t.getKey().x(0).oneMinusSquare();
    return null;
  }
}
