package io.leibniz.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/** A bar on the last line of the terminal while an epoch goes on; nothing where stderr is no terminal. */
final class ProgressLine {
  private static final String PARTS = " ▏▎▍▌▋▊▉";
  private static final int MILLIS = 100;
  private static final int WIDEST = 24;
  private static final int NUMBERS = 51; // so many characters

  private final PrintWriter err;
  private final int width;
  private @Nullable ProgressBar bar;
  private @Nullable Line shown;
  private volatile double loss;

  /** {@code width} in characters; 0 shows nothing. */
  ProgressLine(PrintWriter err, int width) {
    this.err = err;
    this.width = width;
  }

  synchronized void begin(int epoch, int examples) {
    if (width == 0) return;
    var line = new Line();
    shown = line;
    bar =
        new ProgressBarBuilder()
            .setTaskName("epoch " + epoch)
            .setInitialMax(examples)
            .setUpdateIntervalMillis(MILLIS)
            .setRenderer((state, _) -> line(state))
            .setConsumer(line)
            .build();
  }

  synchronized void step(int done, double loss) {
    this.loss = loss;
    if (bar != null) bar.stepTo(done);
  }

  synchronized void end() {
    if (bar == null || shown == null) return;
    bar.close();
    shown.erase();
    bar = null;
  }

  private String line(ProgressState at) {
    double done = at.getNormalizedProgress();
    double seconds = at.getElapsedAfterStart().toMillis() / 1e3;
    String numbers =
        at.getCurrent() == 0 || seconds == 0
            ? " ".repeat(NUMBERS)
            : String.format(
                Locale.ROOT,
                "%3.0f %%  loss %-7.3g %,8.0f images/s %6.1f s left",
                100 * done,
                loss,
                at.getCurrent() / seconds,
                seconds * (1 - done) / done);
    int room = Math.min(WIDEST, width - 1 - at.getTaskName().length() - NUMBERS - 4);
    String shown = at.getTaskName() + "  " + (room < 4 ? "" : filled(done, room) + "  ") + numbers;
    return shown.substring(0, Math.min(shown.length(), width - 1));
  }

  /** Eighths of a character, so that the bar moves smoothly. */
  private static String filled(double share, int room) {
    int eighths = (int) (share * room * 8);
    String full = "█".repeat(eighths / 8);
    if (full.length() == room) return full;
    return full
        + (eighths % 8 == 0 ? '·' : PARTS.charAt(eighths % 8))
        + "·".repeat(room - full.length() - 1);
  }

  /** The terminal's last line, overwritten each time and erased at the end, after which late updates are ignored. */
  private final class Line implements ProgressBarConsumer {
    private boolean erased;

    @Override
    public int getMaxRenderedLength() {
      return width;
    }

    @Override
    public synchronized void accept(String line) {
      if (!erased) print(line);
    }

    @Override
    public void close() {} // the library calls this from a thread of its own, some time

    synchronized void erase() {
      erased = true;
      print("");
    }

    private void print(String line) {
      err.print("\r" + line + "\u001b[K");
      err.flush();
    }
  }
}
