package io.leibniz.verify.ours;

import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;

import io.leibniz.Fn2;
import io.leibniz.Jit;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.verify.contest.Step;
import java.util.List;

/** Gradient descent on a loss: one compiled step, to which the parameters are given up. */
final class Descent implements Step {
  static final double RATE = 0.01;

  private final Jit.Of2<List<Tensor>, List<Tensor>, Stepped> step;
  private final List<Tensor> data;
  private List<Tensor> params;
  private Tensor loss = Tensor.of(Double.NaN);

  /** Where a step led, and the loss before it. */
  record Stepped(List<Tensor> params, Tensor loss) {}

  /** {@code loss} takes the parameters, then the data. */
  Descent(Fn2<List<Tensor>, List<Tensor>, Tensor> loss, List<Tensor> params, List<Tensor> data) {
    this.params = params;
    this.data = data;
    step =
        jit((List<Tensor> ps, List<Tensor> xs) -> {
              var v = valueAndGrad(loss).of(ps, xs);
              return new Stepped(
                  Tree.map(ps, v.grad(), (p, g) -> p.minus(g.times(RATE))), v.value());
            })
            .donating(0);
  }

  @Override
  public void run() {
    var stepped = step.of(params, data);
    params = stepped.params;
    loss = stepped.loss;
  }

  @Override
  public double value() {
    return loss.item();
  }
}
