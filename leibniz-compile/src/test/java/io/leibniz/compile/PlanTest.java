package io.leibniz.compile;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;
import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.Flow;
import io.leibniz.Fn;
import io.leibniz.Tensor;
import io.leibniz.backend.Backend.Kernel;
import io.leibniz.ir.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a plan says, and what is fused: each claim is a pass over memory that there is not. */
class PlanTest {
  private static List<Kernel> kernels(Fn<List<Tensor>, ?> f, Tensor... xs) {
    return jit(f).plan(List.of(xs)).program().kernels();
  }

  private static Tensor f32(int... dims) {
    return Tensor.ones(DType.F32, dims);
  }

  /** Those that pass over arrays of more than a few elements. */
  private static List<Kernel> large(List<Kernel> all) {
    return all.stream().filter(k -> k.bytes() > 10_000).toList();
  }

  private static boolean product(Kernel k) {
    return k.name().startsWith("product");
  }

  // ---- what it says

  @Test
  void kernelsHaveTheirCost() {
    var ks = kernels(x -> x.get(0).matmul(x.get(1)), f32(64, 100), f32(100, 200));
    assertThat(ks).hasSize(1);
    Kernel k = ks.getFirst();
    assertThat(k.name()).contains("product [64, 100] · [100, 200]");
    assertThat(k.flops()).isEqualTo(2.0 * 64 * 100 * 200);
    assertThat(k.bytes()).isEqualTo(4.0 * (64 * 100 + 100 * 200 + 64 * 200));
    assertThat(k.roof()).isEqualTo(Kernel.Roof.ARITHMETIC);
    assertThat(kernels(x -> x.getFirst().times(2), f32(1000)).getFirst().roof())
        .isEqualTo(Kernel.Roof.MEMORY);
  }

  @Test
  void loopReadsAndWritesEachArrayOnce() {
    var ks = kernels(x -> x.get(0).times(x.get(1)).plus(x.get(0)), f32(1000), f32(1000));
    assertThat(ks).hasSize(1);
    assertThat(ks.getFirst().bytes()).isEqualTo(4.0 * 3 * 1000);
    assertThat(ks.getFirst().flops()).isEqualTo(2.0 * 1000);
  }

  @Test
  void textNamesEachKernelAndTheMemory() {
    var plan = jit((Tensor x) -> x.matmul(x).relu()).plan(f32(20, 20));
    assertThat(plan.toString())
        .contains("code, first call")
        .contains("product [20, 20] · [20, 20]")
        .contains("kernels; works in");
    assertThat(plan.program().resultBytes()).isEqualTo(4 * 20 * 20);
  }

  @Test
  void donatedMemoryIsNoResultMadeAnew() {
    var step = jit((Tensor w) -> w.times(0.9)).donating(0);
    assertThat(step.plan(f32(100)).program().resultBytes()).isZero();
    assertThat(jit((Tensor w) -> w.times(0.9)).plan(f32(100)).program().resultBytes())
        .isEqualTo(400);
  }

  @Test
  void whatIsNotCompiledIsSaid() {
    var ks = kernels(x -> x.getFirst().times(2).sort(0).plus(1), f32(100));
    assertThat(ks)
        .anyMatch(k -> k.kind() == Kernel.Kind.INTERPRETED && k.name().contains("argsort"));
    assertThat(ks).anyMatch(k -> k.kind() != Kernel.Kind.INTERPRETED);
    var loop = kernels(x -> Flow.fori(3, x.getFirst(), (_, y) -> y.sin()), f32(100));
    assertThat(loop).anyMatch(k -> k.kind() == Kernel.Kind.CONTROL);
  }

  // ---- fusion

  @Test
  void pointwiseChainAndItsSumAreOneKernel() {
    assertThat(
            kernels(
                x -> x.get(0).tanh().times(x.get(1)).plus(1).square().sum(), f32(5000), f32(5000)))
        .hasSize(1);
    Fn<List<Tensor>, Tensor> f =
        x -> x.get(0).tanh().times(x.get(1).sigmoid()).plus(x.get(0).square().neg().exp()).sum();
    assertThat(kernels(valueAndGrad(f), f32(5000), f32(5000))).hasSize(1);
  }

  @Test
  void sumsOverDifferentAxesShareAPass() {
    assertThat(kernels(x -> List.of(x.getFirst().sum(), x.getFirst().square().sum()), f32(5000)))
        .hasSize(1);
    assertThat(
            large(
                kernels(
                    x -> x.getFirst().broadcastTo(io.leibniz.ir.Shape.of(100, 100)).sum(0),
                    f32(100, 100))))
        .hasSize(1);
  }

  @Test
  void softmaxIsAtMostTwoPassesOverMemory() {
    assertThat(large(kernels(x -> x.getFirst().softmax(1), f32(64, 100))).size())
        .isLessThanOrEqualTo(2);
    assertThat(large(kernels(x -> x.getFirst().logSoftmax(1), f32(64, 100))).size())
        .isLessThanOrEqualTo(2);
  }

  @Test
  void layerNormIsAtMostTwoPassesOverMemory() {
    int[] last = {1};
    Fn<List<Tensor>, Tensor> norm =
        x -> {
          Tensor y = x.get(0);
          Tensor off = y.minus(y.mean(last, true));
          return off.over(off.square().mean(last, true).plus(1e-5).sqrt())
              .times(x.get(1))
              .plus(x.get(2));
        };
    assertThat(large(kernels(norm, f32(64, 100), f32(100), f32(100))).size())
        .isLessThanOrEqualTo(2);
  }

  @Test
  void crossEntropyAndItsGradientAreAtMostTwoPassesOverMemory() {
    Fn<List<Tensor>, Tensor> loss =
        x -> x.get(0).logSoftmax(1).times(Tensor.ones(DType.F32, 64, 100)).sum(1).mean().neg();
    assertThat(large(kernels(loss, f32(64, 100))).size()).isLessThanOrEqualTo(2);
    assertThat(large(kernels(valueAndGrad(loss), f32(64, 100))).size()).isLessThanOrEqualTo(2);
  }

  @Test
  void biasReluAndMaskAreInTheProductsEnd() {
    Fn<List<Tensor>, List<Tensor>> layer =
        x -> {
          Tensor y = x.get(0).matmul(x.get(1)).plus(x.get(2));
          return List.of(y.relu(), y.gt(0).select(x.get(3), x.get(3).times(0)));
        };
    var ks = kernels(layer, f32(64, 100), f32(100, 30), f32(30), f32(64, 30));
    assertThat(ks).hasSize(1);
    assertThat(product(ks.getFirst())).isTrue();
  }

  @Test
  void updateIsInTheProductsEnd() {
    Fn<List<Tensor>, Tensor> loss = w -> f32(64, 200).matmul(w.getFirst()).square().sum();
    Fn<List<Tensor>, Tensor> step = w -> w.getFirst().minus(grad(loss).of(w).getFirst().times(0.1));
    var ks = kernels(step, f32(200, 300));
    // no loop reads W, which is larger than all else
    assertThat(ks.stream().filter(k -> !product(k)).mapToDouble(Kernel::bytes))
        .allMatch(bytes -> bytes < 4.0 * 200 * 300);
    assertThat(ks.stream().filter(PlanTest::product)).hasSize(2);
  }

  @Test
  void transposesAreReadWhereTheyLie() {
    assertThat(
            kernels(
                x -> x.get(0).transpose(1, 0).matmul(x.get(1).transpose(1, 0)),
                f32(100, 64),
                f32(30, 100)))
        .hasSize(1);
  }
}
