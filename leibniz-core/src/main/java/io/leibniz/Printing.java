package io.leibniz;

import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Arrays as NumPy prints them: eight digits, columns aligned, the middle of long axes left out. */
final class Printing {
  private static final int LONG = 1000;
  private static final int EDGE = 3;

  private Printing() {}

  static String of(Array a) {
    int[] dims = a.shape().dims();
    boolean summary = a.size() > LONG;
    int[] shown = a.size() == 0 ? new int[0] : places(dims, summary);
    String[] texts = a.dtype().isFloat() ? floats(a, shown) : others(a, shown);
    if (dims.length == 0) return texts[0].strip();
    if (a.size() == 0) return "[]" + (dims.length == 1 ? "" : " shape " + a.shape());
    int width = IntStream.range(0, texts.length).map(i -> texts[i].length()).max().orElse(0);
    int[] next = {0};
    return block(
        dims, 0, summary, _ -> " ".repeat(width - texts[next[0]].length()) + texts[next[0]++]);
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

  private static String block(int[] dims, int axis, boolean summary, IntFunction<String> element) {
    boolean last = axis == dims.length - 1;
    var out = new StringBuilder("[");
    String gap = last ? " " : "\n".repeat(dims.length - 1 - axis) + " ".repeat(axis + 1);
    for (int i = 0; i < dims[axis]; i++) {
      if (i > 0) out.append(gap);
      if (hidden(i, dims[axis], summary)) {
        out.append("...");
        i = dims[axis] - EDGE - 1;
      } else out.append(last ? element.apply(i) : block(dims, axis + 1, summary, element));
    }
    return out.append(']').toString();
  }

  private static String[] others(Array a, int[] at) {
    return IntStream.of(at)
        .mapToObj(
            i ->
                a.dtype() == DType.BOOL
                    ? (a.bool()[i] ? "True" : "False")
                    : Long.toString(a.integer(i)))
        .toArray(String[]::new);
  }

  private static String[] floats(Array a, int[] at) {
    double most = 0, least = Double.MAX_VALUE;
    for (int i : at) {
      double x = Math.abs(a.number(i));
      if (x == 0 || !Double.isFinite(x)) continue;
      most = Math.max(most, x);
      least = Math.min(least, x);
    }
    boolean exponent = most >= 1e8 || most > 0 && (least < 1e-4 || most / least > 1000 * 1e3);
    int digits = 0;
    for (int i : at) digits = Math.max(digits, digits(a.number(i), exponent, a.dtype()));
    int shown = digits;
    return IntStream.of(at)
        .mapToObj(i -> text(a.number(i), exponent, shown))
        .toArray(String[]::new);
  }

  /** How many digits after the point, up to eight, tell {@code x} from its neighbours. */
  private static int digits(double x, boolean exponent, DType dtype) {
    if (!Double.isFinite(x)) return 0;
    int most = dtype == DType.F32 && exponent ? 7 : 8;
    String full = String.format(Locale.ROOT, exponent ? "%." + most + "e" : "%." + most + "f", x);
    int end = exponent ? full.indexOf('e') : full.length();
    while (full.charAt(end - 1) == '0') end--;
    return end - full.indexOf('.') - 1;
  }

  private static String text(double x, boolean exponent, int digits) {
    if (Double.isNaN(x)) return "nan";
    if (Double.isInfinite(x)) return x > 0 ? "inf" : "-inf";
    if (exponent) return String.format(Locale.ROOT, "%." + digits + "e", x);
    String t = String.format(Locale.ROOT, "%." + digits + "f", x);
    if (digits == 0) return t + ".";
    int end = t.length();
    while (t.charAt(end - 1) == '0') end--;
    return t.substring(0, end) + " ".repeat(t.length() - end);
  }
}
