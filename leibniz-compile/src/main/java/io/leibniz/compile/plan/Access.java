package io.leibniz.compile.plan;

import org.jspecify.annotations.Nullable;

/** The elements of a buffer as a kernel meets them: element {@code flat} at each place of its domain, where {@code guard} holds. */
record Access(Buffer buffer, Affine flat, @Nullable Guard guard) {

  /** Places whose coordinate along the domain's last axis is in {@code [low, high)}. */
  record Guard(int low, int high) {
    static Guard both(@Nullable Guard a, Guard b) {
      return a == null ? b : new Guard(Math.max(a.low, b.low), Math.min(a.high, b.high));
    }
  }
}
