package io.leibniz.cli.tour;

import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Claim;
import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.text.Expression;
import java.util.List;
import java.util.Map;

/** Rates multiply. */
record Rates() implements Section {

  @Override
  public String title() {
    return "Rates multiply";
  }

  @Override
  public void run(Stage stage) {
    stage.say(
        "A thermometer in °F is read in °C. The reading moves 5/9 as fast as F, wherever F is; if F moves with time, the two rates multiply.");
    stage.blank();
    var celsius = Expression.parse("5/9*(F-32)");
    var d = new Derivatives(celsius);
    double[] fs = {-40, 0, 32, 68, 98.6, 212};
    double[] c = new double[fs.length], slope = new double[fs.length];
    for (int i = 0; i < fs.length; i++) {
      double[] at = {fs[i]};
      c[i] = Modes.value(celsius, at);
      slope[i] = d.by(List.of("F")).at(at);
      stage.keep(d.by(List.of("F", "F")).at(at));
    }
    row(stage, "F", fs);
    row(stage, "C", c);
    row(stage, "dC/dF", slope);
    stage.blank();
    Diagrams.tree(stage, "C = 5/9*(F-32); F = 68 + 10*sin(t)", "C", "t", Map.of("t", 0.5));

    String path = "s = u^2/(2a); u = a*t";
    var rule = new ChainRule(Diagrams.definitions(path));
    var verdict =
        new Claim(rule, "s", List.of("t"), Expression.parse("u*a", List.of("a", "s", "t", "u")))
            .verdict();
    Unit speed = new Unit(1, -1), acceleration = new Unit(1, -2);
    Unit claimed = speed.times(acceleration), inner = speed.over(acceleration);
    stage.caught(
        "The lecture: distance s = f(u), u the speed; then ds/dt is speed times acceleration.",
        "Speed times acceleration has the unit %s, and ds/dt is a speed, %s. Uniform acceleration: s = u²/(2a), u = at. Claimed u·a: %s. Units: ds/du is a time, %s; times acceleration it is %s."
            .formatted(claimed, speed, verdict.wrong(), inner, inner.times(acceleration)));
    Diagrams.tree(stage, path, "s", "t", Map.of("a", 9.81, "t", 2.0));
  }

  /** Six narrow columns. */
  private static void row(Stage stage, String name, double[] xs) {
    var cells = new StringBuilder();
    for (double x : xs) cells.append("%11s".formatted(Stage.six(stage.keep(x))));
    stage.show("%-8s%s", name, cells);
  }

  /** Powers of metre and second. */
  private record Unit(int metres, int seconds) {
    Unit times(Unit o) {
      return new Unit(metres + o.metres, seconds + o.seconds);
    }

    Unit over(Unit o) {
      return new Unit(metres - o.metres, seconds - o.seconds);
    }

    @Override
    public String toString() {
      String up = power("m", metres) + power("s", Math.max(0, seconds));
      return seconds >= 0 ? up : up + "/" + power("s", -seconds);
    }

    private static String power(String name, int n) {
      return n == 0 ? "" : n == 1 ? name : name + "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(n);
    }
  }
}
