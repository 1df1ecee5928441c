package io.leibniz.transform;

import io.leibniz.ir.Array;
import io.leibniz.ir.Call;
import io.leibniz.ir.Cond;
import io.leibniz.ir.Contraction;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Contraction.Conv;
import io.leibniz.ir.Contraction.Conv.Slot;
import io.leibniz.ir.Control;
import io.leibniz.ir.Custom;
import io.leibniz.ir.DType;
import io.leibniz.ir.Dependence.Constant;
import io.leibniz.ir.External;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Indexing.DynamicAdd;
import io.leibniz.ir.Indexing.DynamicSlice;
import io.leibniz.ir.Indexing.DynamicUpdate;
import io.leibniz.ir.Indexing.Gather;
import io.leibniz.ir.Indexing.ScatterAdd;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.LinearSolve;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which elements of the results a derivative can reach from which elements of the arguments, read off the graph: each element
 * carries the sorted set of columns that it depends on. Where elements go, sets go: a movement is applied to
 * the numbers of its operand's elements. A branch counts as both, a loop's carries as what any number of turns makes of them, a matrix that
 * is solved with or taken apart as one block. Places that the graph computes are looked up where it has values, and may be anywhere
 * where it has none. Emits nothing; needs a current scope.
 */
public final class Sparsity {
  private static final int[] NONE = {};

  private final BitSet seen;

  private Sparsity(int width) {
    this.seen = new BitSet(width);
  }

  /**
   * For each element of each result the columns it depends on, rising. {@code columns} are those of each element of the arguments, null
   * for an argument that is held; there are {@code width} of them.
   */
  public static List<int[][]> of(Graph f, List<int @Nullable [][]> columns, int width) {
    var s = new Sparsity(width);
    var out = new ArrayList<int[][]>();
    var made = s.run(f, columns);
    for (int i = 0; i < made.size(); i++)
      out.add(made.get(i) != null ? made.get(i) : s.none(f.results().get(i).shape().size()));
    return out;
  }

  private int[][] none(int n) {
    int[][] out = new int[n][];
    Arrays.fill(out, NONE);
    return out;
  }

  private List<int @Nullable [][]> run(Graph f, List<int @Nullable [][]> args) {
    Map<Node, int[][]> sets = new HashMap<>();
    Map<Node, List<int @Nullable [][]>> several = new HashMap<>();
    for (int i = 0; i < args.size(); i++)
      if (args.get(i) != null) sets.put(f.params().get(i), args.get(i));
    var needed = needed(f);
    for (Node y : f.order()) {
      if (y.op() instanceof Source) continue;
      if (y.op() instanceof Packing.Part(var i)) {
        var all = several.get(y.x(0));
        if (all != null && all.get(i) instanceof int[][] set) sets.put(y, set);
        continue;
      }
      var x = new ArrayList<int @Nullable [][]>();
      for (Node o : y.operands()) x.add(sets.get(o));
      for (Node o : y.operands()) if (needed.get(o) == y) sets.remove(o);
      if (x.stream().allMatch(Objects::isNull)) continue;
      if (y.op() instanceof Control c) several.put(y, control(c, y, x));
      else if (y.kind() instanceof Kind.Tuple(var parts)) several.put(y, blocks(parts, x));
      else if (step(y, x) instanceof int[][] set) sets.put(y, set);
    }
    var out = new ArrayList<int @Nullable [][]>();
    for (Node r : f.results()) out.add(sets.get(r));
    return out;
  }

  /** For each node that is no result, the last one that reads it. */
  private static Map<Node, Node> needed(Graph f) {
    Map<Node, Node> last = new HashMap<>();
    for (Node y : f.order()) for (Node x : y.operands()) last.put(x, y);
    f.results().forEach(last::remove);
    return last;
  }

  // ---- sets

