package io.leibniz.compile.plan;

import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.compile.plan.Buffer.Home;
import io.leibniz.ir.Contraction;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
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
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes get memory and which kernels write it. Everything else is computed where it is used: pointwise ops
 * and movements vanish into the kernels that read them.
 */
final class Fusion {
  /** A kernel of more steps than this takes the JIT too long, and its code grows too large. */
  private static final int LIMIT = 160, STEPS = 220;

  /** What takes no more steps than this is computed again in each kernel that needs it. */
  private static final int CHEAP = 8;

  /** At the end of a contraction, where each step is repeated for every vector of a tile. */
  private static final int END = 9;

  private static final int PASSES = 8;
  private static final int SHORT = 64;

  /** How many kernels are looked at for one that a root could join. */
  private static final int SIGHT = 64;

  private final Graph graph;
  private final Map<Node, Buffer> buffers = new LinkedHashMap<>();
  private final Map<Node, Integer> made = new HashMap<>(); // the last group that writes a node
  private final Set<Node> forced = new HashSet<>();
  private final Set<Node> needs = new HashSet<>();
  private final Map<Node, Integer> weights = new HashMap<>();
  private final List<Group> groups = new ArrayList<>();

  Fusion(Graph graph) {
    this.graph = graph;
    force();
    while (!settled()) {}
  }

  /** The nodes that have memory. */
  Map<Node, Buffer> buffers() {
    return buffers;
  }

  /** The kernels, in an order in which they can run. */
  List<Group> groups() {
    return groups;
  }

  /** How an op is computed. */
  enum Way {
    /** Within whatever kernel needs it. */
    INLINE,
    /** Has memory from the start. */
    GIVEN,
    /** By a loop of its own shape. */
    LOOP,
    PRODUCT,
    INTERPRETED
  }

  static Way way(Node n) {
    if (n.op() instanceof Source.Parameter || n.op() instanceof Source.Constant) return Way.GIVEN;
    if (!(n.kind() instanceof Type)) return Way.INTERPRETED;
    for (Node x : n.operands()) if (!(x.kind() instanceof Type)) return Way.INTERPRETED;
    return switch (n.op()) {
      case Source.Literal _ -> Way.INLINE;
      case Source.Parameter _, Source.Constant _, Source.Iota _ -> Way.GIVEN;
      case Source.Endless _, Source.Turns _ -> Way.INTERPRETED;
      case Pointwise p -> Lowering.compiled(p, n.x(0).dtype()) ? Way.INLINE : Way.INTERPRETED;
      case Movement.Concat _ -> Way.LOOP;
      case Movement.Fold _ -> Way.INTERPRETED;
      case Movement _ -> Way.INLINE;
      case Reduction.Sum _, Reduction.Extreme _ -> Way.LOOP;
      case Reduction.Arg _, Reduction.CumSum _, Reduction.ArgSort _ -> Way.INTERPRETED;
      case Contract _ -> Way.PRODUCT;
      case Contraction.Conv _, Indexing _, Linalg _, Random _, Packing _, Control _ ->
          Way.INTERPRETED;
    };
  }

  /** Whether whole rows are copied. */
  static boolean gathered(Node n) {
    return n.op() instanceof Indexing.Gather(int batch) && batch == 0 && n.kind() instanceof Type;
  }

  /** What must have memory, whatever the kernels. */
  private void force() {
    for (Node r : graph.results()) forced.add(r);
    for (Node n : graph.order())
      if (way(n) == Way.INTERPRETED)
        for (Node x : n.operands()) if (x.kind() instanceof Type) forced.add(x);
    for (Node n : graph.order()) weights.put(n, way(n) == Way.INLINE ? weigh(n) : 0);
  }

  /** The steps that computing {@code n} takes where it is used. */
  private int weigh(Node n) {
    int sum = n.op() instanceof Pointwise p ? Lowering.weight(p) : 0;
    boolean scalar = n.shape().size() == 1;
    var xs = new ArrayList<>(new LinkedHashSet<>(n.operands()));
    for (Node x : xs) {
      // a scalar that takes some work is computed once, not in each kernel that spreads it
      if (!scalar && x.shape().size() == 1 && weight(x) > 4) forced.add(x);
      sum = Math.min(sum + weight(x), 1 << 20);
    }
    if (sum > LIMIT && !scalar) {
      xs.sort((a, b) -> weight(b) - weight(a));
      for (Node x : xs)
        if (sum > LIMIT && weight(x) > 0) {
          sum -= weight(x);
          forced.add(x);
        }
    }
    return sum;
  }

