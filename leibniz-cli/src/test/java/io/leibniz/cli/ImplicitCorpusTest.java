package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Curves and systems whose derivatives were computed to many digits; asked as {@code implicit --batch} is. */
final class ImplicitCorpusTest {
  private final JsonNode corpus = corpus();
  private final Batch batch = new Batch(new ImplicitCommand()::answer);
  private final List<String> wrong = new ArrayList<>();
  private int numbers;

  private static JsonNode corpus() {
    try (var in =
        Objects.requireNonNull(ImplicitCorpusTest.class.getResourceAsStream("implicit.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode answer(Object equations, Object dep, Object wrt, Object at, boolean solve) {
    return answer(
        Map.of(
            "equations", equations, "dep", dep, "wrt", wrt, "at", at, "order", 2, "solve", solve));
  }

  private JsonNode answer(Map<String, ?> request) {
    return JsonMapper.shared().readTree(batch.answer(Lines.json(request)));
  }

  private void judge(String what, JsonNode got, JsonNode want, JsonNode tol) {
    numbers++;
    if (got == null || !(Math.abs(got.doubleValue() - want.doubleValue()) <= tol.doubleValue()))
      wrong.add("%s is %s, not %s ± %s".formatted(what, got, want, tol));
  }

  private void judge(String what, JsonNode got, String exact) {
    numbers++;
    if (got == null
        || new BigDecimal(exact).subtract(got.decimalValue()).abs().doubleValue() > 1e-12)
      wrong.add("%s is %s, not %s".formatted(what, got, exact));
  }

  @Test
  void slopesAndCurvaturesOfCurvesAreRight() {
    for (JsonNode c : corpus.get("curves"))
      for (JsonNode p : c.get("points")) {
        JsonNode y = answer(List.of(c.get("F")), List.of("y"), "x", p.get("at"), false);
        String where = c.get("id") + " " + p.get("at");
        assertThat(y.get("warnings")).as(where).isEmpty();
        JsonNode d = y.get("derivatives").get("y");
        judge(where + " dy/dx", d.get(0), p.get("dy_dx"), p.get("tol").get("dy_dx"));
        judge(where + " d²y/dx²", d.get(1), p.get("d2y_dx2"), p.get("tol").get("d2y_dx2"));
      }
    assertThat(wrong).isEmpty();
    assertThat(numbers).isGreaterThan(40);
  }

  @Test
  void curvesAreFoundFromNearby() {
    for (JsonNode c : corpus.get("curves"))
      for (JsonNode p : c.get("points")) {
        var guess = Map.of("x", p.get("at").get("x"), "y", p.get("y_guess"));
        JsonNode y = answer(List.of(c.get("F")), List.of("y"), "x", guess, true);
        judge(
            c.get("id") + " from " + guess,
            y.get("point").get("y"),
            p.get("y_exact").stringValue());
        assertThat(y.get("warnings")).isEmpty();
      }
    assertThat(wrong).isEmpty();
    assertThat(numbers).isGreaterThan(20);
  }

  @Test
  void derivativesOfSystemsAreRight() {
    for (JsonNode s : corpus.get("systems")) {
      JsonNode y =
          answer(s.get("equations"), s.get("unknowns"), s.get("params"), s.get("at"), false);
      assertThat(y.get("warnings")).isEmpty();
      for (String d : List.of("d1", "d2"))
        for (var u : s.get(d).properties()) {
          JsonNode of = y.get("derivatives").get(u.getKey());
          for (var by : u.getValue().properties())
            judge(
                s.get("id") + " " + u.getKey() + " by " + by.getKey(),
                of.isArray() ? of.get(d.equals("d1") ? 0 : 1) : of.get(by.getKey()),
                by.getValue(),
                s.get("tol").get(d));
        }
    }
    assertThat(wrong).isEmpty();
    assertThat(numbers).isGreaterThan(70);
  }

  @Test
  void systemsAreSolvedFromNearby() {
    for (JsonNode s : corpus.get("systems")) {
      var guess = new LinkedHashMap<String, JsonNode>();
      s.get("params").forEach(p -> guess.put(p.stringValue(), s.get("at").get(p.stringValue())));
      s.get("guess").properties().forEach(u -> guess.put(u.getKey(), u.getValue()));
      JsonNode y = answer(s.get("equations"), s.get("unknowns"), s.get("params"), guess, true);
      for (var u : s.get("exact").properties())
        judge(
            s.get("id") + " " + u.getKey(),
            y.get("point").get(u.getKey()),
            u.getValue().stringValue());
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void whereThereIsNoFunctionOneIsTold() {
    for (JsonNode c : corpus.get("singularCurves")) {
      JsonNode y = answer(List.of(c.get("F")), List.of("y"), "x", c.get("at"), false);
      assertThat(y.get("warnings")).as(c.toString()).hasSize(1);
      assertThat(y.get("warnings").get(0).get("kind")).isEqualTo(c.get("expected"));
    }
    for (JsonNode s : corpus.get("singularSystems")) {
      JsonNode y =
          answer(s.get("equations"), s.get("unknowns"), s.get("params"), s.get("at"), false);
      assertThat(y.get("error").get("kind")).isEqualTo(s.get("expected"));
    }
  }
}
