package io.leibniz.compile.lane;

import static io.leibniz.compile.lane.Format.*;

/**
 * x^y = e^(y log |x|), the logarithm and the product each as a sum of two floats, since an error in y log |x| is as large in x^y as
 * y log |x| is large. The sum of two steps that rounding leaves behind is found by Dekker's formulas (1971), that of a product
 * by one FMA.
 *
 * <p>|x| = m 2^k with m between √½ and √2, and log m = 2 artanh s = 2s + ⅔ s³ + …, s = (m − 1) / (m + 1).
 */
final class Powers {
  // spotless:off
  /** (2 artanh s − 2s − ⅔ s³) / s⁵ by s²: coefficients.py, "pow". */
  private static final double[] SINGLE_P = {0.40000153, 0.2854709, 0.23419632};

  private static final double[] DOUBLE_P = {
    0.40000000000002256, 0.28571428570099666, 0.22222222519897222, 0.18181784370072823, 0.1538675716708468, 0.13256822148390396,
    0.1319628307327131
  };

  /** ⅔ in two parts. */
  private static final double[] SINGLE_TWO_THIRDS = {0.6666667, -1.98682149e-08};

  private static final double[] DOUBLE_TWO_THIRDS = {0.6666666666666666, 3.700743415417188e-17};

  /** ∛m, m between √½ and √2: "cbrt". */
  private static final double[] SINGLE_CBRT = {0.49250966, 0.7397178, -0.29037914, 0.058220947};

  private static final double[] DOUBLE_CBRT = {
    0.39835724167270053, 1.1970526576604343, -1.1870007290155626, 0.9710654257830399, -0.5148434827286115, 0.15575044607250874, -0.02038168286060533
  };
  // spotless:on

  private Powers() {}

  private record Pair(Expr high, Expr low) {}

  /** a + b where a is the larger, or 0. */
  private static Pair sum(Expr a, Expr b) {
    Expr s = a.plus(b);
    return new Pair(s, b.minus(s.minus(a)));
  }

  private static Pair product(Expr a, Expr b) {
    Expr p = a.times(b);
    return new Pair(p, a.fma(b, p.negate()));
  }

  /** log a of a finite a > 0. */
  private static Pair log(Expr a) {
    Logarithm.Split split = Logarithm.Split.positive(a);
    Expr m = split.m(), k = split.k(), f = m.plus(-1), d = m.plus(1), lost = m.minus(d.plus(-1));
    Expr inverse = m.like(1).over(d), s = f.times(inverse);
    Expr low = s.negate().fma(lost, s.negate().fma(d, f)).times(inverse); // of s
    Expr z = s.times(s);
    double[] ln2 = Logarithm.ln2(a);
    Pair first = sum(k.times(ln2[0]), s.plus(s));
    Expr rest = k.fma(ln2[1], low.fma(2, first.low));
    double[] p = Format.of(a) == SINGLE ? SINGLE_P : DOUBLE_P;
    double[] thirds = Format.of(a) == SINGLE ? SINGLE_TWO_THIRDS : DOUBLE_TWO_THIRDS;
    Pair cube = product(s, z), term = product(cube.high, m.like(thirds[0]));
    Expr lostOfSquare = low.fma(s.plus(s), s.fma(s, z.negate()));
    Expr lostOfCube = low.fma(z, s.fma(lostOfSquare, cube.low));
    rest = rest.plus(lostOfCube.fma(thirds[0], cube.high.fma(thirds[1], term.low)));
    Pair second = sum(first.high, term.high);
    return sum(second.high, cube.high.times(z).fma(polynomial(z, p), rest.plus(second.low)));
  }

  /** Where x is negative, y decides: a whole number makes the power of |x|, negated if odd, any other y none. */
  static Expr pow(Expr x, Expr y) {
    if (y.op() instanceof Prim.Const c) return pow(x, Format.of(y).value(c), y);
    Format f = Format.of(x);
    double whole = Math.scalb(1.0, f.digits);
    Expr b = y.abs(), fractions = b.less(whole);
    Expr large = b.less(2 * whole).choose(b, x.like(2 * whole));
    Expr bits = fractions.choose(b.plus(whole), large); // the last bit is that of b rounded
    Expr broken = fractions.and(bits.plus(-whole).unequal(b));
    Expr odd = broken.choose(f.integer(x.block(), 0), bits.bits()).up(f == SINGLE ? 31 : 63);
    Expr r = ofSize(x, y).bits().or(x.bits().and(odd)).asFloat();
    return y.equal(0)
        .choose(x.like(1), finiteBelowZero(x).and(broken).choose(x.like(Double.NaN), r));
  }

