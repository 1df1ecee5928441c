package io.leibniz;

import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import io.leibniz.transform.Sparsity;
import io.leibniz.transform.Split;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Jacobians and Hessians of which most entries are 0. Which are not is read off the graph; columns that share no row
 * are found together, by one push along all their directions at once (Curtis, Powell and Reid 1974); of a symmetric matrix entries are read from
 * whichever of their two columns has them alone (Powell and Toint 1979; Gebremedhin, Manne and Pothen, <em>What color is your
 * Jacobian?</em>, 2005).
 */
public final class Sparse {
  private Sparse() {}

  /** A function's Jacobian or Hessian, not yet applied. Leaves are flattened in the order of the trees. */
  public record Of<A, B>(Fn<A, B> f, String transform, boolean symmetric) implements Fn<A, Csr> {

    /** Which entries are not 0 whatever the numbers are, and how many sweeps they take; values are 1. */
    public Csr pattern(A a) {
      return Sparse.of(transform, f, a, symmetric, true);
    }

    @Override
    public Csr of(A a) {
      return Sparse.of(transform, f, a, symmetric, false);
    }
  }

  /** The entries by rows, and the colours of what is swept together. */
  private record Plan(int[][] rows, int width, int[] colours, int sweeps, boolean pulls) {}

  private static <A, B> Csr of(
      String transform, Fn<A, B> f, A a, boolean symmetric, boolean patternOnly) {
    Trace.differentiable(transform, a);
    var plans = new ArrayList<Plan>();
    var values =
        Trace.run(
            () -> {
              var t = Trace.at(a, f);
              Trace.floatResults(transform, t);
              Plan plan = plan(t, symmetric);
              plans.add(plan);
              if (!patternOnly) return List.of(entries(t, plan, symmetric));
              int entries = Arrays.stream(plan.rows).mapToInt(r -> r.length).sum();
              return List.of(Node.full(new Type(dtype(t), Shape.of(entries)), 1));
            });
    Plan plan = plans.getFirst();
    int[] starts = new int[plan.rows.length + 1];
    for (int i = 0; i < plan.rows.length; i++) starts[i + 1] = starts[i] + plan.rows[i].length;
    int[] columns = Arrays.stream(plan.rows).flatMapToInt(Arrays::stream).toArray();
    return new Csr(starts, columns, values.getFirst(), plan.width, plan.sweeps);
  }

  private static DType dtype(Trace<?> t) {
    return t.moving().getFirst().dtype();
  }

  // ---- which entries, and which colours

  private static Plan plan(Trace<?> t, boolean symmetric) {
    var columns = new ArrayList<int @Nullable [][]>();
    int width = 0;
    for (int i = 0; i < t.args().size(); i++) {
      if (i >= t.own()) {
        columns.add(null);
        continue;
      }
      int[][] own = new int[t.args().get(i).shape().size()][];
      for (int k = 0; k < own.length; k++) own[k] = new int[] {width++};
      columns.add(own);
    }
    var rows = new ArrayList<int[]>();
    for (int[][] result : Sparsity.of(t.graph(), columns, width))
      rows.addAll(Arrays.asList(result));
    int[][] all = rows.toArray(int[][]::new);
    if (symmetric) {
      int[][] both = symmetrised(all);
      int[] colours = star(both);
      return new Plan(both, width, colours, colours(colours), false);
    }
    int[][] transposed = transposed(all, width);
    int[] byColumn = distanceTwo(transposed, all), byRow = distanceTwo(all, transposed);
    boolean pulls = colours(byRow) < colours(byColumn);
    int[] colours = pulls ? byRow : byColumn;
    return new Plan(all, width, colours, colours(colours), pulls);
  }

  private static int colours(int[] colours) {
    return Arrays.stream(colours).max().orElse(-1) + 1;
  }

  private static int[][] transposed(int[][] rows, int width) {
    int[] sizes = new int[width];
    for (int[] row : rows) for (int c : row) sizes[c]++;
    int[][] out = new int[width][];
    for (int c = 0; c < width; c++) out[c] = new int[sizes[c]];
    Arrays.fill(sizes, 0);
    for (int r = 0; r < rows.length; r++) for (int c : rows[r]) out[c][sizes[c]++] = r;
    return out;
  }

