package io.leibniz.compile.lane;

import io.leibniz.ir.DType;

/**
 * The two formats of floats, and the tricks that need to know one: whole numbers made and read by the bits of a float.
 */
enum Format {
  SINGLE(DType.I32, 23, 127),
  DOUBLE(DType.I64, 52, 1023);

  private final DType integers;

  /** Bits of a significand that are stored. */
  final int digits;

  /** What is added to an exponent where it is stored. */
  final int bias;

  Format(DType integers, int digits, int bias) {
    this.integers = integers;
    this.digits = digits;
    this.bias = bias;
  }

  static Format of(Expr x) {
    return x.type() == DType.F32 ? SINGLE : DOUBLE;
  }

  /** The one or the other, by the format of {@code x}. */
  static double choose(Expr x, double single, double twice) {
    return of(x) == SINGLE ? single : twice;
  }

  /** 1.5 · 2^digits. Added to a number below a quarter of it, it rounds that to a whole number n and holds n in its lowest bits. */
  double magic() {
    return 1.5 * Math.scalb(1.0, digits);
  }

  /** The bits of {@code k} in this format. */
  long bits(double k) {
    return this == SINGLE ? Float.floatToRawIntBits((float) k) : Double.doubleToRawLongBits(k);
  }

  /** The number that has these bits. */
  double value(Prim.Const c) {
    return this == SINGLE
        ? Float.intBitsToFloat((int) c.bits())
        : Double.longBitsToDouble(c.bits());
  }

  /** The integer {@code k}, as bits of this format. */
  Expr integer(Expr.Block block, long k) {
    return block.integer(integers, k);
  }

  /** 2^(k − bias), k the low bits of an integer. */
  Expr power(Expr k) {
    return k.up(digits).asFloat();
  }

  /** The least number that is not subnormal. */
  double leastNormal() {
    return Math.scalb(1.0, 1 - bias);
  }

  /** c[0] + c[1] x + c[2] x² + …, by Horner's rule. */
  static Expr polynomial(Expr x, double... c) {
    Expr y = x.like(c[c.length - 1]);
    for (int k = c.length - 2; k >= 0; k--) y = y.fma(x, c[k]);
    return y;
  }

  /** |x|, the same expression for −x. */
  static Expr size(Expr x) {
    return x.op() == Prim.Step.NEG || x.op() == Prim.Step.ABS ? size(x.x(0)) : x.abs();
  }

  /** −|x|, the same expression for −x. */
  static Expr falling(Expr x) {
    return size(x).negate();
  }
}
