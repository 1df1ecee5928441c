package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Cast;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Domain;
import io.leibniz.ir.Pointwise.Not;
import io.leibniz.ir.Pointwise.Order;
import io.leibniz.ir.Pointwise.Polygamma;
import io.leibniz.ir.Pointwise.Stop;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Random;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Pointwise ops, one loop for each kind of element. */
final class Elements {
  private Elements() {}

  static Array value(Pointwise op, Type type, List<Array> x) {
    return switch (op) {
      case Unary u when type.dtype().isFloat() -> unary(u.f(), type, x.getFirst());
      case Unary u -> integers(Objects.requireNonNull(u.integer()), type, x.getFirst());
      case Polygamma p -> unary(p::of, type, x.getFirst());
      case Binary b when type.dtype().isFloat() -> arithmetic(b, type, x.get(0), x.get(1));
      case Binary b -> integers(Objects.requireNonNull(b.integer()), type, x.get(0), x.get(1));
      case Compare c -> compare(c, type, x.get(0), x.get(1));
      case Order o -> order(o, type, x.get(0), x.get(1));
      case Bitwise b -> bitwise(b, type, x.get(0), x.get(1));
      case Not _ -> not(type, x.getFirst());
      case Cast(var to) -> cast(to, x.getFirst());
      case Stop _ -> x.getFirst();
      case Choice _ -> choose(type, x.get(0).bool(), x.get(1), x.get(2));
      case Domain _ ->
          choose(type, x.get(0).bool(), x.get(1), cast(type.dtype(), nan()).fill(type.shape()));
    };
  }

  private static Array nan() {
    return Array.of(Shape.SCALAR, new double[] {Double.NaN});
  }

  private static Array unary(DoubleUnaryOperator f, Type type, Array x) {
    Array out = Array.zeros(type);
    if (type.dtype() == DType.F64) {
      double[] a = x.f64(), r = out.f64();
      for (int i = 0; i < r.length; i++) r[i] = f.applyAsDouble(a[i]);
    } else {
      float[] a = x.f32(), r = out.f32();
      for (int i = 0; i < r.length; i++) r[i] = (float) f.applyAsDouble(a[i]);
    }
    return out;
  }

  private static Array integers(LongUnaryOperator f, Type type, Array x) {
    Array out = Array.zeros(type);
    if (type.dtype() == DType.I64) {
      long[] a = x.i64(), r = out.i64();
      for (int i = 0; i < r.length; i++) r[i] = f.applyAsLong(a[i]);
    } else {
      int[] a = x.i32(), r = out.i32();
      for (int i = 0; i < r.length; i++) r[i] = (int) f.applyAsLong(a[i]);
    }
    return out;
  }

  /** The four operations that fill most programs have loops that the JIT can turn into vector code. */
  private static Array arithmetic(Binary op, Type type, Array x, Array y) {
    Array out = Array.zeros(type);
    int n = out.size();
    if (type.dtype() == DType.F64) {
      double[] a = x.f64(), b = y.f64(), r = out.f64();
      switch (op) {
        case ADD -> {
          for (int i = 0; i < n; i++) r[i] = a[i] + b[i];
        }
        case SUB -> {
          for (int i = 0; i < n; i++) r[i] = a[i] - b[i];
        }
        case MUL -> {
          for (int i = 0; i < n; i++) r[i] = a[i] * b[i];
        }
        case DIV -> {
          for (int i = 0; i < n; i++) r[i] = a[i] / b[i];
        }
        case REM, MAX, MIN, POW, ATAN2, HYPOT, XLOGY -> {
          DoubleBinaryOperator f = op.f();
          for (int i = 0; i < n; i++) r[i] = f.applyAsDouble(a[i], b[i]);
        }
      }
    } else {
      float[] a = x.f32(), b = y.f32(), r = out.f32();
      switch (op) {
        case ADD -> {
          for (int i = 0; i < n; i++) r[i] = a[i] + b[i];
        }
        case SUB -> {
          for (int i = 0; i < n; i++) r[i] = a[i] - b[i];
        }
        case MUL -> {
          for (int i = 0; i < n; i++) r[i] = a[i] * b[i];
        }
        case DIV -> {
          for (int i = 0; i < n; i++) r[i] = a[i] / b[i];
        }
        case REM, MAX, MIN, POW, ATAN2, HYPOT, XLOGY -> {
          DoubleBinaryOperator f = op.f();
          for (int i = 0; i < n; i++) r[i] = (float) f.applyAsDouble(a[i], b[i]);
        }
      }
    }
    return out;
  }

  /** An int is computed as a long and narrowed: sums, products, quotients and remainders come out as Java's. */
  private static Array integers(LongBinaryOperator f, Type type, Array x, Array y) {
    Array out = Array.zeros(type);
    try {
      if (type.dtype() == DType.I64) {
        long[] a = x.i64(), b = y.i64(), r = out.i64();
        for (int i = 0; i < r.length; i++) r[i] = f.applyAsLong(a[i], b[i]);
      } else {
        int[] a = x.i32(), b = y.i32(), r = out.i32();
        for (int i = 0; i < r.length; i++) r[i] = (int) f.applyAsLong(a[i], b[i]);
      }
    } catch (ArithmeticException e) {
      throw new ArithmeticException(
          Origin.located(
              "integer division by zero in "
                  + type
                  + "; select a divisor that is not 0, or divide floats"));
    }
    return out;
  }

