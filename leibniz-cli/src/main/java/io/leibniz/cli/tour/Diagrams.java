package io.leibniz.cli.tour;

import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Diagram;
import io.leibniz.symbolic.explain.DiagramText;
import io.leibniz.symbolic.text.Equations;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.Map;
import java.util.SequencedMap;

/** Equations that define names, and their tree. */
final class Diagrams {
  private static final int PATHS = 8;

  private Diagrams() {}

  static SequencedMap<String, Expression> definitions(String equations) {
    return Equations.parse(equations).definitions();
  }

  /** Draws the tree diagram of ∂of/∂wrt; the derivative. */
  static double tree(Stage stage, String equations, String of, String wrt, Map<String, Double> at) {
    return tree(stage, new ChainRule(definitions(equations)), of, wrt, at);
  }

  static double tree(Stage stage, ChainRule rule, String of, String wrt, Map<String, Double> at) {
    Diagram d = rule.diagram(at, Formula::screen).between(of, wrt);
    var paths = d.paths(of, wrt, PATHS);
    stage.show(DiagramText.lines(d, paths));
    return stage.keep(paths.total());
  }
}
