package io.leibniz.verify.ours;

import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;

import io.leibniz.Fn;
import io.leibniz.Tensor;
import io.leibniz.Valued;

/** A scalar function of a vector on plain arrays: its value, and its gradient into an array of the caller's. */
interface Primitive {
  float at(float[] x, float[] gradient);

  /** TODO: jit's entry for arrays, {@code jit(valueAndGrad(f)).floats(n)::at}, as soon as there is one; until then through tensors. */
  static Primitive of(Fn<Tensor, Tensor> f, int n) {
    Fn<Tensor, Valued<Tensor, Tensor>> both = jit(valueAndGrad(f));
    return (x, gradient) -> {
      var v = both.of(Tensor.of(x));
      System.arraycopy(v.grad().floats(), 0, gradient, 0, n);
      return (float) v.value().item();
    };
  }
}
