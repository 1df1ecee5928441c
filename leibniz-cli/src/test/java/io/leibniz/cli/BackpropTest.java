package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Key;
import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.nn.Activation;
import io.leibniz.nn.Initialiser;
import io.leibniz.nn.Losses;
import io.leibniz.nn.Mlp;
import io.leibniz.nn.file.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code leibniz backprop}: the numbers of the lecture, the bits of the engine, 80 columns, and one line for each mistake. */
final class BackpropTest {
  private static JsonNode json(String... args) {
    var all = new ArrayList<>(List.of("backprop", "--json"));
    all.addAll(List.of(args));
    Said said = Said.by(all.toArray(String[]::new));
    assertThat(said.err()).isEmpty();
    assertThat(said.status()).isZero();
    assertThat(said.out()).hasLineCount(1);
    return JsonMapper.shared().readTree(said.out());
  }

  private static double[] numbers(JsonNode n) {
    var out = new ArrayList<Double>();
    gather(n, out);
    return out.stream().mapToDouble(x -> x).toArray();
  }

  private static void gather(JsonNode n, List<Double> out) {
    if (n.isArray()) n.forEach(x -> gather(x, out));
    else out.add(n.doubleValue());
  }

  private static void close(JsonNode n, double... expected) {
    double[] x = numbers(n);
    assertThat(x).hasSameSizeAs(expected);
    for (int i = 0; i < x.length; i++)
      assertThat(x[i]).isCloseTo(expected[i], within(Math.abs(expected[i]) * 1e-14));
  }

