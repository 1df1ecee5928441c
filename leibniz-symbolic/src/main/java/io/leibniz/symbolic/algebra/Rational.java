package io.leibniz.symbolic.algebra;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fraction in lowest terms, exact. A {@code decimal} one was written with a point, and is written so again where
 * that is possible; it means the nearest double, so that its arithmetic may be rounded to one.
 */
record Rational(BigInteger over, BigInteger under, boolean decimal)
    implements Comparable<Rational> {
  private static final int SMALL = 64;
  private static final List<Rational> INTEGERS =
      IntStream.rangeClosed(-SMALL, SMALL).mapToObj(n -> of(n, 1)).toList();

  static final Rational ZERO = of(0), ONE = of(1), MINUS_ONE = of(-1), TWO = of(2), HALF = of(1, 2);

  private static final double EXACT = 0x1p53;

  Rational {
    if (under.signum() < 0) {
      over = over.negate();
      under = under.negate();
    }
    if (!under.equals(BigInteger.ONE)) {
      BigInteger common = over.gcd(under);
      if (!common.equals(BigInteger.ONE)) {
        over = over.divide(common);
        under = under.divide(common);
      }
    }
  }

  static Rational of(long n) {
    return -SMALL <= n && n <= SMALL ? INTEGERS.get((int) n + SMALL) : of(n, 1);
  }

  static Rational of(long over, long under) {
    return new Rational(BigInteger.valueOf(over), BigInteger.valueOf(under), false);
  }

  /** A finite double: an integer if it is one below 2⁵³, else the decimal that its shortest text shows, or a simple fraction. */
  static Rational of(double x) {
    if (x == Math.rint(x) && Math.abs(x) <= EXACT) return of((long) x);
    for (int q : new int[] {3, 6, 7, 9, 11, 12})
      if ((double) Math.round(x * q) / q == x && Math.abs(x * q) < 1000)
        return of(Math.round(x * q), q);
    var text = new BigDecimal(Double.toString(x));
    return new Rational(
        text.scale() > 0 ? text.unscaledValue() : text.toBigInteger(),
        text.scale() > 0 ? BigInteger.TEN.pow(text.scale()) : BigInteger.ONE,
        true);
  }

  Rational plus(Rational b) {
    if (isInteger() && b.isInteger())
      return new Rational(over.add(b.over), BigInteger.ONE, decimal || b.decimal);
    return new Rational(
        over.multiply(b.under).add(b.over.multiply(under)),
        under.multiply(b.under),
        decimal || b.decimal);
  }

  Rational minus(Rational b) {
    return plus(b.negated());
  }

  Rational times(Rational b) {
    if (isOne() && !decimal) return b;
    if (b.isOne() && !b.decimal) return this;
    return new Rational(over.multiply(b.over), under.multiply(b.under), decimal || b.decimal);
  }

  Rational over(Rational b) {
    return times(b.inverse());
  }

  Rational inverse() {
    return new Rational(under, over, decimal);
  }

  Rational negated() {
    return new Rational(over.negate(), under, decimal);
  }

  Rational abs() {
    return over.signum() < 0 ? negated() : this;
  }

  /** To an integer power of at most a few hundred digits; null beyond. */
  @Nullable Rational power(long n) {
    if (Math.abs(n) > 1000 || Math.abs(n) * Math.max(over.bitLength(), under.bitLength()) > 2000)
      return null;
    if (n < 0) return isZero() ? null : inverse().power(-n);
    return new Rational(over.pow((int) n), under.pow((int) n), decimal);
  }

  /** The exact {@code n}-th root, where there is one. */
  @Nullable Rational root(int n) {
    if (over.signum() < 0) return null;
    BigInteger p = root(over, n), q = root(under, n);
    return p == null || q == null ? null : new Rational(p, q, decimal);
  }

  private static @Nullable BigInteger root(BigInteger x, int n) {
    if (x.bitLength() > 1000) return null;
    BigInteger guess =
        n == 2
            ? x.sqrt()
            : BigDecimal.valueOf(Math.rint(Math.pow(x.doubleValue(), 1.0 / n))).toBigInteger();
    return guess.pow(n).equals(x) ? guess : null;
  }

  /** The greatest fraction of which both are integer multiples, without a sign. */
  Rational common(Rational b) {
    if (isZero()) return b.abs();
    if (b.isZero()) return abs();
    return new Rational(
        over.multiply(b.under).gcd(b.over.multiply(under)),
        under.multiply(b.under),
        decimal || b.decimal);
  }

  boolean isZero() {
    return over.signum() == 0;
  }

  boolean isOne() {
    return isInteger() && over.equals(BigInteger.ONE);
  }

  boolean isInteger() {
    return under.equals(BigInteger.ONE);
  }

  boolean isEven() {
    return isInteger() && !over.testBit(0);
  }

  int sign() {
    return over.signum();
  }

  /** Whether it is small enough for what takes as many steps. */
  boolean fits(int limit) {
    return isInteger() && over.bitLength() < 31 && Math.abs(over.intValue()) <= limit;
  }

  double toDouble() {
    return isInteger()
        ? over.doubleValue()
        : new BigDecimal(over)
            .divide(new BigDecimal(under), java.math.MathContext.DECIMAL128)
            .doubleValue();
  }

  /** Equal as numbers, however written. */
  boolean same(Rational b) {
    return over.equals(b.over) && under.equals(b.under);
  }

  @Override
  public int compareTo(Rational b) {
    return over.multiply(b.under).compareTo(b.over.multiply(under));
  }
}
