package io.leibniz;

import static io.leibniz.ir.Linalg.matrices;
import static io.leibniz.ir.Linalg.square;

import io.leibniz.ir.DType;
import io.leibniz.ir.Factoring;
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
 * Linear algebra on matrices [.., m, n], of f64 or f32: the last two axes hold a matrix, those before are a batch. Differentiable to
 * every order; operands that do not fit raise {@link ShapeException}. Values that do not fit do not raise, so that one bad matrix
 * does not stop a batch: each method says what it gives instead.
 */
public final class Linalg {
  private Linalg() {}

  /** The sign of a determinant and the logarithm of its magnitude, each [..]. */
  public record SignedLog(Tensor sign, Tensor log) {}

  /** Q [.., m, p] with orthonormal columns and the upper triangular R [.., p, n], p = min(m, n). */
  public record QR(Tensor q, Tensor r) {}

  /** Eigenvalues [.., n], rising, and vectors [.., n, n], one in each column. */
  public record Eigh(Tensor values, Tensor vectors) {}

  /** U [.., m, p], singular values s [.., p], falling, and Vᵀ [.., p, n], p = min(m, n). */
  public record SVD(Tensor u, Tensor s, Tensor vt) {}

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
    sides(name, a, n, b);
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

  /**
   * A = Q·R: [.., m, n] -> [.., m, p], [.., p, n] with p = min(m, n), reduced as NumPy's. The diagonal of R is not negative, which makes both
   * unique where the first p columns of A are independent. Where they are not, tangents are infinite or NaN.
   */
  public static QR qr(Tensor a) {
    matrices("qr", a.type());
    int m = a.dim(-2), n = a.dim(-1);
    var f = Tensor.several(new Factoring.Qr(), m < n ? columns(a, 0, m) : a);
    Tensor q = f.get(0), r = f.get(1);
    if (m >= n) return new QR(q, r);
    return new QR(q, Tensor.concat(-1, r, transpose(q).matmul(columns(a, m, n))));
  }

  /**
   * A = V·diag(w)·Vᵀ of a symmetric A [.., n, n], which is made symmetric first, (A + Aᵀ) / 2, and so is its gradient. In each column of V
   * the component of greatest magnitude is positive (NumPy's may have either sign). All NaN where A is not finite.
   *
   * <p>Equal eigenvalues: a symmetric function of the values, such as Σ exp w, has the right first derivative, and a vector whose own value is
   * simple, taken by a slice, has it; other vectors have NaN, and so has whatever needs them, such as second derivatives. The single values
   * have a kink there, and the slopes along the vectors found. Equal is what differs by no more than rounding, and so are two values that are 0 but for the
   * rounding of the greatest. Where values are close, slopes of vectors are as large as 1 / (wⱼ − wᵢ).
   */
  public static Eigh eigh(Tensor a) {
    square("eigh", a.type());
    var f = Tensor.several(new Factoring.Eigh(), a.plus(transpose(a)).times(0.5));
    return new Eigh(f.get(0), f.get(1));
  }

  /** The eigenvalues of a symmetric matrix, see {@link #eigh}: [.., n, n] -> [.., n], rising. */
  public static Tensor eigvalsh(Tensor a) {
    return eigh(a).values;
  }

  /**
   * A = U·diag(s)·Vᵀ: [.., m, n] -> [.., m, p], [.., p], [.., p, n] with p = min(m, n), as NumPy's with {@code full_matrices=False}. In each
   * column of U, or of a wide matrix in each row of Vᵀ, the component of greatest magnitude is positive. All NaN where A is not finite.
   *
   * <p>Equal singular values are as equal eigenvalues, see {@link #eigh}: their symmetric functions have the right first
   * derivative, their vectors NaN. A singular value 0 has a kink, as |x| has, and gets the slope of one side; of a matrix that is not square the
   * vector beside it in the longer of U and V has NaN.
   */
  public static SVD svd(Tensor a) {
    matrices("svd", a.type());
    boolean wide = a.dim(-2) < a.dim(-1);
    var f = Tensor.several(new Factoring.Svd(), wide ? transpose(a) : a);
    Tensor u = f.get(0), s = f.get(1), vt = f.get(2);
    return wide ? new SVD(transpose(vt), s, transpose(u)) : new SVD(u, s, vt);
  }

