package io.leibniz.verify.bench;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that a run measured.
 *
 * @param gigaflops of multiply-adds, at the machine's best; the next two are GB/s of copying, in the cache and in memory
 */
record Result(
    String machine,
    LocalDate date,
    int threads,
    double gigaflops,
    double inCache,
    double inMemory,
    List<Entry> rows) {

  Result with(List<Entry> rows) {
    return new Result(machine, date, threads, gigaflops, inCache, inMemory, rows);
  }

  /** Those that stand beside each other. */
  Map<String, List<Entry>> byWork() {
    return rows.stream()
        .collect(Collectors.groupingBy(Entry::work, LinkedHashMap::new, Collectors.toList()));
  }

  /** The fastest library of one work. */
  static Optional<Entry> fastest(List<Entry> ofOneWork) {
    return ofOneWork.stream()
        .filter(Entry::isAgainstLibrary)
        .min(Comparator.comparingDouble(Entry::ratioOrNaN));
  }

  String roofs() {
    return "FMA %s GFLOP/s, copy %s GB/s in cache, %s GB/s in memory"
        .formatted(Units.three(gigaflops), Units.three(inCache), Units.three(inMemory));
  }

  /** As in {@code JDK 25, 1 thread · 2026-11-24}. */
  String where() {
    return "%s, %d thread%s · %s".formatted(machine, threads, threads == 1 ? "" : "s", date);
  }

  /** The one line for whoever reads no table. */
  String verdict() {
    var fastest =
        byWork().values().stream().map(Result::fastest).flatMap(Optional::stream).toList();
    if (fastest.isEmpty()) return "no library took part";
    long ahead = fastest.stream().filter(e -> e.ratioOrNaN() >= 1).count();
    Entry worst = fastest.stream().min(Comparator.comparingDouble(Entry::ratioOrNaN)).orElseThrow();
    return "ahead of every library in %d of %d works; least so in %s, %s against %s"
        .formatted(
            ahead, fastest.size(), worst.work(), Units.ratio(worst.ratioOrNaN()), worst.peer());
  }
}
