package io.leibniz.ir;

/** What a node stands for: an array of a known shape. Prints as {@code f64[3, 4]}. */
public record Type(DType dtype, Shape shape) {
  public static Type of(DType dtype, int... dims) {
    return new Type(dtype, Shape.of(dims));
  }

  public Type with(Shape shape) {
    return new Type(dtype, shape);
  }

  public Type with(DType dtype) {
    return new Type(dtype, shape);
  }

  @Override
  public String toString() {
    return dtype.toString() + shape;
  }
}
