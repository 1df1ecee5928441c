package io.leibniz.verify.readme;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Tensor.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    return readme.split("```java\n")[1].split("```")[0];
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