  private int[] union(List<int[]> sets) {
    int[] first = NONE;
    boolean alike = true;
    for (int[] s : sets) {
      if (s == first || s.length == 0) continue;
      if (first.length == 0) first = s;
      else alike = false;
    }
    if (alike) return first;
    int n = 0;
    for (int[] s : sets)
      for (int c : s)
        if (!seen.get(c)) {
          seen.set(c);
          n++;
        }
    int[] out = new int[n];
    for (int c = seen.nextSetBit(0), i = 0; c >= 0; c = seen.nextSetBit(c + 1)) out[i++] = c;
    for (int c : out) seen.clear(c);
    return Arrays.equals(out, first) ? first : out;
  }

  private int[] both(int[] a, int[] b) {
    return a == b || b.length == 0 ? a : a.length == 0 ? b : union(List.of(a, b));
  }

  private int @Nullable [][] both(int @Nullable [][] a, int @Nullable [][] b) {
    if (a == null || b == null || a == b) return a == null ? b : a;
    int[][] out = new int[a.length][];
    for (int i = 0; i < out.length; i++) out[i] = both(a[i], b[i]);
    return out;
  }

  /** Everything that any of the operands depends on. */
  private int[] all(List<int @Nullable [][]> x) {
    var sets = new ArrayList<int[]>();
    for (int[][] s : x) if (s != null) Collections.addAll(sets, s);
    return union(sets);
  }

  private static int[][] filled(int n, int[] set) {
    int[][] out = new int[n][];
    Arrays.fill(out, set);
    return out;
  }

  /** Gathers what goes to each element. */
  private final class Bins {
    private final List<List<int[]>> bins;

    Bins(int n) {
      bins = new ArrayList<>(Collections.nCopies(n, List.of()));
    }

    void add(int to, int[] set) {
      if (set.length == 0) return;
      if (bins.get(to).isEmpty()) bins.set(to, new ArrayList<>(2));
      var bin = bins.get(to);
      if (bin.isEmpty() || bin.getLast() != set) bin.add(set);
      if (bin.size() > 64) {
        int[] so = union(bin);
        bin.clear();
        bin.add(so);
      }
    }

    int[][] sets() {
      int[][] out = new int[bins.size()][];
      for (int i = 0; i < out.length; i++) out[i] = union(bins.get(i));
      return out;
    }
  }

  // ---- one op

  private int @Nullable [][] step(Node y, List<int @Nullable [][]> x) {
    return switch (y.op()) {
      case Source s -> throw new AssertionError(s);
      case Control c -> throw new AssertionError(c);
      case Pointwise p -> {
        int[][] out = null;
        for (int i = 0; i < x.size(); i++)
          if (!(p.on(i) instanceof Constant)) out = both(out, x.get(i));
        yield out;
      }
      case Movement.Fold(var w, var to) -> {
        long[] places = numbers(w, y.x(0).shape(), List.of(counted(to, 1)));
        var bins = new Bins(to.size());
        for (int i = 0; i < places.length; i++)
          if (places[i] > 0) bins.add((int) places[i] - 1, at(x, i));
        yield bins.sets();
      }
      case Movement m -> moved(m, y, x, List.of());
      case Reduction r -> reduced(r, y, x);
      case Contraction c ->
          switch (c) {
            case Contract contract -> contracted(contract, y, x);
            case Conv conv -> convolved(conv, y, x);
          };
      case Indexing i -> placed(i, y, x);
      case Linalg _ -> block(y, x);
      case Random _ -> null;
      case Packing p ->
          switch (p) {
            case Packing.Part part -> throw new AssertionError(part);
            case Packing.Rows _ -> {
              int n = y.shape().size();
              var bins = new Bins(n);
              for (int i = 0; i < y.x(0).shape().size(); i++)
                bins.add(i % Math.max(n, 1), at(x, i));
              yield bins.sets();
            }
            case Packing.Pile _ -> {
              int[][] out = new int[y.shape().size()][];
              int n = y.x(0).shape().size();
              for (int i = 0; i < out.length; i++) out[i] = at(x, i % n);
              yield out;
            }
          };
    };
  }

  private static int[] at(List<int @Nullable [][]> x, int i) {
    return Objects.requireNonNull(x.getFirst())[i];
  }

