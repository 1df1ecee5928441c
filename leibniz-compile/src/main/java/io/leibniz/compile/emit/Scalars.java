package io.leibniz.compile.emit;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** One element at a time, in plain Java arithmetic: the twin that runs first, and the only one without the vector module. */
record Scalars() implements Lanes {
  private static final ClassDesc MATH = ClassDesc.of("java.lang.Math"),
      FLOAT = ClassDesc.of("java.lang.Float"),
      DOUBLE = ClassDesc.of("java.lang.Double"),
      INTEGER = ClassDesc.of("java.lang.Integer");

  @Override
  public int width() {
    return 1;
  }

  @Override
  public TypeKind kind(DType type) {
    return switch (type) {
      case F64 -> TypeKind.DOUBLE;
      case F32 -> TypeKind.FLOAT;
      case I64 -> TypeKind.LONG;
      case I32, BOOL -> TypeKind.INT;
    };
  }

  private static ClassDesc desc(DType type) {
    return switch (type) {
      case F64 -> CD_double;
      case F32 -> CD_float;
      case I64 -> CD_long;
      case I32, BOOL -> CD_int;
    };
  }

  @Override
  public void load(CodeBuilder c, DType type, int array, Push index, int mask) {
    if (mask == ALL) Lanes.element(c, type, array, index);
    else
      c.iload(mask)
          .ifThenElse(b -> Lanes.element(b, type, array, index), b -> Lanes.constant(b, type, 0));
  }

  @Override
  public void store(CodeBuilder c, DType type, int array, Push index, int x, int mask) {
    Push store =
        b -> {
          b.aload(array);
          index.accept(b);
          b.loadLocal(kind(type), x);
          switch (type) {
            case F64 -> b.dastore();
            case F32 -> b.fastore();
            case I64 -> b.lastore();
            case I32 -> b.iastore();
            case BOOL -> b.bastore();
          }
        };
    if (mask == ALL) store.accept(c);
    else c.iload(mask).ifThen(store::accept);
  }

