package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Reduction.Arg;
import io.leibniz.ir.Reduction.ArgSort;
import io.leibniz.ir.Reduction.CumSum;
import io.leibniz.ir.Reduction.Extreme;
import io.leibniz.ir.Reduction.Sum;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.Arrays;
import java.util.List;

/** Reductions: to each element of the operand the place in the result that it goes to. */
final class Reductions {
  private Reductions() {}

  static Array value(Reduction op, Type type, Array x) {
    return switch (op) {
      case Sum(var axes) -> sum(type, x, to(x.shape(), type.shape(), axes));
      case Extreme(var axes, var least) ->
          extreme(type, x, to(x.shape(), type.shape(), axes), least);
      case Arg(var axis, var least) -> arg(type, x, axis, least);
      case CumSum(var axis, var reverse) -> cumSum(type, x, axis, reverse);
      case ArgSort(var axis, var descending) -> argSort(type, x, axis, descending);
    };
  }

  private static int[] to(Shape in, Shape out, List<Integer> axes) {
    return Moves.map(in, Moves.kept(out.strides(), in.rank(), axes), 0);
  }

  /** The sum of all elements that go to one place. */
  static Array sum(Type type, Array x, int[] to) {
    Array out = Array.zeros(type);
    switch (type.dtype()) {
      case F64 -> {
        double[] a = x.f64(), r = out.f64();
        for (int i = 0; i < a.length; i++) r[to[i]] += a[i];
      }
      case F32 -> {
        float[] a = x.f32(), r = out.f32();
        double[] wide = new double[r.length];
        for (int i = 0; i < a.length; i++) wide[to[i]] += a[i];
        for (int i = 0; i < r.length; i++) r[i] = (float) wide[i];
      }
      case I64 -> {
        long[] a = x.i64(), r = out.i64();
        for (int i = 0; i < a.length; i++) r[to[i]] += a[i];
      }
      case I32 -> {
        int[] a = x.i32(), r = out.i32();
        for (int i = 0; i < a.length; i++) r[to[i]] += a[i];
      }
      case BOOL -> {
        boolean[] a = x.bool(), r = out.bool();
        for (int i = 0; i < a.length; i++) r[to[i]] |= a[i];
      }
    }
    return out;
  }

