package io.leibniz;

import io.leibniz.ir.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * Places along one axis, by NumPy's rules: {@code from:to:step}, {@code to} excluded, negative places
 * counted from the end, ranges that reach outside cut off. A {@code single} place drops its axis.
 */
public record Range(@Nullable Integer from, @Nullable Integer to, int step, boolean single) {
  public Range {
    if (step == 0) throw new ShapeException("a range needs a step other than 0");
  }

  /** {@code :} */
  public static Range all() {
    return new Range(null, null, 1, false);
  }

  /** {@code from:to} */
  public static Range of(int from, int to) {
    return new Range(from, to, 1, false);
  }

  /** {@code from:to:step} */
  public static Range of(int from, int to, int step) {
    return new Range(from, to, step, false);
  }

  /** {@code from:} */
  public static Range from(int from) {
    return new Range(from, null, 1, false);
  }

  /** {@code :to} */
  public static Range to(int to) {
    return new Range(null, to, 1, false);
  }

  /** {@code ::step}; −1 reverses. */
  public static Range every(int step) {
    return new Range(null, null, step, false);
  }

  /** The one place {@code i}. */
  public static Range at(int i) {
    return new Range(i, null, 1, true);
  }

  /** What it is of an axis: {@code size} places, {@code stride} apart, from the lowest on, then reversed or not. */
  record Places(int start, int size, int stride, boolean reversed, boolean single) {}

  Places places(int n, int axis) {
    if (single && from != null) {
      int i = from < 0 ? from + n : from;
      if (i < 0 || i >= n)
        throw new ShapeException(
            "index %d is outside of axis %d, which has %d places".formatted(from, axis, n));
      return new Places(i, 1, 1, false, true);
    }
    boolean back = step < 0;
    long lowest = back ? -1 : 0, highest = back ? n - 1 : n, stride = Math.abs((long) step);
    long first = from == null ? (back ? highest : lowest) : bounded(from, n, lowest, highest);
    long end = to == null ? (back ? lowest : highest) : bounded(to, n, lowest, highest);
    long length = back ? first - end : end - first;
    int size = length <= 0 ? 0 : (int) ((length + stride - 1) / stride);
    if (size == 0) return new Places(0, 0, 1, false, false);
    int start = (int) (back ? first - (size - 1) * stride : first);
    return new Places(start, size, size == 1 ? 1 : (int) stride, back, false);
  }

  private static long bounded(int i, int n, long lowest, long highest) {
    return Math.clamp(i < 0 ? (long) i + n : i, lowest, highest);
  }
}
