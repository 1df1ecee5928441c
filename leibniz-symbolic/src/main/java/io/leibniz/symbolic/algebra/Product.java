package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A number times powers of different bases. Exponents are nodes; most are rationals. Powers of one base are
 * collected wherever both sides are defined, which may define more: x/x is 1, and √x·√x is x.
 */
final class Product {
  private static final Rational THREE_HALVES = Rational.of(3, 2);

  private final Algebra algebra;
  Rational k = Rational.ONE;
  final Map<Node, Node> powers = new LinkedHashMap<>();

  Product(Algebra algebra) {
    this.algebra = algebra;
  }

  Product copy() {
    var p = new Product(algebra);
    p.k = k;
    p.powers.putAll(powers);
    return p;
  }

  Product times(Rational r) {
    k = k.times(r);
    return this;
  }

  Product times(Product o) {
    k = k.times(o.k);
    o.powers.forEach(this::raise);
    return this;
  }

  /** The rational exponent of a base; 0 where it is absent, null where the exponent is none. */
  @Nullable Rational exponent(Node base) {
    Node e = powers.get(base);
    return e == null ? Rational.ZERO : Numbers.rational(e);
  }

  void set(Node base, Rational e) {
    if (e.isZero()) powers.remove(base);
    else powers.put(base, Numbers.node(e));
  }

  /** Times {@code n} to the power of {@code e}. */
  Product times(Node n, Rational e) {
    if (e.isZero()) return this;
    Rational r = Numbers.rational(n);
    if (r != null) return number(n, r, e);
    if (Numbers.written(n) instanceof Node formula) return times(formula, e);
    boolean whole = e.isInteger();
    if (n.op() instanceof Unary f) {
      switch (f) {
        case NEG -> {
          if (!whole) return raise(n, Numbers.node(e));
          if (!e.isEven()) k = k.negated();
          return times(n.x(0), e);
        }
        case SQRT -> {
          return times(n.x(0), e.times(Rational.HALF));
        }
        case RSQRT -> {
          return times(n.x(0), e.times(Rational.HALF).negated());
        }
        case EXP -> {
          return raise(Numbers.of(Math.E), algebra.scaled(n.x(0), e));
        }
        case GAUSS -> {
          var square = new Product(algebra).times(n.x(0), Rational.TWO).times(e.negated());
          return raise(Numbers.of(Math.E), square.node());
        }
        case SECH -> {
          return raise(n.x(0).cosh(), Numbers.node(e.negated()));
        }
        case ABS -> {
          return e.isEven() ? times(n.x(0), e) : raise(n, Numbers.node(e));
        }
        case CBRT -> {
          raise(n, Numbers.node(e));
          Rational all = exponent(n);
          if (all != null && all.fits(1000) && Math.abs(all.over().intValue()) >= 3) {
            int turns = all.over().intValue() / 3;
            set(n, all.minus(Rational.of(3L * turns)));
            return times(n.x(0), Rational.of(turns));
          }
          return this;
        }
        case ONE_MINUS_SQUARE -> {
          // what Pythagoras makes of it
          if (n.x(0).op() == Unary.TANH)
            return raise(n.x(0).x(0).cosh(), Numbers.node(e.times(Rational.of(-2))));
          if (n.x(0).op() == Unary.SIN || n.x(0).op() == Unary.COS) {
            Node other = n.x(0).op() == Unary.SIN ? n.x(0).x(0).cos() : n.x(0).x(0).sin();
            return times(other.mul(other), e);
          }
          return isSimple(n.x(0)) ? raise(n, Numbers.node(e)) : sum(n, e);
        }
        case SIGN,
            FLOOR,
            CEIL,
            ROUND,
            EXPM1,
            LOG,
            LOG1P,
            LOG2,
            LOG10,
            SIN,
            COS,
            TAN,
            ASIN,
            ACOS,
            ATAN,
            SINH,
            COSH,
            TANH,
            ASINH,
            ACOSH,
            ATANH,
            SIGMOID,
            SOFTPLUS,
            ERF,
            ERFC,
            ERFINV,
            GAMMA,
            LGAMMA -> {
          return raise(n, Numbers.node(e));
        }
      }
    }
    if (n.op() instanceof Binary f) {
      switch (f) {
        case MUL -> {
          if (whole || apart(n)) return times(n.x(0), e).times(n.x(1), e);
          return root(n, e);
        }
        case DIV -> {
          if (whole || apart(n)) return times(n.x(0), e).times(n.x(1), e.negated());
          return root(n, e);
        }
        case POW -> {
          return power(n, e);
        }
        case HYPOT -> {
          if (!e.isEven()) return raise(n, Numbers.node(e));
          var squares = new Sum(algebra);
          squares.add(new Product(algebra).times(n.x(0), Rational.TWO).node(), Rational.ONE);
          squares.add(new Product(algebra).times(n.x(1), Rational.TWO).node(), Rational.ONE);
          return times(squares.node(), e.times(Rational.HALF));
        }
        case ADD, SUB -> {
          return sum(n, e);
        }
        case REM, MAX, MIN, ATAN2, XLOGY -> {
          return raise(n, Numbers.node(e));
        }
      }
    }
    return raise(n, Numbers.node(e));
  }

