package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The computable examples of the lecture, their numbers rounded from fifty digits. */
final class LectureExamplesTest {
  private static final String NET =
      "L = (p - 0.8)^2/2; p = sigmoid(z2); z2 = W2*a1 + b2; a1 = sigmoid(z1); z1 = W1*x + b1";

  private final JsonNode examples = examples();
  private final Batch diff = new Batch(Diff::answer),
      eval = new Batch(new Eval()::answer),
      implicit = new Batch(new ImplicitCommand()::answer);
  private final List<String> wrong = new ArrayList<>();
  private int numbers;

  private static JsonNode examples() {
    try (var in =
        Objects.requireNonNull(LectureExamplesTest.class.getResourceAsStream("lecture.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode example(String id) {
    for (JsonNode e : examples) if (e.get("id").stringValue().equals(id)) return e;
    throw new AssertionError(id);
  }

  private static JsonNode ask(Batch command, Map<String, ?> request) {
    JsonNode answer = JsonMapper.shared().readTree(command.answer(Lines.json(request)));
    assertThat(answer.has("error")).as("%s: %s", request, answer).isFalse();
    return answer;
  }

  private static JsonNode chain(String equations, String of, String wrt, JsonNode at) {
    var args = new ArrayList<>(List.of("chain", equations, "--of", of, "--wrt", wrt, "--json"));
    at.properties().forEach(e -> args.addAll(List.of("--at", e.getKey() + "=" + e.getValue())));
    Said said = Said.by(args.toArray(String[]::new));
    assertThat(said.status()).as(said.out()).isZero();
    return JsonMapper.shared().readTree(said.out());
  }

  private void judge(String what, JsonNode got, JsonNode want) {
    numbers++;
    double right = want.doubleValue();
    double tolerance = right == 0 ? 1e-15 : 1e-12 * Math.abs(right);
    if (!(Math.abs(got.doubleValue() - right) <= tolerance))
      wrong.add("%s is %s, not %s".formatted(what, got, want));
  }

  private void allRight(int atLeast) {
    assertThat(wrong).isEmpty();
    assertThat(numbers).isGreaterThanOrEqualTo(atLeast);
  }

  /** The value and both derivatives at a point of an example in one variable. */
  private record Numbers(JsonNode at, JsonNode value, JsonNode first, JsonNode second) {
    static Numbers of(JsonNode p, String x) {
      return p.has("dz_dt")
          ? new Numbers(
              JsonMapper.shared().createObjectNode().set("t", p.get("at").get("t")),
              p.get("z"),
              p.get("dz_dt"),
              p.get("d2z_dt2"))
          : new Numbers(
              p.get("at"),
              p.get("value"),
              p.get("d" + x),
              p.has("d2" + x) ? p.get("d2" + x) : p.get("d" + x + x));
    }
  }

  private record Scalar(String expr, String x, List<Numbers> points) {}

  private List<Scalar> scalars() {
    var out = new ArrayList<Scalar>();
    for (JsonNode e : examples)
      if (e.has("expr")) {
        String x = e.get("var").stringValue();
        var points = new ArrayList<Numbers>();
        e.get("points").forEach(p -> points.add(Numbers.of(p, x)));
        out.add(new Scalar(e.get("expr").stringValue(), x, points));
      }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbolic", "forward", "reverse", "compiled", "all"})
  void evalGivesValueSlopeAndCurvature(String mode) {
    for (Scalar s : scalars())
      for (Numbers p : s.points) {
        JsonNode y = ask(eval, Map.of("expr", s.expr, "at", p.at, "order", 2, "mode", mode));
        judge(s.expr + " at " + p.at, y.get("value"), p.value);
        judge(s.expr + "′ at " + p.at, y.get("gradient").get(s.x), p.first);
        judge(s.expr + "″ at " + p.at, y.get("hessian").get(s.x).get(s.x), p.second);
      }
    allRight(100);
  }

  @Test
  void formulasOfDiffHaveTheseValues() {
    for (Scalar s : scalars())
      for (Numbers p : s.points)
        for (int order : List.of(1, 2)) {
          JsonNode want = order == 1 ? p.first : p.second;
          JsonNode d = ask(diff, Map.of("expr", s.expr, "wrt", s.x, "order", order, "at", p.at));
          JsonNode one = d.get("derivatives").get(0);
          judge("%s, order %d, at %s".formatted(s.expr, order, p.at), one.get("value"), want);
          JsonNode again =
              ask(
                  eval,
                  Map.of("expr", one.get("formula"), "vars", List.of(s.x), "at", p.at, "order", 0));
          judge(one.get("formula") + " at " + p.at, again.get("value"), want);
        }
    allRight(150);
  }

  @Test
  void formulasAreAsTheLecturePrintsThem() {
    Function<String, String> derivative =
        f -> ask(diff, Map.of("expr", f)).get("derivatives").get(0).get("formula").stringValue();
    assertThat(derivative.apply("5/9*(F-32)")).isEqualTo("5/9");
    assertThat(derivative.apply("sin(x^2)")).isEqualTo("2*x*cos(x^2)");
    assertThat(derivative.apply("exp(sqrt(x))")).isEqualTo("exp(sqrt(x))/(2*sqrt(x))");
    assertThat(derivative.apply("sigmoid(z)")).isEqualTo("sigmoid(z)*sigmoid(-z)");
  }

  @Test
  void ratesOfTemperaturesAreChained() {
    JsonNode c = example("S1-celsius").get("composed");
    JsonNode y =
        chain("C = 5/9*(F-32); F = " + c.get("F_of_t").stringValue(), "C", "t", c.get("at"));
    judge("dC/dt", y.get("total"), c.get("dC_dt"));
    allRight(1);
  }

  @Test
  void everyEdgeOfTheTreeDiagramIsRight() {
    for (JsonNode p : example("S3-dz-dt").get("points")) {
      JsonNode y = chain("z = x^2 + sin(x*y); x = t^2; y = exp(t)", "z", "t", p.get("at"));
      judge("z", y.get("value"), p.get("z"));
      judge("dz/dt", y.get("total"), p.get("dz_dt"));
      for (JsonNode e : y.get("edges")) {
        String name = "d%s_d%s".formatted(e.get("to").stringValue(), e.get("from").stringValue());
        judge(name, e.get("value"), p.get(name));
      }
      assertThat(y.get("paths")).hasSize(2);
    }
    allRight(48);
  }

  @Test
  void jacobiansAreProducts() {
    JsonNode e = example("S3-jacobian");
    var equations = new ArrayList<String>();
    for (int i = 0; i < 2; i++)
      equations.add("y%d = %s".formatted(i + 1, e.get("f").get(i).stringValue()));
    for (int i = 0; i < 3; i++)
      equations.add("u%d = %s".formatted(i + 1, e.get("g").get(i).stringValue()));
    String all = String.join("; ", equations);
    var names = List.of("a", "b");
    for (int i = 0; i < 2; i++)
      for (int j = 0; j < 2; j++) {
        JsonNode y = chain(all, "y" + (i + 1), names.get(j), e.get("at"));
        judge(
            "∂y%d/∂%s".formatted(i + 1, names.get(j)), y.get("total"), e.get("J_yx").get(i).get(j));
      }
    for (int i = 0; i < 2; i++)
      for (int k = 0; k < 3; k++)
        judge(
            "∂y%d/∂u%d".formatted(i + 1, k + 1),
            chain(all, "y" + (i + 1), "u" + (k + 1), e.get("at")).get("total"),
            e.get("J_yu").get(i).get(k));
    for (int k = 0; k < 3; k++)
      for (int j = 0; j < 2; j++)
        judge(
            "∂u%d/∂%s".formatted(k + 1, names.get(j)),
            chain(all, "u" + (k + 1), names.get(j), e.get("at")).get("total"),
            e.get("J_ux").get(k).get(j));
    allRight(16);
  }

  private JsonNode circle(JsonNode at) {
    JsonNode e = example("S4-circle");
    return ask(
        implicit,
        Map.of("equations", List.of(e.get("F")), "dep", List.of("y"), "wrt", "x", "at", at));
  }

  @Test
  void theCircleHasSlopeAndCurvature() {
    for (JsonNode p : example("S4-circle").get("points")) {
      JsonNode y = circle(p.get("at"));
      assertThat(y.get("warnings")).isEmpty();
      judge("dy/dx at " + p, y.get("derivatives").get("y").get(0), p.get("dy_dx"));
      judge("d²y/dx² at " + p, y.get("derivatives").get("y").get(1), p.get("d2y_dx2"));
      assertThat(y.get("formulas").get("y").get(0).stringValue()).isEqualTo("-x/y");
    }
    allRight(14);
  }

  @Test
  void whereTheCircleHasNoSlopeOneIsTold() {
    var told = new ArrayList<String>();
    for (JsonNode p : example("S4-circle").get("failure_points"))
      circle(p.get("at")).get("warnings").forEach(w -> told.add(w.get("kind").stringValue()));
    assertThat(told).containsExactly("vertical_tangent", "vertical_tangent", "point_not_on_curve");
  }

  @Test
  void theToyNetworkHasItsGradient() {
    JsonNode e = example("S9-toy-net");
    var at = JsonMapper.shared().createObjectNode();
    e.get("inputs").properties().stream()
        .filter(p -> !p.getKey().equals("y_true"))
        .forEach(p -> at.set(p.getKey(), p.getValue()));
    for (String name : List.of("W1", "b1", "W2", "b2", "x", "z1", "a1", "z2")) {
      JsonNode y = chain(NET, "L", name, at);
      judge("L", y.get("value"), e.get("exact").get("loss"));
      judge("dL/d" + name, y.get("total"), e.get("exact").get("dL_d" + name));
    }
    allRight(16);
  }

  @Test
  void theToyNetworkHasItsHessian() {
    JsonNode e = example("S9-toy-net-hessian");
    JsonNode inputs = example("S9-toy-net").get("inputs");
    for (String mode : List.of("symbolic", "forward", "reverse", "compiled")) {
      var order = new ArrayList<String>();
      e.get("order").forEach(n -> order.add(n.stringValue()));
      var at = JsonMapper.shared().createObjectNode();
      order.forEach(n -> at.set(n, inputs.get(n)));
      JsonNode y =
          ask(
              eval,
              Map.of(
                  "expr",
                  "(sigmoid(W2*sigmoid(W1 + b1) + b2) - 0.8)^2/2",
                  "at",
                  at,
                  "order",
                  2,
                  "mode",
                  mode));
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
          judge(
              "%s, %s, %s".formatted(order.get(i), order.get(j), mode),
              y.get("hessian").get(order.get(i)).get(order.get(j)),
              e.get("hessian").get(i).get(j));
    }
    allRight(48);
  }
}
