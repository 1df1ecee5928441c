package io.leibniz.verify.bench;

/**
 * How long to measure, in seconds. A contestant is warm when {@code patience} has brought it nothing, but not before {@code least} and
 * at the latest after {@code most}; the three are multiplied by four for ours.
 */
record Pace(double least, double patience, double most, int rounds, double round) {
  static final Pace QUICK = new Pace(0.5, 0.5, 4, 5, 0.15);
  static final Pace FULL = new Pace(2, 1, 7.5, 9, 0.3);

  private static final double LONGER = 4;

  Pace warmingUp(Entrant e) {
    return e.warmsUp()
        ? new Pace(LONGER * least, LONGER * patience, LONGER * most, rounds, round)
        : this;
  }

  /** How many steps of so many microseconds make a round. */
  int steps(double micros) {
    return (int) Math.clamp(round * 1e6 / Math.max(micros, 1e-3), 1, 100_000_000);
  }
}
