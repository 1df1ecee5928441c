package io.leibniz.verify.ours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.verify.contest.Data;
import io.leibniz.verify.contest.Step;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorksTest {

  @ParameterizedTest
  @ValueSource(strings = {"784-30-10", "rosenbrock", "rosenbrock-tensor", "log-sum-exp"})
  void whatIsWrittenByHandDescendsAsOursDoes(String work) {
    Step byHand = HandWritten.work(work), ours = Ours.work(work, Path.of(""));
    double before = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 5; i++) {
      byHand.run();
      ours.run();
      assertThat(byHand.value()).isCloseTo(ours.value(), within(1e-5 * Math.abs(ours.value())));
      assertThat(byHand.value()).isLessThan(before);
      before = byHand.value();
    }
  }

  @Test
  void theNumbersAreNormal() {
    float[] x = Data.normal(7, 2, 100_000);
    double sum = 0, squares = 0;
    for (float v : x) {
      sum += v;
      squares += v * v;
    }
    assertThat(sum / x.length).isCloseTo(0, within(0.03));
    assertThat(squares / x.length).isCloseTo(4, within(0.06));
  }
}
