package io.leibniz.symbolic.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DerivativesTest {

  private static String derivative(String f, String x) {
    return Formula.of(new Derivatives(Expression.parse(f)).by(List.of(x)).formula()).text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sin(x^2)              | 2*x*cos(x^2)",
        "x*y/(x+y)             | y^2/(x + y)^2",
        "tanh(x)               | sech(x)^2",
        "1/(1+exp(-x))         | sigmoid(x)*sigmoid(-x)",
        "log(1+exp(x))         | sigmoid(x)",
        "-log(sigmoid(x))      | -sigmoid(-x)",
        "x/(y/(z/x))           | 0",
        "sin(x)^2 + cos(x)^2   | 0",
        "cosh(x)^2 - sinh(x)^2 | 0",
        "gamma(x+1)/gamma(x)   | 1",
        "exp(1)^x - e^x + x    | 1",
        "x*1e300*1e-300        | 1",
        "0.1*x + 0.2*x         | 0.3",
        "x/3 + x/6             | 1/2",
        "abs(x)*abs(x)         | 2*x",
        "sqrt(x^2)             | sign(x)",
        "sqrt(x)*sqrt(x)       | 1",
        "x^2*sign(x)           | 2*abs(x)",
        "sqrt(4*x)             | 1/sqrt(x)",
        "atan(1/x)             | -1/(x^2 + 1)",
        "erf(x)                | 2/(sqrt(pi)*exp(x^2))",
        "pi*x + e*x            | pi + e",
        "x^x                   | (log(x) + 1)*x^x",
        "relu(x-1)*x           | if(x > 1, 2*x - 1, 0)",
      })
  void formulasAreWrittenAsOneWritesThem(String f, String formula) {
    assertThat(derivative(f, "x")).isEqualTo(formula);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "log(x)        | x > 0",
        "log(x-2)      | x > 2",
        "atanh(x)      | abs(x) < 1",
        "max(x, 3)     | x != 3",
        "hypot(x, 0*x) | x != 0",
        "sin(x)        | ",
        "if(x > 0, log(x), x) | ",
      })
  void conditionsSayWhereTheyHold(String f, String condition) {
    var d = new Derivatives(Expression.parse(f)).by(List.of("x"));
    assertThat(d.conditions().stream().map(Formula::text).toList())
        .isEqualTo(condition == null ? List.of() : List.of(condition));
  }

  @Test
  void whereTheFormulaDoesNotHoldTheConventionDoes() {
    assertThat(at("max(x, 3)", 3)).isEqualTo(0.5);
    assertThat(at("abs(x)", 0)).isZero();
    assertThat(at("x^0", 0)).isZero();
    assertThat(at("log(x)", -1)).isNaN();
    assertThat(at("if(x > 0, sqrt(x), x)", -4)).isEqualTo(1);
  }

  private static double at(String f, double x) {
    return new Derivatives(Expression.parse(f)).by(List.of("x")).at(new double[] {x});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exp(sin(x))",
        "sin(x^2)/(1+x)",
        "x^2*exp(-x)",
        "tanh(x)",
        "log(1+x^2)",
        "(1+x)^(1/3)",
        "1/(1+x^2)"
      })
  void highOrdersAgreeWithATaylorSweep(String text) {
    Expression f = Expression.parse(text);
    var derivatives = new Derivatives(f);
    double x = 0.6;
    Tensor right =
        Leibniz.derivatives(
            (Tensor t) -> Tensor.of(f.graph().inline(List.of(t.node())).getFirst()),
            Tensor.of(x),
            8);
    for (int n = 1; n <= 8; n++) {
      var d = derivatives.by(Collections.nCopies(n, "x"));
      double want = right.at(n).item();
      assertThat(d.at(new double[] {x})).isCloseTo(want, within(1e-9 * (1 + Math.abs(want))));
      Expression read = Expression.parse(Formula.of(d.formula()).text(), List.of("x"));
      var again = new Derivatives(read).by(List.of());
      if (n <= 6)
        assertThat(again.at(new double[] {x}))
            .as("order %d of %s", n, text)
            .isCloseTo(want, within(1e-7 * (1 + Math.abs(want))));
    }
  }

  @Test
  void orderTwentyIsAnsweredByOneSweep() {
    var d = new Derivatives(Expression.parse("exp(2*x)")).by(Collections.nCopies(20, "x"));
    assertThat(d.at(new double[] {0.5})).isCloseTo(Math.pow(2, 20) * Math.E, within(1e-4));
    assertThat(Formula.of(d.formula()).text()).isEqualTo("1048576*exp(2*x)");
  }

  @Test
  void allPartialsOfAnOrderComeOnce() {
    var all = new Derivatives(Expression.parse("x^2*y*z^3")).all(List.of("x", "y", "z"), 2);
    var wrt = new ArrayList<String>();
    all.forEach(d -> wrt.add(String.join("", d.wrt())));
    assertThat(wrt).containsExactly("xx", "xy", "xz", "yy", "yz", "zz");
    assertThat(Formula.of(all.get(2).formula()).text()).isEqualTo("6*x*y*z^2");
  }

  @Test
  void eachStepIsATrueStatementAndTheLastIsTheFormula() {
    var d = new Derivatives(Expression.parse("x^2*sin(x)/(1+cos(x)^2)")).by(List.of("x"));
    assertThat(d.steps())
        .extracting(Step::rule)
        .contains("quotient", "product", "power", "chain", "sum", "table:sin", "table:cos");
    assertThat(d.steps().getLast().after()).isEqualTo(Formula.of(d.formula()).text());
    assertThat(d.derivations()).allSatisfy(log -> assertThat(Checker.complaint(log)).isEmpty());
  }
}
