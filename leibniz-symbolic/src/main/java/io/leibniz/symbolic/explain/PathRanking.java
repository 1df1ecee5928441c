package io.leibniz.symbolic.explain;

import io.leibniz.symbolic.explain.Diagram.Edge;
import io.leibniz.symbolic.explain.Paths.Path;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The paths between two vertices, largest products first, none but those enumerated. The best k paths to a vertex are among the best
 * k to those before it, extended by one edge: one sweep in topological order, a merge at each vertex.
 */
final class PathRanking {
  private final Diagram diagram;
  private final int of;
  private final int wrt;
  private final BitSet between;

  PathRanking(Diagram diagram, int of, int wrt) {
    this.diagram = diagram;
    this.of = of;
    this.wrt = wrt;
    this.between = diagram.between(of, wrt);
  }

  Paths best(int k) {
    var ranked = ranked(Math.max(0, k));
    Wide[] down = down();
    return new Paths(
        diagram.vertices().get(of).name(),
        diagram.vertices().get(wrt).name(),
        down[of].rounded(),
        count(),
        ranked.stream().map(PathRanking::path).toList(),
        remainder(ranked, down).rounded());
  }

  private List<Edge> in(int v) {
    return diagram.in(v).stream().filter(e -> between.get(diagram.place(e.from()))).toList();
  }

  /** The vertices on paths, each after those it depends on. */
  private List<Integer> order() {
    return diagram.order().stream().filter(between::get).toList();
  }

  private BigInteger count() {
    var count = new BigInteger[diagram.vertices().size()];
    Arrays.fill(count, BigInteger.ZERO);
    for (int v : order())
      count[v] =
          v == wrt
              ? BigInteger.ONE
              : in(v).stream()
                  .map(e -> count[diagram.place(e.from())])
                  .reduce(BigInteger.ZERO, BigInteger::add);
    return count[of];
  }

  /** The derivative of each vertex by {@code wrt}: all paths in one sweep. */
  private Wide[] down() {
    var down = new Wide[diagram.vertices().size()];
    Arrays.fill(down, Wide.ZERO);
    for (int v : order())
      down[v] =
          v == wrt
              ? Wide.ONE
              : in(v).stream()
                  .map(e -> down[diagram.place(e.from())].times(e.partial()))
                  .reduce(Wide.ZERO, Wide::plus);
    return down;
  }

  // ---- ranking

  /**
   * How large a product is, as a sum over its factors, so that what is larger stays larger when a path goes on: the number of
   * factors that are NaN, that are infinite, that are 0, and the logarithm of the others. What spoils the sum comes first, what adds
   * nothing to it last. A logarithm does not overflow.
   */
  private record Size(int nan, int infinite, int zero, double log) implements Comparable<Size> {
    static final Size ONE = new Size(0, 0, 0, 0);

    Size times(double k) {
      if (Double.isNaN(k)) return new Size(nan + 1, infinite, zero, log);
      if (Double.isInfinite(k)) return new Size(nan, infinite + 1, zero, log);
      if (k == 0) return new Size(nan, infinite, zero + 1, log);
      return new Size(nan, infinite, zero, log + Math.log(Math.abs(k)));
    }

    @Override
    public int compareTo(Size o) {
      int c = Integer.compare(nan, o.nan);
      if (c == 0) c = Integer.compare(infinite, o.infinite);
      if (c == 0) c = Integer.compare(o.zero, zero);
      return c == 0 ? Double.compare(log, o.log) : c;
    }
  }

  /** A path to a vertex: the edge that it ends with, and which of the best paths to the vertex before comes first; {@code turn}: which edge of the vertex it is. */
  private record Ending(Edge edge, int rank, Size size, int turn) {}

  /** The best paths, each as its endings from the function down. */
  private List<List<Ending>> ranked(int k) {
    var best = new ArrayList<List<Ending>>();
    for (int v = 0; v < diagram.vertices().size(); v++) best.add(List.of());
    var start = new Ending(new Edge("", "", "", 1), -1, Size.ONE, 0);
    for (int v : order()) best.set(v, v == wrt ? List.of(start) : merged(v, best, k));
    return best.get(of).stream().limit(k).map(e -> chain(e, best)).toList();
  }

  private List<Ending> chain(Ending last, List<List<Ending>> best) {
    var chain = new ArrayList<Ending>();
    for (Ending e = last; e.rank >= 0; e = best.get(diagram.place(e.edge.from())).get(e.rank))
      chain.add(e);
    return chain;
  }

  private static Path path(List<Ending> chain) {
    Wide product = Wide.ONE;
    for (Ending e : chain) product = product.times(e.edge.partial());
    return new Path(chain.stream().map(Ending::edge).toList(), product.rounded());
  }

  private List<Ending> merged(int v, List<List<Ending>> best, int k) {
    // of equal ones those whose edge comes first
    var next =
        new PriorityQueue<Ending>(
            (a, b) -> {
              int c = b.size.compareTo(a.size);
              return c == 0 ? Integer.compare(a.turn, b.turn) : c;
            });
    int turn = 0;
    for (Edge e : in(v)) offer(next, e, 0, best, turn++);
    var out = new ArrayList<Ending>();
    for (Ending e = next.poll(); e != null && out.size() < k; e = next.poll()) {
      out.add(e);
      offer(next, e.edge, e.rank + 1, best, e.turn);
    }
    return out;
  }

  private void offer(
      PriorityQueue<Ending> to, Edge e, int rank, List<List<Ending>> best, int turn) {
    var before = best.get(diagram.place(e.from()));
    if (rank < before.size())
      to.add(new Ending(e, rank, before.get(rank).size.times(e.partial()), turn));
  }

  // ---- what is not shown

  /** Some paths as a tree: which of the edges they take at each fork, from the function down. */
  private static final class Fork {
    private final Map<Integer, Fork> next = new HashMap<>();
  }

  private record At(int vertex, Fork fork, Wide lead) {}

  /**
   * The sum over all paths but those shown: each of them leaves the tree of the shown ones somewhere, by an edge that the tree
   * has not. So it is, over all such edges, what leads there times the edge times all that lies below.
   */
  private Wide remainder(List<List<Ending>> shown, Wide[] down) {
    if (shown.isEmpty()) return down[of];
    var root = new Fork();
    for (var chain : shown) {
      Fork at = root;
      for (Ending e : chain) at = at.next.computeIfAbsent(e.turn, _ -> new Fork());
    }
    Wide sum = Wide.ZERO;
    var pending = new ArrayList<>(List.of(new At(of, root, Wide.ONE)));
    while (!pending.isEmpty()) {
      At at = pending.removeLast();
      if (at.vertex == wrt) continue;
      int turn = 0;
      for (Edge e : in(at.vertex)) {
        Fork fork = at.fork.next.get(turn++);
        Wide lead = at.lead.times(e.partial());
        int from = diagram.place(e.from());
        if (fork != null) pending.add(new At(from, fork, lead));
        else sum = sum.plus(lead.times(down[from]));
      }
    }
    return sum;
  }
}
