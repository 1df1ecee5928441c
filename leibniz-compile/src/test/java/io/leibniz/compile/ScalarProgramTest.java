package io.leibniz.compile;

import static io.leibniz.Leibniz.jit;
import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.Fn;
import io.leibniz.Tensor;
import io.leibniz.compile.run.Kernels.Twins;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Programs of scalars of any length, of many threads, and very many programs. */
class ScalarProgramTest {

  /** {@code n} ops on three scalars, each of values made before; all is used, and nothing grows. */
  private static Graph program(long seed, int n, int results) {
    var random = new SplittableRandom(seed);
    return KernelRun.graph(
        List.of(Type.of(DType.F64), Type.of(DType.F64), Type.of(DType.I64)),
        xs -> {
          var all = new ArrayList<>(List.of(xs.get(0), xs.get(1)));
          Tensor k = xs.get(2);
          for (int i = 0; i < n; i++) {
            Tensor a = all.getLast(),
                b = all.get(random.nextInt(Math.max(0, all.size() - 200), all.size()));
            switch (random.nextInt(12)) {
              case 0, 1 -> all.add(a.plus(b).times(0.5));
              case 2, 3 -> all.add(a.times(b).minus(0.3));
              case 4, 5 -> all.add(a.minus(b).times(0.7));
              case 6 -> all.add(a.gt(b).select(a.times(0.9), b.plus(0.1)));
              case 7 -> all.add(a.maximum(b.neg()).minimum(2));
              case 8 -> {
                k = k.times(5).plus(i).xor(k);
                all.add(k.and(Tensor.of(1023L)).cast(DType.F64).times(1e-3).minus(a.times(0.5)));
              }
              case 9 -> all.add(a.square().plus(1).sqrt().minus(1));
              case 10 ->
                  all.add(random.nextInt(10) == 0 ? a.sin().plus(b.times(0.1)) : a.times(0.8));
              default -> all.add(random.nextInt(10) == 0 ? a.tanh() : a.neg().plus(0.2));
            }
          }
          var out = new ArrayList<>(all.subList(all.size() - results, all.size()));
          out.add(k);
          return out;
        });
  }

  private static List<Array> arguments(double x) {
    return List.of(
        Array.of(Shape.SCALAR, new double[] {x}),
        Array.of(Shape.SCALAR, new double[] {0.7 - x}),
        Array.of(Shape.SCALAR, new long[] {(long) (1000 * x)}));
  }

  private static void sameAsInterpreted(Graph g, List<Array> got, List<Array> args) {
    var want = Program.of(g).run(args);
    for (int i = 0; i < want.size(); i++) {
      Array y = (Array) want.get(i);
      if (y.dtype() == DType.F64)
        assertThat(got.get(i).number(0))
            .as("result " + i)
            .isCloseTo(y.number(0), org.assertj.core.data.Offset.offset(1e-9));
      else assertThat(got.get(i).same(y)).isTrue();
    }
  }

  /** Around the sizes at which code is cut, and with more results than one method stores. */
  @Test
  void codeOfAnyLengthIsTheInterpreters() {
    var compiler = new Compiler(Twins.SCALAR);
    for (int n : new int[] {1, 2, 10, 60, 80, 90, 100, 110, 125, 250, 251, 500, 1000, 3000})
      for (int results : new int[] {1, Math.min(n, 99), Math.min(n, 100), Math.min(n, 250)}) {
        Graph g = program(n + results, n, results);
        var exe = compiler.compile(g, Set.of());
        for (double x : new double[] {0, 0.3, -1.2, Double.NaN, 1 / 0.0})
          if (Double.isFinite(x)) sameAsInterpreted(g, exe.run(arguments(x)), arguments(x));
          else assertThat(exe.run(arguments(x))).hasSameSizeAs(g.results());
      }
  }

