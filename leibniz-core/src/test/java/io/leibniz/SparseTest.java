package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.ir.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Sparse Jacobians and Hessians: their patterns, the number of sweeps, and that they equal the dense ones. */
class SparseTest {

  private static Tensor none(int n) {
    return Tensor.zeros(DType.F64, n);
  }

  private static Tensor tridiagonal(Tensor u) {
    int n = u.dim(0);
    return u.square()
        .times(3)
        .minus(Tensor.concat(0, u.slice(Range.from(1)), none(1)).sin())
        .minus(Tensor.concat(0, none(1), u.slice(Range.to(n - 1))));
  }

  private static Tensor rosenbrock(Tensor x) {
    int n = x.dim(0);
    Tensor a = x.slice(Range.to(n - 1)), b = x.slice(Range.from(1));
    return b.minus(a.square()).square().times(100).plus(a.minus(1).square()).sum();
  }

  private static double apart(Tensor a, Tensor b) {
    assertThat(a.type()).isEqualTo(b.type());
    return a.size() == 0 ? 0 : a.minus(b).abs().max().item();
  }

  @Test
  void aTridiagonalMatrixOfAHundredThousandRowsTakesThreeSweeps() {
    int n = 100_000;
    Tensor x = Tensor.linspace(0, 1, n);
    Csr j = jacobian(SparseTest::tridiagonal).sparse().of(x);
    assertThat(j.sweeps()).isEqualTo(3);
    assertThat(j.columns()).hasSize(3 * n - 2);
    Csr h = hessian(SparseTest::rosenbrock).sparse().of(x);
    assertThat(h.sweeps()).isEqualTo(3);
    assertThat(h.columns()).hasSize(3 * n - 2);
    // against products with the whole map
    Tensor v = Key.of(1).normal(DType.F64, n);
    var dual = new Dual<>(x, v);
    assertThat(apart(j.times(v), Leibniz.jvp(SparseTest::tridiagonal).of(dual).tangent()))
        .isLessThan(1e-13);
    assertThat(apart(h.times(v), Leibniz.hvp(SparseTest::rosenbrock).of(dual))).isLessThan(1e-9);
  }

  @Test
  void fewRowsArePulledAndFewColumnsPushed() {
    Fn<Tensor, Tensor> wide = x -> Tensor.concat(0, x.sum().reshape(1), x.slice(Range.to(3)).sin());
    Csr j = jacobian(wide).sparse().of(Tensor.linspace(1, 2, 40));
    assertThat(j.sweeps()).isEqualTo(2);
    assertThat(apart(j.dense(), jacobian(wide).of(Tensor.linspace(1, 2, 40)).tensor())).isZero();
    Fn<Tensor, Tensor> tall = x -> x.reshape(1, 3).broadcastTo(io.leibniz.ir.Shape.of(50, 3)).sin();
    assertThat(jacobian(tall).sparse().of(Tensor.vector(1, 2, 3)).sweeps()).isEqualTo(1);
  }

  /** x_i·x_0: one dense row and column, and a diagonal. */
  @Test
  void anArrowTakesTwoSweeps() {
    Fn<Tensor, Tensor> arrow = x -> x.times(x.at(0)).sin().sum();
    Tensor x = Tensor.linspace(0.5, 1, 30);
    Csr h = hessian(arrow).sparse().of(x);
    assertThat(h.sweeps()).isEqualTo(2);
    assertThat(apart(h.dense(), hessian(arrow).of(x).tensor())).isLessThan(1e-15);
  }

  record Two(Tensor a, Tensor b) {}

  @Test
  void leavesAreFlattenedInOrder() {
    Fn<Two, Two> f = p -> new Two(p.b().sin(), p.a().sum().times(p.b().at(0)).reshape(1));
    var at = new Two(Tensor.vector(1, 2), Tensor.vector(3, 4, 5));
    Csr j = jacobian(f).sparse().of(at);
    assertThat(apart(j.dense(), jacobian(f).of(at).matrix())).isZero();
    assertThat(j.columns()).containsExactly(2, 3, 4, 0, 1, 2);
    assertThat(jacobian(f).sparse().pattern(at).values()).isEqualTo(Tensor.ones(DType.F64, 6));
  }

