package io.leibniz.compile.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.ir.DType;
import io.leibniz.ir.Pointwise;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * The graphs against the truth. In F64 that is what {@code src/test/recorded/elementary.py} recorded; in F32 core's double,
 * whose own error is nothing there. At edges the results are core's exactly.
 */
class ElementaryTest {
  private static final double ULPS = 2;

  /** How many steps a graph may have: a ceiling against growth. */
  private static final Map<String, int[]> STEPS =
      new TreeMap<>(
          Map.ofEntries(
              // spotless:off
      steps("neg", 1, 1), steps("abs", 1, 1), steps("sign", 4, 4), steps("floor", 13, 13), steps("ceil", 15, 15), steps("round", 10, 10),
      steps("exp", 25, 30), steps("expm1", 31, 36), steps("log", 34, 37), steps("log1p", 40, 43), steps("log2", 35, 38), steps("log10", 36, 39),
      steps("sqrt", 1, 1), steps("rsqrt", 2, 2), steps("cbrt", 49, 52),
      steps("sin", 31, 37), steps("cos", 30, 36), steps("tan", 32, 34), steps("asin", 23, 31), steps("acos", 29, 37), steps("atan", 23, 34),
      steps("sinh", 40, 48), steps("cosh", 27, 32), steps("tanh", 45, 52), steps("asinh", 52, 55), steps("acosh", 55, 58), steps("atanh", 50, 53),
      steps("one_minus_square", 2, 2), steps("sech", 36, 41), steps("sigmoid", 35, 40), steps("softplus", 47, 55),
      steps("gauss", 30, 35), steps("erf", 62, 85), steps("erfc", 65, 88),
      steps("add", 1, 1), steps("sub", 1, 1), steps("mul", 1, 1), steps("div", 1, 1), steps("max", 10, 10), steps("min", 8, 8),
      steps("pow", 119, 128), steps("atan2", 40, 51), steps("hypot", 21, 21), steps("xlogy", 39, 42)
      // spotless:on
              ));

  private static Map.Entry<String, int[]> steps(String name, int single, int twice) {
    return Map.entry(name, new int[] {single, twice});
  }

  /** A function of one or two numbers with its graph. */
  private record Graph(
      String name,
      DType type,
      int arity,
      DoubleBinaryOperator core,
      Expr result,
      Evaluate evaluate,
      @Nullable Evaluate covers) {
    boolean covers(double a) {
      return covers == null || covers.of(a) != 0;
    }

    double truth(double a, double b) {
      double y = core.applyAsDouble(a, b);
      return type == DType.F32 ? (float) y : y;
    }

    double of(double a, double b) {
      return arity == 1 ? evaluate.of(a) : evaluate.of(a, b);
    }

    double narrow(double x) {
      return type == DType.F32 ? (float) x : x;
    }

    @Override
    public String toString() {
      return name + " " + type;
    }
  }

  private static Stream<Graph> graphs(DType type) {
    var all = new ArrayList<@Nullable Graph>();
    for (Pointwise.Unary f : Pointwise.Unary.values()) {
      Expr x = new Expr.Block().load(type, 0);
      all.add(
          graph(
              name(f),
              type,
              1,
              (a, _) -> f.of(a),
              Elementary.unary(f, x),
              Elementary.covers(f, x)));
    }
    for (Pointwise.Binary f : Pointwise.Binary.values()) {
      var block = new Expr.Block();
      Expr y = Elementary.binary(f, block.load(type, 0), block.load(type, 1));
      all.add(graph(name(f), type, 2, f::of, y, null));
    }
    return all.stream().filter(Objects::nonNull).map(Objects::requireNonNull);
  }

  private static @Nullable Graph graph(
      String name,
      DType type,
      int arity,
      DoubleBinaryOperator f,
      @Nullable Expr y,
      @Nullable Expr covers) {
    return y == null
        ? null
        : new Graph(
            name, type, arity, f, y, new Evaluate(y), covers == null ? null : new Evaluate(covers));
  }

  private static String name(Enum<?> f) {
    return f.name().toLowerCase(Locale.ROOT);
  }

