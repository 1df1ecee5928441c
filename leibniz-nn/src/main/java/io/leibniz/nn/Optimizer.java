package io.leibniz.nn;

import io.leibniz.Tensor;
import io.leibniz.Tree;

/**
 * A rule that turns a gradient into a change of the parameters (optax's gradient transformation). Rules are
 * composed with {@code then}; see {@link Sgd}. All it remembers is its state, a tree like the parameters.
 *
 * @param <P> the tree of parameters
 * @param <S> the tree of what it remembers
 */
public interface Optimizer<P, S> {
  /** What to remember before the first step. */
  S init(P params);

  /** The change to make, given the gradient at {@code params}. */
  Update<P, S> update(P gradient, S state, P params);

  record Update<P, S>(P change, S state) {}

  /** The parameters moved by a change. */
  static <P> P move(P params, P change) {
    return Tree.map(params, change, Tensor::plus);
  }

  /** This rule, and the next one applied to its change. */
  default <T> Optimizer<P, Both<S, T>> then(Optimizer<P, T> next) {
    Optimizer<P, S> first = this;
    return new Optimizer<>() {
      @Override
      public Both<S, T> init(P params) {
        return new Both<>(first.init(params), next.init(params));
      }

      @Override
      public Update<P, Both<S, T>> update(P gradient, Both<S, T> state, P params) {
        var a = first.update(gradient, state.first, params);
        var b = next.update(a.change, state.next, params);
        return new Update<>(b.change, new Both<>(a.state, b.state));
      }
    };
  }

  /** What two rules remember. */
  record Both<S, T>(S first, T next) {}

  /** Nothing to remember. */
  record Stateless() {}
}