  private static String net() {
    try {
      return Path.of(
              Objects.requireNonNull(BackpropTest.class.getResource("net-3-2-1.json")).toURI())
          .toString();
    } catch (java.net.URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** NumPy's numbers, and hand-written Rust's: only their last bit may differ, since σ′ is not written alike. */
  @Test
  void theToyNetIsTheLectures() {
    JsonNode all = json("--net", "1,1,1"), layers = all.get("layers");
    assertThat(layers.size()).isEqualTo(2);
    close(layers.get(0).get("z"), 0.6);
    close(layers.get(0).get("a"), 0.6456563062257954);
    close(layers.get(0).get("delta"), -0.0023049782993272727);
    close(layers.get(0).get("gradW"), -0.0023049782993272727);
    close(layers.get(0).get("gradB"), -0.0023049782993272727);
    close(layers.get(1).get("z"), 1.1684844593386932);
    close(layers.get(1).get("a"), 0.762870965387494);
    close(layers.get(1).get("delta"), -0.006716599869310625);
    close(layers.get(1).get("gradW"), -0.004336615062015758);
    close(layers.get(1).get("gradB"), -0.006716599869310625);
    close(all.get("loss"), 0.0006892826056283362);
    close(all.get("gradInput"), -0.0011524891496636363);
    assertThat(layers.get(0).get("gradW").toString()).isEqualTo("[[-0.0023049782993272727]]");
    assertThat(layers.get(0).get("norms").get("delta").doubleValue())
        .isEqualTo(0.0023049782993272727);
  }

  @Test
  void aNetFromAFile() {
    JsonNode all = json(net());
    JsonNode one = all.get("layers").get(0), two = all.get("layers").get(1);
    close(one.get("z"), 1.475, 0.3);
    close(one.get("a"), 0.8138161720984914, 0.574442516811659);
    close(two.get("z"), 0.9898923705389929);
    close(two.get("a"), 0.7290666629913584);
    close(all.get("loss"), 0.0025157691495907714);
    close(two.get("delta"), -0.01401135309904387);
    close(one.get("delta"), -0.0031844879350238523, 0.002568893792321373);
    close(two.get("gradW"), -0.011402665744984218, -0.008048716938151597);
    close(
        one.get("gradW"),
        -0.0031844879350238523,
        0.006368975870047705,
        -0.0015922439675119262,
        0.002568893792321373,
        -0.005137787584642746,
        0.0012844468961606865);
    close(one.get("gradB"), -0.0031844879350238523, 0.002568893792321373);
    close(all.get("gradInput"), 0.000976649824809447, 0.0011172337077961347, -0.003672812847428576);
    assertThat(one.get("equations").get("delta").asString()).isEqualTo("δ¹ = (W²)ᵀ·δ² ⊙ σ′(z¹)");
    assertThat(one.get("equations").get("gradW").asString()).isEqualTo("∂L/∂W¹ = δ¹·xᵀ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,1,1 | sigmoid | quadratic",
        "3,4,2 | tanh | quadratic",
        "3,4,5,2 | relu,identity | mse",
        "2,6,3 | gelu,softmax | cross-entropy",
        "2,6,3 | softplus,softmax | quadratic",
        "2,6,1 | silu,sigmoid | cross-entropy",
        "5,3,3,4 | tanh,softplus,identity | cross-entropy",
      })
  void everyNumberHasTheBitsOfTheEngine(String sizes, String activation, String loss)
      throws IOException {
    JsonNode all = json("--net", sizes, "--activation", activation, "--loss", loss, "--seed", "7");
    var e = new NetRequest(activation, null, null, loss, 7L).example(NetRequest.sizes(sizes));
    var engine =
        Leibniz.valueAndGrad(
                (Net.Params p) ->
                    e.cost().of(Net.logits(e.net(), p, e.x()), e.net().output(), e.y()))
            .of(e.net().params());
    assertThat(all.get("loss").doubleValue()).isEqualTo(engine.value().item());
    Tensor a = e.x();
    for (int i = 0; i < engine.grad().layers().size(); i++) {
      JsonNode layer = all.get("layers").get(i);
      var own = e.net().params().layers().get(i);
      Tensor z = own.w().matmul(a).plus(own.b());
      a = Net.activate(e.net().activations().get(i), z);
      assertThat(numbers(layer.get("z"))).containsExactly(z.doubles());
      assertThat(numbers(layer.get("a"))).containsExactly(a.doubles());
      assertThat(numbers(layer.get("gradW")))
          .containsExactly(engine.grad().layers().get(i).w().doubles());
      assertThat(numbers(layer.get("gradB")))
          .containsExactly(engine.grad().layers().get(i).b().doubles());
      assertThat(numbers(layer.get("delta")))
          .containsExactly(engine.grad().layers().get(i).b().doubles());
    }
  }

  @Test
  void aCheckpointIsTakenAsItLies(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    Mlp mlp =
        Mlp.of(
            Key.of(3),
            DType.F32,
            Initialiser.LECUN_NORMAL,
            Initialiser.NORMAL,
            Activation.SIGMOID,
            Activation.SIGMOID,
            4,
            3,
            2);
    new Checkpoint<>(mlp, Map.of()).save(file);
    JsonNode all = json(file.toString(), "--input", "1,2,3,4", "--target", "0,1");
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 4), y = Tensor.of(new float[] {0, 1}, 1, 2);
    var engine = Leibniz.valueAndGrad((Mlp m) -> Losses.quadratic(m.apply(x), y)).of(mlp);
    assertThat(all.get("loss").doubleValue()).isEqualTo(engine.value().cast(DType.F64).item());
    assertThat(numbers(all.get("layers").get(0).get("gradW")))
        .containsExactly(engine.grad().layers().getFirst().w().cast(DType.F64).flatten().doubles());
    assertThat(all.get("layers").get(0).get("equations").get("gradW").asString())
        .isEqualTo("∂L/∂W¹ = xᵀ·δ¹");
  }

  @Test
  void aBatchIsAListOfLists(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("net.json"),
            """
            {"sizes": [2, 3, 2], "seed": 4, "activation": "tanh", "input": [[1, 2], [3, 4], [5, 6]], "target": [[1, 0], [0, 1], [1, 1]]}
            """);
    JsonNode one = json(file.toString()).get("layers").get(0);
    assertThat(one.get("shapes").toString())
        .isEqualTo("{\"z\":[3,3],\"a\":[3,3],\"delta\":[3,3],\"gradW\":[3,2],\"gradB\":[3]}");
    assertThat(one.get("equations").get("gradW").asString()).isEqualTo("∂L/∂W¹ = (δ¹)ᵀ·x");
    assertThat(one.get("equations").get("gradB").asString()).isEqualTo("∂L/∂b¹ = Σₙ δ¹");
  }

