package io.leibniz.eval;

/** Vectors that lie in a matrix: {@code count} elements from {@code from} on, {@code step} apart. */
final class Vectors {
  private Vectors() {}

  /** The greatest magnitude; NaN if there is one. */
  static double greatest(double[] x) {
    double top = 0;
    for (double v : x) top = Math.max(top, Math.abs(v));
    return top;
  }

  /** √Σx² of {@code count} elements {@code step} apart, where squares would overflow or underflow, too. */
  static double norm(double[] x, int from, int step, int count) {
    double top = 0;
    for (int i = 0, at = from; i < count; i++, at += step) top = Math.max(top, Math.abs(x[at]));
    if (top == 0 || !Double.isFinite(top)) return top;
    int e = Math.getExponent(top);
    double scale = Math.scalb(1.0, -e), sum = 0; // a power of two: nothing is rounded
    for (int i = 0, at = from; i < count; i++, at += step) {
      double v = x[at] * scale;
      sum += v * v;
    }
    return Math.scalb(Math.sqrt(sum), e);
  }

  /** Turns {@code x} so that its element of greatest magnitude, the first of equals, is positive; whether it had to. */
  static boolean turn(double[] x, int from, int step, int count) {
    int top = from;
    for (int i = 1, at = from + step; i < count; i++, at += step)
      if (Math.abs(x[at]) > Math.abs(x[top])) top = at;
    if (count == 0 || !(x[top] < 0)) return false;
    negate(x, from, step, count);
    return true;
  }

  static void negate(double[] x, int from, int step, int count) {
    for (int i = 0, at = from; i < count; i++, at += step) x[at] = -x[at];
  }
}
