package io.leibniz.compile.lane;

import static io.leibniz.compile.lane.Format.*;

/**
 * log((1 + f) 2^k) = k log 2 + (f + y) with 1 + f between √½ and √2, k a whole number, and y = log(1 + f) − f, of the
 * order of f². Near 1, k is 0 and f exact, so that log has its digits there; f + y is rounded last.
 *
 * <p>F32: y = −f²/2 + f³ P(f). F64: y = −f²/2 + s (f²/2 + s² P(s²)) with s = f / (2 + f), from log(1 + f) = 2 artanh s
 * (FreeBSD's e_log.c, Ng 1993). P are minimax polynomials.
 */
record Logarithm(Expr k, Expr f, Expr y) {
  /** Squares of larger numbers might overflow; beside smaller ones 1 already counts for nothing. */
  private static final double LARGE = 0x1p60;

  private static final double ROOT_HALF = 0.7071067811865476;
  private static final double[] LN2_SINGLE = {0.693359375, -2.12194440054690583e-4};
  private static final double[] LN2_DOUBLE = {
    6.93147180369123816490e-01, 1.90821492927058770002e-10
  };

  private static final double[] LOG2_E_SINGLE = {1.4426950216293335, 1.92596299e-08},
      LOG2_E_DOUBLE = {1.4426950408889634, 2.0355273740931033e-17};
  private static final double[] LOG10_E_SINGLE = {0.4342944920063019, -1.01030501e-08},
      LOG10_E_DOUBLE = {0.4342944819032518, 1.098319650216765e-17};
  private static final double[] LOG10_2_SINGLE = {0.30103302001953125, -3.02435555e-06},
      LOG10_2_DOUBLE = {0.30102999566395283, 2.8363394551044964e-14};

  // spotless:off
  /** (log(1 + f) − f + f²/2) / f³: coefficients.py, "log". */
  private static final double[] SINGLE_P = {
    0.3333333, -0.25000823, 0.20001261, -0.16623315, 0.14200953, -0.13159981, 0.1276723, -0.07641297
  };

  /** (2 artanh s − 2s) / s³ by s². */
  private static final double[] DOUBLE_P = {
    0.6666666666666734, 0.39999999999416636, 0.28571428742029426, 0.22222198604949542, 0.1818356285490136, 0.15314084807678371,
    0.1479563302340066
  };
  // spotless:on

  /** Of 1 + f itself. */
  static Expr tail(Expr f) {
    Expr square = f.times(f);
    if (Format.of(f) == SINGLE)
      return square.fma(-0.5, square.times(f).times(polynomial(f, SINGLE_P)));
    Expr s = f.over(f.plus(2)), z = s.times(s), half = square.times(0.5);
    return s.fma(z.fma(polynomial(z, DOUBLE_P), half), half.negate());
  }

  /** log of x > 0. */
  static Logarithm of(Expr x) {
    Split split = Split.positive(x);
    Expr f = split.m.plus(-1);
    return new Logarithm(split.k(), f, tail(f));
  }

  /** log of 1 + x > 0; what 1 + x loses is put back. */
  static Logarithm onePlus(Expr x) {
    Expr u = x.plus(1);
    return of(u, x.minus(u.plus(-1)));
  }

  /** log of 1 + x + low > 0, low of the order of a rounding of x. */
  private static Logarithm onePlus(Expr x, Expr low) {
    Expr u = x.plus(1);
    return of(u, x.minus(u.plus(-1)).plus(low));
  }

  private static Logarithm of(Expr u, Expr lost) {
    Split split = Split.normal(u);
    Expr f = lost.fma(split.inverse(), split.m.plus(-1));
    return new Logarithm(split.k(), f, tail(f));
  }

  /** x = m 2^k, m between √½ and √2; {@code bits} has k as its exponent, {@code zero} what k's magic number holds too much. */
  record Split(Expr m, Expr bits, Expr zero) {
    static Split positive(Expr x) {
      Format f = Format.of(x);
      int up = f.digits + 1;
      Expr tiny = x.less(f.leastNormal());
      Expr zero = tiny.choose(x.like(f.magic() + f.bias + up), x.like(f.magic() + f.bias));
      return of(tiny.choose(x.times(Math.scalb(1.0, up)), x), zero);
    }

    static Split normal(Expr x) {
      Format f = Format.of(x);
      return of(x, x.like(f.magic() + f.bias));
    }

    private static Split of(Expr x, Expr zero) {
      Format f = Format.of(x);
      long root = f.bits(ROOT_HALF), mask = (1L << f.digits) - 1;
      Expr bits = x.bits().plus(f.integer(x.block(), f.bits(1) - root));
      Expr m = bits.and(f.integer(x.block(), mask)).plus(f.integer(x.block(), root)).asFloat();
      return new Split(m, bits, zero);
    }

    Expr k() {
      Format f = Format.of(m);
      Expr magic = f.integer(m.block(), f.bits(f.magic()));
      return bits.down(f.digits).or(magic).asFloat().minus(zero);
    }

    /** 2^−k, or 0 where 2^(1 − k) is subnormal. */
    Expr inverse() {
      Format f = Format.of(m);
      Expr exponents = f.integer(m.block(), f.bits(Double.POSITIVE_INFINITY));
      return bits.not().and(exponents).asFloat().times(0.5);
    }
  }

