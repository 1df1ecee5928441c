package io.leibniz.symbolic.text;

import io.leibniz.ir.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.Collectors;

/** Numbers as people write them. */
public final class Digits {
  private static final MathContext SIX = new MathContext(6);
  private static final int SMALLEST = -4, LARGEST = 6;

  private Digits() {}

  /** The shortest text that reads back as {@code k}: {@code 2}, {@code 0.1}, {@code 1e300}; NaN and infinities by their names in Java. */
  public static String shortest(double k) {
    if (k == Math.rint(k) && Math.abs(k) < 1e7)
      return Digits.negative(k) && k == 0 ? "-0" : Long.toString((long) k);
    return Double.toString(k).replace(".0E", "e").replace('E', 'e').replaceFirst("\\.0$", "");
  }

  /** Six digits, without zeros at the end, for people: {@code −0.00230498}, {@code 1.5}, {@code 2.3e−9}, {@code ∞}. */
  public static String six(double x) {
    if (Double.isNaN(x)) return "NaN";
    if (Double.isInfinite(x)) return x > 0 ? "∞" : "−∞";
    if (x == 0) return "0";
    BigDecimal d = new BigDecimal(x).round(SIX).stripTrailingZeros();
    int exponent = d.precision() - d.scale() - 1;
    String text =
        exponent >= SMALLEST && exponent <= LARGEST
            ? d.toPlainString()
            : d.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    return text.replace('-', '−');
  }

  /** {@code [2×3]}; of a scalar {@code []}. */
  public static String shape(Shape s) {
    return s.list().stream().map(String::valueOf).collect(Collectors.joining("×", "[", "]"));
  }

  static boolean negative(double k) {
    return k < 0 || 1 / k < 0;
  }
}
