package io.leibniz.eval;

import java.util.Arrays;

/** Triangular matrices, n × n in row-major order. */
final class Triangles {
  private Triangles() {}

  /**
   * The lower factor L, row by row (Cholesky–Banachiewicz), of the matrix that the lower triangle of {@code a} describes; all NaN where
   * a pivot is not positive.
   */
  static double[] cholesky(double[] a, int n) {
    double[] l = new double[n * n];
    for (int i = 0; i < n; i++)
      for (int j = 0; j <= i; j++) {
        double rest = a[i * n + j];
        for (int k = 0; k < j; k++) rest -= l[i * n + k] * l[j * n + k];
        if (j < i) l[i * n + j] = rest / l[j * n + j];
        else if (rest > 0) l[i * n + i] = Math.sqrt(rest);
        else { // or NaN
          Arrays.fill(l, Double.NaN);
          return l;
        }
      }
    return l;
  }

  /**
   * Solves T·X = B, or Tᵀ·X = B, in place: {@code x}, n rows of k, is B and becomes X. Only the triangle is read, and of a
   * {@code unit} one not the diagonal, which is 1. A column of the result depends on that column of B alone.
   */
  static double[] solve(
      double[] t, int n, boolean lower, boolean transposed, boolean unit, double[] x, int k) {
    boolean down = lower != transposed;
    for (int step = 0; step < n; step++) {
      int i = down ? step : n - 1 - step;
      for (int done = 0; done < step; done++) {
        int j = down ? done : n - 1 - done;
        double c = transposed ? t[j * n + i] : t[i * n + j];
        for (int e = 0; e < k; e++) x[i * k + e] -= c * x[j * k + e];
      }
      if (unit) continue;
      double pivot = t[i * n + i];
      for (int e = 0; e < k; e++) x[i * k + e] /= pivot;
    }
    return x;
  }
}
