package io.leibniz.verify.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The result as {@code docs/benchmarks.md} holds it: one line a work, a column for each peer. */
final class Markdown {
  private Markdown() {}

  static String of(Result r) {
    var peers =
        Entrant.PEERS.stream()
            .map(Entrant::label)
            .filter(p -> r.rows().stream().anyMatch(e -> p.equals(e.peer())))
            .toList();
    var out = new ArrayList<String>();
    out.add("## %s".formatted(r.threads() == 1 ? "One thread" : r.threads() + " threads"));
    out.add("");
    out.add("%s. Roofs: %s.".formatted(r.where(), r.roofs()));
    out.add("");
    speed(r, peers, out);
    out.add("");
    out.add(
        "First step, from the start of the process, and peak memory, less that of an idle process:");
    out.add("");
    starts(r, peers, out);
    return String.join(System.lineSeparator(), out);
  }

  private static void speed(Result r, List<String> peers, List<String> out) {
    var head = new ArrayList<>(List.of("work", "ours"));
    head.addAll(peers);
    head.addAll(List.of("fastest library ÷ ours", "share of the roof"));
    table(head, out);
    r.byWork()
        .forEach(
            (work, entries) -> {
              Entry ours = entries.getFirst();
              var cells = new ArrayList<>(List.of(work, Units.time(ours.oursMicros())));
              for (String p : peers)
                cells.add(
                    entries.stream()
                        .filter(e -> p.equals(e.peer()))
                        .map(e -> Units.time(e.peerMicros()))
                        .findFirst()
                        .orElse(""));
              cells.add(
                  Result.fastest(entries)
                      .map(e -> "**%s** (%s)".formatted(Units.ratio(e.ratioOrNaN()), e.peer()))
                      .orElse(""));
              cells.add(Units.share(ours.roofShare()));
              row(cells, out);
            });
  }

  private static void starts(Result r, List<String> peers, List<String> out) {
    var head = new ArrayList<>(List.of("work", "ours"));
    head.addAll(peers);
    table(head, out);
    r.byWork()
        .forEach(
            (work, entries) -> {
              Entry ours = entries.getFirst();
              var cells =
                  new ArrayList<>(
                      List.of(work, start(ours.oursFirstStepMillis(), ours.oursPeakMiB())));
              for (String p : peers)
                cells.add(
                    entries.stream()
                        .filter(e -> p.equals(e.peer()))
                        .map(
                            e ->
                                start(
                                    Objects.requireNonNull(e.peerFirstStepMillis()),
                                    Objects.requireNonNull(e.peerPeakMiB())))
                        .findFirst()
                        .orElse(""));
              row(cells, out);
            });
  }

  private static String start(double millis, double peak) {
    return "%s s, %s MiB".formatted(Units.seconds(millis), Units.mebibytes(peak));
  }

  private static void table(List<String> head, List<String> out) {
    row(head, out);
    out.add("|---".repeat(head.size()) + "|");
  }

  private static void row(List<String> cells, List<String> out) {
    out.add("| " + String.join(" | ", cells) + " |");
  }
}