  /** The numbers from {@code from} on, in a shape. */
  private static Array counted(Shape shape, long from) {
    long[] n = new long[shape.size()];
    for (int i = 0; i < n.length; i++) n[i] = from + i;
    return Array.of(shape, n);
  }

  private static long[] numbers(Op op, Shape shape, List<Array> x) {
    var out =
        (Array) Scope.current().evaluate(op, new Type(DType.I64, shape), List.<Value>copyOf(x));
    return out.i64();
  }

  /** Applied to the numbers of its operands' elements, from 1 on, the op says which one comes where; 0 is none. */
  private int[][] moved(Op op, Node y, List<int @Nullable [][]> x, List<Array> places) {
    var ids = new ArrayList<Array>();
    var all = new ArrayList<int[]>();
    all.add(NONE);
    for (int i = 0; i < x.size() - places.size(); i++) {
      ids.add(counted(y.x(i).shape(), all.size()));
      int[][] sets = x.get(i);
      Collections.addAll(all, sets != null ? sets : none(y.x(i).shape().size()));
    }
    ids.addAll(places);
    long[] from = numbers(op, y.shape(), ids);
    int[][] out = new int[from.length][];
    for (int i = 0; i < out.length; i++) out[i] = all.get((int) from[i]);
    return out;
  }

  private int @Nullable [][] reduced(Reduction r, Node y, List<int @Nullable [][]> x) {
    return switch (r) {
      case Reduction.Sum(var axes) -> grouped(axes, y, x);
      case Reduction.Extreme(var axes, _) -> grouped(axes, y, x);
      case Reduction.CumSum(var axis, var reverse) -> {
        Shape s = y.shape();
        int n = s.dim(axis), inner = s.sub(axis + 1, s.rank()).size();
        int[][] out = new int[s.size()][];
        for (int k = 0; k < out.length; k++) {
          int i = reverse ? out.length - 1 - k : k;
          int place = i / inner % n, before = reverse ? i + inner : i - inner;
          boolean first = place == (reverse ? n - 1 : 0);
          out[i] = first ? at(x, i) : both(out[before], at(x, i));
        }
        yield out;
      }
      case Reduction.Arg _, Reduction.ArgSort _ -> null;
    };
  }

  private int[][] grouped(List<Integer> axes, Node y, List<int @Nullable [][]> x) {
    var op = new Movement.Broadcast(y.x(0).shape(), axes);
    long[] group = numbers(op, y.x(0).shape(), List.of(counted(y.shape(), 0)));
    var bins = new Bins(y.shape().size());
    for (int i = 0; i < group.length; i++) bins.add((int) group[i], at(x, i));
    return bins.sets();
  }

  private int[][] contracted(Contract c, Node y, List<int @Nullable [][]> x) {
    var labels = new StringBuilder(c.left());
    for (char l : c.right().toCharArray()) if (labels.indexOf("" + l) < 0) labels.append(l);
    int[] dims = new int[labels.length()];
    for (int k = 0; k < dims.length; k++) {
      int i = c.left().indexOf(labels.charAt(k)), j = c.right().indexOf(labels.charAt(k));
      dims[k] = i >= 0 ? y.x(0).shape().dim(i) : y.x(1).shape().dim(j);
    }
    Shape space = Shape.of(dims);
    int[] left = strides(labels, c.left(), y.x(0).shape());
    int[] right = strides(labels, c.right(), y.x(1).shape());
    int[] to = strides(labels, c.result(), y.shape());
    int[][] a = x.get(0), b = x.get(1);
    var bins = new Bins(y.shape().size());
    int[] at = new int[dims.length];
    for (int n = space.size(); n > 0; n--) {
      int p = 0, q = 0, r = 0;
      for (int k = 0; k < dims.length; k++) {
        p += at[k] * left[k];
        q += at[k] * right[k];
        r += at[k] * to[k];
      }
      if (a != null) bins.add(r, a[p]);
      if (b != null) bins.add(r, b[q]);
      next(at, dims);
    }
    return bins.sets();
  }

