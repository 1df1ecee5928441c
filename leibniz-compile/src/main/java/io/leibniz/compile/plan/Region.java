package io.leibniz.compile.plan;

import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.compile.plan.Access.Guard;
import io.leibniz.ir.Contraction;
import io.leibniz.ir.Control;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel computes at each place of its domain: nodes looked at through the movements between them and the kernel,
 * which become affine addresses, down to the buffers that exist.
 */
final class Region {
  /** Pads wider than this are written to memory instead of being looked through. */
  private static final int NARROW = 64;

  private static final int DEEP = 400;

  private record At(Node node, List<Affine> index, @Nullable Guard active) {}

  private final Expr.Block block = new Expr.Block();
  private final Shape domain;
  private final Map<Node, Buffer> buffers;
  private final Predicate<Node> inlined;
  private final Set<Node> needs;
  private final Map<Node, Integer> weights;
  private final Map<Access, Integer> refs = new LinkedHashMap<>();
  private final Map<Guard, Integer> guards = new LinkedHashMap<>();
  private final Map<At, Expr> made = new HashMap<>();
  private @Nullable Node total;

  /**
   * @param buffers where nodes lie that have memory; all of them are read, but for those that are {@code inlined}
   * @param needs nodes that turn out to need memory of their own are put here
   * @param weights how many steps lie below each node, to see that recursion would go deep
   */
  Region(
      Shape domain,
      Map<Node, Buffer> buffers,
      Predicate<Node> inlined,
      Set<Node> needs,
      Map<Node, Integer> weights) {
    this.weights = weights;
    this.domain = domain;
    this.buffers = buffers;
    this.inlined = inlined;
    this.needs = needs;
  }

  /** {@code node}, seen as it is, stands for the sum that a contraction has found. */
  Region total(Node node) {
    total = node;
    return this;
  }

  Expr.Block block() {
    return block;
  }

  /** All that is read, in the order of the refs. */
  List<Access> accesses() {
    return new ArrayList<>(refs.keySet());
  }

  List<Guard> guards() {
    return new ArrayList<>(guards.keySet());
  }

  /** The nodes computed here at more than one place. */
  Map<Node, Integer> times() {
    var all = new HashMap<Node, Integer>();
    for (At a : made.keySet()) all.merge(a.node, 1, Integer::sum);
    return all;
  }

  int ref(Access a) {
    return refs.computeIfAbsent(a, _ -> refs.size());
  }

  int guard(Guard g) {
    return guards.computeIfAbsent(g, _ -> guards.size());
  }

  Expr of(Node n, List<Affine> index) {
    return of(n, index, null);
  }

  /** {@code active}: the lanes in which the value is needed; elsewhere it may be anything. */
  Expr of(Node n, List<Affine> index, @Nullable Guard active) {
    if (n.shape().rank() == 0 && weights.getOrDefault(n, 0) > DEEP) below(n);
    return at(n, index, active);
  }

  /** A graph of scalars may be a chain of any length: its nodes are computed in their order, not by recursion. */
  private void below(Node n) {
    for (Node m :
        Node.order(
            List.of(n), x -> x.shape().rank() != 0 || read(x) || !(x.op() instanceof Pointwise)))
      if (m != n) at(m, List.of(), null);
  }

  private boolean read(Node n) {
    return buffers.containsKey(n) && !inlined.test(n);
  }

  private Expr at(Node n, List<Affine> index, @Nullable Guard active) {
    if (n == total && Affine.flat(n.shape(), index, domain.rank()).in(domain).equals(identity()))
      return block.of(new Prim.Total(n.dtype()));
    if (read(n) && buffers.get(n) instanceof Buffer b)
      return load(b, Affine.flat(n.shape(), index, domain.rank()), active);
    var at = new At(n, index, active);
    Expr known = made.get(at);
    if (known != null) return known;
    Expr e = make(n, index, active);
    made.put(at, e);
    return e;
  }

  /** Row-major places of the domain. */
  Affine identity() {
    return Affine.flat(domain, Affine.identity(domain), domain.rank()).in(domain);
  }

  private Expr load(Buffer b, Affine flat, @Nullable Guard active) {
    Affine at = flat.in(domain);
    // an element that exists may be read in any lane: so the same is read under every guard
    Guard needed = active == null || exists(b, at) ? null : active;
    return block.load(b.type().dtype(), ref(new Access(b, at, needed)));
  }

  /** Whether every place of the domain has an element of {@code b}. */
  private boolean exists(Buffer b, Affine flat) {
    long low = flat.constant(), high = low;
    for (int d = 0; d < domain.rank(); d++) {
      long reach = (long) flat.coefs().get(d) * (domain.dim(d) - 1);
      low += Math.min(reach, 0);
      high += Math.max(reach, 0);
    }
    return low >= 0 && high < b.type().shape().size();
  }

