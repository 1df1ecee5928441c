package io.leibniz.verify.ours;

import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;

import io.leibniz.Fn;
import io.leibniz.Tensor;

/** A scalar function of a vector on plain arrays: its value, and its gradient into an array of the caller's. */
interface Primitive {
  float at(float[] x, float[] gradient);

  static Primitive of(Fn<Tensor, Tensor> f, int n) {
    return jit(valueAndGrad(f)).floats(n)::at;
  }
}
