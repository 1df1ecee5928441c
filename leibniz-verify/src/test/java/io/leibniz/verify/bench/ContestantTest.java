package io.leibniz.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.verify.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes. */
@DisabledOnOs(OS.WINDOWS)
final class ContestantTest {
  private static final Work ROSENBROCK = Work.named(List.of("rosenbrock")).getFirst();

  private static Course course() {
    return new Course(
        Machine.checkout(), System.getProperty("jdk.module.path", ""), 1, "", "no-such-python");
  }

  private static Contestant shell(Path folder, String script) throws IOException, Absent {
    return Contestant.start("it", List.of("sh", "-c", script), Map.of(), folder.resolve("it.log"));
  }

  @Test
  void oursAndTheHandWrittenOneComeToTheSame() throws Exception {
    try (var byHand = course().start(Entrant.HAND_WRITTEN, ROSENBROCK, "rosenbrock");
        var ours = course().start(Entrant.OURS, ROSENBROCK, "rosenbrock")) {
      var first = byHand.round(1);
      assertThat(first.micros()).isPositive();
      assertThat(ours.round(1).value()).isCloseTo(first.value(), within(1e-7));
      assertThat(byHand.round(1000).value()).isLessThan(first.value());
    }
  }

  @Test
  void theRoofsLoopsDoWhatTheyAreCountedFor() throws Exception {
    try (var fma = course().roof("fma", "1");
        var copy = course().roof("copy", "1", "148")) {
      // each of 16 accumulators goes to half of itself and ¼ more, whose fixed point is ½
      assertThat(fma.round(1).value()).isEqualTo(8);
      assertThat(copy.round(1).value()).isEqualTo(1);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void onesMemoryIsKnownWhileItLives() throws Exception {
    try (var idle = course().start(Entrant.HAND_WRITTEN, ROSENBROCK, "idle")) {
      assertThat(idle.peakMiB()).isBetween(5.0, 500.0);
    }
  }

  @Test
  void whatIsNotInstalledSaysSo(@TempDir Path folder) {
    assertThatThrownBy(
            () -> shell(folder, "echo '> missing jax is not installed; pip install jax==1'"))
        .isInstanceOf(Absent.class)
        .hasMessage("jax is not installed; pip install jax==1");
    assertThatThrownBy(() -> course().start(Entrant.JAX, ROSENBROCK, "rosenbrock"))
        .isInstanceOf(Absent.class)
        .hasMessageStartingWith("jax is left out: cannot start `no-such-python ");
  }

  @Test
  void oneThatFailsIsLeftOutWithItsLastWords(@TempDir Path folder) {
    assertThatThrownBy(() -> shell(folder, "echo noise; echo boom >&2; exit 3"))
        .isInstanceOf(Absent.class)
        .hasMessage(
            "it is left out: it ended with status 3 (boom); see " + folder.resolve("it.log"));
  }

  @Test
  void oneThatIsInterruptedStopsAll(@TempDir Path folder) {
    assertThatThrownBy(() -> shell(folder, "kill -INT $$")).isInstanceOf(Contestant.Stopped.class);
  }

  /** So that none outlives an orchestrator that was killed. */
  @Test
  void oneThatHearsNothingMoreEnds() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p",
                System.getProperty("jdk.module.path", ""),
                "-m",
                "io.leibniz.verify/io.leibniz.verify.ours.HandWritten",
                "idle")
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
