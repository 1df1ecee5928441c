package io.leibniz;

import static io.leibniz.Leibniz.kinks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run tells which points without a derivative it hit, and by which convention it went on. */
class KinksTest {
  private static final double INF = Double.POSITIVE_INFINITY, NAN = Double.NaN;

  private static List<Kink> at(Fn<Tensor, Tensor> f, double... x) {
    return kinks(f).of(x.length == 1 ? Tensor.of(x[0]) : Tensor.of(x));
  }

  private static void one(Fn<Tensor, Tensor> f, double x, double used, double left, double right) {
    var found = at(f, x);
    assertThat(found).hasSize(1);
    Kink k = found.getFirst();
    assertThat(new double[] {k.value(), k.used(), k.left(), k.right()})
        .as(k.toString())
        .containsExactly(x, used, left, right);
    assertThat(k.where()).isNotNull();
    // what it calls the convention is what derivatives use
    assertThat(Leibniz.grad((Tensor t) -> f.of(t).sum()).of(Tensor.of(x)).item())
        .isEqualTo((Double) used);
  }

  @Test
  void theConventionsAtZero() {
    one(x -> x.abs(), 0, 0, -1, 1);
    one(x -> x.relu(), 0, 0, 0, 1);
    one(x -> x.sqrt(), 0, INF, NAN, INF);
    one(x -> x.log(), 0, INF, NAN, INF);
    one(x -> x.cbrt(), 0, INF, INF, INF);
    one(x -> x.pow(1.5), 0, 0, NAN, 0);
    one(x -> x.sign().times(x), 0, 0, 0, 0);
    one(x -> x.floor(), 2, 0, 0, 0);
    one(x -> x.round(), 2.5, 0, 0, 0);
    one(x -> x.maximum(3), 3, 0.5, 0, 1);
    one(x -> x.minimum(3), 3, 0.5, 1, 0);
    one(x -> x.clamp(0, 6), 6, 0, 1, 0);
    one(x -> x.gt(1).select(x.square(), x), 1, 1, 1, 2);
    one(x -> x.log(), -1, NAN, NAN, NAN);
  }

  @Test
  void whereAFunctionIsSmoothThereIsNone() {
    for (double x : new double[] {-1.5, 0, 0.3, 1e-200, 700, -1e8})
      assertThat(
              at(t -> t.sin().times(t.exp().tanh()).plus(t.square().plus(1).sqrt()).sigmoid(), x))
          .isEmpty();
    assertThat(at(t -> t.square(), 0)).isEmpty();
    assertThat(at(t -> t.gt(0).select(t.times(2), t.times(2)), 0)).isEmpty();
    assertThat(at(t -> t.relu().plus(t.abs()), 1, -2, 3)).isEmpty();
    assertThat(at(t -> t.exp(), 800)).isEmpty(); // overflows, smoothly
  }

  /** √Σx² written out is NaN at 0, and the list says why; the norm has slope 0 there. */
  @Test
  void theRootOfASumOfSquaresIsNamed() {
    var found = at(x -> x.square().sum().sqrt(), 0, 0);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().op()).isEqualTo("sqrt");
    assertThat(found.getFirst().toString())
        .contains(
            "sqrt at 0.0 (",
            "infinitely steep; slope Infinity, from the left NaN, from the right Infinity");
  }

  @Test
  void tiesInReductionsAndOrders() {
    var max = at(x -> x.max(), 2, 5, 5).getFirst();
    assertThat(List.of(max.value(), max.used(), max.left(), max.right()))
        .containsExactly(5.0, 0.5, 0.0, 1.0);
    assertThat(max.convention()).isEqualTo("equals share the slope evenly");
    assertThat(at(x -> x.max(), 2, 5, 4)).isEmpty();
    assertThat(at(x -> x.sort(0), 2, 5, 2)).hasSize(1);
    assertThat(at(x -> x.sort(0), 2, 5, 1)).isEmpty();
  }

  @Test
  void equalEigenvaluesAreNamed() {
    Fn<Tensor, Tensor> vectors = a -> Linalg.eigh(a).vectors().square().sum();
    Tensor equal = Tensor.of(new double[][] {{2, 0, 0}, {0, 2, 0}, {0, 0, 5}});
    var found = kinks(vectors).of(equal);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().op()).isEqualTo("eigh");
    assertThat(found.getFirst().value()).isEqualTo(2);
    assertThat(found.getFirst().convention())
        .isEqualTo("equal values, whose vectors have no derivative");
    assertThat(kinks(vectors).of(Tensor.of(new double[][] {{2, 1}, {1, 3}}))).isEmpty();
  }

  @Test
  void eachElementAndTurnIsCounted() {
    var found = at(x -> x.relu(), 0, 1, 0, -1, 0);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().count()).isEqualTo(3);
    var looped = at(x -> Flow.fori(4, x, (Tensor i, Tensor c) -> c.abs().times(0.0)), 0);
    assertThat(looped).hasSize(1);
    assertThat(looped.getFirst().count()).isEqualTo(4);
  }

  @Test
  void loopsBranchesAndCallsAreLookedInto() {
    Fn<Tensor, Tensor> f =
        x ->
            Flow.cond(
                x.ge(0),
                () ->
                    Flow.call(
                            (Tensor y) ->
                                Flow.whileLoop(y, c -> c.lt(3), c -> c.plus(1).maximum(2)))
                        .of(x),
                () -> x.sqrt());
    var found = at(f, 1);
    assertThat(found).extracting(Kink::op).containsExactly("max");
    assertThat(at(f, 1.5)).isEmpty();
    assertThat(at(f, -1)).extracting(Kink::convention).containsExactly("outside of the domain");
  }

  /** What does not move may stand where it likes. */
  @Test
  void constantsHaveNoKinks() {
    Tensor zero = Tensor.of(0.0);
    assertThat(at(x -> x.times(zero.abs()).plus(zero.sqrt()), 1)).isEmpty();
    assertThat(at(x -> Leibniz.stopGradient(x).abs().times(x), 0)).isEmpty();
  }

  @Test
  void singlePrecisionToo() {
    var found = kinks((Tensor x) -> x.abs().plus(x.sqrt())).of(Tensor.zeros(DType.F32, 2));
    assertThat(found).extracting(Kink::op).containsExactly("abs", "sqrt");
    assertThat(kinks((Tensor x) -> x.sin().exp()).of(Tensor.zeros(DType.F32, 2))).isEmpty();
  }

  @Test
  void integersRaise() {
    assertThatThrownBy(() -> kinks((Tensor x) -> x).of(Tensor.of(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("kinks needs float leaves");
  }
}
