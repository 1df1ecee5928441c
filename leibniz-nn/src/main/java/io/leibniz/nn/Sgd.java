package io.leibniz.nn;

import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.nn.Optimizer.Stateless;
import io.leibniz.nn.Optimizer.Update;

/**
 * Stochastic gradient descent and its parts, by PyTorch's rules: {@code
 * weightDecay(λ).then(momentum(μ)).then(sgd(η))} is torch.optim.SGD.
 */
public final class Sgd {
  private Sgd() {}

  /** −η·g. */
  public static <P> Optimizer<P, Stateless> sgd(double rate) {
    return stateless((g, _) -> g.times(-rate));
  }

  /** g + λ·p: the gradient with that of ½λ‖p‖². */
  public static <P> Optimizer<P, Stateless> weightDecay(double decay) {
    return stateless((g, p) -> g.plus(p.times(decay)));
  }

  /** v ← μ·v + g. */
  public static <P> Optimizer<P, P> momentum(double decay) {
    return new Momentum<>(decay, false);
  }

  /** v ← μ·v + g, and looks ahead: g + μ·v. */
  public static <P> Optimizer<P, P> nesterov(double decay) {
    return new Momentum<>(decay, true);
  }

  private interface Rule {
    Tensor of(Tensor gradient, Tensor param);
  }

  private static <P> Optimizer<P, Stateless> stateless(Rule rule) {
    return new Optimizer<>() {
      @Override
      public Stateless init(P params) {
        return new Stateless();
      }

      @Override
      public Update<P, Stateless> update(P gradient, Stateless state, P params) {
        return new Update<>(Tree.map(gradient, params, rule::of), state);
      }
    };
  }

  private record Momentum<P>(double decay, boolean ahead) implements Optimizer<P, P> {
    @Override
    public P init(P params) {
      return Tree.map(params, p -> Tensor.zeros(p.dtype(), p.shape().dims()));
    }

    @Override
    public Update<P, P> update(P gradient, P state, P params) {
      P v = Tree.map(state, gradient, (was, g) -> was.times(decay).plus(g));
      return new Update<>(
          ahead ? Tree.map(gradient, v, (g, now) -> g.plus(now.times(decay))) : v, v);
    }
  }
}
