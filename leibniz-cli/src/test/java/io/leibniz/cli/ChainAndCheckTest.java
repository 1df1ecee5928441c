package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ChainAndCheckTest {
  private static final String LECTURE = "z = x^2 + sin(x*y); x = t^2; y = exp(t)";

  private static JsonNode json(Said said) {
    assertThat(said.out().lines()).hasSize(1);
    return JsonMapper.shared().readTree(said.out());
  }

  @Test
  void chainSumsThePathsToTheTotal() {
    JsonNode y =
        json(Said.by("chain", LECTURE, "--of", "z", "--wrt", "t", "--at", "t=0.7", "--json"));
    double sum = 0;
    for (JsonNode path : y.get("paths")) sum += path.get("product").doubleValue();
    assertThat(y.get("total").doubleValue()).isEqualTo(sum + y.get("remainder").doubleValue());
    assertThat(y.get("edges")).hasSize(4);
    assertThat(y.get("formula").stringValue())
        .isEqualTo("4*t^3 + t*(t + 2)*cos(t^2*exp(t))*exp(t)");
  }

  @Test
  void onePathLeavesARemainder() {
    JsonNode y = json(Said.by("chain", LECTURE, "--at", "t=0.7", "--paths", "1", "--json"));
    assertThat(y.get("paths")).hasSize(1);
    assertThat(y.get("remainder").doubleValue()).isNotZero();
  }

  @Test
  void aPictureIsWrittenAsAWhole(@TempDir Path folder) throws IOException {
    Path svg = folder.resolve("tree.svg"), dot = folder.resolve("tree.dot");
    Said said =
        Said.by("chain", LECTURE, "--at", "t=1", "--svg", svg.toString(), "--dot", dot.toString());
    assertThat(said.status()).isZero();
    assertThat(Files.readString(svg)).startsWith("<svg").endsWith("</svg>\n");
    assertThat(Files.readString(dot)).startsWith("digraph");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "z = x; x = z            | --of z --wrt x        | cycle",
        "z = x^2; x = t          | --of q                 | usage",
        "z = x^2; x = t          | --wrt q                | usage",
        "z = x*y                 | --of z                 | usage",
        "z = x^2; x = t          | --at x=3               | usage",
        "z = x*y                 | --wrt x --at x=3       | usage",
        "z = sin(x               | --wrt x                | unbalanced_parenthesis",
        "z = x^2                 | --paths 0              | usage",
      })
  void whatCannotBeDrawnIsSaid(String equations, String options, String kind) {
    var args = new ArrayList<>(List.of("chain", equations));
    args.addAll(List.of(options.split(" ")));
    args.add("--json");
    Said said = Said.by(args.toArray(String[]::new));
    assertThat(said.status()).isEqualTo(2);
    assertThat(json(said).get("error").get("kind").stringValue()).isEqualTo(kind);
  }

  @Test
  void aRightClaimEndsWithZeroAndAWrongOneWithOne() {
    Said right = Said.by("check", "sin(x^2)", "--claim", "2*x*cos(x^2)");
    assertThat(right.status()).isZero();
    assertThat(right.out()).startsWith("right: it is 2x·cos(x²)");
    Said wrong = Said.by("check", "sin(x^2)", "--claim", "cos(x^2)");
    assertThat(wrong.status()).isOne();
    assertThat(wrong.out()).startsWith("wrong: the inner derivative d/dx x² = 2x is missing");
  }

  @Test
  void theVerdictAsJson() {
    JsonNode v =
        json(Said.by("check", LECTURE, "--of", "z", "--wrt", "t", "--claim", "2*x*2*t", "--json"));
    assertThat(v.get("correct").booleanValue()).isFalse();
    assertThat(v.get("witness").get("t").doubleValue()).isEqualTo(0.7);
    assertThat(v.get("expectedValue").doubleValue())
        .isNotEqualTo(v.get("claimedValue").doubleValue());
    assertThat(v.get("wrong").stringValue()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":1,\"expr\":\"x^3\",\"wrt\":\"x\",\"claim\":\"3*x^2\"}                        | true",
        "{\"id\":2,\"expr\":\"x^3\",\"wrt\":\"x\",\"order\":2,\"claim\":\"3*x^2\"}            | false",
        "{\"id\":3,\"equations\":[\"z=x^2\",\"x=t\"],\"of\":\"z\",\"wrt\":\"t\",\"claim\":\"2*x\"} | true",
        "{\"id\":4,\"expr\":\"x*y\",\"vars\":[\"x\",\"y\"],\"wrt\":[\"x\",\"y\"],\"order\":2,\"claim\":\"1\"} | true",
      })
  void claimsLineByLine(String request, boolean correct) {
    JsonNode v = JsonMapper.shared().readTree(new Batch(CheckCommand::answer).answer(request));
    assertThat(v.get("correct").booleanValue()).isEqualTo(correct);
    assertThat(v.get("id").intValue()).isPositive();
  }
}
