package io.leibniz.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.leibniz.backend.Backend;
import io.leibniz.ir.DType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kernels allocate nothing, whatever the JIT makes of them, and the JIT fails at none of them. (That no emitted method is too
 * long for it is asserted where classes are defined, and so by all tests.)
 */
class AllocationTest {

  @Test
  void noKernelAllocatesInAFreshJvm(@TempDir Path dir, TestReporter reporter)
      throws IOException, InterruptedException {
    boolean full = Boolean.getBoolean("leibniz.full");
    int forks = full ? 20 : 3, parts = full ? 1 : 3;
    for (int i = 0; i < forks; i++) {
      Path recording = dir.resolve(i + ".jfr");
      var fork =
          new Fork(
              KernelRun.class,
              true,
              List.of(
                  "-Xlog:disable",
                  "-XX:StartFlightRecording:filename="
                      + recording
                      + ",jdk.CompilationFailure#enabled=true"),
              Map.of());
      var lines = fork.run(String.valueOf(i % parts), String.valueOf(parts), full ? "600" : "12");
      reporter.publishEntry(String.join("\n", lines));
      assertThat(lines).isNotEmpty().noneMatch(l -> l.startsWith("ALLOCATES"));
      assertThat(failures(recording)).doesNotContain("io.leibniz");
      Files.delete(recording);
    }
  }

  /** What the JIT could not compile, as {@code jfr} prints it. */
  private static String failures(Path recording) throws IOException, InterruptedException {
    Path jfr = Path.of(System.getProperty("java.home"), "bin", "jfr");
    Path out = recording.resolveSibling("failures.txt");
    var print =
        new ProcessBuilder(
                jfr.toString(), "print", "--events", "jdk.CompilationFailure", recording.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    assertThat(print.start().waitFor()).isZero();
    return Files.readString(out);
  }

  @Test
  void trainingStepAllocatesNearlyNothing() throws InterruptedException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (var t : List.of(TrainingRun.quadratic(), TrainingRun.entropy(DType.F64))) {
      var data = t.data(0);
      var w = t.step().of(t.start(), data.get(0), data.get(1));
      for (int i = 0; i < 300; i++) w = t.step().of(w, data.get(0), data.get(1));
      int steps = 100;
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < steps; i++) w = t.step().of(w, data.get(0), data.get(1));
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(bytes / steps).as(t.name() + ", bytes a step").isLessThanOrEqualTo(1024);
      assertThat(t.step().plan(w, data.get(0), data.get(1)).program().resultBytes())
          .as("results that take no donated memory")
          .isZero();
      assertThat(Backend.find()).isInstanceOf(Compiler.class);
    }
  }
}
