package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.derivatives;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.hvp;

import io.leibniz.Dual;
import io.leibniz.Tensor;
import io.leibniz.check.Check;
import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.Collections;
import java.util.List;

/** The chain rule twice. */
record SecondDerivatives() implements Section {

  @Override
  public String title() {
    return "Second derivatives: the rule, applied to itself";
  }

  @Override
  public void run(Stage stage) {
    stage.say("(f∘g)″ = f″(g)·g′² + f′(g)·g″: two terms, since the first slope is a product.");
    stage.blank();
    double x = 1.5;
    double g1 = slope("x^2", x, 1), g2 = slope("x^2", x, 2);
    double f1 = slope("sin(x)", x * x, 1), f2 = slope("sin(x)", x * x, 2);
    stage.show("f = sin u, u = g = x² at x = 1.5:");
    stage.row("f′, f″ at u", f1, f2);
    stage.row("g′, g″ at x", g1, g2);
    stage.row("f″g′² + f′g″", f2 * g1 * g1 + f1 * g2);
    stage.blank();
    for (String text : List.of("sin(x^2)", "exp(sqrt(x))")) {
      var d = new Derivatives(Expression.parse(text)).by(List.of("x", "x"));
      stage.show(
          "d²/dx² %s = %s",
          Formula.of(Expression.parse(text)).screen(), Formula.of(d.formula()).screen());
      stage.number("   by formula", d.at(new double[] {x}));
      stage.number(
          "   by one Taylor sweep",
          derivatives(Modes.function(Expression.parse(text)), Tensor.of(x), 2).at(2).item());
    }
    stage.blank();
    stage.say(
        "Hessian of the loss of the lecture's 1-1-1 net, by W¹, b¹, W², b². Row and column 1 and 2 are equal: the input is 1, and W¹ and b¹ move z¹ alike.");
    stage.blank();
    Tensor h = hessian((Net n) -> Net.loss(n, Net.toyInput())).of(Net.TOY).matrix();
    SeveralPaths.matrix(stage, "∇²L", h);
    Net one =
        new Net(
            Tensor.of(new double[][] {{1}}),
            Tensor.vector(0),
            Tensor.of(new double[][] {{0}}),
            Tensor.vector(0));
    Net column = hvp((Net n) -> Net.loss(n, Net.toyInput())).of(new Dual<>(Net.TOY, one));
    stage.row(
        "∇²L·e₁",
        column.w1().flatten().at(0).item(),
        column.b1().at(0).item(),
        column.w2().flatten().at(0).item(),
        column.b2().at(0).item());
    var report = Check.of((Net n) -> Net.loss(n, Net.toyInput())).order(2).at(Net.TOY);
    stage.show(
        "∇²L·e₁ takes no Hessian; second order against differences: %s",
        Stage.small(report.error()));
  }

  private static double slope(String f, double x, int order) {
    return new Derivatives(Expression.parse(f))
        .by(Collections.nCopies(order, "x"))
        .at(new double[] {x});
  }
}
