package io.leibniz.symbolic.algebra;

import static io.leibniz.symbolic.algebra.Rational.MINUS_ONE;
import static io.leibniz.symbolic.algebra.Rational.ONE;
import static io.leibniz.symbolic.algebra.Rational.TWO;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Polygamma;
import io.leibniz.ir.Pointwise.Unary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What two factors of a product, or two terms of a sum, make together: sin/cos = tan, sin² + cos² = 1, |x|·sign x = x, … */
final class Pairs {
  private static final int ROUNDS = 20;

  private final Algebra algebra;

  Pairs(Algebra algebra) {
    this.algebra = algebra;
  }

  // ---- factors

  void join(Product p) {
    for (int i = 0; i < ROUNDS; i++) {
      boolean changed = false;
      for (Node base : List.copyOf(p.powers.keySet()))
        if (p.powers.containsKey(base) && p.exponent(base) instanceof Rational e)
          changed |= join(p, base, e);
      if (!changed) return;
    }
  }

  private boolean join(Product p, Node base, Rational e) {
    if (exponentOfOnePlusExp(base) instanceof Node u && e.isInteger() && e.sign() < 0) {
      p.set(base, Rational.ZERO);
      p.times(algebra.negated(u).sigmoid(), e.negated());
      return true;
    }
    if (!(base.op() instanceof Unary f)) return false;
    Node u = base.x(0);
    return switch (f) {
      case SIGN -> sign(p, base, u, e);
      case ABS -> abs(p, base, u, e);
      case SIN ->
          halved(p, base, u, e)
              || quotient(p, base, u.cos(), u.apply(Unary.TAN))
              || quotient(p, base, u.apply(Unary.TAN), u.cos());
      case SINH -> quotient(p, base, u.cosh(), u.tanh()) || quotient(p, base, u.tanh(), u.cosh());
      case TAN -> product(p, base, u.cos(), u.sin());
      case TANH -> product(p, base, u.cosh(), u.sinh());
      case SIGMOID -> sigmoid(p, base, u, e);
      case GAMMA -> gamma(p, base, u, e);
      case NEG,
          FLOOR,
          CEIL,
          ROUND,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          LOG2,
          LOG10,
          SQRT,
          RSQRT,
          CBRT,
          COS,
          ASIN,
          ACOS,
          ATAN,
          COSH,
          ASINH,
          ACOSH,
          ATANH,
          ONE_MINUS_SQUARE,
          SECH,
          SOFTPLUS,
          GAUSS,
          ERF,
          ERFC,
          ERFINV,
          LGAMMA ->
          false;
    };
  }

  /** sign x · |x|^a = x·|x|^(a−1), sign x · x^odd = |x|·x^even; odd powers of a sign are the sign. */
  private boolean sign(Product p, Node base, Node u, Rational e) {
    if (!e.isInteger()) return false;
    if (e.isEven() ? !e.same(TWO) : !e.isOne()) {
      p.set(base, e.isEven() ? TWO : ONE);
      return true;
    }
    if (algebra.bounds.isNotZero(u) && e.isEven()) {
      p.set(base, Rational.ZERO);
      return true;
    }
    if (p.exponent(u.abs()) instanceof Rational a && a.compareTo(ONE) >= 0) {
      p.set(base, e.minus(ONE));
      p.set(u.abs(), a.minus(ONE));
      p.times(u, ONE);
      return true;
    }
    var whole = algebra.product(u);
    if (e.isOne() && whole.powers.size() == 1 && whole.k.isOne()) {
      Node x = whole.powers.keySet().iterator().next();
      if (x == u
          && p.exponent(u) instanceof Rational a
          && a.isInteger()
          && !a.isEven()
          && a.sign() > 0) {
        p.set(base, Rational.ZERO);
        p.set(u, a.minus(ONE));
        p.times(u.abs(), ONE);
        return true;
      }
    }
    return false;
  }

