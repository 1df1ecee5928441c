package io.leibniz.verify.contest;

/** Random numbers that are the same in each contestant and each language: a hash of where they stand. */
public final class Data {
  private Data() {}

  /** {@code n} numbers of N(0, scale²), by Box and Muller. */
  public static float[] normal(int stream, double scale, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++)
      x[i] =
          (float)
              (scale
                  * Math.sqrt(-2 * Math.log(uniform(stream, 2 * i)))
                  * Math.cos(2 * Math.PI * uniform(stream, 2 * i + 1)));
    return x;
  }

  /** [rows, classes], one 1 in each row. */
  public static float[] oneHot(int stream, int rows, int classes) {
    float[] x = new float[rows * classes];
    for (int i = 0; i < rows; i++)
      x[i * classes + Integer.remainderUnsigned(hash(stream, i), classes)] = 1;
    return x;
  }

  /** Strictly between 0 and 1. */
  private static double uniform(int stream, int i) {
    return (Integer.toUnsignedLong(hash(stream, i)) + 0.5) * 0x1p-32;
  }

  /** MurmurHash3's last steps (Appleby). */
  private static int hash(int stream, int i) {
    int h = i + stream * 0x9E3779B9;
    h = (h ^ h >>> 16) * 0x85EBCA6B;
    h = (h ^ h >>> 13) * 0xC2B2AE35;
    return h ^ h >>> 16;
  }
}
