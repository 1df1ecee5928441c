package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.valueAndGrad;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.Window;
import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.nn.Activation;
import io.leibniz.nn.Initialiser;
import io.leibniz.nn.Losses;
import io.leibniz.nn.Mlp;
import io.leibniz.nn.Optimizer;
import io.leibniz.nn.Sgd;
import io.leibniz.symbolic.explain.Backprop;
import io.leibniz.symbolic.text.Digits;

/** The same rule through many layers, and through convolutions. */
record Deeper() implements Section {
  private static final int STEPS = 60;

  @Override
  public String title() {
    return "Deeper nets, and convolutions";
  }

  @Override
  public void run(Stage stage) {
    Tensor x = Key.of(21).normal(DType.F64, 16, 4);
    Tensor y = x.sum(1).sin().expand(1);
    Mlp deep =
        Mlp.of(
            Key.of(22),
            DType.F64,
            Initialiser.LECUN_NORMAL,
            Initialiser.ZEROS,
            Activation.TANH,
            Activation.IDENTITY,
            4,
            12,
            12,
            12,
            12,
            12,
            1);
    stage.say("Nobody writes δ by hand for this one; the loss is written, the rest follows:");
    stage.blank();
    stage.show("Mlp 4-12-12-12-12-12-1, tanh, %d parameters", size(deep));
    var check = Check.of((Mlp m) -> Losses.meanSquared(m.apply(x), y)).at(deep);
    stage.show("gradient against differences   %s", Stage.small(check.error()));
    stage.heads("step", "loss", "‖∇L‖");
    var rule = Sgd.<Mlp>momentum(0.9).then(Sgd.sgd(0.02));
    var state = rule.init(deep);
    for (int i = 0; i <= STEPS; i++) {
      var v = valueAndGrad((Mlp m) -> Losses.meanSquared(m.apply(x), y)).of(deep);
      if (i % 20 == 0) stage.row(String.valueOf(i), v.value().item(), norm(v.grad()));
      var step = rule.update(v.grad(), state, deep);
      deep = Optimizer.move(deep, step.change());
      state = step.state();
    }
    stage.blank();
    convolution(stage);
  }

  /** A convolution, a pool, a dense layer. */
  record Conv(Tensor kernel, Tensor bias, Tensor w, Tensor b) {
    Tensor loss(Tensor images, Tensor labels) {
      Tensor z = images.conv(kernel, Window.dense()).plus(bias.reshape(-1, 1, 1));
      Tensor pooled = z.relu().maxPool(Window.stride(2, 2), 2, 2);
      Tensor logits = pooled.reshape(images.dim(0), -1).matmul(w).plus(b);
      return Losses.crossEntropy(logits, labels);
    }
  }

  private static void convolution(Stage stage) {
    Tensor images = Key.of(31).normal(DType.F64, 3, 1, 8, 8);
    Tensor labels = Tensor.of(new int[] {0, 2, 1});
    var net =
        new Conv(
            Key.of(32).normal(DType.F64, 2, 1, 3, 3).times(0.5),
            Tensor.vector(0.1, -0.1),
            Key.of(33).normal(DType.F64, 18, 3).times(0.3),
            Tensor.zeros(DType.F64, 3));
    stage.say(
        "Through a convolution and a pool the chain rule goes as through W; read off the pass:");
    stage.blank();
    var story = Backprop.of((Conv c, Tensor in) -> c.loss(in, labels), net, images);
    for (var l : story.layers()) {
      stage.show("%-12s %s %s", l.what(), l.z(), Digits.shape(l.z().value().shape()));
      for (var w : l.weights())
        stage.show(
            "%-12s %s %s ‖·‖ %s",
            "",
            w.gradient(),
            Digits.shape(w.value().shape()),
            Digits.six(stage.keep(w.gradient().norm())));
    }
    stage.show(
        "loss %s; gradient against differences %s",
        Digits.six(story.loss().item()),
        Stage.small(Check.of((Conv c) -> c.loss(images, labels)).at(net).error()));
  }

  private static long size(Object tree) {
    return Tree.tensors(tree).stream().mapToLong(Tensor::size).sum();
  }

  private static double norm(Object tree) {
    double sum = 0;
    for (Tensor t : Tree.tensors(tree)) sum = Math.hypot(sum, t.flatten().norm().item());
    return sum;
  }
}
