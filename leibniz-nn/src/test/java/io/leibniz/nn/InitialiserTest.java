package io.leibniz.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class InitialiserTest {
  private static final int IN = 200;
  private static final int OUT = 100;

  static Arguments[] variances() {
    return new Arguments[] {
      Arguments.of("ZEROS", Initialiser.ZEROS, 0.0),
      Arguments.of("NORMAL", Initialiser.NORMAL, 1.0),
      Arguments.of("LECUN_NORMAL", Initialiser.LECUN_NORMAL, 1.0 / IN),
      Arguments.of("HE_NORMAL", Initialiser.HE_NORMAL, 2.0 / IN),
      Arguments.of("HE_UNIFORM", Initialiser.HE_UNIFORM, 2.0 / IN),
      Arguments.of("GLOROT_NORMAL", Initialiser.GLOROT_NORMAL, 2.0 / (IN + OUT)),
      Arguments.of("GLOROT_UNIFORM", Initialiser.GLOROT_UNIFORM, 2.0 / (IN + OUT)),
    };
  }

  @ParameterizedTest
  @MethodSource("variances")
  void hasMeanZeroAndItsVariance(String name, Initialiser init, double variance) {
    Tensor w = init.of(Key.of(1), DType.F32, IN, OUT).cast(DType.F64);
    double n = w.size();
    assertThat(w.mean().item()).as(name).isCloseTo(0, within(5 * Math.sqrt(variance / n)));
    assertThat(w.variance(0).item()).isCloseTo(variance, within(5 * variance * Math.sqrt(2 / n)));
    assertThat(init.of(Key.of(1), DType.F32, IN, OUT)).isEqualTo(w.cast(DType.F32));
  }

  @Test
  void uniformsStayWithinTheirBounds() {
    double bound = Math.sqrt(6.0 / IN);
    Tensor w = Initialiser.HE_UNIFORM.of(Key.of(2), DType.F64, IN, OUT);
    assertThat(w.abs().max().item()).isBetween(0.999 * bound, bound);
  }

  @Test
  void aVectorHasNoFans() {
    assertThatThrownBy(() -> Initialiser.LECUN_NORMAL.of(Key.of(1), DType.F32, 3))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[in, out]");
  }
}
