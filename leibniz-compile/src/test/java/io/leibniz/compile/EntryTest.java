package io.leibniz.compile;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.leibniz.Entry;
import io.leibniz.Fn;
import io.leibniz.Fn2;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Value and gradient on the caller's arrays are what they are on tensors. */
class EntryTest {
  private static final Fn<Tensor, Tensor> ROSENBROCK =
      x -> {
        int n = x.dim(0);
        Tensor a = x.slice(Range.of(0, n - 1)), b = x.slice(Range.of(1, n));
        return b.minus(a.square()).square().times(100).plus(a.minus(1).square()).sum();
      };

  private static Map<String, Fn<Tensor, Tensor>> functions() {
    var all = new LinkedHashMap<String, Fn<Tensor, Tensor>>();
    all.put("rosenbrock", ROSENBROCK);
    all.put("log-sum-exp", x -> x.logSumExp(0));
    all.put("linear", x -> x.times(3).sum());
    all.put("constant", x -> x.times(0).sum().plus(7));
    all.put("quadratic form", x -> x.matmul(x.outer(x).tanh()).dot(x));
    all.put("largest", x -> x.max(0));
    all.put("sorted", x -> x.sort(0).slice(Range.of(0, 2)).square().sum());
    return all;
  }

  private static double[] point(int n, long seed) {
    return new SplittableRandom(seed).doubles(n, -2, 2).toArray();
  }

  private static float[] floats(double[] x) {
    float[] out = new float[x.length];
    for (int i = 0; i < out.length; i++) out[i] = (float) x[i];
    return out;
  }

  @Test
  void doublesAreTheTensors() {
    functions()
        .forEach(
            (name, f) -> {
              for (int n : new int[] {2, 3, 17, 100}) {
                var entry = jit(valueAndGrad(f)).doubles(n);
                double[] gradient = new double[n];
                for (int seed = 0; seed < 5; seed++) {
                  double[] x = point(n, seed), was = x.clone();
                  var want = jit(valueAndGrad(f)).of(Tensor.of(x));
                  assertThat(entry.at(x, gradient)).as(name).isEqualTo(want.value().item());
                  assertThat(gradient).as(name).isEqualTo(want.grad().doubles());
                  assertThat(x).isEqualTo(was);
                  var interpreted = grad(f).of(Tensor.of(x)).doubles();
                  for (int i = 0; i < n; i++)
                    assertThat(gradient[i])
                        .as(name)
                        .isCloseTo(
                            interpreted[i],
                            org.assertj.core.data.Offset.offset(
                                1e-11 * (1 + Math.abs(interpreted[i]))));
                }
              }
            });
  }

  @Test
  void floatsAreTheTensors() {
    functions()
        .forEach(
            (name, f) -> {
              int n = 33;
              var entry = jit(valueAndGrad(f)).floats(n);
              float[] gradient = new float[n];
              for (int seed = 0; seed < 5; seed++) {
                float[] x = floats(point(n, seed));
                var want = jit(valueAndGrad(f)).of(Tensor.of(x));
                assertThat(entry.at(x, gradient)).as(name).isEqualTo((float) want.value().item());
                assertThat(gradient).as(name).isEqualTo(want.grad().floats());
              }
            });
  }

  @Test
  void furtherArgumentsAreBound() {
    Fn2<Tensor, Tensor, Tensor> f = (x, a) -> x.minus(a).square().sum();
    Tensor a = Tensor.vector(1, 2, 3);
    var entry = jit(valueAndGrad(f)).with(a).doubles(3);
    double[] gradient = new double[3];
    assertThat(entry.at(new double[] {1, 2, 5}, gradient)).isEqualTo(4);
    assertThat(gradient).containsExactly(0, 0, 4);
  }

  @Test
  void arraysMustFit() {
    var entry = jit(valueAndGrad(ROSENBROCK)).doubles(3);
    double[] x = {1, 2, 3};
    assertThatThrownBy(() -> entry.at(new double[2], new double[3]))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("of 3 elements")
        .hasMessageContaining("got 2 and 3");
    assertThatThrownBy(() -> entry.at(x, new double[4]))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("got 3 and 4");
    assertThatThrownBy(() -> entry.at(x, x))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("one array for both");
    assertThat(x).containsExactly(1, 2, 3);
    assertThat(entry.at(x, new double[3])).isEqualTo(201);
  }

  @Test
  void functionMustBeOfValueAndGradientsShape() {
    assertThatThrownBy(() -> jit(ROSENBROCK).doubles(3))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("f64[3]")
        .hasMessageContaining("valueAndGrad");
    assertThatThrownBy(() -> jit(grad(ROSENBROCK)).floats(3)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(
            () -> jit((Tensor x) -> valueAndGrad(ROSENBROCK).of(x.cast(DType.F64))).floats(3))
        .isInstanceOf(ShapeException.class);
  }

  @Test
  void failedCallLeavesTheEntryUsable() {
    var entry =
        jit(valueAndGrad((Tensor x) -> x.take(x.slice(Range.of(0, 1)).cast(DType.I64), 0).sum()))
            .doubles(3);
    double[] gradient = new double[3];
    assertThatThrownBy(() -> entry.at(new double[] {7, 8, 9}, gradient))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(entry.at(new double[] {2, 8, 9}, gradient)).isEqualTo(9);
    assertThat(gradient).containsExactly(0, 0, 1);
  }

  @Test
  void callAllocatesNothing() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // kernels of its own, so that it is known what runs: their scalar twins; of vectors see
    // AllocationTest
    Fn<Tensor, Tensor> f = x -> ROSENBROCK.of(x).times(1.25).minus(x.square().sum().times(3));
    var entry = jit(valueAndGrad(f)).doubles(100);
    var single = jit(valueAndGrad(f)).floats(100);
    double[] x = point(100, 1), gradient = new double[100];
    float[] y = floats(x), slope = new float[100];
    long limit = System.nanoTime() + 20_000_000_000L;
    for (int clean = 0; clean < 20; ) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        entry.at(x, gradient);
        single.at(y, slope);
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      clean = bytes == 0 ? clean + 1 : 0;
      assertThat(System.nanoTime()).as("still %d bytes in 1000 calls", bytes).isLessThan(limit);
    }
  }

  @Test
  void forksRunAtOnce() throws Exception {
    var entry = jit(valueAndGrad(ROSENBROCK)).doubles(50);
    int threads = 4, calls = 500;
    double[][] wants = new double[threads][];
    for (int t = 0; t < threads; t++) wants[t] = run(entry, t, calls);
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var got =
          IntStream.range(0, threads)
              .<Future<double[]>>mapToObj(t -> pool.submit(() -> run(entry.fork(), t, calls)))
              .toList();
      for (int t = 0; t < threads; t++) assertThat(got.get(t).get()).isEqualTo(wants[t]);
    }
  }

  /** Descends from a point of its own. */
  private static double[] run(Entry.Doubles entry, int seed, int calls) {
    double[] x = Arrays.stream(point(50, seed)).map(v -> v / 2).toArray(),
        gradient = new double[50];
    for (int i = 0; i < calls; i++) {
      entry.at(x, gradient);
      for (int k = 0; k < x.length; k++) x[k] -= 1e-4 * gradient[k];
    }
    return x;
  }
}
