package io.leibniz.compile.lane;

import static io.leibniz.compile.lane.Format.*;

import org.jspecify.annotations.Nullable;

/**
 * e^x = (1 + p) · h · k, with |p| ≤ 0.42 and two powers of two h and k, so that the product may be subnormal or infinite
 * and neither factor is. Everything that is made of the same exponential shares its steps.
 *
 * <p>x = n log 2 + r with the whole number n that leaves |r| ≤ ½ log 2 (Cody and Waite 1980): log 2 in two parts, the
 * first so short that n times it is exact. Then p = r + r² Q(r), Q a minimax polynomial. The larger part of p, {@code exact},
 * is exact, {@code rest} the other, so that p is rounded but once.
 */
record Exponential(Expr exact, Expr rest, Expr h, Expr k) {
  private static final double LOG2_E = 1.4426950408889634;

  // Fits of (e^r − 1 − r) / r² on |r| ≤ ½ log 2: coefficients.py, "exp".
  // spotless:off
  private static final double[] SINGLE_Q = {0.49999994, 0.16666517, 0.041668106, 0.0083691344, 0.0013836492};

  private static final double[] DOUBLE_Q = {
    0.5000000000000011, 0.16666666666665853, 0.04166666666652043, 0.008333333333879771, 0.0013888888947155413,
    0.0001984126862991056, 2.480148874654806e-05, 2.7558397600670073e-06, 2.763198299286172e-07, 2.4736596502789363e-08
  };

  /** (x − tanh x) / x³ by x², |x| ≤ 0.85 in F32 and 0.75 in F64, quotients of two polynomials: "tanh". */
  private static final double[][] SINGLE_TANH = {
    {0.33333333, 0.01472179},
    {1, 0.4441653, 0.015761695}
  };

  private static final double[][] DOUBLE_TANH = {
    {0.3333333333333325, 0.020489789586895964, 0.00019877939042670152},
    {1.0, 0.4614693687605969, 0.023279323771858453, 0.00020610683545654505}
  };

  /** (sinh x − x) / x³ by x², |x| ≤ 1: "sinh". */
  private static final double[] SINGLE_SINH = {0.16666667, 0.0083333105, 0.00019842896, 2.7822198e-06};

  private static final double[] DOUBLE_SINH = {
    0.16666666666666669, 0.008333333333332912, 0.0001984126984159341, 2.755731910675708e-06, 2.5052130998612282e-08,
    1.6056659182457163e-10, 7.776599428807823e-13
  };
  // spotless:on

  /** e^x for any x. */
  static Exponential of(Expr x) {
    Expr high = x.like(choose(x, 90, 710));
    Expr z = atLeast(x, choose(x, -105, -746));
    return reduced(high.less(z).choose(high, z));
  }

  /** e^x for an x that is not above 0. */
  static Exponential below(Expr x) {
    return reduced(atLeast(x, choose(x, -105, -746)));
  }

  private static Expr atLeast(Expr x, double low) {
    return x.less(low).choose(x.like(low), x);
  }

  /** e^x for an x between −105 and 90 (F64: −746 and 710). */
  static Exponential reduced(Expr x) {
    return reduced(x, null);
  }

  /** e^(x + low), low of the order of a rounding of x. */
  static Exponential reduced(Expr x, @Nullable Expr low) {
    Format f = Format.of(x);
    double magic = f.magic() + 2 * f.bias; // so that n / 2 comes with the bias of an exponent
    double[] ln2 = Logarithm.ln2(x);
    Expr t = x.fma(LOG2_E, x.like(magic)), n = t.plus(-magic);
    Expr exact = n.fma(-ln2[0], x), r = n.fma(-ln2[1], exact);
    if (low != null) r = r.plus(low);
    Expr q = polynomial(r, f == SINGLE ? SINGLE_Q : DOUBLE_Q);
    Expr rest = n.fma(-ln2[1], r.times(r).times(q)); // not r + r² q: r is rounded
    if (low != null) rest = rest.plus(low);
    Expr both = t.bits(), one = both.down(1);
    return new Exponential(exact, rest, f.power(one), f.power(both.minus(one)));
  }

  Expr p() {
    return exact.plus(rest);
  }

  /** (1 + p) h, which k makes e^x. */
  Expr scaled() {
    return p().fma(h, h);
  }

  Expr value() {
    return scaled().times(k);
  }