  private static final double[] EDGES = {
    0,
    1,
    2,
    3,
    0.5,
    1.5,
    2.5,
    1e-3,
    0.7,
    1e5,
    4194303.5,
    8388607.5,
    8388608,
    16777217,
    0x1p52,
    0x1p53 + 2,
    0x1.8p51,
    0x1p62,
    0x1p63,
    Float.MIN_VALUE,
    0x1p-140,
    Float.MIN_NORMAL,
    Math.nextDown(Float.MIN_NORMAL),
    Float.MAX_VALUE,
    Double.MIN_VALUE,
    0x1p-1060,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    Math.nextUp(1f),
    Math.nextDown(1f),
    Math.nextUp(1.0),
    Math.nextDown(1.0),
    1e30,
    1e300,
    1e-30,
    1e-300,
    88.72,
    88.73,
    87.3,
    103.97,
    103.98,
    104,
    105,
    110,
    709.78,
    709.79,
    708.3,
    745.13,
    745.14,
    746,
    750,
    9.2,
    10.05,
    10.06,
    10.1,
    26.5,
    27.2,
    27.3,
    28,
    89.4,
    89.5,
    710.47,
    710.48,
    1024,
    1023,
    1074,
    1075,
    127,
    128,
    149,
    150,
    Double.POSITIVE_INFINITY,
    Double.NaN
  };

  /** Where core's result is NaN, infinite or 0, so is the graph's, with its sign; and wholes stay near. */
  @TestFactory
  Stream<DynamicTest> edgesAreCores() {
    return Stream.of(DType.F32, DType.F64)
        .flatMap(ElementaryTest::graphs)
        .map(
            g ->
                DynamicTest.dynamicTest(
                    g.toString(),
                    () -> {
                      for (double a : EDGES)
                        for (int i = 0; i < 2; i++)
                          for (double b : g.arity == 1 ? new double[] {0} : EDGES)
                            for (int j = 0; j < g.arity; j++)
                              edge(g, g.narrow(i == 0 ? a : -a), g.narrow(j == 0 ? b : -b));
                    }));
  }

  /** With a constant on one side a graph may be shorter, and says the same. */
  @TestFactory
  Stream<DynamicTest> constantsChangeNothing() {
    return Stream.of(DType.F32, DType.F64)
        .flatMap(
            type ->
                Stream.of(Pointwise.Binary.MAX, Pointwise.Binary.MIN, Pointwise.Binary.POW)
                    .map(
                        f ->
                            DynamicTest.dynamicTest(
                                f + " " + type,
                                () -> {
                                  for (double edge : EDGES)
                                    for (double k : new double[] {edge, -edge})
                                      for (boolean left : new boolean[] {false, true}) {
                                        var block = new Expr.Block();
                                        Expr x = block.load(type, 0), c = block.constant(type, k);
                                        Expr y =
                                            left
                                                ? Elementary.binary(f, c, x)
                                                : Elementary.binary(f, x, c);
                                        Graph g =
                                            Objects.requireNonNull(
                                                graph(
                                                    name(f),
                                                    type,
                                                    1,
                                                    left
                                                        ? (a, _) ->
                                                            f.of(
                                                                type == DType.F32 ? (float) k : k,
                                                                a)
                                                        : (a, _) ->
                                                            f.of(
                                                                a,
                                                                type == DType.F32 ? (float) k : k),
                                                    y,
                                                    null));
                                        for (double a : EDGES)
                                          for (double b : new double[] {a, -a})
                                            edge(g, g.narrow(b), 0);
                                      }
                                })));
  }

  private static void edge(Graph g, double a, double b) {
    double want = g.covers(a) ? g.truth(a, b) : Double.NaN, got = g.of(a, b);
    String at = g + " at " + a + (g.arity == 1 ? "" : ", " + b) + ": " + got + ", not " + want;
    if (Double.isNaN(want) || Double.isNaN(got) || want == 0 && got == 0)
      assertThat(Double.compare(got, want)).as(at).isZero();
    else
      assertThat((double) Math.abs(place(g.type, got) - place(g.type, want)))
          .as(at)
          .isLessThanOrEqualTo(4);
  }

  /** Where {@code x} lies in the order of all floats of its type. */
  private static long place(DType type, double x) {
    long bits = Evaluate.bits(type, x),
        least = type == DType.F32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    return bits < 0 ? least - bits : bits;
  }

