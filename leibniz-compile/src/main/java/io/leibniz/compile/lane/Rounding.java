package io.leibniz.compile.lane;

/** Whole numbers near x, and the other functions that only choose or move bits. All exact. */
final class Rounding {
  private Rounding() {}

  /** The nearest whole number, half to even: what adding 2^digits to |x| and taking it away again leaves. */
  static Expr round(Expr x) {
    double whole = Math.scalb(1.0, Format.of(x).digits);
    Expr a = x.abs();
    return a.less(whole).choose(a.plus(whole).plus(-whole), a).copySign(x);
  }

  static Expr floor(Expr x) {
    Expr r = round(x);
    return r.more(x).choose(r.plus(-1), r);
  }

  /** −⌊−x⌋, which is −0 in (−1, −0]. */
  static Expr ceil(Expr x) {
    return floor(x.negate()).negate();
  }

  static Expr sign(Expr x) {
    return x.more(0).choose(x.like(1), x.less(0).choose(x.like(-1), x));
  }

  /** NaN if either is; +0 is more than −0. Where equal, the bits of both zeros are joined. */
  static Expr max(Expr a, Expr b) {
    if (a.op() instanceof Prim.Const c) return max(b, a, c);
    if (b.op() instanceof Prim.Const c) return max(a, b, c);
    Expr more = a.less(b).choose(b, a);
    more = a.equal(b).choose(a.bits().and(b.bits()).asFloat(), more);
    return b.unequal(b).choose(b, more);
  }

  /** With a constant on one side two steps suffice, since its sign is known if it is 0. */
  private static Expr max(Expr x, Expr b, Prim.Const c) {
    if (nan(b, c)) return b;
    return (c.bits() == 0 ? x.atMost(b) : x.less(b)).choose(b, x);
  }

  /** NaN if either is; −0 is less than +0. Neither less nor more, the numbers are equal, or one is NaN: the bits of both, joined, are right. */
  static Expr min(Expr a, Expr b) {
    if (a.op() instanceof Prim.Const c) return min(b, a, c);
    if (b.op() instanceof Prim.Const c) return min(a, b, c);
    Expr either = a.bits().or(b.bits()).asFloat();
    return a.less(b).choose(a, b.less(a).choose(b, either));
  }

  private static Expr min(Expr x, Expr b, Prim.Const c) {
    if (nan(b, c)) return b;
    boolean minusZero = c.bits() == Format.of(x).bits(-0.0);
    return (minusZero ? b.atMost(x) : b.less(x)).choose(b, x);
  }

  private static boolean nan(Expr b, Prim.Const c) {
    return Double.isNaN(Format.of(b).value(c));
  }
}
