package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.check.Check;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Linalg.Solve;
import io.leibniz.ir.Linalg.TriangularSolve;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Solves, factorisations and determinants: against NumPy, against what defines them, and at the edges. */
class LinalgTest {

  private static final double NaN = Double.NaN, INF = Double.POSITIVE_INFINITY;

  private static Tensor draw(int seed, int... dims) {
    return Key.of(seed).normal(DType.F64, dims);
  }

  /** Well conditioned. */
  private static Tensor regular(int seed, int... dims) {
    return draw(seed, dims)
        .over(dims[dims.length - 1])
        .plus(Tensor.eye(DType.F64, dims[dims.length - 1]));
  }

  private static Tensor positive(int seed, int... dims) {
    Tensor a = draw(seed, dims);
    return a.matmul(a.moveAxis(-1, -2)).plus(Tensor.eye(DType.F64, dims[dims.length - 1]));
  }

  private static Tensor matrix(double... x) {
    int n = (int) Math.sqrt(x.length);
    return Tensor.of(x, n, n);
  }

  /** The greatest difference; of nothing 0. */
  private static double apart(Tensor a, Tensor b) {
    assertThat(a.type()).isEqualTo(b.type());
    return a.size() == 0 ? 0 : a.minus(b).abs().max().item();
  }

  // ---- values

  private static final Map<String, Fn<Recorded.Case, Tensor>> OPS =
      Map.of(
          "cholesky",
          c -> Linalg.cholesky(c.in(0)),
          "inverse",
          c -> Linalg.inverse(c.in(0)),
          "det",
          c -> Linalg.det(c.in(0)),
          "logdet",
          c -> Linalg.logdet(c.in(0)),
          "signDet",
          c -> Linalg.slogdet(c.in(0)).sign(),
          "solve",
          c -> Linalg.solve(c.in(0), c.in(1)),
          "triangularSolve",
          c ->
              Linalg.triangularSolve(
                  c.in(0), c.in(1), c.integer("lower") == 1, c.integer("transposed") == 1));

