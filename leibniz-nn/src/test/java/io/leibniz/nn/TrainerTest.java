package io.leibniz.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.ir.DType;
import io.leibniz.nn.data.Batches;
import io.leibniz.nn.data.Examples;
import io.leibniz.nn.file.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learns whether a point lies in the ring 1 < r < 2: a small network, for real. */
final class TrainerTest {
  private static final Key KEY = Key.of(11);
  private static final Examples RING = ring();

  private static Examples ring() {
    Tensor x = KEY.fold(1).normal(DType.F32, 203, 2).times(1.5);
    Tensor r2 = x.square().sum(new int[] {1}, true);
    return new Examples(x, r2.gt(1).and(r2.lt(4)).cast(DType.F32));
  }

  private static Mlp start() {
    return Mlp.of(
        KEY.fold(2),
        DType.F32,
        Initialiser.GLOROT_NORMAL,
        Initialiser.ZEROS,
        Activation.TANH,
        Activation.IDENTITY,
        2,
        8,
        1);
  }

  private static Tensor loss(Mlp net, Tensor x, Tensor y) {
    return Losses.binaryCrossEntropy(net.apply(x), y);
  }

  private static <S> Trainer<Mlp, S> trainer(Optimizer<Mlp, S> rule) {
    return new Trainer<>(TrainerTest::loss, rule);
  }

  private static <S> Trainer.State<Mlp, S> train(
      Trainer<Mlp, S> trainer, Trainer.State<Mlp, S> at, int from, int to) {
    for (int e = from; e <= to; e++)
      at =
          trainer.epoch(at, RING, Batches.shuffled(KEY, e, RING.count(), 10), (_, _) -> {}).state();
    return at;
  }

  @Test
  void trainingLearns() {
    var trainer = trainer(Sgd.<Mlp>momentum(0.9).then(Sgd.sgd(0.1)));
    Mlp net = train(trainer, trainer.init(start()), 1, 150).params();
    double before = loss(start(), RING.x(), RING.y()).item();
    assertThat(before).isGreaterThan(0.6);
    assertThat(loss(net, RING.x(), RING.y()).item()).isLessThan(0.3);
  }

  @Test
  void aJitStepIsTheStepWrittenOut() {
    var trainer = trainer(Sgd.sgd(0.5));
    Tensor rows = Tensor.of(new long[] {5, 3, 8});
    Mlp net = trainer.step(trainer.init(start()), RING, rows).state().params();
    Mlp g =
        io.leibniz.Leibniz.grad(TrainerTest::loss)
            .of(start(), RING.x().take(rows, 0), RING.y().take(rows, 0));
    Mlp moved = Tree.map(start(), g, (p, d) -> p.minus(d.times(0.5)));
    assertThat(Tree.tensors(net)).isEqualTo(Tree.tensors(moved));
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    var one = trainer(Sgd.<Mlp>momentum(0.9).then(Sgd.sgd(0.1)));
    var other = trainer(Sgd.<Mlp>momentum(0.9).then(Sgd.sgd(0.1)));
    assertThat(train(one, one.init(start()), 1, 3))
        .isEqualTo(train(other, other.init(start()), 1, 3));
  }

  @Test
  void aResumedTrainingGivesTheBitsOfAnUninterruptedOne(@TempDir Path folder) throws IOException {
    var trainer = trainer(Sgd.<Mlp>momentum(0.9).then(Sgd.sgd(0.1)));
    var whole = train(trainer, trainer.init(start()), 1, 4);
    Path file = folder.resolve("half.safetensors");
    new Checkpoint<>(train(trainer, trainer.init(start()), 1, 2), Map.of()).save(file);
    var half = Checkpoint.load(file, trainer.init(start())).tree();
    assertThat(train(trainer, half, 3, 4)).isEqualTo(whole);
  }

  @Test
  void everyExampleIsHeardOfOnce() {
    var trainer = trainer(Sgd.sgd(0.1));
    var heard = new ArrayList<Integer>();
    var epoch =
        trainer.epoch(
            trainer.init(start()),
            RING,
            Batches.shuffled(KEY, 1, RING.count(), 100),
            (done, _) -> heard.add(done));
    assertThat(heard).containsExactly(100, 200, 203);
    assertThat(epoch.loss()).isBetween(0.1, 2.0);
  }
}
