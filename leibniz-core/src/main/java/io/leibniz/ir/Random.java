package io.leibniz.ir;

import java.util.List;

/** Counter-based random bits: a pure function of a key and a counter, the same everywhere. */
public sealed interface Random extends Op {

  /**
   * Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw, 2011), element by element: 64 random
   * bits for each pair of key and counter, both I64. Piecewise constant in both.
   */
  record Threefry() implements Random {
    /** 64 random bits. */
    public static long bits(long key, long counter) {
      return io.leibniz.ir.Threefry.block(key, counter);
    }

    @Override
    public String toString() {
      return "threefry";
    }
  }

  @Override
  default Type type(List<Type> x) {
    if (x.get(0).dtype() != DType.I64 || !x.get(0).equals(x.get(1)))
      throw new ShapeException(
          "threefry needs keys and counters of one i64 type, got "
              + x
              + "; cast or broadcast them");
    return x.get(0);
  }

  @Override
  default Dependence on(int operand) {
    return Dependence.CONSTANT;
  }
}
