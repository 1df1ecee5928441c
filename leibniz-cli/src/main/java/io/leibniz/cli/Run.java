package io.leibniz.cli;

import io.leibniz.nn.Mlp;
import io.leibniz.nn.file.BadFile;
import io.leibniz.nn.file.Checkpoint;
import io.leibniz.nn.file.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A training as far as it has come: the network, and what came of each epoch. As a file it holds nothing that differs
 * between two runs of one recipe, so that their bytes are the same.
 */
record Run(Recipe recipe, Mlp net, List<Result> history) {
  private static final String FORMAT = "leibniz train 1";

  /** The mean loss while training, and the share of the test images that the network knows afterwards. */
  record Result(double loss, double accuracy) {}

  Run {
    history = List.copyOf(history);
  }

  static Run start(Recipe recipe) {
    return new Run(recipe, recipe.start(), List.of());
  }

  /** How many epochs are done. */
  int epochs() {
    return history.size();
  }

  Run then(Mlp net, Result result) {
    var all = new ArrayList<>(history);
    all.add(result);
    return new Run(recipe, net, all);
  }

  // ---- as a file

  void save(Path file) throws IOException {
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("format", FORMAT);
    metadata.putAll(recipe.options());
    metadata.put("epochs", String.valueOf(epochs()));
    metadata.put("loss", joined(history.stream().map(Result::loss)));
    metadata.put("accuracy", joined(history.stream().map(Result::accuracy)));
    new Checkpoint<>(net, metadata).save(file);
  }

  private static String joined(Stream<Double> numbers) {
    return numbers.map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** What {@code recipe} has come to in a file; a file of another recipe is refused. */
  static Run load(Path file, Recipe recipe) throws IOException {
    if (!Files.exists(file))
      throw new Complaint(
          "%s does not exist, so there is nothing to resume; leave --resume out to start"
              .formatted(file));
    SafeTensors content = SafeTensors.read(file);
    var metadata = content.metadata();
    if (!FORMAT.equals(metadata.get("format")))
      throw new BadFile(
          file, "is not of `leibniz train`, or of another version of it; start without --resume");
    recipe
        .options()
        .forEach(
            (option, ours) -> {
              String theirs = metadata.getOrDefault(option, "nothing");
              if (!ours.equals(theirs))
                throw new Complaint(
                    "%s was trained with %s %s, not %s; resume it with --%s %s, or start without --resume"
                        .formatted(file, option, theirs, ours, option, theirs));
            });
    return new Run(
        recipe, Checkpoint.of(file, content, recipe.start()).tree(), history(file, metadata));
  }

  private static List<Result> history(Path file, Map<String, String> metadata) throws BadFile {
    double[] loss = numbers(file, metadata, "loss"), accuracy = numbers(file, metadata, "accuracy");
    double[] epochs = numbers(file, metadata, "epochs");
    if (epochs.length != 1 || loss.length != epochs[0] || accuracy.length != epochs[0])
      throw new BadFile(
          file,
          "is damaged: it tells of %d losses and %d accuracies"
              .formatted(loss.length, accuracy.length));
    var history = new ArrayList<Result>();
    for (int i = 0; i < loss.length; i++) history.add(new Result(loss[i], accuracy[i]));
    return history;
  }

  private static double[] numbers(Path file, Map<String, String> metadata, String of)
      throws BadFile {
    try {
      return Arrays.stream(metadata.getOrDefault(of, "").split(" "))
          .mapToDouble(Double::parseDouble)
          .toArray();
    } catch (NumberFormatException e) {
      throw new BadFile(file, "is damaged: its metadata has no numbers for " + of, e);
    }
  }
}
