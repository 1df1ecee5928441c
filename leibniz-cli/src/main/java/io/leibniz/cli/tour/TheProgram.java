package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.grad;

import io.leibniz.Tensor;
import io.leibniz.check.Check;
import io.leibniz.symbolic.explain.Backprop;
import io.leibniz.symbolic.explain.GradientClaim;
import io.leibniz.symbolic.text.Expression;
import java.util.List;
import java.util.Locale;

/** The lecture's Python and Rust, run beside the engine. */
record TheProgram() implements Section {

  @Override
  public String title() {
    return "The lecture's program, run";
  }

  @Override
  public void run(Stage stage) {
    double slope = Listing.chainDeriv(3);
    var plain = Listing.run(1);
    stage.say("Its arithmetic in plain Java, line by line, prints what its Python and Rust print:");
    stage.blank();
    stage.show("Chain rule deriv at x=3.0: %s", Stage.plain(stage.keep(slope)));
    stage.show("Grad W1: [%s], Grad b1: [%s]", eight(plain.dLdW1()), eight(plain.dLdB1()));
    stage.show("Chain rule deriv at x=3: %s", Stage.plain(slope));
    stage.show(
        "Grad W1: %s, Grad b1: %s",
        Stage.plain(stage.keep(plain.dLdW1())), Stage.plain(stage.keep(plain.dLdB1())));
    stage.blank();
    beside(stage, plain);
    Modes.of(Expression.parse("sin(x^2)"), 3).show(stage);
    lines(stage);
    differences(stage);
    transposes(stage);
    half(stage, plain);
  }

  /** As NumPy prints an array: eight digits. */
  private static String eight(double x) {
    return String.format(Locale.ROOT, "%.8f", x);
  }

  private static void beside(Stage stage, Listing plain) {
    var story = Backprop.of(Net::loss, Net.TOY, Net.toyInput());
    var one = story.layers().get(0);
    var two = story.layers().get(1);
    stage.show("%-12s %-24s %-24s %s", "", "the lecture's lines", "the engine", "apart");
    compared(stage, "z¹", plain.z1(), one.z().value());
    compared(stage, "a¹", plain.a1(), one.a().value());
    compared(stage, "z²", plain.z2(), two.z().value());
    compared(stage, "ŷ", plain.yHat(), two.a().value());
    compared(stage, "L", plain.loss(), story.loss());
    compared(stage, "∂L/∂ŷ", plain.dLdYHat(), two.upstream().value());
    compared(stage, "σ′(z²)", plain.dYHatDz2(), slope(two));
    compared(stage, "∂L/∂z²", plain.dLdZ2(), two.delta().value());
    compared(stage, "∂L/∂W²", plain.dLdW2(), two.weights().getFirst().gradient().value());
    compared(stage, "∂L/∂b²", plain.dLdB2(), two.biases().getFirst().gradient().value());
    compared(stage, "∂L/∂a¹", plain.dLdA1(), one.upstream().value());
    compared(stage, "σ′(z¹)", plain.dA1dZ1(), slope(one));
    compared(stage, "∂L/∂z¹", plain.dLdZ1(), one.delta().value());
    compared(stage, "∂L/∂W¹", plain.dLdW1(), one.weights().getFirst().gradient().value());
    compared(stage, "∂L/∂b¹", plain.dLdB1(), one.biases().getFirst().gradient().value());
    stage.number("∂L/∂x", story.inputs().getFirst().gradient().value().flatten().at(0).item());
    stage.keep(Net.TOY.w2().flatten().at(0).item());
    stage.blank();
  }

  private static Tensor slope(Backprop.Layer l) {
    return l.slope() == null ? l.delta().value() : l.slope().value();
  }

  private static void compared(Stage stage, String name, double ours, Tensor engine) {
    double e = stage.keep(engine.flatten().at(0).item());
    stage.show(
        "%-12s %-24s %-24s %s",
        name,
        Stage.plain(stage.keep(ours)),
        Stage.plain(e),
        Stage.small(Math.abs(e - ours) / Math.abs(ours)));
  }

  private static void lines(Stage stage) {
    String printed = "# Single var chain ruledef outer(u): return np.sin(u)";
    String code = printed.substring(0, printed.indexOf('#')).strip();
    stage.caught(
        "The lecture prints its listings on a few long lines.",
        "`%s…` begins with a comment mark: of its %d characters %d are code. Put back on lines of their own, as here, they run."
            .formatted(printed.substring(0, 34), printed.length(), code.length()));
  }

  private static void differences(Stage stage) {
    var check = Check.of((Net n) -> Net.loss(n, Net.toyInput())).at(Net.TOY);
    double naive = 1 - 1 / (1 + Math.exp(-40)),
        exact = grad((Tensor z) -> z.sigmoid()).of(Tensor.of(40.0)).item();
    stage.caught(
        "The lecture: a section on numerical derivatives without one; back-propagation is exact.",
        "Exact up to rounding, which its s(1 − s) shows at z = 40: %s where σ′ is %s. And differences can tell: %d comparisons of the gradient with them, the worst off by %s."
            .formatted(
                Stage.six(naive),
                Stage.six(exact),
                check.comparisons(),
                Stage.small(check.error())));
  }

  private static void transposes(Stage stage) {
    var narrow = GradientClaim.of(Net::loss, TheProgram::asPrinted, Net.toyInput()).at(Net.TOY);
    var wide = GradientClaim.of(Net::loss, TheProgram::asPrinted, Net.wideInput()).at(Net.WIDE);
    stage.caught(
        "The lecture: dL_dW1 = dL_dz1 * x.T.",
        "`.T` of a vector does nothing, and `*` is element by element. On its own net: %s. On 3-2-1: %s."
            .formatted(
                narrow.faults().getLast().told(),
                wide.faults().getLast().told().replaceAll(" \\(\\w+\\.java:\\d+\\)", "")));
  }

  /** δ * a.T as NumPy computes it on vectors. */
  private static Net asPrinted(Net n, Tensor x) {
    var p = Net.Pass.of(n, x);
    return new Net(
        p.delta1().times(x.transpose()),
        p.delta1(),
        p.delta2().times(p.a1().transpose()),
        p.delta2());
  }

  private static void half(Stage stage, Listing plain) {
    var other = Listing.run(2);
    stage.caught(
        "The lecture defines `outer`, never calls it, and prints two of four gradients.",
        "Called: outer(inner(3)) = %s. The others: ∂L/∂W² = %s, ∂L/∂b² = %s, L = %s. ∂L/∂W¹ = ∂L/∂b¹ only because x = 1; at x = 2 they are %s."
            .formatted(
                Stage.six(Listing.outer(Listing.inner(3))),
                Stage.six(plain.dLdW2()),
                Stage.six(plain.dLdB2()),
                Stage.six(plain.loss()),
                String.join(" and ", List.of(Stage.six(other.dLdW1()), Stage.six(other.dLdB1())))));
  }
}
