package io.leibniz.nn;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;

/**
 * Where a parameter starts. A matrix is [in, out]; {@code in} is the fan-in, {@code out} the fan-out. The
 * variances are chosen so that a layer's outputs (or, half and half, its gradients too) vary as much as its inputs.
 */
@FunctionalInterface
public interface Initialiser {
  Tensor of(Key key, DType dtype, int... dims);

  Initialiser ZEROS = (_, dtype, dims) -> Tensor.zeros(dtype, dims);

  /** N(0, 1). */
  Initialiser NORMAL = Key::normal;

  /** N(0, 1/in): for sigmoid and tanh (LeCun et al., 1998; Nielsen, chapter 3). */
  Initialiser LECUN_NORMAL = normal(Fans::in, 1);

  /** N(0, 2/in): for relu (He et al., 2015). */
  Initialiser HE_NORMAL = normal(Fans::in, 2);

  /** U(−√(6/in), √(6/in)): the same variance. */
  Initialiser HE_UNIFORM = uniform(Fans::in, 2);

  /** N(0, 2/(in + out)) (Glorot and Bengio, 2010). */
  Initialiser GLOROT_NORMAL = normal(Fans::mean, 1);

  /** U(−√(6/(in + out)), √(6/(in + out))): the same variance. */
  Initialiser GLOROT_UNIFORM = uniform(Fans::mean, 1);

  private static Initialiser normal(Fans.Of fan, double gain) {
    return (key, dtype, dims) -> key.normal(dtype, dims).times(Math.sqrt(gain / fan.of(dims)));
  }

  /** The variance of U(−a, a) is a²/3. */
  private static Initialiser uniform(Fans.Of fan, double gain) {
    return (key, dtype, dims) ->
        key.uniform(dtype, dims).times(2).minus(1).times(Math.sqrt(3 * gain / fan.of(dims)));
  }
}
