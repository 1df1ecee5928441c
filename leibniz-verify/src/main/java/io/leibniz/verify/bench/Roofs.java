package io.leibniz.verify.bench;

import io.leibniz.verify.ours.Roof;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What the machine gives at most, measured in the same run, on as many threads as the contestants have. */
final class Roofs {
  private static final int IN_CACHE = 1 << 18;
  private static final int IN_MEMORY = 1 << 27;
  private static final double WARM_UP = 0.4;
  private static final int ROUNDS = 5;

  private final Course course;
  private final Map<Integer, Double> copying = new HashMap<>();
  private final double flops;

  Roofs(Course course) throws IOException, Absent {
    this.course = course;
    flops = course.threads() * 2.0 * Roof.MULTIPLY_ADDS / best("fma");
    copying(IN_CACHE);
    copying(IN_MEMORY);
  }

  /** GFLOP/s of multiply-adds. */
  double gigaflops() {
    return flops / 1e3;
  }

  /** GB/s, read and written, in the second-level cache. */
  double inCache() throws IOException, Absent {
    return copying(IN_CACHE) / 1e3;
  }

  double inMemory() throws IOException, Absent {
    return copying(IN_MEMORY) / 1e3;
  }

  /** The share of its roof that a work reaches when a step takes so long. */
  double share(Work work, double micros) throws IOException, Absent {
    return switch (work.roof()) {
      case Work.Roof.Flops f -> f.count() / micros / flops;
      case Work.Roof.Bytes b -> b.count() / micros / copying(b.held() / 2 / course.threads());
    };
  }

  /** Bytes a microsecond when each thread copies so many. */
  private double copying(int bytes) throws IOException, Absent {
    Double known = copying.get(bytes);
    if (known != null) return known;
    double rate = course.threads() * 2.0 * Roof.copied(bytes) / best("copy", String.valueOf(bytes));
    copying.put(bytes, rate);
    return rate;
  }

  /** Microseconds of a step, at the machine's best. */
  private double best(String what, String... more) throws IOException, Absent {
    String[] args = new String[2 + more.length];
    args[0] = what;
    args[1] = String.valueOf(course.threads());
    System.arraycopy(more, 0, args, 2, more.length);
    try (var process = course.roof(args)) {
      double best = Double.POSITIVE_INFINITY;
      long start = System.nanoTime();
      for (int i = 0, steps = 1; i < ROUNDS; ) {
        double micros = process.round(steps).micros() / steps;
        best = Math.min(best, micros);
        steps = Pace.QUICK.steps(micros);
        if (System.nanoTime() - start > WARM_UP * 1e9) i++;
      }
      return best;
    }
  }
}
