package io.leibniz.symbolic.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Flow;
import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import io.leibniz.symbolic.explain.Diagram.Edge;
import io.leibniz.symbolic.explain.Diagram.Vertex;
import io.leibniz.symbolic.explain.Paths.Path;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sum over paths, the largest of them first, whatever their number; and the pictures. */
final class DiagramTest {

  /** z = x² + sin(xy), x = t², y = eᵗ, at t = 0.7: the lecture's third section. */
  private static Diagram lecture() {
    return new Diagram(
        List.of(
            new Vertex("z", "x² + sin(x·y)", 1.07433),
            new Vertex("x", "t²", 0.49),
            new Vertex("y", "eᵗ", 2.01375),
            new Vertex("t", "", 0.7)),
        List.of(
            new Edge("x", "z", "2x + y·cos(xy)", 2.09041),
            new Edge("y", "z", "x·cos(xy)", 0.270193),
            new Edge("t", "x", "2t", 1.4),
            new Edge("t", "y", "eᵗ", 2.01375)));
  }

  @Test
  void theTreeOfTheLecture() {
    var d = lecture();
    assertThat(DiagramText.lines(d, d.paths("z", "t", 5)))
        .containsExactly(
            "z = x² + sin(x·y) = 1.07433",
            "├─ ∂z/∂x = 2x + y·cos(xy) = 2.09041",
            "│  └─ dx/dt = 2t          = 1.4        z ← x ← t   2.09041 · 1.4      = 2.92657",
            "└─ ∂z/∂y = x·cos(xy)      = 0.270193",
            "   └─ dy/dt = eᵗ          = 2.01375    z ← y ← t   0.270193 · 2.01375 = 0.544101",
            "                                                                dz/dt = 3.47068");
  }

  /** n diamonds one above the other, each of two ways: 2ⁿ paths. */
  private static Diagram diamonds(int n) {
    var vertices = new ArrayList<Vertex>();
    var edges = new ArrayList<Edge>();
    var random = new Random(1);
    vertices.add(new Vertex("u0", "", 0));
    for (int i = 1; i <= n; i++) {
      vertices.add(new Vertex("a" + i, "", 0));
      vertices.add(new Vertex("b" + i, "", 0));
      vertices.add(new Vertex("u" + i, "", 0));
      for (String side : List.of("a", "b")) {
        edges.add(new Edge("u" + (i - 1), side + i, "", random.nextGaussian()));
        edges.add(new Edge(side + i, "u" + i, "", random.nextGaussian()));
      }
    }
    return new Diagram(vertices, edges);
  }

  @Test
  void ofAThousandMillionPathsTheLargestAreFound() {
    var d = diamonds(30);
    var paths = d.paths("u30", "u0", 20);
    assertThat(paths.count()).isEqualTo(BigInteger.TWO.pow(30));
    assertThat(paths.shown()).hasSize(20).doesNotHaveDuplicates();
    assertThat(paths.shown())
        .isSortedAccordingTo(Comparator.comparingDouble(p -> -Math.abs(p.product())));
    double largest = 1;
    for (int i = 1; i <= 30; i++) {
      double most = 0;
      for (String side : List.of("a", "b"))
        most = Math.max(most, Math.abs(d.into(side + i).getFirst().partial() * out(d, side + i)));
      largest *= most;
    }
    assertThat(Math.abs(paths.shown().getFirst().product()))
        .isCloseTo(largest, within(largest * 1e-12));
    assertThat(DiagramText.lines(d, paths)).allMatch(l -> l.length() <= 80);
  }

  /** A path of ten thousand edges is one line, and takes no longer than it must. */
  @Test
  void depthIsNoTrouble() {
    int n = 10_000;
    var vertices = new ArrayList<Vertex>();
    var edges = new ArrayList<Edge>();
    var random = new Random(2);
    for (int i = 0; i < n; i++) {
      vertices.add(new Vertex("v" + i, "", 0));
      for (int j = 1; j <= 3 && j <= i; j++)
        edges.add(new Edge("v" + (i - j), "v" + i, "", random.nextGaussian()));
    }
    var d = new Diagram(vertices, edges);
    var lines = DiagramText.lines(d, d.paths("v" + (n - 1), "v0", 5));
    assertThat(lines).hasSize(8).allMatch(l -> l.length() <= 80);
  }

  private static double out(Diagram d, String name) {
    return d.edges().stream()
        .filter(e -> e.from().equals(name))
        .findFirst()
        .orElseThrow()
        .partial();
  }

