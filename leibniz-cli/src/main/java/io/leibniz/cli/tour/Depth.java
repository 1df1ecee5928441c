package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.valueAndGrad;

import io.leibniz.Fn;
import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.ir.DType;
import java.util.function.UnaryOperator;

/** What becomes of a gradient on its way through many layers. */
record Depth() implements Section {
  private static final int[] DEPTHS = {1, 2, 5, 10, 20, 40};
  private static final int WIDTH = 16;

  @Override
  public String title() {
    return "Slopes over depth: vanishing and exploding";
  }

  @Override
  public void run(Stage stage) {
    stage.say(
        "A gradient goes back through a layer by a factor σ′(z) and a matrix Wᵀ: through n layers, by n of each.");
    surface(stage);
    double largest = 0, where = 0;
    for (double z = -8; z <= 8; z += 0.25) {
      double slope = slope(z);
      if (slope > largest) {
        largest = slope;
        where = z;
      }
    }
    stage.caught(
        "The lecture: small sigmoids make gradients vanish; ReLU and initialisation mend it.",
        "Not a small σ: a small σ′. It is at most %s, at z = %s, where σ is %s; at z = 8, where σ is %s, it is %s. Through one neuron a layer, weight 1, and %d neurons with weights N(0, s²/n):"
            .formatted(
                Stage.six(largest),
                Stage.six(where),
                Stage.six(1 / (1 + Math.exp(-where))),
                Stage.six(1 / (1 + Math.exp(-8.0))),
                Stage.six(slope(8)),
                WIDTH));
    stage.heads("layers", "¼ⁿ", "σ, one", "σ, s=1", "relu, s=√2", "relu, s=2");
    for (int n : DEPTHS)
      stage.row(
          String.valueOf(n),
          Math.pow(0.25, n),
          single(n),
          wide(n, 1, Tensor::sigmoid),
          wide(n, Math.sqrt(2), Tensor::relu),
          wide(n, 2, Tensor::relu));
    stage.say(
        "‖∂L/∂x‖ in columns 3 to 5. ReLU with He's s = √2 keeps its size; with s = 2 it explodes, ReLU or not: that is the weights' doing, and clipping or normalisation help.");
  }

  private static double slope(double z) {
    return grad((Tensor t) -> t.sigmoid()).of(Tensor.of(z)).item();
  }

  private static double single(int n) {
    Fn<Tensor, Tensor> f =
        x -> {
          for (int i = 0; i < n; i++) x = x.sigmoid();
          return x;
        };
    return grad(f).of(Tensor.of(0.0)).item();
  }

  private static double wide(int n, double scale, UnaryOperator<Tensor> activation) {
    var keys = Key.of(11).split(n);
    Fn<Tensor, Tensor> f =
        x -> {
          for (Key k : keys)
            x =
                activation.apply(
                    k.normal(DType.F64, WIDTH, WIDTH).times(scale / Math.sqrt(WIDTH)).matmul(x));
          return x.sum();
        };
    return grad(f).of(Key.of(12).normal(DType.F64, WIDTH)).norm().item();
  }

  private static void surface(Stage stage) {
    Tensor x = Net.wideInput();
    var before = valueAndGrad((Net n) -> Net.loss(n, x)).of(Net.WIDE);
    var again = valueAndGrad((Net n) -> Net.loss(n, x)).of(Net.WIDE);
    Net g = before.grad();
    Net moved = Tree.map(Net.WIDE, g, (w, d) -> w.minus(d.times(10)));
    stage.caught(
        "The lecture: back-propagation navigates the loss surface.",
        "It says where down is, and stays where it is: asked twice, the loss is %s both times. An optimiser moves: after one step of ten times the gradient it is %s."
            .formatted(
                Stage.six(before.value().item()).equals(Stage.six(again.value().item()))
                    ? Stage.six(again.value().item())
                    : "not the same",
                Stage.six(Net.loss(moved, x).item())));
  }
}
