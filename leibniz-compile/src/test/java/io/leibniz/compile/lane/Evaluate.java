package io.leibniz.compile.lane;

import io.leibniz.ir.DType;
import java.util.Arrays;
import java.util.List;

/** Computes a graph, one lane, by what its steps mean. A float is held by its bits, a truth value as 1 or 0. */
final class Evaluate {
  private final List<Expr> steps;
  private final int[][] operands;
  private final DType[] types;
  private final long[] values;
  private final int[] loads;

  /** Of a result in which array reference i is argument i. */
  Evaluate(Expr result) {
    steps = Expr.order(List.of(result));
    operands =
        steps.stream()
            .map(e -> e.operands().stream().mapToInt(steps::indexOf).toArray())
            .toArray(int[][]::new);
    types =
        steps.stream()
            .map(e -> e.operands().isEmpty() ? e.type() : e.operands().getLast().type())
            .toArray(DType[]::new);
    values = new long[steps.size()];
    loads = new int[2];
    Arrays.fill(loads, -1);
    for (int i = 0; i < values.length; i++) {
      if (steps.get(i).op() instanceof Prim.Const(_, long bits)) values[i] = bits;
      if (steps.get(i).op() instanceof Prim.Load(_, int ref)) loads[ref] = i;
    }
  }

  /** How many steps it takes, constants and loads not counted. */
  static long count(Expr... results) {
    return Expr.order(List.of(results)).stream().filter(e -> !e.operands().isEmpty()).count();
  }

  double of(double... x) {
    for (int i = 0; i < x.length; i++)
      if (loads[i] >= 0) values[loads[i]] = bits(steps.get(loads[i]).type(), x[i]);
    for (int i = 0; i < values.length; i++) if (operands[i].length > 0) values[i] = step(i);
    DType type = steps.getLast().type();
    long result = values[values.length - 1];
    return type.isFloat() ? number(type, result) : result;
  }

  static long bits(DType type, double x) {
    return type == DType.F32 ? Float.floatToRawIntBits((float) x) : Double.doubleToRawLongBits(x);
  }

  static double number(DType type, long bits) {
    return type == DType.F32 ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
  }

  private long step(int i) {
    int[] x = operands[i];
    long a = values[x[0]];
    long b = x.length > 1 ? values[x[1]] : 0;
    long c = x.length > 2 ? values[x[2]] : 0;
    DType type = types[i];
    return switch (steps.get(i).op()) {
      case Prim.Shift s -> shift(type, s, a);
      case Prim.Step s -> {
        if (s == Prim.Step.SELECT) yield a != 0 ? b : c;
        if (s == Prim.Step.BITS || s == Prim.Step.FLOAT) yield a;
        yield switch (type) {
          case F32 ->
              single(
                  s,
                  Float.intBitsToFloat((int) a),
                  Float.intBitsToFloat((int) b),
                  Float.intBitsToFloat((int) c));
          case F64 ->
              twice(
                  s,
                  Double.longBitsToDouble(a),
                  Double.longBitsToDouble(b),
                  Double.longBitsToDouble(c));
          case I32 -> (int) integer(s, a, b);
          case I64 -> integer(s, a, b);
          case BOOL -> integer(s, a, b) & 1;
        };
      }
      default -> throw new AssertionError(steps.get(i));
    };
  }

  private static long shift(DType type, Prim.Shift s, long a) {
    int n = (int) a;
    boolean narrow = type == DType.I32;
    return switch (s.direction()) {
      case UP -> narrow ? n << s.by() : a << s.by();
      case DOWN -> narrow ? n >>> s.by() : a >>> s.by();
    };
  }

  private static long truth(boolean b) {
    return b ? 1 : 0;
  }

  private static long integer(Prim.Step s, long a, long b) {
    return switch (s) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case NEG -> -a;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case NOT -> ~a;
      case LT -> truth(a < b);
      case LE -> truth(a <= b);
      case GT -> truth(a > b);
      case GE -> truth(a >= b);
      case EQ -> truth(a == b);
      case NE -> truth(a != b);
      default -> throw new AssertionError(s);
    };
  }

  private static long single(Prim.Step s, float a, float b, float c) {
    return switch (s) {
      case LT -> truth(a < b);
      case LE -> truth(a <= b);
      case GT -> truth(a > b);
      case GE -> truth(a >= b);
      case EQ -> truth(a == b);
      case NE -> truth(a != b);
      default ->
          Float.floatToRawIntBits(
              switch (s) {
                case ADD -> a + b;
                case SUB -> a - b;
                case MUL -> a * b;
                case DIV -> a / b;
                case NEG -> -a;
                case ABS -> Math.abs(a);
                case SQRT -> (float) Math.sqrt(a);
                case FMA -> Math.fma(a, b, c);
                default -> throw new AssertionError(s);
              });
    };
  }

  private static long twice(Prim.Step s, double a, double b, double c) {
    return switch (s) {
      case LT -> truth(a < b);
      case LE -> truth(a <= b);
      case GT -> truth(a > b);
      case GE -> truth(a >= b);
      case EQ -> truth(a == b);
      case NE -> truth(a != b);
      default ->
          Double.doubleToRawLongBits(
              switch (s) {
                case ADD -> a + b;
                case SUB -> a - b;
                case MUL -> a * b;
                case DIV -> a / b;
                case NEG -> -a;
                case ABS -> Math.abs(a);
                case SQRT -> Math.sqrt(a);
                case FMA -> Math.fma(a, b, c);
                default -> throw new AssertionError(s);
              });
    };
  }
}