  private static int[] strides(CharSequence labels, String own, Shape shape) {
    int[] strides = shape.strides(), out = new int[labels.length()];
    for (int k = 0; k < out.length; k++) {
      int i = own.indexOf(labels.charAt(k));
      out[k] = i < 0 ? 0 : strides[i];
    }
    return out;
  }

  /** The next index in row-major order. */
  private static void next(int[] at, int[] dims) {
    for (int k = dims.length - 1; k >= 0; k--) {
      if (++at[k] < dims[k]) return;
      at[k] = 0;
    }
  }

  /** Every product of the trilinear form goes from the two held slots to the open one. */
  private int[][] convolved(Conv c, Node y, List<int @Nullable [][]> x) {
    var shapes = List.of(y.x(0).shape(), y.x(1).shape());
    Shape in = c.shape(Slot.INPUT, shapes), kernel = c.shape(Slot.KERNEL, shapes);
    Shape out = c.shape(Slot.OUTPUT, shapes);
    int b = c.batch(), d = c.stencil().strides().size(), groups = c.stencil().groups();
    // batch, images, output channels, places, input channels of a group, window
    int[] dims = new int[b + 2 + d + 1 + d];
    for (int i = 0; i < b + 2 + d; i++) dims[i] = out.dim(i);
    for (int i = 0; i < 1 + d; i++) dims[b + 2 + d + i] = kernel.dim(b + 1 + i);
    int each = kernel.dim(b) / groups;
    int[] is = in.strides(), ks = kernel.strides(), os = out.strides();
    var bins = new Bins(y.shape().size());
    int[] at = new int[dims.length];
    for (int n = Shape.of(dims).size(); n > 0; n--, next(at, dims)) {
      int i = 0, k = 0, o = 0;
      for (int a = 0; a < b; a++) {
        i += at[a] * is[a];
        k += at[a] * ks[a];
      }
      int channel = at[b + 1], within = at[b + 2 + d];
      for (int a = 0; a < b + 2 + d; a++) o += at[a] * os[a];
      i += at[b] * is[b] + (channel / each * kernel.dim(b + 1) + within) * is[b + 1];
      k += channel * ks[b] + within * ks[b + 1];
      boolean inside = true;
      for (int a = 0; a < d; a++) {
        int w = at[b + 3 + d + a];
        int place =
            at[b + 2 + a] * c.stencil().strides().get(a)
                - c.stencil().low().get(a)
                + w * c.stencil().dilation().get(a);
        inside &= place >= 0 && place < in.dim(b + 2 + a);
        i += place * is[b + 2 + a];
        k += w * ks[b + 2 + a];
      }
      if (!inside) continue;
      int to = c.open() == Slot.INPUT ? i : c.open() == Slot.KERNEL ? k : o;
      for (int h = 0; h < 2; h++) {
        Slot held = c.held().get(h);
        int[][] sets = x.get(h);
        if (sets != null) bins.add(to, sets[held == Slot.INPUT ? i : held == Slot.KERNEL ? k : o]);
      }
    }
    return bins.sets();
  }

  private int[][] placed(Indexing op, Node y, List<int @Nullable [][]> x) {
    int index = op instanceof DynamicUpdate || op instanceof DynamicAdd ? 2 : 1;
    Array places = value(y.x(index));
    if (places == null) return filled(y.shape().size(), all(x));
    return switch (op) {
      case Gather _, DynamicSlice _, DynamicUpdate _ -> {
        var order = new ArrayList<int @Nullable [][]>(x);
        yield moved(op, y, order, List.of(places));
      }
      case ScatterAdd(var batch) ->
          added(
              x.get(0),
              x.get(2),
              y,
              numbers(new Gather(batch), y.x(2).shape(), List.of(counted(y.shape(), 0), places)));
      case DynamicAdd(var batch) -> {
        Shape block = y.x(1).shape();
        var read = new DynamicSlice(batch, block.sub(batch, block.rank()).list());
        yield added(
            x.get(0), x.get(1), y, numbers(read, block, List.of(counted(y.shape(), 0), places)));
      }
    };
  }

