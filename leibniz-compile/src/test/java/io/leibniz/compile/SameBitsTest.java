package io.leibniz.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A training run ends with the same bits at every width of vectors, without vectors, and with any number of threads. */
class SameBitsTest {
  private static final String STEPS = "20";

  @Test
  void trainingEndsWithTheSameBits(TestReporter reporter) {
    boolean full = Boolean.getBoolean("leibniz.full");
    var forks = new ArrayList<Fork>();
    for (int bytes : new int[] {64, 32, 16})
      forks.add(fork(true, full ? 1 : 2, "-XX:MaxVectorSize=" + bytes));
    forks.add(fork(false, 1));
    if (full) for (int threads : new int[] {2, 3, 7}) forks.add(fork(true, threads));
    var lines = forks.stream().parallel().map(SameBitsTest::run).toList();
    var hashes = lines.stream().map(l -> l.stream().map(SameBitsTest::hash).toList()).toList();
    for (int i = 0; i < forks.size(); i++) {
      reporter.publishEntry(forks.get(i) + " " + lines.get(i));
      assertThat(hashes.get(i)).as(forks.get(i).toString()).hasSize(3).isEqualTo(hashes.getFirst());
      if (!forks.get(i).vectors())
        assertThat(lines.get(i)).allMatch(l -> l.contains("vectors: 0 "));
    }
  }

  /** A line for each network, and nothing that the JVM or the logger says. */
  private static List<String> run(Fork fork) {
    return fork.run(STEPS, STEPS).stream().filter(l -> l.contains(" vectors: ")).toList();
  }

  private static Fork fork(boolean vectors, int threads, String... options) {
    return new Fork(
        TrainingRun.class, vectors, List.of(options), Map.of("LEIBNIZ_THREADS", "" + threads));
  }

  /** Network and hash, without what it ran on. */
  private static String hash(String line) {
    return line.substring(0, line.indexOf(" vectors: "));
  }
}
