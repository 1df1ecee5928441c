package io.leibniz.symbolic.explain;

import io.leibniz.Fn;
import io.leibniz.Tensor;
import io.leibniz.eval.Interpreter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tree diagram of the chain rule: quantities, and between them the partial derivatives of one by another. The derivative
 * along a path is the product of the partials on its edges; the derivative of one quantity by another is the sum over all
 * paths between them, of which there may be exponentially many, see {@link #paths}.
 */
public final class Diagram {

  /**
   * A quantity.
   *
   * @param name by which edges refer to it
   * @param formula what it is in terms of those it depends on; may be empty
   */
  public record Vertex(String name, String formula, double value) {}

  /**
   * {@code to} depends on {@code from}.
   *
   * @param formula of ∂to/∂from; may be empty
   * @param partial its value; NaN where it is no number but a matrix
   */
  public record Edge(String from, String to, String formula, double partial) {}

  private final List<Vertex> vertices;
  private final List<Edge> edges;
  private final Map<String, Integer> places = new HashMap<>();
  private final List<List<Edge>> in = new ArrayList<>();
  private final List<List<Edge>> out = new ArrayList<>();
  private final List<Integer> order;
  private final Diagram whole;

  /** Names must be different; edges, several between the same two too, must make no cycle. */
  public Diagram(List<Vertex> vertices, List<Edge> edges) {
    this(vertices, edges, null);
  }

  /** A part of another, in which a quantity may depend on more. */
  private Diagram(List<Vertex> vertices, List<Edge> edges, @Nullable Diagram whole) {
    this.whole = whole == null ? this : whole;
    this.vertices = List.copyOf(vertices);
    this.edges = List.copyOf(edges);
    for (Vertex v : vertices) {
      if (places.put(v.name, places.size()) != null)
        throw new IllegalArgumentException("two quantities are called " + v.name);
      in.add(new ArrayList<>());
      out.add(new ArrayList<>());
    }
    for (Edge e : edges) {
      in.get(place(e.to)).add(e);
      out.get(place(e.from)).add(e);
    }
    order = sorted();
  }

  /**
   * Of a function with a scalar result, run at a point: a vertex for each op that its argument moves, and for each leaf of it.
   * An array is one vertex; the partial by or of it is a matrix, of which the formula tells the shape.
   */
  public static <A> Diagram of(Fn<A, Tensor> f, A a) {
    return Interpreter.scope().in(() -> TracedDiagram.of(Traced.of("Diagram", f, a)));
  }

  public List<Vertex> vertices() {
    return vertices;
  }

  public List<Edge> edges() {
    return edges;
  }

  public Vertex vertex(String name) {
    return vertices.get(place(name));
  }

  /** The edges into a vertex: what it depends on. */
  public List<Edge> into(String name) {
    return List.copyOf(in.get(place(name)));
  }

  /** The derivative of {@code of} by {@code wrt}, the number of paths, the {@code k} that matter most, and what the others amount to. */
  public Paths paths(String of, String wrt, int k) {
    return new PathRanking(this, place(of), place(wrt)).best(k);
  }

  /** Only the vertices and edges that lie on paths from {@code wrt} to {@code of}. */
  public Diagram between(String of, String wrt) {
    BitSet on = between(place(of), place(wrt));
    on.set(place(of));
    on.set(place(wrt));
    return new Diagram(
        vertices.stream().filter(v -> on.get(place(v.name))).toList(),
        edges.stream().filter(e -> on.get(place(e.from)) && on.get(place(e.to))).toList(),
        whole);
  }

  /** Only what lies on the given paths. */
  public Diagram along(Paths paths) {
    var kept = new HashSet<Edge>();
    paths.shown().forEach(p -> kept.addAll(p.edges()));
    var names = new HashSet<>(List.of(paths.of(), paths.wrt()));
    for (Edge e : kept) {
      names.add(e.from);
      names.add(e.to);
    }
    return new Diagram(
        vertices.stream().filter(v -> names.contains(v.name)).toList(),
        edges.stream().filter(kept::contains).toList(),
        whole);
  }

  /** {@code ∂z/∂x}, with {@code d} where z depends on nothing else. */
  public String symbol(Edge e) {
    boolean alone = whole.in.get(whole.place(e.to)).stream().allMatch(o -> o.from.equals(e.from));
    return alone ? "d%s/d%s".formatted(e.to, e.from) : "∂%s/∂%s".formatted(e.to, e.from);
  }

  /** Likewise of a derivative along several edges, with {@code d} where there is one variable only. */
  public String symbol(String of, String wrt) {
    long sources = whole.in.stream().filter(List::isEmpty).count();
    return (sources == 1 ? "d%s/d%s" : "∂%s/∂%s").formatted(of, wrt);
  }

  // ---- by place

  int place(String name) {
    return Objects.requireNonNull(places.get(name), "no quantity is called " + name);
  }

  List<Edge> in(int vertex) {
    return in.get(vertex);
  }

  /** Places, each after those it depends on. */
  List<Integer> order() {
    return order;
  }

  /** Those on paths from {@code wrt} to {@code of}; none if there is no path. */
  BitSet between(int of, int wrt) {
    var below = new BitSet();
    below.set(wrt);
    for (int v : order) for (Edge e : in.get(v)) if (below.get(place(e.from))) below.set(v);
    var above = new BitSet();
    above.set(of);
    for (int v : order.reversed())
      for (Edge e : out.get(v)) if (above.get(place(e.to))) above.set(v);
    above.and(below);
    return above;
  }

  private List<Integer> sorted() {
    int[] waiting = new int[vertices.size()];
    var ready = new ArrayDeque<Integer>();
    for (int v = 0; v < waiting.length; v++) {
      waiting[v] = in.get(v).size();
      if (waiting[v] == 0) ready.add(v);
    }
    var sorted = new ArrayList<Integer>();
    for (Integer v = ready.poll(); v != null; v = ready.poll()) {
      sorted.add(v);
      for (Edge e : out.get(v)) if (--waiting[place(e.to)] == 0) ready.add(place(e.to));
    }
    if (sorted.size() < vertices.size())
      for (int v = 0; v < waiting.length; v++)
        if (waiting[v] > 0)
          throw new IllegalArgumentException(
              vertices.get(v).name + " depends on itself, or on what does");
    return List.copyOf(sorted);
  }
}
