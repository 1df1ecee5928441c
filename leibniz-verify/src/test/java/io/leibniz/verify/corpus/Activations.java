package io.leibniz.verify.corpus;

import io.leibniz.Tensor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** PyTorch's activations under PyTorch's names without underscores; parameters come from the case's attributes. */
final class Activations {
  private Activations() {}

  interface Activation {
    Tensor of(Values v, Tensor z);
  }

  private static final Map<String, Activation> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put("identity", (_, z) -> z);
    TABLE.put("linear", (_, z) -> z);
    TABLE.put("relu", (_, z) -> z.relu());
    TABLE.put("relu6", (_, z) -> z.clamp(0, 6));
    TABLE.put(
        "leakyrelu", (v, z) -> leaky(z, z.times(v.attr(0.01, "negative_slope", "slope", "alpha"))));
    TABLE.put("leaky", TABLE.get("leakyrelu"));
    TABLE.put("prelu", (v, z) -> leaky(z, z.times(v.get("p", "slope", "alpha", "a"))));
    TABLE.put("elu", (v, z) -> leaky(z, z.expm1().times(v.attr(1, "alpha"))));
    TABLE.put(
        "celu", (v, z) -> leaky(z, z.over(v.attr(1, "alpha")).expm1().times(v.attr(1, "alpha"))));
    TABLE.put(
        "selu",
        (_, z) -> leaky(z, z.expm1().times(1.6732632423543772848)).times(1.0507009873554804934));
    TABLE.put("gelu", (v, z) -> v.attr("none", "approximate").equals("tanh") ? gelu(z) : z.gelu());
    TABLE.put("geluexact", (_, z) -> z.gelu());
    TABLE.put("geluerf", (_, z) -> z.gelu());
    TABLE.put("gelutanh", (_, z) -> gelu(z));
    TABLE.put("silu", (_, z) -> z.silu());
    TABLE.put("swish", (v, z) -> z.times(z.times(v.attr(1, "beta")).sigmoid()));
    TABLE.put("mish", (_, z) -> z.times(z.softplus().tanh()));
    TABLE.put("softplus", (v, z) -> z.times(v.attr(1, "beta")).softplus().over(v.attr(1, "beta")));
    TABLE.put("softsign", (_, z) -> z.over(z.abs().plus(1)));
    TABLE.put(
        "hardtanh", (v, z) -> z.clamp(v.attr(-1, "min_val", "min"), v.attr(1, "max_val", "max")));
    TABLE.put("hardsigmoid", (_, z) -> z.plus(3).clamp(0, 6).over(6));
    TABLE.put("hardswish", (_, z) -> z.times(z.plus(3).clamp(0, 6)).over(6));
    TABLE.put("tanh", (_, z) -> z.tanh());
    TABLE.put("tanhshrink", (_, z) -> z.minus(z.tanh()));
    TABLE.put("hardshrink", (v, z) -> z.abs().gt(lambda(v)).select(z, z.times(0)));
    TABLE.put("softshrink", (v, z) -> z.sign().times(z.abs().minus(lambda(v)).relu()));
    TABLE.put("sigmoid", (_, z) -> z.sigmoid());
    TABLE.put("logsigmoid", (_, z) -> z.neg().softplus().neg());
    TABLE.put("softmax", (_, z) -> z.softmax(-1));
    TABLE.put("logsoftmax", (_, z) -> z.logSoftmax(-1));
    TABLE.put("sin", (_, z) -> z.sin());
  }

  private static final Pattern NAMED = Pattern.compile("= *([a-zA-Z][a-zA-Z0-9_]*)");

  /** The one that the id names after its first word, the longest name first; else the first that the formula sets something equal to. */
  static Activation of(NetCase c) {
    String rest = plain(c.id().substring(c.id().indexOf('_') + 1));
    var named =
        TABLE.keySet().stream()
            .filter(rest::contains)
            .max(Comparator.comparingInt(String::length))
            .or(
                () ->
                    NAMED
                        .matcher(c.formula())
                        .results()
                        .map(m -> plain(m.group(1)))
                        .filter(TABLE::containsKey)
                        .findFirst());
    return TABLE.get(named.orElseThrow(() -> new NoModel(c, "no activation that is known")));
  }

  private static String plain(String name) {
    return name.replace("_", "").toLowerCase(java.util.Locale.ROOT);
  }

  private static Tensor leaky(Tensor z, Tensor below) {
    return z.gt(0).select(z, below);
  }

  /** Hendrycks and Gimpel's approximation by tanh. */
  private static Tensor gelu(Tensor z) {
    Tensor inner = z.plus(z.times(z).times(z).times(0.044715)).times(Math.sqrt(2 / Math.PI));
    return z.times(0.5).times(inner.tanh().plus(1));
  }

  private static double lambda(Values v) {
    return v.attr(0.5, "lambd", "lambda");
  }
}
