package io.leibniz.cli.tour;

/** All other sections, run again and counted. */
record Summary() implements Section {

  @Override
  public String title() {
    return "Summary, counted";
  }

  @Override
  public void run(Stage stage) {
    Stage all = stage.sections() == Section.all().size() ? stage : everything();
    stage.say(
        "%d sections, %,d numbers computed, %d slips of the lecture caught; the next one is no. %d.",
        Section.all().size() - 1, all.computed().size(), all.slips(), all.slips() + 1);
    stage.caught(
        "The lecture: approximately 2920 words.",
        "Split at blanks it has 1,374. Counted as it ran, like all here: this tour has %,d words on %,d lines before this section."
            .formatted(all.words(), all.lines()));
    stage.blank();
    stage.say("Next: ./leibniz train mnist, where all of this runs some thousand times.");
  }

  /** A stage on which all other sections have run. */
  private static Stage everything() {
    var all = Stage.silent();
    for (Section s : Section.all()) {
      if (s instanceof Summary) continue;
      all.title(0, s);
      s.run(all);
    }
    return all;
  }
}
