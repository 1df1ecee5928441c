package io.leibniz.compile.lane;

import static io.leibniz.compile.lane.Format.*;

import java.util.Arrays;

/**
 * erf and erfc. Near 0, erf x = x + x P(x²); further out erfc x = e^(−x²) S(t) / x with t = (x − c) / (x + c), in which
 * one polynomial covers the half-line (after Shepherd and Laframboise 1981). The exponential is that of {@link Exponential#gauss}, which is in their slopes.
 */
final class ErrorFunction {
  // spotless:off
  /** erf(x) / x − 1 by x², |x| ≤ 0.985: coefficients.py, "erf". */
  private static final double[] SINGLE = {
    0.12837915, -0.37612587, 0.11283289, -0.026843967, 0.00517233534, -0.00078849023, 7.4749694e-05
  };

  private static final double[] DOUBLE = {
    0.12837916709551256, -0.3761263890318361, 0.11283791670950997, -0.02686617064456203, 0.00522397762094273,
    -0.0008548326798730036, 0.00012055325480741167, -1.4925477584467975e-05, 1.645932737347312e-06, -1.6334363909108923e-07,
    1.4562217032727286e-08, -1.1026756934937243e-09, 5.415820032341453e-11
  };

  /** x e^(x²) erfc x by (x − 2) / (x + 2), in F64 by (x − 3) / (x + 3), x ≥ 1: "erfc". The first two make one coefficient. */
  private static final double[] SINGLE_TAIL = {
    -9.121945e-09, 0.51079136, 0.16721101, -0.2038442, 0.12151508, -0.028979762, -0.007515624, 0.0048257714, 0.0010816844,
    -0.00090556165
  };

  private static final double[] DOUBLE_TAIL = {
    -4.2680705641568397e-17, 0.5370034535441699, 0.09530622695922802, -0.1465830480328918, 0.13988054760176996,
    -0.09546975030655798, 0.046350263331263464, -0.014019825628654467, 0.0009108226910472659, 0.0012428762036114905,
    -0.0004125438415805487, -8.460865220810659e-05, 6.898063486309914e-05, 6.466380700824506e-06, -1.111539615459318e-05,
    -9.991639542312675e-07, 1.9039935842291844e-06, 3.0062209150481397e-07, -3.6691756294488024e-07, -7.312289570561929e-08,
    8.675384850837885e-08, -1.4101237463770673e-08
  };
  // spotless:on

  private ErrorFunction() {}

  private static Expr near(Expr x) {
    return size(x).less(0.985);
  }

  /** P(x²), its first terms added last: they are large, and of opposite signs. */
  private static Expr inner(Expr x) {
    double[] c = Format.of(x) == Format.SINGLE ? SINGLE : DOUBLE;
    Expr a = size(x), z = a.times(a);
    return z.fma(
        c[1], z.times(z).fma(polynomial(z, Arrays.copyOfRange(c, 2, c.length)), z.like(c[0])));
  }

  /** erfc |x| = (1 + p) S / |x| · h k, x not near 0. The sum (1 + p) S is rounded as a whole: S is its first coefficient and a rest. */
  private static Expr tail(Expr x) {
    double[] c = Format.of(x) == Format.SINGLE ? SINGLE_TAIL : DOUBLE_TAIL;
    double centre = choose(x, 2, 3);
    Exponential e = Exponential.bell(x);
    Expr a = Exponential.bounded(x), t = a.plus(-centre).over(a.plus(centre));
    Expr rest = t.fma(polynomial(t, Arrays.copyOfRange(c, 2, c.length)), c[0]), s = rest.plus(c[1]);
    s = e.exact().fma(s, e.rest().fma(s, rest)).plus(c[1]);
    return s.over(a).times(e.h()).times(e.k());
  }

  static Expr erf(Expr x) {
    Expr a = size(x), one = x.like(1);
    return near(x).choose(a.fma(inner(x), a), one.minus(tail(x))).copySign(x);
  }

  /** Near 0 it is (1 − x) − x P(x²), with what rounding takes from x²: P is as steep as −0.29 where that counts. */
  static Expr erfc(Expr x) {
    Expr far = tail(x), one = x.like(1), a = size(x);
    Expr lost = a.fma(a, a.times(a).negate()), first = x.times(lost).fma(0.29, one.minus(x));
    far = x.less(0).choose(x.like(2).minus(far), far);
    return near(x).choose(x.negate().fma(inner(x), first), far);
  }
}
