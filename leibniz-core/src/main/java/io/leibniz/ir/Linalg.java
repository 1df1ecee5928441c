package io.leibniz.ir;

import static io.leibniz.ir.Dependence.*;
import static io.leibniz.ir.Dependence.Zeros.*;
import static io.leibniz.ir.Matrix.leading;
import static io.leibniz.ir.Matrix.places;
import static io.leibniz.ir.Matrix.product;
import static io.leibniz.ir.Matrix.transpose;
import static io.leibniz.ir.Pointwise.Compare.*;

import io.leibniz.ir.Contraction.Contract;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linear algebra on the matrices that the last two axes hold; axes before those run together. Right sides X of
 * A·X = B are linear, and their adjoint solves with Aᵀ; in A a solve is curved, but its tangent is a solve with the same A:
 * differentiate A·X = B. So the family is closed under tangents and adjoints. What moves is used with 0 for its structural zeros.
 * {@link Factoring} has the ops of several results.
 *
 * <p>The rules are those of Giles, <em>Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic
 * Differentiation</em> (2008), and of Murray, <em>Differentiation of the Cholesky decomposition</em> (2016).
 */
public sealed interface Linalg extends Op
    permits Linalg.Cholesky,
        Linalg.TriangularSolve,
        Linalg.Solve,
        Linalg.LogAbsDet,
        Linalg.SignDet,
        Factoring {

  /**
   * The lower triangular L, of positive diagonal, for which L·Lᵀ is the symmetric matrix that the lower triangle of A
   * describes; the other triangle is not read. All NaN where that matrix is not positive definite.
   */
  record Cholesky() implements Linalg {
    @Override
    public Type type(List<Type> x) {
      square(this, x.getFirst());
      return x.getFirst();
    }

    @Override
    public Dependence on(int operand) {
      return CURVED;
    }

    /**
     * dL = L·Φ(L⁻¹·dA·L⁻ᵀ), dA symmetric as A is; Φ takes the lower triangle and half the diagonal. Above it L is 0
     * whatever A is: a structural zero.
     */
    @Override
    public @Nullable Delta tangent(Node y, List<@Nullable Delta> dxs) {
      Delta dx = dxs.getFirst();
      if (dx == null) return null;
      Node da = dx.filled();
      Node below = places(GT, y.shape()), within = places(GE, y.shape());
      Op inverse = new TriangularSolve(true, false);
      Node half = Node.of(inverse, y, within.select(da, transpose(da))); // L⁻¹·dA
      Node middle = Node.of(inverse, y, transpose(half));
      Node phi = below.select(middle, places(EQ, y.shape()).select(middle.times(0.5), y.like(0)));
      return Delta.of(product(y, phi), within);
    }

    @Override
    public String toString() {
      return "cholesky";
    }
  }

  /**
   * The X of T·X = B, or, {@code transposed}, of Tᵀ·X = B. Operands: T [.., n, n], of which only the lower (or the upper)
   * triangle is read, and B [.., n, k]. A zero on the diagonal gives the infinities and NaN of a division by 0.
   */
  record TriangularSolve(boolean lower, boolean transposed) implements Linalg {
    @Override
    public Type type(List<Type> x) {
      return system(this, x.get(0), x.get(1));
    }

    @Override
    public Dependence on(int operand) {
      return operand == 0
          ? CURVED
          : linear(
              1, ENDED, (ct, y) -> Node.of(new TriangularSolve(lower, !transposed), y.x(0), ct));
    }

    @Override
    public Delta tangent(Node y, List<@Nullable Delta> dxs) {
      Node dt = null;
      if (dxs.get(0) instanceof Delta d)
        dt = places(lower ? GE : LE, d.value().shape()).select(d.filled(), d.value().like(0));
      return solved(y, dt, transposed, dxs.get(1));
    }

    @Override
    public String toString() {
      return "triangularSolve " + (lower ? "lower" : "upper") + (transposed ? " transposed" : "");
    }
  }

  /**
   * The X of A·X = B, or, {@code transposed}, of Aᵀ·X = B, by elimination with row exchanges. Operands: A [.., n, n] and B
   * [.., n, k]. Of a singular A, the infinities and NaN that a division by the zero pivot yields.
   */
  record Solve(boolean transposed) implements Linalg {
    @Override
    public Type type(List<Type> x) {
      return system(this, x.get(0), x.get(1));
    }

    @Override
    public Dependence on(int operand) {
      return operand == 0
          ? CURVED
          : linear(1, ENDED, (ct, y) -> Node.of(new Solve(!transposed), y.x(0), ct));
    }

    @Override
    public Delta tangent(Node y, List<@Nullable Delta> dxs) {
      return solved(y, dxs.get(0) instanceof Delta d ? d.filled() : null, transposed, dxs.get(1));
    }

    @Override
    public String toString() {
      return "solve" + (transposed ? " transposed" : "");
    }
  }

  /** log |det A|: [.., n, n] -> [..]; −∞ where A is singular. */
  record LogAbsDet() implements Linalg {
    @Override
    public Type type(List<Type> x) {
      return determinant(this, x.getFirst());
    }

    @Override
    public Dependence on(int operand) {
      return CURVED;
    }

    /** tr(A⁻¹·dA), Jacobi's formula: the entries of A⁻ᵀ times those of dA, summed. */
    @Override
    public @Nullable Delta tangent(Node y, List<@Nullable Delta> dxs) {
      Delta dx = dxs.getFirst();
      if (dx == null) return null;
      Node a = y.x(0), one = identity(a);
      String lead = leading(a);
      var trace = new Contract(lead + "ij", lead + "ij", lead);
      return Delta.of(Node.of(trace, Node.of(new Solve(true), a, one), dx.filled()));
    }

    @Override
    public String toString() {
      return "logAbsDet";
    }
  }

  /** The sign of det A, −1, 0 or 1: [.., n, n] -> [..]; of a float type, to multiply with. */
  record SignDet() implements Linalg {
    @Override
    public Type type(List<Type> x) {
      return determinant(this, x.getFirst());
    }

    @Override
    public Dependence on(int operand) {
      return CONSTANT;
    }

    @Override
    public String toString() {
      return "signDet";
    }
  }

  // ---- shapes

  /** That {@code op} gets square matrices of floats. */
  static void square(Object op, Type t) {
    Shape s = t.shape();
    int r = s.rank();
    floats(op, t);
    if (r < 2 || s.dim(r - 2) != s.dim(r - 1))
      throw new ShapeException(
          op + " needs square matrices [.., n, n], got " + t + "; reshape it, or slice a block");
  }

  private static void floats(Object op, Type t) {
    if (!t.dtype().isFloat())
      throw new ShapeException(op + " needs floats, got " + t + "; cast it to f64 first");
  }

  /** That {@code op} gets matrices of floats, of any shape. */
  static void matrices(Object op, Type t) {
    floats(op, t);
    if (t.shape().rank() < 2)
      throw new ShapeException(op + " needs matrices [.., m, n], got " + t + "; reshape it");
  }

  private static Type determinant(Op op, Type t) {
    square(op, t);
    return t.with(t.shape().sub(0, t.shape().rank() - 2));
  }

  /** The type of X in A·X = B. */
  private static Type system(Op op, Type a, Type b) {
    square(op, a);
    int r = a.shape().rank();
    if (b.dtype() != a.dtype()
        || b.shape().rank() != r
        || !b.shape().sub(0, r - 1).equals(a.shape().sub(0, r - 1)))
      throw new ShapeException(
          "%s with a matrix %s needs right sides %s, one in each column, got %s; reshape, broadcast or cast them"
              .formatted(
                  op, a, a.dtype() + a.shape().sub(0, r - 1).toString().replace("]", ", k]"), b));
    return b;
  }

  /** What follows from dA·X + A·dX = dB: one solve, whatever moves. */
  private static Delta solved(Node x, @Nullable Node da, boolean transposed, @Nullable Delta db) {
    Node right = db == null ? null : db.filled();
    if (da != null) {
      Node bent = product(da, transposed, x);
      right = right == null ? bent.neg() : right.sub(bent);
    }
    if (right == null) throw new AssertionError("nothing moves");
    return Delta.of(Node.of(x.op(), x.x(0), right));
  }

  /** Identity matrices of the shape of {@code a}. */
  static Node identity(Node a) {
    return places(EQ, a.shape()).cast(a.dtype());
  }
}
