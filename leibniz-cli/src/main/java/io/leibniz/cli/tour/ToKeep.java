package io.leibniz.cli.tour;

import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Diagram;
import io.leibniz.symbolic.text.Formula;
import java.util.Map;

/** What to keep, as sentences that can be run. */
record ToKeep() implements Section {
  private static final int DIAMONDS = 30;

  @Override
  public String title() {
    return "What to keep";
  }

  @Override
  public void run(Stage stage) {
    String two = "y = u*v; u = 2x; v = 3x";
    var rule = new ChainRule(Diagrams.definitions(two));
    Diagram d = rule.diagram(Map.of("x", 1.0), Formula::screen);
    var paths = d.paths("y", "x", 8);
    double product = 1;
    for (var e : d.edges()) product *= e.partial();
    stage.say("One path: multiply its slopes. Several: add up their products.");
    stage.caught(
        "The lecture: the chain rule turns composition into a multiplication of local slopes.",
        "For one path. y = uv, u = 2x, v = 3x at 1 has %s: all local slopes multiplied give %s, the sum over paths gives %s, and y = 6x² has the slope %s."
            .formatted(
                paths.count() + " paths",
                Stage.six(product),
                Stage.six(paths.total()),
                Stage.six(Modes.of(rule.composite("y", "x"), 1).reverse())));
    Diagrams.tree(stage, two, "y", "x", Map.of("x", 1.0));
    stage.blank();
    var chain = new StringBuilder("x0 = x");
    for (int i = 1; i <= DIAMONDS; i++)
      chain.append("; x%d = sin(x%d)/2 + x%d/2".formatted(i, i - 1, i - 1));
    var wide = new StringBuilder("a0 = x");
    for (int i = 1; i <= DIAMONDS; i++)
      wide.append(
          "; u%d = sin(a%d)/2; v%d = a%d/2; a%d = u%d + v%d"
              .formatted(i, i - 1, i, i - 1, i, i, i));
    var many = new ChainRule(Diagrams.definitions(wide.toString()));
    var all = many.diagram(Map.of("x", 0.5), f -> "").paths("a" + DIAMONDS, "x", 1);
    var same = new ChainRule(Diagrams.definitions(chain.toString()));
    stage.say(
        "Backwards, each edge is used once, however many paths it lies on: %d times u = (sin a)/2, v = a/2, a = u + v in a row makes %s paths. Their sum is %s; the same written without u and v, by reverse mode, has %s.",
        DIAMONDS,
        "%,d".formatted(all.count()),
        Stage.six(all.total()),
        Stage.six(Modes.of(same.composite("x" + DIAMONDS, "x"), 0.5).reverse()));
    stage.blank();
    stage.say("And verify: formula, forward, reverse, differences agree, or one of them is wrong.");
  }
}
