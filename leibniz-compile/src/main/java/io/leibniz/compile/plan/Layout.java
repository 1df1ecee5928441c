package io.leibniz.compile.plan;

import io.leibniz.compile.lane.Prim;
import io.leibniz.compile.plan.Buffer.Home;
import io.leibniz.compile.run.Gather;
import io.leibniz.compile.run.Interpreted;
import io.leibniz.compile.run.Interpreted.Slot;
import io.leibniz.compile.run.Kernels;
import io.leibniz.compile.run.Program;
import io.leibniz.compile.run.Program.Place;
import io.leibniz.compile.run.Program.Result;
import io.leibniz.compile.run.Work;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** A graph laid out as a program: kernels in an order that lets parameters be updated in place, and the memory of one call. */
public final class Layout {
  private static final int ALIGNED = 16, SLACK = 64; // elements

  private final Graph graph;
  private final Set<Integer> donated;
  private final Kernels kernels;
  private final Fusion fusion;
  private final List<Group> groups;
  private final Map<Node, Buffer> buffers;
  private final Map<Group, Set<Buffer>> reads = new HashMap<>();
  private final Map<Group, Set<Buffer>> writes = new HashMap<>();
  private final Map<Node, Integer> values = new HashMap<>();
  private final Map<Buffer, Integer> overwritten = new HashMap<>();
  private final List<Buffer> scratch = new ArrayList<>();
  private final Set<Buffer> used = new HashSet<>();
  private int slots;

  private Layout(Graph graph, Set<Integer> donated, Kernels kernels) {
    this.graph = graph;
    this.donated = donated;
    this.kernels = kernels;
    fusion = new Fusion(graph);
    groups = new ArrayList<>(fusion.groups());
    buffers = fusion.buffers();
  }

  /** {@code donated}: the parameters whose memory the results may take. */
  public static Program of(Graph graph, Set<Integer> donated, Kernels kernels) {
    return new Layout(graph, donated, kernels).program();
  }

  private Program program() {
    for (Group g : groups) reads.put(g, reads(g));
    for (var r : reads.values()) used.addAll(r);
    for (Node r : graph.results()) if (buffers.get(r) instanceof Buffer b) used.add(b);
    for (Group g : groups) writes.put(g, writes(g));
    results();
    inPlace();
    var works = new ArrayList<Work>();
    for (Group g : groups) works.add(work(g));
    return new Program(works, memory(), kernels.pool());
  }

  // ---- what is read and written

  private Set<Buffer> reads(Group g) {
    var all = new HashSet<Buffer>();
    if (g.single != null)
      for (Node x : g.single.operands())
        if (g.product) all.add(operand(g.single, x));
        else if (buffers.get(x) instanceof Buffer b) all.add(b);
    for (int p = 0; p < g.phases.size(); p++) {
      Region region = fusion.region(g, p);
      for (Root r : g.phases.get(p)) r.value(region);
      for (Access a : region.accesses()) all.add(a.buffer());
    }
    return all;
  }

  /** The buffer that an operand of a contraction is read from. */
  private Buffer operand(Node c, Node x) {
    Region region = new Region(x.shape(), buffers, _ -> false, new HashSet<>(), Map.of());
    if (!(region.of(x, Affine.identity(x.shape())).op() instanceof Prim.Load))
      throw new AssertionError(c + " reads " + x + ", which has no memory");
    return region.accesses().getFirst().buffer();
  }

  private Set<Buffer> writes(Group g) {
    var all = new HashSet<Buffer>();
    if (g.single != null
        && buffers.get(g.single) instanceof Buffer b
        && (!g.product || used.contains(b))) all.add(b);
    for (var phase : g.phases) for (Root r : phase) all.add(r.out());
    return all;
  }

  private void results() {
    int i = 0;
    for (Node r : graph.results()) {
      Buffer b = buffers.get(r);
      if (b != null && b.home() == Home.ARENA) b.live(Home.RESULT, i);
      i++;
    }
  }

  // ---- in place

  /**
   * A result may take the memory of a donated parameter of its type if nothing reads that afterwards, and the kernel that writes
   * it reads each element before it is overwritten. The kernel is moved behind other readers, if it may.
   */
  private void inPlace() {
    Map<Integer, Buffer> free = new TreeMap<>();
    for (int i : donated)
      if (buffers.get(graph.params().get(i)) instanceof Buffer b
          && !graph.results().contains(graph.params().get(i))) free.put(i, b);
    for (Node r : graph.results()) {
      Buffer out = buffers.get(r);
      if (out == null || out.home() != Home.RESULT || overwritten.containsKey(out)) continue;
      Integer best = null;
      for (var e : free.entrySet()) {
        if (!e.getValue().type().equals(out.type())) continue;
        if (!takes(out, e.getValue())) continue;
        // rather the one that the kernel reads, since nobody else will want it
        if (best == null || reads(writer(out), e.getValue())) best = e.getKey();
        if (reads(writer(out), e.getValue())) break;
      }
      if (best == null) continue;
      free.remove(best);
      overwritten.put(out, best);
    }
  }

