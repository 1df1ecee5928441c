package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.linearize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a hostile reading of the library found, each with the case that showed it. */
class RegressionsTest {

  private static Map<String, Tensor> ordered(String first, double x, String second, double y) {
    var m = new LinkedHashMap<String, Tensor>();
    m.put(first, Tensor.of(x));
    m.put(second, Tensor.of(y));
    return m;
  }

  @Test
  void treesPairByPathNotByPosition() {
    Fn<Map<String, Tensor>, Tensor> f = m -> m.get("a").times(10).plus(m.get("b"));
    var at = ordered("a", 1, "b", 2);
    var along = ordered("b", 0, "a", 1);
    assertThat(jvp(f).of(new Dual<>(at, along)).tangent().item()).isEqualTo(10);
    assertThat(linearize(f).of(at).push().of(along).item()).isEqualTo(10);
    var pulled = linearize((Map<String, Tensor> m) -> m).of(at).pull().of(ordered("b", 5, "a", 7));
    assertThat(pulled.get("a").item()).isEqualTo(7);
    assertThat(Tree.map(at, along, Tensor::plus).get("a").item()).isEqualTo(2);
    record Ab(Tensor a, Tensor b) {}
    record Cd(Tensor c, Tensor d) {}
    assertThatThrownBy(
            () ->
                Tree.map(
                    (Record) new Ab(Tensor.of(1.0), Tensor.of(2.0)),
                    new Cd(Tensor.of(1.0), Tensor.of(2.0)),
                    Tensor::plus))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("the leaf a");
  }

  @Test
  void theNormNeitherOverflowsNorUnderflows() {
    for (double scale : new double[] {1e200, 1e-200, 1, 1e-320}) {
      Tensor x = Tensor.vector(3 * scale, -4 * scale);
      assertThat(x.norm().item()).isCloseTo(5 * scale, within(5 * scale * 1e-4));
      assertThat(
              grad((Tensor v) -> v.norm()).of(x).minus(Tensor.vector(0.6, -0.8)).abs().max().item())
          .isLessThan(1e-3);
    }
    assertThat(grad((Tensor v) -> v.norm()).of(Tensor.of(new float[] {3e30f, 4e30f})).doubles())
        .containsExactly(new double[] {0.6, 0.8}, within(1e-6));
    Check.of((Tensor v) -> v.norm(1))
        .order(2)
        .at(Tensor.of(new double[] {1, 2, -3, 0.5}, 2, 2))
        .orThrow();
    assertThat(Tensor.vector().norm().item()).isZero();
  }

  @Test
  void logSoftmaxKeepsItsDigitsWhateverTheSizeOfTheLogits() {
    Tensor y = Tensor.of(new float[] {1000, 990}).logSoftmax(0);
    assertThat(y.doubles()).containsExactly(new double[] {-4.5398899e-5, -10.000045}, within(1e-6));
    assertThat(Tensor.vector(1e16, 1e16 - 2).logSoftmax(0).doubles())
        .containsExactly(new double[] {-0.1269280110429725, -2.1269280110429725}, within(1e-15));
  }

  @Test
  void aNumberThatDoesNotFitIsRefusedNotWrapped() {
    assertThatThrownBy(() -> Tensor.of(1).plus(3e9))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("does not fit a tensor of i32");
    assertThatThrownBy(() -> Tensor.of(1L).plus(1e300)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Tensor.of(7L).times(0.5)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Tensor.full(DType.I32, 1.5)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Tensor.of(new long[] {1, 2}).mean())
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("cast");
    assertThat(Tensor.full(DType.BOOL, 0.5).booleans()).containsExactly(true);
  }

  @Test
  void aDerivativeThatVanishesIdenticallyPasses() {
    Check.of((Tensor v) -> v.softmax(0).sum()).order(2).at(Tensor.vector(0.3, -1, 2)).orThrow();
  }

  /** A thread that the traced function starts and waits for may compile another signature of the same jit. */
  @Test
  void jitTracesOutsideOfItsLock() throws Exception {
    class Nested {
      private Jit.Of<Tensor, Tensor> f = jit((Tensor x) -> x);

      Tensor trace(Tensor x) {
        if (x.size() == 1) return x.times(2);
        CompletableFuture.supplyAsync(() -> f.of(Tensor.vector(1))).join();
        return x.times(3);
      }
    }
    var nested = new Nested();
    nested.f = jit(nested::trace);
    assertThat(
            CompletableFuture.supplyAsync(() -> nested.f.of(Tensor.vector(1, 2)))
                .get(20, TimeUnit.SECONDS))
        .isEqualTo(Tensor.vector(3, 6));
  }

  /** asin″ = x / (1 − x²)^1.5, acos″ its opposite, atanh″ = 2x / (1 − x²)²: near 0 they are as small as x. */
  @Test
  void secondDerivativesKeepTheirDigitsNearZero() {
    for (double x : new double[] {1e-300, 1e-20, 1e-8, -1e-8, 0.5}) {
      double c = (1 - x) * (1 + x);
      digits(Tensor::asin, x, x / Math.pow(c, 1.5));
      digits(Tensor::acos, x, -x / Math.pow(c, 1.5));
      digits(Tensor::atanh, x, 2 * x / (c * c));
    }
  }

  private static void digits(Fn<Tensor, Tensor> f, double x, double want) {
    double reverse = grad(grad(f)).of(Tensor.of(x)).item();
    double forward = jvp(grad(f)).of(new Dual<>(Tensor.of(x), Tensor.of(1.0))).tangent().item();
    assertThat(reverse).isCloseTo(want, within(Math.abs(want) * 1e-14));
    assertThat(forward).isCloseTo(want, within(Math.abs(want) * 1e-14));
  }

  @Test
  void nothingIsSaidWithoutAReason() {
    assertThatThrownBy(() -> grad((Tensor x) -> (Tensor) null).of(Tensor.of(1.0)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("null");
    assertThatThrownBy(() -> Tensor.vector(1, 2).prod(0, 0)).isInstanceOf(ShapeException.class);
  }
}