  private static Array compare(Compare op, Type type, Array x, Array y) {
    Array out = Array.zeros(type);
    boolean[] r = out.bool();
    switch (x.dtype()) {
      case F64 -> {
        double[] a = x.f64(), b = y.f64();
        for (int i = 0; i < r.length; i++) r[i] = op.of(a[i], b[i]);
      }
      case F32 -> {
        float[] a = x.f32(), b = y.f32();
        for (int i = 0; i < r.length; i++) r[i] = op.of((double) a[i], (double) b[i]);
      }
      case I64, I32 -> {
        for (int i = 0; i < r.length; i++) r[i] = op.of(x.integer(i), y.integer(i));
      }
      case BOOL -> {
        for (int i = 0; i < r.length; i++) r[i] = op.of(x.number(i), y.number(i));
      }
    }
    return out;
  }

  private static Array order(Order op, Type type, Array x, Array y) {
    Array out = Array.zeros(type);
    int[] r = out.i32();
    for (int i = 0; i < r.length; i++) r[i] = op.of(x.number(i), y.number(i));
    return out;
  }

  private static Array bitwise(Bitwise op, Type type, Array x, Array y) {
    Array out = Array.zeros(type);
    switch (type.dtype()) {
      case I64 -> {
        long[] a = x.i64(), b = y.i64(), r = out.i64();
        for (int i = 0; i < r.length; i++) r[i] = op.of(a[i], b[i]);
      }
      case I32 -> {
        int[] a = x.i32(), b = y.i32(), r = out.i32();
        for (int i = 0; i < r.length; i++) r[i] = op.of(a[i], b[i]);
      }
      case BOOL -> {
        boolean[] a = x.bool(), b = y.bool(), r = out.bool();
        for (int i = 0; i < r.length; i++) r[i] = op.of(a[i] ? 1 : 0, b[i] ? 1 : 0) != 0;
      }
      case F64, F32 -> throw new AssertionError(type);
    }
    return out;
  }

  private static Array not(Type type, Array x) {
    Array out = Array.zeros(type);
    switch (type.dtype()) {
      case I64 -> {
        for (int i = 0; i < out.size(); i++) out.i64()[i] = ~x.i64()[i];
      }
      case I32 -> {
        for (int i = 0; i < out.size(); i++) out.i32()[i] = ~x.i32()[i];
      }
      case BOOL -> {
        for (int i = 0; i < out.size(); i++) out.bool()[i] = !x.bool()[i];
      }
      case F64, F32 -> throw new AssertionError(type);
    }
    return out;
  }

  static Array cast(DType to, Array x) {
    if (to == x.dtype()) return x;
    Array out = Array.zeros(x.type().with(to));
    int n = out.size();
    boolean exact = x.dtype().isInteger(); // a long has more digits than a double
    switch (to) {
      case F64 -> {
        for (int i = 0; i < n; i++) out.f64()[i] = exact ? (double) x.integer(i) : x.number(i);
      }
      case F32 -> {
        for (int i = 0; i < n; i++)
          out.f32()[i] = exact ? (float) x.integer(i) : (float) x.number(i);
      }
      case I64 -> {
        for (int i = 0; i < n; i++) out.i64()[i] = exact ? x.integer(i) : (long) x.number(i);
      }
      case I32 -> {
        for (int i = 0; i < n; i++) out.i32()[i] = exact ? (int) x.integer(i) : (int) x.number(i);
      }
      case BOOL -> {
        for (int i = 0; i < n; i++) out.bool()[i] = x.number(i) != 0;
      }
    }
    return out;
  }

  private static Array choose(Type type, boolean[] p, Array x, Array y) {
    Array out = Array.zeros(type);
    switch (type.dtype()) {
      case F64 -> {
        double[] a = x.f64(), b = y.f64(), r = out.f64();
        for (int i = 0; i < r.length; i++) r[i] = p[i] ? a[i] : b[i];
      }
      case F32 -> {
        float[] a = x.f32(), b = y.f32(), r = out.f32();
        for (int i = 0; i < r.length; i++) r[i] = p[i] ? a[i] : b[i];
      }
      case I64 -> {
        long[] a = x.i64(), b = y.i64(), r = out.i64();
        for (int i = 0; i < r.length; i++) r[i] = p[i] ? a[i] : b[i];
      }
      case I32 -> {
        int[] a = x.i32(), b = y.i32(), r = out.i32();
        for (int i = 0; i < r.length; i++) r[i] = p[i] ? a[i] : b[i];
      }
      case BOOL -> {
        boolean[] a = x.bool(), b = y.bool(), r = out.bool();
        for (int i = 0; i < r.length; i++) r[i] = p[i] ? a[i] : b[i];
      }
    }
    return out;
  }

  static Array threefry(Type type, Array key, Array counter) {
    Array out = Array.zeros(type);
    long[] k = key.i64(), c = counter.i64(), r = out.i64();
    for (int i = 0; i < r.length; i++) r[i] = Random.Threefry.bits(k[i], c[i]);
    return out;
  }
}
