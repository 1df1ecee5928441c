package io.leibniz.symbolic.explain;

import static io.leibniz.Leibniz.implicit;
import static io.leibniz.Leibniz.jvp;

import io.leibniz.ConvergenceException;
import io.leibniz.Dual;
import io.leibniz.Fn;
import io.leibniz.Fn2;
import io.leibniz.Implicit;
import io.leibniz.Linalg;
import io.leibniz.Tensor;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Value;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that equations define as functions of others: their derivatives of any order, as formulas and as values. F(x, y) = 0
 * gives y' = −(∂F/∂y)⁻¹·∂F/∂x where ∂F/∂y is regular, and what is further is the derivative of that along the curve.
 *
 * <p>Values come from {@link Implicit}; formulas, by Cramer's rule, for up to four unknowns.
 */
public final class ImplicitFunction {
  private static final int MOST_UNKNOWNS = 4;
  private static final long MOST_PARTS = 20_000;

  /** How small a slope by unknowns, or by parameters, counts as 0, against those nearby. */
  private static final double SINGULAR = 1e-11, FLAT = 1e-9;

  /** How far, in parts of its coordinates, a point may lie from the curve. */
  private static final double NEAR = 1e-7;

  private final List<Expression> equations;
  private final List<String> variables;
  private final List<String> unknowns;
  private final List<String> parameters;

  /**
   * @param equations functions of the same variables, that are 0
   * @throws NoFunction if there are not as many equations as unknowns
   */
  public ImplicitFunction(
      List<Expression> equations, List<String> unknowns, List<String> parameters) {
    this.equations = List.copyOf(equations);
    this.variables = equations.getFirst().variables();
    this.unknowns = List.copyOf(unknowns);
    this.parameters = List.copyOf(parameters);
    if (equations.size() != unknowns.size())
      throw new NoFunction(
          Why.NOT_SQUARE,
          "%d equation%s cannot define %d unknown%s (%s); give as many equations as unknowns"
              .formatted(
                  equations.size(),
                  equations.size() == 1 ? "" : "s",
                  unknowns.size(),
                  unknowns.size() == 1 ? "" : "s",
                  String.join(", ", unknowns)));
  }

  /** Why there is no answer. */
  public enum Why {
    NOT_SQUARE,
    SINGULAR_JACOBIAN,
    DOMAIN
  }

  /** The equations define no function, or none that was found. */
  public static final class NoFunction extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Why why;

    NoFunction(Why why, String message) {
      super(message);
      this.why = why;
    }

