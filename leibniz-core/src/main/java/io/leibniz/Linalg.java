package io.leibniz;

import static io.leibniz.ir.Linalg.square;

import io.leibniz.ir.Linalg.Cholesky;
import io.leibniz.ir.Linalg.LogAbsDet;
import io.leibniz.ir.Linalg.SignDet;
import io.leibniz.ir.Linalg.Solve;
import io.leibniz.ir.Linalg.TriangularSolve;
import io.leibniz.ir.Op;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import java.util.Arrays;

/**
 * Linear algebra on matrices [.., n, n], of f64 or f32: the last two axes hold a matrix, those before are a batch. Differentiable to
 * every order; operands that do not fit raise {@link ShapeException}. Values that do not fit do not raise, so that one bad matrix
 * does not stop a batch: each method says what it gives instead.
 */
public final class Linalg {
  private Linalg() {}

  /** The sign of a determinant and the logarithm of its magnitude, each [..]. */
  public record SignedLog(Tensor sign, Tensor log) {}

  /**
   * The lower triangular L of positive diagonal for which L·Lᵀ = A: [.., n, n] -> [.., n, n]. A is made symmetric first,
   * (A + Aᵀ) / 2, and so is its gradient. All NaN where A is not positive definite.
   */
  public static Tensor cholesky(Tensor a) {
    square("cholesky", a.type());
    return Tensor.op(new Cholesky(), a.plus(transpose(a)).times(0.5));
  }

  /**
   * The x for which A·x = b, by elimination with row exchanges. b is a vector [n] or, with more axes, matrices [.., n, k], a
   * right side in each column; its leading axes and A's are broadcast. One A for many right sides is factored once. The x of a
   * singular A is infinite or NaN.
   */
  public static Tensor solve(Tensor a, Tensor b) {
    return solve("solve", new Solve(false), a, b);
  }

  /**
   * The x for which T·x = b, or Tᵀ·x = b if {@code transposed}, where T is the {@code lower} or else the upper triangle of
   * {@code a}; the other one is not read. Shapes as in {@link #solve}. A zero on the diagonal divides.
   */
  public static Tensor triangularSolve(Tensor a, Tensor b, boolean lower, boolean transposed) {
    return solve("triangularSolve", new TriangularSolve(lower, transposed), a, b);
  }

  private static Tensor solve(String name, Op op, Tensor a, Tensor b) {
    square(name, a.type());
    int n = a.dim(-1);
    if (b.dtype() != a.dtype())
      throw new ShapeException(
          "%s needs a matrix and right sides of one dtype, got %s and %s; cast one of them"
              .formatted(name, a.type(), b.type()));
    if (b.rank() == 0 || b.dim(b.rank() == 1 ? 0 : -2) != n)
      throw new ShapeException(
          "%s with a matrix %s needs a vector [%d] or right sides [.., %d, k], one in each column, got %s; reshape or transpose it"
              .formatted(name, a.type(), n, n, b.type()));
    if (b.rank() == 1) return solve(name, op, a, b.expand(-1)).squeeze(-1);
    if (a.rank() == 2 && b.rank() > 2) { // one matrix: all right sides are its columns
      Tensor beside = b.moveAxis(-2, 0); // [n, .., k]
      Tensor x = Tensor.op(op, a, beside.reshape(Shape.of(n, b.size() / Math.max(n, 1))));
      return x.reshape(beside.shape()).moveAxis(0, -2);
    }
    Shape both = Tensor.broadcast(name + " over leading axes", leading(a), leading(b));
    return Tensor.op(op, stacked(a, both), stacked(b, both));
  }

  /** A⁻¹, the solution of A·X = I; infinite or NaN where A is singular. To apply it to something, {@link #solve} is better. */
  public static Tensor inverse(Tensor a) {
    square("inverse", a.type());
    return Tensor.op(new Solve(false), a, stacked(Tensor.eye(a.dtype(), a.dim(-1)), leading(a)));
  }

  /**
   * det A: [.., n, n] -> [..]; 1 of an empty matrix. Up to n = 3 written out, so that slopes are right at singular matrices, too. Beyond,
   * sign · exp(log |det A|), whose slope det(A)·A⁻ᵀ (Jacobi's formula) is NaN at singular ones.
   */
  public static Tensor det(Tensor a) {
    square("det", a.type());
    return switch (a.dim(-1)) {
      case 0 -> Tensor.ones(a.dtype(), leading(a).dims());
      case 1 -> at(a, 0, 0);
      case 2 -> minor(a, 0, 1, 0, 1);
      case 3 ->
          at(a, 0, 0)
              .times(minor(a, 1, 2, 1, 2))
              .minus(at(a, 0, 1).times(minor(a, 1, 2, 0, 2)))
              .plus(at(a, 0, 2).times(minor(a, 1, 2, 0, 1)));
      default -> {
        var d = slogdet(a);
        yield d.sign.times(d.log.exp());
      }
    };
  }

  /**
   * log |det A|, without overflow: [.., n, n] -> [..]. −∞ where A is singular; the gradient is A⁻ᵀ. Of a positive definite matrix
   * log det A; {@link #slogdet} has the sign for others.
   */
  public static Tensor logdet(Tensor a) {
    square("logdet", a.type());
    return Tensor.op(new LogAbsDet(), a);
  }

  /** The sign of det A (−1, 0 or 1, of slope 0) and log |det A|, as NumPy's slogdet. */
  public static SignedLog slogdet(Tensor a) {
    square("slogdet", a.type());
    return new SignedLog(Tensor.op(new SignDet(), a), Tensor.op(new LogAbsDet(), a));
  }

  /** Of rows p, q and columns i, j. */
  private static Tensor minor(Tensor a, int p, int q, int i, int j) {
    return at(a, p, i).times(at(a, q, j)).minus(at(a, p, j).times(at(a, q, i)));
  }

  private static Tensor at(Tensor a, int row, int column) {
    var place = new Range[a.rank()];
    Arrays.fill(place, Range.all());
    place[a.rank() - 2] = Range.at(row);
    place[a.rank() - 1] = Range.at(column);
    return a.slice(place);
  }

  private static Tensor transpose(Tensor a) {
    return a.moveAxis(-1, -2);
  }

  private static Shape leading(Tensor a) {
    return a.shape().sub(0, a.rank() - 2);
  }

  /** The matrix repeated over leading axes. */
  private static Tensor stacked(Tensor a, Shape leading) {
    return a.broadcastTo(leading.concat(a.shape().sub(a.rank() - 2, a.rank())));
  }
}
