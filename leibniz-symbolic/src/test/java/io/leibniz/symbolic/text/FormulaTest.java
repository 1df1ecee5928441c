package io.leibniz.symbolic.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Type;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FormulaTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "2*x*cos(x^2)        | 2x·cos(x²)            | 2 x \\cdot \\cos\\left(x^{2}\\right)",
        "4*t^3 + (t^2 + 2*t)*exp(t)*cos(t^2*exp(t)) | 4t³ + (t² + 2t)·eᵗ·cos(t²·eᵗ) | 4 t^{3} + \\left(t^{2} + 2 t\\right) \\cdot e^{t} \\cdot \\cos\\left(t^{2} \\cdot e^{t}\\right)",
        "sqrt(x)             | √x                    | \\sqrt{x}",
        "sqrt(x + 1)         | √(x + 1)              | \\sqrt{x + 1}",
        "sqrt(x)^2           | (√x)²                 | \\sqrt{x}^{2}",
        "y*cos(x*y)          | y·cos(xy)             | y \\cdot \\cos\\left(x y\\right)",
        "-(x*y)              | −xy                   | -x y",
        "(-x)*y              | −xy                   | -x y",
        "x - (y - 2)         | x − (y − 2)           | x - \\left(y - 2\\right)",
        "x + -y              | x − y                 | x - y",
        "x - -y*2            | x + y·2               | x + y \\cdot 2",
        "x/(2*y)             | x/(2y)                | \\frac{x}{2 y}",
        "x/2*y               | x/2·y                 | \\frac{x}{2} \\cdot y",
        "x^(y + 1)           | x^(y + 1)             | x^{y + 1}",
        "x^-y                | x⁻ʸ                   | x^{-y}",
        "x^(1/2)             | x^(1/2)               | x^{\\frac{1}{2}}",
        "(x^2)^3             | (x²)³                 | \\left(x^{2}\\right)^{3}",
        "x^2^3               | x^(2³)                | x^{2^{3}}",
        "exp(-x^2)           | exp(−x²)              | e^{-x^{2}}",
        "e^(2*x)             | e²ˣ                   | e^{2 x}",
        "2*pi*x              | 2π·x                  | 2 \\pi \\cdot x",
        "2*(x + 1)           | 2(x + 1)              | 2 \\left(x + 1\\right)",
        "2*3^x               | 2·3ˣ                  | 2 \\cdot 3^{x}",
        "1*x                 | 1·x                   | 1 \\cdot x",
        "2*(x/y)             | 2·(x/y)               | 2 \\cdot \\frac{x}{y}",
        "2*e                 | 2·e                   | 2 \\cdot e",
        "floor(x)/gamma(y)   | ⌊x⌋/Γ(y)              | \\frac{\\left\\lfloor x\\right\\rfloor}{\\Gamma\\left(y\\right)}",
        "log10(x)*log(y)     | log₁₀(x)·log(y)       | \\log_{10}\\left(x\\right) \\cdot \\ln\\left(y\\right)",
        "polygamma(2, x)     | ψ⁽²⁾(x)               | \\psi^{(2)}\\left(x\\right)",
        "asin(x)             | asin(x)               | \\arcsin\\left(x\\right)",
        "w_1*alpha + x2      | w_1·alpha + x2        | w_{1} \\cdot \\alpha + x_{2}",
        "1e300*x             | 1e300·x               | 1 \\cdot 10^{300} \\cdot x",
        "0.7071067811865476*x | 0.707107x            | 0.7071067811865476 x",
        "if(x >= 0 and not y == 1, x, 2) + 1 | if(x ≥ 0 and not y = 1, x, 2) + 1 | \\left(\\begin{cases} x & \\text{if } x \\ge 0 \\land \\neg \\left(y = 1\\right) \\\\ 2 & \\text{otherwise} \\end{cases}\\right) + 1",
        "relu(x) + clamp(x, 0, 1) | relu(x) + clamp(x, 0, 1) | \\operatorname{relu}\\left(x\\right) + \\operatorname{clamp}\\left(x, 0, 1\\right)",
      })
  void aFormulaLooksLikeMathematics(String text, String screen, String latex) {
    Formula f = Formula.of(Expression.parse(text));
    assertThat(f.screen()).isEqualTo(screen);
    assertThat(f.latex()).isEqualTo(latex);
    String again = f.text();
    assertThat(Formula.of(Expression.parse(again)).text()).isEqualTo(again);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2x·cos(x²)       | 2*x*cos(x^2)",
        "((x)+((y)))      | x + y",
        "(x+y)*(x-y)      | (x + y)*(x - y)",
        "x-(y-1)          | x - (y - 1)",
        "(x-y)-1          | x - y - 1",
        "-(x+y)           | -(x + y)",
        "-(x*y)           | -x*y",
        "(-x)*y           | (-x)*y",
        "x*(-y)           | x*(-y)",
        "(-x)^2           | (-x)^2",
        "-(x^2)           | -x^2",
        "x^(-2)           | x^-2",
        "(x^y)^2          | (x^y)^2",
        "x^(y^2)          | x^y^2",
        "(x/y)/2          | x/y/2",
        "x/(y/2)          | x/(y/2)",
        "x*(y/2)          | x*(y/2)",
        "e^x              | exp(x)",
        "(e)^x            | (e)^x",
        "ln(x)            | log(x)",
        "gelu(x)          | gelu(x)",
        "relu(x+1)        | relu(x + 1)",
        "clamp(x,0,y)     | clamp(x, 0, y)",
        "sec(x)           | 1/cos(x)",
        "3.14*2.50        | 3.14*2.5",
        "1000000000*1e-3  | 1e9*0.001",
        "12345678*x       | 1.2345678e7*x",
        "(x<y)*1          | ",
      })
  void textHasNoMoreParenthesesThanItNeeds(String text, String written) {
    if (written == null)
      assertThatThrownBy(() -> Expression.parse(text)).isInstanceOf(SyntaxException.class);
    else assertThat(Formula.of(Expression.parse(text)).text()).isEqualTo(written);
  }

  @Test
  void whatIsWrittenIsReadBackAsTheSameGraph() {
    var texts = new ArrayList<>(Texts.corpus());
    var random = new Random(7);
    for (int i = 0; i < 12_000; i++) texts.add(Texts.random(random, 1 + i % 6));
    int read = 0;
    for (String text : texts) {
      Expression f;
      try {
        f = Expression.parse(text, List.of("x", "y"));
      } catch (SyntaxException e) {
        if (e.kind() == SyntaxException.Kind.UNKNOWN_VARIABLE) f = Expression.parse(text);
        else throw new AssertionError(text, e);
      }
      String written = Formula.of(f).text();
      Expression back = Expression.parse(written, f.variables());
      assertThat(lines(back.graph()))
          .as("%s written %s", text, written)
          .isEqualTo(lines(f.graph()));
      read++;
    }
    assertThat(read).isGreaterThan(10_000);
  }

  private static List<String> lines(Graph g) {
    return g.toString().lines().map(l -> l.replaceAll(" : f64.*| : bool.*", "").strip()).toList();
  }

  @Test
  void theGradientsOfTheCorpusAreReadBackWithTheirValues() {
    var random = new Random(3);
    for (String text : Texts.corpus()) {
      Expression f = Expression.parse(text);
      for (Expression slope : gradient(f)) {
        String written = Formula.of(slope).text();
        if (written.length() > 100_000) continue;
        Expression back = Expression.parse(written, slope.variables());
        double[] at = random.doubles(f.variables().size(), 0.1, 0.9).toArray();
        double expected = At.value(slope, at), got = At.value(back, at);
        if (Double.isNaN(expected)) continue; // outside its domain, which a formula does not show
        if (expected == got) continue;
        assertThat(got)
            .as("%s of %s", written, text)
            .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
      }
    }
  }

  /** The partial derivatives, unsimplified. */
  private static List<Expression> gradient(Expression f) {
    return Interpreter.scope()
        .in(
            () -> {
              int n = f.variables().size();
              Graph all =
                  Graph.close(
                          Collections.nCopies(n, Type.of(DType.F64)),
                          ps ->
                              Transpose.vjp(
                                      f.graph(),
                                      ps,
                                      Collections.nCopies(n, true),
                                      List.of(Delta.of(Node.literal(DType.F64, 1.0))))
                                  .cts()
                                  .stream()
                                  .filter(Objects::nonNull)
                                  .map(Delta::filled)
                                  .toList())
                      .graph();
              return all.results().stream()
                  .map(r -> new Expression(f.variables(), new Graph(all.params(), List.of(r))))
                  .toList();
            });
  }

  @Test
  void whatOnlySlopesAreMadeOfIsWrittenToo() {
    written(x -> x.apply(Unary.ONE_MINUS_SQUARE), "1 - x^2");
    written(x -> x.apply(Unary.GAUSS), "exp(-x^2)");
    written(Node::rsqrt, "1/sqrt(x)");
    written(Node::sech, "sech(x)");
    written(x -> x.ge(0).domain(x.recip(1)), "1/x");
    written(x -> x.eq(0).convention(0, x.log()), "log(x)");
    written(x -> x.add(x.like(-3)), "x - 3");
    written(x -> x.add(x.times(-3)), "x + x*(-3)");
    written(x -> x.add(x.like(-3).mul(x)), "x - 3*x");
    written(x -> x.like(-2).mul(x).mul(x), "-2*x*x");
    written(x -> x.pow(x.like(-0.5)), "x^(-0.5)");
    written(x -> x.gt(0).cast(DType.F64), "if(x > 0, 1, 0)");
    written(x -> x.like(Math.PI).mul(x), "pi*x");
    written(x -> x.polygamma(0).mul(x.polygamma(1)), "digamma(x)*polygamma(1, x)");
    written(x -> x.like(1).div(x.like(3)).mul(x), "1/3*x");
    written(x -> x.gauss().times(-2 / Math.sqrt(Math.PI)), "exp(-x^2)*(-2/sqrt(pi))");
    written(x -> x.recip(1 / StrictMath.log(2)), "1/log(2)/x");
  }

  private static void written(UnaryOperator<Node> f, String text) {
    Interpreter.scope()
        .in(
            () -> {
              Graph g =
                  Graph.close(List.of(Type.of(DType.F64)), p -> List.of(f.apply(p.getFirst())))
                      .graph();
              var formula = new Formula(g.results().getFirst(), Map.of(g.params().getFirst(), "x"));
              assertThat(formula.text()).isEqualTo(text);
              Expression.parse(text);
              assertThat(formula.screen()).isNotEmpty();
              assertThat(formula.latex()).isNotEmpty();
              return text;
            });
  }

  @Test
  void partsAreCounted() {
    assertThat(Formula.of(Expression.parse("x^15-15*x^7+x")).nodes()).isEqualTo(11);
    assertThat(Formula.of(Expression.parse("((((2*x-3)*x+4)*x-5)*x+6)*x-7")).nodes()).isEqualTo(21);
    assertThat(Formula.of(Expression.parse("sin(3*x+1)")).nodes()).isEqualTo(6);
    assertThat(Formula.of(Expression.parse("exp(-x^2)")).nodes()).isEqualTo(5);
  }

  /** xₙ = xₙ₋₁·sin(xₙ₋₁) written out has 2ⁿ parts. */
  @Test
  void whatIsSharedIsWrittenOnce() {
    Formula f = doubling(100);
    assertThat(f.nodes()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(f::text).isInstanceOf(IllegalArgumentException.class);
    var shared = f.shared(Style.TEXT);
    assertThat(shared.where()).hasSize(99);
    assertThat(shared.where().getFirst()).isEqualTo(new Formula.Part("t1", "x*sin(x)"));
    assertThat(shared.where().get(1)).isEqualTo(new Formula.Part("t2", "t1*sin(t1)"));
    assertThat(shared.formula()).isEqualTo("t99*sin(t99)");
    assertThat(doubling(3).shared(Style.TEXT).where()).isEmpty();
  }

  @Test
  void sharedPartsDefineTheSameFunction() {
    int n = 14;
    var shared = doubling(n).shared(Style.TEXT);
    assertThat(shared.where()).hasSize(n - 1);
    var text = new StringBuilder("y = " + shared.formula());
    shared
        .where()
        .forEach(p -> text.append("; ").append(p.name()).append(" = ").append(p.formula()));
    double value = 0.7, expected = 0.7;
    for (var d : Equations.parse(text.toString()).definitions().values())
      value = At.value(d, value);
    for (int i = 0; i < n; i++) expected *= StrictMath.sin(expected);
    assertThat(value).isEqualTo(expected);
  }

  private static Formula doubling(int n) {
    return Interpreter.scope()
        .in(
            () -> {
              Graph g =
                  Graph.close(
                          List.of(Type.of(DType.F64)),
                          p -> {
                            Node y = p.getFirst();
                            for (int i = 0; i < n; i++) y = y.mul(y.sin());
                            return List.of(y);
                          })
                      .graph();
              return new Formula(g.results().getFirst(), Map.of(g.params().getFirst(), "x"));
            });
  }

  @Test
  void aLongChainIsWritten() {
    String sum = "x" + " + x^2".repeat(4_999);
    assertThat(Formula.of(Expression.parse(sum)).text()).isEqualTo(sum);
    Formula deep =
        Interpreter.scope()
            .in(
                () -> {
                  Graph g =
                      Graph.close(
                              List.of(Type.of(DType.F64)),
                              p -> {
                                Node y = p.getFirst();
                                for (int i = 0; i < 20_000; i++) y = y.sin().neg();
                                return List.of(y);
                              })
                          .graph();
                  return new Formula(g.results().getFirst(), Map.of(g.params().getFirst(), "x"));
                });
    assertThat(deep.text()).hasSize(1 + 20_000 * "-sin()".length());
    assertThat(deep.screen()).hasSize(1 + 20_000 * "-sin()".length());
    assertThat(deep.nodes()).isEqualTo(40_001);
    assertThat(deep.shared(Style.LATEX).where()).isEmpty();
  }
}
