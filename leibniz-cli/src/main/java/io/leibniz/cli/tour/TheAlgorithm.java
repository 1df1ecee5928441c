package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.vjp;

import io.leibniz.Tensor;
import io.leibniz.check.Check;
import io.leibniz.nn.Optimizer;
import io.leibniz.nn.Sgd;
import io.leibniz.symbolic.explain.Backprop;
import io.leibniz.symbolic.explain.GradientClaim;
import io.leibniz.symbolic.text.Digits;
import java.util.ArrayList;

/** Back-propagation through a 3-2-1 net, every station with its shape. */
record TheAlgorithm() implements Section {

  @Override
  public String title() {
    return "The algorithm on a 3-2-1 net";
  }

  @Override
  public void run(Stage stage) {
    Tensor x = Net.wideInput();
    var story = Backprop.of(Net::loss, Net.WIDE, x);
    stage.say("Down the layers z and a, up again δ and the gradients, each in its leaf's shape:");
    stage.blank();
    for (var l : story.layers()) {
      shown(stage, l.z());
      shown(stage, l.a());
    }
    stage.row("L", story.loss().item());
    for (var l : story.layers().reversed()) {
      shown(stage, l.delta());
      l.weights().forEach(w -> shown(stage, w.gradient()));
      l.biases().forEach(b -> shown(stage, b.gradient()));
    }
    shown(stage, story.inputs().getFirst().gradient());
    var byHand =
        GradientClaim.of(Net::loss, (Net n, Tensor in) -> Net.Pass.of(n, in).gradient(), x)
            .at(Net.WIDE);
    stage.blank();
    stage.show("the same by hand, in five lines of Java: " + byHand);
    stage.show(
        "against differences of L: worst off by %s",
        Stage.small(Check.of((Net n) -> Net.loss(n, x)).at(Net.WIDE).error()));
    indices(stage, story);
    transposed(stage, x);
    subscripts(stage, story);
    softmax(stage);
    optimisers(stage, x);
  }

  private static void shown(Stage stage, Backprop.Quantity q) {
    Tensor rows = q.value().rank() == 2 ? q.value() : q.value().expand(0);
    for (int i = 0; i < rows.dim(0); i++)
      if (rows.rank() == 2) {
        String cells = Stage.six(rows.at(i).doubles());
        for (double v : rows.at(i).doubles()) stage.keep(v);
        stage.show(
            "%-28s %-6s %s",
            i == 0 ? q.toString() : "", i == 0 ? Digits.shape(q.value().shape()) : "", cells);
      }
  }

  private static void indices(Stage stage, Backprop story) {
    var pairs = new ArrayList<String>();
    for (var l : story.layers()) {
      var w = l.weights().getFirst();
      pairs.add(
          "our W%s %s is its W%s"
              .formatted(
                  raised(l.number()), Digits.shape(w.value().shape()), raised(l.number() + 1)));
    }
    int last = story.layers().size() + 1;
    stage.caught(
        "The lecture: layers count from a⁰ = x in one section, from a¹ = x in the next.",
        "By the second: %s; there is no W¹, and δ runs from l = %d down to 2, which it does not say."
            .formatted(String.join(", ", pairs), last));
  }

  private static String raised(int n) {
    return String.valueOf("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(n));
  }

  private static void transposed(Stage stage, Tensor x) {
    var verdict =
        GradientClaim.of(
                Net::loss,
                (Net n, Tensor in) -> {
                  var p = Net.Pass.of(n, in);
                  return new Net(
                      in.outer(p.delta1()), p.delta1(), p.a1().outer(p.delta2()), p.delta2());
                },
                x)
            .at(Net.WIDE);
    Net square =
        new Net(
            Tensor.of(new double[][] {{0.5, -0.25}, {1, 0.125}}),
            Tensor.vector(0.1, -0.2),
            Tensor.of(new double[][] {{1.5, -0.75}, {0.3, 0.4}}),
            Tensor.vector(0.2, 0));
    var hidden =
        GradientClaim.of(
                Net::loss,
                (Net n, Tensor in) -> {
                  var p = Net.Pass.of(n, in);
                  Net g = p.gradient();
                  return new Net(g.w1().transpose(), g.b1(), g.w2(), g.b2());
                },
                Tensor.vector(1, -2))
            .at(square);
    stage.caught(
        "The lecture: the gradient by W is a·δᵀ.",
        "%s. Where a layer is square the shape does not tell, but the numbers do: %s."
            .formatted(verdict.faults().getLast().told(), hidden.faults().getFirst().told()));
  }

  private static void subscripts(Stage stage, Backprop story) {
    var names = new ArrayList<String>();
    for (var l : story.layers().reversed())
      for (var w : l.weights()) names.add(w.gradient().symbol() + " at " + w.path());
    stage.caught(
        "The lecture: ∇{W} L, its subscript lost in print.",
        "A gradient is by something, and here it says by what: %s."
            .formatted(String.join(", ", names)));
  }

  private static void softmax(Stage stage) {
    Tensor z = Tensor.vector(0.2, -0.4, 1.1), y = Tensor.vector(0, 0, 1);
    Tensor p = z.softmax(-1);
    Tensor up = y.over(p).neg();
    Tensor delta = vjp((Tensor t) -> t.softmax(-1)).of(z).pull().of(up);
    Tensor fused = grad((Tensor t) -> y.times(t.logSoftmax(-1)).sum().neg()).of(z);
    stage.caught(
        "The lecture: δ of the last layer is ∇ₐL ⊙ σ′(z).",
        "Of elementwise activations only. Softmax with cross-entropy: Jᵀ∇ₐL = (%s), which is p − y = (%s), to %s; ∇ₐL ⊙ p(1 − p) = (%s) is something else."
            .formatted(
                Stage.six(delta.doubles()),
                Stage.six(p.minus(y).doubles()),
                Stage.small(fused.minus(p.minus(y)).abs().max().item()),
                Stage.six(up.times(Net.Pass.slope(p)).doubles())));
  }

  private static void optimisers(Stage stage, Tensor x) {
    Net g = grad((Net n) -> Net.loss(n, x)).of(Net.WIDE);
    Net plain = trained(Sgd.sgd(0.3), x),
        heavy = trained(Sgd.<Net>momentum(0.9).then(Sgd.sgd(0.3)), x);
    stage.caught(
        "The lecture: momentum and RMSprop are variants of back-propagation; no step moves W.",
        "They are rules for the step after it. The gradient by b² is %s whoever asks; ten steps of gradient descent take the loss from %s to %s, with momentum to %s."
            .formatted(
                Stage.six(g.b2().doubles()),
                Stage.six(Net.loss(Net.WIDE, x).item()),
                Stage.six(Net.loss(plain, x).item()),
                Stage.six(Net.loss(heavy, x).item())));
  }

  private static <S> Net trained(Optimizer<Net, S> rule, Tensor x) {
    Net n = Net.WIDE;
    S state = rule.init(n);
    for (int i = 0; i < 10; i++) {
      var step = rule.update(grad((Net p) -> Net.loss(p, x)).of(n), state, n);
      n = Optimizer.move(n, step.change());
      state = step.state();
    }
    return n;
  }
}
