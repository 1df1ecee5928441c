package io.leibniz.symbolic.text;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people write them. */
public final class Digits {
  private static final int MEANINGFUL = 6;

  private Digits() {}

  /** The shortest text that reads back as {@code k}: {@code 2}, {@code 0.1}, {@code 1e300}; NaN and infinities by their names in Java. */
  public static String shortest(double k) {
    if (k == Math.rint(k) && Math.abs(k) < 1e7)
      return Digits.negative(k) && k == 0 ? "-0" : Long.toString((long) k);
    return Double.toString(k).replace(".0E", "e").replace('E', 'e').replaceFirst("\\.0$", "");
  }

  /** Six digits, without zeros at the end: for people. */
  public static String meaningful(double k) {
    if (!Double.isFinite(k) || k == 0) return shortest(k);
    double rounded = new BigDecimal(k).round(new MathContext(MEANINGFUL)).doubleValue();
    return shortest(rounded);
  }

  static boolean negative(double k) {
    return k < 0 || 1 / k < 0;
  }
}