  /** 0 ≤ from < to, as one unsigned comparison; {@code to} may be negative. */
  @Override
  public void mask(CodeBuilder c, Push from, Push to) {
    from.accept(c);
    to.accept(c);
    c.iconst_0().invokestatic(MATH, "max", MethodTypeDesc.of(CD_int, CD_int, CD_int));
    c.invokestatic(INTEGER, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_int, CD_int))
        .bipush(31)
        .iushr();
  }

  @Override
  public void spread(CodeBuilder c, DType type, Push x) {
    x.accept(c);
  }

  @Override
  public void step(CodeBuilder c, Prim.Step step, DType type, int... x) {
    TypeKind kind = kind(type);
    switch (step) {
      case ADD -> two(c, kind, x, Opcode.DADD, Opcode.FADD, Opcode.LADD, Opcode.IADD);
      case SUB -> two(c, kind, x, Opcode.DSUB, Opcode.FSUB, Opcode.LSUB, Opcode.ISUB);
      case MUL -> two(c, kind, x, Opcode.DMUL, Opcode.FMUL, Opcode.LMUL, Opcode.IMUL);
      case DIV -> two(c, kind, x, Opcode.DDIV, Opcode.FDIV, Opcode.LDIV, Opcode.IDIV);
      case NEG -> {
        c.loadLocal(kind, x[0]);
        switch (type) {
          case F64 -> c.dneg();
          case F32 -> c.fneg();
          case I64 -> c.lneg();
          case I32, BOOL -> c.ineg();
        }
      }
      case ABS ->
          c.loadLocal(kind, x[0])
              .invokestatic(MATH, "abs", MethodTypeDesc.of(desc(type), desc(type)));
      case SQRT -> {
        c.loadLocal(kind, x[0]);
        if (type == DType.F32) c.f2d();
        c.invokestatic(MATH, "sqrt", MethodTypeDesc.of(CD_double, CD_double));
        if (type == DType.F32) c.d2f();
      }
      case FMA -> {
        ClassDesc d = desc(type);
        c.loadLocal(kind, x[0])
            .loadLocal(kind, x[1])
            .loadLocal(kind, x[2])
            .invokestatic(MATH, "fma", MethodTypeDesc.of(d, d, d, d));
      }
      case LT -> compare(c, type, x, Opcode.IFLT, true);
      case LE -> compare(c, type, x, Opcode.IFLE, true);
      case GT -> compare(c, type, x, Opcode.IFGT, false);
      case GE -> compare(c, type, x, Opcode.IFGE, false);
      case EQ -> compare(c, type, x, Opcode.IFEQ, false);
      case NE -> compare(c, type, x, Opcode.IFNE, false);
      case SELECT ->
          c.iload(x[0]).ifThenElse(b -> b.loadLocal(kind, x[1]), b -> b.loadLocal(kind, x[2]));
      case AND -> {
        c.loadLocal(kind, x[0]).loadLocal(kind, x[1]);
        if (type == DType.I64) c.land();
        else c.iand();
      }
      case OR -> {
        c.loadLocal(kind, x[0]).loadLocal(kind, x[1]);
        if (type == DType.I64) c.lor();
        else c.ior();
      }
      case XOR -> {
        c.loadLocal(kind, x[0]).loadLocal(kind, x[1]);
        if (type == DType.I64) c.lxor();
        else c.ixor();
      }
      case NOT -> {
        c.loadLocal(kind, x[0]);
        switch (type) {
          case BOOL -> c.iconst_1().ixor();
          case I64 -> c.loadConstant(-1L).lxor();
          case I32, F32, F64 -> c.iconst_m1().ixor();
        }
      }
      case BITS -> {
        c.loadLocal(kind, x[0]);
        if (type == DType.F32)
          c.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
        else c.invokestatic(DOUBLE, "doubleToRawLongBits", MethodTypeDesc.of(CD_long, CD_double));
      }
      case FLOAT -> {
        c.loadLocal(kind, x[0]);
        if (type == DType.I32)
          c.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
        else c.invokestatic(DOUBLE, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
      }
    }
  }

  private static void two(
      CodeBuilder c, TypeKind kind, int[] x, Opcode d, Opcode f, Opcode l, Opcode i) {
    c.loadLocal(kind, x[0]).loadLocal(kind, x[1]);
    Opcode op =
        switch (kind) {
          case DOUBLE -> d;
          case FLOAT -> f;
          case LONG -> l;
          case INT -> i;
          case BOOLEAN, BYTE, CHAR, SHORT, REFERENCE, VOID -> throw new AssertionError(kind);
        };
    c.with(OperatorInstruction.of(op));
  }

  /** 1 or 0; {@code greater} says what a NaN counts as. */
  private void compare(CodeBuilder c, DType type, int[] x, Opcode when, boolean greater) {
    TypeKind kind = kind(type);
    c.loadLocal(kind, x[0]).loadLocal(kind, x[1]);
    switch (type) {
      case F64 -> {
        if (greater) c.dcmpg();
        else c.dcmpl();
      }
      case F32 -> {
        if (greater) c.fcmpg();
        else c.fcmpl();
      }
      case I64 -> c.lcmp();
      case I32, BOOL ->
          c.invokestatic(INTEGER, "compare", MethodTypeDesc.of(CD_int, CD_int, CD_int));
    }
    c.ifThenElse(when, b -> b.iconst_1(), b -> b.iconst_0());
  }

  @Override
  public void shift(CodeBuilder c, Prim.Shift shift, DType type, int x) {
    c.loadLocal(kind(type), x).loadConstant(shift.by());
    boolean wide = type == DType.I64;
    switch (shift.direction()) {
      case UP -> {
        if (wide) c.lshl();
        else c.ishl();
      }
      case DOWN -> {
        if (wide) c.lushr();
        else c.iushr();
      }
    }
  }
}
