package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.jacobian;

import io.leibniz.Tensor;
import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Claim;
import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Several variables: a sum over paths, and as matrices a product. */
record SeveralPaths() implements Section {
  private static final String EQUATIONS = "z = x^2 + sin(x*y); x = t^2; y = exp(t)";
  private static final String LECTURE = "2*x*2*t + cos(x*y)*y*2*x + cos(x*y)*x*exp(t)";

  @Override
  public String title() {
    return "Several variables: the sum over all paths";
  }

  @Override
  public void run(Stage stage) {
    var rule = new ChainRule(Diagrams.definitions(EQUATIONS));
    stage.say("z depends on t by way of x and of y. Products along a path, the sum over paths:");
    stage.blank();
    Diagrams.tree(stage, rule, "z", "t", Map.of("t", 0.5));
    stage.show("dz/dt = " + Formula.of(rule.total("z", "t").formula()).screen());
    stage.blank();
    Expression z = rule.composite("z", "t");
    Modes.of(z, 0.5).show(stage);
    double[] points = {-1, -0.5, 0, 0.25, 0.5, 1, 1.5, 2};
    Modes.everywhere(stage, z, points);

    var verdict =
        new Claim(rule, "z", List.of("t"), Expression.parse(LECTURE, List.of("t", "x", "y", "z")))
            .verdict();
    var hiding =
        verdict.hiding().stream()
            .map(p -> "t = " + Stage.six(Objects.requireNonNull(p.get("t"))))
            .toList();
    stage.caught(
        "The lecture: dz/dt = 2x·2t + cos(xy)·y·2x + cos(xy)·x·eᵗ.",
        "Wrong: %s. At %s both agree, so that a test there would have passed:"
            .formatted(verdict.wrong(), String.join(" and ", hiding)));
    Expression said =
        rule.composite(Expression.parse(LECTURE, List.of("t", "x", "y")), Set.of("t"));
    stage.heads("t", "right", "lecture", "difference");
    for (double t : points) {
      double right = rule.total("z", "t").at(new double[] {t});
      double claimed = Modes.value(said, t);
      all(stage, rule, t);
      stage.keep(right);
      stage.keep(claimed);
      if (t == 0.5 || t >= 1 && t != 1.5)
        stage.row(
            Stage.six(t), right, claimed, Math.abs(right - claimed) < 1e-12 ? 0 : claimed - right);
    }
    matrices(stage);
  }

  /** All that the tree has at a point. */
  private static void all(Stage stage, ChainRule rule, double t) {
    var values = rule.values(Map.of("t", t));
    for (String name : List.of("x", "y", "z")) stage.keep(Objects.requireNonNull(values.get(name)));
    rule.diagram(Map.of("t", t), Formula::text).edges().forEach(e -> stage.keep(e.partial()));
    stage.keep(
        new Derivatives(rule.composite("z", "t")).by(List.of("t", "t")).at(new double[] {t}));
  }

  // ---- the same as matrices

  static final Tensor AT = Tensor.vector(0.5, -0.25);

  /** (a² + b, ab, sin a). */
  static Tensor inner(Tensor x) {
    Tensor a = x.at(0), b = x.at(1);
    return Tensor.stack(0, a.square().plus(b), a.times(b), a.sin());
  }

  /** (u₁u₂ + u₃, e^u₁ − u₂u₃). */
  static Tensor outer(Tensor u) {
    Tensor p = u.at(0), q = u.at(1), r = u.at(2);
    return Tensor.stack(0, p.times(q).plus(r), p.exp().minus(q.times(r)));
  }

  private static void matrices(Stage stage) {
    Tensor ux = jacobian(SeveralPaths::inner).of(AT).matrix();
    Tensor yu = jacobian(SeveralPaths::outer).of(inner(AT)).matrix();
    Tensor product = yu.matmul(ux);
    Tensor whole = jacobian((Tensor x) -> outer(inner(x))).of(AT).matrix();
    stage.blank();
    stage.say(
        "Vectors likewise: entry (i, j) of a product of matrices sums over the paths from xⱼ to yᵢ. u = (a² + b, ab, sin a), y = (u₁u₂ + u₃, e^u₁ − u₂u₃) at (a, b) = (%s):",
        Stage.six(AT.doubles()));
    stage.blank();
    matrix(stage, "∂u/∂x", ux);
    matrix(stage, "∂y/∂u", yu);
    matrix(stage, "∂y/∂u · ∂u/∂x", product);
    stage.show(
        "the Jacobian of the composition is the same, to %s",
        Stage.small(product.minus(whole).abs().max().item()));
  }

  static void matrix(Stage stage, String name, Tensor m) {
    for (int i = 0; i < m.dim(0); i++) stage.row(i == 0 ? name : "", m.at(i).doubles());
  }
}
