package io.leibniz;

import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Arrays as NumPy prints them: the digits that tell each number from its neighbours, at most eight after the point,
 * columns aligned, lines of 75 characters, the middle of long axes left out.
 */
final class Printing {
  private static final int LINE = 75;
  private static final int LONG = 1000;
  private static final int EDGE = 3;
  private static final int DIGITS = 8;

  private final int[] dims;
  private final boolean summary;
  private final String[] words;
  private int next;

  private Printing(int[] dims, boolean summary, String[] words) {
    this.dims = dims;
    this.summary = summary;
    this.words = words;
  }

  static String of(Array a) {
    int[] dims = a.shape().dims();
    if (dims.length == 0) return scalar(a);
    if (a.size() == 0) return "[]";
    boolean summary = a.size() > LONG;
    int[] places = places(dims, summary);
    return new Printing(dims, summary, words(a, places)).block(0, " ", LINE);
  }

  /** The flat places of the elements that are printed. */
  private static int[] places(int[] dims, boolean summary) {
    int[] at = {0};
    int step = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      int n = dims[axis], by = step;
      int[] inner = at;
      at =
          IntStream.range(0, n)
              .filter(i -> !hidden(i, n, summary))
              .flatMap(i -> IntStream.of(inner).map(k -> k + i * by))
              .toArray();
      step *= n;
    }
    return at;
  }

  private static boolean hidden(int i, int n, boolean summary) {
    return summary && n > 2 * EDGE && i >= EDGE && i < n - EDGE;
  }

  private String block(int axis, String indent, int width) {
    boolean last = axis == dims.length - 1;
    var out = new StringBuilder();
    var line = new StringBuilder(indent);
    String gap = last ? " " : "\n".repeat(dims.length - 1 - axis);
    for (int i = 0; i < dims[axis]; i++) {
      boolean skip = hidden(i, dims[axis], summary);
      if (skip) i = dims[axis] - EDGE - 1;
      String word = skip ? "..." : last ? words[next++] : block(axis + 1, indent + " ", width - 1);
      String end = i < dims[axis] - 1 ? gap : "";
      if (!last) out.append(indent).append(word).append(end);
      else {
        if (line.length() + word.length() > width - 1 && line.length() > indent.length()) {
          out.append(line.toString().stripTrailing()).append('\n');
          line = new StringBuilder(indent);
        }
        line.append(word).append(end);
      }
    }
    if (last) out.append(line);
    return "[" + out.substring(indent.length()) + "]";
  }

  /** By itself a number has all its digits. */
  private static String scalar(Array a) {
    if (a.dtype() == DType.BOOL) return a.bool()[0] ? "True" : "False";
    if (a.dtype().isInteger()) return Long.toString(a.integer(0));
    double x = a.number(0);
    if (!Double.isFinite(x)) return odd(x);
    BigDecimal exact = digits(x, a.dtype());
    int exponent = exact.precision() - exact.scale() - 1;
    String sign = x < 0 || 1 / x < 0 ? "-" : "";
    if (x != 0 && (exponent < -4 || exponent >= 16)) {
      String s = scientific(exact.abs(), 0);
      return sign + s.replace(".e", "e");
    }
    String plain = exact.abs().toPlainString();
    return sign + (plain.contains(".") ? plain : plain + ".0");
  }

  private static String[] words(Array a, int[] places) {
    return switch (a.dtype()) {
      case F64, F32 -> floats(a, places);
      case I64, I32 ->
          left(
              IntStream.of(places)
                  .mapToObj(i -> Long.toString(a.integer(i)))
                  .toArray(String[]::new));
      case BOOL ->
          IntStream.of(places)
              .mapToObj(i -> a.bool()[i] ? " True" : "False")
              .toArray(String[]::new);
    };
  }

  /** Padded on the left to one width. */
  private static String[] left(String[] words) {
    int width = Arrays.stream(words).mapToInt(String::length).max().orElse(0);
    return Arrays.stream(words).map(w -> " ".repeat(width - w.length()) + w).toArray(String[]::new);
  }

  private static String odd(double x) {
    return Double.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  }

  private static String[] floats(Array a, int[] places) {
    double most = 0, least = Double.MAX_VALUE;
    for (int i : places) {
      double x = Math.abs(a.number(i));
      if (x == 0 || !Double.isFinite(x)) continue;
      most = Math.max(most, x);
      least = Math.min(least, x);
    }
    double large =
        a.dtype() == DType.F32 ? 1e6 : 1e8; // beyond it not all digits before the point are told
    boolean exponent = most >= large || most > 0 && (least < 1e-4 || most / least > 1000);
    int digits = 0; // after the point, in the word that has most
    for (int i : places) digits = Math.max(digits, fraction(a.number(i), a.dtype(), exponent));
    String[] words = new String[places.length];
    for (int k = 0; k < words.length; k++) {
      double x = a.number(places[k]);
      words[k] = Double.isFinite(x) ? text(x, a.dtype(), exponent, digits) : odd(x);
    }
    return left(words);
  }

  /** The shortest decimal that reads back to {@code x}. */
  private static BigDecimal digits(double x, DType dtype) {
    BigDecimal d =
        new BigDecimal(dtype == DType.F32 ? Float.toString((float) x) : Double.toString(x));
    BigDecimal one = d.round(new MathContext(1)); // Java gives two digits where one is enough
    boolean enough = dtype == DType.F32 ? one.floatValue() == x : one.doubleValue() == x;
    return (enough ? one : d).stripTrailingZeros();
  }

  private static BigDecimal rounded(double x, DType dtype, boolean exponent) {
    BigDecimal d = digits(x, dtype);
    if (exponent) d = d.round(new MathContext(DIGITS + 1, RoundingMode.HALF_EVEN));
    else if (d.scale() > DIGITS) d = d.setScale(DIGITS, RoundingMode.HALF_EVEN);
    return d.stripTrailingZeros();
  }

  private static int fraction(double x, DType dtype, boolean exponent) {
    if (!Double.isFinite(x)) return 0;
    BigDecimal d = rounded(x, dtype, exponent);
    return Math.max(0, exponent ? d.precision() - 1 : d.scale());
  }

  private static String text(double x, DType dtype, boolean exponent, int digits) {
    BigDecimal d = rounded(x, dtype, exponent).abs();
    String sign = x < 0 || 1 / x < 0 ? "-" : "";
    if (exponent) return sign + scientific(d, digits);
    String plain = d.toPlainString();
    if (d.scale() <= 0) plain += ".";
    return sign + plain + " ".repeat(digits - Math.max(0, d.scale()));
  }

  /** {@code 1.50e-05}, with at least {@code digits} after the point. */
  private static String scientific(BigDecimal d, int digits) {
    String all = d.unscaledValue().toString();
    int exponent = d.signum() == 0 ? 0 : d.precision() - d.scale() - 1;
    String fraction = all.substring(1);
    return all.charAt(0)
        + "."
        + fraction
        + "0".repeat(Math.max(0, digits - fraction.length()))
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
