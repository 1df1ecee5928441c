package io.leibniz.cli;

import io.leibniz.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.Collectors;

/** Numbers for the screen: as many digits as carry meaning. */
final class Digits {
  private static final MathContext SIX = new MathContext(6);

  private Digits() {}

  /** Six digits, without trailing zeros: {@code −0.00230498}, {@code 1.5}, {@code 2.3e−9}. */
  static String six(double x) {
    if (Double.isNaN(x)) return "NaN";
    if (Double.isInfinite(x)) return x > 0 ? "∞" : "−∞";
    if (x == 0) return "0";
    BigDecimal d = new BigDecimal(x).round(SIX).stripTrailingZeros();
    int exponent = d.precision() - d.scale() - 1;
    String text;
    if (exponent >= -5 && exponent < 7) text = d.toPlainString();
    else {
      text = d.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    }
    return text.replace('-', '−');
  }

  /** {@code [2×3]}; of a number nothing. */
  static String shape(Tensor t) {
    return t.shape().list().stream()
        .map(String::valueOf)
        .collect(Collectors.joining("×", "[", "]"));
  }
}