  private static Array extreme(Type type, Array x, int[] to, boolean least) {
    Array out = Array.zeros(type);
    switch (type.dtype()) {
      case F64 -> {
        double[] a = x.f64(), r = out.f64();
        Arrays.fill(r, least ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
        if (least) for (int i = 0; i < a.length; i++) r[to[i]] = Math.min(r[to[i]], a[i]);
        else for (int i = 0; i < a.length; i++) r[to[i]] = Math.max(r[to[i]], a[i]);
      }
      case F32 -> {
        float[] a = x.f32(), r = out.f32();
        Arrays.fill(r, least ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY);
        if (least) for (int i = 0; i < a.length; i++) r[to[i]] = Math.min(r[to[i]], a[i]);
        else for (int i = 0; i < a.length; i++) r[to[i]] = Math.max(r[to[i]], a[i]);
      }
      case I64 -> {
        long[] a = x.i64(), r = out.i64();
        Arrays.fill(r, least ? Long.MAX_VALUE : Long.MIN_VALUE);
        for (int i = 0; i < a.length; i++)
          r[to[i]] = least ? Math.min(r[to[i]], a[i]) : Math.max(r[to[i]], a[i]);
      }
      case I32 -> {
        int[] a = x.i32(), r = out.i32();
        Arrays.fill(r, least ? Integer.MAX_VALUE : Integer.MIN_VALUE);
        for (int i = 0; i < a.length; i++)
          r[to[i]] = least ? Math.min(r[to[i]], a[i]) : Math.max(r[to[i]], a[i]);
      }
      case BOOL -> throw new AssertionError(type);
    }
    return out;
  }

  /** The lines along one axis: {@code n} elements each, {@code step} apart, beginning at {@link #start}. */
  private record Lines(int count, int n, int step) {
    static Lines of(Shape s, int axis) {
      int step = s.sub(axis + 1, s.rank()).size();
      return new Lines(s.sub(0, axis).size() * step, s.dim(axis), step);
    }

    int start(int line) {
      return line / step * n * step + line % step;
    }
  }

  private static Array arg(Type type, Array x, int axis, boolean least) {
    Array out = Array.zeros(type);
    var lines = Lines.of(x.shape(), axis);
    long[] r = out.i64();
    for (int line = 0; line < lines.count; line++) {
      int start = lines.start(line), best = 0;
      for (int i = 1; i < lines.n; i++)
        if (beats(x, start + i * lines.step, start + best * lines.step, least)) best = i;
      r[line] = best;
    }
    return out;
  }

  private static boolean beats(Array x, int i, int j, boolean least) {
    if (x.dtype().isInteger())
      return least ? x.integer(i) < x.integer(j) : x.integer(i) > x.integer(j);
    double a = x.number(i), b = x.number(j);
    return !Double.isNaN(b) && (Double.isNaN(a) || (least ? a < b : a > b));
  }

  private static Array cumSum(Type type, Array x, int axis, boolean reverse) {
    Array out = Array.zeros(type);
    var lines = Lines.of(x.shape(), axis);
    int step = reverse ? -lines.step : lines.step;
    for (int line = 0; line < lines.count; line++) {
      int at = lines.start(line) + (reverse ? (lines.n - 1) * lines.step : 0);
      switch (type.dtype()) {
        case F64 -> {
          double sum = 0;
          for (int i = 0; i < lines.n; i++, at += step) out.f64()[at] = sum += x.f64()[at];
        }
        case F32 -> {
          double sum = 0;
          for (int i = 0; i < lines.n; i++, at += step)
            out.f32()[at] = (float) (sum += x.f32()[at]);
        }
        case I64 -> {
          long sum = 0;
          for (int i = 0; i < lines.n; i++, at += step) out.i64()[at] = sum += x.i64()[at];
        }
        case I32 -> {
          int sum = 0;
          for (int i = 0; i < lines.n; i++, at += step) out.i32()[at] = sum += x.i32()[at];
        }
        case BOOL -> {
          boolean any = false;
          for (int i = 0; i < lines.n; i++, at += step) out.bool()[at] = any |= x.bool()[at];
        }
      }
    }
    return out;
  }

  /** A stable merge sort of places, compared by element. */
  private static Array argSort(Type type, Array x, int axis, boolean descending) {
    Array out = Array.zeros(type);
    var lines = Lines.of(x.shape(), axis);
    int[] places = new int[lines.n], spare = new int[lines.n];
    for (int line = 0; line < lines.count; line++) {
      int start = lines.start(line);
      for (int i = 0; i < lines.n; i++) places[i] = i;
      sort(x, start, lines.step, places, spare, 0, lines.n, descending);
      for (int i = 0; i < lines.n; i++) out.i64()[start + i * lines.step] = places[i];
    }
    return out;
  }

  private static void sort(
      Array x,
      int start,
      int step,
      int[] places,
      int[] spare,
      int from,
      int to,
      boolean descending) {
    if (to - from < 2) return;
    int mid = (from + to) >>> 1;
    sort(x, start, step, places, spare, from, mid, descending);
    sort(x, start, step, places, spare, mid, to, descending);
    System.arraycopy(places, from, spare, from, to - from);
    for (int i = from, j = mid, k = from; k < to; k++) {
      boolean left =
          j == to
              || i < mid
                  && !before(x, start + spare[j] * step, start + spare[i] * step, descending);
      places[k] = left ? spare[i++] : spare[j++];
    }
  }

  /** Whether element i must stand before element j; a NaN counts as the greatest. */
  private static boolean before(Array x, int i, int j, boolean descending) {
    if (x.dtype().isInteger())
      return descending ? x.integer(i) > x.integer(j) : x.integer(i) < x.integer(j);
    double a = x.number(i), b = x.number(j);
    return descending ? less(b, a) : less(a, b);
  }

  private static boolean less(double a, double b) {
    return Double.isNaN(b) ? !Double.isNaN(a) : a < b;
  }
}
