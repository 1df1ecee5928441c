package io.leibniz.cli.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tour computes what the lecture computes, and catches each of its slips. */
final class TourTest {
  private static final Map<Integer, Ran> RAN = new HashMap<>();

  private record Ran(String text, Stage stage) {}

  /** Section n, run once. */
  private static Ran section(int n) {
    synchronized (RAN) {
      return RAN.computeIfAbsent(
          n,
          _ -> {
            var text = new StringWriter();
            var stage = new Stage(new PrintWriter(text, true), false);
            Section s = Section.all().get(n - 1);
            stage.title(n, s);
            s.run(stage);
            return new Ran(text.toString(), stage);
          });
    }
  }

  private static String flowing(int section) {
    return section(section).text.replaceAll("\\s+", " ");
  }

  @Test
  void everySectionRunsOnEightyColumns() {
    assertThat(Section.all()).hasSize(14);
    for (int n = 1; n <= 14; n++)
      assertThat(section(n).text.lines())
          .as("section %d", n)
          .hasSizeGreaterThan(3)
          .noneMatch(l -> l.length() > 80 || l.contains("\u001b") || l.contains("null"));
  }

  /** Where in the tour each slip is caught, and by what it is recognised. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1  | fact: velocity times acceleration | m²/s³, and ds/dt is a speed, m/s. Uniform acceleration: s = u²/(2a), u = at. Claimed u·a: on the edge s ← u the claim has u where ∂s/∂u = u/a",
        "2  | rigor: the remainder              | a remainder φ(k)·k/h is left over, −0.404938 at h = 0.1",
        "2  | rigor: cancellation               | (−0.5) · (−0.666667) · (−3) = −1, not 1",
        "2  | rigor: e^√x at 0                  | needs x > 0. At x = 10⁻⁸ it is 5000.5; at 0 the function has the value 1, but its slope is ∞",
        "3  | algebra: 2x for 2t                | on the edge x ← t the claim has 2x where dx/dt = 2t. At t = 0 and t = 1 both agree",
        "4  | rigor: ∂F/∂y ≠ 0                  | (1, 0): ∂F/∂y is 0 there: the tangent is vertical",
        "4  | rigor: off the curve              | (1, 1): the point is not on the curve",
        "4  | fact: normalising layers          | They are explicit formulas, differentiated by the ordinary chain rule",
        "6  | notation: ŷ                       | δ¹ takes the slope at a¹; it is σ′(z¹). w1[0, 1] claimed",
        "6  | notation: no ⊙                    | The product is element by element, ⊙: [2] ⊙ [2] is [2]",
        "6  | rigor: elementwise, bias          | as softmax does, σ′ is a matrix: Jᵀ·u is (0.179011,",
        "6  | rigor: bias                       | The bias' gradient is δ itself: ∂L/∂b¹ = δ¹",
        "6  | rigor: O(n)                       | reverse mode 1 run of the loss for all 100 slopes differences 101 runs, n + 1",
        "7  | notation: two conventions         | our W¹ [2×3] is its W², our W² [1×2] is its W³; there is no W¹, and δ runs from l = 3 down to 2",
        "7  | algebra: a·δᵀ                     | w1 is claimed as [3×2], but its leaf is [2×3]: transpose it. Where a layer is square",
        "7  | notation: lost subscript          | ∂L/∂W² at w2, ∂L/∂W¹ at w1",
        "7  | rigor: softmax                    | Jᵀ∇ₐL = (0.249475, 0.136915, −0.38639), which is p − y = (0.249475, 0.136915, −0.38639)",
        "7  | fact: momentum                    | They are rules for the step after it. The gradient by b² is −0.0140114 whoever asks",
        "8  | fact: navigates                   | An optimiser moves: after one step",
        "8  | fact: small sigmoids              | It is at most 0.25, at z = 0",
        "9  | code: line breaks                 | begins with a comment mark: of its 53 characters 0 are code",
        "9  | fact: no difference               | comparisons of the gradient with them, the worst off by",
        "9  | code: x.T                         | w1 is claimed as [1], but its leaf is [1×1]",
        "9  | code: outer, half the gradients   | ∂L/∂W² = −0.00433662, ∂L/∂b² = −0.0067166, L = 0.000689283. ∂L/∂W¹ = ∂L/∂b¹ only because x = 1",
        "10 | code: E0689                       | it prints `At x=3: -5.466781571308061`",
        "10 | code: sqrt                        | d/dx √x = 1/(2√x), 0.353553 at x = 2",
        "13 | rigor: multiplication             | has 2 paths: all local slopes multiplied give 36, the sum over paths gives 12",
        "14 | fact: 2920 words                  | Split at blanks it has 1,374",
        "6  | intro: reverse accumulation       | forward mode uses it too, and took 100 runs where reverse mode took 1",
      })
  void aSlipIsCaught(int section, String slip, String caught) {
    assertThat(flowing(section)).as(slip).contains(caught);
  }

  @Test
  void slipsAreCounted() {
    int slips = 0;
    for (int n = 1; n <= 13; n++) slips += section(n).stage.slips();
    assertThat(slips).isEqualTo(26);
    assertThat(flowing(14)).contains("26 slips of the lecture caught; the next one is no. 27");
  }

  // ---- the numbers

  private static final Map<String, List<Integer>> SECTIONS =
      Map.of(
          "S3-jacobian", List.of(3, 12),
          "S7-backprop-3-2-1", List.of(7),
          "S9-toy-net-hessian", List.of(5));

  /** What is given, or cannot be known to all digits: the residual of a point that is rounded itself. */
  private static final Set<String> GIVEN =
      new TreeSet<>(
          Set.of(
              "at", "F", "inputs", "W2", "b2", "W3", "b3", "x", "y_true", "upstream", "tangent"));

