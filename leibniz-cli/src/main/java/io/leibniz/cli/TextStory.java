package io.leibniz.cli;

import io.leibniz.check.Report;
import io.leibniz.nn.data.Mnist;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** A line an epoch, and on a terminal a bar that moves. */
final class TextStory implements Story {
  private final PrintWriter out;
  private final ProgressLine progress;

  TextStory(PrintWriter out, ProgressLine progress) {
    this.out = out;
    this.progress = progress;
  }

  @Override
  public void begins(Run run, int epochs, Path checkpoint) {
    out.println(run.recipe());
    if (run.epochs() >= epochs)
      say("%s has %d epochs already; ask for more with --epochs", checkpoint, run.epochs());
    else if (run.epochs() > 0) say("going on after epoch %d of %s", run.epochs(), checkpoint);
  }

  @Override
  public void epochBegins(int epoch, int examples) {
    progress.begin(epoch, examples);
  }

  @Override
  public void step(int done, double loss) {
    progress.step(done, loss);
  }

  @Override
  public void epochEnds(Run run, double seconds) {
    progress.end();
    var last = run.history().getLast();
    say(
        "epoch %-3d %5.2f %%   loss %-8.3g %.1f s",
        run.epochs(), 100 * last.accuracy(), last.loss(), seconds);
  }

  @Override
  public void stops() {
    progress.end();
  }

  @Override
  public void ends(Run run, Report gradients, double seconds, Saved saved) {
    say("gradient check   %s", verdict(gradients));
    say(
        "@|bold %.2f %%|@ of %,d test images   saved %s",
        100 * run.history().getLast().accuracy(), Mnist.TEST, saved);
  }

  private static String verdict(Report r) {
    if (!r.passed()) return "@|red " + r + "|@";
    if (r.unresolved() == r.comparisons())
      return "no verdict: all %d directions and entries are too flat for differences"
          .formatted(r.comparisons());
    return "worst relative error %s over %d directions and entries%s"
        .formatted(
            r.error() == 0 ? "0" : String.format(Locale.ROOT, "%.2g", r.error()),
            r.comparisons(),
            r.unresolved() == 0
                ? ""
                : "%n                 (%d of them too flat for differences to tell)"
                    .formatted(r.unresolved()));
  }

  private void say(String line, Object... values) {
    out.println(Ansi.AUTO.string(String.format(Locale.ROOT, line, values)));
  }
}