  /** What stands for a node that has to get memory first. */
  private Expr needed(Node n) {
    needs.add(n);
    return block.constant(n.dtype(), 0);
  }

  private Expr make(Node n, List<Affine> index, @Nullable Guard active) {
    return switch (n.op()) {
      case Source.Literal l ->
          l.dtype().isFloat()
              ? block.constant(l.dtype(), l.number())
              : block.integer(l.dtype(), l.integer());
      case Pointwise p -> {
        var xs = new ArrayList<Expr>();
        for (Node x : n.operands()) xs.add(at(x, index, active));
        yield Lowering.of(p, n.dtype(), xs, domain.size() == 1);
      }
      case Movement m -> moved(n, m, index, active);
      case Source.Parameter _,
          Source.Constant _,
          Source.Iota _,
          Source.Endless _,
          Source.Turns _,
          Reduction _,
          Contraction _,
          Indexing _,
          Linalg _,
          Random _,
          Packing _,
          Control _ ->
          needed(n);
    };
  }

  private Expr moved(Node n, Movement m, List<Affine> index, @Nullable Guard active) {
    if (m instanceof Movement.Concat || m instanceof Movement.Fold) return needed(n);
    Node x = n.x(0);
    var through = through(n, m, index);
    if (m instanceof Movement.Pad pad) {
      Guard own = guard(pad, x.shape(), index);
      if (own == null || through == null) return needed(n);
      Guard both = Guard.both(active, own);
      return block
          .of(new Prim.Inside(guard(own)))
          .choose(at(x, through, both), block.constant(n.dtype(), 0));
    }
    if (through != null) return at(x, through, active);
    if (m instanceof Movement.Reshape && read(x) && buffers.get(x) instanceof Buffer b)
      return load(b, Affine.flat(n.shape(), index, domain.rank()), active);
    return needed(x);
  }

  /** The coordinates in the operand; null where they are not affine. */
  private @Nullable List<Affine> through(Node n, Movement m, List<Affine> index) {
    Shape from = n.x(0).shape();
    int dims = domain.rank();
    return switch (m) {
      case Movement.Reshape _ -> Affine.split(Affine.flat(n.shape(), index, dims), from, domain);
      case Movement.Permute(var order) -> {
        var out = new ArrayList<Affine>(index);
        for (int i = 0; i < order.size(); i++) out.set(order.get(i), index.get(i));
        yield out;
      }
      case Movement.Broadcast(_, var axes) -> {
        var out = new ArrayList<Affine>();
        for (int i = 0; i < index.size(); i++) if (!axes.contains(i)) out.add(index.get(i));
        yield out;
      }
      case Movement.Slice(var starts, _, var strides) -> {
        var out = new ArrayList<Affine>();
        for (int i = 0; i < index.size(); i++)
          out.add(index.get(i).times(strides.get(i)).plus(starts.get(i)));
        yield out;
      }
      case Movement.Flip(var axes) -> {
        var out = new ArrayList<Affine>();
        for (int i = 0; i < index.size(); i++)
          out.add(axes.contains(i) ? index.get(i).times(-1).plus(from.dim(i) - 1) : index.get(i));
        yield out;
      }
      case Movement.Pad(var low, _, var interior) -> {
        if (interior.stream().anyMatch(i -> i != 0)) yield null;
        var out = new ArrayList<Affine>();
        for (int i = 0; i < index.size(); i++) out.add(index.get(i).plus(-low.get(i)));
        yield out;
      }
      case Movement.Windows(var sizes, var strides, var dilation) -> {
        int d = sizes.size(), lead = from.rank() - d;
        var out = new ArrayList<Affine>(index.subList(0, lead));
        for (int i = 0; i < d; i++)
          out.add(
              index
                  .get(lead + i)
                  .times(strides.get(i))
                  .plus(index.get(lead + d + i).times(dilation.get(i))));
        yield out;
      }
      case Movement.Concat _, Movement.Fold _ -> null;
    };
  }

  /** The lanes in which a pad shows its operand, if it only pads along the domain's last axis, and not far. */
  private @Nullable Guard guard(Movement.Pad pad, Shape from, List<Affine> index) {
    Guard found = null;
    int last = domain.rank() - 1;
    for (int i = 0; i < index.size(); i++) {
      int low = pad.low().get(i), high = pad.high().get(i);
      if (low == 0 && high == 0) continue;
      Affine a = index.get(i);
      if (found != null || low + high > NARROW || last < 0 || a.coefs().get(last) != 1) return null;
      for (int d = 0; d < last; d++) if (a.coefs().get(d) != 0) return null;
      found = new Guard(low - a.constant(), low - a.constant() + from.dim(i));
    }
    return found;
  }
}
