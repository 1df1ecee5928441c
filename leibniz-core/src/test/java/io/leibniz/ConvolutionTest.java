package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Convolution and pooling against sums written out, and their derivatives against differences. */
class ConvolutionTest {

  /** Images by the definition, one sum an element. */
  private static double[][][][] direct(
      Tensor x, Tensor w, int[] stride, int[] low, int[] dilation, int groups, int[] to) {
    double[] a = x.doubles(), k = w.doubles();
    int c = w.dim(1), o = w.dim(0), h = x.dim(2), wide = x.dim(3);
    var y = new double[x.dim(0)][o][to[0]][to[1]];
    for (int n = 0; n < x.dim(0); n++)
      for (int p = 0; p < o; p++)
        for (int i = 0; i < to[0]; i++)
          for (int j = 0; j < to[1]; j++)
            for (int q = 0; q < c; q++)
              for (int u = 0; u < w.dim(2); u++)
                for (int v = 0; v < w.dim(3); v++) {
                  int r = i * stride[0] - low[0] + u * dilation[0],
                      s = j * stride[1] - low[1] + v * dilation[1];
                  if (r < 0 || s < 0 || r >= h || s >= wide) continue;
                  int channel = p / (o / groups) * c + q;
                  y[n][p][i][j] +=
                      a[((n * x.dim(1) + channel) * h + r) * wide + s]
                          * k[((p * c + q) * w.dim(2) + u) * w.dim(3) + v];
                }
    return y;
  }

  @Test
  void itIsTheSumThatItsDefinitionSays() {
    var random = new Random(5);
    for (int seed = 0; seed < 100; seed++) {
      int groups = 1 + random.nextInt(2),
          c = 1 + random.nextInt(2),
          o = groups * (1 + random.nextInt(2));
      int[] stride = two(random, 1, 3),
          low = two(random, 0, 2),
          high = two(random, 0, 2),
          dilation = two(random, 1, 2),
          k = two(random, 1, 3);
      Tensor x =
          Key.of(seed)
              .normal(
                  DType.F64,
                  1 + random.nextInt(2),
                  c * groups,
                  5 + random.nextInt(4),
                  5 + random.nextInt(4));
      Tensor w = Key.of(seed).fold(1).normal(DType.F64, o, c, k[0], k[1]);
      Tensor y =
          x.conv(w, Window.stride(stride).padding(low, high).dilation(dilation).groups(groups));
      double[] want =
          java.util.Arrays.stream(
                  direct(x, w, stride, low, dilation, groups, new int[] {y.dim(2), y.dim(3)}))
              .flatMap(java.util.Arrays::stream)
              .flatMap(java.util.Arrays::stream)
              .flatMapToDouble(java.util.Arrays::stream)
              .toArray();
      assertThat(y.doubles())
          .as("seed " + seed)
          .hasSameSizeAs(want)
          .containsExactly(want, within(1e-12));
    }
  }

  private static int[] two(Random random, int from, int to) {
    return new int[] {from + random.nextInt(to - from + 1), from + random.nextInt(to - from + 1)};
  }

  @Test
  void aDenseKernelIsAMatrixProduct() {
    Tensor x = Key.of(1).normal(DType.F64, 4, 3, 5), w = Key.of(2).normal(DType.F64, 2, 3, 5);
    assertThat(
            x.conv(w, Window.dense())
                .reshape(4, 2)
                .minus(x.reshape(4, 15).matmul(w.reshape(2, 15).transpose()))
                .abs()
                .max()
                .item())
        .isLessThan(1e-13);
  }

