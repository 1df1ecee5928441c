package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors print as NumPy's arrays do. */
class PrintingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scalar",
        "fixed",
        "exponent",
        "range",
        "special",
        "integer",
        "bool",
        "nested",
        "float32",
        "empty",
        "long",
        "summary"
      })
  void printsAsNumPyDoes(String kind) {
    var cases = Recorded.of("print").stream().filter(c -> c.args().containsValue(kind)).toList();
    assertThat(cases).isNotEmpty();
    for (var c : cases) assertThat(c.in(0).toString()).isEqualTo(String.join("\n", c.text()));
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
