package io.leibniz.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A closed function: its results reach nothing but its parameters and constants. Two graphs are equal
 * only if they are the same.
 */
public final class Graph {
  private final List<Node> params;
  private final List<Node> results;
  private final List<Node> order;
  private final boolean control;
  private volatile @Nullable Object prepared;

  public Graph(List<Node> params, List<Node> results) {
    this.params = List.copyOf(params);
    this.results = List.copyOf(results);
    this.order = Node.order(results);
    var own = new HashSet<>(this.params);
    boolean inside = false;
    for (Node n : order) {
      inside |= n.op() instanceof Control;
      if (n.op() instanceof Source.Parameter && !own.contains(n))
        throw new IllegalStateException(
            "not closed: the graph uses a " + n + " that is no parameter of it");
    }
    control = inside;
  }

  public List<Node> params() {
    return params;
  }

  public List<Node> results() {
    return results;
  }

  /** All nodes that the results need, operands before results. */
  public List<Node> order() {
    return order;
  }

  /** Whether it has an op with graphs inside. */
  public boolean hasControl() {
    return control;
  }

  /** What {@code prepare} makes of this graph, made at the first call and kept: an evaluator's program. */
  public <T> T prepared(Class<T> type, Function<Graph, T> prepare) {
    Object known = prepared;
    if (!type.isInstance(known))
      prepared = known = prepare.apply(this); // twice, if two threads meet: alike
    return type.cast(known);
  }

  /** A graph together with the outer nodes that its last parameters stand for. */
  public record Closed(Graph graph, List<Node> captures) {}

  /** Traces {@code body} in a scope of its own inside the current one, on parameters of the given kinds. */
  public static Closed close(List<? extends Kind> kinds, Function<List<Node>, List<Node>> body) {
    Scope scope = Scope.inner();
    var params = new ArrayList<Node>();
    for (Kind k : kinds) params.add(scope.parameter(k));
    return close(scope, params, scope.in(() -> body.apply(params)));
  }

  /** What was traced in {@code scope} on {@code params}; what it uses from outside becomes further parameters. */
  public static Closed close(Scope scope, List<Node> params, List<Node> results) {
    var inside = results.stream().map(scope::local).toList();
    var used = new HashSet<>(Node.order(inside));
    var all = new ArrayList<>(params);
    var captures = new ArrayList<Node>();
    scope
        .captured()
        .forEach(
            (outer, p) -> {
              if (used.contains(p)) {
                all.add(p);
                captures.add(outer);
              }
            });
    return new Closed(new Graph(all, inside), captures);
  }

  /** The same computation on other arguments, in the current scope. */
  public List<Node> inline(List<Node> args) {
    Scope scope = Scope.current();
    var made = new PerNode<Node>(this);
    for (int i = 0; i < params.size(); i++) made.put(params.get(i), scope.local(args.get(i)));
    for (Node n : order)
      if (!(n.op() instanceof Source.Parameter))
        made.put(n, scope.at(n.scope().origin(n), () -> n.copy(made.at(n.operands()))));
    return made.at(results);
  }

  /** One more than the greatest number of its nodes. */
  int size() {
    int last = order.isEmpty() ? 0 : order.getLast().number();
    for (Node p : params) last = Math.max(last, p.number());
    return last + 1;
  }

  /**
   * Checks the graph against the rules of its ops: operands come first and are of the same scope, and
   * every type is the one that the op gives. Returns the graph.
   */
  public Graph verify() {
    for (Node n : order) {
      verify(n);
      if (n.op() instanceof Control c) Control.graphs(c).forEach(Graph::verify);
    }
    return this;
  }

  static void verify(Node n) {
    for (Node x : n.operands())
      if (x.scope() != n.scope() || x.number() >= n.number())
        throw new IllegalStateException(
            "ill-formed: " + n + " has the operand " + x + " of another scope, or made after it");
    Kind kind = n.op().kind(Control.kinds(n.operands()));
    if (!kind.equals(n.kind()))
      throw new IllegalStateException("ill-typed: " + n + " should be " + kind);
  }

  /** One line a node: {@code b = mul a x : f64[3]   Model.java:42}; below it, the graphs inside. */
  @Override
  public String toString() {
    Map<Node, String> names = new HashMap<>();
    for (Node p : params) names.put(p, "x" + names.size());
    var lines = new ArrayList<String[]>();
    int made = 0;
    for (Node n : order) {
      if (n.op() instanceof Source.Parameter) continue;
      if (n.op() instanceof Source.Literal l) {
        names.put(n, l.toString());
        continue;
      }
      String name = name(made++);
      names.put(n, name);
      var text = new StringBuilder(n.op().toString());
      for (Node x : n.operands()) text.append(' ').append(names.get(x));
      Origin from = n.scope().origin(n);
      var inside = new StringBuilder();
      if (n.op() instanceof Control c)
        for (Graph g : Control.graphs(c))
          inside.append('\n').append(g.toString().indent(4).stripTrailing());
      lines.add(
          new String[] {
            "  " + name + " = " + text, ": " + n.kind(), (from == null ? "" : "  " + from) + inside
          });
    }
    int wide = lines.stream().mapToInt(l -> l[0].length()).max().orElse(0);
    int typed = lines.stream().mapToInt(l -> l[1].length()).max().orElse(0);
    var out = new StringBuilder("(");
    for (int i = 0; i < params.size(); i++)
      out.append(i == 0 ? "" : ", ")
          .append(names.get(params.get(i)))
          .append(": ")
          .append(params.get(i).kind());
    out.append(") {\n");
    for (String[] l : lines)
      out.append(("%-" + wide + "s %-" + typed + "s%s").formatted(l[0], l[1], l[2]).stripTrailing())
          .append('\n');
    out.append("  return");
    for (int i = 0; i < results.size(); i++)
      out.append(i == 0 ? " " : ", ").append(names.get(results.get(i)));
    return out.append("\n}").toString();
  }

  /** a, b, … z, aa, ab, … */
  private static String name(int i) {
    String last = String.valueOf((char) ('a' + i % 26));
    return i < 26 ? last : name(i / 26 - 1) + last;
  }
}