  private Group writer(Buffer out) {
    Group last = null;
    for (Group g : groups) if (Objects.requireNonNull(writes.get(g)).contains(out)) last = g;
    return Objects.requireNonNull(last);
  }

  private boolean reads(Group g, Buffer b) {
    return Objects.requireNonNull(reads.get(g)).contains(b);
  }

  private boolean takes(Buffer out, Buffer old) {
    Group writer = writer(out);
    long writers =
        groups.stream().filter(g -> Objects.requireNonNull(writes.get(g)).contains(out)).count();
    if (writers > 1 || !aligned(writer, out, old)) return false;
    // what a loop or branch returns may be what it was given
    for (Group g : groups)
      if (g.single != null && g.single.op() instanceof Control && reads(g, old)) return false;
    int at = groups.indexOf(writer), last = at;
    for (int i = at + 1; i < groups.size(); i++)
      if (reads(groups.get(i), old) || raises(groups.get(i))) last = i;
    if (last == at) return true;
    // what the writer makes must not be needed before
    for (int i = at + 1; i <= last; i++)
      for (Buffer b : Objects.requireNonNull(writes.get(writer)))
        if (reads(groups.get(i), b)) return false;
    groups.remove(at);
    groups.add(last, writer);
    return true;
  }

  /** Whether a kernel may fail for its data: nothing may be overwritten before. */
  private static boolean raises(Group g) {
    return g.single != null && !g.product;
  }

  /** Whether a kernel reads elements of {@code old} only where it writes the same of {@code out}. */
  private boolean aligned(Group g, Buffer out, Buffer old) {
    if (!reads(g, old)) return true;
    if (g.single != null && !g.product) return false;
    if (g.single != null)
      for (Node x : g.single.operands()) if (operand(g.single, x) == old) return false;
    for (int p = 0; p < g.phases.size(); p++) {
      Region region = fusion.region(g, p);
      for (Root r : g.phases.get(p)) r.value(region);
      for (Access a : region.accesses()) {
        if (a.buffer() != old) continue;
        for (var phase : g.phases)
          for (Root r : phase)
            if (r.out() == out
                && (r.fold() != null || r.clear() || a.guard() != null || !a.flat().equals(r.to())))
              return false;
        // a later pass would find the new elements
        for (int q = 0; q < p; q++) for (Root r : g.phases.get(q)) if (r.out() == out) return false;
      }
    }
    return true;
  }

  // ---- kernels

  private Work work(Group g) {
    if (g.product) {
      Node c = Objects.requireNonNull(g.single);
      Buffer own = Objects.requireNonNull(buffers.get(c));
      return Gemm.build(
          g,
          fusion.region(g, 0),
          c,
          buffers,
          used.contains(own) ? own : null,
          kernels,
          slots++,
          n -> scratch(g, c.dtype(), n));
    }
    if (g.single != null) return interpreted(g.single);
    int slot = slots;
    slots += g.phases.size();
    return Nests.build(fusion, g, kernels, slot);
  }

  private Buffer scratch(Group g, DType type, int n) {
    var b = new Buffer(buffers.size() + scratch.size(), new Type(type, Shape.of(n)), Home.ARENA);
    scratch.add(b);
    Objects.requireNonNull(writes.get(g)).add(b);
    used.add(b);
    return b;
  }

  private Work interpreted(Node n) {
    if (Fusion.gathered(n) && buffers.get(n.x(0)) instanceof Buffer table) {
      Shape s = n.x(0).shape();
      int row = s.dim(0) == 0 ? 0 : s.size() / s.dim(0);
      double bytes = 2.0 * n.shape().size() * n.dtype().bytes();
      return new Gather(
          table.id(),
          Objects.requireNonNull(buffers.get(n.x(1))).id(),
          Objects.requireNonNull(buffers.get(n)).id(),
          s.dim(0),
          row,
          n.x(1).shape().size(),
          new Work.Cost("rows " + n.x(1).shape() + " of " + s, 0, bytes));
    }
    var inside = new HashMap<Graph, Interpreted.Inside>();
    if (n.op() instanceof Control c)
      for (Graph f : Control.graphs(c)) {
        Program p = of(f, Set.of(), kernels);
        var free = new boolean[f.params().size()];
        inside.put(f, args -> p.run(args, free));
      }
    double numbers = n.kind() instanceof Type t ? t.shape().size() : 0;
    return new Interpreted(
        n.op(),
        n.kind(),
        n.operands().stream().map(this::slot).toList(),
        slot(n),
        inside,
        new Work.Cost(n.op() + " : " + n.kind(), numbers, 8 * numbers));
  }

