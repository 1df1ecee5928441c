package io.leibniz;

import static io.leibniz.Leibniz.argmin;
import static io.leibniz.Leibniz.fixedPoint;
import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.implicit;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Implicit.Failure;
import io.leibniz.Implicit.Method;
import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that an equation, a fixed point or a minimum defines. */
class ImplicitTest {

  private static Tensor num(double x) {
    return Tensor.of(x);
  }

  /** M = E − e·sin E, e = 0.999. */
  private static Tensor anomaly(Tensor m) {
    return implicit((Tensor q, Tensor e) -> e.minus(e.sin().times(0.999)).minus(q))
        .of(m, num(Math.PI));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1e-3, 0.1, 1, 3, Math.PI, 5})
  void keplersEquationAtHighEccentricity(double m) {
    double e = anomaly(num(m)).item(), d = 1 / (1 - 0.999 * Math.cos(e));
    assertThat(e - 0.999 * Math.sin(e)).isCloseTo(m, within(1e-14 * Math.max(1, m)));
    Tensor at = num(m);
    double second = -0.999 * Math.sin(e) * d * d * d;
    assertThat(grad(ImplicitTest::anomaly).of(at).item()).isCloseTo(d, within(1e-12 * d));
    assertThat(jvp(ImplicitTest::anomaly).of(new Dual<>(at, num(1))).tangent().item())
        .isCloseTo(d, within(1e-12 * d));
    assertThat(grad(grad(ImplicitTest::anomaly)).of(at).item())
        .isCloseTo(second, within(1e-9 * Math.max(1, Math.abs(second))));
  }

  @Test
  void keplersEquationForManyAtOnce() {
    Tensor m = Tensor.vector(1e-3, 0.1, 1, 3);
    Tensor all = vmap(ImplicitTest::anomaly).of(m),
        slopes = vmap(grad(ImplicitTest::anomaly)).of(m);
    for (int i = 0; i < 4; i++) {
      assertThat(all.at(i)).isEqualTo(anomaly(m.at(i)));
      assertThat(slopes.at(i).item())
          .isCloseTo(grad(ImplicitTest::anomaly).of(m.at(i)).item(), within(1e-9));
    }
    assertThat(jit(grad(ImplicitTest::anomaly)).of(num(1)).item()).isEqualTo(slopes.at(2).item());
  }

  record Two(Tensor a, Tensor b) {}

  private static Implicit.Of<Tensor, Two> coupled() {
    return fixedPoint(
        (Tensor x, Two s) ->
            new Two(
                s.b().times(x.sum()).cos(), s.a().sin().plus(x.times(0.3)).plus(s.b().times(0.1))));
  }

  private static Two nothing() {
    return new Two(Tensor.zeros(DType.F64, 2), Tensor.zeros(DType.F64, 2));
  }

  /** A tree of unknowns, to third order, by either method. */
  @ParameterizedTest
  @EnumSource(Method.class)
  void aTreeOfUnknownsToThirdOrder(Method method) {
    Check.of((Tensor x) -> coupled().method(method).of(x, nothing()))
        .order(3)
        .directions(1)
        .entries(1)
        .tolerance(2e-6)
        .at(Tensor.vector(0.4, 0.2))
        .orThrow();
  }

  @Test
  void methodsAndModesAgree() {
    Tensor x = Tensor.vector(0.4, 0.2);
    Fn<Tensor, Two> dense = p -> coupled().method(Method.DENSE).of(p, nothing());
    Fn<Tensor, Two> free = p -> coupled().method(Method.MATRIX_FREE).of(p, nothing());
    Fn<Tensor, Two> own =
        p ->
            coupled()
                .solver(
                    (q, start) -> {
                      Two s = start;
                      for (int i = 0; i < 400; i++)
                        s =
                            new Two(
                                s.b().times(q.sum()).cos(),
                                s.a().sin().plus(q.times(0.3)).plus(s.b().times(0.1)));
                      return s;
                    })
                .of(p, nothing());
    Tensor want = jacobian(dense).forward().of(x).matrix();
    for (var f : List.of(dense, free, own))
      for (Tensor got :
          List.of(jacobian(f).forward().of(x).matrix(), jacobian(f).reverse().of(x).matrix()))
        assertThat(got.minus(want).abs().max().item()).isLessThan(1e-11);
  }

  private static final Tensor A = Key.of(1).normal(DType.F64, 8, 3);
  private static final Tensor Y = Key.of(2).normal(DType.F64, 8);

  private static Implicit.Of<Tensor, Tensor> ridge() {
    return argmin(
        (Tensor l, Tensor w) ->
            A.matmul(w).minus(Y).square().sum().plus(w.square().sum().times(l)));
  }

  /** An optimisation layer inside a loss: the derivative of a fit's error in its hyperparameter. */
  @ParameterizedTest
  @EnumSource(Method.class)
  void anOptimisationInsideALoss(Method method) {
    Tensor start = Tensor.zeros(DType.F64, 3), held = Key.of(3).normal(DType.F64, 3);
    Fn<Tensor, Tensor> loss = l -> ridge().method(method).of(l, start).minus(held).square().sum();
    Fn<Tensor, Tensor> closed =
        l -> {
          Tensor h = A.transpose().matmul(A).plus(Tensor.eye(DType.F64, 3).times(l));
          return Linalg.solve(h, A.transpose().matmul(Y)).minus(held).square().sum();
        };
    Tensor at = num(0.3);
    assertThat(loss.of(at).item()).isCloseTo(closed.of(at).item(), within(1e-12));
    assertThat(grad(loss).of(at).item()).isCloseTo(grad(closed).of(at).item(), within(1e-11));
    assertThat(hessian(loss).of(at).tensor().item())
        .isCloseTo(hessian(closed).of(at).tensor().item(), within(1e-10));
    Tensor many = Tensor.vector(0.1, 0.3, 2);
    Tensor through = grad((Tensor v) -> vmap(loss).of(v).sum()).of(many);
    for (int i = 0; i < 3; i++)
      assertThat(through.at(i).item()).isCloseTo(grad(closed).of(many.at(i)).item(), within(1e-10));
  }

  /** Started on a hill's far side, where Newton's own step would lead up. */
  @Test
  void aMinimumIsFoundFromWhereTheHessianIsNotPositive() {
    Fn2<Tensor, Tensor, Tensor> well =
        (x, q) ->
            q.square().square().times(0.25).minus(q.square().times(0.5)).plus(q.times(x)).sum();
    var s = argmin(well).solve(num(0.1), num(0.05));
    double y = s.y().item();
    assertThat(y * y * y - y + 0.1).isCloseTo(0, within(1e-12));
    assertThat(3 * y * y - 1).isPositive();
    assertThat(grad((Tensor x) -> argmin(well).of(x, num(0.05))).of(num(0.1)).item())
        .isCloseTo(-1 / (3 * y * y - 1), within(1e-12));
  }

  @Test
  void whatTheEquationCapturesMovesToo() {
    Fn<Tensor, Tensor> f =
        k -> implicit((Tensor x, Tensor q) -> q.pow(3).minus(x.times(k))).of(num(2), num(1));
    assertThat(grad(f).of(num(4)).item()).isCloseTo(2 / 12.0, within(1e-15));
    Check.of(f).order(3).at(num(4)).orThrow();
  }

  @Test
  void solveTellsHowGoodTheSolutionIs() {
    Tensor m = Tensor.of(new double[][] {{1, 2}, {3, 4}});
    var s =
        implicit((Tensor b, Tensor y) -> m.matmul(y).minus(b))
            .solve(Tensor.vector(1, 1), Tensor.vector(0, 0));
    assertThat(s.residual().item()).isLessThan(1e-15);
    assertThat(s.condition().item()).isCloseTo(21, within(1e-12)); // numpy.linalg.cond(m, 1)
    assertThat(s.iterations().item()).isBetween(1.0, 2.0);
    assertThat(s.y().doubles())
        .usingElementComparator((p, q) -> Math.abs(p - q) < 1e-14 ? 0 : 1)
        .containsExactly(-1, 1);
  }

  @Test
  void aLargeSystemIsSolvedWithoutItsMatrix() {
    int n = 2000;
    Tensor none = Tensor.zeros(DType.F64, 1);
    Fn2<Tensor, Tensor, Tensor> f =
        (x, u) ->
            u.times(3)
                .minus(Tensor.concat(0, u.slice(Range.from(1)), none))
                .minus(Tensor.concat(0, none, u.slice(Range.to(n - 1))))
                .plus(u.pow(3))
                .minus(x);
    Tensor x = Tensor.linspace(0, 1, n), start = Tensor.zeros(DType.F64, n);
    var s = implicit(f).solve(x, start);
    assertThat(s.residual().item()).isLessThan(1e-13);
    assertThat(s.condition().item()).isBetween(1.0, 10.0);
    Check.of((Tensor p) -> implicit(f).of(p, start).sin()).directions(1).entries(1).at(x).orThrow();
  }

  // ---- what is no solution never passes in silence

  private static void fails(String message, Implicit.Of<Tensor, Tensor> f, Tensor x, Tensor start) {
    assertThatThrownBy(() -> f.of(x, start))
        .isInstanceOf(ConvergenceException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> grad((Tensor p) -> f.of(p, start).sum()).of(x))
        .isInstanceOf(ConvergenceException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> jit((Tensor p) -> f.of(p, start)).of(x))
        .isInstanceOf(ConvergenceException.class);
    f.onFailure(Failure.WARN).of(x, start); // warns
  }

  @Test
  void whatIsNoSolutionRaises() {
    fails("singular", implicit((Tensor x, Tensor q) -> q.square().plus(x)), num(1), num(1));
    fails(
        "did not converge", implicit((Tensor x, Tensor q) -> q.square().minus(x)), num(0), num(1));
    fails("F is not finite", implicit((Tensor x, Tensor q) -> q.log().minus(x)), num(0), num(-1));
    fails(
        "singular",
        implicit((Tensor x, Tensor q) -> q.sum().minus(x).times(Tensor.vector(1, 2))),
        num(1),
        Tensor.vector(0, 0));
    fails(
        "no minimum",
        argmin((Tensor x, Tensor q) -> q.square().neg().plus(q.pow(4).times(0.1)).sum()),
        num(0),
        num(0));
    fails(
        "did not converge",
        implicit((Tensor x, Tensor q) -> q.minus(x)).solver((x, s) -> x.plus(0.1)),
        num(1),
        num(0));
    fails(
        "did not converge",
        implicit((Tensor x, Tensor q) -> q.exp().minus(x)).iterations(2),
        num(1e6),
        num(0));
    fails(
        "singular",
        implicit((Tensor x, Tensor q) -> q.sum().minus(x).times(Tensor.vector(1, 2)))
            .method(Method.MATRIX_FREE),
        num(1),
        Tensor.vector(0, 0));
  }

  @Test
  void wrongArgumentsSayWhatToDo() {
    var f = implicit((Tensor x, Tensor y) -> y.minus(x));
    assertThatThrownBy(() -> f.of(num(1), Tensor.of(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "implicit's start needs floats of one dtype, but the argument is i32[]; cast it");
    assertThatThrownBy(() -> f.of(num(1), Tensor.zeros(DType.F64, 0)))
        .hasMessageContaining("implicit's start needs one number or more");
    var g = implicit((Tensor x, Tensor y) -> y.sum());
    assertThatThrownBy(() -> g.of(num(1), Tensor.vector(1, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("implicit needs F(x, y) of y's type f64[2], got f64[]");
  }
}
