package io.leibniz.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.Tensor;
import org.junit.jupiter.api.Test;

/** Against torch.optim.SGD's loop, written out for one number. */
final class SgdTest {
  private static final double RATE = 0.1;

  private static <S> double[] run(Optimizer<Tensor, S> rule) {
    Tensor p = Tensor.of(1.0);
    S state = rule.init(p);
    double[] path = new double[5];
    for (int i = 0; i < path.length; i++) {
      var update = rule.update(gradient(p), state, p);
      p = Optimizer.move(p, update.change());
      state = update.state();
      path[i] = p.item();
    }
    return path;
  }

  private static Tensor gradient(Tensor p) {
    return p.times(p).plus(0.5);
  }

  private static double[] torch(double momentum, double decay, boolean nesterov) {
    double p = 1, buffer = 0;
    double[] path = new double[5];
    for (int i = 0; i < path.length; i++) {
      double g = p * p + 0.5;
      g = g + decay * p;
      buffer = i == 0 ? g : momentum * buffer + g;
      g = nesterov ? g + momentum * buffer : momentum == 0 ? g : buffer;
      p = p - RATE * g;
      path[i] = p;
    }
    return path;
  }

  @Test
  void plainDescentIsTorchs() {
    assertThat(run(Sgd.sgd(RATE))).containsExactly(torch(0, 0, false));
  }

  @Test
  void momentumIsTorchs() {
    assertThat(run(Sgd.<Tensor>momentum(0.9).then(Sgd.sgd(RATE))))
        .containsExactly(torch(0.9, 0, false));
  }

  @Test
  void nesterovAndWeightDecayAreTorchs() {
    var rule = Sgd.<Tensor>weightDecay(0.01).then(Sgd.<Tensor>nesterov(0.9)).then(Sgd.sgd(RATE));
    assertThat(run(rule)).containsExactly(torch(0.9, 0.01, true));
  }
}
