package io.leibniz.symbolic.explain;

import io.leibniz.symbolic.explain.Diagram.Edge;
import io.leibniz.symbolic.explain.Diagram.Vertex;
import io.leibniz.symbolic.text.Digits;

/** A diagram in the language of Graphviz, the function on top. */
public final class DiagramDot {
  private DiagramDot() {}

  public static String of(Diagram d) {
    var out =
        new StringBuilder("digraph chain {\n  rankdir=BT\n  node [shape=box, style=rounded]\n");
    for (Vertex v : d.vertices())
      out.append("  %s [label=%s]\n".formatted(quoted(v.name()), quoted(label(v))));
    for (Edge e : d.edges())
      out.append(
          "  %s -> %s [label=%s]\n"
              .formatted(quoted(e.from()), quoted(e.to()), quoted(label(d, e))));
    return out.append("}\n").toString();
  }

  static String label(Vertex v) {
    return v.name()
        + (v.formula().isEmpty() ? "" : " = " + v.formula())
        + (array(v) ? "" : "\n" + Digits.six(v.value()));
  }

  /** Whether it is an array, which has a shape and no number. */
  static boolean array(Vertex v) {
    return Double.isNaN(v.value()) && v.formula().endsWith("]");
  }

  static String label(Diagram d, Edge e) {
    String value = Digits.six(e.partial());
    return d.symbol(e)
        + (e.formula().isEmpty() || e.formula().equals(value) ? "" : " = " + e.formula())
        + (matrix(e) ? "" : "\n" + value);
  }

  /** Whether the partial is a matrix, of which there is a formula and no number. */
  static boolean matrix(Edge e) {
    return Double.isNaN(e.partial()) && e.formula().contains("←");
  }

  private static String quoted(String s) {
    return "\"" + s.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
