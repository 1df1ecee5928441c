package io.leibniz.verify.ours;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The two loops under {@link Roof}, which can be named where there are no vectors. */
final class Lanes {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int ACCUMULATORS = 16;

  private Lanes() {}

  /** So many accumulators that none waits for itself: 4 cycles, 2 units. */
  static float multiplyAdds(int n) {
    var x = FloatVector.broadcast(SPECIES, 0.5f);
    var y = FloatVector.broadcast(SPECIES, 0.25f);
    var a0 = x;
    var a1 = x;
    var a2 = x;
    var a3 = x;
    var a4 = x;
    var a5 = x;
    var a6 = x;
    var a7 = x;
    var a8 = x;
    var a9 = x;
    var a10 = x;
    var a11 = x;
    var a12 = x;
    var a13 = x;
    var a14 = x;
    var a15 = x;
    for (int i = n / ACCUMULATORS / SPECIES.length(); i > 0; i--) {
      a0 = a0.fma(x, y);
      a1 = a1.fma(x, y);
      a2 = a2.fma(x, y);
      a3 = a3.fma(x, y);
      a4 = a4.fma(x, y);
      a5 = a5.fma(x, y);
      a6 = a6.fma(x, y);
      a7 = a7.fma(x, y);
      a8 = a8.fma(x, y);
      a9 = a9.fma(x, y);
      a10 = a10.fma(x, y);
      a11 = a11.fma(x, y);
      a12 = a12.fma(x, y);
      a13 = a13.fma(x, y);
      a14 = a14.fma(x, y);
      a15 = a15.fma(x, y);
    }
    var left = a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7);
    var right = a8.add(a9).add(a10).add(a11).add(a12).add(a13).add(a14).add(a15);
    return left.add(right).lane(0);
  }

  static void copy(float[] from, float[] to) {
    int i = 0;
    for (; i < SPECIES.loopBound(from.length); i += SPECIES.length())
      FloatVector.fromArray(SPECIES, from, i).intoArray(to, i);
    for (; i < from.length; i++) to[i] = from[i];
  }
}
