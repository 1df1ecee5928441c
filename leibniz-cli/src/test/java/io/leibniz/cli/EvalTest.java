package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class EvalTest {
  private static JsonNode json(String... args) {
    Said said = Said.by(args);
    assertThat(said.err()).isEmpty();
    assertThat(said.status()).isZero();
    return JsonMapper.shared().readTree(said.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"symbolic", "forward", "reverse", "compiled", "all"})
  void valueGradientAndHessianAreNamed(String mode) {
    JsonNode y =
        json(
            "eval", "x^2*y", "--at", "x=3", "--at", "y=2", "--order", "2", "--mode", mode,
            "--json");
    ((ObjectNode) y).remove("agreement");
    assertThat(y.toString())
        .isEqualTo(
            "{'value':18.0,'gradient':{'x':12.0,'y':9.0},'hessian':{'x':{'x':4.0,'y':6.0},'y':{'x':6.0,'y':0.0}}}"
                .replace('\'', '"'));
  }

  @Test
  void whatIsNotFiniteIsAString() {
    assertThat(json("eval", "1/x", "--at", "x=0", "--json").toString())
        .isEqualTo("{\"value\":\"Infinity\",\"gradient\":{\"x\":\"-Infinity\"}}");
    assertThat(json("eval", "log(-1)", "--json", "--order", "0").toString())
        .isEqualTo("{\"value\":\"NaN\"}");
  }

  @Test
  void allModesAndDifferencesAgree() {
    JsonNode all =
        json(
            "eval",
            "sin(x)*y^x",
            "--at",
            "x=pi/3",
            "--at",
            "y=2",
            "--order",
            "2",
            "--mode",
            "all",
            "--json");
    JsonNode agreement = all.get("agreement");
    assertThat(agreement.get("forward").doubleValue()).isLessThan(1e-14);
    assertThat(agreement.get("reverse").doubleValue()).isLessThan(1e-14);
    assertThat(agreement.get("compiled").doubleValue()).isLessThan(1e-14);
    assertThat(agreement.get("numeric").doubleValue()).isBetween(1e-16, 1e-7);
  }

  @Test
  void peopleSeeHowFarTheModesAreApart() {
    assertThat(Said.by("eval", "x^2", "--at", "x=3", "--mode", "all").out().lines())
        .startsWith(
            "value  9",
            "∂/∂x   6",
            "largest relative difference from the symbolic result",
            "  forward   0",
            "  reverse   0")
        .last()
        .asString()
        .startsWith("  numeric ");
  }

  @Test
  void peopleGetATable() {
    assertThat(
            Said.by("eval", "x^2*y", "--at", "x=3", "--at", "y=1/3", "--order", "2").out().lines())
        .containsExactly(
            "value  3",
            "∂/∂x   2",
            "∂/∂y   9",
            "Hessian",
            "                  x             y",
            "    x      0.666667             6",
            "    y             6             0");
  }

  @Test
  void anErrorPointsAtItsPlace() {
    String l = System.lineSeparator();
    assertThat(Said.by("eval", "sin(x^2", "--at", "x=1"))
        .isEqualTo(
            new Said(
                2,
                "",
                "leibniz: unbalanced parenthesis: `(` is never closed; add `)`"
                    + l
                    + "  sin(x^2"
                    + l
                    + "     ^"
                    + l));
    assertThat(Said.by("eval", "1 + einh(x)", "--at", "x=1").err())
        .isEqualTo(
            "leibniz: unknown function `einh`; did you mean `sinh`?"
                + l
                + "  1 + einh(x)"
                + l
                + "      ^^^^"
                + l);
    assertThat(Said.by("eval", "x*y", "--at", "x=1").err())
        .startsWith("leibniz: unknown variable `y`; known: x; or give it a value, as in --at y=1");
    assertThat(Said.by("eval", "x + 1\n + $", "--at", "x=1").err())
        .endsWith("   + $" + l + "     ^" + l);
    assertThat(
            Said.by("eval", "x*".repeat(9000) + "$" + "*x".repeat(9), "--at", "x=1")
                .err()
                .lines()
                .toList())
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(90))
        .last()
        .asString()
        .endsWith("^");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eval x+ --at x=1                      | unexpected_end   | 2",
        "eval x*y --at x=1                     | unknown_variable | 2",
        "eval x --at x=1+                      | unexpected_end   | 2",
        "eval x --at sin=1                     | usage            | 0",
        "eval x --at x=1 --order 3             | usage            | 0",
        "eval x --at x=1 --mode fast           | usage            | 0",
        "eval                                  | usage            | 0",
      })
  void withJsonAnErrorHasItsKindAndPlace(String args, String kind, int at) {
    Said said = Said.by((args + " --json").split(" "));
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.err()).isEmpty();
    JsonNode error = JsonMapper.shared().readTree(said.out()).get("error");
    assertThat(error.get("kind").stringValue()).isEqualTo(kind.toLowerCase(Locale.ROOT));
    assertThat(error.get("at").intValue()).isEqualTo(at);
    assertThat(error.get("message").stringValue()).isNotBlank();
  }
}
