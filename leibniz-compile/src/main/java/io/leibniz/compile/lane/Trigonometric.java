package io.leibniz.compile.lane;

import static io.leibniz.compile.lane.Format.*;

/**
 * x = n π/2 + (r + rest), |r| ≤ π/4: what sin, cos and tan share. {@code bits} has n in its lowest bits.
 *
 * <p>π/2 comes in three parts of full precision (after Cody and Waite). Since a product and a sum are rounded together, n times
 * the first is taken from x exactly, and of n times the second what rounding takes away goes to {@code rest}. So even
 * where x is all but a multiple of π/2 its remainder is right to the last bit, as long as n has no more bits than that.
 */
record Trigonometric(Expr x, Expr r, Expr rest, Expr rounding, Expr bits) {
  private static final double[] HALF_PI_SINGLE = {
    1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15
  };

  private static final double[] HALF_PI_DOUBLE = {
    1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33
  };

  // Fits on |r| ≤ 1.02 π/4, as n need not be the nearest, by powers of r²: coefficients.py.
  // spotless:off
  /** (sin r − r) / r³. */
  private static final double[] SINGLE_SIN = {-0.16666654, 0.008332093, -0.00019505146};

  private static final double[] DOUBLE_SIN = {
    -0.1666666666666662, 0.008333333333319702, -0.0001984126982760774, 2.7557312921180075e-06, -2.505063655491272e-08,
    1.5889711191893436e-10
  };

  /** (cos r − 1 + r²/2) / r⁴, after −½. */
  private static final double[] SINGLE_COS = {-0.5, 0.04166664, -0.001388713, 2.4412086e-05};

  private static final double[] DOUBLE_COS = {
    -0.5, 0.041666666666666574, -0.0013888888888869719, 2.4801587286728965e-05, -2.755731355795165e-07, 2.087561556164289e-09,
    -1.1354089409140045e-11
  };

  /** (tan r − r) / r³; in F64 a quotient. */
  private static final double[] SINGLE_TAN = {
    0.33333355, 0.13332462, 0.0540837, 0.021155639, 0.011171207, -0.00034300552, 0.00459255068
  };

  private static final double[][] DOUBLE_TAN = {
    {0.3333333333333333, -0.021443380758608657, 0.0002449190793369807, -1.7907924040345046e-08},
    {1.0, -0.4643301422758256, 0.024562052243574488, -0.00025607909926716}
  };
  // spotless:on

  static Trigonometric of(Expr x) {
    double[] c = Format.of(x) == SINGLE ? HALF_PI_SINGLE : HALF_PI_DOUBLE;
    double magic = Format.of(x).magic();
    Expr t = x.fma(2 / Math.PI, x.like(magic)), n = t.plus(-magic);
    Expr exact = n.fma(-c[0], x), second = n.times(c[1]), r = exact.minus(second);
    Expr rest = n.fma(-c[2], n.fma(-c[1], second));
    return new Trigonometric(x, r, rest, exact.minus(r).minus(second), t.bits());
  }

  /** Where n is small enough: |x| ≤ 2¹⁹ in F32, 2⁴⁸ in F64. */
  static Expr covers(Expr x) {
    return size(x).atMost(x.like(choose(x, 0x1p19, 0x1p48)));
  }

  private Expr even() {
    return bits.and(integer(1)).equal(integer(0));
  }

  private Expr integer(long k) {
    return Format.of(x).integer(x.block(), k);
  }

  /** {@code y}, negated where bit 1 of {@code n} is set; NaN where x is too large. */
  private Expr turned(Expr y, Expr n) {
    Format f = Format.of(x);
    Expr sign = n.and(integer(2)).up(f == SINGLE ? 30 : 62);
    return covers(x).choose(y.bits().xor(sign).asFloat(), x.like(Double.NaN));
  }

  private Expr square() {
    return r.times(r);
  }

  private Expr sinOfRest() {
    Expr z = square();
    return r.plus(
        r.times(z).fma(polynomial(z, Format.of(x) == SINGLE ? SINGLE_SIN : DOUBLE_SIN), rest));
  }

  private Expr cosOfRest() {
    Expr z = square();
    return z.fma(polynomial(z, Format.of(x) == SINGLE ? SINGLE_COS : DOUBLE_COS), z.like(1));
  }

  static Expr sin(Expr x) {
    Trigonometric a = of(x);
    Expr y = a.turned(a.even().choose(a.sinOfRest(), a.cosOfRest()), a.bits);
    return x.equal(0).choose(x, y); // the sign of 0
  }

  static Expr cos(Expr x) {
    Trigonometric a = of(x);
    return a.turned(a.even().choose(a.cosOfRest(), a.sinOfRest()), a.bits.plus(a.integer(1)));
  }

  /** tan r where n is even, else −1 / tan r. */
  static Expr tan(Expr x) {
    Trigonometric a = of(x);
    Expr z = a.square(),
        cube = a.r.times(z),
        one = x.like(1),
        rest = a.rest.plus(a.rounding),
        steep = rest.fma(z, rest); // times 1 + tan² r, nearly
    Expr t =
        Format.of(x) == SINGLE
            ? cube.fma(polynomial(z, SINGLE_TAN), steep)
            : cube.times(polynomial(z, DOUBLE_TAN[0]))
                .over(polynomial(z, DOUBLE_TAN[1]))
                .plus(steep);
    t = a.r.plus(t);
    Expr y = a.even().choose(t, one.negate().over(t));
    return x.equal(0).choose(x, covers(x).choose(y, x.like(Double.NaN)));
  }
}
