package io.leibniz.compile.plan;

import io.leibniz.compile.lane.Elementary;
import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.DType;
import io.leibniz.ir.Pointwise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pointwise ops as expressions. */
final class Lowering {
  private static final int CALLED = 8;

  private Lowering() {}

  /**
   * {@code single}: there is only one lane, so that no vector needs the steps of an elementary function: it is called,
   * which keeps the code of long scalar programs short.
   */
  static Expr of(Pointwise op, DType type, List<Expr> x, boolean single) {
    Expr a = x.getFirst();
    if (single && a.type().isFloat() && weight(op) > CALLED)
      return a.block().of(new Prim.Call(type, op), x);
    boolean real = a.type().isFloat();
    return switch (op) {
      case Pointwise.Unary u -> {
        Expr known = real ? Elementary.unary(u, a) : integer(u, a);
        if (known == null) yield a.block().of(new Prim.Call(type, u), a);
        Expr covered = real ? Elementary.covers(u, a) : null;
        yield covered == null ? known : a.block().of(new Prim.Rare(type, u), covered, known, a);
      }
      case Pointwise.Binary b -> {
        Expr known = real ? Elementary.binary(b, a, x.get(1)) : integer(b, a, x.get(1));
        yield known != null ? known : a.block().of(new Prim.Call(type, b), a, x.get(1));
      }
      case Pointwise.Polygamma p -> a.block().of(new Prim.Call(type, p), a);
      case Pointwise.Compare c when a.type() == DType.BOOL -> truth(c, a, x.get(1));
      case Pointwise.Compare c ->
          a.block()
              .of(
                  switch (c) {
                    case LT -> Prim.Step.LT;
                    case LE -> Prim.Step.LE;
                    case GT -> Prim.Step.GT;
                    case GE -> Prim.Step.GE;
                    case EQ -> Prim.Step.EQ;
                    case NE -> Prim.Step.NE;
                  },
                  a,
                  x.get(1));
      case Pointwise.Order o -> a.block().of(new Prim.Call(type, o), a, x.get(1));
      case Pointwise.Bitwise b ->
          switch (b) {
            case AND -> a.and(x.get(1));
            case OR -> a.or(x.get(1));
            case XOR -> a.xor(x.get(1));
            case SHL, SHR, USHR -> throw new AssertionError(b + " is interpreted");
          };
      case Pointwise.Not _ -> a.not();
      case Pointwise.Cast(var to) -> a.type() == to ? a : a.block().of(new Prim.Convert(to), a);
      case Pointwise.Choice _ -> a.choose(x.get(1), x.get(2));
      case Pointwise.Domain _ -> a.choose(x.get(1), x.get(1).like(Double.NaN));
      case Pointwise.Stop _ -> a;
    };
  }

  /** Truth values compared, true being the greater: masks of vectors know logic only. */
  private static Expr truth(Pointwise.Compare c, Expr a, Expr b) {
    return switch (c) {
      case LT -> a.not().and(b);
      case LE -> a.not().or(b);
      case GT -> a.and(b.not());
      case GE -> a.or(b.not());
      case EQ -> a.xor(b).not();
      case NE -> a.xor(b);
    };
  }

  private static @Nullable Expr integer(Pointwise.Unary u, Expr a) {
    return u == Pointwise.Unary.NEG ? a.negate() : u == Pointwise.Unary.ABS ? a.abs() : null;
  }

  private static @Nullable Expr integer(Pointwise.Binary b, Expr x, Expr y) {
    return switch (b) {
      case ADD -> x.plus(y);
      case SUB -> x.minus(y);
      case MUL -> x.times(y);
      case MAX -> x.more(y).choose(x, y);
      case MIN -> x.less(y).choose(x, y);
      case DIV, REM, POW, ATAN2, HYPOT, XLOGY -> null;
    };
  }

  /** Whether the op has to be left to the interpreter: it raises, with words of its own, or is rare. */
  static boolean compiled(Pointwise op, DType type) {
    return switch (op) {
      case Pointwise.Binary b ->
          type.isFloat() || b != Pointwise.Binary.DIV && b != Pointwise.Binary.REM;
      case Pointwise.Bitwise b ->
          b == Pointwise.Bitwise.AND || b == Pointwise.Bitwise.OR || b == Pointwise.Bitwise.XOR;
      case Pointwise.Unary _,
          Pointwise.Polygamma _,
          Pointwise.Compare _,
          Pointwise.Order _,
          Pointwise.Not _,
          Pointwise.Cast _,
          Pointwise.Choice _,
          Pointwise.Domain _,
          Pointwise.Stop _ ->
          true;
    };
  }

  /** Roughly how many steps the op takes: for deciding what is kept and what is computed again. */
  static int weight(Pointwise op) {
    return switch (op) {
      case Pointwise.Unary u ->
          switch (u) {
            case NEG, ABS -> 1;
            case SIGN, FLOOR, CEIL, ROUND, ONE_MINUS_SQUARE -> 4;
            case SQRT, RSQRT -> 8;
            case EXP, GAUSS -> 20;
            case EXPM1, LOG, LOG2, LOG10, TANH, SIGMOID, SECH, SINH, COSH -> 32;
            case LOG1P, SOFTPLUS, SIN, COS, ERF -> 45;
            case CBRT, TAN, ASIN, ACOS, ATAN, ASINH, ACOSH, ATANH, ERFC -> 60;
            case ERFINV, GAMMA, LGAMMA -> 100;
          };
      case Pointwise.Binary b ->
          switch (b) {
            case ADD, SUB, MUL -> 1;
            case MAX, MIN -> 4;
            case DIV -> 8;
            case REM, ATAN2, HYPOT, XLOGY -> 60;
            case POW -> 110;
          };
      case Pointwise.Polygamma _ -> 200;
      case Pointwise.Order _ -> 8;
      case Pointwise.Compare _,
          Pointwise.Bitwise _,
          Pointwise.Not _,
          Pointwise.Cast _,
          Pointwise.Choice _,
          Pointwise.Domain _,
          Pointwise.Stop _ ->
          1;
    };
  }
}
