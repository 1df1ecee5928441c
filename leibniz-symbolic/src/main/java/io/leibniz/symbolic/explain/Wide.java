package io.leibniz.symbolic.explain;

/**
 * A number of twice the digits of a double and of any size: (hi + lo) · 2^exponent, where lo is below the last digit of hi, and hi is
 * 0, not finite, or from 1 to 2 (Dekker, 1971; Knuth, TAOCP 4.2.2). Sums and products neither overflow nor underflow on
 * their way.
 */
record Wide(double hi, double lo, long exponent) {
  static final Wide ZERO = new Wide(0, 0, 0);
  static final Wide ONE = new Wide(1, 0, 0);
  private static final int DIGITS = 110;
  private static final int SUBNORMAL = 54;

  static Wide of(double x) {
    return normal(x, 0, 0);
  }

  Wide plus(Wide o) {
    if (!Double.isFinite(hi) || !Double.isFinite(o.hi)) return new Wide(hi + o.hi, 0, 0);
    if (hi == 0) return o;
    if (o.hi == 0) return this;
    if (exponent < o.exponent) return o.plus(this);
    if (exponent - o.exponent > DIGITS) return this;
    int down = (int) (o.exponent - exponent);
    double b = Math.scalb(o.hi, down), low = Math.scalb(o.lo, down);
    double s = hi + b, d = s - hi;
    double e = (hi - (s - d)) + (b - d);
    double t = lo + low, f = t - lo;
    double g = (lo - (t - f)) + (low - f);
    double u = s + (e + t), v = (e + t) - (u - s);
    return normal(u, v + g, exponent);
  }

  Wide times(double k) {
    return times(of(k));
  }

  Wide times(Wide o) {
    double p = hi * o.hi;
    if (p == 0 || !Double.isFinite(p)) return new Wide(p, 0, 0);
    double low = Math.fma(hi, o.hi, -p) + (hi * o.lo + lo * o.hi);
    double s = p + low;
    return normal(s, low - (s - p), exponent + o.exponent);
  }

  private static Wide normal(double hi, double lo, long exponent) {
    if (hi == 0 && lo != 0) return normal(lo, 0, exponent);
    if (hi == 0 || !Double.isFinite(hi)) return new Wide(hi, 0, 0);
    if (Math.getExponent(hi) < Double.MIN_EXPONENT)
      return normal(Math.scalb(hi, SUBNORMAL), Math.scalb(lo, SUBNORMAL), exponent - SUBNORMAL);
    int by = Math.getExponent(hi);
    return new Wide(Math.scalb(hi, -by), Math.scalb(lo, -by), exponent + by);
  }

  /** The nearest double. */
  double rounded() {
    int by = (int) Math.clamp(exponent, -3000L, 3000L);
    return Math.scalb(Double.isFinite(hi) ? hi + lo : hi, by);
  }
}
