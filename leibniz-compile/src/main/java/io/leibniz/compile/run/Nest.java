package io.leibniz.compile.run;

import io.leibniz.backend.Backend.Kernel;
import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Loop.Fold;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Loops over rows of lanes. Each row is passed over once or, where later passes need what earlier ones have folded,
 * several times while it lies in the cache; {@code together} says whether rows or passes come first.
 *
 * @param outer the extents of the axes around the lanes
 * @param splits into how many parts the rows may be cut, since no result belongs to two of them
 * @param fills buffers to be filled before
 */
public record Nest(
    int[] outer,
    int lanes,
    List<Pass> passes,
    boolean together,
    int splits,
    List<Fill> fills,
    Cost cost)
    implements Work, Pool.Job {

  /**
   * One pass over a row.
   *
   * @param slot its number among all passes of the program
   * @param buffers of each ref
   * @param offsets of each ref, and its strides over the axes around the lanes
   * @param ranges the ends of each range of lanes
   * @param spills how much memory the code needs between its methods
   */
  public record Pass(
      int slot,
      Kernels.LoopCode code,
      int[] buffers,
      int[] offsets,
      int[][] strides,
      int[] ranges,
      List<Out> outs,
      DType foldType,
      int[] spills) {}

  /** Where a fold's result goes. {@code adds}: it is combined with what is there, since axes around the lanes are folded too. */
  public record Out(Fold.Kind kind, int buffer, int offset, int[] strides, boolean adds) {}

  /** {@code length} elements of a buffer, all of them {@code k}, before the loops. */
  public record Fill(int buffer, int length, double k) {}

  private static final int BLOCK =
      4096; // lanes that are folded before partial results are combined

  @Override
  public Kernel kernel() {
    boolean vectors = passes.stream().allMatch(p -> p.code.vectors());
    return cost.of(vectors ? Kernel.Kind.VECTOR : Kernel.Kind.SCALAR);
  }

  private static final double WORTH = 1e6; // steps that pay for waking other threads
  private static final int PARTS =
      4; // for each thread, so that a slow one does not keep the others waiting

  @Override
  public void run(Frame f) {
    for (int i = 0; i < fills.size(); i++) fill(f, fills.get(i));
    int rows = rows();
    if (rows == 0 || lanes == 0) return;
    boolean alone = f.pool.threads() == 1 || cost.flops() + cost.bytes() / 8 < WORTH;
    if (rows == 1) {
      for (int p = 0; p < passes.size(); p++)
        if (alone || lanes <= BLOCK) single(f, passes.get(p));
        else blocks(f, passes.get(p), p);
    } else if (alone || splits == 1) {
      if (together) rows(f, 0, 0, rows, 0, passes.size());
      else for (int p = 0; p < passes.size(); p++) rows(f, 0, 0, rows, p, p + 1);
    } else {
      int parts = Math.min(splits, PARTS * f.pool.threads());
      if (together) f.pool.run(this, f, parts);
      else
        for (int p = 0; p < passes.size(); p++) {
          f.pass = p;
          f.pool.run(this, f, parts);
        }
    }
  }

  private int rows() {
    int rows = 1;
    for (int d : outer) rows *= d;
    return rows;
  }

  /** Some of the rows; or, of a single one, some blocks of its lanes. */
  @Override
  public void part(Frame f, int thread, int part, int parts) {
    int rows = rows();
    if (rows == 1) {
      blocks(f, thread, passes.get(f.pass), part, parts);
      return;
    }
    int each = rows / splits;
    int from = (int) ((long) splits * part / parts) * each;
    int to = (int) ((long) splits * (part + 1) / parts) * each;
    if (together) rows(f, thread, from, to, 0, passes.size());
    else rows(f, thread, from, to, f.pass, f.pass + 1);
  }

  /** One row in blocks of lanes, done by several threads; what each block is folded to is combined in their order. */
  private void blocks(Frame f, Pass pass, int number) {
    start(f, 0, pass, 0);
    Frame.Place place = Objects.requireNonNull(f.place(0, pass.slot));
    int blocks = (lanes + BLOCK - 1) / BLOCK;
    if (place.totals == null) place.totals = array(pass.foldType, blocks * pass.outs.size());
    f.pass = number;
    f.pool.run(this, f, Math.min(blocks, PARTS * f.pool.threads()));
    for (int k = 0; k < pass.outs.size(); k++) {
      Out o = pass.outs.get(k);
      int to = place.at[pass.buffers.length + pass.ranges.length + k];
      Folds.ordered(
          o.kind, pass.foldType, place.totals, k * blocks, blocks, f.data[o.buffer], to, o.adds);
    }
  }

  private void blocks(Frame f, int thread, Pass pass, int part, int parts) {
    if (thread > 0) start(f, thread, pass, 0);
    Frame.Place place = Objects.requireNonNull(f.place(thread, pass.slot));
    Object totals = Objects.requireNonNull(Objects.requireNonNull(f.place(0, pass.slot)).totals);
    int blocks = (lanes + BLOCK - 1) / BLOCK;
    for (int b = (int) ((long) blocks * part / parts);
        b < (int) ((long) blocks * (part + 1) / parts);
        b++) {
      neutral(pass, place);
      block(pass, place, b * BLOCK, Math.min(lanes, (b + 1) * BLOCK));
      for (int k = 0; k < pass.outs.size(); k++)
        fold(pass, place, k, totals, k * blocks + b, false);
    }
  }

  private static void fill(Frame f, Fill fill) {
    int from = f.base[fill.buffer], to = from + fill.length;
    switch (f.data[fill.buffer]) {
      case double[] d -> Arrays.fill(d, from, to, fill.k);
      case float[] d -> Arrays.fill(d, from, to, (float) fill.k);
      case long[] d -> Arrays.fill(d, from, to, least(fill.k, Long.MIN_VALUE, Long.MAX_VALUE));
      case int[] d ->
          Arrays.fill(d, from, to, (int) least(fill.k, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case boolean[] d -> Arrays.fill(d, from, to, fill.k != 0);
      default -> throw new AssertionError("no memory");
    }
  }

  private static long least(double k, long min, long max) {
    return k == Double.NEGATIVE_INFINITY ? min : k == Double.POSITIVE_INFINITY ? max : (long) k;
  }

  /** The only row. */
  private void single(Frame f, Pass pass) {
    Frame.Place known = f.place(0, pass.slot);
    if (known == null || known.version != f.version) {
      start(f, 0, pass, 0);
      known = Objects.requireNonNull(f.place(0, pass.slot));
      known.version = f.version;
    }
    row(f, pass, known);
  }

  /** Rows {@code from} to {@code to}, passes {@code first} to {@code end}. */
  private void rows(Frame f, int thread, int from, int to, int first, int end) {
    for (int p = first; p < end; p++) start(f, thread, passes.get(p), from);
    for (int r = from; r < to; r++) {
      for (int p = first; p < end; p++) {
        Pass pass = passes.get(p);
        Frame.Place place = Objects.requireNonNull(f.place(thread, pass.slot));
        row(f, pass, place);
        if (r + 1 < to) next(pass, place);
      }
    }
  }

  private void start(Frame f, int thread, Pass pass, int row) {
    Frame.Place place = f.place(thread, pass.slot);
    int refs = pass.buffers.length, outs = pass.outs.size();
    if (place == null) {
      place =
          f.keep(
              thread,
              pass.slot,
              new Frame.Place(refs + 3, refs + pass.ranges.length + outs, outer.length));
      if (outs > 0) place.arrays[refs] = partials(pass);
      place.arrays[refs + 1] = new double[pass.spills[0]];
      place.arrays[refs + 2] = new long[pass.spills[1]];
      System.arraycopy(pass.ranges, 0, place.at, refs, pass.ranges.length);
    }
    int rest = row;
    if (row == 0) Arrays.fill(place.index, 0);
    else
      for (int d = outer.length - 1; d >= 0; d--) {
        place.index[d] = rest % outer[d];
        rest /= outer[d];
      }
    for (int r = 0; r < refs; r++) {
      int b = pass.buffers[r];
      Object array = f.data[b];
      if (place.arrays[r] != array) place.arrays[r] = array; // a store of a reference costs more
      int at = f.base[b] + pass.offsets[r];
      place.at[r] = row == 0 ? at : at + dot(pass.strides[r], place.index);
    }
    for (int k = 0; k < outs; k++) {
      Out o = pass.outs.get(k);
      place.at[refs + pass.ranges.length + k] =
          f.base[o.buffer] + o.offset + dot(o.strides, place.index);
    }
  }

  private static int dot(int[] strides, int[] index) {
    int sum = 0;
    for (int d = 0; d < index.length; d++) sum += strides[d] * index[d];
    return sum;
  }

  private static Object partials(Pass pass) {
    return array(pass.foldType, Loop.partials(pass.foldType) * pass.outs.size());
  }

  private static Object array(DType type, int n) {
    return Array.zeros(Type.of(type, n)).data();
  }

  /** Moves every place on to the next row. */
  private void next(Pass pass, Frame.Place place) {
    int d = outer.length - 1;
    int refs = pass.buffers.length, first = refs + pass.ranges.length;
    while (d >= 0) {
      boolean again = ++place.index[d] == outer[d];
      int by = again ? -(outer[d] - 1) : 1;
      if (again) place.index[d] = 0;
      for (int r = 0; r < refs; r++) place.at[r] += by * pass.strides[r][d];
      for (int k = 0; k < pass.outs.size(); k++)
        place.at[first + k] += by * pass.outs.get(k).strides[d];
      if (!again) return;
      d--;
    }
  }

  private void row(Frame f, Pass pass, Frame.Place place) {
    if (pass.outs.isEmpty()) {
      block(pass, place, 0, lanes);
      return;
    }
    for (int from = 0; from < lanes; from += BLOCK) {
      neutral(pass, place);
      block(pass, place, from, Math.min(lanes, from + BLOCK));
      for (int k = 0; k < pass.outs.size(); k++) {
        Out o = pass.outs.get(k);
        int to = place.at[pass.buffers.length + pass.ranges.length + k];
        fold(pass, place, k, f.data[o.buffer], to, o.adds || from > 0);
      }
    }
  }

  /** Lanes {@code from} to {@code end}: those inside all ranges block by block, the others with masks. */
  private void block(Pass pass, Frame.Place place, int from, int end) {
    Loop.Body body = pass.code.body();
    int w = body.width(), i = from;
    int low = 0, high = lanes;
    for (int k = 0; k < pass.ranges.length; k += 2) {
      low = Math.max(low, pass.ranges[k]);
      high = Math.min(high, pass.ranges[k + 1]);
    }
    high = Math.min(high, end);
    for (; i < end && i < low; i += w) body.edge(place.arrays, place.at, i, end);
    int last = high - w;
    if (i <= last) {
      body.whole(place.arrays, place.at, i, last);
      i += (last - i) / w * w + w;
    }
    for (; i < end; i += w) body.edge(place.arrays, place.at, i, end);
  }

  private void neutral(Pass pass, Frame.Place place) {
    Object partials = place.arrays[pass.buffers.length];
    int n = Loop.partials(pass.foldType);
    for (int k = 0; k < pass.outs.size(); k++) {
      double neutral = neutral(pass.outs.get(k).kind);
      int from = k * n, to = from + n;
      switch (pass.foldType) {
        case F64 -> Arrays.fill((double[]) partials, from, to, neutral);
        case F32 -> Arrays.fill((float[]) partials, from, to, (float) neutral);
        case I64 ->
            Arrays.fill(
                (long[]) partials, from, to, least(neutral, Long.MIN_VALUE, Long.MAX_VALUE));
        case I32 ->
            Arrays.fill(
                (int[]) partials,
                from,
                to,
                (int) least(neutral, Integer.MIN_VALUE, Integer.MAX_VALUE));
        case BOOL -> Arrays.fill((boolean[]) partials, from, to, false);
      }
    }
  }

  /** What a fold begins with. */
  public static double neutral(Fold.Kind kind) {
    return switch (kind) {
      case SUM -> 0;
      case MAX -> Double.NEGATIVE_INFINITY;
      case MIN -> Double.POSITIVE_INFINITY;
    };
  }

  /** Combines the partial results of fold {@code k} and puts the result, or adds it to what is there. */
  private static void fold(Pass pass, Frame.Place place, int k, Object out, int to, boolean adds) {
    Out o = pass.outs.get(k);
    Object partials = place.arrays[pass.buffers.length];
    switch (pass.foldType) {
      case F64 -> {
        double x = Folds.of(o.kind, (double[]) partials, k * 16);
        double[] r = (double[]) out;
        r[to] = adds ? Folds.two(o.kind, r[to], x) : x;
      }
      case F32 -> {
        float x = Folds.of(o.kind, (float[]) partials, k * 32);
        float[] r = (float[]) out;
        r[to] = adds ? Folds.two(o.kind, r[to], x) : x;
      }
      case I64 -> {
        long[] d = (long[]) partials, r = (long[]) out;
        long x = d[k * 16];
        for (int i = 1; i < 16; i++) x = Folds.two(o.kind, x, d[k * 16 + i]);
        r[to] = adds ? Folds.two(o.kind, r[to], x) : x;
      }
      case I32 -> {
        int[] d = (int[]) partials, r = (int[]) out;
        long x = d[k * 32];
        for (int i = 1; i < 32; i++) x = Folds.two(o.kind, x, d[k * 32 + i]);
        r[to] = (int) (adds ? Folds.two(o.kind, r[to], x) : x);
      }
      case BOOL -> {
        boolean[] d = (boolean[]) partials, r = (boolean[]) out;
        boolean any = false;
        for (int i = 0; i < 32; i++) any |= d[k * 32 + i];
        r[to] = any || adds && r[to];
      }
    }
  }
}