  /** A target of cross-entropy may be the number of a class. */
  @Test
  void aClassWillDo() {
    assertThat(json("--net", "2,3,4", "--loss", "cross-entropy", "--target", "2"))
        .isEqualTo(json("--net", "2,3,4", "--loss", "cross-entropy", "--target", "0,0,1,0"));
  }

  /** e¹⁰⁰⁰ is no number, but the cross-entropy of such logits is. */
  @Test
  void largeLogitsKeepTheirDigits(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("net.json"),
            """
            {"layers": [{"W": [[1000], [-1000]], "b": [0, 0], "activation": "softmax"}], "input": 1, "target": 1, "loss": "cross-entropy"}
            """);
    JsonNode all = json(file.toString());
    assertThat(all.get("loss").doubleValue()).isEqualTo(2000);
    close(all.get("layers").get(0).get("delta"), 1, -1);
  }

  // ---- for people

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--net 1,1,1",
        "--net 3,2,1",
        "--net 12,7,1",
        "--net 8,8,8,8,8 --activation gelu,softmax --loss cross-entropy",
        "--net 6,1 --activation softplus --loss mse --input 1e-9,2.345678e17,-3.14159265e-30,4,5,6",
        "--net 784,30,10",
      })
  void eightyColumnsAreEnough(String args) {
    Said said = Said.by(("backprop " + args).split(" "));
    assertThat(said.status()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out().lines()).allMatch(l -> l.codePointCount(0, l.length()) <= 80);
    assertThat(said.out()).doesNotContain("\u001b", "\r", "@|");
    assertThat(said.out().lines().toList().getLast()).startsWith("loss ");
  }

  @Test
  void aBatchHasEightyColumnsToo(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("net.json"),
            """
            {"sizes": [2, 3, 2], "input": [[1, 2], [3, 4], [5, 6]], "target": [[1, 0], [0, 1], [1, 1]], "activation": "sigmoid", "loss": "cross-entropy"}
            """);
    var lines = Said.by("backprop", file.toString()).out().lines().skip(2).toList();
    assertThat(lines).hasSizeGreaterThan(10).allMatch(l -> l.length() <= 80);
  }

  @Test
  void theTwoColumnsOfTheLecture() {
    assertThat(Said.by("backprop", "--net", "1,1,1").out().lines())
        .contains(
            "z¹ = W¹·x + b¹  [1] 0.6                δ¹ = (W²)ᵀ·δ² ⊙ σ′(z¹)  [1] −0.00230498",
            "a¹ = σ(z¹)  [1] 0.645656               ∂L/∂W¹ = δ¹·xᵀ  [1×1] −0.00230498",
            "loss 0.000689283   ‖∇L‖ 0.00863393 over 4 parameters");
  }

  // ---- mistakes

  private static void refused(String message, String... args) {
    var all = new ArrayList<>(List.of("backprop"));
    all.addAll(List.of(args));
    assertThat(Said.by(all.toArray(String[]::new)))
        .isEqualTo(new Said(2, "", "leibniz: " + message + System.lineSeparator()));
    all.add("--json");
    Said said = Said.by(all.toArray(String[]::new));
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.err()).isEmpty();
    assertThat(JsonMapper.shared().readTree(said.out()).get("error").get("message").asString())
        .isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--net 1 | --net needs two sizes or more, as in `3,2,1`, got `1`",
        "--net 1,0,1 | --net 1,0,1: a layer has at least one neuron",
        "--net 99999,99999 | a network of sizes 99999,99999 is too large; at most 20,000,000 parameters are taken",
        "--net one,two | --net needs two sizes or more, as in `3,2,1`, got `one,two`",
        "--net 2,1 --activation sigmiod | unknown activation `sigmiod`; did you mean `sigmoid`?",
        "--net 2,2,2,1 --activation tanh,relu,relu,relu | --activation has 4 names, but the network has 3 layers; give one for all, one for each, or two: hidden and output",
        "--net 2,1 --input 1 | --input has 1 numbers, but the network takes 2",
        "--net 2,1 --input 1,NaN | --input needs finite numbers, got `NaN`",
        "--net 2,1 --input 1,x | --input needs numbers, as in `1,-2,0.5`, got `x`",
        "--net 2,1 --target 1,2 | --target is [2], but the network gives 1 numbers",
        "--net 2,1 --loss huber | unknown loss `huber`; known: quadratic, mse, cross-entropy",
        "--net 2,2 --activation relu --loss cross-entropy | cross-entropy needs probabilities, but the last activation is relu; make it softmax or sigmoid",
        "--net 2,3 --loss cross-entropy --target 3 | the target 3.0 is no class of 0 to 2",
        "nowhere.json | nowhere.json: it, or its folder, does not exist",
      })
  void mistakesInTheOptions(String args, String message) {
    refused(message, args.split(" "));
  }

  @Test
  void eitherSizesOrAFile() {
    refused(
        "backprop needs either --net with sizes, as in `--net 1,1,1`, or a file with a network");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"layers\": [{\"W\": [[1, 2]], \"b\": [0]}, {\"W\": [[1, 2]], \"b\": [0]}]} | has layers[1].W as 1×2, but layers[0] gives 1 numbers; it needs 1×1",
        "{\"layers\": [{\"W\": [[1, 2]], \"b\": [0, 1]}]} | has layers[0].W as 1×2, but layers[0].b as [2]; W has a row for each number of b",
        "{\"layers\": [{\"W\": [[1, 2], [3]], \"b\": [0, 1]}]} | has 1 numbers in layers[0].W[1], but 2 in layers[0].W[0]; rows are of one length",
        "{\"layers\": [{\"W\": [[1, \"NaN\"]], \"b\": [0]}]} | needs a number at layers[0].W[0][1], got \"NaN\"",
        "{\"layers\": [{\"W\": [[1, 1e999]], \"b\": [0]}]} | has a number at layers[0].W[0][1] that no double can hold",
        "{\"layers\": [{\"W\": [1, 2], \"b\": [0]}]} | needs a list of rows at layers[0].W, got [1,2]; write [[…]]",
        "{\"layers\": [{\"W\": [[1]]}]} | has no b in layers[0]",
        "{\"layers\": [{\"W\": [[1]], \"b\": [0], \"activtion\": \"relu\"}]} | has an unknown key `activtion` in layers[0]; did you mean `activation`?",
        "{\"layers\": []} | needs one layer or more at layers, got []",
        "{\"sizes\": [3, -1]} | needs two sizes or more at sizes, from 1 on, got [3,-1]",
        "{} | needs either \"layers\" with their weights or \"sizes\" alone",
        "[] | needs an object, as in {\"layers\": [{\"W\": [[1]], \"b\": [0]}], …}",
      })
  void mistakesInAFile(String text, String message, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("net.json"), text);
    refused(file + " " + message, file.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{\"layers\": [{\"W\": [[1,", "{\"layers\": NaN}", "{} {}", "hello"})
  void whatIsNoJsonIsNamed(String text, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("net.json"), text);
    Said said = Said.by("backprop", file.toString());
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.err()).startsWith("leibniz: " + file + " ").hasLineCount(1);
    assertThat(said.out()).isEmpty();
  }

  @Test
  void aCheckpointThatIsCutOffIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    new Checkpoint<>(
            Mlp.of(
                Key.of(3),
                DType.F32,
                Initialiser.NORMAL,
                Initialiser.NORMAL,
                Activation.RELU,
                Activation.RELU,
                4,
                3,
                2),
            Map.of())
        .save(file);
    byte[] all = Files.readAllBytes(file);
    for (int n : new int[] {0, 4, 8, 60, all.length - 1}) {
      Files.write(file, java.util.Arrays.copyOf(all, n));
      Said said = Said.by("backprop", file.toString(), "--input", "1,2,3,4");
      assertThat(said.status()).isEqualTo(2);
      assertThat(said.err()).startsWith("leibniz: " + file + " ").hasLineCount(1);
    }
  }

  @Test
  void aNetWithoutInputAsksForIt(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("net.json"), "{\"layers\": [{\"W\": [[1, 2]], \"b\": [0]}]}");
    refused(
        "the network takes 2 numbers, and there are none; give them with --input", file.toString());
  }
}
