package io.leibniz.cli.tour;

import io.leibniz.symbolic.explain.Claim;
import io.leibniz.symbolic.explain.Derivative;
import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.explain.Lesson;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.List;

/** Derivatives as formulas. */
record Formulas() implements Section {

  @Override
  public String title() {
    return "Formulas: the rule on expressions";
  }

  @Override
  public void run(Stage stage) {
    stage.say(
        "Parsed, differentiated, simplified; what another system prints is judged as a claim:");
    stage.blank();
    var one = shown(stage, "sin(x^2)", "x", "2*x*cos(x**2)");
    shown(
        stage,
        "(t^2)^2 + sin(t^2*exp(t))",
        "t",
        "4*t**3 + (t**2*exp(t) + 2*t*exp(t))*cos(t**2*exp(t))");
    Lesson lesson = one.lessons().getFirst();
    for (var outer : lesson.outer()) {
      stage.show(
          "chain: outer %s, inner %s = %s",
          outer.function().screen(), outer.u(), outer.inner().screen());
      stage.show("   d/d%s %s = %s", outer.u(), outer.function().screen(), outer.slope().screen());
    }
    for (Lesson part : lesson.inside())
      stage.show(
          "   d/d%s %s = %s", part.variable(), part.function().screen(), part.simple().screen());
    stage.show("   product: %s", lesson.simple().screen());
    double x = 3.0, deriv = Math.cos(x * x) * 2.0 * x;
    stage.caught(
        "The lecture's Rust does not compile: `let x = 3.0` has no type when powi is looked up.",
        "error E0689; with `let x: f64 = 3.0` it prints `At x=3: %s`. By the formula: %s."
            .formatted(
                Stage.plain(stage.keep(deriv)), Stage.plain(stage.keep(one.at(new double[] {3})))));
    var root = new Derivatives(Expression.parse("sqrt(x)")).by(List.of("x"));
    stage.caught(
        "The lecture imports sqrt and uses it nowhere; its symbolic Rust prints a string.",
        "Here no formula is a string: the one above has %d nodes, and is evaluated. And sqrt: d/dx √x = %s, %s at x = 2."
            .formatted(
                Formula.of(one.formula()).nodes(),
                Formula.of(root.formula()).screen(),
                Stage.six(root.at(new double[] {2}))));
  }

  private static Derivative shown(Stage stage, String text, String by, String other) {
    Expression f = Expression.parse(text);
    var d = new Derivatives(f).by(List.of(by));
    var verdict = Claim.of(f, List.of(by), Expression.parse(other)).verdict();
    stage.show("d/d%s %s", by, Formula.of(f).screen());
    stage.show("   here    %s", Formula.of(d.formula()).text());
    stage.show("   sympy   %s", other);
    stage.show(
        "   %s, compared at %d points",
        verdict.correct() ? "equal" : "not equal", verdict.compared());
    return d;
  }
}