  /** Whether (a·b)^e = a^e·b^e for every e: at most one factor may be negative. */
  private boolean apart(Node n) {
    return algebra.bounds.isNotNegative(n.x(0)) || algebra.bounds.isNotNegative(n.x(1));
  }

  /** A root of a product: what is known to be positive comes out of it. */
  private Product root(Node n, Rational e) {
    var p = algebra.product(n);
    if (p.k.sign() > 0 && !p.k.isOne()) number(Numbers.node(p.k), p.k, e);
    else if (p.k.sign() < 0 && !p.k.abs().isOne()) number(Numbers.node(p.k.abs()), p.k.abs(), e);
    p.k = Rational.of(p.k.sign());
    for (var power : List.copyOf(p.powers.entrySet())) {
      Node each = power(power.getKey(), power.getValue());
      Rational exponent = Numbers.rational(power.getValue());
      if (exponent != null && algebra.bounds.isNotNegative(power.getKey())) {
        times(power.getKey(), exponent.times(e));
        p.powers.remove(power.getKey());
      } else if (exponent != null && exponent.isEven()) {
        times(algebra.abs(power.getKey()), exponent.times(e));
        p.powers.remove(power.getKey());
      } else if (algebra.bounds.isPositive(each)) {
        times(each, e);
        p.powers.remove(power.getKey());
      }
    }
    if (p.powers.isEmpty() && p.k.isOne()) return this;
    Node rest = p.node();
    return rest == n || p.powers.size() != 1 || !p.k.isOne()
        ? raise(rest, Numbers.node(e))
        : times(rest, e);
  }

  private Product power(Node n, Rational e) {
    Node base = n.x(0), exponent = n.x(1);
    if (Numbers.isE(base)) return raise(base, algebra.scaled(exponent, e));
    Rational c = Numbers.rational(exponent);
    if (c != null && e.isInteger()) return times(base, c.times(e));
    if (c != null)
      return times(
          c.isEven() && !algebra.bounds.isNotNegative(base) ? algebra.abs(base) : base, c.times(e));
    if (e.isInteger() || algebra.bounds.isPositive(base))
      return raise(base, algebra.scaled(exponent, e));
    return raise(n, Numbers.node(e));
  }

  /** A sum as a factor: without a common number, the first term positive, so that equal ones meet. */
  private Product sum(Node n, Rational e) {
    var s = algebra.sum(n);
    if (s.terms.isEmpty()) return times(Numbers.of(0), e);
    if (s.terms.size() == 1) {
      Node only = s.node();
      return Sum.is(only) ? raise(only, Numbers.node(e)) : times(only, e);
    }
    Rational content = s.content();
    if (!e.isInteger()) content = content.abs();
    if (!content.isOne()) {
      Rational factor = e.isInteger() ? power(content, e) : rootOf(content, e);
      if (factor != null) {
        k = k.times(factor);
        s.divide(content);
      }
    }
    return raise(s.node(), Numbers.node(e));
  }

