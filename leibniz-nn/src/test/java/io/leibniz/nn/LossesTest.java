package io.leibniz.nn;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jvp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Dual;
import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import org.junit.jupiter.api.Test;

final class LossesTest {
  private static final Tensor A = Key.of(1).normal(DType.F64, 5, 3);
  private static final Tensor Y = Key.of(2).uniform(DType.F64, 5, 3);
  private static final Tensor LABELS = Tensor.of(new int[] {0, 2, 1, 1, 0});

  @Test
  void lossesHaveTheRightDerivatives() {
    Check.of((Tensor a) -> Losses.quadratic(a, Y)).order(2).at(A).orThrow();
    Check.of((Tensor a) -> Losses.meanSquared(a, Y)).order(2).at(A).orThrow();
    Check.of((Tensor a) -> Losses.crossEntropy(a, LABELS)).order(2).at(A).orThrow();
    Check.of((Tensor a) -> Losses.binaryCrossEntropy(a, Y)).order(2).at(A).orThrow();
  }

  @Test
  void theQuadraticCostIsSummedOverOutputsAndAveragedOverTheBatch() {
    Tensor a = Tensor.of(new double[][] {{1, 2}, {3, 4}});
    assertThat(Losses.quadratic(a, a.plus(1)).item()).isEqualTo(1);
    assertThat(Losses.meanSquared(a, a.plus(2)).item()).isEqualTo(4);
  }

  /** H18. */
  @Test
  void theCurvatureOfBinaryCrossEntropyKeepsItsDigits() {
    for (double label : new double[] {0, 1})
      for (double z : new double[] {-40, 0, 40}) {
        Tensor y = Tensor.of(label);
        double curvature =
            jvp(grad((Tensor x) -> Losses.binaryCrossEntropy(x, y)))
                .of(new Dual<>(Tensor.of(z), Tensor.of(1.0)))
                .tangent()
                .item();
        double right = 1 / (2 + Math.exp(z) + Math.exp(-z)); // σ(z)·σ(−z)
        assertThat(curvature).isCloseTo(right, within(1e-14 * right));
      }
  }

  @Test
  void binaryCrossEntropyOfACertainGuessIsSmallAndNotZero() {
    double loss = Losses.binaryCrossEntropy(Tensor.of(40.0), Tensor.of(1.0)).item();
    assertThat(loss).isCloseTo(Math.exp(-40), within(1e-14 * Math.exp(-40)));
  }

  /** H22, and H21's great logits. */
  @Test
  void crossEntropyOfHugeLogitsIsFinite() {
    Tensor logits = Tensor.of(new float[][] {{1e4f, -1e4f, 0}, {-1e4f, 1e4f, 1e4f}});
    Tensor labels = Tensor.of(new int[] {1, 2});
    assertThat(Losses.crossEntropy(logits, labels).item())
        .isCloseTo((2e4 + Math.log(2)) / 2, within(1e-2));
    float[] g = grad((Tensor z) -> Losses.crossEntropy(z, labels)).of(logits).floats();
    assertThat(g).containsExactly(0.5f, -0.5f, 0, 0, 0.25f, -0.25f);
  }

  @Test
  void crossEntropyOfThousandsIsTheirDifference() {
    Tensor same = Tensor.of(new double[][] {{1000, 1000}});
    assertThat(Losses.crossEntropy(same, Tensor.of(new int[] {0})).item())
        .isCloseTo(Math.log(2), within(1e-12));
  }

  @Test
  void shapesAreNeverBroadcastInSilence() {
    assertThatThrownBy(() -> Losses.quadratic(A, Y.at(0)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("one type");
    assertThatThrownBy(() -> Losses.meanSquared(A, Y.cast(DType.F32)))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Losses.crossEntropy(A, Y.at(0)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("integer labels [n]");
  }
}
