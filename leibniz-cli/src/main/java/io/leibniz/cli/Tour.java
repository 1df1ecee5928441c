package io.leibniz.cli;

import io.leibniz.cli.tour.Section;
import io.leibniz.cli.tour.Stage;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz tour}: the lecture, section by section, run live. */
@Command(
    name = "tour",
    description = "Runs the lecture on the chain rule, section by section; catches its slips.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class Tour implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(
      paramLabel = "SECTION",
      arity = "0..1",
      description = "Its number, as --list has it; all sections if not given.")
  private @Nullable String section;

  @Option(names = "--list", description = "List the sections.")
  private boolean list;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    var all = Section.all();
    if (list) {
      for (int i = 0; i < all.size(); i++) out.printf("%2d  %s%n", i + 1, all.get(i).title());
      return 0;
    }
    var stage = new Stage(out, Ansi.AUTO.enabled());
    if (section != null) {
      int i = chosen(section, all);
      show(stage, i, all.get(i));
      return 0;
    }
    for (int i = 0; i < all.size(); i++) {
      if (i > 0) out.println();
      show(stage, i, all.get(i));
      out.flush();
    }
    return 0;
  }

  private static void show(Stage stage, int i, Section section) {
    stage.title(i + 1, section);
    section.run(stage);
  }

  private static int chosen(String text, List<Section> all) {
    for (int i = 0; i < all.size(); i++) if (text.equals(String.valueOf(i + 1))) return i;
    throw new Complaint(
        "there is no section `%s`; there are 1 to %d, see `leibniz tour --list`"
            .formatted(text, all.size()));
  }
}
