package io.leibniz.eval;

/** The plane rotations by which eigenvectors and singular vectors are found. */
final class Jacobi {
  private Jacobi() {}

  /** Rows p and q of length n, turned by the angle whose tangent is {@code t}: (c·p − s·q, s·p + c·q). */
  static void rotate(double[] x, int p, int q, int n, double t) {
    double c = 1 / Math.sqrt(1 + t * t), s = t * c, tau = s / (1 + c); // c = 1 − s·tau
    for (int k = 0; k < n; k++) {
      double a = x[p * n + k], b = x[q * n + k];
      x[p * n + k] = a - s * (b + tau * a);
      x[q * n + k] = b + s * (a - tau * b);
    }
  }

  /**
   * The tangent of the lesser of the two angles that make the symmetric [[a, b], [b, d]] diagonal, b not 0: the root of t² +
   * 2θt − 1 (Rutishauser, 1966). The diagonal becomes (a − t·b, d + t·b).
   */
  static double tangent(double a, double b, double d) {
    double theta = (d - a) / 2 / b, size = Math.abs(theta);
    // beyond 1e150 the square would be infinite, and 1 does not count beside it
    double root = size > 1e150 ? size : Math.sqrt(1 + size * size);
    return Math.copySign(1 / (size + root), theta);
  }
}