  /** Both branches count, a loop's carries go as far as any number of turns takes them, a matrix is one block. */
  @Test
  void patternsOfControlFlowAndLinearAlgebra() {
    Fn<Tensor, Tensor> branch = x -> Flow.cond(x.sum().gt(0), () -> x.sin(), () -> x.flip(0));
    assertThat(row(branch, 4, 0)).containsExactly(0, 3);
    Fn<Tensor, Tensor> shift =
        x ->
            Flow.fori(
                2,
                x,
                (Tensor i, Tensor c) ->
                    c.plus(Tensor.concat(0, c.slice(Range.from(1)), none(1))).sin());
    assertThat(row(shift, 5, 1)).containsExactly(1, 2, 3, 4);
    Fn<Tensor, Tensor> own = x -> Flow.fori(3, x, (Tensor i, Tensor c) -> c.sin());
    assertThat(row(own, 5, 2)).containsExactly(2);
    Fn<Tensor, Tensor> rows =
        x ->
            Flow.scan(none(1), x.reshape(4, 1), (Tensor c, Tensor r) -> new Step<>(c, r.sin()))
                .out()
                .flatten();
    assertThat(row(rows, 4, 1)).containsExactly(0, 1, 2, 3);
    Fn<Tensor, Tensor> called = x -> Flow.checkpoint((Tensor y) -> y.square()).of(x);
    assertThat(row(called, 4, 3)).containsExactly(3);
    Fn<Tensor, Tensor> custom =
        Flow.custom((Tensor x) -> x.round(), (Tensor x, Tensor y, Tensor dx) -> dx);
    assertThat(row(custom, 4, 3)).containsExactly(3);
    Tensor m = Key.of(1).normal(DType.F64, 3, 3);
    Fn<Tensor, Tensor> solved =
        x -> Tensor.concat(0, Linalg.solve(m, x.slice(Range.to(3))), x.slice(Range.from(3)));
    assertThat(row(solved, 5, 0)).containsExactly(0, 1, 2);
    assertThat(row(solved, 5, 4)).containsExactly(4);
    for (var f : List.of(branch, shift, own, rows, called, custom, solved)) {
      Tensor x =
          Tensor.vector(0.3, -0.2, 0.5, 0.1, 0.7)
              .slice(Range.to(f == branch || f == rows || f == called || f == custom ? 4 : 5));
      assertThat(apart(jacobian(f).sparse().of(x).dense(), jacobian(f).of(x).tensor()))
          .isLessThan(1e-14);
    }
  }

  private static int[] row(Fn<Tensor, Tensor> f, int n, int i) {
    Csr p = jacobian(f).sparse().pattern(Tensor.linspace(0.1, 0.5, n));
    return Arrays.copyOfRange(p.columns(), p.rows()[i], p.rows()[i + 1]);
  }

  @Test
  void placesThatAreComputedAreLookedUpOrMayBeAnywhere() {
    Tensor index = Tensor.of(new long[] {2, 0});
    Fn<Tensor, Tensor> f = x -> x.take(index, 0).sin();
    assertThat(row(f, 4, 0)).containsExactly(2);
    Fn<Tensor, Tensor> within =
        x -> Flow.fori(2, none(1), (Tensor i, Tensor c) -> c.plus(x.take(i, 0).sin()));
    assertThat(row(within, 4, 0)).containsExactly(0, 1, 2, 3);
    Tensor x = Tensor.linspace(0.1, 0.5, 4);
    assertThat(apart(jacobian(within).sparse().of(x).dense(), jacobian(within).of(x).tensor()))
        .isZero();
  }

