package io.leibniz.compile.run;

import io.leibniz.backend.Backend.Kernel;
import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Tile;
import io.leibniz.ir.DType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sums of products, {@code C[m, n] = end(Σ A[m, k] B[k, n])}, in register tiles, once for each place of the axes {@code outer}.
 *
 * @param a where A lies; {@code row} from row to row
 * @param b where B lies; {@code row} is 1, unless it is packed
 * @param pack what makes panels of B first; null where B is read as it lies
 * @param refs what the ends of the tiles read and write
 */
public record Product(
    int slot,
    Kernels.ProductCode code,
    int m,
    int n,
    int k,
    int[] outer,
    Operand a,
    Operand b,
    @Nullable Pack pack,
    List<Operand> refs,
    Cost cost)
    implements Work, Pool.Job {

  /** {@code row} and {@code column}: from one to the next; {@code strides}: over the outer axes. */
  public record Operand(int buffer, int offset, int row, int column, int[] strides) {
    int at(Frame f, int[] index) {
      int sum = f.base[buffer] + offset;
      for (int d = 0; d < index.length; d++) sum += strides[d] * index[d];
      return sum;
    }

    /** The same for all places of the outer axes. */
    boolean fixed() {
      for (int s : strides) if (s != 0) return false;
      return true;
    }
  }

  /** Panels of so many columns, one after another, in a buffer of their own. */
  public record Pack(int buffer, int panel) {}

  /** How wide panels are, whatever the vectors: a multiple of every tile. */
  public static int panel(DType type, int n) {
    return Math.min(n, type == DType.F32 ? 64 : 32);
  }

  /** How much memory the panels of a [k, n] operand take. */
  public static int packed(DType type, int k, int n) {
    int panel = panel(type, n);
    return (n + panel - 1) / panel * panel * k;
  }

  public static Product of(
      Kernels kernels,
      int slot,
      DType type,
      int m,
      int n,
      int k,
      int[] outer,
      Operand a,
      int aStep,
      Operand b,
      int bStep,
      @Nullable Pack pack,
      List<Operand> refs,
      List<Tile.Ref> shapes,
      List<Loop.Store> stores,
      Cost cost) {
    int step = pack == null ? bStep : pack.panel;
    var shape = new Tiles.Shape(type, m, n, a.row, aStep, step, shapes, stores);
    // of a packed operand, row is from one k to the next
    Operand from = pack == null ? b : new Operand(b.buffer, b.offset, bStep, b.column, b.strides);
    return new Product(slot, kernels.product(shape), m, n, k, outer, a, from, pack, refs, cost);
  }

  @Override
  public Kernel kernel() {
    return cost.of(code.vectors() ? Kernel.Kind.VECTOR : Kernel.Kind.SCALAR);
  }

  private static final double WORTH =
      3e6; // floating-point operations that pay for waking other threads

  @Override
  public void run(Frame f) {
    int turns = turns();
    if (turns == 0 || m == 0 || n == 0) return;
    f.tiles = code.tiles(); // all threads use the same
    int rows = f.tiles.rows(), blocks = (m + rows - 1) / rows;
    boolean alone = f.pool.threads() == 1 || 2.0 * turns * m * n * k < WORTH;
    if (turns > 1 && pack == null) {
      f.pool.run(this, f, alone ? 1 : Math.min(turns, PARTS * f.pool.threads()));
      return;
    }
    for (int t = 0; t < turns; t++) {
      Frame.Place p = place(f, 0);
      f.turn = t;
      index(p, t);
      if (pack != null && (t == 0 || !b.fixed())) pack(f, pack, b.at(f, p.index));
      f.pool.run(this, f, alone ? 1 : Math.min(blocks, PARTS * f.pool.threads()));
    }
  }

  private static final int PARTS =
      4; // for each thread, so that a slow one does not keep the others waiting

  private int turns() {
    int turns = 1;
    for (int d : outer) turns *= d;
    return turns;
  }

  private Frame.Place place(Frame f, int thread) {
    Frame.Place p = f.place(thread, slot);
    if (p == null)
      p = f.keep(thread, slot, new Frame.Place(refs.size() + 2, refs.size() + 2, outer.length));
    put(p, 0, f.data[a.buffer]);
    put(p, 1, f.data[pack == null ? b.buffer : pack.buffer]);
    for (int r = 0; r < refs.size(); r++) put(p, r + 2, f.data[refs.get(r).buffer]);
    return p;
  }

  private void index(Frame.Place p, int turn) {
    int rest = turn;
    for (int d = outer.length - 1; d >= 0; d--) {
      p.index[d] = rest % outer[d];
      rest /= outer[d];
    }
  }

  /** Some of the turns; or, where they are packed for or there is only one, some of its rows. */
  @Override
  public void part(Frame f, int thread, int part, int parts) {
    Tiles tiles = Objects.requireNonNull(f.tiles);
    Frame.Place p = place(f, thread);
    int turns = turns();
    if (turns > 1 && pack == null) {
      for (int t = (int) ((long) turns * part / parts);
          t < (long) turns * (part + 1) / parts;
          t++) {
        index(p, t);
        tiles(f, p, tiles, 0, m);
      }
      return;
    }
    if (thread > 0) index(p, f.turn);
    int rows = tiles.rows(), blocks = (m + rows - 1) / rows;
    int from = (int) ((long) blocks * part / parts) * rows;
    int to = Math.min(m, (int) ((long) blocks * (part + 1) / parts) * rows);
    tiles(f, p, tiles, from, to);
  }

  private static void put(Frame.Place p, int i, Object array) {
    if (p.arrays[i] != array) p.arrays[i] = array; // a store of a reference costs more
  }

  private void tiles(Frame f, Frame.Place p, Tiles tiles, int from, int to) {
    int rows = tiles.rows(), columns = tiles.columns();
    int[] at = p.at, starts = p.step;
    starts[0] = a.at(f, p.index);
    starts[1] = pack == null ? b.at(f, p.index) : f.base[pack.buffer];
    for (int r = 0; r < refs.size(); r++) starts[r + 2] = refs.get(r).at(f, p.index);
    for (int j = 0; j < n; j += columns) {
      boolean right = n - j < columns;
      int b0 = starts[1] + (pack == null ? j : j / pack.panel * pack.panel * k + j % pack.panel);
      Tile.Body whole = m >= rows ? tiles.body(right, false) : null;
      for (int i = from; i < to; i += rows) {
        at[0] = starts[0] + i * a.row;
        at[1] = b0;
        for (int r = 2; r < at.length; r++) {
          Operand o = refs.get(r - 2);
          at[r] = starts[r] + i * o.row + j * o.column;
        }
        Tile.Body body = m - i < rows || whole == null ? tiles.body(right, true) : whole;
        body.run(p.arrays, at, k);
      }
    }
  }

  private void pack(Frame f, Pack pack, int from) {
    int to = f.base[pack.buffer];
    switch (f.data[b.buffer]) {
      case float[] s -> {
        float[] d = (float[]) f.data[pack.buffer];
        for (int j = 0; j < n; j += pack.panel) {
          int wide = Math.min(pack.panel, n - j);
          Packing.pack(s, from + j * b.column, b.row, b.column, d, to, pack.panel, k, wide);
          to += pack.panel * k;
        }
      }
      case double[] s -> {
        double[] d = (double[]) f.data[pack.buffer];
        for (int j = 0; j < n; j += pack.panel) {
          int wide = Math.min(pack.panel, n - j);
          Packing.pack(s, from + j * b.column, b.row, b.column, d, to, pack.panel, k, wide);
          to += pack.panel * k;
        }
      }
      default -> throw new AssertionError("a product of floats");
    }
  }
}
