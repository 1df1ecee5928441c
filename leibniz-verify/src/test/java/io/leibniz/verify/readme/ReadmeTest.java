package io.leibniz.verify.readme;

import static io.leibniz.Flow.whileLoop;
import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.implicit;
import static io.leibniz.Leibniz.vmap;
import static io.leibniz.Tensor.of;
import static io.leibniz.Tensor.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Fn;
import io.leibniz.Fn2;
import io.leibniz.Tensor;
import io.leibniz.check.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's Java is what stands here, and its commands are two. */
class ReadmeTest {

  // spotless:off
  // <readme>
  record Option(Tensor spot, Tensor strike, Tensor rate, Tensor volatility, Tensor years) {
    Tensor price() { // Black and Scholes, 1973
      Tensor width = volatility.times(years.sqrt());
      Tensor d = spot.over(strike).log().plus(rate.times(years)).over(width).plus(width.over(2));
      return spot.times(phi(d)).minus(strike.times(rate.times(years).neg().exp()).times(phi(d.minus(width))));
    }
  }
  // </readme>
  // spotless:on

  private static Tensor phi(Tensor x) {
    return x.times(-Math.sqrt(0.5)).erfc().times(0.5);
  }

  @Test
  void theTenLinesGiveTheGreeks() {
    // spotless:off
    // <readme>

    Option option = new Option(of(100.0), of(105.0), of(0.03), of(0.2), of(0.5));
    Option greeks = grad(Option::price).of(option); // delta is greeks.spot(), vega greeks.volatility(), …
    Tensor gamma = hessian(Option::price).of(option).at("spot", "spot");
    // </readme>
    // spotless:on
    Check.of((Option o) -> o.price()).order(2).at(option).orThrow();
    // delta is Φ(d), gamma φ(d) / (S σ √T), in closed form
    double width = 0.2 * Math.sqrt(0.5),
        d = (Math.log(100 / 105.0) + 0.03 * 0.5) / width + width / 2;
    assertThat(greeks.spot().item()).isCloseTo(phi(of(d)).item(), within(1e-14));
    assertThat(gamma.item())
        .isCloseTo(Math.exp(-d * d / 2) / Math.sqrt(2 * Math.PI) / (100 * width), within(1e-14));
  }

  @Test
  void loopsAndEquationsHaveDerivativesToo() {
    Option option = new Option(of(100.0), of(105.0), of(0.03), of(0.2), of(0.5));
    // spotless:off
    // <readme>

    // the volatility at which a price comes out, and its slope: one linear solve, whatever the solver did
    Fn2<Tensor, Tensor, Tensor> miss = (price, v) ->
        new Option(option.spot(), option.strike(), option.rate(), v, option.years()).price().minus(price);
    Tensor slope = grad((Tensor price) -> implicit(miss).of(price, of(0.3))).of(of(5.0)); // 1 / vega there

    // each start grows until it passes 1, in as many turns as that takes: reverse mode, many starts at once
    Tensor slopes = vmap(grad((Tensor x) -> whileLoop(x, y -> y.lt(1), y -> y.times(y.plus(1.1))))).of(vector(0.1, 0.4, 2));
    // </readme>
    // spotless:on
    double v = implicit(miss).of(of(5.0), of(0.3)).item();
    Option there = new Option(option.spot(), option.strike(), option.rate(), of(v), option.years());
    assertThat(there.price().item()).isCloseTo(5, within(1e-12));
    assertThat(slope.item())
        .isCloseTo(1 / grad(Option::price).of(there).volatility().item(), within(1e-12));
    for (int i = 0; i < 3; i++) {
      Tensor start = vector(0.1, 0.4, 2).at(i);
      Fn<Tensor, Tensor> plain =
          x -> {
            Tensor y = x;
            while (y.item() < 1) y = y.times(y.plus(1.1));
            return y;
          };
      assertThat(slopes.at(i).item()).isCloseTo(grad(plain).of(start).item(), within(1e-12));
    }
  }

  @Test
  void theReadmeShowsThisText() throws IOException {
    assertThat(unindented(block(read("README.md")))).isEqualTo(unindented(marked(read(SOURCE))));
  }

  @Test
  void theReadmeHasExactlyTwoCommands() throws IOException {
    var commands =
        read("README.md")
            .split("## Ten lines")[0]
            .lines()
            .filter(l -> l.startsWith("    "))
            .map(l -> l.replaceAll(" +#.*", "").strip())
            .toList();
    assertThat(commands).containsExactly("./leibniz train mnist", "mvn verify");
  }

  private static final String SOURCE =
      "leibniz-verify/src/test/java/io/leibniz/verify/readme/ReadmeTest.java";

  private static String read(String file) throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("README.md"))) root = root.getParent();
    return Files.readString(root.resolve(file));
  }

  private static String block(String readme) {
    return Arrays.stream(readme.split("```java\n"))
        .skip(1)
        .map(s -> s.split("```")[0])
        .collect(Collectors.joining("\n"));
  }

  private static String marked(String source) {
    return Arrays.stream(source.split("// <readme>\n"))
        .skip(1)
        .filter(s -> s.contains("// </readme>"))
        .map(s -> s.split(" *// </readme>")[0])
        .collect(Collectors.joining());
  }

  /** Lines without their indentation, which differs between a class and a README. */
  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }
}
