package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors print as NumPy's arrays do. */
class PrintingTest {

  static java.util.List<Recorded.Case> recorded() {
    return Recorded.of("print");
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void printsAsNumPyDoes(Recorded.Case c) {
    assertThat(c.in(0).toString()).isEqualTo(String.join("\n", c.text()));
  }

  @Test
  void tracedTensorPrintsItsType() {
    var seen = new StringBuilder();
    Leibniz.grad(
            (Tensor x) -> {
              seen.append(x.times(2));
              return x.sum();
            })
        .of(Tensor.vector(1, 2));
    assertThat(seen.toString()).isEqualTo("traced f64[2]");
  }
}
