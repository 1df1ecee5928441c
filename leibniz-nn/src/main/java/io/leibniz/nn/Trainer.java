package io.leibniz.nn;

import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;

import io.leibniz.Fn3;
import io.leibniz.Jit;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.nn.data.Batches;
import io.leibniz.nn.data.Examples;

/**
 * A loss and an optimizer, compiled into one step: the gradient over some rows of the examples, and the parameters
 * moved along it. A function of values: the same state, examples and batches give the same bits.
 *
 * @param <P> the tree of parameters
 * @param <S> what the optimizer remembers
 */
public final class Trainer<P, S> {
  private final Optimizer<P, S> optimizer;
  private final Jit.Of4<State<P, S>, Tensor, Tensor, Tensor, Stepped<P, S>> step, next;

  /** {@code loss} is a scalar function of the parameters, the inputs and the targets of a batch. */
  public Trainer(Fn3<P, Tensor, Tensor, Tensor> loss, Optimizer<P, S> optimizer) {
    this.optimizer = optimizer;
    step =
        jit(
            (State<P, S> at, Tensor x, Tensor y, Tensor rows) -> {
              var v = valueAndGrad(loss).of(at.params, x.take(rows, 0), y.take(rows, 0));
              var update = optimizer.update(v.grad(), at.optimizer, at.params);
              P moved = Optimizer.move(at.params, update.change());
              return new Stepped<>(new State<>(moved, update.state()), v.value());
            });
    next = step.donating(0);
  }

  /** All that one step leaves for the next. */
  public record State<P, S>(P params, S optimizer) {}

  /** Where a step led, and the loss before it. */
  public record Stepped<P, S>(State<P, S> state, Tensor loss) {}

  /** Where an epoch led, and the mean loss of its examples, each before the step it took part in. */
  public record Epoch<P, S>(State<P, S> state, double loss) {}

  /** Hears of each step. */
  public interface Listener {
    /** {@code done} examples of this epoch, at the mean loss {@code loss} so far. */
    void step(int done, double loss);
  }

  public State<P, S> init(P params) {
    return new State<>(params, optimizer.init(params));
  }

  /** One step over the examples whose numbers {@code rows} lists, i64[n]. */
  public Stepped<P, S> step(State<P, S> at, Examples of, Tensor rows) {
    return step.of(at, of.x(), of.y(), rows);
  }

  /** One step for each batch. */
  public Epoch<P, S> epoch(State<P, S> at, Examples of, Batches batches, Listener listener) {
    double sum = 0;
    int done = 0;
    at = Tree.map(at, t -> Tensor.of(t.array().copy())); // the caller's own is not given up
    for (Tensor rows : batches) {
      var stepped = next.of(at, of.x(), of.y(), rows);
      at = stepped.state;
      sum += stepped.loss.item() * rows.size();
      done += rows.size();
      listener.step(done, sum / done);
    }
    return new Epoch<>(at, sum / done);
  }
}