  private int weight(Node n) {
    return forced.contains(n) ? 0 : weights.getOrDefault(n, 0);
  }

  private Buffer buffer(Node n, Home home) {
    var b = new Buffer(buffers.size(), n.type(), home);
    buffers.put(n, b);
    return b;
  }

  /** Lays out the kernels; false if it turned out that more nodes need memory. */
  private boolean settled() {
    buffers.clear();
    made.clear();
    groups.clear();
    needs.clear();
    for (Node p : graph.params()) buffer(p, Home.ARGUMENT);
    for (Node n : graph.order()) {
      switch (way(n)) {
        case GIVEN -> {
          if (!(n.op() instanceof Source.Parameter)) buffer(n, Home.CONSTANT);
        }
        case INTERPRETED -> {
          groups.add(Group.interpreted(n));
          if (n.kind() instanceof Type) buffer(n, gathered(n) ? Home.ARENA : Home.VALUE);
          made.put(n, groups.size() - 1);
        }
        case PRODUCT -> product(n, (Contract) n.op());
        case LOOP -> {
          Buffer out = buffer(n, Home.ARENA);
          if (n.op() instanceof Movement.Concat(int axis))
            for (Root r : Root.concat(n, axis, out)) place(r);
          else place(Root.reduction(n, out));
        }
        case INLINE -> {
          if (forced.contains(n)) {
            Buffer out = buffer(n, Home.ARENA);
            place(n.op() instanceof Movement.Pad pad ? Root.pad(n, pad, out) : Root.whole(n, out));
          }
        }
      }
    }
    if (needs.isEmpty()) recomputed();
    return !forced.addAll(needs);
  }

  /** Whatever is worked out in several kernels, or at several places of one, and is not cheap, needs memory. */
  private void recomputed() {
    var times = new HashMap<Node, Integer>();
    for (Group g : groups)
      for (int p = 0; p < g.phases.size(); p++) {
        Region region = region(g, p);
        for (Root r : g.phases.get(p)) r.value(region);
        region.times().forEach((n, t) -> times.merge(n, t, Integer::sum));
      }
    times.forEach(
        (n, t) -> {
          if (t < 2 || weights.getOrDefault(n, 0) <= CHEAP || !(n.op() instanceof Pointwise))
            return;
          if (n.dtype() == DType.BOOL) {
            for (Node x : n.operands()) if (weight(x) > CHEAP) needs.add(x);
          } else needs.add(n);
        });
    // what lies between two that get memory may have become cheap
    var most = new HashSet<>(needs);
    for (Node n : most) if (between(n, most)) needs.remove(n);
    if (needs.isEmpty() && !most.isEmpty()) needs.addAll(most);
  }

  /** Whether {@code n} is an operand of one of {@code all} that it would be computed with. */
  private boolean between(Node n, Set<Node> all) {
    for (Node o : all) if (o != n && o.operands().contains(n)) return true;
    return false;
  }

  /** The region of one pass of a kernel, its own values inlined. */
  Region region(Group g, int phase) {
    var own = new HashSet<Node>();
    for (Root r : g.phases.get(phase)) if (r.plain()) own.add(r.owner());
    Region region = new Region(g.domain, buffers, own::contains, needs, weights);
    return g.product ? region.total(Objects.requireNonNull(g.single)) : region;
  }

