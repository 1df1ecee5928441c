package io.leibniz.ir;

import java.util.List;

/** The leaves of a graph. */
public sealed interface Source extends Op {

  /** An argument. Each is a node of its own: parameters are never interned. */
  record Parameter(Kind of) implements Source {
    @Override
    public String toString() {
      return "parameter";
    }
  }

  /** A scalar written into the program, equal by its bits: {@code number} for floats, {@code integer} for the rest. */
  record Literal(DType dtype, double number, long integer) implements Source {
    public Literal {
      if (dtype.isFloat() ? integer != 0 : number != 0)
        throw new IllegalArgumentException("a literal is a float or an integer, not both");
      if (dtype == DType.F32) number = (float) number;
    }

    /** Whether this is the number {@code k}; −0 is not 0. */
    public boolean is(double k) {
      return dtype.isFloat()
          ? Double.compare(number, k) == 0
          : integer == k && Double.compare(k, -0.0) != 0;
    }

    public Array array() {
      return switch (dtype) {
        case F64 -> Array.of(Shape.SCALAR, new double[] {number});
        case F32 -> Array.of(Shape.SCALAR, new float[] {(float) number});
        case I64 -> Array.of(Shape.SCALAR, new long[] {integer});
        case I32 -> Array.of(Shape.SCALAR, new int[] {(int) integer});
        case BOOL -> Array.of(Shape.SCALAR, new boolean[] {integer != 0});
      };
    }

    @Override
    public String toString() {
      return switch (dtype) {
        case F64 -> Double.toString(number);
        case F32 -> Float.toString((float) number);
        case I64, I32 -> Long.toString(integer);
        case BOOL -> integer != 0 ? "true" : "false";
      };
    }
  }

  /** A value that the traced function found outside; equal only to itself. */
  record Constant(Value value) implements Source {
    @Override
    public String toString() {
      return "constant";
    }
  }

  /** 0, 1, 2, … along one axis. */
  record Iota(DType dtype, Shape shape, int axis) implements Source {
    @Override
    public String toString() {
      return "iota axis " + axis;
    }
  }

  /** A stack every element of which is {@code k}: what {@code Literal} and {@code Broadcast} are for arrays. */
  record Endless(Kind.Stack stack, double k) implements Source {
    @Override
    public String toString() {
      return "endless " + k;
    }
  }

  /** The stack 0, 1, 2, …, i64: gives a loop the number of its turn. */
  record Turns() implements Source {
    @Override
    public String toString() {
      return "turns";
    }
  }

  @Override
  default Kind kind(List<Kind> none) {
    return switch (this) {
      case Parameter(var kind) -> kind;
      case Endless(var stack, _) -> stack;
      case Turns _ -> new Kind.Stack(Type.of(DType.I64));
      case Constant(var value) -> value.kind();
      case Literal _, Iota _ -> type(List.of());
    };
  }

  @Override
  default Type type(List<Type> none) {
    return switch (this) {
      case Parameter _, Constant _, Endless _, Turns _ -> kind(List.of()).array();
      case Literal l -> new Type(l.dtype, Shape.SCALAR);
      case Iota(var dtype, var shape, var axis) -> {
        if (axis < 0 || axis >= shape.rank())
          throw new ShapeException("iota needs an axis of " + shape + ", got " + axis);
        if (dtype == DType.BOOL) throw new ShapeException("iota needs a number type, got bool");
        yield new Type(dtype, shape);
      }
    };
  }

  @Override
  default Dependence on(int operand) {
    throw new IndexOutOfBoundsException(this + " has no operands");
  }
}
