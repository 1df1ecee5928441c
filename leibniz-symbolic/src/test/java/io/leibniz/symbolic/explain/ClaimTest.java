package io.leibniz.symbolic.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.symbolic.RandomExpression;
import io.leibniz.symbolic.text.Equations;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import io.leibniz.symbolic.text.SyntaxException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaimTest {
  private static final String LECTURE = "z = x^2 + sin(x*y); x = t^2; y = exp(t)";

  private static Claim.Verdict judged(String equations, String of, String wrt, String claim) {
    var rule = new ChainRule(Equations.parse(equations).definitions());
    return new Claim(rule, of, List.of(wrt), Expression.parse(claim)).verdict();
  }

  private static Claim.Verdict judged(String f, String claim, int order) {
    Expression y = Expression.parse(f, List.of("x"));
    return Claim.of(
            y, java.util.Collections.nCopies(order, "x"), Expression.parse(claim, List.of("x")))
        .verdict();
  }

  @Test
  void theSlipOfTheLectureIsOnAnEdge() {
    var v = judged(LECTURE, "z", "t", "2*x*2*t + cos(x*y)*y*2*x + cos(x*y)*x*exp(t)");
    assertThat(v.correct()).isFalse();
    assertThat(v.wrong()).isEqualTo("on the edge x ← t the claim has 2x where dx/dt = 2t");
    assertThat(v.hiding()).containsExactly(Map.of("t", 0.0), Map.of("t", 1.0));
    assertThat(v.witness().orElseThrow().expected())
        .isNotEqualTo(v.witness().orElseThrow().claimed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2*x*2*t + cos(x*y)*y*2*t + cos(x*y)*x*exp(t)",
        "4*t^3 + (t^2 + 2*t)*exp(t)*cos(t^2*exp(t))",
        "(2*x + y*cos(x*y))*2*t + x*y*cos(x*y)",
      })
  void whatIsRightIsRightHoweverItIsWritten(String claim) {
    assertThat(judged(LECTURE, "z", "t", claim).correct()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2*x*2*t + cos(x*y)*y*2*t                      | the path z ← y ← t is missing its term",
        "2*x*2*t + cos(x*y)*y*2*t + cos(x*y)*x*exp(t) + t | the term t is too much",
        "2*x*2*t + cos(x*y)*y*2*t + cos(x*y)*x*t       | on the edge y ← t the claim has t where dy/dt",
        "2*x*2*t + cos(x*y)*y*2*t + cos(x*y)*y*exp(t)  | on the edge z ← y the claim has y·cos(xy)",
        "2*x*2*t + sin(x*y)*y*2*t + cos(x*y)*x*exp(t)  | on the edge z ← x the claim has y·sin(xy) where ∂z/∂x has y·cos(xy)",
      })
  void theWrongEdgeIsNamed(String claim, String said) {
    assertThat(judged(LECTURE, "z", "t", claim).wrong()).startsWith(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sin(x^2)      | cos(x^2)              | the inner derivative d/dx x² = 2x is missing",
        "sin(x^2)      | -2*x*cos(x^2)         | the sign of",
        "sin(x^2)      | x*cos(x^2)            | the factor 2 is missing",
        "sin(x^2)      | 2*x*cos(x^2) + 1      | the term 1 is too much",
        "exp(sin(x))   | exp(sin(x))           | the inner derivative d/dx sin(x) = cos(x) is missing",
        "log(cos(3*x)) | 1/cos(3*x)            | the inner derivative d/dx cos(3x) = −3sin(3x) is missing",
        "x^2*sin(x)    | 2*x*cos(x)            | the product rule is",
        "x^2*sin(x)    | 2*x*sin(x)            | the term x²·cos(x) is missing",
        "sin(x)/x      | cos(x)/1              | the quotient rule is",
        "sin(x)/x      | (cos(x)*x + sin(x))/x^2 | a sign in the quotient rule",
        "x^5           | 5*x^5                 | the factor",
        "x^5           | 4*x^4                 | the factor",
        "x^3 + 1       | 3*x^2 + 1             | the term 1 is too much",
      })
  void commonMistakesAreCalledByTheirName(String f, String claim, String said) {
    var v = judged(f, claim, 1);
    assertThat(v.correct()).isFalse();
    assertThat(v.wrong()).contains(said);
  }

  @Test
  void higherOrdersAreJudgedToo() {
    assertThat(judged("x^3", "6*x", 2).correct()).isTrue();
    assertThat(judged("x^3", "3*x^2", 2).correct()).isFalse();
    assertThat(judged("sin(x)", "sin(x)", 4).correct()).isTrue();
  }

  @Test
  void aClaimWithoutAnyValueIsNoRightOne() {
    var v = judged("sqrt(-1-x^2)", "1", 1);
    assertThat(v.correct()).isFalse();
    assertThat(v.compared()).isZero();
    assertThat(v.wrong()).contains("nothing can be said");
  }

  @Test
  void aClaimThatHoldsOnOneSideOnlyIsWrong() {
    assertThat(judged("abs(x)", "1", 1).correct()).isFalse();
    assertThat(judged("abs(x)", "x/abs(x)", 1).correct()).isTrue();
  }

  @Test
  void formulasOfRandomExpressionsAreRightAndTwiceTheyAreWrong() {
    int told = 0;
    for (long seed = 0; seed < 150; seed++) {
      String text = new RandomExpression(seed).next();
      Expression f;
      try {
        f = Expression.parse(text, List.of("x", "y", "z"));
      } catch (SyntaxException e) {
        continue;
      }
      var d = new Derivatives(f).by(List.of("x"));
      String formula = Formula.of(d.formula()).text();
      if (formula.length() > 500) continue;
      var right = Claim.of(f, List.of("x"), Expression.parse(formula, f.variables())).verdict();
      if (right.compared() < 5) continue;
      assertThat(right.correct())
          .as("%d: %s, claim %s: %s", seed, text, formula, right.wrong())
          .isTrue();
      if (formula.equals("0")) continue;
      var wrong =
          Claim.of(f, List.of("x"), Expression.parse("2*(" + formula + ")", f.variables()))
              .verdict();
      if (wrong.witness().isEmpty()) continue; // of slope 0 at all points
      assertThat(wrong.wrong()).as("%d: %s", seed, text).isNotEmpty();
      told++;
    }
    assertThat(told).isGreaterThan(40);
  }
}
