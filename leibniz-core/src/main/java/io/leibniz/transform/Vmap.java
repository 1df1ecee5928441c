package io.leibniz.transform;

import io.leibniz.ir.Contraction;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Contraction.Conv;
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
import io.leibniz.ir.PerNode;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Reduction.Arg;
import io.leibniz.ir.Reduction.ArgSort;
import io.leibniz.ir.Reduction.CumSum;
import io.leibniz.ir.Reduction.Extreme;
import io.leibniz.ir.Reduction.Sum;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * Many lanes at once: every op gets one more, outermost axis. One rule per family, not one per op. What is
 * the same in all lanes stays as it is, and is computed once.
 */
public final class Vmap {
  private Vmap() {}

  /** A node that the transform made, and whether it varies from lane to lane: then it has the lane axis. */
  public record Lanes(Node node, boolean vary) {}

  /** Emits {@code f} for {@code n} lanes into the current scope. */
  public static List<Lanes> of(Graph f, List<Lanes> xs, int n) {
    Scope scope = Scope.current();
    var made = new PerNode<Lanes>(f);
    for (int i = 0; i < xs.size(); i++)
      made.put(f.params().get(i), new Lanes(scope.local(xs.get(i).node()), xs.get(i).vary()));
    for (Node y : f.order()) {
      if (y.op() instanceof Source.Parameter) continue;
      var x = made.at(y.operands());
      made.put(
          y,
          scope.at(
              y.scope().origin(y),
              () ->
                  x.stream().anyMatch(Lanes::vary)
                      ? new Lanes(step(y.op(), x, n), true)
                      : new Lanes(y.copy(x.stream().map(Lanes::node).toList()), false)));
    }
    return made.at(f.results());
  }

  /** With the lane axis, for those that lack it. */
  public static Node spread(Lanes x, int n) {
    Node v = x.node();
    return x.vary() ? v : v.broadcast(v.shape().prepend(n), List.of(0));
  }

  private static Node step(Op op, List<Lanes> x, int n) {
    return switch (op) {
      case Source s -> throw new AssertionError(s + " has no operands");
      case Pointwise p -> Node.of(p, all(x, n));
      case Random r -> Node.of(r, all(x, n));
      case Movement m -> Node.of(movement(m, n), all(x, n));
      case Reduction r -> Node.of(reduction(r), all(x, n));
      case Contraction c -> contraction(c, x.get(0), x.get(1), n);
      case Indexing i -> indexing(i, x, n);
      case Linalg l -> linalg(l, x, n);
    };
  }

  private static List<Node> all(List<Lanes> xs, int n) {
    return xs.stream().map(x -> spread(x, n)).toList();
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

  /** The lane axis is one more label, carried by whichever operands vary. */
  private static Node contraction(Contraction c, Lanes left, Lanes right, int n) {
    return switch (c) {
      case Contract(var l, var r, var out) -> {
        char fresh = 'a';
        while ((l + r).indexOf(fresh) >= 0) fresh++;
        yield Node.of(
            new Contract(left.vary() ? fresh + l : l, right.vary() ? fresh + r : r, fresh + out),
            left.node(),
            right.node());
      }
      case Conv conv -> conv(conv, left, right, n);
    };
  }

  /** Images of all lanes that meet one kernel are one larger batch of images; else the lane axis is one more batch axis. */
  private static Node conv(Conv c, Lanes left, Lanes right, int n) {
    boolean input = c.held().getFirst() == Conv.Slot.INPUT;
    Lanes images = input ? left : right, kernel = input ? right : left;
    boolean shared = c.open() != Conv.Slot.KERNEL && images.vary() && !kernel.vary();
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

  private static Node indexing(Indexing op, List<Lanes> x, int n) {
    return switch (op) {
      case Gather(var batch) -> gather(batch, x.get(0), x.get(1));
      case ScatterAdd(var batch) -> Node.of(new ScatterAdd(batch + 1), all(x, n));
      case DynamicSlice(var batch, var sizes) ->
          Node.of(new DynamicSlice(batch + 1, sizes), all(x, n));
      case DynamicUpdate(var batch) -> Node.of(new DynamicUpdate(batch + 1), all(x, n));
      case DynamicAdd(var batch) -> Node.of(new DynamicAdd(batch + 1), all(x, n));
    };
  }

  /** A shared table is not copied for each lane, nor are shared indices: the lane axis moves behind them. */
  private static Node gather(int batch, Lanes table, Lanes index) {
    Node t = table.node(), i = index.node();
    if (table.vary() && index.vary()) return Node.of(new Gather(batch + 1), t, i);
    if (table.vary()) { // [lanes, b…, rows, rest…] -> [b…, rows, lanes, rest…]
      Node out = Node.of(new Gather(batch), move(t, 0, batch + 1), i);
      return move(out, i.shape().rank(), 0);
    }
    return move(Node.of(new Gather(batch), t, move(i, 0, batch)), batch, 0);
  }

  /** Right sides of all lanes that meet one matrix are more columns, so that it is factored once; else each lane has its own. */
  private static Node linalg(Linalg op, List<Lanes> x, int n) {
    if (x.getFirst().vary()) return Node.of(op, all(x, n));
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
