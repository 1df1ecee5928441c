package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.fixedPoint;
import static io.leibniz.Leibniz.grad;

import io.leibniz.Fn;
import io.leibniz.Tensor;
import io.leibniz.check.Check;
import io.leibniz.symbolic.explain.ImplicitFunction;
import io.leibniz.symbolic.text.Equations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Functions that an equation defines. */
record Curves() implements Section {

  @Override
  public String title() {
    return "Curves that an equation defines";
  }

  @Override
  public void run(Stage stage) {
    var circle =
        new ImplicitFunction(
            Equations.parse("x^2 + y^2 = 1").implicit(), List.of("y"), List.of("x"));
    stage.say("Along x² + y² = 1 both terms move, and their sum does not: 2x + 2y·dy/dx = 0.");
    stage.blank();
    var formulas = Objects.requireNonNull(circle.formulas(2).by().get("y"));
    formulas.forEach(
        (by, f) -> stage.show((by.size() == 1 ? "dy/dx = " : "d²y/dx² = ") + f.screen()));
    stage.blank();
    stage.heads("(x, y)", "∂F/∂x", "∂F/∂y", "dy/dx", "d²y/dx²");
    double[][] points = {
      {0.6, 0.8}, {0.8, 0.6}, {-0.6, 0.8}, {0.6, -0.8}, {0.28, 0.96}, {0, 1}, {0, -1}
    };
    for (double[] p : points) {
      var at = circle.at(point(p[0], p[1]), 2, false).derivatives().orElseThrow();
      stage.row(
          "(%s)".formatted(Stage.six(p)),
          2 * p[0],
          2 * p[1],
          OneVariable.first(at, "y", "x"),
          OneVariable.first(at, "y", "x", "x"));
    }
    failures(stage, circle);
    system(stage);
    layers(stage);
  }

  private static Map<String, Double> point(double x, double y) {
    var at = new LinkedHashMap<String, Double>();
    at.put("x", x);
    at.put("y", y);
    return at;
  }

  private static void failures(Stage stage, ImplicitFunction circle) {
    stage.caught(
        "The lecture: dy/dx = −F_x/F_y, for any F and any point.",
        "It needs ∂F/∂y ≠ 0, and a point on the curve. What the library says of others:");
    for (double[] p : new double[][] {{1, 0}, {-1, 0}, {1, 1}}) {
      var found = circle.at(point(p[0], p[1]), 1, false);
      for (var w : found.warnings()) {
        String message = w.message();
        int end = message.indexOf(';');
        stage.show("(%s): %s", Stage.six(p), end < 0 ? message : message.substring(0, end));
      }
    }
  }

  private static void system(Stage stage) {
    var two =
        new ImplicitFunction(
            Equations.parse("x^2 + y^2 + z^2 = 6; x + y + z = 4").implicit(),
            List.of("y", "z"),
            List.of("x"));
    var at = new LinkedHashMap<String, Double>();
    at.put("x", 1.0);
    at.put("y", 1.0);
    at.put("z", 2.0);
    var d = two.at(at, 1, false);
    stage.blank();
    stage.say(
        "Several equations: −F_y⁻¹F_x, with a matrix F_y. On x² + y² + z² = 6, x + y + z = 4 at (1, 1, 2): dy/dx = %s, dz/dx = %s, condition of F_y %s.",
        Stage.six(OneVariable.first(d.derivatives().orElseThrow(), "y", "x")),
        Stage.six(OneVariable.first(d.derivatives().orElseThrow(), "z", "x")),
        Stage.six(d.condition()));
  }

  private static void layers(Stage stage) {
    Fn<Tensor, Tensor> norm =
        x -> {
          Tensor centred = x.minus(x.mean());
          return centred
              .over(centred.square().mean().plus(1e-5).sqrt())
              .square()
              .times(Tensor.arange(3).cast(x.dtype()))
              .sum();
        };
    Tensor x = Tensor.vector(0.3, -1, 2);
    var report = Check.of(norm).at(x);
    Tensor w = Tensor.of(new double[][] {{0.2, -0.3}, {0.1, 0.4}});
    Fn<Tensor, Tensor> equilibrium =
        in ->
            fixedPoint((Tensor p, Tensor z) -> w.matmul(z).plus(p).tanh())
                .of(in, Tensor.vector(0, 0))
                .sum();
    var deep = Check.of(equilibrium).at(Tensor.vector(0.5, -1));
    stage.caught(
        "The lecture: normalising layers are a use of implicit differentiation.",
        "They are explicit formulas, differentiated by the ordinary chain rule (checked against differences: %s). Implicit is a layer that iterates until it stands still, z = tanh(Wz + x): its gradient (%s) needs no iteration, and agrees with differences to %s."
            .formatted(
                Stage.small(report.error()),
                Stage.six(grad(equilibrium).of(Tensor.vector(0.5, -1)).doubles()),
                Stage.small(deep.error())));
  }
}
