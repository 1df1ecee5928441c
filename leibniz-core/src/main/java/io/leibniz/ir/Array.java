package io.leibniz.ir;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in row-major order: what the interpreter computes with. An array is never written to once
 * it is shared; the raw accessors hand out the array itself, for kernels, which must not write to it.
 */
public final class Array implements Value {
  private final Type type;
  private final Object data;
  private volatile boolean held, shared; // each is set once and for all

  private Array(Type type, Object data, int length) {
    if (length != type.shape().size())
      throw new ShapeException(
          type + " needs " + type.shape().size() + " elements, but " + length + " were given");
    this.type = type;
    this.data = data;
  }

  /** Wraps {@code data} without a copy. */
  public static Array of(Shape shape, double[] data) {
    return new Array(new Type(DType.F64, shape), data, data.length);
  }

  public static Array of(Shape shape, float[] data) {
    return new Array(new Type(DType.F32, shape), data, data.length);
  }

  public static Array of(Shape shape, long[] data) {
    return new Array(new Type(DType.I64, shape), data, data.length);
  }

  public static Array of(Shape shape, int[] data) {
    return new Array(new Type(DType.I32, shape), data, data.length);
  }

  public static Array of(Shape shape, boolean[] data) {
    return new Array(new Type(DType.BOOL, shape), data, data.length);
  }

  /** Wraps an array of the type's elements without a copy: a {@code double[]} for F64, and so on. */
  public static Array of(Type type, Object data) {
    return switch (type.dtype()) {
      case F64 -> of(type.shape(), (double[]) data);
      case F32 -> of(type.shape(), (float[]) data);
      case I64 -> of(type.shape(), (long[]) data);
      case I32 -> of(type.shape(), (int[]) data);
      case BOOL -> of(type.shape(), (boolean[]) data);
    };
  }

  /** The elements themselves, not a copy. */
  public Object data() {
    return data;
  }

  /** An array of zeros, its memory to be filled by whoever made it. */
  public static Array zeros(Type type) {
    int n = type.shape().size();
    return new Array(
        type,
        switch (type.dtype()) {
          case F64 -> new double[n];
          case F32 -> new float[n];
          case I64 -> new long[n];
          case I32 -> new int[n];
          case BOOL -> new boolean[n];
        },
        n);
  }

  /** Every element {@code k}; of truth values whether it is not 0. */
  public static Array full(Type type, double k) {
    Array out = zeros(type);
    if (k == 0 && Math.copySign(1, k) > 0) return out;
    switch (out.data) {
      case double[] d -> Arrays.fill(d, k);
      case float[] d -> Arrays.fill(d, (float) k);
      case long[] d -> Arrays.fill(d, (long) k);
      case int[] d -> Arrays.fill(d, (int) k);
      case boolean[] d -> Arrays.fill(d, true);
      default -> throw new AssertionError(type);
    }
    return out;
  }

  /** The same elements in another shape. */
  public Array reshape(Shape shape) {
    shared = true;
    return new Array(type.with(shape), data, type.shape().size()).share();
  }

  /** Says that one more tensor or graph has this array. */
  public Array hold() {
    if (held) shared = true;
    held = true;
    return this;
  }

  /** Says that others have the memory too, now or later. */
  public Array share() {
    shared = true;
    return this;
  }

  /** Whether no more than one tensor has this memory, so that it may be written to once that gives it up. */
  public boolean exclusive() {
    return !shared;
  }

  public Type type() {
    return type;
  }

  @Override
  public Kind kind() {
    return type;
  }

  public DType dtype() {
    return type.dtype();
  }

  public Shape shape() {
    return type.shape();
  }

  public int size() {
    return type.shape().size();
  }

  /** The elements themselves, not a copy; only of an F64 array. So are the next four, each of its own type. */
  public double[] f64() {
    return (double[]) data;
  }

  public float[] f32() {
    return (float[]) data;
  }

  public long[] i64() {
    return (long[]) data;
  }

