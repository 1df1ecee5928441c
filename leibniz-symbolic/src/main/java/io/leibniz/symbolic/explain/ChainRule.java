package io.leibniz.symbolic.explain;

import io.leibniz.eval.Interpreter;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import io.leibniz.ir.Value;
import io.leibniz.symbolic.explain.Diagram.Edge;
import io.leibniz.symbolic.explain.Diagram.Vertex;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/** Quantities defined by others: z = x² + sin(xy), x = t², y = eᵗ. Its tree diagram, and the derivatives of one by another. */
public final class ChainRule {
  private final SequencedMap<String, Expression> definitions;

  /** A name is defined before it is used. */
  public ChainRule(SequencedMap<String, Expression> definitions) {
    this.definitions = new LinkedHashMap<>(definitions);
  }

  /**
   * One expression, called {@code name}, and what stands inside of its functions as quantities of their own: of exp(sin(x²)) they are u =
   * x², v = sin(u), and eᵛ.
   */
  public static ChainRule of(String name, Expression f) {
    Scope scope = Scope.blind("a tree diagram", Interpreter::value);
    return scope.in(() -> new ChainRule(taken(name, f)));
  }

  private static SequencedMap<String, Expression> taken(String name, Expression f) {
    var names = new HashMap<Node, String>();
    for (int i = 0; i < f.variables().size(); i++)
      names.put(f.graph().params().get(i), f.variables().get(i));
    var used = new HashSet<>(f.variables());
    used.add(name);
    var out = new LinkedHashMap<String, Expression>();
    Node root = f.graph().results().getFirst();
    for (Node n : InnerFunctions.of(root, f.graph().params())) {
      String own = n == root ? name : letter(used);
      out.put(own, alone(n, names));
      names.put(n, own);
    }
    if (out.isEmpty()) out.put(name, f);
    return out;
  }

  private static String letter(Set<String> used) {
    for (String u : List.of("u", "v", "w", "p", "q", "r", "s")) if (used.add(u)) return u;
    int i = 1;
    while (!used.add("u" + i)) i++;
    return "u" + i;
  }

  /** One operation as an expression in the names of what it is made of. */
  private static Expression alone(Node n, Map<Node, String> names) {
    var inside = new ArrayList<Node>();
    for (Node x : Node.order(List.of(n), names::containsKey))
      if (x != n && !(x.op() instanceof Source)) inside.add(x);
    var variables = new TreeSet<String>();
    for (Node x : n.operands()) if (names.get(x) instanceof String s) variables.add(s);
    for (Node i : inside)
      for (Node x : i.operands()) if (names.get(x) instanceof String s) variables.add(s);
    var order = List.copyOf(variables);
    Graph g =
        Graph.close(
                order.stream().map(_ -> n.kind()).toList(),
                ps -> {
                  var made = new HashMap<Node, Node>();
                  names.forEach(
                      (x, s) -> {
                        if (variables.contains(s)) made.put(x, ps.get(order.indexOf(s)));
                      });
                  for (Node x : Node.order(List.of(n), made::containsKey))
                    made.put(
                        x,
                        x.operands().isEmpty()
                            ? Node.of(x.op())
                            : Node.of(x.op(), x.operands().stream().map(made::get).toList()));
                  return List.of(Objects.requireNonNull(made.get(n)));
                })
            .graph();
    return new Expression(order, g);
  }

  public Set<String> defined() {
    return definitions.keySet();
  }

  /** What a name is defined as, in the names in its equation. */
  public Expression definition(String name) {
    return Objects.requireNonNull(definitions.get(name), name);
  }

  /** The names that nothing defines. */
  public List<String> leaves() {
    var out = new TreeSet<String>();
    definitions.values().forEach(e -> out.addAll(e.variables()));
    out.removeAll(definitions.keySet());
    return List.copyOf(out);
  }

  /** {@code e}, every name in it replaced by what it is defined as, but for {@code kept}. */
  public Expression composite(Expression e, Set<String> kept) {
    var leaves = new TreeSet<>(leaves());
    leaves.addAll(kept);
    for (String x : e.variables()) if (!definitions.containsKey(x)) leaves.add(x);
    var order = List.copyOf(leaves);
    Scope scope = Scope.blind("a composite", Interpreter::value);
    return scope.in(
        () -> {
          var kind = e.graph().results().getFirst().kind();
          Graph g =
              Graph.close(
                      order.stream().map(_ -> kind).toList(),
                      ps -> {
                        Map<String, Node> made = new HashMap<>();
                        for (int i = 0; i < ps.size(); i++) made.put(order.get(i), ps.get(i));
                        definitions.forEach(
                            (name, d) -> {
                              if (!made.containsKey(name)) made.put(name, inlined(d, made));
                            });
                        return List.of(inlined(e, made));
                      })
                  .graph();
          return new Expression(order, g);
        });
  }

  private static Node inlined(Expression e, Map<String, Node> made) {
    return e.graph()
        .inline(e.variables().stream().map(x -> Objects.requireNonNull(made.get(x), x)).toList())
        .getFirst();
  }

  /** {@code of} as a function of the leaves, and of {@code wrt}. */
  public Expression composite(String of, String wrt) {
    return composite(Objects.requireNonNull(definitions.get(of)), Set.of(wrt));
  }

  /** d of/d wrt, all that is between them followed. */
  public Derivative total(String of, String wrt) {
    return new Derivatives(composite(of, wrt)).by(List.of(wrt));
  }

  /** The values of all quantities where the leaves have those of {@code at}; NaN where one is missing. */
  public Map<String, Double> values(Map<String, Double> at) {
    var out = new HashMap<>(at);
    leaves().forEach(x -> out.putIfAbsent(x, Double.NaN));
    definitions.forEach(
        (name, e) -> {
          var xs = new ArrayList<Value>();
          for (String x : e.variables())
            xs.add(Array.of(Shape.SCALAR, new double[] {Objects.requireNonNull(out.get(x))}));
          out.put(name, ((Array) Program.of(e.graph()).run(xs).getFirst()).number(0));
        });
    return out;
  }

  /** The diagram at a point, formulas as {@code written}. */
  public Diagram diagram(
      Map<String, Double> at, java.util.function.Function<Formula, String> written) {
    var values = values(at);
    var vertices = new ArrayList<Vertex>();
    var edges = new ArrayList<Edge>();
    for (String x : leaves()) vertices.add(new Vertex(x, "", value(values, x)));
    definitions.forEach(
        (name, e) -> {
          vertices.add(new Vertex(name, written.apply(Formula.of(e)), value(values, name)));
          var derivatives = new Derivatives(e);
          double[] point = e.variables().stream().mapToDouble(x -> value(values, x)).toArray();
          for (String x : e.variables()) {
            Derivative d = derivatives.by(List.of(x));
            Formula f = Formula.of(d.formula());
            if (f.text().equals("0")) continue;
            edges.add(new Edge(x, name, written.apply(f), d.at(point)));
          }
        });
    return new Diagram(vertices, edges);
  }

  private static double value(Map<String, Double> values, String x) {
    return Objects.requireNonNull(values.get(x));
  }
}
