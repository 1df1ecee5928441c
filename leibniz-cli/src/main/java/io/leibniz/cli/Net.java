package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.nn.Activation;
import io.leibniz.symbolic.text.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A dense network to be explained: its parameters, what each layer does to z, and how its weights lie.
 *
 * @param params what is learnt
 * @param activations one for each layer
 * @param origin where the parameters come from
 * @param rows whether weights are [in, out] and data are rows, x·W + b; else [out, in], W·x + b
 */
record Net(Params params, String origin, List<String> activations, boolean rows) {
  static final String SOFTMAX = "softmax";

  private static final Map<String, String> ALIASES =
      Map.of("linear", "identity", "none", "identity", "logistic", "sigmoid", "swish", "silu");

  /** A tree of its own, so that paths read {@code layers[0].w}. */
  record Params(List<Affine> layers) {
    Params {
      layers = List.copyOf(layers);
    }
  }

  /** One layer's parameters. */
  record Affine(Tensor w, Tensor b) {}

  Net {
    activations = List.copyOf(activations);
  }

  int inputs() {
    return params.layers.getFirst().w.dim(rows ? 0 : 1);
  }

  int outputs() {
    return params.layers.getLast().b.dim(0);
  }

  /** The sizes, input first. */
  List<Integer> sizes() {
    var out = new ArrayList<>(List.of(inputs()));
    for (Affine l : params.layers) out.add(l.b.dim(0));
    return out;
  }

  long parameters() {
    return params.layers.stream().mapToLong(l -> l.w.size() + (long) l.b.size()).sum();
  }

  String output() {
    return activations.getLast();
  }

  /** z of the last layer. */
  static Tensor logits(Net net, Params params, Tensor x) {
    for (int i = 0; i < params.layers.size(); i++) {
      Affine l = params.layers.get(i);
      if (i > 0) x = activate(net.activations.get(i - 1), x);
      x =
          (net.rows ? x.matmul(l.w) : x.rank() == 1 ? l.w.matmul(x) : x.matmul(l.w.transpose()))
              .plus(l.b);
    }
    return x;
  }

  static Tensor activate(String activation, Tensor z) {
    return activation.equals(SOFTMAX)
        ? z.softmax(-1)
        : Activation.valueOf(activation.toUpperCase(Locale.ROOT)).apply(z);
  }

  /** The activation that somebody means; {@code where} it is named, for the complaint. */
  static String activation(String name, String where) {
    String plain = name.strip().toLowerCase(Locale.ROOT);
    String known = ALIASES.getOrDefault(plain, plain);
    if (names().contains(known)) return known;
    throw new Complaint(
        "unknown activation `%s`%s; %s"
            .formatted(
                name.strip(),
                where,
                Nearest.to(plain, names())
                    .map("did you mean `%s`?"::formatted)
                    .orElse("known: " + String.join(", ", names()))));
  }

  private static List<String> names() {
    var out =
        new ArrayList<>(
            Arrays.stream(Activation.values())
                .map(a -> a.name().toLowerCase(Locale.ROOT))
                .toList());
    out.add(SOFTMAX);
    return out;
  }
}
