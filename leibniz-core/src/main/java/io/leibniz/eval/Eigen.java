package io.leibniz.eval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A = V·diag(w)·Vᵀ of a symmetric n × n matrix: eigenvalues w in rising order, and V, in whose columns stand orthonormal
 * eigenvectors, each with its component of greatest magnitude positive (the first of equals). All NaN where an element is not
 * finite.
 */
record Eigen(double[] values, double[] vectors) {
  private static final int SWEEPS = 60; // some ten are needed

  /**
   * Jacobi's method in cyclic order, of the matrix that the lower triangle of {@code a} describes. An off-diagonal element is done when it
   * is small beside the geometric mean of its diagonal ones, which finds also the small eigenvalues of a positive definite matrix to
   * relative accuracy (Demmel and Veselić, <em>Jacobi's method is more accurate than QR</em>, 1992).
   */
  static Eigen symmetric(double[] a, int n) {
    double[] s = new double[n * n], v = Matrices.identity(n); // rows of v: the vectors
    for (int i = 0; i < n; i++)
      for (int j = 0; j <= i; j++) s[i * n + j] = s[j * n + i] = a[i * n + j];
    double top = Vectors.greatest(s);
    if (!Double.isFinite(top)) {
      Arrays.fill(s, Double.NaN);
      return new Eigen(Arrays.copyOf(s, n), s);
    }
    // only where sums of elements would overflow, or lose digits below the normal numbers
    int e = top > 0x1p1000 || top < 0x1p-800 ? Math.getExponent(top) : 0;
    if (e != 0) for (int i = 0; i < s.length; i++) s[i] = Math.scalb(s[i], -e);
    for (int sweep = 0; sweep < SWEEPS && sweep(s, v, n); sweep++) {}
    var order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> s[i * n + i] + 0.0)) // −0 is 0
            .toList();
    double[] values = new double[n], vectors = new double[n * n];
    for (int j = 0; j < n; j++) {
      int from = order.get(j);
      values[j] = Math.scalb(s[from * n + from], e);
      Vectors.turn(v, from * n, 1, n);
      for (int i = 0; i < n; i++) vectors[i * n + j] = v[from * n + i];
    }
    return new Eigen(values, vectors);
  }

  /** Makes each off-diagonal element 0 once; whether any was not small. */
  private static boolean sweep(double[] s, double[] v, int n) {
    boolean turned = false;
    for (int p = 0; p < n; p++)
      for (int q = p + 1; q < n; q++) {
        double a = s[p * n + p], b = s[p * n + q], d = s[q * n + q];
        double mean = Math.sqrt(Math.abs(a)) * Math.sqrt(Math.abs(d));
        if (Math.abs(b) <= 0x1p-53 * mean) continue;
        turned = true;
        double t = Jacobi.tangent(a, b, d);
        Jacobi.rotate(s, p, q, n, t);
        Jacobi.rotate(v, p, q, n, t);
        for (int k = 0; k < n; k++) {
          s[k * n + p] = s[p * n + k];
          s[k * n + q] = s[q * n + k];
        }
        s[p * n + p] = a - t * b;
        s[q * n + q] = d + t * b;
        s[p * n + q] = s[q * n + p] = 0;
      }
    return turned;
  }
}
