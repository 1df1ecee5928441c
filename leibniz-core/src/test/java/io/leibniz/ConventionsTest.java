package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jvp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The published table of conventions at kinks and edges, line by line, in both modes. */
class ConventionsTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  /** The slope at a point, the same by pushing and by pulling. */
  private static double slope(Fn<Tensor, Tensor> f, double x) {
    double pulled = grad(f).of(Tensor.of(x)).item();
    double pushed = jvp(f).of(new Dual<>(Tensor.of(x), Tensor.of(1.0))).tangent().item();
    assertThat(Double.valueOf(pushed)).isEqualTo(Double.valueOf(pulled));
    return pulled;
  }

  private static List<Tensor> slopes(Fn2<Tensor, Tensor, Tensor> f, double a, double b) {
    return grad((List<Tensor> x) -> f.of(x.get(0), x.get(1)))
        .of(List.of(Tensor.of(a), Tensor.of(b)));
  }

  private static void slopes(
      Fn2<Tensor, Tensor, Tensor> f, double a, double b, double da, double db) {
    var d = slopes(f, a, b);
    assertThat(d.get(0).item() + 0.0).isEqualTo(da);
    assertThat(d.get(1).item() + 0.0).isEqualTo(db);
  }

  private static Fn<Tensor, Tensor> times(int n, Fn<Tensor, Tensor> f) {
    Fn<Tensor, Tensor> g = f;
    for (int i = 0; i < n; i++) g = grad(g);
    return g;
  }

  @Test
  void slopeIsZeroAtTheKinksOfReluAbsSignFloor() {
    for (double zero : new double[] {0.0, -0.0}) {
      assertThat(slope(Tensor::relu, zero)).isZero();
      assertThat(slope(Tensor::abs, zero)).isZero();
      assertThat(slope(Tensor::sign, zero)).isZero();
      assertThat(slope(Tensor::floor, zero)).isZero();
    }
  }

  @Test
  void slopeIsZeroAtTheBoundsOfClampAndRelu6() {
    Fn<Tensor, Tensor> relu6 = x -> x.clamp(0, 6);
    for (double x : new double[] {0, 6, -1, 7, INF, -INF}) assertThat(slope(relu6, x)).isZero();
    assertThat(slope(relu6, 3)).isOne();
    assertThat(relu6.of(Tensor.of(Double.NaN)).item()).isNaN();
  }

  @Test
  void maxAndMinOfEqualsShareEvenly() {
    slopes(Tensor::maximum, 2, 2, 0.5, 0.5);
    slopes(Tensor::minimum, 2, 2, 0.5, 0.5);
    slopes(Tensor::maximum, 0.0, -0.0, 0.5, 0.5);
    slopes(Tensor::maximum, 3, 2, 1, 0);
    slopes(Tensor::minimum, 3, 2, 0, 1);
    assertThat(grad((Tensor x) -> x.max()).of(Tensor.vector(1, 3, 3, 3, 3)))
        .isEqualTo(Tensor.vector(0, 0.25, 0.25, 0.25, 0.25));
    assertThat(grad((Tensor x) -> x.min()).of(Tensor.vector(1, 3, 1)))
        .isEqualTo(Tensor.vector(0.5, 0, 0.5));
  }

  @Test
  void maxAndMinWithANaNGiveNaNToBoth() {
    for (var d : slopes(Tensor::maximum, Double.NaN, 1)) assertThat(d.item()).isNaN();
    for (var d : slopes(Tensor::minimum, 1, Double.NaN)) assertThat(d.item()).isNaN();
  }

  @Test
  void whatLosesAMaximumIsStructurallyZero() {
    assertThat(slope(x -> x.sqrt().maximum(1), 0)).isZero();
    assertThat(grad((Tensor x) -> x.sqrt().max()).of(Tensor.vector(0, 4)))
        .isEqualTo(Tensor.vector(0, 0.25));
  }

  @Test
  void sqrtAtZeroGoesToInfinityAtEveryOrder() {
    for (int n = 1; n <= 4; n++)
      assertThat(times(n, Tensor::sqrt).of(Tensor.of(0.0)).item())
          .isEqualTo(n % 2 == 1 ? INF : -INF);
    for (int n = 1; n <= 4; n++)
      assertThat(times(n, Tensor::cbrt).of(Tensor.of(0.0)).item())
          .isEqualTo(n % 2 == 1 ? INF : -INF);
  }

  @Test
  void normHasSlopeZeroAtZero() {
    assertThat(grad((Tensor x) -> x.norm()).of(Tensor.vector(0, 0))).isEqualTo(Tensor.vector(0, 0));
    assertThat(grad((Tensor x) -> x.square().sum().sqrt()).of(Tensor.vector(0, 0)).at(0).item())
        .isNaN();
  }

  @Test
  void zeroTimesInfinityWithAStructuralZeroIsZero() {
    Fn<Tensor, Tensor> f = x -> x.gt(0).select(x.sqrt(), x);
    assertThat(slope(f, 0)).isOne();
    assertThat(slope(f, -4)).isOne();
    // a zero that the user wrote is a number
    assertThat(slope(x -> x.sqrt().times(0), 0)).isNaN();
  }

  @Test
  void slopesAreNaNOutsideTheDomain() {
    List<Fn<Tensor, Tensor>> below =
        List.of(
            Tensor::log,
            Tensor::log2,
            Tensor::log10,
            Tensor::sqrt,
            Tensor::rsqrt,
            x -> x.pow(0.5),
            x -> x.pow(1.5));
    for (var f : below) assertThat(slope(f, -2)).isNaN();
    assertThat(slope(Tensor::log1p, -2)).isNaN();
    for (double x : new double[] {-2, 2}) {
      assertThat(slope(Tensor::asin, x)).isNaN();
      assertThat(slope(Tensor::acos, x)).isNaN();
      assertThat(slope(Tensor::atanh, x)).isNaN();
    }
    for (double x : new double[] {-2, 0.5}) assertThat(slope(Tensor::acosh, x)).isNaN();
  }

  @Test
  void powersAtZero() {
    assertThat(slope(x -> x.pow(0), 0)).isZero();
    assertThat(slope(x -> x.pow(1), 0)).isOne();
    assertThat(slope(x -> x.pow(2), 0)).isZero();
    assertThat(slope(x -> x.pow(2.5), 0)).isZero();
    assertThat(slope(x -> x.pow(0.5), 0)).isEqualTo(INF);
    for (double y : new double[] {0.5, 1, 2, 2.5})
      assertThat(slope(p -> Tensor.of(0.0).pow(p), y)).isZero();
    // derivatives that vanish identically
    assertThat(times(3, x -> x.pow(2)).of(Tensor.of(0.0)).item()).isZero();
    assertThat(times(4, x -> x.pow(3)).of(Tensor.of(0.0)).item()).isZero();
  }

  @Test
  void logSumExpOfNothingIsFlat() {
    assertThat(grad((Tensor x) -> x.logSumExp()).of(Tensor.vector(-INF, -INF)))
        .isEqualTo(Tensor.vector(0, 0));
  }

  @Test
  void xlogyHypotAtan2AtZero() {
    assertThat(Tensor.of(0.0).xlogy(Tensor.of(0.0)).item()).isZero();
    slopes(Tensor::xlogy, 0, 2, Math.log(2), 0);
    slopes(Tensor::xlogy, 0, 0, -INF, 0);
    slopes(Tensor::hypot, 0, 0, 0, 0);
    for (var d : slopes(Tensor::atan2, 0, 0)) assertThat(d.item()).isNaN();
  }

  @Test
  void valuesFollowTheTable() {
    assertThat(Tensor.vector(0.5, 1.5, 2.5, -0.5).round()).isEqualTo(Tensor.vector(0, 2, 2, -0.0));
    assertThat(Tensor.vector(5, -5).rem(3)).isEqualTo(Tensor.vector(2, -2));
    assertThat(Tensor.vector(1e30, -1e30, Double.NaN, 2.9, -2.9).cast(DType.I32))
        .isEqualTo(Tensor.of(new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 2, -2}));
    assertThatThrownBy(() -> Tensor.of(1L).over(Tensor.of(0L)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("division by zero");
    assertThat(Tensor.vector(1, 3, 3).argmax(0)).isEqualTo(Tensor.of(1L));
    assertThat(Tensor.vector(1, Double.NaN, 3).argmax(0)).isEqualTo(Tensor.of(1L));
    assertThat(Tensor.vector().sum()).isEqualTo(Tensor.of(0.0));
    assertThat(Tensor.vector().prod()).isEqualTo(Tensor.of(1.0));
    for (Fn<Tensor, Tensor> f :
        List.<Fn<Tensor, Tensor>>of(x -> x.max(), x -> x.min(), x -> x.argmax(0)))
      assertThatThrownBy(() -> f.of(Tensor.vector()))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("one element or more");
  }

  /** Equal keys keep their order, and the slope goes where the element went. */
  @Test
  void sortIsStableAndItsSlopeFollows() {
    assertThat(Tensor.vector(2, 1, 2, 1).argsort(0)).isEqualTo(Tensor.of(new long[] {1, 3, 0, 2}));
    Tensor w = Tensor.vector(10, 20, 30, 40);
    assertThat(grad((Tensor x) -> x.sort(0).times(w).sum()).of(Tensor.vector(2, 1, 2, 1)))
        .isEqualTo(Tensor.vector(30, 10, 40, 20));
  }
}