  private void product(Node n, Contract c) {
    Shape full = Root.full(n, c);
    String labels = Root.labels(c);
    long rows = 1, columns = 1, summed = 1;
    for (int i = 0; i < labels.length(); i++) {
      char l = labels.charAt(i);
      boolean left = c.left().indexOf(l) >= 0, right = c.right().indexOf(l) >= 0;
      if (c.result().indexOf(l) < 0) summed *= full.dim(i);
      else if (!right) rows *= full.dim(i);
      else if (!left) columns *= full.dim(i);
    }
    Buffer out = buffer(n, Home.ARENA);
    if (full.size() == 0 || rows <= 1 || columns <= 1 || summed <= 1) {
      place(Root.products(n, c, out));
      return;
    }
    // both operands are read from memory, through movements if these are affine
    Region region = new Region(full, buffers, _ -> false, needs, weights);
    Root sum = Root.products(n, c, out);
    for (Root.Factor f : sum.factors())
      if (!(region.of(f.node(), f.index()).op() instanceof Prim.Load)) needs.add(f.node());
    if (needs.isEmpty() && !Gemm.possible(n, buffers)) {
      place(sum);
      return;
    }
    groups.add(Group.product(n));
    made.put(n, groups.size() - 1);
  }

  private void place(Root root) {
    Region dry =
        new Region(root.domain(), buffers, n -> n == root.owner() && root.plain(), needs, weights);
    Expr value = root.value(dry);
    int weight = 0;
    for (Expr e : Expr.order(List.of(value)))
      if (!(e.op() instanceof Prim.Load) && !(e.op() instanceof Prim.Const)) weight++;
    int from = 0;
    for (Access a : dry.accesses()) {
      Node owner = owner(a.buffer());
      Integer at = made.get(owner);
      if (at != null) from = Math.max(from, at);
    }
    int at = -1;
    if (root.domain().size() > 0)
      for (int i = from; i < Math.min(groups.size(), from + SIGHT) && at < 0; i++)
        if (joined(groups.get(i), i, root, dry, weight)) at = i;
    if (at < 0 && root.domain().rank() > 0)
      for (int i = Math.max(from, groups.size() - SIGHT); i < groups.size() && at < 0; i++)
        if (widened(groups.get(i), i, root, dry, weight)) at = i;
    if (at < 0) {
      Group g = Group.loop(root.domain());
      g.add(root, 0, weight);
      groups.add(g);
      at = groups.size() - 1;
    }
    made.merge(root.owner(), at, Math::max);
  }

  private final Map<Buffer, Node> owners = new HashMap<>();

  private Node owner(Buffer b) {
    if (owners.get(b) instanceof Node n && buffers.get(n) == b) return n;
    owners.clear();
    buffers.forEach((n, x) -> owners.put(x, n));
    return Objects.requireNonNull(owners.get(b));
  }

  private boolean joined(Group g, int number, Root root, Region dry, int weight) {
    if (g.product) return ended(g, number, root, dry, weight);
    if (!g.loop()) return false;
    if (!g.domain.equals(root.domain())) {
      Root wider = root.within(g.domain);
      return wider != null && joined(g, number, wider, dry, weight);
    }
    if (shortRows(root))
      for (var p : g.phases) for (Root r : p) if (columns(r) != columns(root)) return false;
    int phase = 0;
    for (Access a : dry.accesses()) {
      Node owner = owner(a.buffer());
      Integer of = made.get(owner);
      if (of == null || of != number) continue;
      Root by = null;
      for (var p : g.phases) for (Root r : p) if (r.owner() == owner) by = r;
      if (by == null || a.guard() != null || by.clear() || !a.flat().equals(by.to())) return false;
      if (by.fold() == null && !by.plain()) return false;
      int p = Objects.requireNonNull(g.phase.get(owner));
      phase = Math.max(phase, by.fold() == null ? p : p + 1);
    }
    if (g.domain.size() > 1) {
      while (phase < g.phases.size()
          && (!folds(g.phases.get(phase), root)
              || g.weights.get(phase) + weight > LIMIT && steps(g, phase, root) > STEPS)) phase++;
      if (phase > PASSES) return false;
    }
    g.add(root, phase, weight);
    return true;
  }

  /**
   * Rows of a few lanes, all of them in the first cache. Sums down their columns keep the rows apart, while all else
   * takes them as one long row: so the two are better off in loops of their own.
   */
  private static boolean shortRows(Root r) {
    Shape s = r.domain();
    return s.rank() > 1 && s.dim(s.rank() - 1) < SHORT && s.size() <= 1 << 13;
  }

  /** Whether sums run down columns: over an axis that is not the last. */
  private static boolean columns(Root r) {
    int last = r.domain().rank() - 1;
    return r.fold() != null && r.to().coefs().get(last) != 0;
  }