  public int[] i32() {
    return (int[]) data;
  }

  public boolean[] bool() {
    return (boolean[]) data;
  }

  /** Element {@code i} in row-major order, as a double; a truth value is 1 or 0. */
  public double number(int i) {
    return switch (data) {
      case double[] d -> d[i];
      case float[] d -> d[i];
      case long[] d -> d[i];
      case int[] d -> d[i];
      case boolean[] d -> d[i] ? 1 : 0;
      default -> throw new AssertionError(type);
    };
  }

  /** Element {@code i} of an integer array. */
  public long integer(int i) {
    return switch (data) {
      case long[] d -> d[i];
      case int[] d -> d[i];
      default -> throw new AssertionError(type);
    };
  }

  /**
   * The array of the given shape whose element {@code i} is this array's element {@code from[i]};
   * zero where that is negative.
   */
  public Array take(Shape shape, int[] from) {
    Array out = zeros(type.with(shape));
    switch (data) {
      case double[] d -> {
        double[] r = out.f64();
        for (int i = 0; i < r.length; i++) if (from[i] >= 0) r[i] = d[from[i]];
      }
      case float[] d -> {
        float[] r = out.f32();
        for (int i = 0; i < r.length; i++) if (from[i] >= 0) r[i] = d[from[i]];
      }
      case long[] d -> {
        long[] r = out.i64();
        for (int i = 0; i < r.length; i++) if (from[i] >= 0) r[i] = d[from[i]];
      }
      case int[] d -> {
        int[] r = out.i32();
        for (int i = 0; i < r.length; i++) if (from[i] >= 0) r[i] = d[from[i]];
      }
      case boolean[] d -> {
        boolean[] r = out.bool();
        for (int i = 0; i < r.length; i++) if (from[i] >= 0) r[i] = d[from[i]];
      }
      default -> throw new AssertionError(type);
    }
    return out;
  }

  /** The array of the given shape all of whose elements are this array's only one. */
  public Array fill(Shape shape) {
    Array out = zeros(type.with(shape));
    switch (data) {
      case double[] d -> Arrays.fill(out.f64(), d[0]);
      case float[] d -> Arrays.fill(out.f32(), d[0]);
      case long[] d -> Arrays.fill(out.i64(), d[0]);
      case int[] d -> Arrays.fill(out.i32(), d[0]);
      case boolean[] d -> Arrays.fill(out.bool(), d[0]);
      default -> throw new AssertionError(type);
    }
    return out;
  }

  /** Copies {@code length} elements of this array, from {@code at} on, into {@code to}, for kernels that build it. */
  public void copyTo(int at, Array to, int toAt, int length) {
    System.arraycopy(data, at, to.data, toAt, length);
  }

  public Array copy() {
    Array out = zeros(type);
    copyTo(0, out, 0, size());
    return out;
  }

  /** Same type and the same bits: 0.0 and −0.0 differ, a NaN equals itself. */
  public boolean same(@Nullable Array o) {
    if (o == null || !type.equals(o.type)) return false;
    return switch (data) {
      case double[] d -> Arrays.equals(d, o.f64());
      case float[] d -> Arrays.equals(d, o.f32());
      case long[] d -> Arrays.equals(d, o.i64());
      case int[] d -> Arrays.equals(d, o.i32());
      case boolean[] d -> Arrays.equals(d, o.bool());
      default -> throw new AssertionError(type);
    };
  }

  /** A hash that goes with {@link #same}. */
  public int bitsHash() {
    return Objects.hash(
        type,
        switch (data) {
          case double[] d -> Arrays.hashCode(d);
          case float[] d -> Arrays.hashCode(d);
          case long[] d -> Arrays.hashCode(d);
          case int[] d -> Arrays.hashCode(d);
          case boolean[] d -> Arrays.hashCode(d);
          default -> throw new AssertionError(type);
        });
  }

  @Override
  public String toString() {
    return "array " + type;
  }
}
