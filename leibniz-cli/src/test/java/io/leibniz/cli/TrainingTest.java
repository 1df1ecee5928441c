package io.leibniz.cli;

import static io.leibniz.Leibniz.stopGradient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.nn.Losses;
import io.leibniz.nn.Mlp;
import io.leibniz.nn.data.Examples;
import io.leibniz.nn.data.Mnist;
import io.leibniz.nn.file.BadFile;
import io.leibniz.nn.file.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a small network on a few examples. */
final class TrainingTest {
  private static final Recipe RECIPE = new Recipe("mnist", List.of(8), 7, 2.0, 4);

  /** Classes that can be told apart: a digit is where its pixels are lit. */
  private static Examples examples(int seed, int n) {
    Tensor digit = Key.of(seed).integers(0, 10, n);
    Tensor y = digit.oneHot(Mnist.DIGITS, DType.F32);
    Tensor lit = Tensor.arange(Mnist.PIXELS).rem(Tensor.of(10L)).eq(digit.expand(-1));
    Tensor noise = Key.of(seed).fold(1).uniform(DType.F32, n, Mnist.PIXELS).times(0.5);
    return new Examples(noise.plus(lit.cast(DType.F32).times(0.3)), y);
  }

  private static Training training() {
    return new Training(RECIPE, examples(1, 200), examples(2, 50));
  }

  private static Run epochs(Training training, Run run, int n) {
    for (int i = 0; i < n; i++) run = training.epoch(run, (_, _) -> {});
    return run;
  }

  @Test
  void trainingLearns() {
    Run run = epochs(training(), Run.start(RECIPE), 15);
    assertThat(run.history().getLast().accuracy()).isGreaterThan(0.9);
    assertThat(run.history().getLast().loss()).isLessThan(run.history().getFirst().loss());
  }

  @Test
  void aResumedRunEndsInTheSameBytes(@TempDir Path folder) throws IOException {
    Path whole = folder.resolve("whole"), half = folder.resolve("half");
    epochs(training(), Run.start(RECIPE), 4).save(whole);
    epochs(training(), Run.start(RECIPE), 2).save(half);
    Run resumed = Run.load(half, RECIPE);
    assertThat(resumed.epochs()).isEqualTo(2);
    epochs(training(), resumed, 2).save(half);
    assertThat(half).hasSameBinaryContentAs(whole);
  }

  @Test
  void anotherSeedGivesOtherBits() {
    var other = new Recipe("mnist", List.of(8), 7, 2.0, 5);
    assertThat(other.start()).isNotEqualTo(RECIPE.start());
    assertThat(RECIPE.start()).isEqualTo(RECIPE.start());
  }

  @Test
  void aRunOfAnotherRecipeIsNotResumed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run");
    epochs(training(), Run.start(RECIPE), 1).save(file);
    var others =
        List.of(
            new Recipe("mnist", List.of(9), 7, 2.0, 4),
            new Recipe("mnist", List.of(8), 8, 2.0, 4),
            new Recipe("mnist", List.of(8), 7, 2.5, 4),
            new Recipe("mnist", List.of(8), 7, 2.0, 5));
    var said =
        List.of("model mlp:8, not mlp:9", "batch 7, not 8", "lr 2.0, not 2.5", "seed 4, not 5");
    for (int i = 0; i < said.size(); i++) {
      Recipe other = others.get(i);
      assertThatThrownBy(() -> Run.load(file, other))
          .isInstanceOf(Complaint.class)
          .hasMessageContaining("was trained with " + said.get(i));
    }
  }

  @Test
  void aRunThatWasTamperedWithIsNotResumed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run");
    epochs(training(), Run.start(RECIPE), 1).save(file);
    SafeTensors right = SafeTensors.read(file);
    for (String key : List.of("format", "epochs", "loss", "accuracy")) {
      var metadata = new HashMap<>(right.metadata());
      metadata.put(key, "1 2 x");
      new SafeTensors(right.tensors(), metadata).write(file);
      assertThatThrownBy(() -> Run.load(file, RECIPE)).as(key).isInstanceOf(BadFile.class);
    }
  }

  @Test
  void theGradientOfATrainedNetworkIsRight() {
    var training = training();
    var report = training.check(epochs(training, Run.start(RECIPE), 1).net());
    assertThat(report.comparisons()).isEqualTo(60);
    assertThat(report.passed()).as(report.toString()).isTrue();
  }

  /** Its value is right and its gradient is not: the last layer's bias does not move. */
  @Test
  void aWrongGradientIsCaught() {
    Mlp net = epochs(training(), Run.start(RECIPE), 1).net();
    var report =
        Training.check(
            (Mlp n, Tensor x, Tensor y) ->
                Losses.quadratic(n.apply(x), y)
                    .plus(stopGradient(n.layers().getLast().b().square().sum().times(1e-3))),
            net,
            examples(3, 40));
    assertThat(report.passed()).isFalse();
    assertThat(report.error()).isGreaterThan(1e-6);
  }

  @Test
  void aRunIsDrawnEvenWhereItDiverged() throws IOException {
    var run =
        new Run(
            RECIPE,
            RECIPE.start(),
            List.of(new Run.Result(0.5, 0.1), new Run.Result(Double.NaN, 0.1)));
    assertThat(Curve.png(run)).startsWith(0x89, 'P', 'N', 'G');
    var nothing = new Run(RECIPE, RECIPE.start(), List.of(new Run.Result(Double.NaN, 0.1)));
    assertThat(Curve.png(nothing)).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void theTitleSaysWhatIsTrained() {
    assertThat(new Recipe("mnist", Recipe.hidden("mlp:30"), 10, 3.0, 1))
        .hasToString(
            "784-30-10, sigmoid, quadratic cost · 23,860 parameters · SGD, lr 3.0, batch 10, seed 1");
  }

  @Test
  void aSavedRunIsAnOrdinaryFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run");
    epochs(training(), Run.start(RECIPE), 1).save(file);
    assertThat(SafeTensors.read(file).metadata())
        .containsEntry("model", "mlp:8")
        .containsEntry("epochs", "1");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