  @Test
  void aZeroBesideAnInfiniteSlopeStaysZero() {
    Csr j = jacobian((Tensor x) -> x.sqrt()).sparse().of(Tensor.vector(0, 4));
    assertThat(j.sweeps()).isEqualTo(1);
    assertThat(j.values().doubles()).containsExactly(Double.POSITIVE_INFINITY, 0.25);
  }

  @Test
  void isAFunctionLikeAnyOther() {
    Tensor x = Tensor.linspace(0.2, 1, 6);
    Fn<Tensor, Tensor> norm =
        p -> jacobian(SparseTest::tridiagonal).sparse().of(p).values().square().sum();
    Fn<Tensor, Tensor> dense = p -> jacobian(SparseTest::tridiagonal).of(p).tensor().square().sum();
    assertThat(apart(grad(norm).of(x), grad(dense).of(x))).isLessThan(1e-12);
    assertThat(apart(jit(norm).of(x), dense.of(x))).isLessThan(1e-12);
  }

  @Test
  void aConstantHasNoEntries() {
    Csr j =
        jacobian((Tensor x) -> Tensor.vector(1, 2).plus(Leibniz.stopGradient(x).sum()))
            .sparse()
            .of(Tensor.vector(1, 2, 3));
    assertThat(j.sweeps()).isZero();
    assertThat(j.columns()).isEmpty();
    assertThat(j.dense()).isEqualTo(Tensor.zeros(DType.F64, 2, 3));
  }

  @Test
  void equalsTheDenseOnesOnRandomPrograms() {
    boolean full = Boolean.getBoolean("leibniz.full");
    var sparser = new ArrayList<Long>();
    var wrong =
        LongStream.range(5000, 5200)
            .filter(seed -> full || seed % 4 == 0)
            .filter(
                seed -> {
                  var p = RandomProgram.of(seed);
                  Fn<List<Tensor>, List<Tensor>> f = p::apply;
                  Fn<List<Tensor>, Tensor> s = p::scalar;
                  Csr j = jacobian(f).sparse().of(p.inputs), h = hessian(s).sparse().of(p.inputs);
                  if (j.columns().length < j.height() * j.width()) sparser.add(seed);
                  return !near(j.dense(), jacobian(f).of(p.inputs).matrix())
                      || !near(h.dense(), hessian(s).of(p.inputs).matrix());
                })
            .boxed()
            .toList();
    assertThat(wrong).isEmpty();
    assertThat(sparser).hasSizeGreaterThan(full ? 100 : 25);
  }

  private static boolean near(Tensor a, Tensor b) {
    double size = b.size() == 0 ? 0 : b.abs().max().item();
    return apart(a, b) <= 1e-9 * (1 + size);
  }

  /** Nested control flow, with structural zeros, places computed inside loops and rules of one's own. */
  @Test
  void equalsTheDenseOnesOnRandomControlFlow() {
    boolean full = Boolean.getBoolean("leibniz.full");
    Tensor x = Tensor.vector(0.7, -0.4, 1.3), w = Tensor.vector(0.6, -0.9, 0.35);
    var wrong =
        LongStream.range(7000, 7200)
            .filter(seed -> full || seed % 8 == 0)
            .filter(
                seed -> {
                  var p = RandomControl.of(seed);
                  Fn<Tensor, Tensor> f = q -> p.run(RandomControl.OPS, q, w);
                  return !alike(jacobian(f).sparse().of(x).dense(), jacobian(f).of(x).tensor());
                })
            .boxed()
            .toList();
    assertThat(wrong).isEmpty();
  }

  /** A sparse matrix has 0 where no number can come, and a dense one may have NaN · 0 there. */
  private static boolean alike(Tensor sparse, Tensor dense) {
    double[] a = sparse.doubles(), b = dense.doubles();
    for (int i = 0; i < a.length; i++)
      if (!(Math.abs(a[i] - b[i]) <= 1e-9 * (1 + Math.abs(b[i]))
          || Double.isNaN(b[i])
          || a[i] == b[i])) return false;
    return true;
  }
}