    public Why why() {
      return why;
    }
  }

  public enum Kind {
    VERTICAL_TANGENT,
    SINGULAR_POINT,
    POINT_NOT_ON_CURVE
  }

  public record Warning(Kind kind, String message) {}

  /** All derivatives of one order and those below, by the parameters each is by: {@code [x, x]} → d²y/dx². */
  public record Derived<T>(SequencedMap<String, SequencedMap<List<String>, T>> by) {}

  /** What is known at a point; without derivatives where there are none. */
  public record At(
      Map<String, Double> point,
      Optional<Derived<Double>> derivatives,
      double residual,
      double condition,
      List<Warning> warnings) {}

  public List<String> unknowns() {
    return unknowns;
  }

  public List<String> parameters() {
    return parameters;
  }

  // ---- formulas

  /** Formulas for the derivatives up to {@code order}; fewer where they would be too long to read. */
  public Derived<Formula> formulas(int order) {
    var out = new Derived<Formula>(new LinkedHashMap<>());
    unknowns.forEach(u -> out.by.put(u, new LinkedHashMap<>()));
    if (unknowns.size() > MOST_UNKNOWNS) return out;
    var engine = new Differentiation(equations.getFirst());
    engine.in(
        () -> {
          new Solved(engine).into(out, order);
          return out;
        });
    return out;
  }

  private final class Solved {
    private final Differentiation engine;
    private final Map<Node, String> names = new HashMap<>();
    private final Map<String, Node> first = new HashMap<>();

    Solved(Differentiation engine) {
      this.engine = engine;
      for (int i = 0; i < variables.size(); i++)
        names.put(engine.params().get(i), variables.get(i));
    }

    private Node param(String name) {
      return engine.params().get(variables.indexOf(name));
    }

    private Node partial(Node f, String by) {
      return engine.derivative(f, param(by)).formula();
    }

    void into(Derived<Formula> out, int order) {
      var fs = new ArrayList<Node>();
      for (Expression e : equations) fs.add(e.graph().inline(engine.params()).getFirst());
      var matrix = new ArrayList<List<Node>>();
      for (Node f : fs) matrix.add(unknowns.stream().map(u -> partial(f, u)).toList());
      Node det = engine.simple(determinant(matrix));
      if (det.isFull(0)) return;
      for (String p : parameters) {
        var right = fs.stream().map(f -> partial(f, p)).toList();
        for (int j = 0; j < unknowns.size(); j++) {
          Node top = determinant(replaced(matrix, j, right));
          first.put(unknowns.get(j) + " " + p, engine.simple(top.div(det).neg()));
        }
      }
      for (String u : unknowns) {
        var by = Objects.requireNonNull(out.by.get(u));
        Map<List<String>, Node> found = new HashMap<>();
        for (int k = 1; k <= order; k++)
          for (List<String> wrt : orders(k)) {
            Node now =
                k == 1
                    ? first.get(u + " " + wrt.getFirst())
                    : along(found.get(wrt.subList(0, k - 1)), wrt.getLast());
            if (now == null || engine.size(now) > MOST_PARTS) return;
            found.put(wrt, now);
            by.put(wrt, new Formula(now, names));
          }
      }
    }

    /** How a formula changes with a parameter, the unknowns changing with it. */
    private @Nullable Node along(@Nullable Node g, String p) {
      if (g == null) return null;
      Node sum = partial(g, p);
      for (String u : unknowns)
        sum = sum.add(partial(g, u).mul(Objects.requireNonNull(first.get(u + " " + p))));
      return engine.simple(sum);
    }

    private static List<List<Node>> replaced(List<List<Node>> m, int column, List<Node> by) {
      var out = new ArrayList<List<Node>>();
      for (int i = 0; i < m.size(); i++) {
        var row = new ArrayList<>(m.get(i));
        row.set(column, by.get(i));
        out.add(row);
      }
      return out;
    }

    /** By the first row. */
    private static Node determinant(List<List<Node>> m) {
      if (m.size() == 1) return m.getFirst().getFirst();
      Node sum = null;
      for (int j = 0; j < m.size(); j++) {
        Node a = m.getFirst().get(j);
        if (a.isFull(0)) continue;
        var minor = new ArrayList<List<Node>>();
        for (List<Node> row : m.subList(1, m.size())) {
          var rest = new ArrayList<>(row);
          rest.remove(j);
          minor.add(rest);
        }
        Node term = a.mul(determinant(minor));
        sum =
            sum == null
                ? (j % 2 == 0 ? term : term.neg())
                : j % 2 == 0 ? sum.add(term) : sum.sub(term);
      }
      return sum == null ? m.getFirst().getFirst().like(0) : sum;
    }
  }

  /** All ways to differentiate {@code k} times, parameters in their order. */
  private List<List<String>> orders(int k) {
    List<List<String>> out = new ArrayList<>();
    orders(k, 0, List.of(), out);
    return out;
  }

  private void orders(int k, int from, List<String> so, List<List<String>> out) {
    if (so.size() == k) {
      out.add(so);
      return;
    }
    for (int i = from; i < parameters.size(); i++) {
      var more = new ArrayList<>(so);
      more.add(parameters.get(i));
      orders(k, i, List.copyOf(more), out);
    }
  }

  // ---- values

  /**
   * The derivatives up to {@code order} at a point, a value for each variable. With {@code solve} the unknowns' are a guess, and Newton's
   * method goes on to the curve first.
   *
   * @throws NoFunction if F has no value there, ∂F/∂y of several equations is singular, or there is no solution near
   */
  public At at(Map<String, Double> given, int order, boolean solve) {
    var point = new LinkedHashMap<>(given);
    if (solve) solved(point);
    var all = equations.stream().map(e -> slopes(e, point)).toList();
    double residual = greatest(all.stream().mapToDouble(Slopes::f).toArray());
    if (!Double.isFinite(residual))
      throw new NoFunction(
          Why.DOMAIN, "F has no finite value there; give a point at which all equations have one");
    var warnings = new ArrayList<Warning>();
    if (all.stream().anyMatch(s -> isOff(s, point)))
      warnings.add(
          new Warning(
              Kind.POINT_NOT_ON_CURVE,
              "the point is not on the curve: |F| is %.3g there; solve from it first (--solve), or mend it"
                  .formatted(residual)));
    boolean regular = isRegular(all);
    if (!regular && all.size() > 1)
      throw new NoFunction(
          Why.SINGULAR_JACOBIAN,
          "∂F/∂%s is singular there, so that the equations define no function near the point; choose another point, or other unknowns"
              .formatted(together()));
    if (!regular) warnings.add(singular(all.getFirst()));
    return new At(
        point,
        regular ? Optional.of(derived(point, order)) : Optional.empty(),
        residual,
        condition(all.stream().map(Slopes::fu).toArray(double[][]::new)),
        warnings);
  }

  /** One equation at a point: its value, and its slopes; {@code nearU} and {@code nearP} are the greatest ones a little further on. */
  private record Slopes(double f, double[] fu, double[] fp, double nearU, double nearP) {}

  private Slopes slopes(Expression e, Map<String, Double> point) {
    double size = 1e-3;
    for (String name : variables) size = Math.max(size, Math.abs(coordinate(point, name)));
    var further = new LinkedHashMap<>(point);
    double step = size * 0x1p-7;
    for (String name : variables) further.merge(name, step *= 1.25, Double::sum);
    return new Slopes(
        value(e.graph(), point),
        gradient(e, unknowns, point),
        gradient(e, parameters, point),
        finite(greatest(gradient(e, unknowns, further))),
        finite(greatest(gradient(e, parameters, further))));
  }

  private static double finite(double x) {
    return Double.isFinite(x) ? x : 0;
  }

  /** Whether ∂F/∂y can be inverted, its rows and columns scaled to one size. */
  private boolean isRegular(List<Slopes> all) {
    int n = all.size();
    double[][] m = new double[n][];
    for (int i = 0; i < n; i++) {
      Slopes s = all.get(i);
      double most = greatest(s.fu);
      if (!Double.isFinite(most + greatest(s.fp)) || !(most > 0 && most > SINGULAR * s.nearU))
        return false;
      m[i] = Arrays.stream(s.fu).map(x -> x / most).toArray();
    }
    for (int j = 0; j < n; j++) {
      double most = 0;
      for (double[] row : m) most = Math.max(most, Math.abs(row[j]));
      for (double[] row : m) row[j] /= most;
    }
    return condition(m) < 1 / SINGULAR;
  }

  private String together() {
    return unknowns.size() == 1 ? unknowns.getFirst() : "(" + String.join(", ", unknowns) + ")";
  }

  private Warning singular(Slopes s) {
    String y = unknowns.getFirst(), x = String.join(", ", parameters);
    double slope = greatest(s.fu), along = greatest(s.fp);
    if (Double.isFinite(slope) && slope > 0 && Double.isInfinite(along))
      return new Warning(
          Kind.VERTICAL_TANGENT,
          "∂F/∂%s is infinite there: the tangent is vertical; ask for d%s/d%s instead"
              .formatted(x, parameters.getFirst(), y));
    if (!Double.isFinite(slope + along))
      return new Warning(
          Kind.SINGULAR_POINT,
          "F has no finite derivatives there: the curve may have a kink or an end at the point");
    return along > FLAT * s.nearP && along > 0
        ? new Warning(
            Kind.VERTICAL_TANGENT,
            "∂F/∂%s is 0 there: the tangent is vertical, and %s no function of %s; ask for d%s/d%s instead"
                .formatted(y, y, x, parameters.getFirst(), y))
        : new Warning(
            Kind.SINGULAR_POINT,
            "all partial derivatives of F are 0 there: a singular point, through which several branches may go, or none");
  }

  private boolean isOff(Slopes s, Map<String, Double> point) {
    double scale = 0;
    for (int i = 0; i < s.fu.length; i++) scale += scale(s.fu[i], unknowns.get(i), point);
    for (int i = 0; i < s.fp.length; i++) scale += scale(s.fp[i], parameters.get(i), point);
    return Math.abs(s.f) > NEAR * scale + 1e-12 * Math.max(s.nearU, s.nearP);
  }

  private static double scale(double slope, String name, Map<String, Double> point) {
    return Math.abs(finite(slope)) * (Math.abs(coordinate(point, name)) + 1e-3);
  }

  private static double coordinate(Map<String, Double> point, String name) {
    return Objects.requireNonNull(point.get(name));
  }

  private Derived<Double> derived(Map<String, Double> point, int order) {
    var out = new Derived<Double>(new LinkedHashMap<>());
    unknowns.forEach(u -> out.by.put(u, new LinkedHashMap<>()));
    var start = tensors(unknowns, point);
    // the point is taken as the solution, on the level of F it is on
    var level = equations.stream().map(e -> value(e.graph(), point)).toList();
    var y = equation(point, level).solver((_, s) -> s).onFailure(Implicit.Failure.WARN);
    Fn<List<Tensor>, List<Tensor>> function = x -> y.of(x, start);
    var xs = tensors(parameters, point);
    for (int k = 1; k <= order; k++)
      for (List<String> wrt : orders(k)) {
        Fn<List<Tensor>, List<Tensor>> now = function;
        for (String p : wrt) now = along(now, parameters.indexOf(p));
        var values = now.of(xs);
        for (int i = 0; i < unknowns.size(); i++)
          Objects.requireNonNull(out.by.get(unknowns.get(i))).put(wrt, values.get(i).item());
      }
    return out;
  }

  private static Fn<List<Tensor>, List<Tensor>> along(Fn<List<Tensor>, List<Tensor>> f, int i) {
    return x -> {
      var dx = new ArrayList<Tensor>();
      for (int j = 0; j < x.size(); j++) dx.add(Tensor.of(j == i ? 1.0 : 0.0));
      return jvp(f).of(new Dual<List<Tensor>>(x, dx)).tangent();
    };
  }

  private void solved(Map<String, Double> point) {
    var zero = equations.stream().map(_ -> 0.0).toList();
    try {
      var y = equation(point, zero).solve(tensors(parameters, point), tensors(unknowns, point)).y();
      for (int i = 0; i < unknowns.size(); i++) point.put(unknowns.get(i), y.get(i).item());
    } catch (ConvergenceException e) {
      throw unsolved(equations.stream().map(f -> slopes(f, point)).toList());
    }
  }

  private NoFunction unsolved(List<Slopes> guess) {
    double residual = greatest(guess.stream().mapToDouble(Slopes::f).toArray());
    if (!Double.isFinite(residual))
      return new NoFunction(
          Why.DOMAIN,
          "F has no finite value at the guess; give one at which all equations have a value");
    if (!isRegular(guess))
      return new NoFunction(
          Why.SINGULAR_JACOBIAN,
          "found no solution: ∂F/∂%s is singular at the guess; give another, or other unknowns"
              .formatted(together()));
    return new NoFunction(
        Why.DOMAIN,
        "found no solution from this guess, at which |F| is %.3g; give one nearer to a solution, if there is any"
            .formatted(residual));
  }

  /** The equations F = level as a function of (parameters, unknowns); what else stands in them has the values of the point. */
  private Implicit.Of<List<Tensor>, List<Tensor>> equation(
      Map<String, Double> point, List<Double> level) {
    Fn2<List<Tensor>, List<Tensor>, List<Tensor>> f =
        (x, y) -> {
          var args = new ArrayList<Node>();
          for (String name : variables) {
            int p = parameters.indexOf(name), u = unknowns.indexOf(name);
            args.add(
                (p >= 0 ? x.get(p) : u >= 0 ? y.get(u) : Tensor.of(coordinate(point, name)))
                    .node());
          }
          var out = new ArrayList<Tensor>();
          for (int i = 0; i < equations.size(); i++) {
            Tensor at = Tensor.of(equations.get(i).graph().inline(args).getFirst());
            out.add(level.get(i) == 0 ? at : at.minus(level.get(i)));
          }
          return out;
        };
    return implicit(f);
  }

  private static List<Tensor> tensors(List<String> names, Map<String, Double> point) {
    return names.stream().map(n -> Tensor.of(coordinate(point, n))).toList();
  }

  private double value(Graph g, Map<String, Double> point) {
    var xs = new ArrayList<Value>();
    for (String name : variables)
      xs.add(Array.of(Shape.SCALAR, new double[] {coordinate(point, name)}));
    return ((Array) Program.of(g).run(xs).getFirst()).number(0);
  }

  private double[] gradient(Expression e, List<String> by, Map<String, Double> point) {
    return by.stream().mapToDouble(name -> slope(e, name, point)).toArray();
  }

  /** The other coordinates are constants: their slopes may be infinite. */
  private double slope(Expression e, String by, Map<String, Double> point) {
    Fn<Tensor, Tensor> f =
        t -> {
          var args = new ArrayList<Node>();
          for (String name : variables)
            args.add((name.equals(by) ? t : Tensor.of(coordinate(point, name))).node());
          return Tensor.of(e.graph().inline(args).getFirst());
        };
    return jvp(f).of(new Dual<>(Tensor.of(coordinate(point, by)), Tensor.of(1.0))).tangent().item();
  }

  private static double greatest(double[] x) {
    double most = 0;
    for (double each : x) most = Math.max(most, Math.abs(each));
    return most;
  }

  /** In the 1-norm; ∞ if the matrix is singular. */
  private static double condition(double[][] m) {
    double[][] inverse = new double[m.length][m.length];
    var flat = Arrays.stream(m).flatMapToDouble(Arrays::stream).toArray();
    Tensor b = Linalg.inverse(Tensor.of(flat, m.length, m.length));
    for (int i = 0; i < m.length; i++)
      for (int j = 0; j < m.length; j++) inverse[i][j] = b.at(i, j).item();
    double c = norm(m) * norm(inverse);
    return Double.isNaN(c) ? Double.POSITIVE_INFINITY : c;
  }

  private static double norm(double[][] m) {
    double most = 0;
    for (int j = 0; j < m.length; j++) {
      double column = 0;
      for (double[] row : m) column += Math.abs(row[j]);
      most = Math.max(most, column);
    }
    return most;
  }
}