  /** |x|^even = x^even; |x|/x = x/|x| = sign x. */
  private boolean abs(Product p, Node base, Node u, Rational e) {
    if (e.isEven()) {
      p.set(base, Rational.ZERO);
      p.times(u, e);
      return true;
    }
    if (!(p.exponent(u) instanceof Rational a) || !a.isInteger() || a.isZero()) return false;
    if (e.isInteger() && !a.isEven() && e.sign() * a.sign() < 0) {
      p.set(base, Rational.ZERO);
      p.set(u, Rational.ZERO);
      p.times(u.sign(), ONE);
      p.times(u, a.plus(e));
      return true;
    }
    if (a.isEven() && e.sign() * a.sign() < 0) {
      // x²/|x|^(3/2)
      p.set(u, Rational.ZERO);
      p.set(base, e.plus(a));
      return true;
    }
    return false;
  }

  /** a/b = q, as often as it goes. */
  private static boolean quotient(Product p, Node a, Node b, Node q) {
    return made(p, a, b, q, -1);
  }

  /** a·b = q, as often as it goes. */
  private static boolean product(Product p, Node a, Node b, Node q) {
    return made(p, a, b, q, 1);
  }

  /** a·b^sign = q: as often as both exponents allow. */
  private static boolean made(Product p, Node a, Node b, Node q, int sign) {
    Rational x = p.exponent(a), y = p.exponent(b);
    if (x == null || y == null || !x.isInteger() || !y.isInteger()) return false;
    if (x.sign() * y.sign() != sign) return false;
    Rational n = x.abs().compareTo(y.abs()) < 0 ? x.abs() : y.abs();
    Rational step = x.sign() > 0 ? n : n.negated();
    p.set(a, x.minus(step));
    p.set(b, y.minus(sign > 0 ? step : step.negated()));
    p.raise(q, Numbers.node(step));
    return true;
  }

  /** sin 2x = 2·sin x·cos x, where one of these cancels. */
  private boolean halved(Product p, Node base, Node u, Rational e) {
    if (!e.isInteger() || e.sign() <= 0) return false;
    Node half = algebra.scaled(u, Rational.HALF);
    for (Node other : List.of(half.sin(), half.cos())) {
      if (!(p.exponent(other) instanceof Rational o) || o.sign() >= 0) continue;
      p.set(base, e.minus(ONE));
      p.times(TWO).times(half.sin(), ONE).times(half.cos(), ONE);
      return true;
    }
    return false;
  }

  /** 2·sin x·cos x = sin 2x, and so for sinh; null where there is none. */
  @Nullable Product doubled(Product p) {
    if (!p.k.isEven()) return null;
    for (Node base : p.powers.keySet()) {
      if (base.op() != Unary.SIN && base.op() != Unary.SINH) continue;
      Node u = base.x(0), other = base.op() == Unary.SIN ? u.cos() : u.cosh();
      if (!(p.exponent(base) instanceof Rational a) || !a.isInteger() || a.sign() <= 0) continue;
      if (!(p.exponent(other) instanceof Rational b) || !b.isInteger() || b.sign() <= 0) continue;
      Product q = p.copy().times(Rational.HALF);
      q.set(base, a.minus(ONE));
      q.set(other, b.minus(ONE));
      q.times(algebra.scaled(u, TWO).apply((Unary) base.op()), ONE);
      return q;
    }
    return null;
  }

