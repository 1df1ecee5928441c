package io.leibniz.ir;

/** An array of a known shape. Prints as {@code f64[3, 4]}. */
public record Type(DType dtype, Shape shape) implements Kind {
  public static Type of(DType dtype, int... dims) {
    return new Type(dtype, Shape.of(dims));
  }

  public Type with(Shape shape) {
    return new Type(dtype, shape);
  }

  @Override
  public Type with(DType dtype) {
    return new Type(dtype, shape);
  }

  @Override
  public String toString() {
    return dtype.toString() + shape;
  }
}
