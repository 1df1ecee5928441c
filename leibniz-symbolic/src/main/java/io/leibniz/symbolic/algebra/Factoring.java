package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shortest of the forms of a sum that were tried: as it is; with what some terms share taken out of them, again
 * and again; over a common denominator; multiplied out, and then the same.
 */
final class Factoring {
  private static final int MOST_TERMS = 40, MOST_EXPANDED = 60, DEPTH = 4, ROUNDS = 8;
  private static final long MOST_SIZE = 1500;

  /** How many terms are regrouped for one formula at most, and for all of a scope. */
  private static final int EACH = 400, ALL = 5_000;

  private final Algebra algebra;
  private final Pairs pairs;
  private final Map<Node, Node> known = new HashMap<>();
  private int left = ALL, now;

  Factoring(Algebra algebra, Pairs pairs) {
    this.algebra = algebra;
    this.pairs = pairs;
  }

  Node best(Sum s) {
    now = Math.min(EACH, left);
    return best(s, 0);
  }

  private Node best(Sum s, int depth) {
    Node plain = s.node();
    if (s.terms.size() < 2
        || s.terms.size() > MOST_EXPANDED
        || depth > DEPTH
        || now <= 0
        || algebra.size.of(plain) > MOST_SIZE) return plain;
    Node found = known.get(plain);
    if (found != null) return found;
    known.put(plain, plain); // while it is being looked for
    Node best = shorter(plain, grouped(s, depth));
    if (expanded(s) instanceof Sum e) {
      pairs.join(e);
      best = shorter(best, shorter(e.node(), grouped(e, depth)));
    }
    known.put(plain, best);
    return best;
  }

  /** Over the common denominator, even if that is longer. */
  Node together(Sum s) {
    List<Product> terms = s.products();
    var all = new LinkedHashSet<Integer>();
    for (int i = 0; i < terms.size(); i++) all.add(i);
    return joined(taken(terms, all, true, 0));
  }

  private Node shorter(Node a, Node b) {
    return algebra.size.less(b, a) ? b : a;
  }

  // ---- common factors

  private Node grouped(Sum s, int depth) {
    if (s.terms.size() < 2 || s.terms.size() > MOST_TERMS || now <= 0) return s.node();
    List<Product> terms = s.products();
    Node now = s.node();
    for (int round = 0; round < ROUNDS && terms.size() > 1; round++) {
      List<Product> best = null;
      Node least = now;
      for (Set<Integer> group : groups(terms))
        for (boolean below : new boolean[] {true, false}) {
          List<Product> tried = taken(terms, group, below, depth);
          if (tried == terms) continue;
          Node node = joined(tried);
          if (algebra.size.less(node, least)) {
            least = node;
            best = tried;
          }
        }
      if (best == null) return now;
      terms = best;
      now = least;
    }
    return now;
  }

  /** The terms that share a base, above or below the line, and all terms. */
  private static Set<Set<Integer>> groups(List<Product> terms) {
    Map<Node, Set<Integer>> above = new LinkedHashMap<>(), below = new LinkedHashMap<>();
    for (int i = 0; i < terms.size(); i++)
      for (var power : terms.get(i).powers.entrySet()) {
        Rational e = Numbers.rational(power.getValue());
        var map = e != null && e.sign() < 0 ? below : above;
        map.computeIfAbsent(power.getKey(), _ -> new LinkedHashSet<>()).add(i);
      }
    Set<Set<Integer>> out = new LinkedHashSet<>();
    var all = new LinkedHashSet<Integer>();
    for (int i = 0; i < terms.size(); i++) all.add(i);
    out.add(all);
    for (Set<Integer> g : above.values()) if (g.size() > 1) out.add(g);
    for (Set<Integer> g : below.values()) if (g.size() > 1) out.add(g);
    return out;
  }

  /** With what a group of terms shares taken out of it, and with {@code below} all its denominators. */
  private List<Product> taken(List<Product> terms, Set<Integer> group, boolean below, int depth) {
    now -= terms.size();
    left -= terms.size();
    var inside = new ArrayList<Product>();
    var rest = new ArrayList<Product>();
    for (int i = 0; i < terms.size(); i++) (group.contains(i) ? inside : rest).add(terms.get(i));
    Product common = common(inside, below);
    if (!below && common.powers.equals(common(inside, true).powers)) return terms; // tried already
    if (common.powers.isEmpty() && common.k.isOne()) return terms;
    var inverse = new Product(algebra);
    inverse.k = common.k.inverse();
    common.powers.forEach((b, e) -> inverse.raise(b, algebra.negated(e)));
    var inner = new Sum(algebra);
    for (Product t : inside) {
      Product divided = t.copy().times(inverse);
      inner.add(divided.node(), Rational.ONE);
    }
    Node sum = best(inner, depth + 1);
    rest.addFirst(common.copy().times(sum, Rational.ONE));
    return rest;
  }

  /** What all share: the number, and of each base the least exponent, 0 where it is absent; or, without {@code below}, the one nearest to 0. */
  private Product common(List<Product> terms, boolean below) {
    var out = new Product(algebra);
    Rational content = Rational.ZERO;
    boolean decimal = false;
    var bases = new LinkedHashSet<Node>();
    for (Product t : terms) {
      bases.addAll(t.powers.keySet());
      content = content.common(t.k);
      decimal |= t.k.decimal();
    }
    if (!decimal && !content.isZero()) out.k = content;
    for (Node base : bases) {
      Node first = terms.getFirst().powers.get(base);
      if (first != null && terms.stream().allMatch(t -> t.powers.get(base) == first)) {
        out.powers.put(base, first);
        continue;
      }
      Node least = below ? least(base, terms) : nearest(base, terms);
      if (least != null) out.powers.put(base, least);
    }
    return out;
  }