  /** 1 + e^x, rounded once, where e^x does not overflow. */
  Expr plusOne() {
    Expr s = h.times(k);
    return p().fma(s, s.plus(1));
  }

  static Expr exp(Expr x) {
    return of(x).value();
  }

  /** e^x − 1 = (p h + (h − 1 / k)) k, which is p itself near 0. */
  static Expr expm1(Expr x) {
    Format f = Format.of(x);
    Exponential e = of(x);
    Expr inverse = f.integer(x.block(), 2 * f.bits(1)).minus(e.k.bits()).asFloat();
    return x.equal(0).choose(x, e.p().fma(e.h, e.h.minus(inverse)).times(e.k)); // the sign of 0
  }

  /** e^x (1 − lost), for a {@code lost} of the order of a rounding. */
  private Exponential less(Expr lost) {
    return new Exponential(exact, rest.minus(lost), h, k);
  }

  /**
   * 1 / (1 + e), e = e^−|x|, or e / (1 + e) where x is negative. There what rounding took from 1 + e is taken from e
   * too, which leaves e / (1 + e) nearly the same.
   */
  static Expr sigmoid(Expr x) {
    Exponential e = below(falling(x));
    Expr s = e.h.times(e.k), one = s.plus(1), d = e.plusOne(), lost = e.p().fma(s, one.minus(d));
    return x.less(0).choose(e.less(lost).value(), x.like(1)).over(d);
  }

  /**
   * 2 e / (1 + e²), e = e^−|x|, rounded to a subnormal only at the end. Both lose as in {@link #sigmoid} where e is
   * small; near 1, errors of e almost cancel if it is the same above and below.
   */
  static Expr sech(Expr x) {
    Exponential e = below(falling(x));
    Expr y = e.value(), one = x.like(1), d = y.fma(y, one), lost = y.fma(y, one.minus(d));
    Expr half = e.less(y.less(0.4).choose(lost, x.like(0))).scaled();
    return half.plus(half).over(d).times(e.k);
  }

  /**
   * 1 − 2 e² / (1 + e²), e = e^−|x|; where that would cancel, x − x³ P(x²) / Q(x²). One division serves both.
   */
  static Expr tanh(Expr x) {
    Expr a = size(x), z = a.times(a), e = below(falling(x)).value(), w = e.times(e);
    double[][] pq = Format.of(x) == SINGLE ? SINGLE_TANH : DOUBLE_TANH;
    Expr small = a.less(choose(x, 0.85, 0.75));
    Expr above = small.choose(a.times(z).times(polynomial(z, pq[0])), w.plus(w));
    Expr under = small.choose(polynomial(z, pq[1]), e.fma(e, x.like(1)));
    return small.choose(a, x.like(1)).minus(above.over(under)).copySign(x);
  }

  /** |x|, or a bound where e^(−x²) is nothing. */
  static Expr bounded(Expr x) {
    Expr far = x.like(choose(x, 10.24, 27.31)), a = size(x);
    return far.less(a).choose(far, a);
  }

  /** e^(−x²), with what rounding takes from x². */
  static Exponential bell(Expr x) {
    Expr a = bounded(x), square = a.times(a).negate();
    return reduced(square, a.fma(a, square).negate());
  }

  static Expr gauss(Expr x) {
    return bell(x).value();
  }

  /** max(x, 0) + log(1 + e^−|x|). */
  static Expr softplus(Expr x) {
    Expr zero = x.like(0);
    return x.atMost(zero).choose(zero, x).plus(Logarithm.onePlusUnit(below(falling(x)).value()));
  }

  /** ½ e^|x|; e^|x| itself may overflow where that does not. */
  private static Expr half(Expr x) {
    Expr a = size(x), high = x.like(choose(x, 90, 711));
    Exponential e = reduced(high.less(a).choose(high, a));
    return e.scaled().times(e.k.times(0.5));
  }

  /** ½ (e^|x| − e^−|x|), or x + x³ P(x²). */
  static Expr sinh(Expr x) {
    Expr a = size(x), z = a.times(a), e = half(x);
    Expr small =
        a.times(z).fma(polynomial(z, Format.of(x) == SINGLE ? SINGLE_SINH : DOUBLE_SINH), a);
    return a.less(1).choose(small, e.minus(x.like(0.25).over(e))).copySign(x);
  }

  /** ½ (e^|x| + e^−|x|). */
  static Expr cosh(Expr x) {
    Expr e = half(x);
    return e.plus(x.like(0.25).over(e));
  }
}
