package io.leibniz.verify;

import static io.leibniz.Leibniz.grad;

import io.leibniz.Flow;
import io.leibniz.Key;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.Window;
import io.leibniz.ir.DType;
import io.leibniz.symbolic.explain.Diagram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * What may take how long. Each row is measured nine times after a warm-up; its median is held against the budget, and
 * the exit status is 1 if one is missed. {@code leibniz-verify/budgets} runs it; with the word {@code sizes} it prints the
 * {@link Sizes} of graphs instead.
 */
public final class Budgets {
  private static final int RUNS = 9;

  private Budgets() {}

  /** A figure that must be at most (or, of a rate, at least) {@code limit}. */
  private record Budget(
      String name,
      String unit,
      double limit,
      boolean atLeast,
      int warmUp,
      Callable<Double> measure) {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("sizes")) {
      System.out.print(Sizes.table());
      return;
    }
    var missed = new ArrayList<String>();
    System.out.printf(
        Locale.ROOT,
        "%s%n%-44s %10s %10s %10s   %s%n",
        Machine.description(),
        "median of " + RUNS,
        "least",
        "median",
        "most",
        "budget");
    for (Budget b : all()) {
      for (int i = 0; i < b.warmUp; i++) b.measure.call();
      double[] runs = new double[RUNS];
      for (int i = 0; i < RUNS; i++) runs[i] = b.measure.call();
      Arrays.sort(runs);
      double median = runs[RUNS / 2];
      boolean met = b.atLeast ? median >= b.limit : median <= b.limit;
      if (!met) missed.add(b.name);
      System.out.printf(
          Locale.ROOT,
          "%-44s %10.3f %10.3f %10.3f   %s %s %s%s%n",
          b.name,
          runs[0],
          median,
          runs[RUNS - 1],
          b.atLeast ? "≥" : "≤",
          b.limit,
          b.unit,
          met ? "" : "   missed");
    }
    System.out.println(
        missed.isEmpty() ? "all budgets met" : "missed: " + String.join(", ", missed));
    System.exit(missed.isEmpty() ? 0 : 1);
  }

  private static List<Budget> all() {
    return List.of(
        new Budget(
            "trace and reverse of 10,000 ops", "ms", 200, false, 15, Budgets::tenThousandOps),
        new Budget("interpreter, matmul 512³ f64", "GFLOP/s", 1, true, 5, () -> matmul(DType.F64)),
        new Budget("interpreter, matmul 512³ f32", "GFLOP/s", 1, true, 5, () -> matmul(DType.F32)),
        new Budget(
            "interpreter, LeNet and its gradient, 64 images", "s", 2, false, 2, Budgets::leNet),
        new Budget(
            "gradient of a plain for of 100,000 turns", "s", 5, false, 1, Budgets::plainLoop),
        new Budget("gradient of a loop op of 1,000,000 turns", "s", 15, false, 1, Budgets::loop),
        new Budget("top 20 of 2³⁰ paths and the rest", "s", 1, false, 5, Budgets::paths),
        new Budget("./leibniz --version", "s", 0.5, false, 1, () -> command("--version")),
        new Budget(
            "./leibniz diff sin(x^2)", "s", 0.4, false, 1, () -> command("diff", "sin(x^2)")),
        new Budget(
            "./leibniz eval --batch, gradients, 2 processors",
            "expressions/s",
            10_000,
            true,
            5,
            new Requests(Machine.checkout().resolve("leibniz"))::rate));
  }

  /** Milliseconds for the gradient of a chain of 10,000 ops of several kinds, traced anew. */
  private static double tenThousandOps() {
    long start = System.nanoTime();
    Tensor g =
        grad((Tensor x) -> {
              Tensor y = x;
              for (int i = 0; i < 2500; i++) y = y.sin().times(x).plus(y).tanh();
              return y;
            })
            .of(Tensor.of(0.3));
    if (Double.isNaN(g.item())) throw new AssertionError("no gradient");
    return (System.nanoTime() - start) / 1e6;
  }

  private static double matmul(DType dtype) {
    int n = 512;
    Tensor a = Key.of(1).normal(dtype, n, n), b = Key.of(2).normal(dtype, n, n);
    long start = System.nanoTime();
    a.matmul(b);
    return 2.0 * n * n * n / (System.nanoTime() - start);
  }

  /** Seconds for the gradient of LeNet-5 (LeCun et al., 1998, with relu and max pooling) on 64 images, traced anew, f32. */
  private static double leNet() {
    record Net(Tensor k1, Tensor k2, Tensor w1, Tensor w2, Tensor w3) {
      Tensor loss(Tensor x) {
        Tensor h = x.conv(k1, Window.dense().padding(2)).relu().maxPool(Window.stride(2), 2, 2);
        h = h.conv(k2, Window.dense()).relu().maxPool(Window.stride(2), 2, 2);
        h = h.reshape(h.dim(0), -1).matmul(w1).relu().matmul(w2).relu().matmul(w3);
        return h.logSoftmax(1).slice(Range.all(), Range.at(3)).mean().neg();
      }
    }
    Key key = Key.of(1);
    int[][] shapes = {{6, 1, 5, 5}, {16, 6, 5, 5}, {400, 120}, {120, 84}, {84, 10}};
    var p =
        IntStream.range(0, 5)
            .mapToObj(i -> key.fold(i).normal(DType.F32, shapes[i]).times(0.1))
            .toList();
    Tensor x = key.fold(9).uniform(DType.F32, 64, 1, 28, 28);
    long start = System.nanoTime();
    Net g =
        grad((Net n) -> n.loss(x)).of(new Net(p.get(0), p.get(1), p.get(2), p.get(3), p.get(4)));
    if (Double.isNaN(g.k1().sum().item())) throw new AssertionError("no gradient");
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds for the gradient of c ← sin(c·w), a hundred thousand times in plain Java, traced anew. */
  private static double plainLoop() {
    long start = System.nanoTime();
    Tensor g =
        grad((Tensor w) -> {
              Tensor c = Tensor.of(0.5);
              for (int i = 0; i < 100_000; i++) c = c.times(w).sin();
              return c;
            })
            .of(Tensor.of(1.3));
    if (Double.isNaN(g.item())) throw new AssertionError("no gradient");
    return (System.nanoTime() - start) / 1e9;
  }

  /** Likewise for a million turns of a loop that stays in the graph. */
  private static double loop() {
    long start = System.nanoTime();
    Tensor g =
        grad((Tensor w) ->
                Flow.fori(1_000_000, Tensor.of(0.5), (Tensor i, Tensor c) -> c.times(w).sin()))
            .of(Tensor.of(1.3));
    if (Double.isNaN(g.item())) throw new AssertionError("no gradient");
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds for the paths that matter most in a row of thirty diamonds. */
  private static double paths() {
    var vertices = new ArrayList<>(List.of(new Diagram.Vertex("u0", "", 0)));
    var edges = new ArrayList<Diagram.Edge>();
    for (int i = 1; i <= 30; i++) {
      vertices.add(new Diagram.Vertex("u" + i, "", 0));
      for (String side : List.of("a" + i, "b" + i)) {
        vertices.add(new Diagram.Vertex(side, "", 0));
        edges.add(new Diagram.Edge("u" + (i - 1), side, "", side.hashCode() % 7 - 2.5));
        edges.add(new Diagram.Edge(side, "u" + i, "", side.hashCode() % 5 - 1.5));
      }
    }
    long start = System.nanoTime();
    var paths = new Diagram(vertices, edges).paths("u30", "u0", 20);
    if (paths.shown().size() != 20) throw new AssertionError("no paths");
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds for a start of the command that is built already, as a process. */
  private static double command(String... args) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Machine.checkout().resolve("leibniz").toString()));
    command.addAll(List.of(args));
    long start = System.nanoTime();
    int status =
        new ProcessBuilder(command)
            .inheritIO()
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (status != 0)
      throw new IOException(String.join(" ", command) + " ended with status " + status);
    return (System.nanoTime() - start) / 1e9;
  }
}
