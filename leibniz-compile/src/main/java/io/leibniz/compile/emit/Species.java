package io.leibniz.compile.emit;

import io.leibniz.ir.DType;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** The vectors of this machine. Loaded only where the vector module is there. */
final class Species {
  private Species() {}

  /** How many lanes of {@code lane} a vector of the preferred width has. */
  static int width(DType lane) {
    return lane == DType.F32
        ? FloatVector.SPECIES_PREFERRED.length()
        : DoubleVector.SPECIES_PREFERRED.length();
  }
}
