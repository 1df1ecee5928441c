package io.leibniz.symbolic.explain;

import io.leibniz.symbolic.explain.Diagram.Edge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A layered drawing (Sugiyama, Tagawa and Toda, 1981): vertices in ranks, each above what it depends on; the label of an edge is a
 * box in a rank of its own between them, and where an edge passes a rank it has a place there, so that nothing
 * lies on anything else. Within a rank the order follows the neighbours' middles; the places are those nearest to them that keep
 * their distance.
 */
final class Layered {
  private static final int SWEEPS = 24;
  private static final double STRAIGHT = 6;
  private static final double APART = 26;
  private static final double BELOW = 34;
  private static final double THIN = 8;

  /** Something to be placed: its text, its size, its middle. */
  static final class Box {
    final List<String> lines;
    final double width;
    final double height;
    final List<Box> above = new ArrayList<>();
    final List<Box> below = new ArrayList<>();
    double x;
    double y;
    double band; // how high its rank is

    Box(List<String> lines, double width, double height) {
      this.lines = lines;
      this.width = width;
      this.height = height;
    }

    /** Whether it is a place that an edge passes. */
    boolean passes() {
      return lines.isEmpty();
    }
  }

  /** How large a text is. */
  interface Measure {
    Box box(List<String> lines);
  }

  final List<Box> vertices = new ArrayList<>(); // in the diagram's order
  final List<Box> labels = new ArrayList<>(); // one for each edge, in the diagram's order
  final List<List<Box>> edges = new ArrayList<>(); // all that each passes, from the function down
  private final List<List<Box>> ranks = new ArrayList<>();

  Layered(Diagram d, Measure vertex, Measure label) {
    int[] depth = depths(d);
    for (int v = 0; v < depth.length; v++) {
      Box b = vertex.box(DiagramDot.label(d.vertices().get(v)).lines().toList());
      vertices.add(b);
      rank(2 * depth[v]).add(b);
    }
    for (Edge e : d.edges()) {
      int from = d.place(e.from()), to = d.place(e.to());
      var chain = new ArrayList<>(List.of(vertices.get(to)));
      int middle = depth[from] + depth[to] | 1; // an odd rank: between those of vertices
      for (int r = 2 * depth[to] + 1; r < 2 * depth[from]; r++) {
        Box b =
            r == middle
                ? label.box(DiagramDot.label(d, e).lines().toList())
                : new Box(List.of(), THIN, 0);
        if (r == middle) labels.add(b);
        rank(r).add(b);
        chain.add(b);
      }
      chain.add(vertices.get(from));
      for (int i = 1; i < chain.size(); i++) {
        chain.get(i - 1).below.add(chain.get(i));
        chain.get(i).above.add(chain.get(i - 1));
      }
      edges.add(chain);
    }
    order();
    place();
  }

  private List<Box> rank(int r) {
    while (ranks.size() <= r) ranks.add(new ArrayList<>());
    return ranks.get(r);
  }

  /** The longest way down from what nothing depends on. */
  private static int[] depths(Diagram d) {
    int[] depth = new int[d.vertices().size()];
    for (int v : d.order().reversed())
      for (Edge e : d.in(v)) {
        int x = d.place(e.from());
        depth[x] = Math.max(depth[x], depth[v] + 1);
      }
    return depth;
  }

  // ---- across

  private void order() {
    for (int i = 0; i < SWEEPS; i++) {
      boolean down = i % 2 == 0;
      for (var rank : down ? ranks : ranks.reversed()) {
        for (Box b : rank) b.y = mean(down ? b.above : b.below, b.x);
        rank.sort(Comparator.comparingDouble(b -> b.y));
        for (int k = 0; k < rank.size(); k++) rank.get(k).x = k - (rank.size() - 1) / 2.0;
      }
    }
  }

  private static double mean(List<Box> boxes, double otherwise) {
    return boxes.stream().mapToDouble(b -> b.x).average().orElse(otherwise);
  }

  private void place() {
    for (var rank : ranks) settle(rank, rank.stream().mapToDouble(b -> b.x * 100).toArray());
    for (int i = 0; i < SWEEPS; i++)
      for (var rank : i % 2 == 0 ? ranks : ranks.reversed())
        settle(rank, rank.stream().mapToDouble(Layered::wanted).toArray());
    double y = 0;
    for (var rank : ranks) {
      double height = rank.stream().mapToDouble(b -> b.height).max().orElse(0);
      for (Box b : rank) {
        b.y = y + height / 2;
        b.band = height;
      }
      y += height + BELOW;
    }
  }

  /** In the middle of its neighbours; where an edge only passes, the edge had better be straight. */
  private static double wanted(Box b) {
    double sum = 0, weight = 0;
    for (var side : List.of(b.above, b.below))
      for (Box o : side) {
        double w = b.passes() || o.passes() ? STRAIGHT : 1;
        sum += w * o.x;
        weight += w;
      }
    return weight == 0 ? b.x : sum / weight;
  }

  /** The places nearest to those wanted, in the least-squares sense, that keep their distance: neighbours that would overlap are pooled. */
  private static void settle(List<Box> rank, double[] wanted) {
    int n = rank.size();
    double[] offset = new double[n]; // of each box, if all stood as close as they may
    for (int i = 1; i < n; i++)
      offset[i] = offset[i - 1] + (rank.get(i - 1).width + rank.get(i).width) / 2 + APART;
    double[] sum = new double[n];
    int[] size = new int[n], start = new int[n];
    int blocks = 0;
    for (int i = 0; i < n; i++) {
      sum[blocks] = wanted[i] - offset[i];
      size[blocks] = 1;
      start[blocks] = i;
      blocks++;
      while (blocks > 1
          && sum[blocks - 2] / size[blocks - 2] >= sum[blocks - 1] / size[blocks - 1]) {
        blocks--;
        sum[blocks - 1] += sum[blocks];
        size[blocks - 1] += size[blocks];
      }
    }
    for (int b = 0; b < blocks; b++)
      for (int i = start[b]; i < start[b] + size[b]; i++)
        rank.get(i).x = sum[b] / size[b] + offset[i];
  }
}