  /** Of exponents with one sign the one nearest to 0; of those that differ by numbers the greatest. */
  private @Nullable Node nearest(Node base, List<Product> terms) {
    Rational nearest = null;
    for (Product t : terms) {
      Rational e = t.exponent(base);
      if (e == null) return greatest(base, terms);
      if (e.isZero() || nearest != null && nearest.sign() != e.sign() || Numbers.isE(base))
        return null;
      if (nearest == null || e.abs().compareTo(nearest.abs()) < 0) nearest = e;
    }
    return nearest == null ? null : Numbers.node(nearest);
  }

  private @Nullable Node greatest(Node base, List<Product> terms) {
    Node most = terms.getFirst().powers.get(base);
    for (Product t : terms) {
      Node e = t.powers.get(base);
      if (e == null || most == null) return null;
      Rational more =
          Numbers.rational(
              new Sum(algebra).add(e, Rational.ONE).add(most, Rational.MINUS_ONE).node());
      if (more == null) return null;
      if (more.sign() > 0) most = e;
    }
    return most;
  }

  /** The least exponent of a base, if the exponents differ by numbers; null where there is none, or it is 0. */
  private @Nullable Node least(Node base, List<Product> terms) {
    boolean numbers = terms.stream().allMatch(t -> t.exponent(base) != null);
    if (numbers) {
      if (Numbers.isE(base)) return null;
      Rational least =
          terms.stream()
              .map(t -> Objects.requireNonNull(t.exponent(base)))
              .min(Rational::compareTo)
              .orElse(Rational.ZERO);
      return least.isZero() ? null : Numbers.node(least);
    }
    Node first = terms.getFirst().powers.get(base), least = first;
    if (first == null) return null;
    Rational lowest = Rational.ZERO;
    for (Product t : terms) {
      Node e = t.powers.get(base);
      if (e == null) return null;
      Rational more =
          Numbers.rational(
              new Sum(algebra).add(e, Rational.ONE).add(first, Rational.MINUS_ONE).node());
      if (more == null) return null;
      if (more.compareTo(lowest) < 0) {
        lowest = more;
        least = e;
      }
    }
    return least;
  }

  private Node joined(List<Product> terms) {
    var s = new LinkedHashMap<Node, Rational>();
    var sum = new Sum(algebra);
    for (Product t : terms) {
      if (Sum.alone(t) != null) {
        // a number times a sum stays so
        Product one = t.copy();
        one.k = t.k.abs();
        s.merge(one.node(), Rational.of(t.k.sign()), Rational::plus);
      } else sum.add(t, Rational.ONE);
    }
    if (s.isEmpty()) return sum.node();
    sum.terms.putAll(s);
    return sum.node();
  }

  // ---- multiplied out

  /** All products of sums multiplied out; null where there is none, or too much would come of it. */
  @Nullable Sum expanded(Sum s) {
    var out = new Sum(algebra);
    boolean any = false;
    for (Product t : s.products()) {
      Sum e = expanded(t);
      if (e == null) out.add(t, Rational.ONE);
      else {
        any = true;
        e.terms.forEach((m, c) -> out.add(m, c));
      }
      if (out.terms.size() > MOST_EXPANDED) return null;
    }
    return any ? out : null;
  }

  /** A product multiplied out; null where it has no sum above the line, or too much would come of it. */
  @Nullable Sum expanded(Product t) {
    List<Product> all = List.of(rest(t));
    boolean any = false;
    for (var power : t.powers.entrySet()) {
      if (!isOpened(power.getKey(), power.getValue())) continue;
      any = true;
      var terms = algebra.sum(power.getKey()).products();
      int n = Objects.requireNonNull(Numbers.rational(power.getValue())).over().intValue();
      for (int i = 0; i < n; i++) {
        var next = new Sum(algebra);
        for (Product a : all) for (Product b : terms) next.add(a.copy().times(b), Rational.ONE);
        if (next.terms.size() > MOST_EXPANDED) return null;
        all = next.products();
      }
    }
    if (!any) return null;
    var out = new Sum(algebra);
    for (Product p : all) out.add(p.node(), Rational.ONE);
    return out;
  }

  /** A sum times something that is none, term by term; null where there is none, or it is long. */
  @Nullable Sum distributed(Product t) {
    Node sum = null;
    boolean others = false;
    for (var power : t.powers.entrySet()) {
      Node base = power.getKey();
      boolean isSum = Sum.is(base);
      if (isSum && power.getValue().isFull(1)) sum = base;
      others |= !isSum;
    }
    if (sum == null || !others) return null;
    var terms = algebra.sum(sum).products();
    if (terms.size() > MOST_EXPANDED) return null;
    var rest = t.copy();
    rest.set(sum, Rational.ZERO);
    var out = new Sum(algebra);
    for (Product p : terms) out.add(rest.copy().times(p), Rational.ONE);
    return out;
  }

  private static boolean isOpened(Node base, Node exponent) {
    return Sum.is(base)
        && Numbers.rational(exponent) instanceof Rational r
        && r.sign() > 0
        && r.fits(6);
  }

  private static Product rest(Product t) {
    var out = t.copy();
    out.powers.entrySet().removeIf(p -> isOpened(p.getKey(), p.getValue()));
    return out;
  }
}
