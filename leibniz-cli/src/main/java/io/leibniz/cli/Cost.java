package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.symbolic.text.Nearest;
import java.util.Arrays;
import java.util.Locale;

/** What a network's output costs, its target being known. Over a batch it is averaged. */
enum Cost {
  QUADRATIC("½‖%s − y‖²"),
  MSE("mean (%s − y)²"),
  CROSS_ENTROPY("−Σ y·log %s");

  private final String formula;

  Cost(String formula) {
    this.formula = formula;
  }

  /** {@code L = …} of the output named {@code a}. */
  String formula(String a, String activation, int examples) {
    String one =
        this == CROSS_ENTROPY && activation.equals("sigmoid")
            ? "−Σ (y·log %s + (1 − y)·log(1 − %s))".formatted(a, a)
            : this == CROSS_ENTROPY && activation.equals("identity")
                ? formula.formatted("softmax(" + a + ")")
                : formula.formatted(a);
    return examples == 1 || this == MSE ? one : "1/%d · %s".formatted(examples, one);
  }

  /** {@code ∂L/∂a}; of cross-entropy {@code ∂L/∂z}, which is simpler. */
  String slope(String a, String activation, int examples, int size) {
    String p = this == CROSS_ENTROPY && activation.equals("identity") ? "softmax(" + a + ")" : a;
    String one = p + " − y";
    return switch (this) {
      case MSE -> size == 1 ? "2(%s)".formatted(one) : "2(%s)/%d".formatted(one, size);
      case QUADRATIC, CROSS_ENTROPY -> examples == 1 ? one : "(%s)/%d".formatted(one, examples);
    };
  }

  /** Whether it is a function of z: the logarithm and the activation are one, so that no digit is lost to rounding. */
  boolean takesLogits() {
    return this == CROSS_ENTROPY;
  }

  /** Of z, the last layer's, which {@code activation} makes the output. */
  Tensor of(Tensor z, String activation, Tensor y) {
    double examples = z.rank() == 1 ? 1 : z.dim(0);
    return switch (this) {
      case QUADRATIC -> Net.activate(activation, z).minus(y).square().sum().over(2 * examples);
      case MSE -> Net.activate(activation, z).minus(y).square().mean();
      case CROSS_ENTROPY ->
          switch (activation) {
            case "sigmoid" ->
                y.times(z.neg().softplus())
                    .plus(y.neg().plus(1).times(z.softplus()))
                    .sum()
                    .over(examples);
            case "softmax", "identity" -> y.times(z.logSoftmax(-1)).sum().over(-examples);
            default ->
                throw new Complaint(
                    "cross-entropy needs probabilities, but the last activation is %s; make it softmax or sigmoid"
                        .formatted(activation));
          };
    };
  }

  static Cost named(String name) {
    String plain = name.strip().toLowerCase(Locale.ROOT).replace('_', '-');
    for (Cost c : values()) if (c.toString().equals(plain)) return c;
    var known = Arrays.stream(values()).map(Cost::toString).toList();
    throw new Complaint(
        "unknown loss `%s`; %s"
            .formatted(
                name,
                Nearest.to(plain, known)
                    .map("did you mean `%s`?"::formatted)
                    .orElse("known: " + String.join(", ", known))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