  private static double at(long place) {
    return Double.longBitsToDouble(place < 0 ? Long.MIN_VALUE - place : place);
  }

  /** Every float of a stride. */
  @TestFactory
  Stream<DynamicTest> singles(TestReporter reporter) {
    int stride = Boolean.getBoolean("leibniz.full") ? 977 : 9973;
    return graphs(DType.F32)
        .filter(g -> g.arity == 1)
        .map(
            g ->
                DynamicTest.dynamicTest(
                    g.toString(),
                    () -> {
                      var worst = new Worst(g);
                      for (long i = Integer.MIN_VALUE; i <= Integer.MAX_VALUE; i += stride) {
                        float x = Float.intBitsToFloat((int) i);
                        if (g.covers(x)) worst.single(x, 0, g.core.applyAsDouble(x, 0), g.of(x, 0));
                      }
                      worst.publish(reporter);
                    }));
  }

  /** What only moves bits or rounds once is core's to the last bit, in F64 too. */
  @TestFactory
  Stream<DynamicTest> someAreExact() {
    Set<String> exact =
        Set.of(
            "neg", "abs", "sign", "floor", "ceil", "round", "sqrt", "add", "sub", "mul", "div",
            "max", "min");
    return graphs(DType.F64)
        .filter(g -> exact.contains(g.name))
        .map(
            g ->
                DynamicTest.dynamicTest(
                    g.toString(),
                    () -> {
                      for (long i = 1; i <= 200_000; i++) {
                        double a = Double.longBitsToDouble(i * WEYL[1][0]),
                            b = Double.longBitsToDouble(i * WEYL[1][1]);
                        for (double x :
                            new double[] {
                              a,
                              (i - 100_000) / 8.0,
                              Math.scalb(a, -Math.getExponent(a) + (int) (i % 60))
                            })
                          assertThat(Double.compare(g.of(x, b), g.truth(x, b)))
                              .as("%s at %s, %s", g, x, b)
                              .isZero();
                      }
                    }));
  }

  /** Pairs of floats, spread by a sequence that leaves no gaps. */
  @TestFactory
  Stream<DynamicTest> pairsOfSingles(TestReporter reporter) {
    int count = Boolean.getBoolean("leibniz.full") ? 1_000_000 : 50_000;
    return graphs(DType.F32)
        .filter(g -> g.arity == 2)
        .map(
            g ->
                DynamicTest.dynamicTest(
                    g.toString(),
                    () -> {
                      var worst = new Worst(g);
                      float[] bounds = {Float.MAX_VALUE, 100, 2, 1.01f};
                      for (float bound : bounds)
                        for (long i = 1; i <= count; i++) {
                          long
                              low =
                                  Float.floatToRawIntBits(bound < Float.MAX_VALUE ? 1 / bound : 0),
                              high = Float.floatToRawIntBits(bound);
                          float x =
                              Float.intBitsToFloat(
                                  (int)
                                      (low
                                          + Math.unsignedMultiplyHigh(high - low, i * WEYL[1][0])));
                          float y = Float.intBitsToFloat((int) (i * WEYL[1][1] >> 32)),
                              z = (float) (100 / Math.log(x) * (y % 1));
                          for (float b : new float[] {y, z})
                            worst.single(x, b, g.core.applyAsDouble(x, b), g.of(x, b));
                        }
                      worst.publish(reporter);
                    }));
  }

  /** The recorded points. */
  @TestFactory
  Stream<DynamicTest> doubles(TestReporter reporter) throws IOException {
    Map<String, List<Point>> points = points();
    return graphs(DType.F64)
        .filter(g -> points.containsKey(g.name))
        .map(
            g ->
                DynamicTest.dynamicTest(
                    g.toString(),
                    () -> {
                      var worst = new Worst(g);
                      for (Point p : points.get(g.name)) worst.recorded(p);
                      worst.publish(reporter);
                    }));
  }

