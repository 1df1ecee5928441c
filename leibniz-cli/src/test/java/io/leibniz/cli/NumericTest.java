package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.symbolic.text.Expression;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class NumericTest {

  @Test
  void truncationFallsAndRoundingRises() {
    JsonNode s =
        JsonMapper.shared()
            .readTree(Said.by("numeric", "sin(x)*exp(x)", "--at", "x=1", "--json").out());
    double exact = s.get("exact").doubleValue();
    assertThat(exact).isCloseTo(Math.E * (Math.sin(1) + Math.cos(1)), within(1e-14));
    assertThat(error(s, 1e-1, "forward")).isBetween(0.05, 0.5);
    assertThat(error(s, 1e-8, "forward")).isLessThan(1e-7);
    assertThat(error(s, 1e-15, "forward")).isGreaterThan(1e-4);
    assertThat(error(s, 1e-5, "central")).isLessThan(1e-9);
    assertThat(error(s, 1e-16, "complex")).isLessThan(1e-15);
    assertThat(s.get("richardson").doubleValue()).isCloseTo(exact, within(1e-11));
    assertThat(s.get("best").get("method").stringValue()).isEqualTo("complex");
    assertThat(s.get("best").get("error").doubleValue()).isLessThan(1e-15);
  }

  private static double error(JsonNode s, double h, String method) {
    for (JsonNode r : s.get("rows"))
      if (r.get("h").doubleValue() == h)
        return Math.abs(r.get(method).doubleValue() - s.get("exact").doubleValue());
    throw new AssertionError("no step " + h);
  }

  /** Where f has a continuation, Im f(x + ih)/h is the slope itself for tiny h: 1e-200 leaves no truncation, and no digit is lost. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sin(x)*cos(x)*tan(x)",
        "sinh(x)+cosh(2x)*tanh(x)",
        "asin(x)",
        "acos(x)",
        "atan(3x)",
        "asinh(x)",
        "acosh(x+2)",
        "atanh(x)",
        "exp(x)/expm1(x)",
        "log(x)*log1p(x)",
        "log2(x)+log10(x)",
        "sqrt(x)",
        "1/sqrt(x^2+1)",
        "cbrt(x)",
        "cbrt(-x)",
        "x^5",
        "x^-3",
        "x^2.5",
        "2^x",
        "x^x",
        "hypot(x,2)",
        "xlogy(x,x)",
        "atan2(x,2)",
        "atan2(2,x)",
        "sech(x)",
        "sigmoid(x)",
        "sigmoid(-x)",
        "softplus(x)",
        "softplus(-x)",
        "asin(x)^acos(x)",
        "tanh(30x)",
        "atanh(sin(x)/2)",
        "(x-1)^3/(x+2)",
        "e^(-x^2)",
      })
  void theComplexStepHasAllDigits(String text) throws ComplexStep.None {
    Expression f = Expression.parse(text);
    for (double x : new double[] {0.3, 0.55, 0.9}) {
      double exact = new Reverse().at(f, new double[] {x}, 1).gradient().getFirst();
      assertThat(new ComplexStep(f).slope(new double[] {x}, 0, 1e-200))
          .isCloseTo(exact, within(1e-14 * Math.max(1, Math.abs(exact))));
    }
  }

  @Test
  void whatHasNoContinuationSaysSo() {
    for (String text :
        List.of("abs(x)", "max(x,1)", "relu(x)", "if(x>0,x,1)", "gamma(x)", "floor(x)")) {
      Said said = Said.by("numeric", text, "--at", "x=2.5");
      assertThat(said.status()).isZero();
      assertThat(said.out()).contains("no complex step: ").contains("∂/∂x = ");
    }
    JsonNode s =
        JsonMapper.shared().readTree(Said.by("numeric", "abs(x)", "--at", "x=2", "--json").out());
    assertThat(s.get("rows").get(0).get("complex").isNull()).isTrue();
    assertThat(s.get("without").stringValue()).contains("abs");
  }

  @Test
  void whereThereIsNoSlopeNothingFails() {
    for (String[] c :
        new String[][] {{"log(x)", "x=-1"}, {"1/x", "x=0"}, {"3", "x=1"}, {"exp(x)", "x=1000"}}) {
      Said said = Said.by("numeric", c[0], "--at", c[1]);
      assertThat(said.err()).isEmpty();
      assertThat(said.status()).isZero();
    }
  }

  @Test
  void aKinkIsNamed() {
    assertThat(Said.by("numeric", "abs(x)", "--at", "x=0").out())
        .contains("a kink: −1 from the left, 1 from the right");
    assertThat(Said.by("numeric", "x^2", "--at", "x=0").out()).doesNotContain("kink");
  }

  @Test
  void oneVariableMoves(@TempDir Path folder) throws IOException {
    Path png = folder.resolve("curve.png");
    assertThat(Said.by("numeric", "x*y", "--at", "x=2", "--at", "y=3").err())
        .contains("--wrt, of x, y");
    assertThat(
            Said.by(
                    "numeric",
                    "x*y",
                    "--at",
                    "x=2",
                    "--at",
                    "y=3",
                    "--wrt",
                    "y",
                    "--png",
                    png.toString())
                .out())
        .endsWith("∂/∂y = 2" + System.lineSeparator());
    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(960);
  }
}
