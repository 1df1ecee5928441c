package io.leibniz.symbolic.explain;

import io.leibniz.ir.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.Collectors;

/** Numbers for the screen: as many digits as carry meaning. */
public final class Digits {
  private static final MathContext SIX = new MathContext(6);
  private static final int SMALLEST = -4;
  private static final int LARGEST = 6;

  private Digits() {}

  /** Six digits, without trailing zeros: {@code −0.00230498}, {@code 1.5}, {@code 2.3e−9}. */
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
}
