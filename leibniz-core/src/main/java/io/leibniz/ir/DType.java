package io.leibniz.ir;

/** What the elements of a tensor are. Only the floating-point ones can be differentiated. */
public enum DType {
  /** IEEE double precision: mathematics' default. */
  F64,
  /** IEEE single precision: the default of neural networks. */
  F32,
  /** Java's {@code long}: wraps, truncates when divided. */
  I64,
  /** Java's {@code int}. */
  I32,
  /** Truth values: predicates, and the supports of tangents. */
  BOOL;

  /** Whether derivatives flow through elements of this type. */
  public boolean isFloat() {
    return this == F64 || this == F32;
  }

  /** What one element takes in memory. */
  public int bytes() {
    return switch (this) {
      case F64, I64 -> 8;
      case F32, I32 -> 4;
      case BOOL -> 1;
    };
  }

  public boolean isInteger() {
    return this == I64 || this == I32;
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
