package io.leibniz.nn;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Dense layers one after another, {@code hidden} after each but the last, {@code output} after that one. Its
 * gradient is an {@code Mlp} too; a path in it reads {@code layers[0].w}.
 */
public record Mlp(List<Dense> layers, Activation hidden, Activation output) {
  public Mlp {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) throw new ShapeException("an Mlp needs at least one layer, got none");
    for (int i = 1; i < layers.size(); i++) {
      int out = layers.get(i - 1).w().dim(1), in = layers.get(i).w().dim(0);
      if (in != out)
        throw new ShapeException(
            "layers[%d] takes %d numbers, but layers[%d] gives %d".formatted(i, in, i - 1, out));
    }
  }

  /** {@code of(key, F32, LECUN, NORMAL, SIGMOID, SIGMOID, 784, 30, 10)} has two layers. */
  public static Mlp of(
      Key key,
      DType dtype,
      Initialiser w,
      Initialiser b,
      Activation hidden,
      Activation output,
      int... sizes) {
    if (sizes.length < 2)
      throw new ShapeException(
          "an Mlp needs an input and an output size, got %d sizes".formatted(sizes.length));
    var keys = key.split(sizes.length - 1);
    var layers = new ArrayList<Dense>();
    for (int i = 0; i < keys.size(); i++)
      layers.add(Dense.of(keys.get(i), dtype, sizes[i], sizes[i + 1], w, b));
    return new Mlp(layers, hidden, output);
  }

  public Tensor apply(Tensor x) {
    for (int i = 0; i < layers.size(); i++)
      x = (i < layers.size() - 1 ? hidden : output).apply(layers.get(i).apply(x));
    return x; // [n, in] -> [n, out]
  }
}
