package io.leibniz.cli;

import io.leibniz.check.Report;
import java.nio.file.Path;

/** Tells of a training while it goes on: to people ({@link TextStory}) or to programs ({@link JsonStory}). */
interface Story {
  /** At the start, or after the epochs of a checkpoint. */
  void begins(Run run, int epochs, Path checkpoint);

  void epochBegins(int epoch, int examples);

  void step(int done, double loss);

  void epochEnds(Run run, double seconds);

  /** In the middle of an epoch, for good. */
  void stops();

  void ends(Run run, Report gradients, double seconds, Saved saved);
}