  /** e^(−x)·σ(x) = σ(−x), and σ(x)/σ(−x) = e^x. */
  private boolean sigmoid(Product p, Node base, Node u, Rational e) {
    if (!e.isInteger()) return false;
    Node mirror = algebra.negated(u).sigmoid(), euler = Numbers.of(Math.E);
    if (p.exponent(mirror) instanceof Rational m
        && m.isInteger()
        && m.sign() * e.sign() < 0
        && e.sign() > 0) {
      Rational n = e.compareTo(m.negated()) < 0 ? e : m.negated();
      p.set(base, e.minus(n));
      p.set(mirror, m.plus(n));
      p.raise(euler, algebra.scaled(u, n));
      return true;
    }
    if (!(p.powers.get(euler) instanceof Node w) || e.sign() < 0) return false;
    Node less = algebra.plus(w, u);
    if (!algebra.size.less(less, w)) return false;
    p.set(base, e.minus(ONE));
    p.powers.remove(euler);
    p.raise(euler, less);
    p.raise(mirror, Numbers.of(1));
    return true;
  }

  /** Γ(x + n)/Γ(x) = x(x + 1)…(x + n − 1). */
  private boolean gamma(Product p, Node base, Node u, Rational e) {
    if (!e.isInteger() || e.sign() < 0) return false;
    for (Node other : List.copyOf(p.powers.keySet())) {
      if (other.op() != Unary.GAMMA
          || other == base
          || !(p.exponent(other) instanceof Rational o)
          || o.sign() >= 0
          || !o.isInteger()) continue;
      Rational n = difference(u, other.x(0));
      if (n == null || !n.fits(4) || n.isZero()) continue;
      p.set(base, e.minus(ONE));
      p.set(other, o.plus(ONE));
      boolean up = n.sign() > 0;
      for (int i = 0; i < Math.abs(n.over().intValue()); i++)
        p.times(algebra.plus(up ? other.x(0) : u, Numbers.of(i)), up ? ONE : MINUS_ONE);
      return true;
    }
    return false;
  }

  private @Nullable Rational difference(Node a, Node b) {
    return Numbers.rational(new Sum(algebra).add(a, ONE).add(b, MINUS_ONE).node());
  }

  /** The u of 1 + e^u. */
  @Nullable Node exponentOfOnePlusExp(Node s) {
    if (s.op() != Binary.ADD) return null;
    for (int i = 0; i < 2; i++)
      if (s.x(i).isFull(1) && s.x(1 - i).op() == Unary.EXP) return s.x(1 - i).x(0);
    return null;
  }

  // ---- terms

  void join(Sum s) {
    for (int i = 0; i < ROUNDS; i++) if (!joinOnce(s)) return;
  }

  private boolean joinOnce(Sum s) {
    if (s.terms.size() > 60) return false;
    for (Node m : List.copyOf(s.terms.keySet())) {
      Product p = algebra.product(m);
      for (Node base : p.powers.keySet())
        if (p.exponent(base) instanceof Rational e && join(s, m, p, base, e)) return true;
    }
    return false;
  }

