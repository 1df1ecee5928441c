package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.nn.file.SafeTensors;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The whole command on the real data. */
final class TrainTest {

  @Test
  void anEpochOnMnistIsToldInJsonAndSaved(@TempDir Path folder) throws IOException {
    Said said = Said.by("train", "mnist", "--epochs", "1", "--json", "--out", folder.toString());
    assertThat(said.err()).isEmpty();
    assertThat(said.status()).isZero();
    var lines = said.out().lines().map(l -> JsonMapper.shared().readTree(l)).toList();
    assertThat(lines).extracting(l -> l.get("event").asString()).containsExactly("epoch", "result");
    assertThat(lines.getFirst().get("accuracy").asDouble()).isGreaterThan(0.92);
    assertThat(lines.getLast().get("testAccuracy")).isEqualTo(lines.getFirst().get("accuracy"));
    assertThat(lines.getLast().get("parameters").asInt()).isEqualTo(23_860);
    Path checkpoint = Path.of(lines.getLast().get("checkpoint").asString());
    assertThat(SafeTensors.read(checkpoint).tensors()).hasSize(4);
    assertThat(folder.resolve("curve.png")).isNotEmptyFile();

    Said again = Said.by("train", "mnist", "--epochs", "1", "--resume", "--out", folder.toString());
    assertThat(again.out())
        .contains(checkpoint + " has 1 epochs already; ask for more with --epochs")
        .doesNotContain("\u001b");
    assertThat(again.err()).isEmpty();
  }

  /** In a process of its own, which gets the signal of Ctrl-C after its first epoch. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void anInterruptedRunLeavesItsLastEpoch(@TempDir Path folder) throws Exception {
    Process run = process("train", "mnist", "--out", folder.toString());
    var lines = new ArrayList<String>();
    try (BufferedReader out = run.inputReader(StandardCharsets.UTF_8)) {
      for (String l = out.readLine(); l != null && !l.startsWith("epoch 1 "); l = out.readLine())
        lines.add(l);
      new ProcessBuilder("kill", "-INT", String.valueOf(run.pid())).start().waitFor();
      out.lines().forEach(lines::add);
    }
    String err = new String(run.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor()).as(lines + err).isEqualTo(130);
    assertThat(err)
        .matches(
            "leibniz: interrupted after epoch \\d+, which is saved in .*; go on with --resume\\R");
    assertThat(SafeTensors.read(folder.resolve("model.safetensors")).metadata())
        .containsKey("epochs");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  private static Process process(String... args) throws IOException {
    String path =
        Stream.of("jdk.module.path", "java.class.path")
            .map(p -> System.getProperty(p, ""))
            .filter(p -> !p.isEmpty())
            .reduce((a, b) -> a + File.pathSeparator + b)
            .orElseThrow();
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                path,
                Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).start();
  }
}
