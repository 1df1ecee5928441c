package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.symbolic.explain.Backprop;
import java.util.List;

/** A network, what goes in, what should come out, and what the difference costs: all that back-propagation needs. */
record NetExample(Net net, Tensor x, Tensor y, Cost cost) {

  /** x=1, W¹=0.5, b¹=0.1, W²=1.5, b²=0.2, y=0.8: the net of the lecture. */
  static Net lecture(List<String> activations) {
    return new Net(
        new Net.Params(List.of(affine(0.5, 0.1), affine(1.5, 0.2))),
        "those of the lecture",
        activations,
        false);
  }

  private static Net.Affine affine(double w, double b) {
    return new Net.Affine(Tensor.of(new double[][] {{w}}), Tensor.vector(b));
  }

  int examples() {
    return x.rank() == 1 ? 1 : x.dim(0);
  }

  /** Whether the target of each example adds up to 1. */
  boolean sharesOfOne() {
    for (double sum : y.sum(-1).flatten().cast(DType.F64).doubles())
      if (Math.abs(sum - 1) > 1e-12) return false;
    return true;
  }

  Backprop story() {
    return Backprop.of(
        (Net.Params p, Tensor in) -> cost.of(Net.logits(net, p, in), net.output(), y),
        net.params(),
        x);
  }
}
