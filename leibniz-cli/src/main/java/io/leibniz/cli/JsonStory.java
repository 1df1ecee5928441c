package io.leibniz.cli;

import io.leibniz.check.Report;
import java.io.PrintWriter;
import java.nio.file.Path;

/** One JSON object a line. */
record JsonStory(PrintWriter out) implements Story {
  private record Epoch(String event, int epoch, double loss, double accuracy, double seconds) {}

  private record Result(
      String event,
      double testAccuracy,
      long parameters,
      double seconds,
      String checkpoint,
      Gradients gradientCheck) {}

  private record Gradients(
      boolean passed, double worstRelativeError, String where, int comparisons, int unresolved) {}

  @Override
  public void begins(Run run, int epochs, Path checkpoint) {}

  @Override
  public void epochBegins(int epoch, int examples) {}

  @Override
  public void step(int done, double loss) {}

  @Override
  public void epochEnds(Run run, double seconds) {
    var last = run.history().getLast();
    out.println(
        Lines.json(new Epoch("epoch", run.epochs(), last.loss(), last.accuracy(), seconds)));
  }

  @Override
  public void stops() {}

  @Override
  public void ends(Run run, Report gradients, double seconds, Saved saved) {
    out.println(
        Lines.json(
            new Result(
                "result",
                run.history().getLast().accuracy(),
                run.recipe().parameters(),
                seconds,
                saved.checkpoint().toString(),
                new Gradients(
                    gradients.passed(),
                    gradients.error(),
                    gradients.where(),
                    gradients.comparisons(),
                    gradients.unresolved()))));
  }
}