  /** The same for a number known beforehand; a few need no logarithm. */
  private static Expr pow(Expr x, double k, Expr y) {
    if (k == 0) return x.like(1);
    if (k == 1) return x;
    if (k == 2) return x.times(x);
    if (k == -1) return x.like(1).over(x);
    if (k == 0.5) { // √ but for −0 and −∞
      return x.equal(Double.NEGATIVE_INFINITY)
          .choose(x.like(Double.POSITIVE_INFINITY), x.plus(0).sqrt());
    }
    Expr r = ofSize(x, y);
    if (k != Math.rint(k)) return finiteBelowZero(x).choose(x.like(Double.NaN), r);
    return k % 2 == 0 || Double.isInfinite(k) ? r : r.copySign(x);
  }

  private static Expr finiteBelowZero(Expr x) {
    return x.less(0).and(size(x).less(Double.POSITIVE_INFINITY));
  }

  /** |x|^y. At 0 and ∞ the logarithm is infinite, and so is its product with y, or NaN if y is 0. */
  private static Expr ofSize(Expr x, Expr y) {
    Expr a = size(x);
    Pair log = log(a);
    Expr high = a.equal(0).choose(x.like(Double.NEGATIVE_INFINITY), log.high);
    high = a.less(Double.POSITIVE_INFINITY).choose(high, a);
    Expr exponent = y.times(high), rest = y.fma(log.low, y.fma(high, exponent.negate()));
    Expr bound = x.like(choose(x, 110, 750)), low = bound.negate();
    rest = exponent.abs().less(bound).choose(rest, x.like(0));
    exponent = exponent.less(low).choose(low, exponent);
    return Exponential.reduced(bound.less(exponent).choose(bound, exponent), rest).value();
  }

  /** √(a² + b²), moved by a power of two where a square would overflow or vanish; ∞ if either is, whatever the other. */
  static Expr hypot(Expr a, Expr b) {
    double far = choose(a, 0x1p60, 0x1p500), by = choose(a, 0x1p-80, 0x1p-600);
    Expr x = size(a), y = size(b), one = a.like(1), infinity = a.like(Double.POSITIVE_INFINITY);
    Expr less = x.less(y), small = less.choose(x, y), large = less.choose(y, x);
    Expr huge = large.more(far), tiny = large.less(1 / far);
    Expr down = huge.choose(a.like(by), tiny.choose(a.like(1 / by), one));
    Expr up = huge.choose(a.like(1 / by), tiny.choose(a.like(by), one));
    Expr s = small.times(down), l = large.times(down);
    Expr r = l.fma(l, s.times(s)).sqrt().times(up);
    return x.equal(infinity).or(y.equal(infinity)).choose(infinity, r);
  }

  /**
   * ∛|x| = ∛(m 2^j) 2^q with |x| = m 2^(3q + j), j one of −1, 0, 1: a polynomial, made exact by one of Halley's steps, y − y (y³ − c) / (2y³ + c).
   */
  static Expr cbrt(Expr x) {
    Format f = Format.of(x);
    Expr a = size(x);
    Logarithm.Split split = Logarithm.Split.positive(a);
    Expr k = split.k(),
        t = k.fma(1.0 / 3, x.like(f.magic() + f.bias)),
        j = t.plus(-f.magic() - f.bias).fma(-3, k);
    Expr above = j.more(0), below = j.less(0), one = x.like(1);
    Expr c = split.m().times(above.choose(x.like(2), below.choose(x.like(0.5), one)));
    Expr root =
        above.choose(x.like(StrictMath.cbrt(2)), below.choose(x.like(StrictMath.cbrt(0.5)), one));
    Expr y = polynomial(split.m(), f == SINGLE ? SINGLE_CBRT : DOUBLE_CBRT).times(root);
    Expr square = y.times(y), off = square.fma(y, c.negate()), slope = c.fma(3, off.plus(off));
    y = y.negate().fma(off.over(slope), y).times(f.power(t.bits()));
    return a.more(0).and(a.less(Double.POSITIVE_INFINITY)).choose(y.copySign(x), x);
  }
}
