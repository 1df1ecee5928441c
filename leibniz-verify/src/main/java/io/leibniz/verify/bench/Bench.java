package io.leibniz.verify.bench;

import io.leibniz.verify.Machine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** The process that {@code leibniz bench} starts: it lets contestants take turns, and prints what came of it. */
public final class Bench {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int WRONG_USAGE = 2;
  private static final int FAULT = 70;
  private static final int INTERRUPTED = 130;
  private static final double BUSY = 0.25;

  private final Options options;
  private final PrintWriter out;
  private final PrintWriter err;

  private Bench(Options options, PrintWriter out, PrintWriter err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    System.exit(run(writer(FileDescriptor.out), writer(FileDescriptor.err), args));
  }

  /** UTF-8 whatever the locale. */
  private static PrintWriter writer(FileDescriptor to) {
    return new PrintWriter(new FileOutputStream(to), true, StandardCharsets.UTF_8);
  }

  /** Gives the exit status. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    boolean json = Arrays.asList(args).contains("--json");
    try {
      return new Bench(Options.of(args), out, err).measured() ? 0 : FAULT;
    } catch (IllegalArgumentException e) {
      return complained(out, err, json, "usage", e, WRONG_USAGE);
    } catch (Contestant.Stopped _) {
      return INTERRUPTED;
    } catch (IOException | Absent e) {
      return complained(out, err, json, "fault", e, FAULT);
    }
  }

  private static int complained(
      PrintWriter out, PrintWriter err, boolean json, String kind, Exception e, int status) {
    String message = String.valueOf(e.getMessage());
    if (json) out.println(JSON.writeValueAsString(new Failed(new Wrong(kind, 0, message))));
    else err.println("leibniz: " + message);
    return status;
  }

  private record Failed(Wrong error) {}

  private record Wrong(String kind, int at, String message) {}

  /** Whether ours did every work. */
  private boolean measured() throws IOException, Absent {
    var course = Course.of(Machine.checkout(), options);
    if (course.processors().isEmpty())
      err.println("taskset is missing, so that no contestant is pinned to processors");
    double busy = Processors.busy();
    if (busy > BUSY)
      err.printf(
          Locale.ROOT, "other programs keep %.1f processors busy; the figures will be off%n", busy);
    boolean table = !options.json() && (options.scalar() || !options.full());
    var roofs = new Roofs(course);
    var heat = new Heat(course, options.full() ? Pace.FULL : Pace.QUICK, err);
    var rows = new ArrayList<Entry>();
    var result =
        new Result(
            Machine.description(),
            LocalDate.now(),
            options.threads(),
            roofs.gigaflops(),
            roofs.inCache(),
            roofs.inMemory(),
            rows);
    if (table) out.println(Table.head(result, options.scalar()));
    boolean all = true;
    for (int i = 0; i < options.works().size(); i++) {
      Work work = options.works().get(i);
      if (!table) err.printf("%s, %d of %d%n", work.name(), i + 1, options.works().size());
      List<Figures> figures = heat.of(work, options.entrants(work));
      boolean ours = !figures.isEmpty() && figures.getFirst().who() == Entrant.OURS;
      all &= ours;
      if (!ours) continue;
      var entries = Entry.of(work, figures, roofs.share(work, figures.getFirst().micros()));
      rows.addAll(entries);
      if (table) out.println(Table.lines(entries, options.scalar(), work.slower()));
    }
    if (options.json()) out.println(json(result));
    else if (!table) out.println(Markdown.of(result));
    else if (!options.scalar()) out.printf("%n%s%n", result.verdict());
    return all;
  }

  private record Told(String machine, int threads, List<Entry> rows) {}

  /** What {@code --json} prints. */
  static String json(Result r) {
    return JSON.writeValueAsString(new Told(r.machine(), r.threads(), r.rows()));
  }
}