  /** A Hessian is symmetric, though the graph may not show it. */
  private static int[][] symmetrised(int[][] rows) {
    int[][] other = transposed(rows, rows.length), out = new int[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      int[] both = Arrays.copyOf(rows[i], rows[i].length + other[i].length);
      System.arraycopy(other[i], 0, both, rows[i].length, other[i].length);
      out[i] = Arrays.stream(both).sorted().distinct().toArray();
    }
    return out;
  }

  /** Vertices that meet in no row get one colour, greedily; {@code meets[v]} are those rows, {@code members} their vertices. −1: no entry. */
  private static int[] distanceTwo(int[][] meets, int[][] members) {
    int[] colour = new int[meets.length], forbidden = new int[meets.length + 1];
    Arrays.fill(colour, -1);
    Arrays.fill(forbidden, -1);
    for (int v = 0; v < meets.length; v++) {
      if (meets[v].length == 0) continue;
      for (int row : meets[v])
        for (int u : members[row]) if (colour[u] >= 0) forbidden[colour[u]] = v;
      int c = 0;
      while (forbidden[c] == v) c++;
      colour[v] = c;
    }
    return colour;
  }

  /** Colours such that of the neighbours of any vertex those with a lower colour than its own all differ, and it differs from all. */
  private static int[] star(int[][] rows) {
    int n = rows.length;
    int[] colour = new int[n], forbidden = new int[n + 1];
    Arrays.fill(colour, -1);
    Arrays.fill(forbidden, -1);
    for (int v = 0; v < n; v++) {
      if (rows[v].length == 0) continue;
      for (int w : rows[v]) {
        if (w == v) continue;
        if (colour[w] >= 0) forbidden[colour[w]] = v;
        for (int x : rows[w])
          if (x != v && x != w && colour[x] >= 0 && (colour[w] < 0 || colour[x] < colour[w]))
            forbidden[colour[x]] = v;
      }
      int c = 0;
      while (forbidden[c] == v) c++;
      colour[v] = c;
    }
    return colour;
  }

  // ---- the entries themselves

  /** All entries, by rows, read from the sweeps. */
  private static Node entries(Trace<?> t, Plan plan, boolean symmetric) {
    Node swept = plan.pulls ? pulls(t, plan) : pushes(t, plan); // [sweeps, rows or columns]
    int across = swept.shape().dim(1);
    int count = Arrays.stream(plan.rows).mapToInt(r -> r.length).sum(), k = 0;
    long[] at = new long[count];
    for (int r = 0; r < plan.rows.length; r++)
      for (int c : plan.rows[r]) {
        int sweep = plan.colours[plan.pulls ? r : c], place = plan.pulls ? c : r;
        // of a symmetric pair, the one whose colour is lower is alone in the other's row
        if (symmetric && plan.colours[r] < plan.colours[c]) {
          sweep = plan.colours[r];
          place = c;
        }
        at[k++] = (long) sweep * across + place;
      }
    Node flat = swept.reshape(Shape.of(swept.shape().size()));
    Node index = Node.constant(Array.of(Shape.of(count), at));
    return Node.of(new Indexing.Gather(0), flat, index);
  }

  private static Node pushes(Trace<?> t, Plan plan) {
    return swept(
        plan,
        t.moving(),
        dxs ->
            Trace.filled(Split.jvp(t.graph(), t.args(), t.along(dxs)).dys(), t.graph().results()));
  }

  private static Node pulls(Trace<?> t, Plan plan) {
    return swept(
        plan,
        t.graph().results(),
        cts -> Trace.filled(Transpose.vjp(t.graph(), t.args(), t.moves(), cts).cts(), t.moving()));
  }

  /** {@code linear} along each sum of unit vectors of one colour, each a lane; zeros are structural. Results side by side, flat. */
  private static Node swept(Plan plan, List<Node> seeds, Function<List<Delta>, List<Node>> linear) {
    int n = plan.sweeps, from = 0;
    var masks = new ArrayList<Node>();
    for (Node s : seeds) {
      int size = s.shape().size();
      boolean[] units = new boolean[n * size];
      for (int i = 0; i < size; i++)
        if (plan.colours[from + i] >= 0) units[plan.colours[from + i] * size + i] = true;
      from += size;
      masks.add(Node.constant(Array.of(s.shape().prepend(n), units)));
    }
    var ys = new ArrayList<Node>();
    for (Node y : Sweep.of(seeds, masks, n, linear))
      ys.add(y.reshape(Shape.of(n, y.shape().size() / Math.max(n, 1))));
    return ys.size() == 1 ? ys.getFirst() : Node.of(new Movement.Concat(1), ys);
  }
}
