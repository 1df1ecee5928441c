package io.leibniz.symbolic.explain;

import io.leibniz.Tensor;
import io.leibniz.ir.Array;
import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.NodeSet;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.symbolic.explain.Diagram.Edge;
import io.leibniz.symbolic.explain.Diagram.Vertex;
import io.leibniz.symbolic.text.Digits;
import io.leibniz.transform.Jvp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The diagram of a traced function: an op is a vertex, an operand that moves is an edge. Its partial is what forward mode makes
 * of that one op when that one operand moves; there is no other table of derivatives.
 */
final class TracedDiagram {
  private static final int LONGEST = 40;

  private final Traced traced;
  private final Scope scope;
  private final Notation notation = new Notation(LONGEST);
  private final Map<Node, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final List<Vertex> vertices = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();
  private int made;
  private int constants;

  private TracedDiagram(Traced traced) {
    this.traced = traced;
    this.scope = traced.result().scope();
  }

  /** What the local rules emit goes where the function was traced; there it has values. */
  static Diagram of(Traced traced) {
    var d = new TracedDiagram(traced);
    return d.scope.in(d::diagram);
  }

  private Diagram diagram() {
    var moving = new NodeSet();
    for (int i = 0; i < traced.leaves().size(); i++) {
      Node leaf = traced.param(i);
      String path = traced.leaves().get(i).path();
      name(leaf, path.isEmpty() ? "x" : path);
      if (!leaf.dtype().isFloat()) continue;
      moving.add(leaf);
      vertex(leaf, "");
    }
    for (Node y : traced.graph().order()) {
      if (y.op() instanceof Source.Constant) name(y, "c" + lowered(++constants));
      var from = new LinkedHashSet<>(operands(y));
      from.removeIf(x -> !moving.contains(x));
      if (y.hasParts() || from.isEmpty()) continue;
      var in = new ArrayList<Edge>();
      name(y, y == traced.result() && !taken.contains("y") ? "y" : "v" + lowered(made + 1));
      made++;
      for (Node x : from) if (edge(x, y) instanceof Edge e) in.add(e);
      if (in.isEmpty() && y != traced.result()) continue; // it does not move
      moving.add(y);
      vertex(y, notation.of(y).orElse(word(y)));
      edges.addAll(in);
    }
    return new Diagram(vertices, edges);
  }

  private void name(Node n, String name) {
    String free = name;
    while (!taken.add(free)) free += "′";
    names.put(n, free);
    notation.name(n, free);
  }

  private static String lowered(int n) {
    var out = new StringBuilder();
    for (char c : Integer.toString(n).toCharArray()) out.append((char) ('₀' + (c - '0')));
    return out.toString();
  }

  private String named(Node n) {
    return Objects.requireNonNull(names.get(n));
  }

  private void vertex(Node n, String formula) {
    boolean scalar = scalar(n);
    String shape = scalar || !(n.kind() instanceof Type) ? "" : Digits.shape(n.shape());
    vertices.add(
        new Vertex(named(n), (formula + " " + shape).strip(), scalar ? number(n) : Double.NaN));
  }

  /** Those of an op of several results are the operands of each result. */
  private static List<Node> operands(Node y) {
    return y.op() instanceof Packing.Part ? y.x(0).operands() : y.operands();
  }

  private static Node apply(Node y, List<Node> xs) {
    return y.op() instanceof Packing.Part(var i)
        ? Node.of(y.x(0).op(), xs).part(i)
        : Node.of(y.op(), xs);
  }

  private static String word(Node y) {
    Node op = y.op() instanceof Packing.Part ? y.x(0) : y;
    return op.op() instanceof Control c
        ? c.getClass().getSimpleName().toLowerCase(Locale.ROOT)
        : op.op().toString().split(" ")[0];
  }

  private static boolean scalar(Node n) {
    return n.kind() instanceof Type t && t.shape().rank() == 0;
  }

  private double number(Node n) {
    return ((Array) scope.value(n)).number(0);
  }

  // ---- local rules

  /** Null where no derivative flows. */
  private @Nullable Edge edge(Node x, Node y) {
    boolean scalar = scalar(x) && scalar(y);
    Node dx = scalar ? Node.full(x.kind(), 1) : scope.parameter(x.kind());
    if (!scalar) notation.name(dx, "d" + named(x));
    Delta dy = push(x, y, dx);
    if (dy == null) return null;
    Node partial = dy.filled();
    String formula = notation.reference(partial).orElse(word(y) + "′");
    if (scalar) return new Edge(named(x), named(y), formula, number(partial));
    return new Edge(named(x), named(y), formula + sizes(x, y), Double.NaN);
  }

  /** How y moves when x does. */
  private static @Nullable Delta push(Node x, Node y, Node dx) {
    var xs = List.copyOf(new LinkedHashSet<>(operands(y)));
    var one =
        Graph.close(
            Control.kinds(xs),
            ps -> List.of(apply(y, operands(y).stream().map(o -> ps.get(xs.indexOf(o))).toList())));
    var dxs = new ArrayList<@Nullable Delta>();
    for (Node o : xs) dxs.add(o == x ? Delta.of(dx) : null);
    return Jvp.of(one.graph(), xs, dxs).dys().getFirst();
  }

  /** Of a matrix the shapes; of a diagonal one its norm too. */
  private String sizes(Node x, Node y) {
    if (!(x.kind() instanceof Type && y.kind() instanceof Type)) return "";
    String text = "  " + Digits.shape(y.shape()) + " ← " + Digits.shape(x.shape());
    if (!(y.op() instanceof Pointwise)) return text;
    Delta diagonal = push(x, y, Node.full(x.kind(), 1));
    if (diagonal == null) return text;
    var all = Tensor.of((Array) scope.value(diagonal.filled()));
    return text + "  ‖·‖ " + Digits.six(new Backprop.Quantity("", "", all).norm());
  }
}