  /** log 2, of which the first part has so many zeros at its end that whole numbers times it are exact. */
  static double[] ln2(Expr x) {
    return Format.of(x) == SINGLE ? LN2_SINGLE : LN2_DOUBLE;
  }

  /** k log 2 + f + y. */
  Expr natural() {
    double[] ln2 = ln2(f);
    return k.fma(ln2[0], f.plus(k.fma(ln2[1], y)));
  }

  /** k + (f + y) / log 2. */
  private Expr binary() {
    double[] c = Format.of(f) == SINGLE ? LOG2_E_SINGLE : LOG2_E_DOUBLE;
    return k.plus(f.fma(c[0], f.fma(c[1], y.times(c[0]))));
  }

  /** k log 2 / log 10 + (f + y) / log 10. */
  private Expr decimal() {
    double[] c = Format.of(f) == SINGLE ? LOG10_E_SINGLE : LOG10_E_DOUBLE,
        two = Format.of(f) == SINGLE ? LOG10_2_SINGLE : LOG10_2_DOUBLE;
    return k.fma(two[0], f.fma(c[0], k.fma(two[1], f.fma(c[1], y.times(c[0])))));
  }

  /** {@code r} where {@code u} > 0, else −∞ at 0 and NaN; {@code x} where that is +∞. */
  private static Expr domain(Expr u, Expr x, Expr r) {
    Expr edge = u.equal(0).choose(x.like(Double.NEGATIVE_INFINITY), x.like(Double.NaN));
    return u.more(0).choose(x.less(Double.POSITIVE_INFINITY).choose(r, x), edge);
  }

  static Expr log(Expr x) {
    return domain(x, x, of(x).natural());
  }

  static Expr log1p(Expr x) {
    Expr r = x.equal(0).choose(x, onePlus(x).natural()); // the sign of 0
    return domain(x.plus(1), x, r);
  }

  /** log(1 + x) for x in [0, 1]. */
  static Expr onePlusUnit(Expr x) {
    double[] ln2 = ln2(x);
    Expr zero = x.like(0), big = x.more(Math.sqrt(2) - 1);
    Expr f = big.choose(x.fma(0.5, x.like(-0.5)), x);
    Expr y = tail(f).plus(big.choose(x.like(ln2[1]), zero));
    return f.plus(y).plus(big.choose(x.like(ln2[0]), zero));
  }

  static Expr log2(Expr x) {
    return domain(x, x, of(x).binary());
  }

  static Expr log10(Expr x) {
    return domain(x, x, of(x).decimal());
  }

  /** x log y, 0 where x is, unless y is NaN. */
  static Expr xlogy(Expr x, Expr y) {
    return x.equal(0).and(y.equal(y)).choose(x.like(0), x.times(log(y)));
  }

  /** The logarithm, or log 2 more where {@code big}. */
  private static Expr area(Logarithm l, Expr big) {
    Expr k = big.choose(l.k.plus(1), l.k);
    return new Logarithm(k, l.f, l.y).natural();
  }

  /** log(a + √(a² + 1)), a = |x|: log(1 + t) with t = a + a · a / (1 + √(a² + 1)); log 2a where a² is too large. */
  static Expr asinh(Expr x) {
    Expr a = size(x), one = x.like(1), big = a.more(LARGE);
    Expr q = a.over(a.fma(a, one).sqrt().plus(1)), t = a.fma(q, a), low = a.fma(q, a.minus(t));
    Expr y = area(onePlus(big.choose(a, t), low), big);
    return a.less(Double.POSITIVE_INFINITY).choose(y, a).copySign(x);
  }

  /**
   * log(1 + t + √(t (t + 2))) with t = x − 1; log 2x where x is large. NaN below 1. What the root and the sum lose is put
   * back; the least normal number keeps 0 / 0 away.
   */
  static Expr acosh(Expr x) {
    Expr t = x.plus(-1), square = t.fma(t, t.plus(t)), root = square.sqrt(), sum = root.plus(t);
    Expr lost =
        root.negate().fma(root, square).over(root.plus(root).plus(Format.of(x).leastNormal()));
    Expr big = x.more(LARGE), low = big.choose(x.like(0), t.minus(sum.minus(root)).plus(lost));
    Expr y = area(onePlus(big.choose(x, sum), low), big);
    return x.less(1).choose(x.like(Double.NaN), x.less(Double.POSITIVE_INFINITY).choose(y, x));
  }

  /** ½ log(1 + t), t = 2a / (1 − a) = 2a + 2a · a / (1 − a), a = |x|; ∞ at 1 and NaN beyond. */
  static Expr atanh(Expr x) {
    Expr a = size(x), twice = a.plus(a), q = a.over(x.like(1).minus(a)), t = twice.fma(q, twice);
    Expr edge = a.equal(1).choose(x.like(Double.POSITIVE_INFINITY), x.like(Double.NaN));
    Expr low = twice.fma(q, twice.minus(t));
    return a.less(1).choose(onePlus(t, low).natural().times(0.5), edge).copySign(x);
  }
}
