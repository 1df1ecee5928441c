package io.leibniz.nn;

import static io.leibniz.Leibniz.grad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MlpTest {
  private static Mlp net(Activation hidden) {
    return Mlp.of(
        Key.of(3),
        DType.F64,
        Initialiser.LECUN_NORMAL,
        Initialiser.NORMAL,
        hidden,
        Activation.SIGMOID,
        4,
        3,
        2);
  }

  private static Tensor loss(Mlp net, Tensor x, Tensor y) {
    return Losses.quadratic(net.apply(x), y);
  }

  @ParameterizedTest
  @EnumSource
  void everyActivationHasTheRightDerivatives(Activation f) {
    Tensor x = Key.of(5).normal(DType.F64, 6, 4), y = Key.of(6).uniform(DType.F64, 6, 2);
    Check.of((Mlp n) -> loss(n, x, y)).order(2).at(net(f)).orThrow();
  }

  @Test
  void theGradientOfAnMlpIsAnMlp() {
    Mlp g = grad(MlpTest::loss).of(net(Activation.TANH), rows(5, 4), rows(5, 2));
    assertThat(g.hidden()).isEqualTo(Activation.TANH);
    assertThat(Tree.leaves(g).stream().map(l -> l.path() + l.tensor().shape()))
        .containsExactly(
            "layers[0].w[4, 3]", "layers[0].b[3]", "layers[1].w[3, 2]", "layers[1].b[2]");
  }

  @Test
  void aLayerIsTheAffineMapThatItIs() {
    var layer = new Dense(Tensor.of(new double[][] {{1, 2}, {3, 4}}), Tensor.vector(10, 20));
    assertThat(layer.apply(Tensor.of(new double[][] {{1, 1}, {0, 2}})))
        .isEqualTo(Tensor.of(new double[][] {{14, 26}, {16, 28}}));
  }

  @Test
  void layersThatDoNotFitAreNamed() {
    var a = new Dense(rows(4, 3), rows(1, 3).flatten());
    assertThatThrownBy(() -> new Mlp(List.of(a, a), Activation.RELU, Activation.IDENTITY))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("layers[1] takes 4 numbers, but layers[0] gives 3");
    assertThatThrownBy(() -> new Dense(rows(4, 3), rows(1, 4).flatten()))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[4, 3]");
  }

  private static Tensor rows(int n, int m) {
    return Key.of(n).normal(DType.F64, n, m);
  }
}
