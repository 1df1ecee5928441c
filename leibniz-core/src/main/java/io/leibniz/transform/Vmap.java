package io.leibniz.transform;

import io.leibniz.ir.Contraction;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Contraction.Conv;
import io.leibniz.ir.Control;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Indexing.DynamicAdd;
import io.leibniz.ir.Indexing.DynamicSlice;
import io.leibniz.ir.Indexing.DynamicUpdate;
import io.leibniz.ir.Indexing.Gather;
import io.leibniz.ir.Indexing.ScatterAdd;
import io.leibniz.ir.Ints;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Movement.Broadcast;
import io.leibniz.ir.Movement.Concat;
import io.leibniz.ir.Movement.Flip;
import io.leibniz.ir.Movement.Fold;
import io.leibniz.ir.Movement.Pad;
import io.leibniz.ir.Movement.Permute;
import io.leibniz.ir.Movement.Reshape;
import io.leibniz.ir.Movement.Slice;
import io.leibniz.ir.Movement.Windows;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Reduction.Arg;
import io.leibniz.ir.Reduction.ArgSort;
import io.leibniz.ir.Reduction.CumSum;
import io.leibniz.ir.Reduction.Extreme;
import io.leibniz.ir.Reduction.Sum;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Many lanes at once: every op gets one more, outermost axis. One rule per family, not one per op. What is
 * the same in all lanes stays as it is, and is computed once.
 */
public final class Vmap {
  private Vmap() {}

  /** Emits {@code f} for {@code n} lanes into the current scope; a marked node varies from lane to lane. */
  public static List<Marked> of(Graph f, List<Marked> xs, int n) {
    return of(f, xs, n, null);
  }

  /** Likewise; lanes outside of {@code mask} (null: none) do not matter, but must not raise nor spoil the others. */
  static List<Marked> of(Graph f, List<Marked> xs, int n, @Nullable Node mask) {
    return Walk.over(
        f,
        xs.stream().map(Marked::local).toList(),
        (y, x) -> {
          boolean vary = Marked.any(x);
          if (y.op() instanceof Control c && vary) return ControlRules.of(c).batch(x, n, mask);
          Node at = vary ? step(y.op(), x, n, mask) : y.copy(Marked.nodes(x));
          return at.hasParts() ? Marked.all(at.parts(), vary) : List.of(new Marked(at, vary));
        });
  }

  /** With the lane axis, for those that lack it. */
  public static Node spread(Marked x, int n) {
    Node v = x.node();
    return x.on() ? v : v.broadcast(v.shape().prepend(n), List.of(0));
  }

  static List<Node> spread(List<Marked> xs, int n) {
    return xs.stream().map(x -> spread(x, n)).toList();
  }

  /** Those that {@code on} names get the lane axis, if they have none. */
  static List<Node> spread(List<Marked> xs, List<Boolean> on, int n) {
    var out = new ArrayList<Node>();
    for (int i = 0; i < on.size(); i++)
      out.add(on.get(i) ? spread(xs.get(i), n) : xs.get(i).node());
    return out;
  }

  private static Node step(Op op, List<Marked> x, int n, @Nullable Node mask) {
    return switch (op) {
      case Source s -> throw new AssertionError(s + " has no operands");
      case Control c -> throw new AssertionError(c + " has a rule of its own");
      case Pointwise p -> Node.of(p, spread(divisor(p, x, mask), n));
      case Random r -> Node.of(r, spread(x, n));
      case Movement m -> Node.of(movement(m, n), spread(x, n));
      case Reduction r -> Node.of(reduction(r), spread(x, n));
      case Contraction c -> contraction(c, x.get(0), x.get(1), n, mask);
      case Indexing i -> indexing(i, places(i, x, mask), n);
      case Packing.Rows rows -> Node.of(rows, swapped(x.getFirst().node()));
      case Packing.Pile pile -> swapped(Node.of(pile, x.getFirst().node()));
      case Packing.Part p -> throw new AssertionError(p + " goes with its op");
      case Linalg l -> linalg(l, alive(x, mask), n);
    };
  }