  private boolean join(Sum s, Node m, Product p, Node base, Rational e) {
    if (base.op() instanceof Polygamma psi && e.isOne()) return polygamma(s, m, p, base, psi);
    if (!(base.op() instanceof Unary f)) return false;
    Node u = base.x(0);
    boolean square = e.same(TWO), one = e.isOne();
    return switch (f) {
      case SIN ->
          square
              && (becomes(s, m, p, base, u.cos(), TWO, 1, null, ONE, 1)
                  || becomes(s, m, p, base, null, ONE, -1, u.cos(), TWO, -1));
      case COS ->
          square && becomes(s, m, p, base, null, ONE, -1, u.sin(), TWO, -1)
              || e.same(Rational.of(-2))
                  && becomes(s, m, p, base, null, ONE, -1, u.apply(Unary.TAN), TWO, 1);
      case TAN -> square && becomes(s, m, p, base, null, ONE, 1, u.cos(), Rational.of(-2), 1);
      case TANH -> square && becomes(s, m, p, base, null, ONE, -1, u.cosh(), Rational.of(-2), -1);
      case COSH ->
          square
                  && (becomes(s, m, p, base, u.sinh(), TWO, -1, null, ONE, 1)
                      || becomes(s, m, p, base, null, ONE, -1, u.sinh(), TWO, 1))
              || e.same(Rational.of(-2)) && becomes(s, m, p, base, null, ONE, -1, u.tanh(), TWO, -1)
              || one
                  && (becomes(s, m, p, base, u.sinh(), ONE, 1, u.exp(), ONE, 1)
                      || becomes(
                          s, m, p, base, u.sinh(), ONE, -1, algebra.negated(u).exp(), ONE, 1));
      case SINH -> square && becomes(s, m, p, base, null, ONE, 1, u.cosh(), TWO, 1);
      case SIGMOID ->
          one
              && (becomes(s, m, p, base, algebra.negated(u).sigmoid(), ONE, 1, null, ONE, 1)
                  || becomes(s, m, p, base, null, ONE, -1, algebra.negated(u).sigmoid(), ONE, -1));
      case EXPM1 -> one && becomes(s, m, p, base, null, ONE, 1, u.exp(), ONE, 1);
      case ERF ->
          one
              && (becomes(s, m, p, base, u.apply(Unary.ERFC), ONE, 1, null, ONE, 1)
                  || becomes(s, m, p, base, null, ONE, -1, u.apply(Unary.ERFC), ONE, -1));
      case ERFC -> one && becomes(s, m, p, base, null, ONE, -1, u.apply(Unary.ERF), ONE, -1);
      case NEG,
          ABS,
          SIGN,
          FLOOR,
          CEIL,
          ROUND,
          EXP,
          LOG,
          LOG1P,
          LOG2,
          LOG10,
          SQRT,
          RSQRT,
          CBRT,
          ASIN,
          ACOS,
          ATAN,
          ASINH,
          ACOSH,
          ATANH,
          ONE_MINUS_SQUARE,
          SECH,
          SOFTPLUS,
          GAUSS,
          ERFINV,
          GAMMA,
          LGAMMA ->
          false;
    };
  }

  /**
   * c·R·b + sign·c·R·with^f = outcome·c·R·into^g, where b is the power of {@code base} in the
   * product {@code p}, and R its rest; a base that is null is 1. Where the second number is greater, what is over stays.
   */
  private boolean becomes(
      Sum s,
      Node m,
      Product p,
      Node base,
      @Nullable Node with,
      Rational f,
      int sign,
      @Nullable Node into,
      Rational g,
      int outcome) {
    Product rest = p.copy();
    rest.set(base, Rational.ZERO);
    Product second = rest.copy();
    if (with != null) second.times(with, f);
    Node other = second.powers.isEmpty() ? Numbers.of(1) : second.node();
    Rational c = s.terms.get(m), d = s.terms.get(other);
    if (c == null || d == null || other == m) return false;
    if (with == null ? !d.same(c.times(Rational.of(sign))) : c.sign() * sign != d.sign())
      return false;
    // of sin² and cos² with different numbers the smaller goes
    Rational part = c.abs().compareTo(d.abs()) <= 0 ? c : d.times(Rational.of(sign));
    if (!c.abs().same(d.abs()) && into != null) return false;
    Product result = rest.copy();
    if (into != null) result.times(into, g);
    s.add(m, part.negated());
    s.add(other, part.times(Rational.of(-sign)));
    s.add(result, part.times(Rational.of(outcome)));
    return true;
  }

  /** ψ(x + n) = ψ(x) + 1/x + … + 1/(x + n − 1). */
  private boolean polygamma(Sum s, Node m, Product p, Node base, Polygamma psi) {
    if (psi.n() != 0) return false;
    Rational c = s.terms.get(m);
    for (Node other : List.copyOf(s.terms.keySet())) {
      Rational d = s.terms.get(other);
      if (c == null || d == null || other == m || !d.same(c.negated())) continue;
      Product q = algebra.product(other);
      for (Node b : q.powers.keySet()) {
        if (!b.op().equals(psi)
            || b == base
            || !(q.exponent(b) instanceof Rational one)
            || !one.isOne()) continue;
        Rational n = difference(base.x(0), b.x(0));
        if (n == null || n.sign() <= 0 || !n.fits(3)) continue;
        Product rest = p.copy();
        rest.set(base, Rational.ZERO);
        Product mine = q.copy();
        mine.set(b, Rational.ZERO);
        if (rest.node() != mine.node()) continue;
        s.add(m, c.negated());
        s.add(other, d.negated());
        for (int i = 0; i < n.over().intValue(); i++)
          s.add(rest.copy().times(algebra.plus(b.x(0), Numbers.of(i)), MINUS_ONE), c);
        return true;
      }
    }
    return false;
  }

