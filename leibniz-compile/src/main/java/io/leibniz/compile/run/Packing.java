package io.leibniz.compile.run;

/** Copies a strided matrix into rows of memory: lines where they are contiguous, else squares that stay in the cache. */
final class Packing {
  private static final int SQUARE = 16;

  private Packing() {}

  /** {@code d[to + i · stride + j] = s[from + i · row + j · column]} for i &lt; m, j &lt; n. */
  static void pack(
      float[] s, int from, int row, int column, float[] d, int to, int stride, int m, int n) {
    if (column == 1) {
      for (int i = 0; i < m; i++) System.arraycopy(s, from + i * row, d, to + i * stride, n);
      return;
    }
    for (int i0 = 0; i0 < m; i0 += SQUARE)
      for (int j0 = 0; j0 < n; j0 += SQUARE) {
        int end = Math.min(m, i0 + SQUARE), wide = Math.min(SQUARE, n - j0);
        for (int i = i0; i < end; i++)
          line(s, from + i * row + j0 * column, column, d, to + i * stride + j0, wide);
      }
  }

  private static void line(float[] s, int from, int column, float[] d, int to, int n) {
    for (int j = 0; j < n; j++) d[to + j] = s[from + j * column];
  }

  static void pack(
      double[] s, int from, int row, int column, double[] d, int to, int stride, int m, int n) {
    if (column == 1) {
      for (int i = 0; i < m; i++) System.arraycopy(s, from + i * row, d, to + i * stride, n);
      return;
    }
    for (int i0 = 0; i0 < m; i0 += SQUARE)
      for (int j0 = 0; j0 < n; j0 += SQUARE) {
        int end = Math.min(m, i0 + SQUARE), wide = Math.min(SQUARE, n - j0);
        for (int i = i0; i < end; i++)
          line(s, from + i * row + j0 * column, column, d, to + i * stride + j0, wide);
      }
  }

  private static void line(double[] s, int from, int column, double[] d, int to, int n) {
    for (int j = 0; j < n; j++) d[to + j] = s[from + j * column];
  }
}
