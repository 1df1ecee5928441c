package io.leibniz.eval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A = U·diag(s)·Vᵀ of an m × n matrix, p = min(m, n): singular values s in falling order, none negative; U [m, p] and Vᵀ [p, n] with
 * orthonormal columns and rows, also for singular values of 0. The component of greatest magnitude in each column of U is
 * positive (the first of equals). All NaN where an element is not finite.
 */
record Svd(double[] u, double[] s, double[] vt) {
  private static final int SWEEPS = 60; // some ten are needed

  /** Where the greatest element is 1: the products of columns shorter than this underflow, so that they are not rotated. */
  private static final double SHORT = 0x1p-480;

  static Svd of(double[] a, int m, int n) {
    Svd f = m >= n ? tall(a, m, n) : tall(Matrices.transpose(a, m, n), n, m).flipped(m, n);
    int p = f.s.length;
    for (int j = 0; j < p; j++) if (Vectors.turn(f.u, j, p, m)) Vectors.negate(f.vt, j * n, 1, n);
    return f;
  }

  /** This, of the transpose of an m × n matrix, as that of the matrix itself: m < n. */
  private Svd flipped(int m, int n) {
    return new Svd(Matrices.transpose(vt, m, m), s, Matrices.transpose(u, n, m));
  }

  /**
   * One-sided Jacobi (Hestenes, 1958): columns are rotated in pairs until all are orthogonal; then their norms are the
   * singular values. The small ones have as many digits as the large ones where it is only the lengths of columns that differ (Demmel
   * and Veselić, 1992). The longer column comes first (de Rijk, 1989), which saves sweeps.
   */
  private static Svd tall(double[] a, int m, int n) {
    double[] g = Matrices.transpose(a, m, n), v = Matrices.identity(n); // rows: the columns
    double top = Vectors.greatest(a);
    if (!Double.isFinite(top)) {
      double[] nan = new double[m * n];
      Arrays.fill(nan, Double.NaN);
      return new Svd(nan, Arrays.copyOf(nan, n), Arrays.copyOf(nan, n * n));
    }
    int e = top == 0 ? 0 : Math.getExponent(top); // so that squares are numbers
    for (int i = 0; i < g.length; i++) g[i] = Math.scalb(g[i], -e);
    for (int sweep = 0; sweep < SWEEPS && sweep(g, v, m, n); sweep++) {}
    double[] sizes = new double[n];
    for (int j = 0; j < n; j++) sizes[j] = Vectors.norm(g, j * m, 1, m);
    var order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> sizes[j]).reversed())
            .toList();
    double[] ut = new double[n * m], s = new double[n], vt = new double[n * n];
    for (int j = 0; j < n; j++) {
      int from = order.get(j);
      s[j] = Math.scalb(sizes[from], e);
      System.arraycopy(v, from * n, vt, j * n, n);
      if (sizes[from] > 0)
        for (int i = 0; i < m; i++) ut[j * m + i] = g[from * m + i] / sizes[from];
      if (sizes[from] < SHORT) complete(ut, m, j); // was never made orthogonal
    }
    return new Svd(Matrices.transpose(ut, n, m), s, vt);
  }

  /** Makes each pair of columns orthogonal once; whether any was not. */
  private static boolean sweep(double[] g, double[] v, int m, int n) {
    double small = 0x1p-52 * Math.sqrt(m); // the rounding of the products of m terms
    boolean turned = false;
    for (int p = 0; p < n; p++)
      for (int q = p + 1; q < n; q++) {
        double a = dot(g, p, p, m), b = dot(g, p, q, m), d = dot(g, q, q, m);
        if (a < d) {
          exchange(g, p, q, m);
          exchange(v, p, q, n);
          double longer = d;
          d = a;
          a = longer;
        }
        if (Math.sqrt(d) < SHORT || Math.abs(b) <= small * Math.sqrt(a) * Math.sqrt(d)) continue;
        turned = true;
        double t = Jacobi.tangent(a, b, d);
        Jacobi.rotate(g, p, q, m, t);
        Jacobi.rotate(v, p, q, n, t);
      }
    return turned;
  }

  private static double dot(double[] x, int p, int q, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++) sum += x[p * n + k] * x[q * n + k];
    return sum;
  }

  private static void exchange(double[] x, int p, int q, int n) {
    for (int k = 0; k < n; k++) {
      double a = x[p * n + k];
      x[p * n + k] = x[q * n + k];
      x[q * n + k] = a;
    }
  }

  /** Makes row j, of length m, a unit vector orthogonal to those before it, which are orthonormal; near what it was, if it can be. */
  private static void complete(double[] u, int m, int j) {
    if (orthogonal(u, m, j)) return;
    int best = 0; // the axis of which those before hold least
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < m; i++) {
      double held = 0;
      for (int k = 0; k < j; k++) held += u[k * m + i] * u[k * m + i];
      if (held < least) {
        least = held;
        best = i;
      }
    }
    Arrays.fill(u, j * m, (j + 1) * m, 0);
    u[j * m + best] = 1;
    orthogonal(u, m, j);
  }

  /** Gram–Schmidt, twice, which is enough (Kahan and Parlett); false where next to nothing was left. */
  private static boolean orthogonal(double[] u, int m, int j) {
    boolean kept = true;
    for (int twice = 0; twice < 2; twice++) {
      for (int k = 0; k < j; k++) {
        double c = dot(u, j, k, m);
        for (int i = 0; i < m; i++) u[j * m + i] -= c * u[k * m + i];
      }
      double left = Vectors.norm(u, j * m, 1, m);
      if (left == 0) return false;
      kept &= left > 0.1;
      for (int i = 0; i < m; i++) u[j * m + i] /= left;
    }
    return kept;
  }
}
