package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read fits on 80 columns, and loses nothing. */
final class FoldedTest {

  @Test
  void aShortLineStays() {
    assertThat(Folded.lines("d/dx x² = 2x", "    ")).containsExactly("d/dx x² = 2x");
  }

  @Test
  void aLongOneIsBrokenAtItsOutermostSign() {
    String left = "f = (a + b + c)·(" + "d + ".repeat(10) + "d)",
        right = "(" + "e + ".repeat(12) + "e)";
    assertThat(Folded.lines(left + " + " + right, "    ")).containsExactly(left, "    + " + right);
  }

  @Test
  void nothingIsLostWhereverItIsBroken() {
    String text = "f = " + "sin(x + y·cos(z/w))·".repeat(30) + "1";
    var lines = Folded.lines(text, "  ");
    assertThat(lines).allMatch(l -> l.length() <= 80).hasSizeGreaterThan(5);
    assertThat(String.join("", lines).replace(" ", "")).isEqualTo(text.replace(" ", ""));
  }

  @Test
  void whatHasNoSignStaysWhole() {
    String name = "x".repeat(200);
    assertThat(Folded.lines(name, "  ")).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "diff|x^2*exp(-x^2)*sin(3x+1)/(1+log(x^2+1))|--steps|--at|x=1.2",
        "diff|sin(cos(tan(exp(sin(x)))))|--steps",
        "diff|((x+1)*(x+2)*(x+3)*(x+4)*(x+5)*(x+6)*(x+7))/((x-1)*(x-2)*(x-3))",
        "diff|if(x>0, x^2*sin(1/x), abs(x))|--steps",
        "diff|a*x^2+b*x*y+c*y^2+sin(a*b)|--order|2",
        "diff|sin(x*y)*exp(x+y)*log(1+x^2+y^2)|--tree",
        "chain|z = u*v*w; u = sin(x*y); v = exp(x+y); w = log(1+x^2+y^2)|--of|z|--wrt|x",
        "check|exp(x*y)*sin(x+y)+log(x^2+y^2)|--wrt|x|--claim|exp(x*y)*sin(x+y)+y*exp(x*y)*cos(x+y)+2*x/(x^2+y^2)",
        "check|x^2*sin(x)*exp(x)|--claim|2*x*cos(x)*exp(x)",
        "implicit|x*y*z+exp(z)=p*x+sin(y)|--dep|z|--wrt|x,y|--at|x=1|--at|y=1|--at|z=0.5|--at|p=1|--solve",
      })
  void everyLineFits(String command) {
    Said said = Said.by(command.split("\\|"));
    assertThat(said.err()).isEmpty();
    assertThat(said.out().lines()).isNotEmpty().allMatch(l -> l.length() <= 80);
  }

  @Test
  void stepsLeaveOutWhatTeachesNothing() {
    String steps = Said.by("diff", "sin(3x+1)", "--steps").out();
    assertThat(steps.lines().toList())
        .isEqualTo(
            List.of(
                "d/dx sin(3x + 1)",
                "│ chain      outer sin(u), inner u = 3x + 1",
                "│ ├ d/du sin(u) = cos(u)                      table: sin",
                "│ ├ d/dx (3x + 1) = 3                         sum",
                "= 3cos(3x + 1)"));
  }

  @Test
  void severalValuesStandUnderEachOther() {
    assertThat(Said.by("diff", "x^2*y", "--at", "x=3", "--at", "y=2").out().lines().toList())
        .endsWith("at x = 3, y = 2:", "  ∂/∂x       12", "  ∂/∂y       9");
  }

  @Test
  void conditionsReadAsPeopleWriteThem() {
    assertThat(Said.by("diff", "x^x").out()).contains("  for x > 0").doesNotContain("not");
  }
}
