package io.leibniz.symbolic.explain;

import io.leibniz.eval.Interpreter;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A claim about a derivative, judged at many points, since one can hide an error; and where it is wrong, which edge of the tree
 * diagram, or which term, makes it so.
 */
public final class Claim {
  private static final double EQUAL = 1e-7;
  private static final int POINTS = 24, MOST_INNER = 20;
  private static final double[] NICE = {0.7, 1.3, 0.4, 1.9, 0.6, 2.3, 1.1, 0.3};
  private static final double[] PLAIN = {0, 1, -1, 2};

  private final ChainRule rule;
  private final String of;
  private final List<String> wrt;
  private final Expression claim;

  /**
   * @param claim of the derivative of {@code of} by {@code wrt}, in the names of {@code rule}
   */
  public Claim(ChainRule rule, String of, List<String> wrt, Expression claim) {
    this.rule = rule;
    this.of = of;
    this.wrt = List.copyOf(wrt);
    this.claim = claim;
  }

  /** Of one expression. */
  public static Claim of(Expression f, List<String> wrt, Expression claim) {
    var one = new LinkedHashMap<String, Expression>();
    String name = "f";
    while (f.variables().contains(name) || claim.variables().contains(name)) name += "_";
    one.put(name, f);
    return new Claim(new ChainRule(one), name, wrt, claim);
  }

  /** Values at a point, those of the claim and the right ones. */
  public record Witness(Map<String, Double> point, double claimed, double expected) {}

  /**
   * The judgement.
   *
   * @param compared at how many points both have a value; of a claim that agrees at none nothing is known
   * @param wrong what is wrong; empty if nothing is
   * @param hiding plain points at which a wrong claim agrees
   */
  public record Verdict(
      boolean correct,
      Formula expected,
      int compared,
      Optional<Witness> witness,
      String wrong,
      List<Map<String, Double>> hiding) {}

  public Verdict verdict() {
    var kept = Set.copyOf(wrt);
    Expression f = rule.composite(new Expression(List.of(of), identity()), kept);
    Expression claimed = rule.composite(claim, kept);
    var names = new TreeSet<>(f.variables());
    names.addAll(claimed.variables());
    var variables = List.copyOf(names);
    Derivative right = new Derivatives(over(f, variables)).by(wrt);
    Expression given = over(claimed, variables);
    var differing = new ArrayList<Witness>();
    int compared = 0;
    for (Map<String, Double> p : points(variables)) {
      var w = witness(right, given, variables, p);
      if (!Double.isFinite(w.expected) || Double.isNaN(w.claimed)) continue;
      compared++;
      if (differ(w)) differing.add(w);
    }
    Formula expected = Formula.of(right.formula());
    boolean correct = differing.isEmpty() && compared > 0;
    if (correct || differing.isEmpty())
      return new Verdict(
          correct, expected, compared, Optional.empty(), correct ? "" : nowhere(), List.of());
    var hiding = new ArrayList<Map<String, Double>>();
    for (double x : PLAIN) {
      var at = new LinkedHashMap<String, Double>();
      variables.forEach(v -> at.put(v, x));
      var w = witness(right, given, variables, at);
      if (Double.isFinite(w.expected) && Double.isFinite(w.claimed) && !differ(w)) hiding.add(at);
    }
    return new Verdict(
        false,
        expected,
        compared,
        Optional.of(differing.getFirst()),
        new Fault(variables, right, given).told(),
        hiding);
  }

  private static String nowhere() {
    return "the claim and the derivative have no value at any of the points tried, so that nothing can be said";
  }

  private static Graph identity() {
    var scope = Scope.blind("a claim", Interpreter::value);
    Node p = scope.parameter(Type.of(DType.F64));
    return new Graph(List.of(p), List.of(p));
  }

  /** The same function, of more variables. */
  private static Expression over(Expression f, List<String> variables) {
    if (f.variables().equals(variables)) return f;
    var scope = Scope.blind("a claim", Interpreter::value);
    return scope.in(
        () -> {
          Graph g =
              Graph.close(
                      variables.stream().map(_ -> f.graph().results().getFirst().kind()).toList(),
                      ps ->
                          f.graph()
                              .inline(
                                  f.variables().stream()
                                      .map(v -> ps.get(variables.indexOf(v)))
                                      .toList()))
                  .graph();
          return new Expression(variables, g);
        });
  }

  private static boolean differ(Witness w) {
    return !(Math.abs(w.claimed - w.expected)
        <= EQUAL * Math.max(Math.abs(w.claimed), Math.abs(w.expected)) + 1e-10);
  }

  private static Witness witness(
      Derivative right, Expression claimed, List<String> variables, Map<String, Double> at) {
    double[] point =
        variables.stream().mapToDouble(v -> Objects.requireNonNull(at.get(v))).toArray();
    return new Witness(at, value(claimed.graph(), point), right.at(point));
  }

