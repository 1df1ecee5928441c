package io.leibniz.nn;

import io.leibniz.ir.ShapeException;

/** How many numbers a matrix [in, out] takes and gives. */
final class Fans {
  private Fans() {}

  /** A fan of a matrix with these extents, or a mean of fans. */
  interface Of {
    double of(int[] dims);
  }

  static double in(int[] dims) {
    return matrix(dims)[0];
  }

  static double mean(int[] dims) {
    return (matrix(dims)[0] + (double) matrix(dims)[1]) / 2;
  }

  private static int[] matrix(int[] dims) {
    if (dims.length != 2)
      throw new ShapeException(
          "the fans of a parameter need a matrix [in, out], got %d axes; start it with ZEROS or NORMAL"
              .formatted(dims.length));
    return dims;
  }
}