  @Test
  void lanesShareAKernelOrHaveTheirOwn() {
    Tensor xs = Key.of(1).normal(DType.F64, 3, 2, 2, 5, 5),
        ws = Key.of(2).normal(DType.F64, 3, 4, 2, 3, 3);
    var window = Window.stride(2).padding(1);
    Fn2<Tensor, Tensor, Tensor> f = (x, w) -> x.conv(w, window).sin().sum();
    Fn2<Tensor, Tensor, Tensor> g = grad(f);
    for (var axes :
        List.of(
            List.of(Axis.EACH, Axis.SHARED),
            List.of(Axis.SHARED, Axis.EACH),
            List.of(Axis.EACH, Axis.EACH))) {
      Tensor x = axes.get(0) == Axis.EACH ? xs : xs.at(0),
          w = axes.get(1) == Axis.EACH ? ws : ws.at(0);
      Tensor all = vmap(g).axes(axes.get(0), axes.get(1)).of(x, w);
      for (int i = 0; i < 3; i++) {
        Tensor one =
            g.of(axes.get(0) == Axis.EACH ? x.at(i) : x, axes.get(1) == Axis.EACH ? w.at(i) : w);
        assertThat(all.at(i).minus(one).abs().max().item()).isLessThan(1e-13);
      }
      assertThat(jit(g).of(xs.at(0), ws.at(0))).isEqualTo(g.of(xs.at(0), ws.at(0)));
    }
  }

  @Test
  void poolingTakesPaddingForNothing() {
    Tensor x = Tensor.of(new double[] {-5, -3, -4, -1}, 1, 1, 4);
    assertThat(x.maxPool(Window.stride(2).padding(1), 2).flatten())
        .isEqualTo(Tensor.vector(-5, -3, -1));
    assertThat(x.sumPool(Window.stride(2), 2).flatten()).isEqualTo(Tensor.vector(-8, -5));
    assertThat(x.meanPool(Window.stride(2).padding(1), true, 2).flatten())
        .isEqualTo(Tensor.vector(-2.5, -3.5, -0.5));
    assertThat(x.meanPool(Window.stride(2).padding(1), false, 2).flatten())
        .isEqualTo(Tensor.vector(-5, -3.5, -1));
    // the window that reaches beyond the end
    assertThat(x.maxPool(Window.stride(3), 3).flatten()).isEqualTo(Tensor.vector(-3));
    assertThat(x.maxPool(Window.stride(3).ceiling(), 3).flatten()).isEqualTo(Tensor.vector(-3, -1));
    assertThat(x.meanPool(Window.stride(3).ceiling(), true, 3).flatten())
        .isEqualTo(Tensor.vector(-4, -1));
  }

  @Test
  void derivativesOfPoolingAgreeWithDifferences() {
    Tensor x = Key.of(3).normal(DType.F64, 2, 5, 5);
    for (var w :
        List.of(
            Window.stride(1),
            Window.stride(2).padding(1),
            Window.stride(2).ceiling(),
            Window.stride(1).dilation(2))) {
      Check.of((Tensor t) -> t.maxPool(w, 3, 2).square()).order(2).at(x).orThrow();
      Check.of((Tensor t) -> t.meanPool(w, false, 2, 2).square()).order(2).at(x).orThrow();
      Check.of((Tensor t) -> t.sumPool(w, 2, 2).sin()).order(2).at(x).orThrow();
    }
  }

  @Test
  void whatNoWindowCoversIsStructurallyZero() {
    // √ has slope ∞ at the zeros, none of which a window of stride 2 over 5 places reaches
    Tensor x = Tensor.of(new double[] {4, 9, 1, 4, 0}, 1, 5);
    assertThat(grad((Tensor t) -> t.sqrt().sumPool(Window.stride(2), 2).sum()).of(x).flatten())
        .isEqualTo(Tensor.vector(0.25, 1.0 / 6, 0.5, 0.25, 0));
  }

  @Test
  void whatDoesNotFitIsSaid() {
    Tensor x = Tensor.zeros(DType.F64, 1, 3, 5, 5), w = Tensor.zeros(DType.F64, 2, 2, 3, 3);
    assertThatThrownBy(() -> x.conv(w, Window.dense()))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("that fit, got [1, 3, 5, 5], [2, 2, 3, 3]");
    assertThatThrownBy(() -> x.conv(w.at(0), Window.dense()))
        .hasMessageContaining("conv needs images");
    assertThatThrownBy(() -> x.conv(w, Window.stride(1, 2, 3)))
        .hasMessageContaining("one for each");
    assertThatThrownBy(() -> x.maxPool(Window.stride(1), 6, 6))
        .hasMessageContaining("does not fit");
  }
}
