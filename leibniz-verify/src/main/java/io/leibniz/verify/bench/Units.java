package io.leibniz.verify.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as people read them: three digits, and a unit that keeps them short; – for none. */
final class Units {
  private static final String NONE = "–";

  private Units() {}

  static String three(double x) {
    return String.format(Locale.ROOT, x < 9.995 ? "%.2f" : x < 99.95 ? "%.1f" : "%.0f", x);
  }

  static String time(@Nullable Double micros) {
    if (micros == null) return NONE;
    if (micros < 0.9995) return three(micros * 1e3) + " ns";
    if (micros < 999.5) return three(micros) + " µs";
    return micros < 999_500 ? three(micros / 1e3) + " ms" : three(micros / 1e6) + " s";
  }

  static String ratio(double x) {
    return Double.isNaN(x) ? NONE : three(x) + "×";
  }

  static String share(double x) {
    return Double.isNaN(x)
        ? NONE
        : String.format(Locale.ROOT, x < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * x);
  }

  static String seconds(@Nullable Double millis) {
    if (millis == null) return NONE;
    return String.format(Locale.ROOT, millis < 9950 ? "%.1f" : "%.0f", millis / 1e3);
  }

  static String mebibytes(@Nullable Double x) {
    return x == null || x.isNaN() ? NONE : String.format(Locale.ROOT, "%.0f", x);
  }
}
