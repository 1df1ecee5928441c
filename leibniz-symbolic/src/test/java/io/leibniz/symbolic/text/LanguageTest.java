package io.leibniz.symbolic.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Tensor;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Type;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What texts mean. */
final class LanguageTest {

  /** At x = 3, y = 0.5. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2^3^2                  | 512",
        "-x^2                   | -9",
        "2^-x                   | 0.125",
        "x*-y^2                 | -0.75",
        "x**2                   | 9",
        "(-2)^3*x               | -24",
        "-2^2*x                 | -12",
        "x - -x                 | 6",
        "x-1-1                  | 1",
        "12/x/2                 | 2",
        "2x                     | 6",
        "2x^2                   | 18",
        "2(x+1)                 | 8",
        "1/2x                   | 1.5",
        "2.5e1y                 | 12.5",
        ".5x + 5.               | 6.5",
        "2π/π                   | 2",
        "2√(x+1)                | 4",
        "√4·x                   | 6",
        "x²                     | 9",
        "2x³ − 4×x              | 42",
        "x⁻¹⋅x                  | 1",
        "x¹⁰                    | 59049",
        "pi - π                 | 0",
        "log(e)                 | 1",
        "ln(e^2)                | 2",
        "e^x - exp(x)           | 0",
        "e² - exp(2)            | 0",
        "if(x > 2, x, y)        | 3",
        "if(x ≤ 2 or not y != 0.5, x, y) | 3",
        "if(not x < 2 and y == 0.5, x, y) | 3",
        "if(x >= 3, if(y ≥ 1, 1, 2), 3) | 2",
        "if(if(x > 1, y > 1, y < 1), 1, 2) | 2",
        "if(x ≠ 3, 1, 2)        | 2",
        "max(x, y) + min(x, y)  | 3.5",
        "clamp(x, 0, 1)         | 1",
        "clamp(-x, -1, 1)       | -1",
        "hypot(x, 4)            | 5",
        "pow(x, 2)              | 9",
        "relu(-x) + relu(x)     | 3",
        "xlogy(0, 0)            | 0",
        "cbrt(x^3)              | 3",
        "sec(0) + csc(pi/2)     | 2",
        "round(2.5) + floor(y) + ceil(y) + sign(-x) | 2",
        "atan2(0, x)            | 0",
        "log2(8) + log10(100)   | 5",
        "gamma(x + 2)           | 24",
        "1E2 - 1e+2             | 0",
      })
  void textsMeanWhatMathematicsSays(String text, double value) {
    assertThat(At.value(Expression.parse(text, List.of("x", "y")), 3, 0.5)).isEqualTo(value);
  }

  @Test
  void blanksTabsAndEndsOfLinesAreFree() {
    assertThat(At.value("\tx \r\n + y\n", 3, 0.5)).isEqualTo(3.5);
  }

  @Test
  void variablesAreTheNamesThatOccurInAlphabeticalOrder() {
    assertThat(Expression.parse("w_1*y + α1 - sin(x)^e*pi + x2").variables())
        .containsExactly("w_1", "x", "x2", "y", "α1");
    assertThat(Expression.parse("3").variables()).isEmpty();
    assertThat(Expression.parse("x", List.of("b", "x", "a")).graph().params()).hasSize(3);
  }

  @Test
  void everyTextOfTheCorpusIsRead() {
    for (String text : Texts.corpus()) Expression.parse(text).graph().verify();
  }

  @Test
  void nothingIsWorkedOut() {
    Graph g = Expression.parse("-2*(1+1)*x").graph();
    assertThat(g.toString())
        .contains("a = add 1.0 1.0")
        .contains("b = mul 2.0 a")
        .contains("d = neg c");
  }

  @Test
  void functionsBuildTheGraphsOfTheLibrary() {
    same("relu(x)", Tensor::relu);
    same("gelu(x)", Tensor::gelu);
    same("clamp(x, 0.25, 4)", x -> x.clamp(0.25, 4));
    same("hypot(x, 2)", x -> x.hypot(Tensor.of(2.0)));
    same("softplus(x)", Tensor::softplus);
    same("sigmoid(x)", Tensor::sigmoid);
    same("sech(x)", Tensor::sech);
    same("e^x", Tensor::exp);
    same("x^3", x -> x.pow(3));
    same("digamma(x) + polygamma(2, x)", x -> x.digamma().plus(x.polygamma(2)));
    same("xlogy(x, x)", x -> x.xlogy(x));
    same("atan2(x, 2)", x -> x.atan2(2));
    same("max(x, 1) - min(x, 1)", x -> x.maximum(1).minus(x.minimum(1)));
    same("erfc(erf(erfinv(x)))", x -> x.erfinv().erf().erfc());
  }

  private static void same(String text, UnaryOperator<Tensor> f) {
    Graph library =
        Interpreter.scope()
            .in(
                () ->
                    Graph.close(
                            List.of(Type.of(DType.F64)),
                            p -> List.of(f.apply(Tensor.of(p.getFirst())).node()))
                        .graph());
    assertThat(lines(Expression.parse(text).graph())).isEqualTo(lines(library));
  }

  /** The graph without where its nodes come from. */
  private static List<String> lines(Graph g) {
    return g.toString().lines().map(l -> l.replaceAll(" : .*", "").strip()).toList();
  }

  @Test
  void everyNodeKnowsItsCharacters() {
    String text = "2 + sin( x*y )^2";
    Graph g = Expression.parse(text).graph();
    Node y = g.results().getFirst();
    assertThat(span(text, y)).isEqualTo(text);
    assertThat(span(text, y.x(1))).isEqualTo("sin( x*y )^2");
    assertThat(span(text, y.x(1).x(0))).isEqualTo("sin( x*y )");
    assertThat(span(text, y.x(1).x(0).x(0))).isEqualTo("x*y");
  }

  private static String span(String text, Node n) {
    var span = (Origin.Span) Objects.requireNonNull(n.scope().origin(n));
    return text.substring(span.from(), span.to());
  }

  @Test
  void variablesHaveNamesOfTheirOwn() {
    for (String v : List.of("e", "pi", "sin", "x y", "2", "", "x+y", "not"))
      assertThatThrownBy(() -> Expression.parse("1", List.of(v)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("choose another name");
    assertThatThrownBy(() -> Expression.parse("x", List.of("x", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsAsDeepAsAllowedFitsASmallStack() throws InterruptedException {
    var failed = new java.util.ArrayList<Throwable>();
    for (String text :
        List.of(
            "(".repeat(500) + "x" + ")".repeat(500),
            "sin(".repeat(500) + "x" + ")".repeat(500),
            "if(x>0,1,".repeat(500) + "x" + ")".repeat(500),
            "-".repeat(500) + "x",
            "x" + "^x".repeat(500),
            "√".repeat(500) + "x",
            "1/(1+".repeat(500) + "x" + ")".repeat(500),
            "-(x^-(".repeat(100) + "x" + "))".repeat(100),
            "x" + "*x".repeat(9_999),
            "x" + "+x^2".repeat(4_999),
            "x" + "*x^-2".repeat(3_999),
            "-x".repeat(9_999))) {
      var thread =
          new Thread(
              null,
              () -> {
                try {
                  Expression.parse(text);
                } catch (Throwable e) {
                  failed.add(new AssertionError(text.substring(0, 9), e));
                }
              },
              "small",
              256 << 10);
      thread.start();
      thread.join();
    }
    assertThat(failed).isEmpty();
  }
}