  /** The first two axes exchanged: the rows of all lanes are the lanes of each row. */
  private static Node swapped(Node x) {
    var order = new ArrayList<>(x.shape().axes());
    Collections.swap(order, 0, 1);
    return x.permute(List.copyOf(order));
  }

  /** {@code x}, and {@code k} in lanes outside of the mask. */
  private static Marked within(@Nullable Node mask, Marked x, double k) {
    return mask == null || !x.on() ? x : within(mask, x, x.node().like(k));
  }

  private static Marked within(Node mask, Marked x, Node k) {
    return new Marked(mask.across(x.node().shape()).select(x.node(), k), true);
  }

  /** A lane that does not matter must not divide an integer by 0. */
  private static List<Marked> divisor(Pointwise p, List<Marked> x, @Nullable Node mask) {
    boolean raises = p == Binary.DIV || p == Binary.REM;
    return raises && x.get(1).node().dtype().isInteger()
        ? List.of(x.get(0), within(mask, x.get(1), 1))
        : x;
  }

  /** Nor reach outside of an array. */
  private static List<Marked> places(Indexing op, List<Marked> x, @Nullable Node mask) {
    int at =
        switch (op) {
          case Gather _, ScatterAdd _, DynamicSlice _ -> 1;
          case DynamicUpdate _, DynamicAdd _ -> 2;
        };
    var out = new ArrayList<>(x);
    out.set(at, within(mask, x.get(at), 0));
    return out;
  }

  private static Movement movement(Movement m, int n) {
    return switch (m) {
      case Reshape(var to) -> new Reshape(to.prepend(n));
      case Permute(var order) -> new Permute(Ints.prepend(0, Ints.shift(order, 1)));
      case Broadcast(var to, var axes) -> new Broadcast(to.prepend(n), Ints.shift(axes, 1));
      case Slice(var starts, var sizes, var strides) ->
          new Slice(Ints.prepend(0, starts), Ints.prepend(n, sizes), Ints.prepend(1, strides));
      case Pad(var low, var high, var interior) ->
          new Pad(Ints.prepend(0, low), Ints.prepend(0, high), Ints.prepend(0, interior));
      case Concat(var axis) -> new Concat(axis + 1);
      case Flip(var axes) -> new Flip(Ints.shift(axes, 1));
      case Windows w -> w; // on the last axes
      case Fold(var w, var to) -> new Fold(w, to.prepend(n));
    };
  }

  private static Reduction reduction(Reduction r) {
    return switch (r) {
      case Sum(var axes) -> new Sum(Ints.shift(axes, 1));
      case Extreme(var axes, var least) -> new Extreme(Ints.shift(axes, 1), least);
      case Arg(var axis, var least) -> new Arg(axis + 1, least);
      case CumSum(var axis, var reverse) -> new CumSum(axis + 1, reverse);
      case ArgSort(var axis, var descending) -> new ArgSort(axis + 1, descending);
    };
  }

  /**
   * The lane axis is one more label, carried by whichever operands vary. What a lane outside of the mask holds, perhaps NaN, must
   * not get in: the adjoints multiply it with the number 0, since a contraction ends structural zeros, and what all lanes
   * share adds that up, here or further on.
   */
  private static Node contraction(Contraction c, Marked l, Marked r, int n, @Nullable Node mask) {
    Marked left = within(mask, l, 0), right = within(mask, r, 0);
    return switch (c) {
      case Contract(var a, var b, var out) -> {
        char fresh = 'a';
        while ((a + b).indexOf(fresh) >= 0) fresh++;
        yield Node.of(
            new Contract(left.on() ? fresh + a : a, right.on() ? fresh + b : b, fresh + out),
            left.node(),
            right.node());
      }
      case Conv conv -> conv(conv, left, right, n);
    };
  }

