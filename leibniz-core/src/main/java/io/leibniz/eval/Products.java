package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.stream.Collectors;

/**
 * Contractions as batched matrix products: labels are sorted into batch, row, column and summed ones,
 * operands permuted to match, and the inner loop runs along memory so that the JIT makes vector code of
 * it. Each element is a sum in rising order of the summed labels.
 */
final class Products {
  private Products() {}

  static Array contract(Contract c, Type type, Array left, Array right) {
    String batch = pick(c.result(), l -> has(c.left(), l) && has(c.right(), l));
    String rows = pick(c.result(), l -> !has(c.right(), l));
    String columns = pick(c.result(), l -> !has(c.left(), l));
    String summed = pick(c.left(), l -> !has(c.result(), l));
    int n = size(c.right(), right.shape(), columns), m = size(c.left(), left.shape(), rows);
    if (n == 1 && m > 1) // a column: the long axis must be the inner one
    return contract(new Contract(c.right(), c.left(), c.result()), type, right, left);
    int b = size(c.left(), left.shape(), batch), k = size(c.left(), left.shape(), summed);
    Array x = arrange(left, c.left(), batch + rows + summed);
    Array y = arrange(right, c.right(), batch + summed + columns);
    String made = batch + rows + columns;
    int[] dims = new int[made.length()];
    for (int i = 0; i < dims.length; i++)
      dims[i] = type.shape().dim(c.result().indexOf(made.charAt(i)));
    Array out = Array.zeros(type.with(Shape.of(dims)));
    for (int i = 0; i < b; i++)
      multiply(type.dtype(), x, i * m * k, y, i * k * n, out, i * m * n, m, k, n);
    return arrange(out, made, c.result());
  }

  /** {@code c += a · b}, of [m, k] and [k, n] at the given offsets. */
  static void multiply(
      DType dtype, Array a, int ai, Array b, int bi, Array c, int ci, int m, int k, int n) {
    if (dtype == DType.F64) multiply(a.f64(), ai, b.f64(), bi, c.f64(), ci, m, k, n);
    else multiply(a.f32(), ai, b.f32(), bi, c.f32(), ci, m, k, n);
  }

  /** Row by row, four terms of the sum at a time: a quarter of the traffic to the result. */
  private static void multiply(
      double[] a, int ai, double[] b, int bi, double[] c, int ci, int m, int k, int n) {
    for (int i = 0; i < m; i++, ci += n) {
      int p = 0;
      for (; p + 4 <= k; p += 4) add4(a, ai + i * k + p, b, bi + p * n, c, ci, n);
      for (; p < k; p++) {
        double s = a[ai + i * k + p];
        int at = bi + p * n;
        for (int j = 0; j < n; j++) c[ci + j] += s * b[at + j];
      }
    }
  }

  private static void add4(double[] a, int ai, double[] b, int bi, double[] c, int ci, int n) {
    double a0 = a[ai], a1 = a[ai + 1], a2 = a[ai + 2], a3 = a[ai + 3];
    int b1 = bi + n, b2 = b1 + n, b3 = b2 + n;
    for (int j = 0; j < n; j++)
      c[ci + j] = c[ci + j] + a0 * b[bi + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
  }

  private static void multiply(
      float[] a, int ai, float[] b, int bi, float[] c, int ci, int m, int k, int n) {
    for (int i = 0; i < m; i++, ci += n) {
      int p = 0;
      for (; p + 4 <= k; p += 4) add4(a, ai + i * k + p, b, bi + p * n, c, ci, n);
      for (; p < k; p++) {
        float s = a[ai + i * k + p];
        int at = bi + p * n;
        for (int j = 0; j < n; j++) c[ci + j] += s * b[at + j];
      }
    }
  }

  private static void add4(float[] a, int ai, float[] b, int bi, float[] c, int ci, int n) {
    float a0 = a[ai], a1 = a[ai + 1], a2 = a[ai + 2], a3 = a[ai + 3];
    int b1 = bi + n, b2 = b1 + n, b3 = b2 + n;
    for (int j = 0; j < n; j++)
      c[ci + j] = c[ci + j] + a0 * b[bi + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
  }

  private interface Label {
    boolean is(char label);
  }

  private static String pick(String labels, Label which) {
    return labels
        .chars()
        .filter(l -> which.is((char) l))
        .mapToObj(l -> String.valueOf((char) l))
        .collect(Collectors.joining());
  }

  private static boolean has(String labels, char l) {
    return labels.indexOf(l) >= 0;
  }

  private static int size(String labels, Shape s, String some) {
    return some.chars().map(l -> s.dim(labels.indexOf(l))).reduce(1, (x, y) -> x * y);
  }

  /** {@code x}, whose axes are labelled {@code from}, with its axes in the order {@code to}. */
  private static Array arrange(Array x, String from, String to) {
    if (from.equals(to)) return x;
    int[] own = x.shape().strides(), strides = new int[to.length()], dims = new int[to.length()];
    for (int i = 0; i < dims.length; i++) {
      int axis = from.indexOf(to.charAt(i));
      dims[i] = x.shape().dim(axis);
      strides[i] = own[axis];
    }
    Shape shape = Shape.of(dims);
    return x.take(shape, Moves.map(shape, strides, 0));
  }
}
