package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.valueAndGrad;
import static io.leibniz.Leibniz.vjp;

import io.leibniz.Dual;
import io.leibniz.Fn;
import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.symbolic.explain.Backprop;
import io.leibniz.symbolic.explain.GradientClaim;
import io.leibniz.symbolic.text.Digits;

/** What a backward sweep costs, and what it computes. */
record WhyBackwards() implements Section {
  private static final int PARAMETERS = 100;

  @Override
  public String title() {
    return "Why backwards: one sweep for all parameters";
  }

  @Override
  public void run(Stage stage) {
    stage.say("Forward, a layer computes z = W·a + b and a = σ(z); backward, δ = ∂L/∂z:");
    stage.blank();
    var story = Backprop.of(Net::loss, Net.WIDE, Net.wideInput());
    for (var l : story.layers()) {
      stage.show("layer %d   %s,  %s", l.number(), l.z(), l.a());
      stage.show("          %s", l.delta());
      for (var w : l.weights()) stage.show("          %s", w.gradient());
      for (var b : l.biases()) stage.show("          %s", b.gradient());
    }
    notation(stage);
    elementwise(stage);
    activations(stage);
    cost(stage);
  }

  private static void notation(Stage stage) {
    var verdict =
        GradientClaim.of(
                Net::loss,
                (Net n, Tensor x) -> {
                  var p = Net.Pass.of(n, x);
                  Tensor back = n.w2().transpose().matmul(p.delta2());
                  return p.gradient(back.times(Net.Pass.slope(p.a1().sigmoid())));
                },
                Net.wideInput())
            .at(Net.WIDE);
    var fault = verdict.faults().getLast();
    stage.caught(
        "The lecture: ŷ is both the output and what σ is applied to, ŷ = f(W·a + b).",
        "Two names for two things: z before, a after. Who reads it literally takes σ′ at an activated value; judged as a backward pass: %s. %s claimed %s, right %s."
            .formatted(
                fault.told(),
                fault.entry(),
                Digits.six(fault.claimed()),
                Digits.six(fault.right())));
  }

  private static void elementwise(Stage stage) {
    var p = Net.Pass.of(Net.WIDE, Net.wideInput());
    Tensor back = Net.WIDE.w2().transpose().matmul(p.delta2());
    Tensor slope = Net.Pass.slope(p.a1());
    String dot = Digits.shape(back.matmul(slope).shape());
    stage.caught(
        "The lecture: δ = (∂L/∂a) σ′(z), no sign between the factors.",
        "The product is element by element, ⊙: %s ⊙ %s is %s, what z has. Read as a matrix product it is %s."
            .formatted(
                Digits.shape(back.shape()),
                Digits.shape(slope.shape()),
                Digits.shape(p.delta1().shape()),
                dot.equals("[]") ? "one number" : dot));
  }

  private static void activations(Stage stage) {
    Tensor z = Tensor.vector(0.2, -0.4, 1.1), up = Tensor.vector(1, -2, 0.5);
    Fn<Tensor, Tensor> softmax = t -> t.softmax(-1);
    Tensor right = vjp(softmax).of(z).pull().of(up);
    Tensor p = z.softmax(-1);
    Tensor diagonal = up.times(Net.Pass.slope(p));
    var bias = Backprop.of(Net::loss, Net.WIDE, Net.wideInput()).layers().getFirst().biases();
    stage.caught(
        "The lecture: δ of the layer below is Wᵀδ ⊙ σ′, for every activation, and no bias.",
        "Where the activation mixes elements, as softmax does, σ′ is a matrix: Jᵀ·u is (%s), u ⊙ the diagonal (%s). The bias' gradient is δ itself: %s, %s."
            .formatted(
                Stage.six(right.doubles()),
                Stage.six(diagonal.doubles()),
                bias.getFirst().gradient(),
                Digits.shape(bias.getFirst().gradient().value().shape())));
  }

  /** Counts how often a loss is computed. */
  private static final class Counted {
    private int calls;

    Tensor loss(Tensor w) {
      calls++;
      return w.sin().times(w.square()).sum().exp().log1p();
    }
  }

  private static void cost(Stage stage) {
    Tensor w = Key.of(2).normal(DType.F64, PARAMETERS).times(0.1);
    var reverse = new Counted();
    var pulled = valueAndGrad((Tensor p) -> reverse.loss(p)).of(w);
    var differences = new Counted();
    double y = differences.loss(w).item(), h = 1e-6;
    double[] slopes = new double[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++)
      slopes[i] = (differences.loss(w.plus(unit(i).times(h))).item() - y) / h;
    var forward = new Counted();
    double[] pushed = new double[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++)
      pushed[i] = jvp((Tensor p) -> forward.loss(p)).of(new Dual<>(w, unit(i))).tangent().item();
    double off = pulled.grad().minus(Tensor.of(slopes)).abs().max().item();
    double apart = pulled.grad().minus(Tensor.of(pushed)).abs().max().item();
    stage.caught(
        "The lecture: O(n) against O(n²) for differences, n not said.",
        "For one scalar loss of n parameters. Counted, n = %d:".formatted(PARAMETERS));
    stage.show("reverse mode   %4d run of the loss   for all %d slopes", reverse.calls, PARAMETERS);
    stage.show(
        "differences    %4d runs, n + 1       off by %s", differences.calls, Stage.small(off));
    stage.show(
        "forward mode   %4d runs, n           apart by %s", forward.calls, Stage.small(apart));
    stage.show("For m results reverse mode takes m sweeps, forward mode still n.");
    stage.caught(
        "The lecture: without the chain rule no deep learning; a fundamental theorem.",
        "The chain rule alone does not do it: forward mode uses it too, and took %d runs where reverse mode took %d. What makes training feasible is the order: reverse accumulation. (The fundamental theorem of calculus is another one.)"
            .formatted(forward.calls, reverse.calls));
  }

  private static Tensor unit(int i) {
    double[] e = new double[PARAMETERS];
    e[i] = 1;
    return Tensor.of(e);
  }
}
