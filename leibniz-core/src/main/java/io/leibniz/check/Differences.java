package io.leibniz.check;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The derivative at 0 of a function of one number, from its values alone.
 *
 * @param value central differences, extrapolated to step 0 (Richardson); NaN if the function is not finite around 0
 * @param noise how far off it may be: what the extrapolation moved last, and the rounding of the function over the step
 * @param kink whether the slopes from the left and from the right disagree, however small the step
 * @param left the slope from the left
 * @param right the slope from the right
 */
public record Differences(double value, double noise, boolean kink, double left, double right) {
  private static final int STEPS = 30;
  private static final int COLUMNS = 6;

  /**
   * Tries steps from {@code largest} down, each half of the one before, and keeps the entry of the
   * extrapolation table that claims the least error (Ridders, 1982), until that is below 1e-9 of the
   * value. Steps at which the function is not finite are skipped. {@code ulps} is how many units in the last place the function itself may be off.
   */
  public static Differences of(DoubleUnaryOperator f, double largest, double ulps) {
    double middle = f.applyAsDouble(0);
    double[] before = new double[0];
    double best = Double.NaN, noise = Double.POSITIVE_INFINITY;
    double[] gap = new double[STEPS], size = new double[STEPS];
    Arrays.fill(gap, Double.NaN);
    double left = Double.NaN, right = Double.NaN, oneSided = Double.POSITIVE_INFINITY;
    double leftBefore = Double.NaN, rightBefore = Double.NaN;
    double h = largest;
    for (int k = 0; k < STEPS && !(k > 10 && noise < 1e-9 * Math.abs(best)); k++, h /= 2) {
      double up = f.applyAsDouble(h), down = f.applyAsDouble(-h);
      double scale = Math.max(Math.max(Math.abs(up), Math.abs(down)), Math.abs(middle));
      double rounding = ulps * (Math.ulp(scale) + Double.MIN_NORMAL) / h;
      gap[k] = (up - middle) / h - (middle - down) / h;
      size[k] = 4 * rounding;
      if (!Double.isFinite(up) || !Double.isFinite(down)) {
        before = new double[0];
        leftBefore = rightBefore = Double.NaN;
        continue;
      }
      double[] row = new double[Math.min(before.length + 1, COLUMNS)];
      row[0] = (up - down) / (2 * h);
      for (int j = 1; j < row.length; j++) {
        row[j] = row[j - 1] + (row[j - 1] - before[j - 1]) / (Math.scalb(1.0, 2 * j) - 1);
        double error =
            Math.max(Math.abs(row[j] - row[j - 1]), Math.abs(row[j] - before[j - 1])) + rounding;
        if (error < noise) {
          noise = error;
          best = row[j];
        }
      }
      before = row;
      // one-sided slopes, extrapolated once
      double r = (up - middle) / h, l = (middle - down) / h;
      double error = Math.abs(r - rightBefore) + Math.abs(l - leftBefore) + rounding;
      if (error < oneSided) {
        oneSided = error;
        right = 2 * r - rightBefore;
        left = 2 * l - leftBefore;
      }
      rightBefore = r;
      leftBefore = l;
    }
    return new Differences(best, noise, kinked(gap, size), left, right);
  }

  /** A smooth function's one-sided slopes meet in proportion to the step; at a kink they stay apart. */
  private static boolean kinked(double[] gap, double[] noise) {
    int apart = 0, together = 0;
    for (int k = 3; k < gap.length; k++) {
      double now = Math.abs(gap[k]), then = Math.abs(gap[k - 3]);
      if (!Double.isFinite(now) || !Double.isFinite(then)) continue;
      if (then <= 8 * noise[k]) continue;
      if (now > 0.6 * then) apart++;
      else together++;
    }
    return apart > together;
  }
}