  /** Against all paths, enumerated, in exact arithmetic. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void theLargestAndTheRemainderAreThoseOfAllPaths(int seed) {
    var d = random(seed, 9);
    String of = "v8", wrt = "v0";
    var all = new ArrayList<List<Edge>>();
    enumerate(d, of, wrt, List.of(), all);
    var products = new ArrayList<BigDecimal>();
    for (var p : all)
      products.add(
          p.stream()
              .map(e -> new BigDecimal(e.partial()))
              .reduce(BigDecimal.ONE, BigDecimal::multiply));
    products.sort(Comparator.comparing((BigDecimal x) -> x.abs()).reversed());
    for (int k : new int[] {0, 1, 3, 10, 1000}) {
      var paths = d.paths(of, wrt, k);
      assertThat(paths.count().intValue()).isEqualTo(all.size());
      assertThat(paths.shown()).hasSize(Math.min(k, all.size()));
      for (int i = 0; i < paths.shown().size(); i++)
        assertThat(Math.abs(paths.shown().get(i).product()))
            .isEqualTo(products.get(i).abs().doubleValue());
      assertThat(paths.total())
          .isEqualTo(products.stream().reduce(BigDecimal.ZERO, BigDecimal::add).doubleValue());
      var rest = products.subList(Math.min(k, all.size()), all.size());
      assertThat(paths.remainder())
          .isEqualTo(rest.stream().reduce(BigDecimal.ZERO, BigDecimal::add).doubleValue());
    }
  }

  private static Diagram random(int seed, int n) {
    var random = new Random(seed);
    var vertices = new ArrayList<Vertex>();
    var edges = new ArrayList<Edge>();
    for (int i = 0; i < n; i++) {
      vertices.add(new Vertex("v" + i, "", 0));
      for (int j = 0; j < i; j++)
        for (int twice = 0; twice < 2; twice++)
          if (random.nextInt(3) > 0)
            edges.add(
                new Edge(
                    "v" + j,
                    "v" + i,
                    "",
                    random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4)));
    }
    return new Diagram(vertices, edges);
  }

  private static void enumerate(
      Diagram d, String at, String to, List<Edge> done, List<List<Edge>> all) {
    if (at.equals(to)) {
      all.add(done);
      return;
    }
    for (Edge e : d.into(at)) {
      var more = new ArrayList<>(done);
      more.add(e);
      enumerate(d, e.from(), to, more, all);
    }
  }

  // ---- odd numbers

  private static Diagram fan(double... partials) {
    var vertices = new ArrayList<>(List.of(new Vertex("z", "", 0), new Vertex("t", "", 0)));
    var edges = new ArrayList<Edge>();
    for (int i = 0; i < partials.length; i++) {
      vertices.add(new Vertex("x" + i, "", 0));
      edges.add(new Edge("x" + i, "z", "", partials[i]));
      edges.add(new Edge("t", "x" + i, "", 1));
    }
    return new Diagram(vertices, edges);
  }

  @Test
  void whatSpoilsTheSumComesFirstAndZerosLast() {
    var paths = fan(0, -3, Double.NaN, 2, Double.NEGATIVE_INFINITY).paths("z", "t", 9);
    assertThat(paths.shown())
        .extracting(Path::product)
        .containsExactly(Double.NaN, Double.NEGATIVE_INFINITY, -3.0, 2.0, 0.0);
    assertThat(paths.total()).isNaN();
    assertThat(fan(1, Double.POSITIVE_INFINITY).paths("z", "t", 1).total()).isInfinite();
    assertThat(fan(1, Double.POSITIVE_INFINITY).paths("z", "t", 1).remainder()).isEqualTo(1);
  }

  @Test
  void productsOverflowOnlyAtTheirEnds() {
    var d =
        new Diagram(
            List.of(
                new Vertex("a", "", 0),
                new Vertex("b", "", 0),
                new Vertex("c", "", 0),
                new Vertex("d", "", 0),
                new Vertex("e", "", 0)),
            List.of(
                new Edge("a", "b", "", 1e300),
                new Edge("b", "c", "", 1e300),
                new Edge("c", "d", "", Double.MIN_VALUE),
                new Edge("d", "e", "", 1e-290)));
    var paths = d.paths("e", "a", 1);
    double expected =
        new BigDecimal(1e300)
            .pow(2)
            .multiply(new BigDecimal(Double.MIN_VALUE))
            .multiply(new BigDecimal(1e-290))
            .doubleValue();
    assertThat(paths.total()).isEqualTo(expected);
    assertThat(paths.shown().getFirst().product()).isEqualTo(expected);
  }

  @Test
  void aSmallRemainderKeepsItsDigits() {
    var paths = fan(1e20, -1e20, 1e-10, 3e-11).paths("z", "t", 2);
    assertThat(paths.remainder()).isEqualTo(1e-10 + 3e-11);
    assertThat(paths.total()).isEqualTo(1e-10 + 3e-11);
  }

  @Test
  void noPathsAndTheEmptyPath() {
    var d = lecture();
    var none = d.paths("x", "y", 3);
    assertThat(none).isEqualTo(new Paths("x", "y", 0, BigInteger.ZERO, List.of(), 0));
    assertThat(d.paths("z", "z", 3).total()).isEqualTo(1);
    assertThat(d.paths("z", "z", 3).count()).isEqualTo(BigInteger.ONE);
    assertThat(DiagramText.lines(d, none)).last().asString().isEqualTo("dx/dy = 0");
  }

  @Test
  void whatIsNoDiagramIsRefused() {
    var a = new Vertex("a", "", 0);
    var b = new Vertex("b", "", 0);
    assertThatThrownBy(
            () ->
                new Diagram(
                    List.of(a, b), List.of(new Edge("a", "b", "", 1), new Edge("b", "a", "", 1))))
        .hasMessageContaining("depends on itself");
    assertThatThrownBy(() -> new Diagram(List.of(a, a), List.of()))
        .hasMessageContaining("called a");
    assertThatThrownBy(() -> new Diagram(List.of(a), List.of(new Edge("a", "c", "", 1))))
        .hasMessageContaining("c");
  }

  // ---- of functions

  private static Tensor f(List<Tensor> p) {
    Tensor t = p.getFirst();
    Tensor x = t.square(), y = t.exp();
    return x.square().plus(x.times(y).sin());
  }

  @Test
  void aTracedFunctionHasItsOwnDiagram() {
    var at = List.of(Tensor.of(0.7));
    var d = Diagram.of(DiagramTest::f, at);
    assertThat(d.edges())
        .extracting(e -> d.symbol(e) + " = " + e.formula())
        .contains("dv₁/d[0] = 2·[0]", "dv₂/d[0] = v₂");
    var paths = d.paths("y", "[0]", 10);
    assertThat(paths.count().intValue()).isEqualTo(3);
    assertThat(paths.total())
        .isCloseTo(Leibniz.grad(DiagramTest::f).of(at).getFirst().item(), within(1e-15));
    assertThat(DiagramText.lines(d, paths)).allMatch(l -> l.length() <= 80);
  }

  @Test
  void arraysAndLoopsAreVerticesToo() {
    var p =
        Map.of(
            "w",
            Tensor.of(new double[][] {{1, 2}, {3, 4}}),
            "x",
            Tensor.vector(0.5, -0.25),
            "s",
            Tensor.of(2.0));
    var d =
        Diagram.of(
            (Map<String, Tensor> q) -> {
              Tensor x = Objects.requireNonNull(q.get("x")), s = Objects.requireNonNull(q.get("s"));
              Tensor h = Objects.requireNonNull(q.get("w")).matmul(x).tanh();
              return h.sum()
                  .times(Flow.fori(3, s, (Tensor _, Tensor y) -> y.sin()))
                  .plus(s.maximum(1));
            },
            p);
    assertThat(d.edges())
        .extracting(Edge::formula)
        .contains("w·dx  [2] ← [2]", "dw·x  [2] ← [2×2]");
    assertThat(DiagramText.lines(d, d.paths("y", "x", 3))).noneMatch(l -> l.contains("NaN"));
    double total = d.paths("y", "s", 5).total();
    assertThat(total)
        .isCloseTo(
            Math.tanh(0) + 1 + (Math.tanh(0) + Math.tanh(0.5)) * loopSlope(2), within(1e-12));
  }

  private static double loopSlope(double s) {
    double slope = 1;
    for (int i = 0; i < 3; i++) {
      slope *= Math.cos(s);
      s = Math.sin(s);
    }
    return slope;
  }

  // ---- pictures

  @Test
  void nothingInThePictureLiesOnAnythingElse() {
    var odd =
        new Diagram(
            List.of(new Vertex("<z>&\"", "a < b", 1), new Vertex("x\u0001", "", Double.NaN)),
            List.of(new Edge("x\u0001", "<z>&\"", "\\\"<", 2)));
    for (var d :
        List.of(
            lecture(),
            odd,
            diamonds(4),
            random(3, 7),
            Diagram.of(DiagramTest::f, List.of(Tensor.of(0.7))))) {
      String svg = DiagramSvg.of(d);
      assertThat(svg.replaceAll("&(amp|lt|gt|quot);", "")).doesNotContain("&", "\u0001", "<z>");
      var boxes = new ArrayList<Layered.Box>();
      var layout = new Layered(d, l -> new Layered.Box(l, 90, 40), l -> new Layered.Box(l, 70, 30));
      boxes.addAll(layout.vertices);
      boxes.addAll(layout.labels);
      for (var a : boxes)
        for (var b : boxes)
          if (a != b)
            assertThat(
                    Math.abs(a.x - b.x) + 1e-6 >= (a.width + b.width) / 2
                        || Math.abs(a.y - b.y) + 1e-6 >= (a.height + b.height) / 2)
                .isTrue();
      assertThat(DiagramDot.of(d)).startsWith("digraph").endsWith("}\n");
    }
  }
}
