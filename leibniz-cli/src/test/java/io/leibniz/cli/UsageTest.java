package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Wrong usage: one line that says what and what to do, status 2, and nothing else. */
final class UsageTest {
  private static void refused(String args, String line) {
    Said said = Said.by(args.split(" "));
    assertThat(said).isEqualTo(new Said(2, "", "leibniz: " + line + System.lineSeparator()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train mnits                    | unknown data set `mnits`; did you mean `mnist`?",
        "train cifar                    | unknown data set `cifar`; known: mnist",
        "train                          | Missing required parameter: 'DATASET'; see `leibniz train --help`",
        "train mnist extra              | `extra` is one argument too many; see `leibniz train --help`",
        "trian mnist                    | unknown command `trian`; did you mean `train`?",
        "zzz                            | unknown command `zzz`; see `leibniz --help`",
        "train mnist --epoch 3          | unknown option `--epoch`; did you mean `--epochs`?",
        "train mnist --epochs 0         | --epochs needs a number from 1 on, got 0",
        "train mnist --epochs -3        | --epochs needs a number from 1 on, got -3",
        "train mnist --epochs 1.5       | Invalid value for option '--epochs': '1.5' is not an int; see `leibniz train --help`",
        "train mnist --batch 0          | --batch needs a number from 1 to 60000, the number of examples, got 0",
        "train mnist --batch 60001      | --batch needs a number from 1 to 60000, the number of examples, got 60001",
        "train mnist --lr NaN           | --lr needs a finite number greater than 0, got NaN",
        "train mnist --lr 0             | --lr needs a finite number greater than 0, got 0.0",
        "train mnist --lr 1e39          | --lr needs a finite number greater than 0, got 1.0E39",
        "train mnist --model mlp:       | --model needs the sizes of the hidden layers, as in `mlp:30` or `mlp:100,30`, got `mlp:`",
        "train mnist --model mlp:3,,4   | --model needs the sizes of the hidden layers, as in `mlp:30` or `mlp:100,30`, got `mlp:3,,4`",
        "train mnist --model cnn:3      | --model needs the sizes of the hidden layers, as in `mlp:30` or `mlp:100,30`, got `cnn:3`",
        "train mnist --model mlp:30,0   | --model needs the sizes of the hidden layers, as in `mlp:30` or `mlp:100,30`, got `mlp:30,0`; a layer has at least one neuron",
        "bench --thread 2               | unknown option `--thread`; did you mean `--threads`?",
        "bench --threads two            | Invalid value for option '--threads': 'two' is not an int; see `leibniz bench --help`",
        "bench gemm                     | `gemm` is one argument too many; see `leibniz bench --help`",
        "train mnist --model mlp:999999 | --model mlp:999999 has 794,999,215 parameters; at most 20,000,000 are taken",
      })
  void whatIsWrongAndWhatToDoIsSaid(String args, String line) {
    refused(args, line);
  }

  @Test
  void anOutThatIsAFileIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    refused("train mnist --out " + file, "--out " + file + " is a file; name a folder");
    assertThat(file).hasContent("x");
  }

  @Test
  void thereIsNothingToResumeInAnEmptyFolder(@TempDir Path folder) {
    refused(
        "train mnist --resume --out " + folder,
        folder.resolve("model.safetensors")
            + " does not exist, so there is nothing to resume; leave --resume out to start");
  }

  @Test
  void withJsonAnErrorIsJsonOnStdout() {
    Said said = Said.by("train", "mnist", "--json", "--epochs", "0");
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.err()).isEmpty();
    var error = JsonMapper.shared().readTree(said.out()).get("error");
    assertThat(error.get("kind").asString()).isEqualTo("usage");
    assertThat(error.get("at").isInt()).isTrue();
    assertThat(error.get("message").asString())
        .isEqualTo("--epochs needs a number from 1 on, got 0");
  }

  @Test
  void aCheckpointThatIsNoneIsNamed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), "no checkpoint at all");
    Said said = Said.by("train", "mnist", "--resume", "--out", folder.toString());
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.err())
        .startsWith("leibniz: " + file + " is no safetensors file")
        .hasLineCount(1);
  }

  @Test
  void helpListsWhatWorksAndNothingElse() {
    Said said = Said.by("--help");
    assertThat(said.status()).isZero();
    assertThat(said.out())
        .contains(
            "diff",
            "eval",
            "chain",
            "implicit",
            "check",
            "numeric",
            "backprop",
            "tour",
            "train",
            "bench")
        .doesNotContain("  predict ");
    assertThat(Said.by("train", "--help").out())
        .contains(
            "--model", "--epochs", "--batch", "--lr", "--seed", "--out", "--resume", "--json");
  }

  @Test
  void theVersionIsALine() {
    assertThat(Said.by("--version").out()).startsWith("leibniz ").hasLineCount(1);
  }
}