  private static double value(Graph g, double[] point) {
    var xs = new ArrayList<Value>();
    for (double x : point) xs.add(Array.of(Shape.SCALAR, new double[] {x}));
    return ((Array) g.prepared(Program.class, Program::of).run(xs).getFirst()).number(0);
  }

  /** Points with short coordinates first, then others, on either side of 0. */
  private static List<Map<String, Double>> points(List<String> variables) {
    var random = new SplittableRandom(7);
    var out = new ArrayList<Map<String, Double>>();
    for (int k = 0; k < POINTS; k++) {
      var at = new LinkedHashMap<String, Double>();
      for (int i = 0; i < variables.size(); i++) {
        double sign = k >= NICE.length && random.nextBoolean() ? -1 : 1;
        double x =
            k < NICE.length
                ? NICE[(i + k) % NICE.length]
                : sign * Math.rint(random.nextDouble(0.05, k < 16 ? 2 : 6) * 100) / 100;
        at.put(variables.get(i), x);
      }
      out.add(at);
    }
    return out;
  }

  // ---- what is wrong

  /** Finds the edge, or the term, that a wrong claim owes its error to. */
  private final class Fault {
    private final List<String> variables;
    private final Derivative right;
    private final Expression claimed;

    Fault(List<String> variables, Derivative right, Expression claimed) {
      this.variables = variables;
      this.right = right;
      this.claimed = claimed;
    }

    String told() {
      if (wrt.size() == 1) {
        String onEdge = edge();
        if (onEdge != null) return onEdge;
      }
      return term();
    }

    /** A term of the right derivative: the product of one term of each partial on a path. */
    private record Term(Node node, List<Diagram.Edge> path, List<Node> factors) {}

    /** Each name taken as a variable of its own: then the claim's terms are those of the paths, but for the wrong one. */
    private @Nullable String edge() {
      if (rule.defined().size() < 2) return null;
      var all = new TreeSet<>(rule.leaves());
      all.addAll(rule.defined());
      all.addAll(claim.variables());
      var names = List.copyOf(all);
      Expression given = over(claim, names);
      var engine = new Differentiation(given);
      return engine.in(
          () -> {
            Diagram d = rule.diagram(Map.of(), Formula::text).between(of, wrt.getFirst());
            Map<Diagram.Edge, List<Node>> partials = new HashMap<>();
            var named = names(engine, names);
            for (Diagram.Edge e : d.edges()) {
              Expression partial = over(Expression.parse(e.formula(), names), names);
              partials.put(e, engine.terms(partial.graph().inline(engine.params()).getFirst()));
            }
            var terms = new ArrayList<Term>();
            for (Paths.Path p : d.paths(of, wrt.getFirst(), 64).shown())
              products(engine, p.edges(), 0, List.of(), partials, terms);
            var claims = new ArrayList<>(engine.terms(engine.root()));
            terms.removeIf(t -> claims.remove(t.node));
            if (terms.size() == 1 && claims.isEmpty())
              return "the path %s is missing its term %s"
                  .formatted(
                      path(terms.getFirst().path),
                      new Formula(terms.getFirst().node, named).screen());
            if (terms.isEmpty() && claims.size() == 1)
              return "the term %s is too much"
                  .formatted(new Formula(claims.getFirst(), named).screen());
            if (terms.isEmpty() || terms.size() != claims.size() || terms.size() > 4) return null;
            String best = null;
            long least = Long.MAX_VALUE;
            for (Term t : terms)
              for (Node c : claims)
                for (int i = 0; i < t.path.size(); i++) {
                  Node instead = engine.simple(c.div(t.node).mul(t.factors.get(i)));
                  if (engine.size(instead) >= least) continue;
                  least = engine.size(instead);
                  Diagram.Edge e = t.path.get(i);
                  boolean whole = Objects.requireNonNull(partials.get(e)).size() == 1;
                  best =
                      "on the edge %s ← %s the claim has %s where %s %s %s"
                          .formatted(
                              e.to(),
                              e.from(),
                              new Formula(instead, named).screen(),
                              d.symbol(e),
                              whole ? "=" : "has",
                              new Formula(t.factors.get(i), named).screen());
                }
            return best;
          });
    }

    private static String path(List<Diagram.Edge> edges) {
      return new Paths.Path(edges, 0).toString();
    }

    private static void products(
        Differentiation engine,
        List<Diagram.Edge> path,
        int i,
        List<Node> factors,
        Map<Diagram.Edge, List<Node>> partials,
        List<Term> out) {
      if (i == path.size()) {
        Node all = factors.getFirst();
        for (Node f : factors.subList(1, factors.size())) all = all.mul(f);
        for (Node t : engine.terms(all)) out.add(new Term(t, path, factors));
        return;
      }
      for (Node t : Objects.requireNonNull(partials.get(path.get(i)))) {
        var more = new ArrayList<>(factors);
        more.add(t);
        products(engine, path, i + 1, more, partials, out);
      }
    }

