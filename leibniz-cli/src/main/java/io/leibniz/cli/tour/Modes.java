package io.leibniz.cli.tour;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jvp;

import io.leibniz.Dual;
import io.leibniz.Fn;
import io.leibniz.Tensor;
import io.leibniz.check.Differences;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Value;
import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.text.Expression;
import java.util.ArrayList;
import java.util.List;

/** One slope, found in four ways that share no rule but the table of derivatives; the last not even that. */
record Modes(double symbolic, double forward, double reverse, double differences) {

  static Modes of(String expression, double x) {
    return of(Expression.parse(expression), x);
  }

  /** Of a function of one variable. */
  static Modes of(Expression f, double x) {
    var byFormula = new Derivatives(f).by(f.variables());
    Fn<Tensor, Tensor> y = function(f);
    Tensor at = Tensor.of(x);
    double step = 0.03125 * Math.min(1, Math.abs(x) + (x == 0 ? 1 : 0));
    return new Modes(
        byFormula.at(new double[] {x}),
        jvp(y).of(new Dual<>(at, Tensor.of(1.0))).tangent().item(),
        grad(y).of(at).item(),
        Differences.of(h -> value(f, x + h), step, 4).value());
  }

  /** An expression of one variable as a function in Java. */
  static Fn<Tensor, Tensor> function(Expression f) {
    return x -> Tensor.of(f.graph().inline(List.of(x.node())).getFirst());
  }

  /** Its value, of variables in their order. */
  static double value(Expression f, double... at) {
    var xs = new ArrayList<Value>();
    for (double x : at) xs.add(Array.of(Shape.SCALAR, new double[] {x}));
    return ((Array) Program.of(f.graph()).run(xs).getFirst()).number(0);
  }

  void show(Stage stage) {
    stage.number("by formula", symbolic);
    stage.number("forward mode", forward);
    stage.number("reverse mode", reverse);
    stage.number("differences", differences, "off by " + Stage.small(off(differences)));
  }

  /** How far the modes are from the formula, relatively. */
  double apart() {
    return Math.max(off(forward), off(reverse));
  }

  double off(double slope) {
    double d = Math.abs(slope - symbolic);
    return d == 0 ? 0 : d / Math.max(Math.abs(symbolic), 1e-300);
  }

  /** Compares at many points, and says so in a line. */
  static void everywhere(Stage stage, Expression f, double... points) {
    double apart = 0, off = 0;
    var d = new Derivatives(f);
    String x = f.variables().getFirst();
    for (double p : points) {
      Modes m = of(f, p);
      stage.keep(value(f, p));
      stage.keep(m.symbolic);
      stage.keep(d.by(List.of(x, x)).at(new double[] {p}));
      apart = Math.max(apart, m.apart());
      if (m.symbolic != 0 && Math.abs(m.symbolic) > 1e-10)
        off = Math.max(off, m.off(m.differences));
    }
    stage.show(
        "at %d points, %s = %s … %s: forward and reverse within %s of the formula,",
        points.length,
        x,
        Stage.six(points[0]),
        Stage.six(points[points.length - 1]),
        Stage.small(apart));
    stage.show("differences within %s", Stage.small(off));
  }
}