  // ---- choices

  /** The branches of a choice, which relu is as well. */
  private record Branches(Node yes, Node no) {}

  private @Nullable Node predicate(Node base) {
    if (base.op() != Choice.SELECT) return null;
    return Relu.is(base) ? algebra.positive(base.x(1)) : base.x(0);
  }

  private static Branches branches(Node base) {
    return new Branches(base.x(1), base.x(2));
  }

  /** a·if(p, b, 0) = if(p, a·b, 0), and choices by the same condition made one. */
  @Nullable Node chosen(Product p) {
    Node predicate = null;
    for (var power : p.powers.entrySet())
      if (predicate == null && power.getValue().isFull(1)) predicate = predicate(power.getKey());
    if (predicate == null) return null;
    return choice(predicate, p);
  }

  private @Nullable Node choice(Node predicate, Product p) {
    Product yes = new Product(algebra).times(p.k), no = new Product(algebra).times(p.k);
    p.powers.forEach(
        (b, e) -> {
          if (e.isFull(1) && predicate(b) == predicate) {
            yes.times(branches(b).yes, ONE);
            no.times(branches(b).no, ONE);
          } else {
            yes.raise(b, e);
            no.raise(b, e);
          }
        });
    return predicate.select(yes.node(), no.node());
  }

  /** if(p, a, b) + if(p, c, d) = if(p, a + c, b + d). */
  @Nullable Node chosen(Sum s) {
    if (s.terms.size() > 12) return null;
    Map<Node, List<Node>> by = new LinkedHashMap<>();
    for (Node m : s.terms.keySet())
      for (var power : algebra.product(m).powers.entrySet())
        if (power.getValue().isFull(1) && predicate(power.getKey()) instanceof Node predicate)
          by.computeIfAbsent(predicate, _ -> new ArrayList<>()).add(m);
    Node best = null;
    for (var group : by.entrySet()) {
      if (group.getValue().size() < 2) continue;
      for (boolean all : new boolean[] {false, true}) {
        Node tried = chosen(s, group.getKey(), group.getValue(), all);
        if (best == null || algebra.size.less(tried, best)) best = tried;
      }
    }
    return best;
  }

  private Node chosen(Sum s, Node predicate, List<Node> group, boolean all) {
    var yes = new Sum(algebra);
    var no = new Sum(algebra);
    var rest = new Sum(algebra);
    BiFunction<Product, Boolean, Product> side =
        (p, taken) -> {
          var out = new Product(algebra).times(p.k);
          p.powers.forEach(
              (b, e) -> {
                if (e.isFull(1) && predicate(b) == predicate)
                  out.times(taken ? branches(b).yes : branches(b).no, ONE);
                else out.raise(b, e);
              });
          return out;
        };
    s.terms.forEach(
        (m, c) -> {
          if (group.contains(m)) {
            yes.add(side.apply(algebra.product(m), true).node(), c);
            no.add(side.apply(algebra.product(m), false).node(), c);
          } else if (all) {
            yes.add(m, c);
            no.add(m, c);
          } else rest.add(m, c);
        });
    join(yes);
    join(no);
    Node choice = predicate.select(yes.node(), no.node());
    return rest.terms.isEmpty() ? choice : rest.add(choice, ONE).node();
  }
}
