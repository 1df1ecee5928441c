package io.leibniz.verify.bench;

import static io.leibniz.verify.bench.Entrant.HAND_WRITTEN;
import static io.leibniz.verify.bench.Entrant.JAX;
import static io.leibniz.verify.bench.Entrant.LIBTORCH;
import static io.leibniz.verify.bench.Entrant.OPENBLAS;
import static io.leibniz.verify.bench.Entrant.TORCH;
import static io.leibniz.verify.bench.Entrant.TORCH_COMPILE;

import io.leibniz.symbolic.text.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is measured, f32, most often forward, backward and update.
 *
 * @param roof what a step cannot do without
 * @param slower how many times slower it may be without vectors
 */
record Work(String name, Roof roof, double slower, List<Entrant> peers) {
  /** Of what the machine gives. */
  sealed interface Roof {
    /** Multiplications and additions. */
    record Flops(double count) implements Roof {}

    /** Bytes read and written, of arrays that hold {@code held} bytes together. */
    record Bytes(double count, int held) implements Roof {}
  }

  private static final String TRAINING = "train-mnist";
  private static final int EPOCHS = 30;
  private static final double EXP = 12, PLAIN = 8;

  /** Sorted by kind, the large after the small. */
  static final List<Work> ALL =
      List.of(
          net(10, List.of(HAND_WRITTEN, LIBTORCH, JAX, TORCH, TORCH_COMPILE), 784, 30, 10),
          net(64, List.of(LIBTORCH, JAX, TORCH, TORCH_COMPILE), 784, 128, 10),
          net(256, List.of(LIBTORCH, JAX, TORCH, TORCH_COMPILE), 784, 1024, 1024, 10),
          new Work(
              "transformer",
              new Roof.Flops(transformer(8, 128, 256)),
              EXP,
              List.of(LIBTORCH, JAX, TORCH, TORCH_COMPILE)),
          new Work( // x and y, in place
              "pointwise",
              new Roof.Bytes(16e6, 8_000_000),
              EXP,
              List.of(LIBTORCH, JAX, TORCH, TORCH_COMPILE)),
          new Work(
              "rosenbrock",
              new Roof.Flops(99 * 14 + 200),
              PLAIN,
              List.of(HAND_WRITTEN, LIBTORCH, JAX, TORCH, TORCH_COMPILE)),
          new Work(
              "rosenbrock-tensor",
              new Roof.Flops(99 * 14 + 200),
              PLAIN,
              List.of(HAND_WRITTEN, LIBTORCH, JAX, TORCH, TORCH_COMPILE)),
          new Work( // x, in place
              "log-sum-exp", new Roof.Bytes(80e3, 40_000), EXP, List.of(HAND_WRITTEN)),
          new Work("gemm-512", new Roof.Flops(2 * Math.pow(512, 3)), PLAIN, List.of(OPENBLAS)),
          new Work("gemm-1024", new Roof.Flops(2 * Math.pow(1024, 3)), PLAIN, List.of(OPENBLAS)),
          new Work(
              TRAINING,
              new Roof.Flops(
                  EPOCHS * (6000 * dense(10, 784, 30, 10) + 2.0 * 10_000 * (784 * 30 + 30 * 10))),
              EXP,
              List.of(JAX)));

  private static Work net(int batch, List<Entrant> peers, int... sizes) {
    String name = Arrays.stream(sizes).mapToObj(String::valueOf).collect(Collectors.joining("-"));
    return new Work(name, new Roof.Flops(dense(batch, sizes)), EXP, peers);
  }

  /** Each layer forward, dW, and dx but of the data. */
  private static double dense(int batch, int... sizes) {
    double products = 0;
    for (int i = 1; i < sizes.length; i++)
      products += (i == 1 ? 2.0 : 3.0) * sizes[i - 1] * sizes[i];
    return 2 * batch * products;
  }

  /** Four projections, scores and their mixture, two dense layers; each once forward and twice backward. */
  private static double transformer(double batch, double time, double width) {
    double dense = batch * time * width * width * (4 + 8), mixing = 2 * batch * time * time * width;
    return 3 * 2 * (dense + mixing);
  }

  /** Whether the whole of its rounds counts, not the median: they are the epochs of one training. */
  boolean adds() {
    return name.equals(TRAINING);
  }

  int rounds(int otherwise) {
    return adds() ? EPOCHS : otherwise;
  }

  /** What to tell an entrant to do; of several ways the fastest counts. */
  List<String> ways(Entrant e) {
    return adds() && e == JAX ? List.of(name + "-loop", name + "-scan") : List.of(name);
  }

  /** Those that {@code rows} name or begin, in the order of {@link #ALL}; without any, all but the one that takes minutes. */
  static List<Work> named(List<String> rows) {
    if (rows.isEmpty()) return ALL.stream().filter(w -> !w.adds()).toList();
    var found = new LinkedHashSet<Work>();
    for (String row : rows) found.addAll(named(row));
    return ALL.stream().filter(found::contains).toList();
  }

  private static List<Work> named(String row) {
    for (Work w : ALL) if (w.name.equals(row)) return List.of(w);
    var begun = ALL.stream().filter(w -> w.name.startsWith(row + "-")).toList();
    if (!begun.isEmpty()) return begun;
    var names = new ArrayList<>(ALL.stream().map(Work::name).toList());
    throw new IllegalArgumentException(
        "unknown row `%s`; %s"
            .formatted(
                row,
                Nearest.to(row, names)
                    .map("did you mean `%s`?"::formatted)
                    .orElse("known: " + String.join(", ", names))));
  }
}
