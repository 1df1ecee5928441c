package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.check.Check;
import io.leibniz.ir.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Einstein's sums are NumPy's, and differentiable in every operand. */
class EinsumTest {

  static List<Recorded.Case> recorded() {
    return Recorded.of("einsum");
  }

  static List<Recorded.Case> smooth() {
    return recorded().stream()
        .filter(c -> c.out() != null && c.out().dtype().isFloat() && c.out().size() > 0)
        .filter(c -> c.in().stream().allMatch(x -> x.size() > 0))
        .toList();
  }

  private static Tensor einsum(Recorded.Case c) {
    return Tensor.einsum(c.args().get("formula").replace("_", " "), c.in().toArray(Tensor[]::new));
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void sumsAsNumPyDoes(Recorded.Case c) {
    c.check(EinsumTest::einsum, 4);
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void agreesWithDifferences(Recorded.Case c) {
    String formula = c.args().get("formula").replace("_", " ");
    Check.of((List<Tensor> xs) -> Tensor.einsum(formula, xs.toArray(Tensor[]::new)))
        .order(2)
        .directions(1)
        .entries(2)
        .at(c.in())
        .orThrow();
  }

  /** The trace picks the diagonal only: elsewhere even an infinity has slope 0. */
  @Test
  void gradientOfATraceIsTheIdentity() {
    Tensor x = Tensor.of(new double[] {1, Double.POSITIVE_INFINITY, Double.NaN, 4}, 2, 2);
    assertThat(Tensor.einsum("ii", x).item()).isEqualTo(5);
    assertThat(grad((Tensor t) -> Tensor.einsum("ii", t)).of(x))
        .isEqualTo(Tensor.of(new double[] {1, 0, 0, 1}, 2, 2));
  }

  @Test
  void errorsNameTheFormula() {
    Tensor m = Tensor.of(new double[6], 2, 3);
    assertThatThrownBy(() -> Tensor.einsum("ij,jk->ik", m))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("names 2 operands, but 1 were given");
    assertThatThrownBy(() -> Tensor.einsum("ijk->i", m))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("operand 0 has shape [2, 3]");
    assertThatThrownBy(() -> Tensor.einsum("ij->k", m))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("stands in no operand");
    assertThatThrownBy(() -> Tensor.einsum("ij,jk->ik", m, m))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("3")
        .hasMessageContaining("2");
  }
}