    private static Map<Node, String> names(Differentiation engine, List<String> names) {
      var out = new HashMap<Node, String>();
      for (int i = 0; i < names.size(); i++) out.put(engine.params().get(i), names.get(i));
      return out;
    }

    /** By the terms of the whole, and by the rules that are often applied wrongly. */
    private String term() {
      Expression f =
          over(rule.composite(new Expression(List.of(of), identity()), Set.copyOf(wrt)), variables);
      var engine = new Differentiation(f);
      return engine.in(
          () -> {
            var named = names(engine, variables);
            Node mine = right.formula().graph().inline(engine.params()).getFirst();
            Node theirs = engine.simple(claimed.graph().inline(engine.params()).getFirst());
            if (wrt.size() == 1) {
              String slip = slip(engine, engine.root(), theirs, named);
              if (slip != null) return slip;
            }
            var terms = new ArrayList<>(engine.terms(mine));
            var claims = new ArrayList<>(engine.terms(theirs));
            terms.removeIf(claims::remove);
            if (terms.size() == 1 && claims.isEmpty())
              return "the term %s is missing"
                  .formatted(new Formula(terms.getFirst(), named).screen());
            if (terms.isEmpty() && claims.size() == 1)
              return "the term %s is too much"
                  .formatted(new Formula(claims.getFirst(), named).screen());
            Node from = terms.size() == 1 && claims.size() == 1 ? terms.getFirst() : mine;
            Node to = terms.size() == 1 && claims.size() == 1 ? claims.getFirst() : theirs;
            return factor(engine, from, to, named);
          });
    }

    private String factor(Differentiation engine, Node mine, Node theirs, Map<Node, String> named) {
      String claimed = new Formula(theirs, named).screen(),
          right = new Formula(mine, named).screen();
      if (theirs.isFull(0) || mine.isFull(0))
        return "the claim has %s where it is %s".formatted(claimed, right);
      Node ratio = engine.simple(mine.div(theirs));
      if (ratio.isFull(-1)) return "the sign of %s is wrong".formatted(claimed);
      if (engine.size(ratio) < engine.size(mine)) {
        if (ratio.op() == Binary.DIV && ratio.x(0).isFull(1))
          return "the factor %s in %s is too much"
              .formatted(new Formula(ratio.x(1), named).screen(), claimed);
        return "the claim has %s where it is %s: the factor %s is missing"
            .formatted(claimed, right, new Formula(ratio, named).screen());
      }
      return "the claim has %s where it is %s".formatted(claimed, right);
    }

    /** The mistakes that are made with the rules: an inner derivative left out, f′g′ for a product, f′/g′ for a quotient. */
    private @Nullable String slip(
        Differentiation engine, Node y, Node claimed, Map<Node, String> named) {
      Node x = engine.params().get(variables.indexOf(wrt.getFirst()));
      if (y.operands().size() == 2 && (y.op() == Binary.MUL || y.op() == Binary.DIV)) {
        Node du = engine.derivative(y.x(0), x).formula(),
            dv = engine.derivative(y.x(1), x).formula();
        if (!du.isFull(0) && !dv.isFull(0)) {
          boolean product = y.op() == Binary.MUL;
          Node wrong = engine.simple(product ? du.mul(dv) : du.div(dv));
          if (wrong == claimed)
            return product
                ? "the claim is the product of the derivatives; the product rule is (uv)′ = u′v + uv′"
                : "the claim is the quotient of the derivatives; the quotient rule is (u/v)′ = (u′v − uv′)/v²";
          if (!product
              && engine.simple(du.mul(y.x(1)).add(y.x(0).mul(dv)).div(y.x(1).mul(y.x(1))))
                  == claimed) return "a sign in the quotient rule: (u/v)′ = (u′v − uv′)/v²";
        }
      }
      // of a composition: the outer derivative alone
      var inners = Node.order(List.of(y)).reversed();
      for (Node inner : inners.subList(0, Math.min(inners.size(), MOST_INNER))) {
        if (inner == y || inner.operands().isEmpty() || !inner.dtype().isFloat()) continue;
        Node dx = engine.derivative(inner, x).formula();
        if (dx.isFull(0) || dx.isFull(1)) continue;
        if (engine.simple(claimed.mul(dx)) == right(engine))
          return "the inner derivative d/d%s %s = %s is missing"
              .formatted(
                  wrt.getFirst(),
                  new Formula(inner, named).screen(),
                  new Formula(dx, named).screen());
      }
      return null;
    }

    private Node right(Differentiation engine) {
      return engine.simple(right.formula().graph().inline(engine.params()).getFirst());
    }
  }
}
