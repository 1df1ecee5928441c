package io.leibniz.cli;

import io.leibniz.nn.data.Mnist;
import io.leibniz.nn.file.BadFile;
import io.leibniz.symbolic.text.Nearest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz train}: data and options in, a checkpoint and its story out. */
@Command(
    name = "train",
    description = "Trains a network; shows its accuracy after each epoch and checks its gradient.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class Train implements Callable<Integer> {
  private static final List<String> DATA = List.of("mnist");
  private static final double LARGEST_RATE = Float.MAX_VALUE;

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(paramLabel = "DATASET", description = "What to learn: mnist (handwritten digits).")
  private String data = "";

  @Option(
      names = "--model",
      paramLabel = "mlp:N,…",
      description = "The sizes of the hidden layers; ${DEFAULT-VALUE} if not given.")
  private String model = "mlp:30";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often to go through the examples; ${DEFAULT-VALUE} if not given.")
  private int epochs = 30;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "How many examples make a step; ${DEFAULT-VALUE} if not given.")
  private int batch = 10;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "The learning rate; ${DEFAULT-VALUE} if not given.")
  private double rate = 3.0;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed gives the same bits; ${DEFAULT-VALUE} if not given.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where to save model.safetensors and curve.png; runs/DATASET-SEED if not given.")
  private @Nullable Path out;

  @Option(
      names = "--resume",
      description = "Go on from the checkpoint in DIR, to the bits of an uninterrupted run.")
  private boolean resume;

  @Option(names = "--json", description = "Print JSON lines.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Recipe recipe = recipe();
    Path folder = out == null ? Path.of("runs", data + "-" + seed) : out;
    var story = story();
    try (var saved = new Saved(folder, story, spec.commandLine().getErr())) {
      return train(recipe, saved, story);
    }
  }

  private int train(Recipe recipe, Saved saved, Story story) throws IOException {
    long start = System.nanoTime();
    Run run = resume ? saved.load(recipe) : Run.start(recipe);
    Mnist mnist = mnist();
    saved.make();
    var training = new Training(recipe, mnist.train(), mnist.test());
    story.begins(run, epochs, saved.checkpoint());
    while (run.epochs() < epochs) {
      long began = System.nanoTime();
      story.epochBegins(run.epochs() + 1, mnist.train().count());
      run = training.epoch(run, story::step);
      saved.save(run);
      story.epochEnds(run, since(began));
    }
    var gradients = training.check(run.net());
    saved.draw(run);
    story.ends(run, gradients, since(start), saved);
    return gradients.passed() ? 0 : 1;
  }

  private Story story() {
    var out = spec.commandLine().getOut();
    return json
        ? new JsonStory(out)
        : new TextStory(out, new ProgressLine(spec.commandLine().getErr(), Terminal.width()));
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private Recipe recipe() {
    if (!DATA.contains(data))
      throw new Complaint(
          "unknown data set `%s`; %s"
              .formatted(
                  data,
                  Nearest.to(data, DATA)
                      .map("did you mean `%s`?"::formatted)
                      .orElse("known: " + String.join(", ", DATA))));
    if (epochs < 1) throw new Complaint("--epochs needs a number from 1 on, got " + epochs);
    if (batch < 1 || batch > Mnist.TRAIN)
      throw new Complaint(
          "--batch needs a number from 1 to %d, the number of examples, got %d"
              .formatted(Mnist.TRAIN, batch));
    if (!(rate > 0 && rate <= LARGEST_RATE))
      throw new Complaint("--lr needs a finite number greater than 0, got " + rate);
    return new Recipe(data, Recipe.hidden(model), batch, rate, seed);
  }

  private Mnist mnist() throws IOException {
    Path folder = Home.data(data);
    try {
      return Mnist.read(folder);
    } catch (BadFile e) {
      throw new Complaint(
          "%s; restore it with `git checkout data`, or put the right one there (%s says where it comes from)"
              .formatted(e.getMessage(), folder.resolve("README.md")),
          e);
    }
  }
}
