package io.leibniz.cli.tour;

import io.leibniz.Fn;
import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.explain.ImplicitFunction;
import io.leibniz.symbolic.text.Equations;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One variable: the rule, its proof, what its notation does not say. */
record OneVariable() implements Section {

  @Override
  public String title() {
    return "One variable: outer slope times inner slope";
  }

  @Override
  public void run(Stage stage) {
    var sine = Expression.parse("sin(x^2)");
    var root = Expression.parse("exp(sqrt(x))");
    stage.say("Two compositions, each drawn with its inner function u, and checked in four ways:");
    stage.blank();
    Diagrams.tree(stage, ChainRule.of("y", sine), "y", "x", Map.of("x", 3.0));
    Modes.of(sine, 3).show(stage);
    Modes.everywhere(stage, sine, -2, -0.5, 0, 0.5, 1, 1.5, 3, 10);
    stage.blank();
    Diagrams.tree(stage, ChainRule.of("y", root), "y", "x", Map.of("x", 4.0));
    Modes.everywhere(stage, root, 1e-8, 0.25, 0.5, 1, 2, 4, 9);
    proof(stage);
    notation(stage);
    domain(stage, root);
    sigmoid(stage);
  }

  private static void proof(Stage stage) {
    double x = 3, u = x * x, slope = Math.cos(u);
    double atTenth = 0, atMilli = 0;
    Fn<Tensor, Tensor> flat = t -> t.relu().square();
    double du = flat.of(Tensor.of(-1 + 1e-3)).item() - flat.of(Tensor.of(-1.0)).item();
    double rule = Leibniz.grad((Tensor t) -> flat.of(t).sin()).of(Tensor.of(-1.0)).item();
    double[] hs = {0.1, 0.01, 0.001, 0.0001};
    for (double h : hs) {
      double k = (x + h) * (x + h) - u;
      double off = (Math.sin(u + k) - Math.sin(u)) / h - slope * k / h;
      if (h == 0.1) atTenth = off;
      if (h == 0.001) atMilli = off;
    }
    stage.caught(
        "The lecture's proof: [f(g(x+h)) − f(g(x))]/h equals f′(g(x))·[g(x+h) − g(x)]/h.",
        "Not for any h. With k = g(x+h) − g(x) a remainder φ(k)·k/h is left over, %s at h = 0.1 and %s at h = 0.001; the proof is that it goes to 0. Dividing by k instead fails where k is 0: u = relu(x)² at x = −1 has k = %s for small h, sin(u + k) − sin(u) over k is %s, and the chain rule gives %s."
            .formatted(
                Stage.six(atTenth),
                Stage.six(atMilli),
                Stage.six(du),
                Stage.plain((Math.sin(du) - Math.sin(0)) / du),
                Stage.six(rule)));
    stage.heads("h", "quotient", "f′(u)·k/h", "φ(k)·k/h");
    for (double h : hs) {
      double k = (x + h) * (x + h) - u;
      double quotient = (Math.sin(u + k) - Math.sin(u)) / h, main = slope * k / h;
      stage.row(Stage.six(h), quotient, main, quotient - main);
    }
  }

  private static void notation(Stage stage) {
    double product = 1;
    var factors = new StringBuilder();
    for (var by : List.of(List.of("x", "y"), List.of("y", "z"), List.of("z", "x"))) {
      String dep = by.get(0), wrt = by.get(1);
      var curve =
          new ImplicitFunction(
              Equations.parse("x*y*z = 6").implicit(List.of("x", "y", "z")),
              List.of(dep),
              List.of(wrt));
      var found = curve.at(Map.of("x", 1.0, "y", 2.0, "z", 3.0), 1, false);
      double slope = first(found.derivatives().orElseThrow(), dep, wrt);
      product *= stage.keep(slope);
      factors
          .append(factors.isEmpty() ? "" : " · ")
          .append("(")
          .append(Stage.six(slope))
          .append(")");
    }
    stage.caught(
        "The lecture: du cancels in dy/du · du/dx.",
        "A mnemonic, no arithmetic. On the surface xyz = 6 at (1, 2, 3), where everything would cancel: ∂x/∂y · ∂y/∂z · ∂z/∂x = %s = %s, not 1."
            .formatted(factors, Stage.six(stage.keep(product))));
  }

  static double first(ImplicitFunction.Derived<Double> d, String dep, String... wrt) {
    var by = Objects.requireNonNull(d.by().get(dep));
    return Objects.requireNonNull(by.get(List.of(wrt)));
  }

  private static void domain(Stage stage, Expression root) {
    var d = new Derivatives(root).by(List.of("x"));
    stage.caught(
        "The lecture: the derivative of e^√x, without saying where.",
        "%s needs x > 0. At x = 10⁻⁸ it is %s; at 0 the function has the value %s, but its slope is %s; at −1 it is %s."
            .formatted(
                Formula.of(d.formula()).screen(),
                Stage.six(d.at(new double[] {1e-8})),
                Stage.six(Modes.value(root, 0)),
                Stage.six(d.at(new double[] {0})),
                Stage.six(Modes.value(root, -1))));
  }

  private static void sigmoid(Stage stage) {
    stage.blank();
    stage.say(
        "The slope of σ is s(1 − s) with s = σ(z): on paper. In doubles 1 − s is rounded; the engine computes σ′ without that subtraction.");
    stage.blank();
    stage.heads("z", "σ(z)", "s(1 − s)", "engine");
    for (double z : new double[] {-800, -40, -2, -0.5, 0, 0.5, 0.6, 1, 2, 40}) {
      double s = 1 / (1 + Math.exp(-z));
      var f = Expression.parse("sigmoid(z)");
      double slope = Leibniz.grad(Modes.function(f)).of(Tensor.of(z)).item();
      stage.keep(new Derivatives(f).by(List.of("z", "z")).at(new double[] {z}));
      stage.keep(Modes.value(f, z));
      if (z == -800 || z == -0.5 || z == 0.5 || z == 1) {
        stage.keep(slope);
        continue;
      }
      stage.row(Stage.six(z), s, s * (1 - s), slope);
    }
  }
}