  @Test
  @Timeout(60)
  void hundredThousandOpsAnswerFromTheFirstCall(TestReporter reporter) {
    Graph g = program(1, 50_000, 3);
    assertThat(g.order().size()).isGreaterThan(100_000);
    long start = System.nanoTime();
    var exe = new Compiler(Twins.WARMED).compile(g, Set.of());
    long compiled = System.nanoTime();
    for (double x : new double[] {0.3, -0.4, 0.3})
      sameAsInterpreted(g, exe.run(arguments(x)), arguments(x));
    reporter.publishEntry(
        "%d ops: compiled in %.1f s, three answers and the interpreter's after %.1f s more"
            .formatted(
                g.order().size(), (compiled - start) / 1e9, (System.nanoTime() - compiled) / 1e9));
    assertThat(compiled - start).isLessThan(30_000_000_000L);
  }

  @Test
  void manyThreadsCallOneFunction() throws Exception {
    Fn<List<Tensor>, List<Tensor>> f =
        x -> {
          Tensor y = x.get(0).matmul(x.get(1)).plus(x.get(2)).tanh();
          return List.of(y, y.softmax(1), y.sum(0).plus(x.get(2)), x.get(2).sum());
        };
    int threads = 8, calls = 1000;
    var args = IntStream.range(0, threads).mapToObj(ScalarProgramTest::tensors).toList();
    var want = args.stream().map(a -> jit(f).of(a)).toList();
    var together = jit(f); // not yet compiled: they meet there too
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var tasks = new ArrayList<Callable<Integer>>();
      for (int t = 0; t < threads; t++) {
        int me = t;
        tasks.add(
            () -> {
              int wrong = 0;
              for (int i = 0; i < calls; i++)
                if (!together.of(args.get(me)).equals(want.get(me))) wrong++;
              return wrong;
            });
      }
      for (var wrong : pool.invokeAll(tasks)) assertThat(wrong.get()).isZero();
    }
  }

  @Test
  void virtualThreadsMayCall() throws Exception {
    var f = jit((Tensor x) -> x.matmul(x).relu().sum());
    Tensor x = tensors(3).get(0).matmul(tensors(4).get(1));
    double want = f.of(x).item();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Double>>();
      for (int i = 0; i < 200; i++) tasks.add(() -> f.of(x).item());
      for (var got : pool.invokeAll(tasks)) assertThat(got.get()).isEqualTo(want);
    }
  }

  private static List<Tensor> tensors(int seed) {
    var random = new SplittableRandom(seed);
    int[][] shapes = {{7, 33}, {33, 7}, {7}};
    var out = new ArrayList<Tensor>();
    for (int[] s : shapes)
      out.add(
          Tensor.of(
              random.doubles(IntStream.of(s).reduce(1, (a, b) -> a * b), -1, 1).toArray(), s));
    return out;
  }

  /** Programs that nobody holds any more take their code with them. */
  @Test
  void codeOfForgottenProgramsIsUnloaded(TestReporter reporter) throws InterruptedException {
    int many = Boolean.getBoolean("leibniz.full") ? 10_000 : 1000;
    var classes = ManagementFactory.getClassLoadingMXBean();
    var compiler = new Compiler(Twins.SCALAR);
    many(compiler, 0, 100);
    collect();
    int before = classes.getLoadedClassCount();
    many(compiler, 100, 100 + many);
    int most = classes.getLoadedClassCount();
    collect();
    int after = classes.getLoadedClassCount();
    reporter.publishEntry(
        "classes: %d before, %d at most, %d after".formatted(before, most, after));
    assertThat(after - before).isLessThan(many / 5);
  }

  private static void many(Compiler compiler, int from, int to) {
    for (int i = from; i < to; i++) {
      double k = i;
      Graph g =
          KernelRun.graph(
              List.of(Type.of(DType.F64, 5), Type.of(DType.F64, 5, 3)),
              x ->
                  List.of(
                      x.get(0).times(k + 0.5).plus(1).sum(), x.get(0).matmul(x.get(1)).plus(k)));
      var out =
          compiler
              .compile(g, Set.of())
              .run(
                  List.of(
                      Array.full(Type.of(DType.F64, 5), 1),
                      Array.full(Type.of(DType.F64, 5, 3), 2)));
      assertThat(out.getFirst().f64()[0]).isEqualTo(5 * (k + 1.5));
    }
  }

  /** Soft and weak references are cleared by a collection or two, classes unloaded by a full one. */
  private static void collect() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
  }
}
