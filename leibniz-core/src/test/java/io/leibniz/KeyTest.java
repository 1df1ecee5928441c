package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random numbers that are values: the same key, the same numbers; another key, others. */
class KeyTest {
  private static final int N = 100_000;

  /** Five standard errors of a mean of N draws with this standard deviation. */
  private static double noise(double deviation) {
    return 5 * deviation / Math.sqrt(N);
  }

  private static double moment(Tensor x, int k) {
    return Arrays.stream(x.doubles()).map(v -> Math.pow(v, k)).average().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32"})
  void uniformFillsTheUnitInterval(DType dtype) {
    Tensor u = Key.of(1).uniform(dtype, N);
    assertThat(u.dtype()).isEqualTo(dtype);
    assertThat(u.min().item()).isBetween(0.0, 1e-3);
    assertThat(u.max().item()).isLessThan(1).isGreaterThan(1 - 1e-3);
    for (int k = 1; k <= 4; k++) {
      double mean = 1.0 / (k + 1), deviation = Math.sqrt(1.0 / (2 * k + 1) - mean * mean);
      assertThat(moment(u, k)).isCloseTo(mean, within(noise(deviation)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32"})
  void normalHasTheMomentsOfTheNormalDistribution(DType dtype) {
    Tensor x = Key.of(2).normal(dtype, N);
    assertThat(x.dtype()).isEqualTo(dtype);
    assertThat(x.isFinite().all().booleans()).containsExactly(true);
    double[] moments = {1, 0, 1, 0, 3, 0, 15, 0, 105};
    for (int k = 1; k <= 4; k++)
      assertThat(moment(x, k))
          .isCloseTo(
              moments[k], within(noise(Math.sqrt(moments[2 * k] - moments[k] * moments[k]))));
    // the share beyond 2 and 3 standard deviations
    assertThat(moment(x.abs().gt(2).cast(DType.F64), 1)).isCloseTo(0.0455003, within(noise(0.21)));
    assertThat(moment(x.abs().gt(3).cast(DType.F64), 1)).isCloseTo(0.0026998, within(noise(0.052)));
  }

  @Test
  void neighboursAreUncorrelated() {
    Tensor x = Key.of(3).normal(DType.F64, N);
    for (int lag : new int[] {1, 2, 7, 64}) {
      Tensor product = x.slice(Range.from(lag)).times(x.slice(Range.to(-lag)));
      assertThat(product.mean().item()).isCloseTo(0, within(noise(1)));
    }
  }

  @Test
  void everyBitIsFair() {
    long[] draws = Key.of(4).bits(N).longs();
    for (int bit = 0; bit < 64; bit++) {
      int b = bit;
      double share = Arrays.stream(draws).map(x -> x >>> b & 1).average().orElseThrow();
      assertThat(share).as("bit %d", bit).isCloseTo(0.5, within(noise(0.5)));
    }
  }

  @Test
  void sameKeySameBitsAndAnotherKeyOthers() {
    assertThat(Key.of(5).bits(100)).isEqualTo(Key.of(5).bits(100));
    assertThat(Key.of(5)).isEqualTo(Key.of(5)).isNotEqualTo(Key.of(6));
    assertThat(Key.of(5).bits(100)).isNotEqualTo(Key.of(6).bits(100));
  }

  @Test
  void shapeOnlyArrangesTheDraws() {
    assertThat(Key.of(6).uniform(DType.F64, 2, 3, 4).flatten())
        .isEqualTo(Key.of(6).uniform(DType.F64, 24));
    assertThat(Key.of(6).uniform(DType.F64, 10).slice(Range.to(4)))
        .isEqualTo(Key.of(6).uniform(DType.F64, 4));
    assertThat(Key.of(6).normal(DType.F64).rank()).isZero();
    assertThat(Key.of(6).bits(0).size()).isZero();
  }

  /** Draws, splits, folds, and the draws of those: no number comes twice. */
  @Test
  void drawsSplitsAndFoldsNeverMeet() {
    var seen = new HashSet<Long>();
    var drawn = new java.util.ArrayList<Tensor>();
    Key key = Key.of(7);
    drawn.add(key.bits(5000));
    drawn.add(key.keys(2000));
    for (int i = 0; i < 20; i++) drawn.add(key.fold(i).word().expand(0)); // the keys themselves
    for (int i = 0; i < 5; i++) {
      drawn.add(key.fold(i).bits(500));
      drawn.add(key.fold(i).keys(500));
    }
    for (Key k : key.split(5)) {
      drawn.add(k.bits(500));
      drawn.add(k.keys(500));
      drawn.add(k.fold(0).bits(500));
    }
    int count = 0;
    for (Tensor t : drawn)
      for (long x : t.longs()) {
        count++;
        seen.add(x);
      }
    assertThat(seen.size()).isEqualTo(count);
  }

  @Test
  void splitGivesTheKeysOfKeys() {
    assertThat(Key.of(8).split(3).stream().map(Key::word))
        .containsExactly(
            IntStream.range(0, 3).mapToObj(Key.of(8).keys(3)::at).toArray(Tensor[]::new));
    assertThat(Key.of(8).split(5).subList(0, 3)).isEqualTo(Key.of(8).split(3));
  }

  @Test
  void foldOfATensorIsFoldOfItsNumber() {
    assertThat(Key.of(9).fold(Tensor.of(3))).isEqualTo(Key.of(9).fold(3));
    assertThat(Key.of(9).fold(3)).isNotEqualTo(Key.of(9).fold(4));
    assertThat(Key.of(9).fold(-1)).isNotEqualTo(Key.of(9).fold(1));
  }

  @Test
  void permutationHasEveryPlaceOnce() {
    for (int n : new int[] {0, 1, 2, 10, 1000})
      assertThat(Key.of(10).permutation(n).longs())
          .containsExactlyInAnyOrder(Tensor.arange(n).longs());
    assertThat(Key.of(10).permutation(1000)).isNotEqualTo(Tensor.arange(1000));
  }

  /** Each of 3! orders about equally often. */
  @Test
  void permutationsAreFair() {
    int draws = 6000;
    Tensor orders =
        vmap((Tensor k) -> new Key(k).permutation(3)).of(Key.of(11).keys(draws)); // [draws, 3]
    Tensor code = orders.times(Tensor.of(new long[] {9, 3, 1})).sum(1);
    for (long order : new long[] {5, 7, 11, 15, 19, 21})
      assertThat(code.eq(Tensor.of(order)).sum().item())
          .isCloseTo(draws / 6.0, within(5 * Math.sqrt(draws * 5 / 36.0)));
  }

  @Test
  void bernoulliIsTrueWithItsProbability() {
    for (double p : new double[] {0, 0.03, 0.5, 1})
      assertThat(Key.of(12).bernoulli(p, N).sum().item() / N)
          .isCloseTo(p, within(noise(Math.sqrt(p * (1 - p)))));
    Tensor each =
        Key.of(12).bernoulli(Tensor.vector(0, 1).broadcastTo(io.leibniz.ir.Shape.of(50, 2)));
    assertThat(each.sum(0)).isEqualTo(Tensor.of(new long[] {0, 50}));
  }

  @Test
  void integersFillTheirRangeEvenly() {
    Tensor x = Key.of(13).integers(-2, 3, N);
    assertThat(x.dtype()).isEqualTo(DType.I64);
    for (long i = -2; i < 3; i++)
      assertThat(x.eq(Tensor.of(i)).sum().item() / N).isCloseTo(0.2, within(noise(0.4)));
    assertThat(x.min().item()).isEqualTo(-2);
    assertThat(x.max().item()).isEqualTo(2);
    assertThatThrownBy(() -> Key.of(1).integers(3, 3))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("low < high, got 3 and 3");
  }

  @Test
  void categoricalFollowsItsProbabilities() {
    double[] p = {0.1, 0.2, 0.7, 0};
    Tensor logits = Tensor.of(p).log().plus(3); // any constant may be added
    Tensor drawn = Key.of(14).categorical(logits.broadcastTo(io.leibniz.ir.Shape.of(N, 4)));
    for (int i = 0; i < p.length; i++)
      assertThat(drawn.eq(Tensor.of((long) i)).sum().item() / N)
          .isCloseTo(p[i], within(noise(Math.sqrt(p[i] * (1 - p[i])))));
  }

  @Test
  void batchOfKeysDrawsWhatEachKeyDraws() {
    List<Key> keys = Key.of(15).split(4);
    Tensor uniform = vmap((Tensor k) -> new Key(k).uniform(DType.F64, 3)).of(Key.of(15).keys(4));
    Tensor normal = vmap((Tensor k) -> new Key(k).normal(DType.F32, 3)).of(Key.of(15).keys(4));
    Tensor split = vmap((Tensor k) -> new Key(k).keys(2)).of(Key.of(15).keys(4));
    Tensor folded = vmap((Tensor i) -> Key.of(15).fold(i).word()).of(Tensor.arange(4));
    for (int i = 0; i < 4; i++) {
      assertThat(uniform.at(i)).isEqualTo(keys.get(i).uniform(DType.F64, 3));
      assertThat(normal.at(i)).isEqualTo(keys.get(i).normal(DType.F32, 3));
      assertThat(split.at(i)).isEqualTo(keys.get(i).keys(2));
      assertThat(folded.at(i)).isEqualTo(Key.of(15).fold(i).word());
    }
  }

  @Test
  void aKeyIsAnArgumentOfACompiledFunction() {
    var f = jit((Key k) -> List.of(k.fold(1).bits(3), k.uniform(DType.F32, 4), k.permutation(5)));
    for (int seed = 0; seed < 3; seed++) {
      Key k = Key.of(seed);
      assertThat(f.of(k))
          .containsExactly(k.fold(1).bits(3), k.uniform(DType.F32, 4), k.permutation(5));
    }
    assertThat(f.why()).hasSize(1);
  }

  /** d/dμ and d/dσ of the mean of μ + σ ε are 1 and the mean of ε. */
  @Test
  void gradientFlowsThroughAReparameterisedNormal() {
    Key key = Key.of(16);
    List<Tensor> g =
        grad((List<Tensor> p) -> p.get(0).plus(p.get(1).times(key.normal(DType.F64, 50))).mean())
            .of(List.of(Tensor.of(2.0), Tensor.of(0.5)));
    assertThat(g.get(0).item()).isCloseTo(1, within(1e-15));
    assertThat(g.get(1).item()).isCloseTo(key.normal(DType.F64, 50).mean().item(), within(1e-15));
  }

  @Test
  void aKeyIsOneInteger() {
    assertThatThrownBy(() -> new Key(Tensor.of(1.0)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("i64 scalar, got f64[]");
    assertThatThrownBy(() -> new Key(Key.of(1).keys(2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("vmap");
    assertThatThrownBy(() -> Key.of(1).uniform(DType.I64, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("float dtype, got i64");
  }
}