  /** The singular values, see {@link #svd}: [.., m, n] -> [.., min(m, n)], falling. */
  public static Tensor svdvals(Tensor a) {
    return svd(a).s;
  }

  /** The greatest singular value, ‖A‖₂: [.., m, n] -> [..]. Where it is double, a kink, the slope is shared. */
  public static Tensor spectralNorm(Tensor a) {
    return svdvals(a).max(-1);
  }

  /** The sum of the singular values: [.., m, n] -> [..]. */
  public static Tensor nuclearNorm(Tensor a) {
    return svdvals(a).sum(-1);
  }

  /**
   * The x for which |A·x − b|² is least; of a wide A [.., m, n] the shortest x for which A·x = b. b is a vector [m] or matrices [.., m, k] as in
   * {@link #solve}. By QR, for A of full rank; else x is infinite, NaN or of no meaning, and {@link #pinv} has the answer.
   */
  public static Tensor lstsq(Tensor a, Tensor b) {
    matrices("lstsq", a.type());
    int m = a.dim(-2), n = a.dim(-1);
    sides("lstsq", a, m, b);
    if (b.rank() == 1) return lstsq(a, b.expand(-1)).squeeze(-1);
    if (m >= n) {
      QR f = qr(a);
      return triangularSolve(f.r, transpose(f.q).matmul(b), false, false);
    }
    QR f = qr(transpose(a)); // A = Rᵀ·Qᵀ
    return f.q.matmul(triangularSolve(f.r, b, false, true));
  }

  /**
   * The pseudoinverse A⁺ of Moore and Penrose: [.., m, n] -> [.., n, m]. Singular values below max(m, n)·ε of the greatest count as 0. The
   * derivative is right as long as the rank stays what it is (Golub and Pereyra, <em>The Differentiation of Pseudo-Inverses</em>, 1973), equal
   * singular values included.
   */
  public static Tensor pinv(Tensor a) {
    matrices("pinv", a.type());
    return Flow.custom(Linalg::pseudoinverse, Linalg::moved).of(a);
  }

  private static Tensor pseudoinverse(Tensor a) {
    SVD f = svd(a);
    int size = Math.max(a.dim(-2), a.dim(-1));
    if (f.s.size() == 0) return transpose(a);
    double rounding = size * (a.dtype() == DType.F32 ? 0x1p-23 : 0x1p-52);
    Tensor counts = f.s.gt(f.s.max(new int[] {-1}, true).times(rounding)).or(f.s.isNaN());
    Tensor inverse = counts.select(f.s.pow(-1), f.s.times(0));
    return transpose(f.vt).times(inverse.expand(-2)).matmul(transpose(f.u));
  }

  /** −P·dA·P + P·Pᵀ·dAᵀ·(I − A·P) + (I − P·A)·dAᵀ·Pᵀ·P. */
  private static Tensor moved(Tensor a, Tensor p, Tensor da) {
    Tensor dat = transpose(da), pt = transpose(p);
    Tensor left = p.matmul(pt).matmul(dat), right = dat.matmul(pt).matmul(p);
    return left.minus(left.matmul(a).matmul(p))
        .plus(right.minus(p.matmul(a).matmul(right)))
        .minus(p.matmul(da).matmul(p));
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

  /** That b is a right side of this many rows, or several. */
  private static void sides(String name, Tensor a, int rows, Tensor b) {
    if (b.dtype() != a.dtype())
      throw new ShapeException(
          "%s needs a matrix and right sides of one dtype, got %s and %s; cast one of them"
              .formatted(name, a.type(), b.type()));
    if (b.rank() == 0 || b.dim(b.rank() == 1 ? 0 : -2) != rows)
      throw new ShapeException(
          "%s with a matrix %s needs a vector [%d] or right sides [.., %d, k], one in each column, got %s; reshape or transpose it"
              .formatted(name, a.type(), rows, rows, b.type()));
  }

  /** Columns {@code from} to {@code to}. */
  private static Tensor columns(Tensor a, int from, int to) {
    var place = new Range[a.rank()];
    Arrays.fill(place, Range.all());
    place[a.rank() - 1] = Range.of(from, to);
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
