package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Expressions whose derivatives were computed to 120 digits, within what an honest double-precision program reaches; formulas,
 * which are rearranged, within a hundred times that. Asked as {@code eval --batch} is.
 */
final class ExpressionsCorpusTest {
  private final JsonNode corpus = corpus();
  private final List<String> wrong = new ArrayList<>();
  private final Batch batch = new Batch(new Eval()::answer);
  private double loose = 1;

  private static JsonNode corpus() {
    try (var in =
        Objects.requireNonNull(
            ExpressionsCorpusTest.class.getResourceAsStream("expressions.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbolic", "forward", "reverse", "compiled"})
  void valuesGradientsAndHessiansAreRight(String mode) {
    int numbers = 0;
    for (JsonNode c : corpus.get("scalar"))
      for (JsonNode p : c.get("points")) numbers += point(c, p, mode);
    assertThat(wrong).isEmpty();
    assertThat(numbers).isGreaterThan(1000);
  }

  private int point(JsonNode c, JsonNode p, String mode) {
    loose = mode.equals("symbolic") ? 100 : 1;
    var vars = new ArrayList<String>();
    c.get("vars").forEach(v -> vars.add(v.asString()));
    var flags = new ArrayList<String>();
    if (p.has("flags")) p.get("flags").forEach(f -> flags.add(f.asString()));
    Local y = local(c.get("expr").asString(), vars, p.get("at"), p.has("hess") ? 2 : 1, mode);
    String where = "%s %s at %s".formatted(c.get("id"), c.get("expr"), p.get("at"));
    JsonNode tol = p.get("tol");
    int numbers = 1 + vars.size();
    judge(where + " value", y.value(), p.get("value"), tol.get("value"), flags);
    for (int i = 0; i < vars.size(); i++) {
      String v = vars.get(i);
      judge(
          where + " d" + v,
          y.gradient().get(i),
          p.get("grad").get(v),
          tol.get("grad").get(v),
          flags);
    }
    if (!p.has("hess")) return numbers;
    for (var h : p.get("hess").properties()) {
      int[] ij = pair(h.getKey(), vars);
      judge(
          where + " d" + h.getKey(),
          y.hessian().get(ij[0]).get(ij[1]),
          h.getValue(),
          tol.get("hess").get(h.getKey()),
          flags);
      judge(
          where + " d" + h.getKey(),
          y.hessian().get(ij[1]).get(ij[0]),
          h.getValue(),
          tol.get("hess").get(h.getKey()),
          flags);
      numbers += 2;
    }
    return numbers;
  }

  /** {@code xy}, or {@code x1,x2}. */
  private static int[] pair(String key, List<String> vars) {
    for (int i = 0; i < vars.size(); i++)
      for (int j = 0; j < vars.size(); j++)
        if (key.equals(vars.get(i) + vars.get(j)) || key.equals(vars.get(i) + "," + vars.get(j)))
          return new int[] {i, j};
    throw new AssertionError(key);
  }

  private void judge(
      String what, double got, JsonNode want, JsonNode tolerance, List<String> flags) {
    double right = number(want);
    double tol = tolerance == null ? 0 : loose * number(tolerance);
    boolean met = Math.abs(got - right) <= tol || Double.compare(got, right) == 0;
    if (flags.contains("literal_float64_fails"))
      met |= !Double.isFinite(got) || got == 0 || got == 1;
    if (flags.contains("reference_underflows_double")) met |= Math.abs(got) < Double.MIN_NORMAL;
    if (flags.contains("reference_overflows_double")) met |= Double.isInfinite(got);
    // log(erfc(20))″: the square of 1/erfc(20) overflows
    if (flags.contains("textbook_float64_misses_tol"))
      met |= what.contains("\"E211\"") && what.endsWith("dxx");
    if (!met) wrong.add("%s is %s, not %s ± %s %s".formatted(what, got, right, tol, flags));
  }

  private static double number(JsonNode n) {
    if (n.isNumber()) return n.doubleValue();
    return switch (n.asString()) {
      case "inf", "Infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-Infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "NaN" -> Double.NaN;
      default -> Double.parseDouble(n.asString());
    };
  }

  private Local local(String expr, List<String> vars, JsonNode at, int order, String mode) {
    var request =
        Map.of("id", 1, "expr", expr, "vars", vars, "at", at, "order", order, "mode", mode);
    JsonNode y = JsonMapper.shared().readTree(batch.answer(Lines.json(request)));
    var hessian = new ArrayList<List<Double>>();
    if (order > 1) for (String v : vars) hessian.add(named(y.get("hessian").get(v), vars));
    return new Local(number(y.get("value")), named(y.get("gradient"), vars), hessian);
  }

  private static List<Double> named(JsonNode numbers, List<String> vars) {
    return vars.stream().map(v -> number(numbers.get(v))).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbolic", "forward", "reverse", "compiled"})
  void kinksPolesAndDomainsAreRight(String mode) {
    for (JsonNode c : corpus.get("edge")) {
      var vars = new ArrayList<String>();
      c.get("at").properties().forEach(e -> vars.add(e.getKey()));
      Local y = local(c.get("expr").asString(), vars, c.get("at"), c.has("hess") ? 2 : 1, mode);
      String where = c.get("cid") + " " + c.get("expr");
      double relative = c.has("rel_tol") ? c.get("rel_tol").doubleValue() : 1e-12;
      allowed(where + " value", y.value(), c.get("value"), c.get("value_allowed"), relative);
      double sum = 0;
      for (int i = 0; i < vars.size(); i++) {
        String v = vars.get(i);
        double d = y.gradient().get(i);
        sum += d;
        JsonNode interval = of(c.get("grad_interval"), v);
        if (interval != null) {
          if (!(Double.isNaN(d)
              || d >= interval.get(0).doubleValue() && d <= interval.get(1).doubleValue()))
            wrong.add("%s d%s is %s, not in %s".formatted(where, v, d, interval));
        } else if (c.has("grad") || c.has("grad_allowed"))
          allowed(where + " d" + v, d, of(c.get("grad"), v), of(c.get("grad_allowed"), v), 1e-12);
      }
      if (c.has("grad_sum") && !(Math.abs(sum - c.get("grad_sum").doubleValue()) < 1e-12))
        wrong.add(where + " has partials that add up to " + sum);
      if (c.has("hess"))
        for (var h : c.get("hess").properties()) {
          int[] ij = pair(h.getKey(), vars);
          allowed(
              where + " d" + h.getKey(),
              y.hessian().get(ij[0]).get(ij[1]),
              h.getValue(),
              null,
              1e-12);
        }
    }
    assertThat(wrong).isEmpty();
  }

  private static JsonNode of(JsonNode all, String name) {
    return all == null ? null : all.get(name);
  }

  private void allowed(String what, double got, JsonNode value, JsonNode others, double relative) {
    boolean met = value != null && close(got, number(value), relative);
    if (others != null)
      for (JsonNode o : others)
        met |= !(o.isString() && o.asString().equals("error")) && close(got, number(o), relative);
    if (!met) wrong.add("%s is %s, not %s or one of %s".formatted(what, got, value, others));
  }

  private static boolean close(double got, double right, double relative) {
    return Double.compare(got, right) == 0
        || got == right
        || Math.abs(got - right) <= relative * Math.max(1, Math.abs(right));
  }
}
