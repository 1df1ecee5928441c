package io.leibniz.nn;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;

/**
 * The affine map x·w + b.
 *
 * @param w [in, out]
 * @param b [out]
 */
public record Dense(Tensor w, Tensor b) {
  public Dense {
    if (w.rank() != 2 || b.rank() != 1 || w.dim(1) != b.dim(0))
      throw new ShapeException(
          "a dense layer needs w [in, out] and b [out], got %s and %s"
              .formatted(w.shape(), b.shape()));
  }

  /** A layer from {@code in} to {@code out} numbers, w and b drawn from keys of their own. */
  public static Dense of(Key key, DType dtype, int in, int out, Initialiser w, Initialiser b) {
    var keys = key.split(2);
    return new Dense(w.of(keys.get(0), dtype, in, out), b.of(keys.get(1), dtype, out));
  }

  public Tensor apply(Tensor x) {
    return x.matmul(w).plus(b); // [n, in] x [in, out] + [out] -> [n, out]
  }
}
