package io.leibniz.cli;

import io.leibniz.Key;
import io.leibniz.ir.DType;
import io.leibniz.nn.Activation;
import io.leibniz.nn.Initialiser;
import io.leibniz.nn.Mlp;
import io.leibniz.nn.data.Batches;
import io.leibniz.nn.data.Mnist;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** All that the bits of a trained network depend on, but for how long it is trained. */
record Recipe(String data, List<Integer> hidden, int batch, double rate, long seed) {
  private static final long MOST_PARAMETERS = 20_000_000;
  private static final String MODEL = "mlp:";

  Recipe {
    hidden = List.copyOf(hidden);
  }

  /** {@code mlp:100,30} is two hidden layers, of 100 and 30 neurons. */
  static List<Integer> hidden(String model) {
    String what =
        "--model needs the sizes of the hidden layers, as in `mlp:30` or `mlp:100,30`, got `%s`"
            .formatted(model);
    if (!model.matches(MODEL + "[0-9]{1,9}(,[0-9]{1,9})*")) throw new Complaint(what);
    var sizes = new ArrayList<Integer>();
    for (String size : model.substring(MODEL.length()).split(","))
      sizes.add(Integer.parseInt(size));
    if (sizes.contains(0)) throw new Complaint(what + "; a layer has at least one neuron");
    if (parameters(sizes) > MOST_PARAMETERS)
      throw new Complaint(
          "--model %s has %,d parameters; at most %,d are taken"
              .formatted(model, parameters(sizes), MOST_PARAMETERS));
    return sizes;
  }

  private static long parameters(List<Integer> hidden) {
    int[] n = sizes(hidden);
    return IntStream.range(1, n.length)
        .mapToLong(i -> (n[i - 1] + 1L) * n[i])
        .reduce(0, (a, b) -> Math.min(a + b, Long.MAX_VALUE / 2));
  }

  private static int[] sizes(List<Integer> hidden) {
    return IntStream.concat(
            IntStream.concat(
                IntStream.of(Mnist.PIXELS), hidden.stream().mapToInt(Integer::intValue)),
            IntStream.of(Mnist.DIGITS))
        .toArray();
  }

  long parameters() {
    return parameters(hidden);
  }

  /** The network before its first step. */
  Mlp start() {
    return Mlp.of(
        keys().get(0),
        DType.F32,
        Initialiser.LECUN_NORMAL,
        Initialiser.NORMAL,
        Activation.SIGMOID,
        Activation.SIGMOID,
        sizes(hidden));
  }

  Batches batches(int epoch, int examples) {
    return Batches.shuffled(keys().get(1), epoch, examples, batch);
  }

  private List<Key> keys() {
    return Key.of(seed).split(2);
  }

  /** By the names of the options that say it. */
  Map<String, String> options() {
    var options = new LinkedHashMap<String, String>();
    options.put("data", data);
    options.put(
        "model", MODEL + hidden.stream().map(String::valueOf).collect(Collectors.joining(",")));
    options.put("batch", String.valueOf(batch));
    options.put("lr", String.valueOf(rate));
    options.put("seed", String.valueOf(seed));
    return options;
  }

  @Override
  public String toString() {
    return "%s, sigmoid, quadratic cost · %s parameters · SGD, lr %s, batch %d, seed %d"
        .formatted(
            IntStream.of(sizes(hidden)).mapToObj(String::valueOf).collect(Collectors.joining("-")),
            String.format(Locale.ROOT, "%,d", parameters()),
            rate,
            batch,
            seed);
  }
}
