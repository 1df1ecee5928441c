package io.leibniz.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckTest {

  @Test
  void differencesFindTheDerivativeToTenDigits() {
    for (double x : new double[] {1e-3, 0.5, 3, 40}) {
      var d = Differences.of(t -> Math.sin(x + t) * Math.exp(x / 10), 0.0625, 4);
      assertThat(d.value())
          .isCloseTo(Math.cos(x) * Math.exp(x / 10), within(1e-9 * Math.exp(x / 10)));
      assertThat(d.noise()).isLessThan(1e-9 * Math.exp(x / 10));
      assertThat(d.kink()).isFalse();
    }
  }

  @Test
  void stepsThatLeaveTheDomainAreSkipped() {
    var d = Differences.of(t -> Math.log(0.001 + t), 0.0625, 4);
    assertThat(d.value()).isCloseTo(1000, within(1e-4));
  }

  @Test
  void kinksAreTold() {
    var abs = Differences.of(t -> Math.abs(t) + 2 * t, 0.0625, 4);
    assertThat(abs.kink()).isTrue();
    assertThat(abs.left()).isCloseTo(1, within(1e-12));
    assertThat(abs.right()).isCloseTo(3, within(1e-12));
    assertThat(Differences.of(t -> Math.max(0, t), 0.0625, 4).kink()).isTrue();
    for (double curve : new double[] {0, 1, 100})
      assertThat(Differences.of(t -> 3 * t + curve * t * t + t * t * t, 0.0625, 4).kink())
          .isFalse();
  }

  /** At a kink differences see the mean of the slopes and the engine its convention: reported as what it is. */
  @Test
  void aCheckAtAKinkFailsAndSaysSo() {
    var r = Check.of((Tensor x) -> x.relu().sum()).at(Tensor.vector(0.0));
    assertThat(r.passed()).isFalse();
    assertThat(r.kink()).isTrue();
    assertThat(r.toString()).contains("kink");
    assertThatThrownBy(r::orThrow).isInstanceOf(AssertionError.class);
  }

  @Test
  void treesAreWalkedAndEntriesNamed() {
    var r =
        Check.of((Map<String, List<Tensor>> m) -> m.get("a").get(0).times(m.get("b").get(0)).exp())
            .entries(100)
            .order(2)
            .at(Map.of("a", List.of(Tensor.vector(1, 2)), "b", List.of(Tensor.vector(0.5, -1))));
    assertThat(r.passed()).isTrue();
    // (3 directions and 4 entries) of f, its push and its pull
    assertThat(r.comparisons()).isEqualTo(3 * 7);
  }

  @Test
  void aDiscontinuityIsNoDerivative() {
    assertThat(Check.of((Tensor x) -> x.plus(x.floor()).sum()).at(Tensor.vector(1.0)).passed())
        .isFalse();
  }

  @Test
  void stoppedGradientsAreFound() {
    var r = Check.of((Tensor x) -> x.times(Leibniz.stopGradient(x)).sum()).at(Tensor.vector(1, 2));
    assertThat(r.passed()).isFalse();
    assertThat(r.numeric()).isCloseTo(2 * r.forward(), within(1e-6));
  }

  @Test
  void onlyDoublesCanBeChecked() {
    assertThatThrownBy(() -> Check.of((Tensor x) -> x.sum()).at(Tensor.of(new float[] {1})))
        .hasMessageContaining("f64")
        .hasMessageContaining("cast");
  }

  @Test
  void hugeAndTinyArgumentsAreMovedInProportion() {
    for (double scale : new double[] {1e-6, 1, 1e6, 1e12})
      Check.of((Tensor x) -> x.over(scale).sin().sum())
          .at(Tensor.vector(0.3 * scale, 1.1 * scale))
          .orThrow();
  }
}