  private static @Nullable Rational power(Rational r, Rational e) {
    return e.fits(1000) ? r.power(e.over().longValue()) : null;
  }

  private static @Nullable Rational rootOf(Rational r, Rational e) {
    if (e.under().bitLength() > 6
        || !new Rational(e.over(), java.math.BigInteger.ONE, false).fits(1000)) return null;
    Rational root = r.root(e.under().intValue());
    return root == null ? null : root.power(e.over().longValue());
  }

  private Product number(Node n, Rational r, Rational e) {
    Rational exact = e.isInteger() ? power(r, e) : rootOf(r, e);
    if (exact != null && Numbers.writable(exact)) {
      k = k.times(exact);
      return this;
    }
    if (e.isInteger() || r.sign() <= 0 || r.decimal()) return raise(n, Numbers.node(e));
    if (r.isInteger()) return integer(r, e);
    integer(new Rational(r.over(), java.math.BigInteger.ONE, false), e);
    return integer(new Rational(r.under(), java.math.BigInteger.ONE, false), e.negated());
  }

  /** Of a square root, what is a square: √8 = 2√2; whole powers: 2^(3/2) = 2√2. */
  private Product integer(Rational r, Rational e) {
    if (r.isOne()) return this;
    if (e.under().intValue() == 2 && r.fits(1_000_000)) {
      int n = r.over().intValue();
      for (int d = (int) Math.sqrt(n); d > 1; d--)
        if (n % (d * d) == 0 && rootOf(Rational.of((long) d * d), e) instanceof Rational out) {
          k = k.times(out);
          n /= d * d;
        }
      if (n == 1) return this;
      r = Rational.of(n);
    }
    raise(Numbers.node(r), Numbers.node(e));
    Rational all = exponent(Numbers.node(r));
    if (all != null && all.isInteger() && power(r, all) instanceof Rational whole) {
      powers.remove(Numbers.node(r));
      k = k.times(whole);
    }
    return this;
  }

  /** Times {@code base} to the power of {@code e}, the base taken as it is. */
  Product raise(Node base, Node e) {
    Node before = powers.get(base);
    Node sum = before == null ? e : algebra.plus(before, e);
    if (Numbers.rational(sum) instanceof Rational r && r.isZero()) powers.remove(base);
    else powers.put(base, sum);
    return this;
  }

  /** Whether 1 − u² stays one op. */
  static boolean isKept(Node u) {
    return isSimple(u) && u.op() != Unary.TANH && u.op() != Unary.SIN && u.op() != Unary.COS;
  }

  /** Something squared of which is more than a letter or a function's value. */
  static boolean isSimple(Node u) {
    return !(u.op() instanceof Binary b
            && (b == Binary.MUL
                || b == Binary.DIV
                || b == Binary.ADD
                || b == Binary.SUB
                || b == Binary.POW))
        && u.op() != Unary.NEG
        && u.op() != Unary.SQRT
        && Numbers.rational(u) == null;
  }

  // ---- as one writes it

  /** Numbers first, then the factors in order, below a line what has a negative exponent. */
  Node node() {
    if (k.isZero()) return Numbers.of(0);
    if (!Numbers.writable(k)) return unfolded();
    var bases = new ArrayList<>(powers.keySet());
    bases.sort(
        Comparator.<Node>comparingInt(b -> Numbers.rational(exponentOf(b)) == null ? 1 : 0)
            .thenComparing(algebra.order));
    boolean negative = k.sign() < 0;
    Rational size = k.abs();
    var over = new ArrayList<Node>();
    var under = new ArrayList<Node>();
    var below = new ArrayList<Node>();
    Node number = Numbers.node(size);
    if (number.op() == Binary.DIV) {
      if (!number.x(0).isFull(1)) over.add(number.x(0));
      under.add(number.x(1));
    } else if (!size.isOne()) over.add(number);
    for (Node base : bases) {
      Node e = exponentOf(base);
      Rational r = Numbers.rational(e);
      boolean falling = (Numbers.isE(base) || r == null) && algebra.isNegative(e);
      if (falling && (bases.size() > 1 || !over.isEmpty())) below.add(base);
      else if (r == null || r.sign() > 0 || Numbers.isE(base)) over.add(power(base, e));
      else if (base.op() == Unary.COSH)
        over.add(power(base.x(0).sech(), Numbers.node(r.negated())));
      else under.add(power(base, Numbers.node(r.negated())));
    }
    for (Node base : below) {
      // e^(−x) is written below the line if something stands above it
      Node e = exponentOf(base);
      if (over.isEmpty()) over.add(power(base, e));
      else under.add(power(base, algebra.negated(e)));
    }
    if (negative) {
      int at = flippable(over);
      if (at >= 0) {
        over.set(at, algebra.negated(over.get(at)));
        negative = false;
      }
    }
    rooted(over, under);
    Node top = over.isEmpty() ? Numbers.of(1) : joined(over);
    Node all = under.isEmpty() ? top : top.div(joined(under));
    if (!negative) return all;
    if (Numbers.rational(all) instanceof Rational r) return Numbers.node(r.negated());
    return all.neg();
  }

