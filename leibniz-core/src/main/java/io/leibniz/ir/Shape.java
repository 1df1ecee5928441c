package io.leibniz.ir;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The extents of a tensor, outermost first, elements in row-major order; {@code []} is a scalar. */
public final class Shape {
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    this.dims = dims;
    this.size = size(dims);
  }

  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  public static Shape of(List<Integer> dims) {
    return new Shape(Ints.array(dims));
  }

  private static int size(int[] dims) {
    long size = 1;
    boolean tooLarge = false;
    for (int d : dims) {
      if (d < 0)
        throw new ShapeException(
            "shape " + Arrays.toString(dims) + " has a negative extent; extents are 0 or more");
      size *= d;
      tooLarge |= size > Integer.MAX_VALUE;
      if (tooLarge) size = 1;
    }
    if (tooLarge && Arrays.stream(dims).noneMatch(d -> d == 0))
      throw new ShapeException(
          "shape "
              + Arrays.toString(dims)
              + " has more than 2^31 - 1 elements; split the tensor along an axis");
    return tooLarge ? 0 : (int) size;
  }

  public int rank() {
    return dims.length;
  }

  public int dim(int axis) {
    return dims[axis];
  }

  /** The number of elements. */
  public int size() {
    return size;
  }

  public int[] dims() {
    return dims.clone();
  }

  public List<Integer> list() {
    return Ints.list(dims);
  }

  /** 0, 1, … rank − 1. */
  public List<Integer> axes() {
    return Ints.range(0, dims.length);
  }

  /** How far apart in memory neighbours along each axis are. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= dims[i];
    }
    return strides;
  }

  public Shape without(List<Integer> axes) {
    return new Shape(
        IntStream.range(0, rank()).filter(i -> !axes.contains(i)).map(i -> dims[i]).toArray());
  }

  public Shape with(int axis, int dim) {
    int[] d = dims.clone();
    d[axis] = dim;
    return new Shape(d);
  }

  /** This shape with one more, outermost axis. */
  public Shape prepend(int dim) {
    int[] d = new int[dims.length + 1];
    d[0] = dim;
    System.arraycopy(dims, 0, d, 1, dims.length);
    return new Shape(d);
  }

  public Shape concat(Shape inner) {
    return new Shape(IntStream.concat(IntStream.of(dims), IntStream.of(inner.dims)).toArray());
  }

  /** The axes from {@code from} on, up to but not including {@code to}. */
  public Shape sub(int from, int to) {
    return new Shape(Arrays.copyOfRange(dims, from, to));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return IntStream.of(dims).mapToObj(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }
}
