package io.leibniz.verify.bench;

import java.util.List;
import java.util.Locale;

/** The result on a terminal, printed work by work as it comes. */
final class Table {
  private static final String LINE = "%-17s %8s  %-13s %8s %6s %6s %9s %9s";
  private static final String SCALAR = "%-17s %8s %8s %6s   %s";

  private Table() {}

  static String head(Result result, boolean scalar) {
    String columns =
        scalar
            ? SCALAR.formatted("work", "vector", "scalar", "ratio", "limit")
            : LINE.formatted(
                "work", "ours", "peer", "theirs", "ratio", "roof", "first, s", "peak, MiB");
    return "%s%nroofs: %s%n%n%s".formatted(result.where(), result.roofs(), columns);
  }

  /** One work; {@code limit} is how many times slower ours may be without vectors. */
  static String lines(List<Entry> entries, boolean scalar, double limit) {
    var out = new StringBuilder();
    for (int i = 0; i < entries.size(); i++) {
      if (i > 0) out.append(System.lineSeparator());
      out.append(
          (scalar ? scalar(entries.get(i), limit) : line(entries.get(i), i == 0)).stripTrailing());
    }
    return out.toString();
  }

  /** What is ours stands in a work's first line. */
  private static String line(Entry e, boolean first) {
    return LINE.formatted(
        first ? e.work() : "",
        first ? Units.time(e.oursMicros()) : "",
        e.peer() == null ? Units.time(null) : e.peer(),
        Units.time(e.peerMicros()),
        Units.ratio(e.ratioOrNaN()),
        first ? Units.share(e.roofShare()) : "",
        Units.seconds(e.oursFirstStepMillis()) + "/" + Units.seconds(e.peerFirstStepMillis()),
        Units.mebibytes(e.oursPeakMiB()) + "/" + Units.mebibytes(e.peerPeakMiB()));
  }

  private static String scalar(Entry e, double limit) {
    return SCALAR.formatted(
        e.work(),
        Units.time(e.oursMicros()),
        Units.time(e.peerMicros()),
        Units.ratio(e.ratioOrNaN()),
        String.format(Locale.ROOT, "≤ %.0f%s", limit, e.ratioOrNaN() <= limit ? "" : "  missed"));
  }
}
