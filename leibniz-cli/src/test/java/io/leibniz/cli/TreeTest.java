package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code diff --tree}: names for what stands inside of functions, and for nothing else. */
final class TreeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sin(x^2)                    | f = sin(u); u = x²",
        "sin(2x+1)                   | ",
        "exp(sin(x^2))+2x            | f = eᵛ + 2x; v = sin(u); u = x²",
        "x^2+sin(x*y)                | f = x² + sin(u); u = xy",
        "(x*y+1)*log(x*y+1)          | f = u·log(u); u = xy + 1",
        "sin(2x)^2/(1+x^2)           | f = u²/v; v = 1 + x²; u = sin(2x)",
        "if(x>0, sin(x^2), exp(-x))  | f = if(x > 0, sin(u), e⁻ˣ); u = x²",
        "f^2*sin(f^2)                | f_ = u·sin(u); u = f²",
        "x                           | ",
      })
  void whatStandsInsideHasAName(String expr, String quantities) {
    Said said = Said.by("diff", expr, "--tree");
    assertThat(said.status()).isZero();
    var head = said.out().lines().takeWhile(l -> !l.isBlank()).toList();
    if (quantities != null) assertThat(String.join("; ", head)).isEqualTo(quantities);
    else assertThat(said.out()).startsWith("df/dx = ");
  }

  @Test
  void theTreeHasTheNumbersOfThePoint() {
    String out = Said.by("diff", "x^2+sin(x*y)", "--tree", "--at", "x=1", "--at", "y=2").out();
    assertThat(out).contains("f ← u ← y", "∂f/∂x = 1.16771", "∂f/∂u", "∂u/∂y");
    assertThat(out.lines()).allMatch(l -> l.length() <= 80);
  }

  @Test
  void aPictureShowsOneDerivative(@TempDir Path folder) throws Exception {
    Path svg = folder.resolve("tree.svg");
    assertThat(Said.by("diff", "x*sin(y)", "--svg", svg.toString()).err())
        .contains("choose its variable with --wrt, of x, y");
    assertThat(Said.by("diff", "x*sin(y)", "--wrt", "y", "--svg", svg.toString()).status())
        .isZero();
    assertThat(Files.readString(svg)).contains("<svg");
    assertThat(Said.by("diff", "x^2", "--tree", "--order", "2").status()).isEqualTo(2);
  }
}
