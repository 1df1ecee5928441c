package io.leibniz.verify.ours;

import static io.leibniz.Leibniz.jit;

import io.leibniz.Jit;
import io.leibniz.Key;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.nn.Activation;
import io.leibniz.nn.Initialiser;
import io.leibniz.nn.Losses;
import io.leibniz.nn.Mlp;
import io.leibniz.nn.Optimizer.Stateless;
import io.leibniz.nn.Sgd;
import io.leibniz.nn.Trainer;
import io.leibniz.nn.data.Batches;
import io.leibniz.nn.data.Mnist;
import io.leibniz.verify.contest.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** 784-30-10 on MNIST, as {@code leibniz train mnist} trains it: each step an epoch, with the test after it. */
final class Digits implements Step {
  private static final int BATCH = 10;
  private static final int TESTED_AT_ONCE = 1000;
  private static final double RATE = 3;

  private final Mnist mnist;
  private final Trainer<Mlp, Stateless> trainer =
      new Trainer<>((net, x, y) -> Losses.quadratic(net.apply(x), y), Sgd.sgd(RATE));
  private final Jit.Of3<Mlp, Tensor, Tensor, Tensor> hits =
      jit((Mlp net, Tensor x, Tensor y) -> net.apply(x).argmax(-1).eq(y.argmax(-1)).sum());
  private final Key key = Key.of(1);
  private Trainer.State<Mlp, Stateless> state;
  private int epochs;
  private double accuracy;

  private Digits(Mnist mnist) {
    this.mnist = mnist;
    state = trainer.init(start());
  }

  static Digits of(Path data) {
    try {
      return new Digits(Mnist.read(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Mlp start() {
    return Mlp.of(
        key.fold(0),
        DType.F32,
        Initialiser.LECUN_NORMAL,
        Initialiser.ZEROS,
        Activation.SIGMOID,
        Activation.SIGMOID,
        784,
        30,
        10);
  }

  /** The first run compiles, on a network that is thrown away. */
  @Override
  public void run() {
    if (epochs == 0) {
      var first = trainer.step(trainer.init(start()), mnist.train(), Tensor.of(new long[BATCH]));
      accuracy = tested(first.state().params());
    } else {
      var batches = Batches.shuffled(key.fold(1), epochs, mnist.train().count(), BATCH);
      state = trainer.epoch(state, mnist.train(), batches, (_, _) -> {}).state();
      accuracy = tested(state.params());
    }
    epochs++;
  }

  private double tested(Mlp net) {
    double known = 0;
    for (int i = 0; i < mnist.test().count(); i += TESTED_AT_ONCE) {
      Range some = Range.of(i, i + TESTED_AT_ONCE);
      known += hits.of(net, mnist.test().x().slice(some), mnist.test().y().slice(some)).item();
    }
    return known / mnist.test().count();
  }

  @Override
  public double value() {
    return accuracy;
  }
}
