package io.leibniz.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What Java does not tell about the terminal. */
final class Terminal {
  private static final int USUAL_WIDTH = 80;

  private Terminal() {}

  /** How many characters a line of stderr has; 0 if it is no terminal, or one on which nothing may move. */
  static int width() {
    if (!System.getenv().getOrDefault("NO_COLOR", "").isEmpty()
        || System.getenv().getOrDefault("TERM", "dumb").equals("dumb")) return 0;
    try {
      Process stty =
          new ProcessBuilder("sh", "-c", "stty size <&2 2>/dev/null")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      stty.getOutputStream().close();
      String size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (stty.waitFor() != 0) return 0;
      int columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
      return columns == 0 ? USUAL_WIDTH : columns;
    } catch (IOException | NumberFormatException _) {
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
