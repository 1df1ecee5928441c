package io.leibniz.verify.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Contestants side by side: all are warmed up, one after another, and then take turns; the median of its rounds counts. */
final class Heat {
  private static final double ALIKE = 1e-3;
  private static final double ALIKE_TRAINED = 0.02;

  private static final List<Entrant> NEED_JARS =
      Entrant.PEERS.stream().filter(Entrant::needsJars).toList();

  private final Course course;
  private final Pace pace;
  private final PrintWriter err;
  private final Map<Entrant, Double> idle = new EnumMap<>(Entrant.class);
  private final Set<Entrant> absent = EnumSet.noneOf(Entrant.class);
  private boolean jars; // are there

  Heat(Course course, Pace pace, PrintWriter err) {
    this.course = course;
    this.pace = pace;
    this.err = err;
  }

  /** One contestant in one heat. */
  private static final class Racer {
    final Entrant who;
    final Contestant process;
    final double firstMillis;
    final List<Double> times = new ArrayList<>();
    double value;
    int steps = 1;

    Racer(Entrant who, Contestant process, double value) {
      this.who = who;
      this.process = process;
      this.value = value;
      firstMillis = process.millisSinceStart();
    }
  }

  /** The figures of all that took part, in the order of {@code entrants}. */
  List<Figures> of(Work work, List<Entrant> entrants) throws IOException {
    var racers = new ArrayList<Racer>();
    try {
      for (Entrant e : entrants) if (!absent.contains(e)) enter(work, e, racers);
      for (int i = 0; i < work.rounds(pace.rounds()); i++)
        for (Racer r : List.copyOf(racers))
          try {
            var round = r.process.round(r.steps);
            r.times.add(round.micros() / r.steps);
            if (work.adds()) r.value = round.value();
          } catch (Absent a) {
            leave(work, r.who, a);
            racers.remove(r);
          }
      var figures = new ArrayList<Figures>();
      for (Racer r : racers) figures.add(figures(work, r));
      compare(work, figures);
      return fastest(figures);
    } finally {
      for (Racer r : racers) r.process.close();
    }
  }

  private void enter(Work work, Entrant e, List<Racer> racers) throws IOException {
    try {
      if (!idle.containsKey(e)) {
        if (e.needsJars() && !jars) PeerJars.provide(course.checkout(), err);
        jars |= e.needsJars();
        idle.put(e, idlePeak(e));
      }
    } catch (Absent a) {
      absent.add(e);
      if (e.needsJars() && !jars) absent.addAll(NEED_JARS);
      err.println(a.getMessage());
      return;
    }
    for (String way : work.ways(e))
      try {
        var process = course.start(e, work, way);
        try {
          var racer = new Racer(e, process, process.round(1).value());
          racers.add(racer);
          if (!work.adds()) racer.steps = pace.steps(warm(process, pace.warmingUp(e)));
        } catch (Absent a) {
          racers.removeIf(r -> r.process == process);
          process.close();
          throw a;
        }
      } catch (Absent a) {
        leave(work, e, a);
      }
  }

  private void leave(Work work, Entrant e, Absent why) {
    err.println("%s, %s: %s".formatted(work.name(), e.label(), why.getMessage()));
  }

  private double idlePeak(Entrant e) throws IOException, Absent {
    try (var process = course.start(e, Work.ALL.getFirst(), "idle")) {
      process.round(1);
      return process.peakMiB();
    }
  }

  /** Until time no longer makes it faster, and it is quiet while it waits; gives the microseconds of a step. */
  private static double warm(Contestant c, Pace pace) throws IOException, Absent {
    long start = System.nanoTime(), gained = start;
    double best = Double.POSITIVE_INFINITY, micros;
    int steps = 1;
    do {
      micros = c.round(steps).micros() / steps;
      if (micros < 0.97 * best) gained = System.nanoTime();
      best = Math.min(best, micros);
      steps = (int) Math.min(pace.steps(micros), 4L * steps);
    } while (since(start) < pace.most()
        && (since(start) < pace.least() || since(gained) < pace.patience() || !c.isQuiet()));
    return best;
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private Figures figures(Work work, Racer r) throws IOException {
    double[] times = r.times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double micros =
        work.adds()
            ? Arrays.stream(times).sum()
            : (times[(times.length - 1) / 2] + times[times.length / 2]) / 2;
    double peak = Math.max(0, r.process.peakMiB() - idle.getOrDefault(r.who, 0.0));
    return new Figures(r.who, micros, r.firstMillis, peak, r.value);
  }

  /** Says so where contestants do not come to the same; of a training it is the accuracy. */
  private void compare(Work work, List<Figures> figures) {
    if (figures.isEmpty()) return;
    if (work.adds())
      for (Figures f : figures)
        err.println(
            String.format(
                Locale.ROOT,
                "%s: %s knows %.2f %% of the test images after %s",
                work.name(),
                f.who().label(),
                100 * f.value(),
                Units.time(f.micros())));
    Figures first = figures.getFirst();
    double alike = work.adds() ? ALIKE_TRAINED : ALIKE;
    for (Figures f : figures)
      if (!(Math.abs(f.value() - first.value()) <= alike * Math.abs(first.value())))
        err.println(
            "%s: %s comes to %s, but %s to %s; they do not compute the same"
                .formatted(
                    work.name(), f.who().label(), f.value(), first.who().label(), first.value()));
  }

  /** Of several ways to do it. */
  private static List<Figures> fastest(List<Figures> all) {
    return all.stream()
        .filter(
            f ->
                all.stream()
                    .filter(g -> g.who() == f.who())
                    .min(Comparator.comparingDouble(Figures::micros))
                    .orElseThrow()
                    .equals(f))
        .toList();
  }
}
