package io.leibniz.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** QR, eigenvectors and singular values: by what defines them, at awkward shapes, ranks and scales. */
@Timeout(20)
class FactorizationsTest {

  private static final double NaN = Double.NaN, INF = Double.POSITIVE_INFINITY;
  private static final double[] SCALES = {1, 1e150, 1e-150, 1e300, 1e-300};

  private static double[] draw(int seed, int size) {
    return new Random(seed).doubles(size, -1, 1).toArray();
  }

  private static double[] times(double[] a, double[] b, int m, int k, int n) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++)
      for (int p = 0; p < k; p++)
        for (int j = 0; j < n; j++) c[i * n + j] += a[i * k + p] * b[p * n + j];
    return c;
  }

  private static double[] scaled(double[] a, double by) {
    return Arrays.stream(a).map(x -> x * by).toArray();
  }

  /** Columns times the elements of {@code d}. */
  private static double[] columns(double[] a, double[] d, int m, int n) {
    double[] c = a.clone();
    for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) c[i * n + j] *= d[j];
    return c;
  }

  private static double[] symmetric(double[] a, int n) {
    double[] s = new double[n * n];
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++) s[i * n + j] = a[i * n + j] + a[j * n + i];
    return s;
  }

  /** Of rank r. */
  private static double[] lowRank(int seed, int m, int r, int n) {
    return times(draw(seed, m * r), draw(seed + 1, r * n), m, r, n);
  }

  private static void same(double[] got, double[] want, double off) {
    assertThat(got).hasSameSizeAs(want);
    if (want.length > 0) assertThat(got).containsExactly(want, within(off));
  }

  private static void orthonormalColumns(double[] q, int m, int p) {
    same(times(Matrices.transpose(q, m, p), q, p, m, p), Matrices.identity(p), 1e-13);
  }

  // ---- the three, at any matrix

  private static void qr(double[] a, int m, int n) {
    Qr f = Qr.of(a, m, n);
    int p = Math.min(m, n);
    double top = Vectors.greatest(a);
    orthonormalColumns(f.q(), m, p);
    double[] back = times(f.q(), scaled(f.r(), 1 / Math.max(top, Double.MIN_NORMAL)), m, p, n);
    same(back, scaled(a, 1 / Math.max(top, Double.MIN_NORMAL)), 1e-13);
    for (int i = 0; i < p; i++) {
      assertThat(f.r()[i * n + i]).isGreaterThanOrEqualTo(0);
      for (int j = 0; j < i; j++) assertThat(f.r()[i * n + j]).isEqualTo(0);
    }
  }

  private static void eigen(double[] a, int n) {
    Eigen f = Eigen.symmetric(a, n);
    double top = Math.max(Vectors.greatest(a), Double.MIN_NORMAL);
    orthonormalColumns(f.vectors(), n, n);
    double[] w = scaled(f.values(), 1 / top);
    assertThat(w).isSorted();
    double[] back =
        times(columns(f.vectors(), w, n, n), Matrices.transpose(f.vectors(), n, n), n, n, n);
    same(back, scaled(a, 1 / top), 1e-13);
    for (int j = 0; j < n; j++) greatestIsPositive(f.vectors(), n, n, j);
  }

  private static void svd(double[] a, int m, int n) {
    Svd f = Svd.of(a, m, n);
    int p = Math.min(m, n);
    double top = Math.max(Vectors.greatest(a), Double.MIN_NORMAL);
    orthonormalColumns(f.u(), m, p);
    orthonormalColumns(Matrices.transpose(f.vt(), p, n), n, p);
    double[] s = scaled(f.s(), 1 / top);
    for (int i = 0; i < p; i++) assertThat(s[i]).isBetween(0.0, i == 0 ? INF : s[i - 1]);
    same(times(columns(f.u(), s, m, p), f.vt(), m, p, n), scaled(a, 1 / top), 1e-13);
    for (int j = 0; j < p; j++) greatestIsPositive(f.u(), m, p, j);
  }

  private static void greatestIsPositive(double[] v, int m, int n, int column) {
    double top = 0;
    for (int i = 0; i < m; i++)
      if (Math.abs(v[i * n + column]) > Math.abs(top)) top = v[i * n + column];
    assertThat(top).isPositive();
  }

  @Test
  void allShapesScalesAndRanksMultiplyBack() {
    int seed = 0;
    for (double scale : SCALES)
      for (int m = 0; m <= 6; m++)
        for (int n = 0; n <= 6; n++)
          for (int rank = 0; rank <= Math.min(m, n); rank++) {
            double[] a = scaled(lowRank(seed += 2, m, rank, n), scale);
            qr(a, m, n);
            svd(a, m, n);
            if (m == n) eigen(symmetric(a, n), n);
          }
    for (int n : new int[] {13, 40}) {
      qr(draw(n, 2 * n * n), 2 * n, n);
      svd(draw(n, 2 * n * n), 2 * n, n);
      svd(draw(n, 2 * n * n), n, 2 * n);
      eigen(symmetric(draw(n, n * n), n), n);
    }
  }

  @Test
  void repeatedValues() {
    for (int n = 1; n <= 6; n++) {
      double[] one = Matrices.identity(n), ones = new double[n * n];
      Arrays.fill(ones, 1);
      double[] q = Qr.of(draw(n, n * n), n, n).q(), d = new double[n];
      for (int i = 0; i < n; i++) d[i] = i < n / 2 ? 2 : -1;
      // exactly symmetric
      double[] twice =
          scaled(
              symmetric(times(columns(q, d, n, n), Matrices.transpose(q, n, n), n, n, n), n), 0.5);
      for (double[] a : new double[][] {one, ones, q, twice, new double[n * n], scaled(one, -3)}) {
        qr(a, n, n);
        svd(a, n, n);
        if (a != q) eigen(a, n);
      }
      assertThat(Eigen.symmetric(one, n).vectors()).containsExactly(one);
      same(Eigen.symmetric(twice, n).values(), Arrays.stream(d).sorted().toArray(), 1e-14);
    }
  }

  /** Rows and columns of very different sizes; squares of the small ones are 0. */
  @Test
  void gradedMatrices() {
    for (int seed = 0; seed < 20; seed++) {
      int m = 5, n = 4;
      double[] d = draw(seed + 100, n);
      for (int i = 0; i < n; i++) d[i] = Math.pow(10, 280 * d[i]);
      double[] a = columns(draw(seed, m * n), d, m, n);
      qr(a, m, n);
      svd(a, m, n);
      svd(Matrices.transpose(a, m, n), n, m);
      double[] s =
          columns(columns(symmetric(draw(seed, n * n), n), scaled(d, 1e-140), n, n), d, n, n);
      for (int i = 0; i < n; i++) for (int j = 0; j < i; j++) s[j * n + i] = s[i * n + j];
      if (Double.isFinite(Vectors.greatest(s))) eigen(s, n);
    }
    svd(new double[] {1e150, 0, 0, 1e-150}, 2, 2);
    assertThat(Svd.of(new double[] {1e150, 0, 0, 1e-150}, 2, 2).s()).containsExactly(1e150, 1e-150);
    assertThat(Eigen.symmetric(new double[] {1e150, 0, 0, -1e-150}, 2).values())
        .containsExactly(-1e-150, 1e150);
  }

  /**
   * The small values of graded matrices have as many digits as the large ones. Values from mpmath 1.3 at 80 digits, of these
   * doubles.
   */
  @Test
  void smallValuesKeepTheirDigits() {
    double[] d = {1, 1e-5, 1e-10, 1e-15};
    double[] b = {
      2, 0.5, -0.25, 0.75, 0.5, 1.5, 0.5, -0.5, -0.25, 0.5, 1.75, 0.25, 0.75, -0.5, 0.25, 2.25
    };
    double[] a = new double[16];
    for (int i = 0; i < 16; i++) a[i] = b[i] * (d[i / 4] * d[i % 4]);
    double[] w = {
      1.3625954198233097e-30, 1.4886363636376913e-20, 1.375000000014418e-10, 2.0000000000125
    };
    double[] c = {
      1, 0.5, -0.25, 0.75, 0.5, -1.5, 0.5, -0.5, -0.25, 0.5, 1.75, 2.25, 0.75, 0.5, 0.25, -2.25,
      1.25, -1, 0.5, 1
    };
    double[] s = {
      1.854049621786174, 1.8829377433705213e-05, 1.9053946694811947e-10, 2.9175967181757037e-15
    };
    double[] gotW = Eigen.symmetric(a, 4).values(), gotS = Svd.of(columns(c, d, 5, 4), 5, 4).s();
    for (int i = 0; i < 4; i++) {
      assertThat(gotW[i]).isCloseTo(w[i], within(4e-15 * w[i]));
      assertThat(gotS[i]).isCloseTo(s[i], within(4e-15 * s[i]));
    }
    // the same, the small ones first
    double[] flipped = new double[16];
    for (int i = 0; i < 16; i++) flipped[15 - i] = a[i];
    double[] again = Eigen.symmetric(flipped, 4).values();
    for (int i = 0; i < 4; i++) assertThat(again[i]).isCloseTo(w[i], within(4e-15 * w[i]));
  }

  /** NaN and infinities end, and do not get lost. */
  @Test
  void whatIsNotFinite() {
    for (double bad : new double[] {NaN, INF, -INF})
      for (int n = 1; n <= 4; n++)
        for (int at = 0; at < n * n; at++) {
          double[] a = symmetric(draw(n, n * n), n);
          a[at] = bad;
          assertThat(Svd.of(a, n, n).s()).containsOnly(NaN);
          assertThat(Svd.of(a, n, n).u()).containsOnly(NaN);
          assertThat(Svd.of(a, n, n).vt()).containsOnly(NaN);
          assertThat(Arrays.stream(Qr.of(a, n, n).r()).anyMatch(x -> !Double.isFinite(x))).isTrue();
          if (at % n > at / n) continue; // only the lower triangle is read
          assertThat(Eigen.symmetric(a, n).values()).containsOnly(NaN);
          assertThat(Eigen.symmetric(a, n).vectors()).containsOnly(NaN);
        }
  }

  @Test
  void onlyTheLowerTriangleIsRead() {
    assertThat(Eigen.symmetric(new double[] {1, NaN, 2, 1}, 2).values()).containsExactly(-1, 3);
  }
}
