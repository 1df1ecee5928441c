package io.leibniz.symbolic.explain;

import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Value;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import io.leibniz.transform.Jvp;
import io.leibniz.transform.Taylor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A derivative of an expression: a formula, the conditions under which it holds, and how it was found. */
public final class Derivative {
  /** Up to which order values come from formulas: higher ones are long, and lose digits. */
  private static final int BY_FORMULA = 3;

  private final Expression f;
  private final List<String> wrt;
  private final Expression formula;
  private final List<Formula> conditions;
  private final List<Derivation> derivations;
  private final Differentiation engine;
  private final Differentiation teller;
  private final List<Graph> holds;

  Derivative(
      Expression f,
      List<String> wrt,
      Expression formula,
      List<Formula> conditions,
      List<Derivation> derivations,
      Differentiation engine,
      Differentiation teller) {
    this.f = f;
    this.wrt = wrt;
    this.formula = formula;
    this.conditions = conditions;
    this.derivations = derivations;
    this.engine = engine;
    this.teller = teller;
    holds =
        conditions.stream().map(c -> new Graph(formula.graph().params(), List.of(c.y()))).toList();
  }

  /** By which variables, in this order. */
  public List<String> wrt() {
    return wrt;
  }

  /** The derivative as a function of the same variables. */
  public Expression formula() {
    return formula;
  }

  /** Where the formula holds; everywhere in its own domain if there is none. */
  public List<Formula> conditions() {
    return conditions;
  }

  /** The logs, one for each variable of {@link #wrt}. */
  public List<Derivation> derivations() {
    return derivations;
  }

  /** The steps of all derivations, as one writes them. */
  public List<Step> steps() {
    return lessons().stream().flatMap(l -> l.steps().stream()).toList();
  }

  /** Likewise, nested as the function is. */
  public List<Lesson> lessons() {
    return derivations.stream().map(d -> Lesson.of(f.variables(), teller, d)).toList();
  }

  /**
   * The derivative at a point, by the formula. At points where it does not hold, such as kinks, and where it is no number, what
   * the transforms of core give.
   */
  public double at(double[] point) {
    double y =
        wrt.size() <= BY_FORMULA && holds(point) ? value(formula.graph(), point) : Double.NaN;
    return Double.isFinite(y) ? y : exact(point);
  }

  private boolean holds(double[] point) {
    return holds.stream().allMatch(c -> value(c, point) != 0);
  }

  private static double value(Graph g, double[] point) {
    return ((Array) g.prepared(Program.class, Program::of).run(values(point)).getFirst()).number(0);
  }

  private static List<Value> values(double[] point) {
    var out = new ArrayList<Value>();
    for (double x : point) out.add(Array.of(Shape.SCALAR, new double[] {x}));
    return out;
  }

  /** By one Taylor sweep where all variables are one; by nested forward mode else. */
  private double exact(double[] point) {
    int n = wrt.size();
    Graph derivative =
        engine.in(
            () -> {
              List<Node> xs = engine.params();
              if (n > 1 && new HashSet<>(wrt).size() == 1) {
                var series = Taylor.of(f.graph(), xs, along(wrt.getFirst(), xs), n);
                var last = series.getLast().getFirst();
                return new Graph(xs, List.of(last == null ? xs.getFirst().like(0) : last.filled()));
              }
              Graph now = f.graph();
              for (String x : wrt) {
                var dy = Jvp.of(now, xs, along(x, xs)).dys().getFirst();
                now =
                    new Graph(xs, List.of(dy == null ? Node.literal(DType.F64, 0.0) : dy.filled()));
              }
              return now;
            });
    double y = value(derivative, point);
    if (n > 1 && new HashSet<>(wrt).size() == 1) for (int i = 2; i <= n; i++) y *= i;
    return y;
  }

  private List<@Nullable Delta> along(String x, List<Node> xs) {
    var out = new ArrayList<@Nullable Delta>();
    for (int i = 0; i < xs.size(); i++)
      out.add(
          f.variables().get(i).equals(x)
              ? Delta.of(Objects.requireNonNull(xs.get(i)).like(1))
              : null);
    return out;
  }
}
