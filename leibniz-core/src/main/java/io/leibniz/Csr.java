package io.leibniz;

import io.leibniz.ir.Shape;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sparse matrix, compressed by rows: entries {@code rows[i]} to {@code rows[i + 1]} are those of row i, entry k being {@code values[k]}
 * in column {@code columns[k]}; columns rise within a row. A {@code width} of columns in all; it took {@code sweeps} pushes or
 * pulls to find.
 */
public record Csr(int[] rows, int[] columns, Tensor values, int width, int sweeps) {

  public int height() {
    return rows.length - 1;
  }

  /** The same matrix with its zeros, [height, width]. */
  public Tensor dense() {
    long[] place = new long[columns.length];
    for (int i = 0; i < height(); i++)
      for (int k = rows[i]; k < rows[i + 1]; k++) place[k] = (long) i * width + columns[k];
    return Tensor.zeros(values.dtype(), height() * width)
        .scatterAdd(Tensor.of(place), values)
        .reshape(Shape.of(height(), width));
  }

  /** The product with a vector [width]: [height]. */
  public Tensor times(Tensor v) {
    long[] row = new long[columns.length], column = new long[columns.length];
    for (int i = 0; i < height(); i++)
      for (int k = rows[i]; k < rows[i + 1]; k++) {
        row[k] = i;
        column[k] = columns[k];
      }
    Tensor terms = values.times(v.take(Tensor.of(column), 0));
    return Tensor.zeros(values.dtype(), height()).scatterAdd(Tensor.of(row), terms);
  }

  /** Equal numbers in equal places. */
  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Csr c
        && Arrays.equals(rows, c.rows)
        && Arrays.equals(columns, c.columns)
        && width == c.width
        && values.equals(c.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(rows), Arrays.hashCode(columns), values, width);
  }

  @Override
  public String toString() {
    return "csr [%d, %d] with %d entries of %s, in %d sweeps"
        .formatted(height(), width, columns.length, values.dtype(), sweeps);
  }
}
