package io.leibniz;

import io.leibniz.ir.ShapeException;
import java.util.List;

/**
 * A function of t near 0 by its Taylor coefficients, {@code f(x + t·dx) = Σ c_k t^k}: each a tree of the shape of f's
 * result. The k-th derivative along dx is {@code k!·c_k}.
 */
public record Series<B>(List<B> coefficients) {

  public int order() {
    return coefficients.size() - 1;
  }

  /** At t = 0. */
  public B value() {
    return coefficients.getFirst();
  }

  public B coefficient(int k) {
    if (k < 0 || k > order())
      throw new ShapeException(
          "a series of order %d has no coefficient %d; ask taylor for a higher order"
              .formatted(order(), k));
    return coefficients.get(k);
  }

  /** The k-th derivative. Integer leaves do not move. */
  public B derivative(int k) {
    return Tree.map(coefficient(k), c -> c.dtype().isFloat() ? timesFactorial(c, k) : c);
  }

  /** In steps, since 35! is no f32 and 171! no f64, but the result may be one. */
  private static Tensor timesFactorial(Tensor c, int k) {
    double product = 1;
    for (int j = 2; j <= k; j++) {
      product *= j;
      if (product < 1e30 && j < k) continue;
      c = c.times(product);
      product = 1;
    }
    return c;
  }
}