  /** Puts a root beside sums over almost as many places: these are then summed over its own, but for the last few. */
  private boolean widened(Group g, int number, Root root, Region dry, int weight) {
    if (!g.loop() || g.phases.size() != 1 || g.domain.equals(root.domain())) return false;
    var wider = new ArrayList<Root>();
    for (Root r : g.phases.getFirst()) {
      Root w = r.within(root.domain());
      if (w == null) return false;
      wider.add(w);
    }
    Shape before = g.domain;
    var kept = List.copyOf(g.phases.getFirst());
    g.domain = root.domain();
    g.phases.getFirst().clear();
    g.phases.getFirst().addAll(wider);
    if (joined(g, number, root, dry, weight) && g.phases.size() == 1) return true;
    g.only(root.owner()); // it would have been a later pass
    g.domain = before;
    g.phases.getFirst().clear();
    g.phases.getFirst().addAll(kept);
    return false;
  }

  /** The steps of one pass with a further root, counting once what they share. */
  private int steps(Group g, int phase, Root root) {
    g.phases.get(phase).add(root);
    Region region = region(g, phase);
    var values = new ArrayList<Expr>();
    for (Root r : g.phases.get(phase)) values.add(r.value(region));
    g.phases.get(phase).removeLast();
    int steps = 0;
    for (Expr e : Expr.order(values)) if (!e.operands().isEmpty()) steps++;
    return steps;
  }

  /** All folds of one pass have one type: their partial results share an array. */
  private static boolean folds(List<Root> pass, Root root) {
    for (Root r : pass)
      if (r.fold() != null && root.fold() != null && r.owner().dtype() != root.owner().dtype())
        return false;
    return true;
  }

  /** Puts a root at the end of a contraction. */
  private boolean ended(Group g, int number, Root root, Region dry, int weight) {
    Node c = Objects.requireNonNull(g.single);
    if (!root.plain() || root.domain().size() != g.domain.size()) return false;
    if (root.out().type().dtype() != c.dtype()) return false;
    if (g.weights.getFirst() + weight > END) return false;
    Shape finer = refined(g.domain, root.domain());
    if (finer == null) return false;
    Affine identity = dry.identity();
    boolean reads = false;
    for (Access a : dry.accesses()) {
      if (a.guard() != null || a.buffer().type().dtype() != c.dtype()) return false;
      Node owner = owner(a.buffer());
      if (owner == c) {
        if (!a.flat().equals(identity)) return false;
        reads = true;
        continue;
      }
      Integer of = made.get(owner);
      if (of != null && of == number) {
        if (!a.flat().equals(identity)) return false;
        reads = true;
      }
    }
    if (!reads) return false;
    for (Expr e : Expr.order(List.of(root.value(dry))))
      if (!e.op().vectors() || e.op() instanceof Prim.Inside) return false;
    Root moved = root.in(finer);
    if (moved == null) return false;
    var others = new ArrayList<Root>();
    for (Root r : g.phases.getFirst()) {
      Root m = r.in(finer);
      if (m == null) return false;
      others.add(m);
    }
    var before = g.domain;
    var roots = g.phases.getFirst();
    var kept = new ArrayList<>(roots);
    g.domain = finer;
    roots.clear();
    roots.addAll(others);
    roots.add(moved);
    if (!Gemm.fits(g, region(g, 0), c, buffers)) {
      g.domain = before;
      roots.clear();
      roots.addAll(kept);
      return false;
    }
    roots.removeLast();
    g.add(moved, 0, weight);
    return true;
  }

  /** The coarsest shape whose axes can be merged to those of both; null if there is none. */
  private static @Nullable Shape refined(Shape a, Shape b) {
    if (a.equals(b)) return a;
    var cuts = new TreeSet<Long>();
    for (Shape s : List.of(a, b)) {
      long size = 1;
      for (int d : s.dims()) cuts.add(size *= d);
    }
    var dims = new ArrayList<Integer>();
    long last = 1;
    for (long cut : cuts) {
      if (cut == 1) continue;
      if (cut % last != 0) return null;
      dims.add((int) (cut / last));
      last = cut;
    }
    return Shape.of(dims);
  }
}
