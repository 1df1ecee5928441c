package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is passed on to the benchmark, which is not run here. */
final class BenchTest {

  private static List<String> arguments(String... args) {
    var bench = new Bench();
    new CommandLine(bench).parseArgs(args);
    return bench.arguments();
  }

  @AfterEach
  void atHomeAgain() {
    System.clearProperty("leibniz.home");
  }

  @Test
  void optionsArePassedOn() {
    assertThat(arguments()).containsExactly("--threads=1");
    assertThat(
            arguments("--rows", "gemm,pointwise", "--rows=transformer", "--threads", "1", "--full"))
        .containsExactly("--rows=gemm,pointwise,transformer", "--threads=1", "--full");
    assertThat(arguments("--peers", "jax", "--python", "a b/python", "--json", "--scalar"))
        .containsExactly("--peers=jax", "--threads=1", "--scalar", "--python=a b/python", "--json");
  }

  @Test
  void moreThreadsThanProcessorsAreRefused() {
    int processors = Runtime.getRuntime().availableProcessors();
    for (int n : new int[] {-1, 0, processors + 1})
      assertThat(Said.by("bench", "--threads", String.valueOf(n)))
          .isEqualTo(
              new Said(
                  2,
                  "",
                  "leibniz: --threads needs a number from 1 to %d, the processors of this machine, got %d%n"
                      .formatted(processors, n)));
  }

  @Test
  void onlyACheckoutHasIt(@TempDir Path folder) {
    System.setProperty("leibniz.home", folder.toString());
    Said said = Said.by("bench");
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.err())
        .startsWith("leibniz: only a checkout of Leibniz has the benchmark (leibniz-verify/bench)")
        .hasLineCount(1);
    assertThat(Said.by("bench", "--json").out()).contains("\"kind\":\"usage\"");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void itsStatusIsTheCommands(@TempDir Path folder) throws IOException {
    Path program = folder.resolve("leibniz-verify/bench");
    Files.createDirectories(program.getParent());
    Path told = folder.resolve("told");
    Files.writeString(program, "#!/bin/sh\nprintf '%s ' \"$@\" > '" + told + "'\nexit 7\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    System.setProperty("leibniz.home", folder.toString());
    assertThat(Said.by("bench", "--rows", "gemm", "--json")).isEqualTo(new Said(7, "", ""));
    assertThat(told).hasContent("--rows=gemm --threads=1 --json ");
  }
}
