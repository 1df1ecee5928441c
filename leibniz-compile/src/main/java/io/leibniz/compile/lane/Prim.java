package io.leibniz.compile.lane;

import io.leibniz.ir.DType;
import io.leibniz.ir.Pointwise;
import java.util.List;

/**
 * What one lane of a kernel can do in one step. Each has one meaning, rounded once, so that a scalar and a vector
 * of any width compute the same bits.
 */
public sealed interface Prim {

  /** The element that array reference {@code ref} of the kernel has for this lane. */
  record Load(DType type, int ref) implements Prim {}

  /** A number written into the code, by its bits. */
  record Const(DType type, long bits) implements Prim {}

  /** Whether this lane lies in range {@code range} of the kernel: how a pad looks from inside a loop. */
  record Inside(int range) implements Prim {}

  /** The sum that a contraction has found for this element. */
  record Total(DType type) implements Prim {}

  /** Bits of an integer moved by so many places. */
  record Shift(Direction direction, int by) implements Prim {}

  /** Both bring in zeros. */
  enum Direction {
    UP,
    DOWN
  }

  /** The same number in another type, as core's cast has it. Scalar only. */
  record Convert(DType to) implements Prim {}

  /** A function of core's, called. Scalar only. */
  record Call(DType type, Pointwise function) implements Prim {}

  /**
   * Operand 1 where operand 0 holds; elsewhere core's function of operand 2, which is rare. Vectors take operand 1, and
   * leave a block with such a lane to scalar code.
   */
  record Rare(DType type, Pointwise function) implements Prim {}

  /** Arithmetic. */
  enum Step implements Prim {
    ADD,
    SUB,
    MUL,
    DIV,
    NEG,
    ABS,
    SQRT,
    /** a · b + c, rounded once. */
    FMA,
    LT,
    LE,
    GT,
    GE,
    EQ,
    NE,
    /** p ? a : b. */
    SELECT,
    AND,
    OR,
    XOR,
    NOT,
    /** The bits of a float as an integer of its size. */
    BITS,
    /** And back. */
    FLOAT
  }

  /** The type of the result. */
  default DType type(List<Expr> x) {
    return switch (this) {
      case Load l -> l.type;
      case Const c -> c.type;
      case Total t -> t.type;
      case Inside _ -> DType.BOOL;
      case Convert c -> c.to;
      case Call c -> c.type;
      case Rare r -> r.type;
      case Shift _ -> x.getFirst().type();
      case Step s ->
          switch (s) {
            case ADD, SUB, MUL, DIV, NEG, ABS, SQRT, FMA, AND, OR, XOR, NOT -> x.getFirst().type();
            case LT, LE, GT, GE, EQ, NE -> DType.BOOL;
            case SELECT -> x.get(1).type();
            case BITS -> x.getFirst().type() == DType.F32 ? DType.I32 : DType.I64;
            case FLOAT -> x.getFirst().type() == DType.I32 ? DType.F32 : DType.F64;
          };
    };
  }

  /** Whether vectors can do it. */
  default boolean vectors() {
    return switch (this) {
      case Convert _, Call _ -> false;
      case Load _, Const _, Inside _, Total _, Shift _, Rare _, Step _ -> true;
    };
  }
}
