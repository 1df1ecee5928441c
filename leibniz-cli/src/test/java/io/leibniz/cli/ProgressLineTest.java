package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  private static String shown(int width) {
    var err = new StringWriter();
    var line = new ProgressLine(new PrintWriter(err), width);
    line.begin(2, 1000);
    line.step(610, 0.0391);
    line.end();
    return err.toString();
  }

  @Test
  void whereThereIsNoTerminalNothingIsShown() {
    assertThat(shown(0)).isEmpty();
  }

  @Test
  void theLineFitsAndIsClearedInTheEnd() {
    for (int width : new int[] {20, 60, 80, 200}) {
      String shown = shown(width);
      assertThat(shown).startsWith("\repoch 2 ").endsWith("\r\u001b[K").doesNotContain("\n");
      assertThat(Arrays.stream(shown.split("\r")))
          .allSatisfy(l -> assertThat(l.replace("\u001b[K", "")).hasSizeLessThan(width));
    }
  }
}
