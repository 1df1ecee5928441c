package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Linalg.Cholesky;
import io.leibniz.ir.Linalg.LogAbsDet;
import io.leibniz.ir.Linalg.SignDet;
import io.leibniz.ir.Linalg.Solve;
import io.leibniz.ir.Linalg.TriangularSolve;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.Arrays;
import java.util.List;

/** Linear algebra one matrix at a time, in double precision also for F32, which is rounded at the end. */
final class Matrices {
  private Matrices() {}

  static Array value(Linalg op, Type type, List<Array> x) {
    Shape s = x.getFirst().shape();
    int r = s.rank(), n = s.dim(r - 1), lanes = s.sub(0, r - 2).size();
    int columns = x.size() == 1 ? 0 : type.shape().dim(r - 1);
    double[] matrices = numbers(x.getFirst()), sides = numbers(x.getLast());
    double[] out = new double[type.shape().size()];
    for (int lane = 0; lane < lanes; lane++) {
      double[] a = part(matrices, lane, n * n), b = part(sides, lane, n * columns);
      double[] y =
          switch (op) {
            case Cholesky() -> Triangles.cholesky(a, n);
            case TriangularSolve(var lower, var transposed) ->
                Triangles.solve(a, n, lower, transposed, false, b, columns);
            case Solve(var transposed) -> Lu.of(a, n).solve(transposed, b, columns);
            case LogAbsDet() -> new double[] {Lu.of(a, n).logAbsDet()};
            case SignDet() -> new double[] {Lu.of(a, n).signDet()};
          };
      System.arraycopy(y, 0, out, lane * y.length, y.length);
    }
    return Elements.cast(type.dtype(), Array.of(type.shape(), out));
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