  /** √a·√b = √(a·b) and √a/√b = √(a/b), if at most one of them may be negative. */
  private void rooted(List<Node> over, List<Node> under) {
    Node above = root(over), below = root(under);
    if (above == null
        || below == null
        || !(algebra.bounds.isNotNegative(above) || algebra.bounds.isNotNegative(below))) return;
    over.set(over.indexOf(above.apply(Unary.SQRT)), above.div(below).apply(Unary.SQRT));
    under.remove(below.apply(Unary.SQRT));
  }

  /** Joins the square roots among some factors; what is under the root then, null where there is none. */
  private @Nullable Node root(List<Node> factors) {
    boolean any = false;
    for (Node n : factors) any |= n.op() == Unary.SQRT;
    if (!any) return null;
    var roots = new ArrayList<>(factors.stream().filter(n -> n.op() == Unary.SQRT).toList());
    var unsure = roots.stream().filter(n -> !algebra.bounds.isNotNegative(n.x(0))).toList();
    if (unsure.size() > 1) roots.removeAll(unsure.subList(1, unsure.size()));
    if (roots.isEmpty()) return null;
    Node inside = joined(roots.stream().map(n -> n.x(0)).toList());
    if (roots.size() > 1) {
      factors.set(factors.indexOf(roots.getLast()), inside.apply(Unary.SQRT));
      factors.removeAll(roots);
    }
    return inside;
  }

  private Node exponentOf(Node base) {
    return Objects.requireNonNull(powers.get(base));
  }

  /** A sum that takes the sign without growing. */
  private int flippable(List<Node> over) {
    for (int i = 0; i < over.size(); i++) {
      Node n = over.get(i);
      if (Sum.is(n) && algebra.size.of(algebra.negated(n)) <= algebra.size.of(n)) return i;
    }
    return -1;
  }

  private Node unfolded() {
    // a number that no double holds: its parts stand as they are
    var rest = copy();
    rest.k = Rational.ONE;
    Node n = rest.node();
    Node number = Numbers.of(new Rational(k.over(), java.math.BigInteger.ONE, true).toDouble());
    Node below = Numbers.of(new Rational(k.under(), java.math.BigInteger.ONE, true).toDouble());
    return n.isFull(1) ? number.div(below) : number.mul(n).div(below);
  }

  private static Node joined(List<Node> factors) {
    Node all = factors.getFirst();
    for (Node n : factors.subList(1, factors.size())) all = all.mul(n);
    return all;
  }

  private Node power(Node base, Node e) {
    if (Numbers.isE(base)) return e.isFull(1) ? base : e.exp();
    if (e.isFull(1)) return base;
    if (Numbers.rational(e) instanceof Rational r && r.same(Rational.HALF) && !r.decimal())
      return base.apply(Unary.SQRT);
    // shorter than x^(3/2)
    if (Numbers.rational(e) instanceof Rational r
        && r.same(THREE_HALVES)
        && !r.decimal()
        && base.op() instanceof Source) return base.mul(base.apply(Unary.SQRT));
    return base.pow(e);
  }
}
