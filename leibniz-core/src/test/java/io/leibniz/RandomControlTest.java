package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nested control flow drawn at random has the derivatives that the same program has in plain Java, see {@link ControlClaims}. */
class RandomControlTest {
  private static final int ALL = 2000;

  @Test
  void controlFlowIsPlainJavaInEveryMode() {
    boolean full = Boolean.getBoolean("leibniz.full");
    var wrong =
        LongStream.range(0, ALL)
            .filter(seed -> full || seed % 10 == 3)
            .parallel()
            .mapToObj(RandomControlTest::failure)
            .filter(Objects::nonNull)
            .toList();
    assertThat(wrong).isEmpty();
  }

  /** What is wrong with a program, and the smallest program made of its parts that is wrong too; or null. */
  static @Nullable String failure(long seed) {
    var p = RandomControl.of(seed);
    if (ControlClaims.wrong(p) == null) return null;
    var least = p.shrunk(q -> ControlClaims.wrong(q) != null);
    return ControlClaims.wrong(least) + "\n" + least;
  }
}