  /** So that the test can fail: a factor of 1 + 2⁻⁵⁰ is seen. */
  @TestFactory
  Stream<DynamicTest> fourUlpsAreSeen() throws IOException {
    Map<String, List<Point>> points = points();
    return graphs(DType.F64)
        .filter(g -> points.containsKey(g.name))
        .map(
            g ->
                DynamicTest.dynamicTest(
                    g.toString(),
                    () -> {
                      var wrong =
                          new Worst(
                              new Graph(
                                  g.name,
                                  g.type,
                                  g.arity,
                                  g.core,
                                  g.result,
                                  new Evaluate(g.result.times(1 + 0x1p-50)),
                                  null));
                      points.get(g.name).forEach(wrong::recorded);
                      assertThat(wrong.ulps).isGreaterThan(ULPS);
                    }));
  }

  /** The largest error, in ulps, and where. */
  private static final class Worst {
    private final Graph graph;
    private double ulps, a, b;
    private int points;

    Worst(Graph graph) {
      this.graph = graph;
    }

    /** By the place of |truth| in 256ths of an ulp, modulo 65536. */
    void recorded(Point p) {
      double y = graph.of(p.a, p.b), core = graph.core.applyAsDouble(p.a, p.b);
      long off = place(DType.F64, y) - place(DType.F64, core);
      if (Math.abs(off) > 64) see(p.a, p.b, Math.abs((double) off));
      else
        see(p.a, p.b, Math.abs((short) ((place(DType.F64, Math.abs(y)) << 8) - p.truth)) / 256.0);
    }

    void single(double x, double z, double truth, double y) {
      float nearest = (float) truth;
      if (Float.isNaN(nearest) || Double.isNaN(y))
        see(x, z, Float.isNaN(nearest) && Double.isNaN(y) ? 0 : 1e9);
      else if (Float.isInfinite(nearest) || Double.isInfinite(y))
        see(x, z, Math.abs(place(DType.F32, y) - place(DType.F32, nearest)));
      else see(x, z, Math.abs(y - truth) / Math.ulp(nearest));
    }

    private void see(double x, double z, double error) {
      points++;
      if (error > ulps) {
        ulps = error;
        a = x;
        b = z;
      }
    }

    void publish(TestReporter reporter) {
      String where = graph.arity == 1 ? "" + a : a + ", " + b;
      String line =
          "%.2f ulp at %s, %d points, %d steps"
              .formatted(ulps, where, points, Evaluate.count(graph.result));
      reporter.publishEntry(graph.toString(), line);
      if (Boolean.getBoolean("leibniz.full")) System.out.printf("%-20s %s%n", graph, line);
      assertThat(ulps).as("%s at %s", graph, where).isLessThanOrEqualTo(ULPS);
    }
  }

  private record Point(double a, double b, short truth) {}

  private static final long[][] WEYL = {
    {0x9E3779B97F4A7C15L}, {0xC13FA9A902A6328FL, 0x91E10DA5C79E7B1DL}
  };

  private static Map<String, List<Point>> points() throws IOException {
    var all = new TreeMap<String, List<Point>>();
    try (var data = new DataInputStream(resource("elementary.bin"))) {
      for (String line :
          new String(resource("elementary.csv").readAllBytes(), StandardCharsets.UTF_8)
              .split("\n")) {
        String[] cells = line.split(",");
        long[] weyl = WEYL[cells.length / 2 - 2];
        for (long i = 1; i <= Integer.parseInt(cells[1]); i++) {
          double[] x = new double[2];
          for (int j = 0; j < weyl.length; j++) {
            long low = place(DType.F64, Double.parseDouble(cells[2 + 2 * j])),
                high = place(DType.F64, Double.parseDouble(cells[3 + 2 * j]));
            x[j] = at(low + Math.unsignedMultiplyHigh(high - low, i * weyl[j]));
          }
          all.computeIfAbsent(cells[0], _ -> new ArrayList<>())
              .add(new Point(x[0], x[1], Short.reverseBytes(data.readShort())));
        }
      }
    }
    return all;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(ElementaryTest.class.getResourceAsStream(name), name);
  }

  @Test
  void graphsStaySmall() {
    Stream.of(DType.F32, DType.F64)
        .flatMap(ElementaryTest::graphs)
        .forEach(
            g -> {
              int[] most = STEPS.getOrDefault(g.name, new int[2]);
              assertThat(Evaluate.count(g.result))
                  .as(g.toString())
                  .isLessThanOrEqualTo(most[g.type == DType.F32 ? 0 : 1]);
            });
  }
}
