package io.leibniz.eval;

/**
 * A = Q·R of an m × n matrix, p = min(m, n): Q [m, p] with orthonormal columns, R [p, n] upper triangular with a diagonal that
 * is not negative. That makes both unique where A has full column rank; LAPACK's signs, mostly negative, depend on the method.
 */
record Qr(double[] q, double[] r) {

  /** By Householder's reflections H = I − tau·v·vᵀ, v₀ = 1 (Golub and Van Loan, <em>Matrix Computations</em>, 5.1 and 5.2). */
  static Qr of(double[] a, int m, int n) {
    int p = Math.min(m, n);
    double[] h = a.clone(), tau = new double[p], v = new double[m];
    for (int k = 0; k < p; k++) {
      for (int i = k; i < m; i++) v[i] = h[i * n + k];
      int e = normalise(v, k, m);
      if (Vectors.norm(v, k + 1, 1, m - k - 1) == 0) continue; // nothing to eliminate: H = I
      double alpha = v[k], size = Vectors.norm(v, k, 1, m - k);
      double beta = -Math.copySign(size, alpha); // the sign for which alpha − beta does not cancel
      tau[k] = 1 - alpha / beta;
      for (int i = k + 1; i < m; i++) h[i * n + k] = v[i] /= alpha - beta;
      v[k] = 1;
      reflect(v, tau[k], h, m, n, k, k + 1);
      h[k * n + k] = Math.scalb(beta, e);
    }
    double[] q = new double[m * p], r = new double[p * n];
    for (int k = 0; k < p; k++) q[k * p + k] = 1;
    for (int k = p - 1; k >= 0; k--) {
      if (tau[k] == 0) continue;
      v[k] = 1;
      for (int i = k + 1; i < m; i++) v[i] = h[i * n + k];
      reflect(v, tau[k], q, m, p, k, k);
    }
    for (int k = 0; k < p; k++) {
      System.arraycopy(h, k * n + k, r, k * n + k, n - k);
      if (!(r[k * n + k] < 0)) continue;
      Vectors.negate(r, k * n + k, 1, n - k);
      Vectors.negate(q, k, p, m);
    }
    return new Qr(q, r);
  }

  /** Brings the elements from k on to 1 in magnitude, where sums and quotients have all their digits; by which power of two. */
  private static int normalise(double[] v, int k, int m) {
    double top = 0;
    for (int i = k; i < m; i++) top = Math.max(top, Math.abs(v[i]));
    int e = Math.getExponent(top);
    for (int i = k; i < m; i++) v[i] = Math.scalb(v[i], -e);
    return e;
  }

  /** H·x on the rows from k and the columns {@code from} on of an m × n matrix. */
  private static void reflect(double[] v, double tau, double[] x, int m, int n, int k, int from) {
    double[] w = new double[n];
    for (int i = k; i < m; i++) for (int j = from; j < n; j++) w[j] += v[i] * x[i * n + j];
    for (int i = k; i < m; i++) {
      double c = tau * v[i];
      for (int j = from; j < n; j++) x[i * n + j] -= c * w[j];
    }
  }
}
