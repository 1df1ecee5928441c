package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ImplicitTest {
  private static JsonNode answer(
      String equations, String dep, String wrt, String at, String... more) {
    var batch = new Batch(new ImplicitCommand()::answer);
    var request =
        "{\"equations\":[\"%s\"],\"dep\":[\"%s\"],\"wrt\":[\"%s\"],\"at\":{%s}%s}"
            .formatted(
                equations.replace("; ", "\",\""),
                dep.replace(" ", "\",\""),
                wrt.replace(" ", "\",\""),
                at.replaceAll("(\\w+)=", "\"$1\":"),
                String.join("", more));
    return JsonMapper.shared().readTree(batch.answer(request));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x^2 + y^2 = 1           | y   | x   | x=0, y=1              | ",
        "x^2 + y^2 - 1           | y   | x   | x=1, y=1e-9           | ",
        "x^2 + y^2 - 1           | y   | x   | x=1, y=0              | vertical_tangent",
        "x^2 + y^2 - 1           | x   | y   | x=1, y=0              | ",
        "1e-20*(x^2 + y^2 - 1)   | y   | x   | x=1, y=0              | vertical_tangent",
        "sin(y) - x              | y   | x   | x=1, y=1.5707963267948966 | vertical_tangent",
        "x - y^3                 | y   | x   | x=0, y=0              | vertical_tangent",
        "sqrt(x) + y - 1         | y   | x   | x=0, y=1              | vertical_tangent",
        "6.67e-13*m - f          | m   | f   | m=1e13, f=6.67        | ",
        "x^3 + y^3 - 3*x*y       | y   | x   | x=0, y=0              | singular_point",
        "y^2 - x^3               | y   | x   | x=0, y=0              | singular_point",
        "x^y - y^x               | y   | x   | x=2.718281828459045, y=2.718281828459045 | singular_point",
        "sqrt(x) + sqrt(y) - 1   | y   | x   | x=1, y=0              | singular_point",
        "x^2 + y^2 - 1           | y   | x   | x=600, y=800          | point_not_on_curve",
        "1e-20*(x^2 + y^2 - 1)   | y   | x   | x=1, y=1              | point_not_on_curve",
        "y - x                   | y   | x   | x=1, y=0              | point_not_on_curve",
        "u + v - x; u - v        | u v | x   | x=1, u=0.5, v=0.6     | point_not_on_curve",
        "u + v - x; 2*(u + v - x) | u v | x  | x=1, u=0.5, v=0.5     | singular_jacobian",
        "u^2 + v^2 - x; u + v - 2 | u v | x  | x=2, u=1, v=1         | singular_jacobian",
        "u - x; 2*u - 2*x        | u v | x   | x=1, u=1, v=1         | singular_jacobian",
        "1e-9*u - x; 1e9*v - x   | u v | x   | x=1, u=1e9, v=1e-9    | ",
        "u + v - x               | u v | x   | x=1, u=0.5, v=0.5     | not_square",
        "u + v - x; u - v        | u   | x   | x=1, u=0.5, v=0.5     | not_square",
        "u + v - x; u - v; u*v   | u v | x   | x=1, u=0.5, v=0.5     | not_square",
        "u + v - x; u - v        | u w | x   | x=1, u=0.5, v=0.5     | unknown_variable",
        "log(y) - x              | y   | x   | x=1, y=-1             | domain",
        "x^2 + y^2 - 1           | y   | x   | x=\"NaN\", y=1        | domain",
        "x^2 + y^2 - 1           | y   | y   | x=0, y=1              | usage",
        "u + v - x; u - v        | u u | x   | x=1, u=0.5, v=0.5     | usage",
        "x^2 + q*y^2 - 1         | y   | x   | x=0, y=1              | usage",
        "x^2 + q*y^2 - 1         | y   | x   | x=0, y=1, q=1         | ",
        "x^2 +                   | y   | x   | x=0, y=1              | unexpected_end",
      })
  void whereThereIsNoFunctionOneIsToldWhy(
      String equations, String dep, String wrt, String at, String kind) {
    JsonNode y = answer(equations, dep, wrt, at);
    JsonNode told = y.has("error") ? y.get("error") : y.get("warnings").path(0);
    assertThat(told.path("kind").asString("")).as(y.toString()).isEqualTo(kind == null ? "" : kind);
    if (kind == null) assertThat(y.get("derivatives").get(dep.split(" ")[0])).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x^2 + y^2 - 1 | x=3, y=0.8   | domain",
        "x^2 + y^2 - 1 | x=0.6, y=0   | singular_jacobian",
        "log(y) - x    | x=0.5, y=-1  | domain",
        "(y - x)^2 + 1 | x=0.5, y=0.4 | domain",
      })
  void aGuessThatLeadsNowhereIsAnError(String equations, String at, String kind) {
    JsonNode error = answer(equations, "y", "x", at, ",\"solve\":true").get("error");
    assertThat(error.get("kind").stringValue()).isEqualTo(kind);
    assertThat(error.get("message").stringValue()).contains("guess");
  }

  @Test
  void aGuessFarAwayLeadsToTheCurve() {
    JsonNode y = answer("atan(y) - x", "y", "x", "x=0.5, y=50", ",\"solve\":true");
    assertThat(y.get("point").get("y").doubleValue()).isEqualTo(Math.tan(0.5));
    assertThat(y.get("residual").doubleValue()).isLessThan(1e-16);
  }

  @Test
  void whatOneIsToldIsWhatToDo() {
    assertThat(
            Said.by(
                    "implicit",
                    "x^2+y^2=1",
                    "--dep",
                    "y",
                    "--wrt",
                    "x",
                    "--at",
                    "x=1",
                    "--at",
                    "y=0")
                .out()
                .lines())
        .last()
        .asString()
        .isEqualTo(
            "warning: ∂F/∂y is 0 there: the tangent is vertical, and y no function of x; ask for dx/dy instead");
    assertThat(List.of(Said.by("implicit", "x^2+z^2=1", "--dep", "y", "--wrt", "x").err()))
        .first()
        .asString()
        .startsWith("leibniz: `y` does not occur in the equations");
  }
}
