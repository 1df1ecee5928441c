package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Values of functions at numbers that one knows by heart. */
final class Known {
  private final Algebra algebra;

  Known(Algebra algebra) {
    this.algebra = algebra;
  }

  /** The value, or {@code y} itself. */
  Node value(Node y) {
    if (y.op() instanceof Binary f) return binary(f, y);
    if (!(y.op() instanceof Unary f)) return y;
    Node x = y.x(0);
    if (f == Unary.LOG && Numbers.isE(x)) return Numbers.of(1);
    if (ofPi(f, x) instanceof Node v) return v;
    Rational r = Numbers.rational(x);
    if (r == null) return y;
    Node v = r.isZero() ? atZero(f) : r.isOne() ? atOne(f) : null;
    if (v == null) v = atRational(f, r);
    return v == null ? y : v;
  }

  private static @Nullable Node atZero(Unary f) {
    return switch (f) {
      case SIN, TAN, ASIN, ATAN, SINH, TANH, ASINH, ATANH, ERF, ERFINV, EXPM1, LOG1P, CBRT ->
          Numbers.of(0);
      case EXP, COS, COSH, SECH, ERFC, GAUSS -> Numbers.of(1);
      case SIGMOID -> Numbers.node(Rational.HALF);
      case ACOS -> Numbers.of(Math.PI).div(Numbers.of(2));
      case SOFTPLUS -> Numbers.of(2).log();
      case NEG,
          ABS,
          SIGN,
          FLOOR,
          CEIL,
          ROUND,
          LOG,
          LOG2,
          LOG10,
          SQRT,
          RSQRT,
          ACOSH,
          ONE_MINUS_SQUARE,
          GAMMA,
          LGAMMA ->
          null;
    };
  }

  private static @Nullable Node atOne(Unary f) {
    return switch (f) {
      case LOG, ACOS, ACOSH, LGAMMA, LOG2, LOG10 -> Numbers.of(0);
      case EXP -> Numbers.of(Math.E);
      case GAMMA, CBRT -> Numbers.of(1);
      case ASIN -> Numbers.of(Math.PI).div(Numbers.of(2));
      case ATAN -> Numbers.of(Math.PI).div(Numbers.of(4));
      case NEG,
          ABS,
          SIGN,
          FLOOR,
          CEIL,
          ROUND,
          EXPM1,
          LOG1P,
          SQRT,
          RSQRT,
          SIN,
          COS,
          TAN,
          SINH,
          COSH,
          TANH,
          ASINH,
          ATANH,
          ONE_MINUS_SQUARE,
          SECH,
          SIGMOID,
          SOFTPLUS,
          GAUSS,
          ERF,
          ERFC,
          ERFINV ->
          null;
    };
  }

  private static @Nullable Node atRational(Unary f, Rational r) {
    return switch (f) {
      case ABS -> Numbers.node(r.abs());
      case SIGN -> Numbers.of(r.sign());
      case FLOOR -> integer(floor(r));
      case CEIL -> integer(floor(r.negated()).negate());
      case CBRT -> {
        Rational root = r.abs().root(3);
        yield root == null ? null : Numbers.node(r.sign() < 0 ? root.negated() : root);
      }
      case GAMMA -> {
        if (!r.fits(18) || r.sign() <= 0) yield null;
        double product = 1;
        for (int i = 2; i < r.over().intValue(); i++) product *= i;
        yield Numbers.of(product);
      }
      case LOG10 -> powerOf(BigInteger.TEN, r);
      case LOG2 -> powerOf(BigInteger.TWO, r);
      case NEG,
          ROUND,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SQRT,
          RSQRT,
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
          ONE_MINUS_SQUARE,
          SECH,
          SIGMOID,
          SOFTPLUS,
          GAUSS,
          ERF,
          ERFC,
          ERFINV,
          LGAMMA ->
          null;
    };
  }

  private static BigInteger floor(Rational r) {
    BigInteger[] parts = r.over().divideAndRemainder(r.under());
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static Node integer(BigInteger n) {
    return Numbers.node(new Rational(n, BigInteger.ONE, false));
  }

  private static @Nullable Node powerOf(BigInteger base, Rational r) {
    if (!r.isInteger() || r.sign() <= 0) return null;
    int n = 0;
    BigInteger rest = r.over();
    for (; rest.mod(base).signum() == 0; n++) rest = rest.divide(base);
    return rest.equals(BigInteger.ONE) ? Numbers.of(n) : null;
  }

  /** sin, cos and tan of a rational multiple of π. */
  private @Nullable Node ofPi(Unary f, Node x) {
    boolean sine = f == Unary.SIN, cosine = f == Unary.COS;
    if (!sine && !cosine && f != Unary.TAN) return null;
    var p = algebra.product(x);
    if (p.powers.size() != 1
        || !(p.exponent(Numbers.of(Math.PI)) instanceof Rational e)
        || !e.isOne()) return null;
    Rational twelfths = p.k.times(Rational.of(12));
    if (!twelfths.fits(1_000_000)) return null;
    int n = Math.floorMod(twelfths.over().intValue(), 24);
    if (sine) return sine(n);
    if (cosine) return sine((n + 6) % 24);
    return n % 12 == 0
        ? Numbers.of(0)
        : n % 12 == 3 ? Numbers.of(1) : n % 12 == 9 ? Numbers.of(-1) : null;
  }

  private static @Nullable Node sine(int twelfths) {
    return switch (twelfths) {
      case 0, 12 -> Numbers.of(0);
      case 2, 10 -> Numbers.node(Rational.HALF);
      case 6 -> Numbers.of(1);
      case 14, 22 -> Numbers.node(Rational.HALF.negated());
      case 18 -> Numbers.of(-1);
      default -> null;
    };
  }

  private static Node binary(Binary f, Node y) {
    Rational a = Numbers.rational(y.x(0)), b = Numbers.rational(y.x(1));
    if (a == null || b == null) return y;
    return switch (f) {
      case MAX -> Numbers.node(a.compareTo(b) >= 0 ? a : b);
      case MIN -> Numbers.node(a.compareTo(b) <= 0 ? a : b);
      case ADD, SUB, MUL, DIV, REM, POW, ATAN2, HYPOT, XLOGY -> y;
    };
  }
}