  /** Images of all lanes that meet one kernel are one larger batch of images; else the lane axis is one more batch axis. */
  private static Node conv(Conv c, Marked left, Marked right, int n) {
    boolean input = c.held().getFirst() == Conv.Slot.INPUT;
    Marked images = input ? left : right, kernel = input ? right : left;
    boolean shared = c.open() != Conv.Slot.KERNEL && images.on() && !kernel.on();
    if (!shared || c.batch() > 0)
      return Node.of(
          new Conv(c.stencil(), c.open(), c.to().prepend(n), c.batch() + 1),
          spread(left, n),
          spread(right, n));
    Node folded = images.node().reshape(folded(images.node().shape()));
    Node out =
        input
            ? Node.of(
                new Conv(c.stencil(), c.open(), folded(c.to().prepend(n)), 0),
                folded,
                kernel.node())
            : Node.of(
                new Conv(c.stencil(), c.open(), folded(c.to().prepend(n)), 0),
                kernel.node(),
                folded);
    return out.reshape(c.to().prepend(n));
  }

  /** The first two axes as one. */
  private static Shape folded(Shape s) {
    return Shape.of(s.dim(0) * s.dim(1)).concat(s.sub(2, s.rank()));
  }

  private static Node indexing(Indexing op, List<Marked> x, int n) {
    return switch (op) {
      case Gather(var batch) -> gather(batch, x.get(0), x.get(1));
      case ScatterAdd(var batch) -> Node.of(new ScatterAdd(batch + 1), spread(x, n));
      case DynamicSlice(var batch, var sizes) ->
          Node.of(new DynamicSlice(batch + 1, sizes), spread(x, n));
      case DynamicUpdate(var batch) -> Node.of(new DynamicUpdate(batch + 1), spread(x, n));
      case DynamicAdd(var batch) -> Node.of(new DynamicAdd(batch + 1), spread(x, n));
    };
  }

  /** A shared table is not copied for each lane, nor are shared indices: the lane axis moves behind them. */
  private static Node gather(int batch, Marked table, Marked index) {
    Node t = table.node(), i = index.node();
    if (table.on() && index.on()) return Node.of(new Gather(batch + 1), t, i);
    if (table.on()) { // [lanes, b…, rows, rest…] -> [b…, rows, lanes, rest…]
      Node out = Node.of(new Gather(batch), move(t, 0, batch + 1), i);
      return move(out, i.shape().rank(), 0);
    }
    return move(Node.of(new Gather(batch), t, move(i, 0, batch)), batch, 0);
  }

  /** For the same reason a lane outside of the mask, perhaps singular or NaN, has the matrix I and right sides 0. */
  private static List<Marked> alive(List<Marked> x, @Nullable Node mask) {
    if (mask == null) return x;
    var out = new ArrayList<Marked>();
    for (Marked b : x) out.add(within(mask, b, 0));
    Marked a = x.getFirst();
    if (a.on()) out.set(0, within(mask, a, Linalg.identity(a.node())));
    return out;
  }

  /** Right sides of all lanes that meet one matrix are more columns, so that it is factored once; else each lane has its own. */
  private static Node linalg(Linalg op, List<Marked> x, int n) {
    if (x.getFirst().on()) return Node.of(op, spread(x, n));
    Node b = x.getLast().node(); // [lanes, b…, rows, columns]
    int r = b.shape().rank();
    Node beside = move(b, 0, r - 2); // [b…, rows, lanes, columns]
    Shape s = beside.shape();
    Node wide = beside.reshape(s.sub(0, r - 2).concat(Shape.of(s.dim(r - 2) * s.dim(r - 1))));
    return move(Node.of(op, x.getFirst().node(), wide).reshape(s), r - 2, 0);
  }

  /** Axis {@code from} moved to place {@code to}. */
  private static Node move(Node x, int from, int to) {
    var order = new ArrayList<>(x.shape().axes());
    order.add(to, order.remove(from));
    return x.permute(List.copyOf(order));
  }
}