  static Stream<String> ops() {
    return OPS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void givesWhatNumPyGives(String op) {
    assertThat(Recorded.of(op)).isNotEmpty();
    for (var c : Recorded.of(op)) {
      boolean single = c.in(0).dtype() == DType.F32;
      c.check(OPS.get(op), single ? 0x1p29 * 32 : 200);
    }
  }

  @Test
  void whatSolvesTheEquationIsTheSolution() {
    for (int n : new int[] {0, 1, 2, 3, 7, 13, 40}) {
      Tensor a = regular(n, n, n), b = draw(n + 100, n, 3), p = positive(n, n, n);
      assertThat(apart(a.matmul(Linalg.solve(a, b)), b)).isLessThan(1e-12);
      assertThat(apart(a.matmul(Linalg.inverse(a)), Tensor.eye(DType.F64, n))).isLessThan(1e-12);
      Tensor l = Linalg.cholesky(p);
      assertThat(apart(l.matmul(l.transpose()), p)).isLessThan(1e-12 * (n + 1));
      assertThat(l).isEqualTo(l.tril(0));
      for (boolean lower : new boolean[] {false, true})
        for (boolean transposed : new boolean[] {false, true}) {
          Tensor t = lower ? a.tril(0) : a.triu(0);
          Tensor x = Linalg.triangularSolve(a, b, lower, transposed);
          assertThat(apart((transposed ? t.transpose() : t).matmul(x), b)).isLessThan(1e-12);
        }
    }
  }

  @Test
  void singlePrecisionIsComputedInDoubleAndRoundedOnce() {
    Tensor a = regular(1, 5, 5).cast(DType.F32), b = draw(2, 5).cast(DType.F32);
    assertThat(Linalg.solve(a, b))
        .isEqualTo(Linalg.solve(a.cast(DType.F64), b.cast(DType.F64)).cast(DType.F32));
    assertThat(grad((Tensor x) -> Linalg.logdet(x)).of(a).dtype()).isEqualTo(DType.F32);
  }

  @Test
  void aBatchIsItsMatricesOneByOne() {
    Tensor a = regular(1, 4, 3, 3), p = positive(2, 4, 3, 3), b = draw(3, 4, 3, 2);
    List<Fn<Tensor, Tensor>> ofOne =
        List.of(Linalg::cholesky, Linalg::inverse, Linalg::det, Linalg::logdet);
    for (var f : ofOne) {
      Tensor batch = f.of(p), mapped = vmap(f).of(p);
      for (int i = 0; i < 4; i++) {
        assertThat(batch.at(i)).isEqualTo(f.of(p.at(i)));
        assertThat(mapped.at(i)).isEqualTo(f.of(p.at(i)));
      }
    }
    List<Fn2<Tensor, Tensor, Tensor>> ofTwo =
        List.of(
            Linalg::solve,
            (t, x) -> Linalg.triangularSolve(t, x, true, false),
            (t, x) -> Linalg.triangularSolve(t, x, true, true));
    for (var f : ofTwo) {
      Tensor batch = f.of(a, b), mapped = vmap(f).of(a, b);
      Tensor oneMatrix = f.of(a.at(0), b),
          oneMatrixMapped = vmap(f).axes(Axis.SHARED, Axis.EACH).of(a.at(0), b);
      Tensor oneSide = f.of(a, b.at(0)),
          oneSideMapped = vmap(f).axes(Axis.EACH, Axis.SHARED).of(a, b.at(0));
      for (int i = 0; i < 4; i++) {
        assertThat(batch.at(i)).isEqualTo(f.of(a.at(i), b.at(i))).isEqualTo(mapped.at(i));
        assertThat(oneMatrix.at(i))
            .isEqualTo(f.of(a.at(0), b.at(i)))
            .isEqualTo(oneMatrixMapped.at(i));
        assertThat(oneSide.at(i)).isEqualTo(f.of(a.at(i), b.at(0))).isEqualTo(oneSideMapped.at(i));
      }
    }
  }

  @Test
  void oneMatrixForAllLanesIsFactoredOnce() {
    Tensor a = regular(1, 3, 3);
    var graph =
        Interpreter.scope()
            .in(() -> Trace.at(draw(2, 5, 3), bs -> vmap((Tensor b) -> Linalg.solve(a, b)).of(bs)))
            .graph();
    assertThat(graph.order())
        .filteredOn(n -> n.op() instanceof Solve)
        .singleElement()
        .satisfies(n -> assertThat(n.shape()).isEqualTo(Shape.of(3, 5)));
  }

  // ---- derivatives

  /** All modes, to third order; a batch among them. */
  @Test
  void derivativesAgreeWithDifferences() {
    Tensor b = draw(1, 3, 2), v = draw(2, 3);
    for (Tensor p : List.of(positive(3, 3, 3).over(3), positive(4, 2, 2, 2).over(2), matrix(0.7))) {
      agrees(Linalg::cholesky, p);
      agrees(Linalg::inverse, p);
      agrees(Linalg::logdet, p);
      agrees(Linalg::det, p);
    }
    Tensor a = regular(5, 3, 3);
    agrees(x -> Linalg.solve(x, b).square(), a);
    agrees(x -> Linalg.solve(x, x.sin()), a);
    agrees(x -> Linalg.solve(x, x.at(0)), a);
    agrees(x -> Linalg.triangularSolve(x, x.cos(), true, true), a);
    agrees(x -> Linalg.solve(a, x.sin()), v);
    agrees(x -> Linalg.solve(a, x.sin()), draw(6, 2, 3, 2)); // one matrix, a batch of right sides
    agrees(x -> Linalg.det(x), regular(7, 5, 5));
    var slog = (Fn<Tensor, Tensor>) x -> Linalg.slogdet(x).sign().times(Linalg.slogdet(x).log());
    agrees(slog, regular(8, 4, 4).flip(0));
  }

  private static void agrees(Fn<Tensor, Tensor> f, Tensor at) {
    Check.of(f).order(3).directions(1).entries(2).tolerance(2e-6).at(at).orThrow();
    if (at.rank() == 2) { // reverse over a map over lanes
      Tensor lanes = Tensor.stack(0, at, at.times(1.05));
      Check.of((Tensor x) -> vmap(f).of(x).sin()).at(lanes).orThrow();
    }
  }

  /** Zeros, equal rows, exactly singular matrices: pushing and pulling never give different numbers, though one may give NaN alone. */
  @Test
  void modesNeverGiveDifferentNumbersAtTheEdges() {
    int compared = 0;
    for (var row : OpRows.all()) {
      if (!(row.op() instanceof io.leibniz.ir.Linalg)) continue;
      for (int variant = 0; variant < 4; variant++) {
        var xs = new ArrayList<Tensor>();
        for (Tensor t : row.floats()) {
          double[] v = new double[t.size()];
          for (int i = 0; i < v.length; i++)
            v[i] = variant == 0 ? 4 : variant == 3 ? 0 : (i * variant) % 3;
          xs.add(Tensor.of(v, t.shape().dims()));
        }
        var f = jacobian((List<Tensor> p) -> row.apply(p));
        double[] pushed = f.forward().of(xs).matrix().doubles();
        double[] pulled = f.reverse().of(xs).matrix().doubles();
        for (int i = 0; i < pushed.length; i++) {
          if (!Double.isFinite(pushed[i] + pulled[i])) continue;
          assertThat(pushed[i]).as(row.toString()).isCloseTo(pulled[i], within(1e-13));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(500);
  }

  @Test
  void theGradientOfLogdetIsTheInverseTransposed() {
    Tensor a = regular(1, 4, 4);
    assertThat(apart(grad((Tensor x) -> Linalg.logdet(x)).of(a), Linalg.inverse(a).transpose()))
        .isLessThan(1e-13);
  }

  /** ∂²log|det A| / ∂aᵢⱼ∂aₖₗ is −pⱼₖ·pₗᵢ, where P = A⁻¹. */
  @Test
  void theHessianOfLogdetIsMinusTheInverseTwice() {
    Tensor a = regular(2, 3, 3), p = Linalg.inverse(a);
    Tensor h = hessian((Tensor x) -> Linalg.logdet(x)).of(a).tensor();
    assertThat(apart(h, Tensor.einsum("jk,li->ijkl", p, p).neg())).isLessThan(1e-13);
  }

  /** d(A⁻¹b) is −A⁻¹·dA·A⁻¹b: the Jacobian in A is −P ⊗ x, in b it is P. */
  @Test
  void theJacobianOfASolveIsTheInverse() {
    Tensor a = regular(3, 3, 3), b = draw(4, 3), p = Linalg.inverse(a), x = Linalg.solve(a, b);
    for (var j :
        List.of(
            jacobian((Tensor t) -> Linalg.solve(a, t)).of(b),
            jacobian((Tensor t) -> Linalg.solve(a, t)).forward().of(b)))
      assertThat(apart(j.tensor(), p)).isLessThan(1e-13);
    assertThat(
            apart(
                jacobian((Tensor t) -> Linalg.solve(t, b)).of(a).tensor(),
                Tensor.einsum("ik,l->ikl", p, x).neg()))
        .isLessThan(1e-13);
  }

  @Test
  void gradientsThroughCholeskyAreSymmetric() {
    Tensor p = positive(1, 4, 4), w = draw(2, 4, 4);
    Tensor g = grad((Tensor a) -> Linalg.cholesky(a).times(w).sum()).of(p);
    assertThat(g).isEqualTo(g.transpose());
    // what defines it: log det A = 2 Σ log Lᵢᵢ
    Tensor half =
        grad((Tensor a) -> Linalg.cholesky(a).times(Tensor.eye(DType.F64, 4)).sum(1).log().sum())
            .of(p);
    assertThat(apart(half.times(2), Linalg.inverse(p))).isLessThan(1e-13);
  }

  /** Above the diagonal L is 0 whatever A is: what has slope ∞ there does not spoil the rest. */
  @Test
  void theOtherTriangleOfAFactorIsStructurallyZero() {
    Tensor p = matrix(4, 1, 1, 9);
    Tensor g = grad((Tensor a) -> Linalg.cholesky(a).sqrt().sum()).of(p);
    assertThat(g).isEqualTo(grad((Tensor a) -> Linalg.cholesky(a).tril(0).sqrt().sum()).of(p));
    assertThat(g.isFinite().all()).isEqualTo(Tensor.of(true));
  }

  /** Where A is singular sign · exp log |det| has no slope; the polynomial does. */
  @Test
  void theSlopeOfASmallDeterminantIsRightAtSingularMatrices() {
    for (Tensor a : List.of(matrix(0), matrix(1, 2, 2, 4), matrix(1, 2, 3, 4, 5, 6, 5, 7, 9))) {
      assertThat(Linalg.det(a)).isEqualTo(Tensor.of(0.0));
      agrees(Linalg::det, a);
    }
    // of two rows a quadratic form, of three a cubic one: some derivative is the same everywhere
    var second = hessian((Tensor x) -> Linalg.det(x));
    assertThat(second.of(Tensor.zeros(DType.F64, 2, 2)).tensor())
        .isEqualTo(second.of(regular(1, 2, 2)).tensor());
    var third = jacobian((Tensor y) -> hessian((Tensor x) -> Linalg.det(x)).of(y).tensor());
    assertThat(third.of(Tensor.zeros(DType.F64, 3, 3)).tensor())
        .isEqualTo(third.of(regular(2, 3, 3)).tensor());
    assertThat(grad((Tensor x) -> Linalg.det(x)).of(matrix(1, 2, 2, 4)))
        .isEqualTo(matrix(4, -2, -2, 1));
  }

  // ---- at the edges

  @Test
  void emptyMatrices() {
    Tensor none = Tensor.zeros(DType.F64, 0, 0);
    assertThat(Linalg.det(none)).isEqualTo(Tensor.of(1.0));
    assertThat(Linalg.logdet(none)).isEqualTo(Tensor.of(0.0));
    assertThat(Linalg.cholesky(none)).isEqualTo(none);
    assertThat(grad((Tensor x) -> Linalg.logdet(x)).of(none)).isEqualTo(none);
    assertThat(grad((Tensor x) -> Linalg.inverse(x).sum()).of(none)).isEqualTo(none);
    Tensor noMatrices = Tensor.zeros(DType.F64, 0, 2, 2);
    assertThat(grad((Tensor x) -> Linalg.cholesky(x).sum()).of(noMatrices)).isEqualTo(noMatrices);
    assertThat(vmap((Tensor x) -> Linalg.solve(x, x)).of(noMatrices)).isEqualTo(noMatrices);
  }

  /** So one matrix that is not positive definite does not stop the batch. */
  @Test
  void whatIsNotPositiveDefiniteHasNoFactor() {
    Tensor bad = matrix(1, 2, 2, 1), zero = matrix(1, 1, 1, 1), good = matrix(4, 2, 2, 10);
    Tensor l = Linalg.cholesky(Tensor.stack(0, bad, good, zero));
    assertThat(l.at(0)).isEqualTo(matrix(NaN, NaN, NaN, NaN)).isEqualTo(l.at(2));
    assertThat(l.at(1)).isEqualTo(matrix(2, 0, 1, 3));
    Tensor g = grad((Tensor a) -> Linalg.cholesky(a).sum()).of(bad);
    assertThat(g.isNaN().all()).isEqualTo(Tensor.of(true));
  }

  @Test
  void aZeroPivotIsExchanged() {
    Tensor a = matrix(0, 1, 2, 0);
    assertThat(Linalg.solve(a, Tensor.vector(3, 4))).isEqualTo(Tensor.vector(2, 3));
    assertThat(Linalg.slogdet(a).sign()).isEqualTo(Tensor.of(-1.0));
    assertThat(apart(Linalg.logdet(a), Tensor.of(Math.log(2)))).isLessThan(1e-15);
  }

  @Test
  void singularMatricesGiveWhatTheDivisionGives() {
    Tensor a = matrix(1, 2, 2, 4);
    assertThat(Linalg.solve(a, Tensor.vector(1, 3)).isFinite().any()).isEqualTo(Tensor.of(false));
    assertThat(Linalg.logdet(a)).isEqualTo(Tensor.of(-INF));
    assertThat(Linalg.slogdet(a).sign()).isEqualTo(Tensor.of(0.0));
    Tensor four = Tensor.ones(DType.F64, 4, 4);
    assertThat(Linalg.det(four)).isEqualTo(Tensor.of(0.0));
    Tensor t = matrix(0, 0, 1, 1);
    assertThat(Linalg.triangularSolve(t, Tensor.vector(1, 1), true, false))
        .isEqualTo(Tensor.vector(INF, -INF));
  }

  @Test
  void aNaNIsNeverLost() {
    for (int n : new int[] {1, 2, 3, 5})
      for (int i = 0; i < n * n; i++) {
        double[] x = regular(n, n, n).doubles();
        x[i] = NaN;
        Tensor a = Tensor.of(x, n, n);
        assertThat(Linalg.cholesky(a).isNaN().all().item()).isEqualTo(1);
        assertThat(Linalg.logdet(a)).isEqualTo(Tensor.of(NaN));
        assertThat(Linalg.slogdet(a).sign()).isEqualTo(Tensor.of(NaN));
        assertThat(Linalg.inverse(a).isNaN().any().item()).isEqualTo(1);
      }
    // also where the pivot is 0, so that nothing is eliminated
    assertThat(Linalg.logdet(matrix(0, 1, NaN, 1))).isEqualTo(Tensor.of(NaN));
    assertThat(Linalg.logdet(matrix(0, NaN, 0, 1))).isEqualTo(Tensor.of(NaN));
  }

  @Test
  void hugeAndTinyScales() {
    for (double scale : new double[] {1e150, 1e-150, 1e300, 1e-300}) {
      Tensor p = positive(1, 4, 4), a = regular(2, 4, 4), b = draw(3, 4);
      Tensor l = Linalg.cholesky(p.times(scale));
      assertThat(apart(l.over(Math.sqrt(scale)), Linalg.cholesky(p))).isLessThan(1e-13);
      Tensor x = Linalg.solve(a.times(scale), b).times(scale);
      assertThat(apart(x, Linalg.solve(a, b))).isLessThan(1e-13);
      Tensor d = Linalg.logdet(a.times(scale)).minus(4 * Math.log(scale));
      assertThat(apart(d, Linalg.logdet(a))).isLessThan(1e-11);
    }
  }

  @Test
  void theOtherTriangleIsNotRead() {
    Tensor t = matrix(2, NaN, 1, 4), b = Tensor.vector(2, 5);
    assertThat(Linalg.triangularSolve(t, b, true, false)).isEqualTo(Tensor.vector(1, 1));
    Tensor g = grad((Tensor x) -> Linalg.triangularSolve(x, b, true, false).sum()).of(t);
    assertThat(g).isEqualTo(matrix(-0.375, 0, -0.25, -0.25));
    assertThat(Tensor.op(new TriangularSolve(false, true), t.transpose(), b.expand(-1)).flatten())
        .isEqualTo(Tensor.vector(1, 1));
  }

  @Test
  void compiledIsTheSame() {
    Tensor a = regular(1, 3, 3), b = draw(2, 3);
    Fn2<Tensor, Tensor, Tensor> f =
        (x, y) -> Linalg.solve(x, y).sum().plus(Linalg.logdet(x)).plus(Linalg.det(x));
    assertThat(jit(grad(f)).of(a, b)).isEqualTo(grad(f).of(a, b));
  }

  // ---- errors

  @Test
  void whatDoesNotFitIsSaid() {
    Tensor wide = Tensor.zeros(DType.F64, 3, 4), a = Tensor.zeros(DType.F64, 3, 3);
    for (var f :
        List.<Fn<Tensor, Tensor>>of(
            Linalg::cholesky,
            Linalg::inverse,
            Linalg::det,
            Linalg::logdet,
            x -> Linalg.slogdet(x).log()))
      for (Tensor x : List.of(wide, Tensor.vector(1, 2), Tensor.of(1.0)))
        assertThatThrownBy(() -> f.of(x))
            .isInstanceOf(ShapeException.class)
            .hasMessageMatching(
                "\\w+ needs square matrices \\[.., n, n\\], got f64.*; reshape it, or slice a block.*");
    assertThatThrownBy(() -> Linalg.det(Tensor.zeros(DType.I64, 2, 2)))
        .hasMessageContaining("det needs floats, got i64[2, 2]; cast it to f64 first");
    assertThatThrownBy(() -> Linalg.solve(a, Tensor.zeros(DType.F64, 4, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "solve with a matrix f64[3, 3] needs a vector [3] or right sides [.., 3, k], one in each column, got f64[4, 2]; reshape or transpose it");
    assertThatThrownBy(() -> Linalg.triangularSolve(a, Tensor.vector(1, 2), true, false))
        .hasMessageContaining("triangularSolve with a matrix f64[3, 3] needs a vector [3]");
    assertThatThrownBy(() -> Linalg.solve(a, Tensor.zeros(DType.F32, 3)))
        .hasMessageContaining(
            "needs a matrix and right sides of one dtype, got f64[3, 3] and f32[3]; cast one");
    assertThatThrownBy(
            () -> Linalg.solve(Tensor.zeros(DType.F64, 2, 3, 3), Tensor.zeros(DType.F64, 4, 3, 1)))
        .hasMessageContaining("solve over leading axes: shapes [2] and [4] do not broadcast");
    assertThatThrownBy(() -> Tensor.op(new Solve(false), a, Tensor.zeros(DType.F64, 2, 3, 1)))
        .hasMessageContaining(
            "solve with a matrix f64[3, 3] needs right sides f64[3, k], one in each column, got f64[2, 3, 1]");
  }
}
