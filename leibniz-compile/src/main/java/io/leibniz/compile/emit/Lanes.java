package io.leibniz.compile.emit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.function.Consumer;

/**
 * How many elements one instruction handles, and how each step is said for them: {@link Vectors} and {@link Scalars},
 * equal bit for bit. Operands are locals, the result is pushed.
 */
sealed interface Lanes permits Scalars, Vectors {
  /** In place of a mask's local: all lanes. */
  int ALL = -1;

  /** Code that pushes one value. */
  interface Push extends Consumer<CodeBuilder> {}

  int width();

  /** What holds lanes of this type. */
  TypeKind kind(DType type);

  /** The lanes' elements from {@code index} on, {@code stride} (0 or 1 for vectors) apart; 0 where the mask is off. */
  void load(CodeBuilder c, DType type, int array, Push index, int mask);

  void store(CodeBuilder c, DType type, int array, Push index, int x, int mask);

  /** The lanes j with 0 ≤ from + j < to. */
  void mask(CodeBuilder c, Push from, Push to);

  /** A scalar in every lane. */
  void spread(CodeBuilder c, DType type, Push x);

  /** A step on operands of type {@code type} (of the second operand, for {@code SELECT}). */
  void step(CodeBuilder c, Prim.Step step, DType type, int... x);

  void shift(CodeBuilder c, Prim.Shift shift, DType type, int x);

  /** What holds elements of a type in memory. */
  static ClassDesc array(DType type) {
    return switch (type) {
      case F64 -> CD_double.arrayType();
      case F32 -> CD_float.arrayType();
      case I64 -> CD_long.arrayType();
      case I32 -> CD_int.arrayType();
      case BOOL -> CD_boolean.arrayType();
    };
  }

  /** Keeps what was pushed in a local of its own. */
  default int keep(CodeBuilder c, DType type) {
    int local = c.allocateLocal(kind(type));
    c.storeLocal(kind(type), local);
    return local;
  }

  /** Pushes element {@code index} of an array. */
  static void element(CodeBuilder c, DType type, int array, Push index) {
    c.aload(array);
    index.accept(c);
    switch (type) {
      case F64 -> c.daload();
      case F32 -> c.faload();
      case I64 -> c.laload();
      case I32 -> c.iaload();
      case BOOL -> c.baload();
    }
  }

  /** Pushes a written number. */
  static void constant(CodeBuilder c, DType type, long bits) {
    switch (type) {
      case F64 -> c.loadConstant(Double.longBitsToDouble(bits));
      case F32 -> c.loadConstant(Float.intBitsToFloat((int) bits));
      case I64 -> c.loadConstant(bits);
      case I32, BOOL -> c.loadConstant((int) bits);
    }
  }
}
