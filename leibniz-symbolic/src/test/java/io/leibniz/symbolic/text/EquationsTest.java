package io.leibniz.symbolic.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.symbolic.text.SyntaxException.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EquationsTest {

  @Test
  void definitionsComeInAnOrderInWhichTheyCanBeComputed() {
    var all = Equations.parse("z = x^2 + sin(x*y); x = t^2\n\ny = exp(\n t);").definitions();
    assertThat(all.sequencedKeySet()).endsWith("z").containsExactlyInAnyOrder("x", "y", "z");
    assertThat(all.get("z").variables()).containsExactly("x", "y");
    assertThat(At.value(all.get("x"), 3)).isEqualTo(9);
    assertThat(At.value(all.get("y"), 0)).isEqualTo(1);
  }

  @Test
  void aLongChainOfDefinitionsIsSorted() {
    var text = new StringBuilder();
    for (int i = 2000; i > 0; i--)
      text.append("x").append(i).append(" = 2x").append(i - 1).append(";");
    var all = Equations.parse(text.toString()).definitions();
    assertThat(all.firstEntry().getKey()).isEqualTo("x1");
    assertThat(all.lastEntry().getKey()).isEqualTo("x2000");
  }

  @Test
  void implicitIsLeftMinusRightOverAllNames() {
    var equations = Equations.parse(List.of("x^2 + y^2 = 1", "x*p - 2"));
    assertThat(equations.names()).containsExactly("p", "x", "y");
    var f = equations.implicit();
    assertThat(At.value(f.get(0), 7, 3, 2)).isEqualTo(12);
    assertThat(At.value(f.get(1), 7, 3, 2)).isEqualTo(19);
    assertThat(equations.implicit(List.of("y", "x", "p")).get(1).variables())
        .containsExactly("y", "x", "p");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x = y; y = x            | CYCLE            | 7",
        "x = x                   | CYCLE            | 0",
        "a = b; b = c + 1; c = a | CYCLE            | 18",
        "x = 1; x = 2            | UNEXPECTED_TOKEN | 7",
        "x^2 = 1                 | UNEXPECTED_TOKEN | 0",
        "x^2                     | UNEXPECTED_TOKEN | 0",
        "sin = 1                 | WRONG_ARITY      | 3",
        "e = 1                   | UNEXPECTED_TOKEN | 0",
        "x =                     | UNEXPECTED_END   | 3",
        "x = ; y = 1             | UNEXPECTED_END   | 3",
        "= 3                     | UNEXPECTED_TOKEN | 0",
        "x = 1 = 2               | STRAY_CHARACTER  | 6",
        "x = (1; y = 2           | UNBALANCED_PARENTHESIS  | 6",
        ";;                      | EMPTY            | 0",
        "x = 1; y = 2 +          | UNEXPECTED_END   | 14",
        "x = 1; y = $            | STRAY_CHARACTER  | 11",
      })
  void whatIsNoDefinitionIsSaid(String text, Kind kind, int at) {
    assertThatThrownBy(() -> Equations.parse(text).definitions())
        .isInstanceOfSatisfying(
            SyntaxException.class,
            e -> {
              assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
              assertThat(e.at()).as(e.getMessage()).isBetween(at - 1, at + 1);
            });
  }
}
