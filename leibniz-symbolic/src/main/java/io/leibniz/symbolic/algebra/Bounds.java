package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Unary;

/**
 * Between which numbers a node lies wherever it is defined. A lower bound of {@link Double#MIN_VALUE} says that it is
 * positive; rounding is not accounted for: these are bounds of the mathematics.
 */
final class Bounds {
  private static final double POSITIVE = Double.MIN_VALUE, INFINITE = Double.POSITIVE_INFINITY;
  private static final Interval ANY = new Interval(-INFINITE, INFINITE);

  private final Memo<Interval> known = new Memo<>(this::find);

  record Interval(double low, double high) {
    Interval negated() {
      return new Interval(-high, -low);
    }

    boolean isPositive() {
      return low > 0;
    }

    boolean isNegative() {
      return high < 0;
    }
  }

  Interval of(Node n) {
    return known.of(n);
  }

  boolean isPositive(Node n) {
    return of(n).low > 0;
  }

  boolean isNotNegative(Node n) {
    return of(n).low >= 0;
  }

  boolean isNotZero(Node n) {
    return of(n).low > 0 || of(n).high < 0;
  }

  private Interval find(Node n) {
    if (Numbers.literal(n) instanceof Double k) return Double.isNaN(k) ? ANY : new Interval(k, k);
    if (n.op() instanceof Unary f) return unary(f, known.at(n.x(0)));
    if (n.op() instanceof Binary f) return binary(f, n);
    if (n.op() == Choice.SELECT) {
      if (Relu.is(n)) return new Interval(0, Math.max(0, known.at(n.x(1)).high));
      return union(known.at(n.x(1)), known.at(n.x(2)));
    }
    return ANY;
  }

  private static Interval union(Interval a, Interval b) {
    return new Interval(Math.min(a.low, b.low), Math.max(a.high, b.high));
  }

  private static Interval unary(Unary f, Interval x) {
    double least = x.low > 0 ? x.low : x.high < 0 ? -x.high : 0; // of |x|
    return switch (f) {
      case NEG -> x.negated();
      case ABS -> new Interval(least, Math.max(Math.abs(x.low), Math.abs(x.high)));
      case SIGN ->
          new Interval(x.low > 0 ? 1 : x.low == 0 ? 0 : -1, x.high < 0 ? -1 : x.high == 0 ? 0 : 1);
      case EXP, SOFTPLUS -> new Interval(POSITIVE, INFINITE);
      case EXPM1 ->
          new Interval(
              x.low > 0 ? POSITIVE : x.low == 0 ? 0 : -1, x.high < 0 ? -POSITIVE : INFINITE);
      case SQRT -> new Interval(x.low > 0 ? Math.max(POSITIVE, Math.sqrt(x.low) / 2) : 0, INFINITE);
      case RSQRT -> new Interval(POSITIVE, INFINITE);
      case CBRT, SINH, ASINH, ATAN, ERF, TANH, ATANH, LOG1P ->
          new Interval(
              x.low > 0
                  ? POSITIVE
                  : x.low == 0 ? 0 : f == Unary.TANH || f == Unary.ERF ? -1 : -INFINITE,
              x.high < 0
                  ? -POSITIVE
                  : x.high == 0 ? 0 : f == Unary.TANH || f == Unary.ERF ? 1 : INFINITE);
      case SIN, COS -> new Interval(-1, 1);
      case COSH -> new Interval(1, INFINITE);
      case ACOSH, ACOS -> new Interval(0, INFINITE);
      case SECH, SIGMOID, GAUSS -> new Interval(POSITIVE, 1);
      case ERFC -> new Interval(POSITIVE, 2);
      case LOG, LOG2, LOG10 ->
          new Interval(
              x.low > 1 ? POSITIVE : x.low == 1 ? 0 : -INFINITE, x.high < 1 ? -POSITIVE : INFINITE);
      case GAMMA -> x.low > 0 ? new Interval(POSITIVE, INFINITE) : ANY;
      case ASIN, FLOOR, CEIL, ROUND, TAN, ONE_MINUS_SQUARE, ERFINV, LGAMMA -> ANY;
    };
  }

  private Interval binary(Binary f, Node n) {
    Interval a = known.at(n.x(0)), b = known.at(n.x(1));
    return switch (f) {
      case ADD -> sum(a, b);
      case SUB -> sum(a, b.negated());
      case MUL -> n.x(0) == n.x(1) ? square(a) : product(a, b);
      case DIV ->
          b.low > 0
              ? product(a, new Interval(POSITIVE, INFINITE))
              : b.high < 0 ? product(a, new Interval(-INFINITE, -POSITIVE)) : ANY;
      case POW -> {
        if (a.low > 0) yield new Interval(POSITIVE, INFINITE);
        boolean even = Numbers.rational(n.x(1)) instanceof Rational r && r.isEven();
        if (even) yield a.high < 0 ? new Interval(POSITIVE, INFINITE) : new Interval(0, INFINITE);
        yield a.low == 0 ? new Interval(0, INFINITE) : ANY;
      }
      case HYPOT ->
          new Interval(
              Math.max(square(a).low > 0 ? POSITIVE : 0, square(b).low > 0 ? POSITIVE : 0),
              INFINITE);
      case MAX -> new Interval(Math.max(a.low, b.low), Math.max(a.high, b.high));
      case MIN -> new Interval(Math.min(a.low, b.low), Math.min(a.high, b.high));
      case REM, ATAN2, XLOGY -> ANY;
    };
  }

  private static Interval square(Interval a) {
    return new Interval(a.low > 0 || a.high < 0 ? POSITIVE : 0, INFINITE);
  }

  private static Interval sum(Interval a, Interval b) {
    double low = a.low + b.low, high = a.high + b.high;
    return new Interval(Double.isNaN(low) ? -INFINITE : low, Double.isNaN(high) ? INFINITE : high);
  }

  private static Interval product(Interval a, Interval b) {
    boolean positive = a.low > 0 && b.low > 0 || a.high < 0 && b.high < 0;
    boolean negative = a.low > 0 && b.high < 0 || a.high < 0 && b.low > 0;
    boolean notNegative = a.low >= 0 && b.low >= 0 || a.high <= 0 && b.high <= 0;
    boolean notPositive = a.low >= 0 && b.high <= 0 || a.high <= 0 && b.low >= 0;
    return new Interval(
        positive ? POSITIVE : notNegative ? 0 : -INFINITE,
        negative ? -POSITIVE : notPositive ? 0 : INFINITE);
  }
}
