package io.leibniz;

import io.leibniz.ir.ShapeException;

/**
 * Which carries a {@link Flow#scan} keeps for its reverse mode: every {@code every}-th one. The turns between are run
 * again when the reverse sweep comes to them, so that n turns keep n / every carries and, at any one time, what every turns need.
 * {@code every} is 0 where it is the root of n, which keeps the least: O(√n).
 */
public record Checkpoints(int every) {
  public Checkpoints {
    if (every < 0)
      throw new ShapeException("checkpoints need a distance of one turn or more, got " + every);
  }

  public static Checkpoints every(int turns) {
    if (turns == 0)
      throw new ShapeException("checkpoints need a distance of one turn or more, got 0");
    return new Checkpoints(turns);
  }

  /** Every √n-th of n. */
  public static Checkpoints root() {
    return new Checkpoints(0);
  }

  /** The distance in a scan of {@code n} turns. */
  int distance(int n) {
    return every > 0 ? every : Math.max(1, (int) Math.ceil(Math.sqrt(n)));
  }
}