  @Test
  void everyNumberOfTheLectureIsComputed() throws IOException {
    JsonNode examples;
    try (InputStream in = TourTest.class.getResourceAsStream("lecture-examples.json")) {
      examples = JsonMapper.shared().readTree(Objects.requireNonNull(in)).get("examples");
    }
    var missing = new ArrayList<String>();
    int compared = 0;
    for (JsonNode e : examples) {
      String id = e.get("id").stringValue();
      int own = Integer.parseInt(e.get("section").stringValue().replaceAll("/.*", ""));
      var computed = new ArrayList<Double>();
      for (int n : SECTIONS.getOrDefault(id, List.of(own)))
        computed.addAll(section(n).stage.computed());
      var wanted = new HashMap<String, Double>();
      numbers(e, id, wanted);
      compared += wanted.size();
      wanted.forEach(
          (path, x) -> {
            if (computed.stream().noneMatch(c -> near(c, x))) missing.add(path + " = " + x);
          });
    }
    assertThat(missing).isEmpty();
    assertThat(compared).isGreaterThan(250);
  }

  private static boolean near(double computed, double wanted) {
    return Math.abs(computed - wanted) <= 2e-13 * Math.abs(wanted) + 1e-300;
  }

  private static void numbers(JsonNode n, String path, Map<String, Double> out) {
    if (n.isNumber()) out.put(path, n.doubleValue());
    else if (n.isObject())
      n.properties()
          .forEach(
              p -> {
                boolean value = p.getKey().equals("x") && n.has("dz_dx");
                if (value || !GIVEN.contains(p.getKey()))
                  numbers(p.getValue(), path + "." + p.getKey(), out);
              });
    else if (n.isArray())
      for (int i = 0; i < n.size(); i++) numbers(n.get(i), path + "[" + i + "]", out);
  }

  /** To the last digit: what its Python and its Rust print. */
  @Test
  void theProgramPrintsWhatTheLecturesDoes() throws IOException {
    assertThat(section(9).text)
        .contains("Chain rule deriv at x=3.0: -5.466781571308061")
        .contains("Grad W1: [-0.00230498], Grad b1: [-0.00230498]")
        .contains("Chain rule deriv at x=3: -5.466781571308061")
        .contains("Grad W1: -0.0023049782993272727, Grad b1: -0.0023049782993272727");
    try (InputStream in = TourTest.class.getResourceAsStream("lecture-examples.json")) {
      for (JsonNode e : JsonMapper.shared().readTree(Objects.requireNonNull(in)).get("examples"))
        if (e.get("float64_run") instanceof JsonNode run && run.isObject())
          run.properties()
              .forEach(
                  p ->
                      assertThat(section(9).stage.computed())
                          .as(p.getKey())
                          .contains(p.getValue().doubleValue()));
    }
    assertThat(section(10).text)
        .contains("2*x*cos(x**2)")
        .contains("4*t**3 + (t**2*exp(t) + 2*t*exp(t))*cos(t**2*exp(t))")
        .doesNotContain("not equal");
  }
}
