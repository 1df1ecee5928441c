package io.leibniz.cli;

import static io.leibniz.Leibniz.jit;

import io.leibniz.Fn3;
import io.leibniz.Jit;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.check.Check;
import io.leibniz.check.Report;
import io.leibniz.ir.DType;
import io.leibniz.nn.Losses;
import io.leibniz.nn.Mlp;
import io.leibniz.nn.Optimizer.Stateless;
import io.leibniz.nn.Sgd;
import io.leibniz.nn.Trainer;
import io.leibniz.nn.data.Examples;

/** Takes a run further, and looks at what came of it. */
final class Training {
  private static final int TESTED_AT_ONCE = 1000;
  private static final int CHECKED = 32;

  private final Recipe recipe;
  private final Examples train;
  private final Examples test;
  private final Trainer<Mlp, Stateless> trainer;
  private final Jit.Of3<Mlp, Tensor, Tensor, Tensor> hits = jit(Training::hits);

  Training(Recipe recipe, Examples train, Examples test) {
    this.recipe = recipe;
    this.train = train;
    this.test = test;
    trainer = new Trainer<>(Training::loss, Sgd.sgd(recipe.rate()));
  }

  private static Tensor loss(Mlp net, Tensor x, Tensor y) {
    return Losses.quadratic(net.apply(x), y);
  }

  private static Tensor hits(Mlp net, Tensor x, Tensor y) {
    return net.apply(x).argmax(-1).eq(y.argmax(-1)).sum();
  }

  /** One more epoch. */
  Run epoch(Run run, Trainer.Listener listener) {
    var epoch =
        trainer.epoch(
            trainer.init(run.net()),
            train,
            recipe.batches(run.epochs() + 1, train.count()),
            listener);
    Mlp net = epoch.state().params();
    return run.then(net, new Run.Result(epoch.loss(), accuracy(net)));
  }

  /** The share of the test examples that a network knows. */
  double accuracy(Mlp net) {
    double known = 0;
    for (int i = 0; i < test.count(); i += TESTED_AT_ONCE) {
      Range some = Range.of(i, i + TESTED_AT_ONCE);
      known += hits.of(net, test.x().slice(some), test.y().slice(some)).item();
    }
    return known / test.count();
  }

  /** The gradient of the loss over the first training examples against differences, in double precision. */
  Report check(Mlp net) {
    return check(Training::loss, net, train);
  }

  static Report check(Fn3<Mlp, Tensor, Tensor, Tensor> loss, Mlp net, Examples of) {
    Tensor x = of.x().slice(Range.to(CHECKED)).cast(DType.F64);
    Tensor y = of.y().slice(Range.to(CHECKED)).cast(DType.F64);
    return Check.of((Mlp n) -> loss.of(n, x, y))
        .directions(10)
        .entries(50)
        .tolerance(1e-6)
        .at(Tree.map(net, t -> t.cast(DType.F64)));
  }
}
