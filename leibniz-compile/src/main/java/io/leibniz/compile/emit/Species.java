package io.leibniz.compile.emit;

import io.leibniz.ir.DType;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this machine. Loaded only where the vector module is there. */
final class Species {
  private Species() {}

  /** How many lanes of {@code lane} a vector of the preferred width has. */
  static int width(DType lane) {
    return lane == DType.F32
        ? FloatVector.SPECIES_PREFERRED.length()
        : DoubleVector.SPECIES_PREFERRED.length();
  }

  /**
   * Loads the classes of all vectors and masks that emitted code may use. One that is loaded later can break what C2 has
   * assumed of their superclasses, and throws compiled kernels away.
   */
  static void load() {
    for (VectorSpecies<?> s :
        List.of(
            FloatVector.SPECIES_PREFERRED,
            DoubleVector.SPECIES_PREFERRED,
            IntVector.SPECIES_PREFERRED,
            LongVector.SPECIES_PREFERRED)) {
      VectorMask<?> some = s.indexInRange(0, 1);
      if (s.zero().length() != some.length()) throw new AssertionError(s);
    }
  }
}
