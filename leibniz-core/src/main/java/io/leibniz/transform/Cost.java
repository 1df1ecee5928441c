package io.leibniz.transform;

import io.leibniz.ir.Contraction;
import io.leibniz.ir.Control;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Source;
import java.util.Set;

/**
 * Whether a node is better kept than computed again. It decides how much memory a derivative takes, never what
 * it is.
 */
final class Cost {
  private Cost() {}

  /** What a processor does about as fast as it loads a number. */
  private static final Set<Unary> CHEAP =
      Set.of(
          Unary.NEG,
          Unary.ABS,
          Unary.SIGN,
          Unary.FLOOR,
          Unary.CEIL,
          Unary.ROUND,
          Unary.ONE_MINUS_SQUARE);

  private static final Set<Binary> QUICK =
      Set.of(Binary.ADD, Binary.SUB, Binary.MUL, Binary.DIV, Binary.MAX, Binary.MIN);

  static boolean dear(Node n) {
    return switch (n.op()) {
      case Source _, Movement _, Indexing _, Random _ -> false;
      case Pointwise p -> dear(p);
      case Packing p -> p instanceof Packing.Part; // of a loop, a branch or a factorisation
      case Reduction _, Contraction _, Linalg _, Control _ -> true;
    };
  }

  private static boolean dear(Pointwise p) {
    return switch (p) {
      case Unary u -> !CHEAP.contains(u);
      case Binary b -> !QUICK.contains(b);
      case Pointwise.Polygamma _ -> true;
      case Pointwise.Flat _, Pointwise.Cast _, Pointwise.Choice _, Pointwise.Domain _ -> false;
    };
  }
}
