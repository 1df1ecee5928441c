package io.leibniz.nn.data;

import io.leibniz.Tensor;
import io.leibniz.ir.ShapeException;

/**
 * Inputs and targets, row by row.
 *
 * @param x [n, …]
 * @param y [n, …]
 */
public record Examples(Tensor x, Tensor y) {
  public Examples {
    if (x.rank() == 0 || y.rank() == 0 || x.dim(0) != y.dim(0))
      throw new ShapeException(
          "examples need as many inputs as targets, got %s and %s".formatted(x.shape(), y.shape()));
  }

  public int count() {
    return x.dim(0);
  }
}
