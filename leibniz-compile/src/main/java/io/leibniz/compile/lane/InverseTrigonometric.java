package io.leibniz.compile.lane;

import static io.leibniz.compile.lane.Format.*;

/**
 * Angles. atan t = t + t³ P(t²) up to 1, and π/2 − atan 1/t beyond; asin x = x + x³ P(x²) up to 0.55, and π/2 − 2 asin √((1 − x) / 2)
 * beyond. π/2 is a sum of two.
 */
final class InverseTrigonometric {
  // spotless:off
  /** (atan t − t) / t³ by t², t ≤ 1: coefficients.py, "atan". */
  private static final double[] SINGLE_ATAN = {
    -0.333333, 0.1999853, -0.14264043, 0.109511844, -0.084006655, 0.057912234, -0.031134727, 0.01089244, -0.0017888583
  };

  private static final double[] DOUBLE_ATAN = {
    -0.3333333333333307, 0.19999999999951756, -0.14285714282588602, 0.1111111100735766, -0.09090907008062667,
    0.07692279891740146, -0.06666404444067248, 0.05880529917497616, -0.0525352721113385, 0.04722349649169836,
    -0.042192465558234686, 0.0366432136358123, -0.029905822671373213, 0.02198715917938812, -0.013902643979283917,
    0.007197924110838499, -0.002885625125117504, 0.0008315636384110566, -0.00015221173246726636, 1.3230034159161118e-05
  };

  /** (asin x − x) / x³ by x², x ≤ 0.55: "asin". */
  private static final double[] SINGLE_ASIN = {0.1666664, 0.07501627, 0.044311002, 0.033443226, 0.008578834, 0.045291424};

  private static final double[] DOUBLE_ASIN = {
    0.16666666666666505, 0.07500000000047756, 0.04464285709356757, 0.030381947011797115, 0.022372079974084677,
    0.017354337790831755, 0.013943586285283006, 0.011752875090581625, 0.008410615118897706, 0.01484191715566762,
    -0.01425672257190764, 0.05504213732032254, -0.062166801036068794, 0.05283299256015502
  };
  // spotless:on

  private static final double[] HALF_PI_SINGLE = {1.5707963705062866, -4.371138828673793e-08};

  private static final double[] HALF_PI_DOUBLE = {1.5707963267948966, 6.123233995736766e-17};

  private InverseTrigonometric() {}

  private static double[] halfPi(Expr x) {
    return Format.of(x) == SINGLE ? HALF_PI_SINGLE : HALF_PI_DOUBLE;
  }

  /** n π/2 + x, n a whole number. */
  private static Expr turned(Expr x, double n) {
    double[] c = halfPi(x);
    return x.plus(n * c[1]).plus(n * c[0]);
  }

  private static Expr atanOfUnit(Expr t) {
    Expr z = t.times(t);
    return t.times(z).fma(polynomial(z, Format.of(t) == SINGLE ? SINGLE_ATAN : DOUBLE_ATAN), t);
  }

  static Expr atan(Expr x) {
    Expr a = size(x), large = a.more(1);
    Expr y = atanOfUnit(large.choose(x.like(-1).over(a), a));
    return large.choose(turned(y, 1), y).copySign(x);
  }

  /** The angle of (b, a), by the smaller of the two sizes over the larger. Both may be 0 or ∞, where the quotient would be NaN. */
  static Expr atan2(Expr a, Expr b) {
    Expr y = size(a), x = size(b), zero = a.like(0), one = a.like(1);
    Expr steep = x.less(y), small = steep.choose(x, y), large = steep.choose(y, x);
    Expr q = small.over(large);
    q = large.equal(0).choose(zero, small.equal(Double.POSITIVE_INFINITY).choose(one, q));
    Expr angle = atanOfUnit(q);
    angle = steep.choose(turned(angle.negate(), 1), angle);
    Expr back = b.bits().less(Format.of(b).integer(b.block(), 0)); // b is negative, or −0
    angle = back.choose(turned(angle.negate(), 2), angle).copySign(a);
    return a.equal(a).and(b.equal(b)).choose(angle, a.like(Double.NaN));
  }

  /** asin of √z, of a number up to 0.55 whose square is z. */
  private static Expr asinOfHalf(Expr x, Expr z) {
    return x.times(z).fma(polynomial(z, Format.of(x) == SINGLE ? SINGLE_ASIN : DOUBLE_ASIN), x);
  }

  /** asin |x| up to 0.55, beyond it asin √((1 − |x|) / 2); what asin and acos share. */
  private static Expr lesser(Expr x, Expr large) {
    Expr a = size(x), z = large.choose(a.fma(-0.5, x.like(0.5)), a.times(a));
    return asinOfHalf(large.choose(z.sqrt(), a), z);
  }

  static Expr asin(Expr x) {
    Expr large = size(x).more(0.55), y = lesser(x, large);
    return large.choose(turned(y.times(-2), 1), y).copySign(x);
  }

  /** 2 asin √((1 − x) / 2) above 0.55, π less the same of −x below −0.55, between them π/2 − asin x. */
  static Expr acos(Expr x) {
    Expr large = size(x).more(0.55), y = lesser(x, large), twice = y.plus(y);
    Expr far = x.less(0).choose(turned(twice.negate(), 2), twice);
    return large.choose(far, turned(y.copySign(x.negate()), 1));
  }
}
