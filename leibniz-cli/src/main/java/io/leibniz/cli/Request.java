package io.leibniz.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/** One line of {@code --batch}. What is missing where it is needed, or of a wrong type, is complained of. */
record Request(JsonNode json) {

  String expr() {
    return text("expr")
        .orElseThrow(() -> new Complaint("the request has no `expr`; add {\"expr\":\"x^2\"}"));
  }

  boolean has(String name) {
    return given(name).isPresent();
  }

  List<String> equations() {
    var equations = texts("equations");
    if (equations.isEmpty())
      throw new Complaint("the request has no `equations`; add {\"equations\":[\"y = x^2\"]}");
    return equations;
  }

  Optional<List<String>> vars() {
    return given("vars").map(_ -> texts("vars"));
  }

  /** A point; out-of-range numbers are the strings that this command prints for them. */
  SequencedMap<String, Double> at() {
    var out = new LinkedHashMap<String, Double>();
    JsonNode at = given("at").orElse(null);
    if (at == null) return out;
    if (!at.isObject()) throw wrong("at", "an object, as in {\"x\":3}", at);
    at.properties().forEach(e -> out.put(e.getKey(), number(e.getKey(), e.getValue())));
    return out;
  }

  List<String> wrt() {
    return texts("wrt");
  }

  List<String> dep() {
    return texts("dep");
  }

  Optional<String> of() {
    return text("of");
  }

  Optional<String> claim() {
    return text("claim");
  }

  Optional<String> mode() {
    return text("mode");
  }

  Optional<Integer> order() {
    return given("order")
        .map(
            n -> {
              if (!n.isInt()) throw wrong("order", "a whole number", n);
              return n.intValue();
            });
  }

  boolean solve() {
    return given("solve")
        .map(
            n -> {
              if (!n.isBoolean()) throw wrong("solve", "true or false", n);
              return n.booleanValue();
            })
        .orElse(false);
  }

  private Optional<JsonNode> given(String name) {
    return Optional.ofNullable(json.get(name)).filter(n -> !n.isNull());
  }

  private Optional<String> text(String name) {
    return given(name)
        .map(
            n -> {
              if (!n.isString()) throw wrong(name, "a string", n);
              return n.stringValue();
            });
  }

  /** One string, or an array of them; empty if there is none. */
  private List<String> texts(String name) {
    JsonNode n = given(name).orElse(null);
    if (n == null) return List.of();
    if (n.isString()) return List.of(n.stringValue());
    var out = new ArrayList<String>();
    if (n.isArray())
      for (JsonNode s : n) {
        if (!s.isString()) throw wrong(name, "strings", s);
        out.add(s.stringValue());
      }
    else throw wrong(name, "a string or an array of strings", n);
    return out;
  }

  private static double number(String name, JsonNode n) {
    if (n.isNumber()) return n.doubleValue();
    if (n.isString())
      switch (n.stringValue()) {
        case "NaN" -> {
          return Double.NaN;
        }
        case "Infinity" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-Infinity" -> {
          return Double.NEGATIVE_INFINITY;
        }
        default -> {}
      }
    throw wrong("at." + name, "a number", n);
  }

  private static Complaint wrong(String name, String needed, JsonNode got) {
    String shown = got.toString();
    return new Complaint(
        "`%s` needs %s, got %s"
            .formatted(name, needed, shown.length() > 60 ? shown.substring(0, 60) + "…" : shown));
  }
}