  private int[][] added(int @Nullable [][] base, int @Nullable [][] update, Node y, long[] to) {
    var bins = new Bins(y.shape().size());
    if (base != null) for (int i = 0; i < base.length; i++) bins.add(i, base[i]);
    if (update != null) for (int i = 0; i < to.length; i++) bins.add((int) to[i], update[i]);
    return bins.sets();
  }

  /** The value of what places are computed from; null where there is none to be had. */
  private static @Nullable Array value(Node n) {
    return n.scope().hasValues() && n.scope().value(n) instanceof Array a ? a : null;
  }

  /** Matrices are dense, one by one: what comes of one depends on all of it. */
  private int[][] block(Node y, List<int @Nullable [][]> x) {
    int r = y.x(0).shape().rank(), matrices = y.x(0).shape().sub(0, r - 2).size();
    int[][] out = new int[y.shape().size()][];
    for (int m = 0; m < matrices; m++) {
      var sets = new ArrayList<int[]>();
      for (int[][] s : x)
        if (s != null)
          sets.addAll(
              Arrays.asList(s).subList(m * (s.length / matrices), (m + 1) * (s.length / matrices)));
      int each = out.length / matrices;
      Arrays.fill(out, m * each, (m + 1) * each, union(sets));
    }
    return out;
  }

  private List<int @Nullable [][]> blocks(List<Kind> parts, List<int @Nullable [][]> x) {
    var out = new ArrayList<int @Nullable [][]>();
    for (Kind k : parts) out.add(filled(k.array().shape().size(), all(x)));
    return out;
  }

  // ---- control

  private List<int @Nullable [][]> control(Control op, Node y, List<int @Nullable [][]> x) {
    return switch (op) {
      case Call(var body, _) -> run(body, x);
      case Cond c -> {
        var t = run(c.then(), c.<int @Nullable [][]>left(x));
        var o = run(c.otherwise(), c.<int @Nullable [][]>right(x));
        var out = new ArrayList<int @Nullable [][]>();
        for (int i = 0; i < t.size(); i++) out.add(both(t.get(i), o.get(i)));
        yield out;
      }
      case Loop l -> turns(l, x);
      case Custom c -> {
        // its derivative is the tangent's: results depend on what their tangents depend on
        var args = new ArrayList<int @Nullable [][]>(x.subList(0, c.args()));
        var held =
            new ArrayList<int @Nullable [][]>(
                Collections.nCopies(args.size() + c.body().results().size(), null));
        for (int i = 0; i < args.size(); i++) if (y.x(i).dtype().isFloat()) held.add(args.get(i));
        held.addAll(Collections.nCopies(c.tangent().params().size() - held.size(), null));
        var given = run(c.tangent(), held).iterator();
        var out = new ArrayList<int @Nullable [][]>();
        for (Node r : c.body().results()) out.add(r.dtype().isFloat() ? given.next() : null);
        yield out;
      }
      case External _, LinearSolve _ -> blocks(op.kind(Control.kinds(y.operands())).parts(), x);
    };
  }

  /** What a carry depends on after any number of turns: a turn is taken again until that no longer grows. */
  private List<int @Nullable [][]> turns(Loop op, List<int @Nullable [][]> x) {
    var carry = new ArrayList<int @Nullable [][]>(op.<int @Nullable [][]>carries(x));
    var rest =
        Lists.<int @Nullable [][]>concat(
            op.<int @Nullable [][]>stacks(x), op.<int @Nullable [][]>captures(x));
    while (true) {
      var ys = run(op.body(), Lists.<int @Nullable [][]>concat(carry, rest));
      boolean grew = false;
      for (int i = 0; i < carry.size(); i++) {
        int[][] before = carry.get(i), after = both(before, ys.get(i));
        grew |= size(after) > size(before);
        carry.set(i, after);
      }
      if (grew) continue;
      var out = new ArrayList<int @Nullable [][]>();
      out.add(null);
      out.addAll(carry);
      out.addAll(ys.subList(carry.size(), ys.size()));
      return out;
    }
  }

  private static long size(int @Nullable [][] sets) {
    long n = 0;
    if (sets != null) for (int[] s : sets) n += s.length;
    return n;
  }
}
