package io.leibniz.eval;

/**
 * P·A = L·U by elimination with partial pivoting. {@code a} holds U, and below its diagonal L, whose own diagonal is 1; row i
 * of P·A is row {@code rows[i]} of A.
 */
record Lu(int n, double[] a, int[] rows, boolean odd) {

  /** Overwrites {@code a}. A singular matrix is factored, too: a zero stands on the diagonal of U. */
  static Lu of(double[] a, int n) {
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) rows[i] = i;
    boolean odd = false;
    for (int k = 0; k < n; k++) {
      int top = k;
      for (int i = k + 1; i < n; i++)
        if (Math.abs(a[i * n + k]) > Math.abs(a[top * n + k])) top = i;
      if (top != k) {
        exchange(a, rows, n, k, top);
        odd = !odd;
      }
      double pivot = a[k * n + k];
      for (int i = k + 1; i < n; i++) {
        double c = a[i * n + k];
        if (pivot != 0) c /= pivot; // else the column below is 0 as well, or NaN
        a[i * n + k] = c;
        for (int j = k + 1; j < n; j++) a[i * n + j] -= c * a[k * n + j];
      }
    }
    return new Lu(n, a, rows, odd);
  }

  private static void exchange(double[] a, int[] rows, int n, int p, int q) {
    for (int j = 0; j < n; j++) {
      double x = a[p * n + j];
      a[p * n + j] = a[q * n + j];
      a[q * n + j] = x;
    }
    int row = rows[p];
    rows[p] = rows[q];
    rows[q] = row;
  }

  /** The X of A·X = B, or of Aᵀ·X = B, for B with k columns. */
  double[] solve(boolean transposed, double[] b, int k) {
    double[] x = new double[b.length];
    if (!transposed) { // L·U·X = P·B
      for (int i = 0; i < n; i++) System.arraycopy(b, rows[i] * k, x, i * k, k);
      Triangles.solve(a, n, true, false, true, x, k);
      return Triangles.solve(a, n, false, false, false, x, k);
    }
    Triangles.solve(a, n, false, true, false, b, k); // Uᵀ·Lᵀ·P·X = B
    Triangles.solve(a, n, true, true, true, b, k);
    for (int i = 0; i < n; i++) System.arraycopy(b, i * k, x, rows[i] * k, k);
    return x;
  }

  /** A sum of logarithms: the determinant itself may overflow. */
  double logAbsDet() {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += StrictMath.log(Math.abs(a[i * n + i]));
    return sum;
  }

  double signDet() {
    double sign = odd ? -1 : 1;
    for (int i = 0; i < n; i++) sign *= Math.signum(a[i * n + i]);
    return sign + 0.0; // −0 becomes 0
  }
}