  private Slot slot(Node n) {
    if (buffers.get(n) instanceof Buffer b && n.kind() instanceof Type t)
      return new Slot.Of(b.id(), t, b.home() == Home.ARENA);
    return new Slot.Held(value(n));
  }

  private int value(Node n) {
    return values.computeIfAbsent(n, _ -> values.size());
  }

  // ---- memory

  private Program.Memory memory() {
    var params = graph.params();
    int[] argumentValues = new int[params.size()];
    var places = new ArrayList<Place>();
    var known = new HashMap<Integer, Value>();
    for (int i = 0; i < argumentValues.length; i++) {
      Node p = params.get(i);
      argumentValues[i] = p.kind() instanceof Type ? -1 : value(p);
      if (p.kind() instanceof Type)
        places.add(new Place.Argument(Objects.requireNonNull(buffers.get(p)).id(), i));
    }
    for (Node n : graph.order())
      if (Fusion.way(n) == Fusion.Way.GIVEN && !(n.op() instanceof Source.Parameter)) {
        Value v = Interpreter.value(n.op(), n.kind(), List.of());
        if (v instanceof Array a)
          places.add(new Place.Known(Objects.requireNonNull(buffers.get(n)).id(), a.data()));
        else known.put(value(n), v);
      }
    var arenas = arena(places);
    for (Buffer b : buffers.values())
      if (b.home() == Home.RESULT)
        places.add(new Place.Fresh(b.id(), b.type(), overwritten.getOrDefault(b, -1)));
    var results = new ArrayList<Result>();
    for (Node r : graph.results()) results.add(result(r));
    return new Program.Memory(
        buffers.size() + scratch.size(),
        values.size(),
        slots,
        arenas,
        places,
        argumentValues,
        known,
        results,
        graph.results().stream().map(Node::kind).toList());
  }

  private Result result(Node r) {
    int argument = graph.params().indexOf(r);
    if (argument >= 0) return new Result.Argument(argument);
    if (r.op() instanceof Source.Constant(var v)) return new Result.Known(v);
    if (Fusion.way(r) == Fusion.Way.GIVEN)
      return new Result.Known(Interpreter.value(r.op(), r.kind(), List.of()));
    return r.kind() instanceof Type t
        ? new Result.Buffer(
            Objects.requireNonNull(buffers.get(r)).id(),
            t,
            Objects.requireNonNull(buffers.get(r)).home() == Home.VALUE)
        : new Result.Held(value(r));
  }

  /** Gives each buffer that lives between two kernels a part of its arena that no other uses meanwhile. */
  private Map<DType, Integer> arena(List<Place> places) {
    Map<Buffer, int[]> lives = new HashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      int now = i;
      for (var some : List.of(reads, writes))
        for (Buffer b : Objects.requireNonNull(some.get(groups.get(i))))
          if (b.home() == Home.ARENA) {
            int[] live = lives.computeIfAbsent(b, _ -> new int[] {now, now});
            live[1] = now;
          }
    }
    var order = new ArrayList<>(lives.keySet());
    order.sort(
        (a, b) -> {
          int bySize = b.type().shape().size() - a.type().shape().size();
          return bySize != 0 ? bySize : a.id() - b.id();
        });
    var ends = new EnumMap<DType, Integer>(DType.class);
    var placed = new ArrayList<Buffer>();
    for (Buffer b : order) {
      int[] live = Objects.requireNonNull(lives.get(b));
      int size = (b.type().shape().size() + ALIGNED - 1) / ALIGNED * ALIGNED;
      var taken = new ArrayList<int[]>();
      for (Buffer o : placed) {
        int[] other = Objects.requireNonNull(lives.get(o));
        if (o.type().dtype() == b.type().dtype() && other[0] <= live[1] && live[0] <= other[1])
          taken.add(
              new int[] {
                o.index(), o.index() + (o.type().shape().size() + ALIGNED - 1) / ALIGNED * ALIGNED
              });
      }
      taken.sort((x, y) -> x[0] - y[0]);
      int at = 0;
      for (int[] t : taken) {
        if (t[0] - at >= size) break;
        at = Math.max(at, t[1]);
      }
      b.live(Home.ARENA, at);
      placed.add(b);
      ends.merge(b.type().dtype(), at + size + SLACK, Math::max);
      places.add(new Place.Arena(b.id(), b.type().dtype(), at));
    }
    return ends;
  }
}
