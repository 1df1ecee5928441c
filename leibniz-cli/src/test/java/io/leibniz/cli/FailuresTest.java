package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.symbolic.text.Nearest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FailuresTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Failures failures(boolean json) {
    return new Failures(new PrintWriter(out), new PrintWriter(err), json);
  }

  @Test
  void aFaultIsOneLineAndItsDetailsAreInAFile() throws IOException {
    assertThat(failures(false).fault(new IllegalStateException("two\nlines"))).isEqualTo(70);
    assertThat(err.toString())
        .startsWith(
            "leibniz: a fault in Leibniz itself (java.lang.IllegalStateException: two lines)")
        .hasLineCount(1);
    String line = err.toString().strip();
    Path details = Path.of(line.substring(line.lastIndexOf(' ') + 1));
    assertThat(details).content().contains("FailuresTest.aFaultIsOneLine");
    Files.delete(details);
  }

  @Test
  void withJsonAFaultIsOnStdout() throws IOException {
    assertThat(failures(true).fault(new AssertionError("odd"))).isEqualTo(70);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString()).startsWith("{\"error\":{\"kind\":\"fault\"").hasLineCount(1);
    String details = out.toString().replaceAll("(?s).* (\\S+\\.txt).*", "$1");
    Files.delete(Path.of(details));
  }

  @Test
  void aSystemErrorIsPutIntoWords() {
    var command = new picocli.CommandLine(new Main());
    int status =
        failures(false)
            .handleExecutionException(
                new NoSuchFileException("x.gz"), command, command.parseArgs());
    assertThat(status).isEqualTo(2);
    assertThat(err.toString().strip())
        .isEqualTo("leibniz: x.gz: it, or its folder, does not exist");
  }

  @Test
  void theNearestKnownWordIsFoundIfItIsNear() {
    var known = List.of("train", "tour", "eval");
    assertThat(Nearest.to("trian", known)).contains("train");
    assertThat(Nearest.to("evaluate", known)).isEmpty();
    assertThat(Nearest.to("tuor", known)).contains("tour");
    assertThat(Nearest.to("x", known)).isEmpty();
  }
}
