package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Factoring;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Linalg.Cholesky;
import io.leibniz.ir.Linalg.LogAbsDet;
import io.leibniz.ir.Linalg.SignDet;
import io.leibniz.ir.Linalg.Solve;
import io.leibniz.ir.Linalg.TriangularSolve;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Linear algebra one matrix at a time, in double precision also for F32, which is rounded at the end. */
final class Matrices {
  private Matrices() {}

  /** The results, which have these types. */
  static List<Array> values(Linalg op, List<Type> types, List<Array> x) {
    Shape s = x.getFirst().shape();
    int r = s.rank(), m = s.dim(r - 2), n = s.dim(r - 1), lanes = s.sub(0, r - 2).size();
    int columns = x.size() == 1 ? 0 : x.getLast().shape().dim(r - 1);
    double[] matrices = numbers(x.getFirst()), sides = numbers(x.getLast());
    double[][] out = new double[types.size()][];
    for (int i = 0; i < out.length; i++) out[i] = new double[types.get(i).shape().size()];
    for (int lane = 0; lane < lanes; lane++) {
      double[] a = part(matrices, lane, m * n), b = part(sides, lane, n * columns);
      double[][] ys = values(op, a, m, n, b, columns);
      for (int i = 0; i < ys.length; i++)
        System.arraycopy(ys[i], 0, out[i], lane * ys[i].length, ys[i].length);
    }
    var results = new ArrayList<Array>();
    for (int i = 0; i < out.length; i++)
      results.add(Elements.cast(types.get(i).dtype(), Array.of(types.get(i).shape(), out[i])));
    return results;
  }

  private static double[][] values(Linalg op, double[] a, int m, int n, double[] b, int columns) {
    return switch (op) {
      case Cholesky() -> new double[][] {Triangles.cholesky(a, n)};
      case TriangularSolve(var lower, var transposed) ->
          new double[][] {Triangles.solve(a, n, lower, transposed, false, b, columns)};
      case Solve(var transposed) -> new double[][] {Lu.of(a, n).solve(transposed, b, columns)};
      case LogAbsDet() -> new double[][] {{Lu.of(a, n).logAbsDet()}};
      case SignDet() -> new double[][] {{Lu.of(a, n).signDet()}};
      case Factoring.Qr() -> {
        var f = Qr.of(a, m, n);
        yield new double[][] {f.q(), f.r()};
      }
      case Factoring.Eigh() -> {
        var f = Eigen.symmetric(a, n);
        yield new double[][] {f.values(), f.vectors()};
      }
      case Factoring.Svd() -> {
        var f = Svd.of(a, m, n);
        yield new double[][] {f.u(), f.s(), f.vt()};
      }
    };
  }

  private static double[] numbers(Array x) {
    return Elements.cast(DType.F64, x).f64();
  }

  private static double[] part(double[] x, int lane, int size) {
    return Arrays.copyOfRange(x, lane * size, (lane + 1) * size);
  }

  // ---- what the factorisations share

  static double[] identity(int n) {
    double[] i = new double[n * n];
    for (int k = 0; k < n; k++) i[k * n + k] = 1;
    return i;
  }

  /** Of an m × n matrix. */
  static double[] transpose(double[] a, int m, int n) {
    double[] t = new double[a.length];
    for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) t[j * m + i] = a[i * n + j];
    return t;
  }
}
