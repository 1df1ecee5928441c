package io.leibniz.compile.plan;

import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Loop.Fold;
import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.run.Kernels;
import io.leibniz.compile.run.Nest;
import io.leibniz.compile.run.Work.Cost;
import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A group of roots as loops: axes that lie alike in all arrays are merged, one of them becomes the lanes', and what is
 * folded becomes partial sums along the lanes, or running results beside them.
 */
final class Nests {
  private final Group group;
  private final Shape domain;
  private final List<Region> regions = new ArrayList<>();
  private final List<List<Expr>> values = new ArrayList<>();
  private final List<List<Integer>> axes = new ArrayList<>(); // each a run of the domain's, merged
  private int lane;
  private final List<Nest.Fill> fills = new ArrayList<>();

  private Nests(Fusion fusion, Group group) {
    this.group = group;
    domain = group.domain;
    for (int p = 0; p < group.phases.size(); p++) {
      Region region = fusion.region(group, p);
      regions.add(region);
      var exprs = new ArrayList<Expr>();
      for (Root r : group.phases.get(p)) exprs.add(r.value(region));
      values.add(exprs);
    }
    merge();
    lane = lanes();
  }

  /** The kernel; {@code slot} is the number of its first pass. */
  static Nest build(Fusion fusion, Group group, Kernels kernels, int slot) {
    return new Nests(fusion, group).build(kernels, slot);
  }

  private boolean guarded() {
    return regions.stream().anyMatch(r -> !r.guards().isEmpty());
  }

  /** All places that are met, as coefficients. */
  private List<Affine> places() {
    var all = new ArrayList<Affine>();
    for (Region r : regions) for (Access a : r.accesses()) all.add(a.flat());
    for (var phase : group.phases) for (Root r : phase) all.add(r.to());
    return all;
  }

  private void merge() {
    var places = places();
    boolean guarded = guarded();
    int last = domain.rank() - 1;
    for (int d = 0; d <= last; d++) {
      if (domain.dim(d) == 1 && !(guarded && d == last)) continue;
      if (!axes.isEmpty() && !(guarded && d == last)) {
        int before = axes.getLast().getLast(), size = domain.dim(d), now = d;
        if (places.stream().allMatch(a -> a.coefs().get(before) == a.coefs().get(now) * size)) {
          axes.getLast().add(d);
          continue;
        }
      }
      axes.add(new ArrayList<>(List.of(d)));
    }
    if (axes.isEmpty()) axes.add(new ArrayList<>());
  }

  private int size(int axis) {
    int size = 1;
    for (int d : axes.get(axis)) size *= domain.dim(d);
    return size;
  }

  /** From one place along a merged axis to the next. */
  private int coef(Affine a, int axis) {
    return axes.get(axis).isEmpty() ? 0 : a.coefs().get(axes.get(axis).getLast());
  }

  /** The axis that lies contiguously in all arrays, the last if there are several and it is long enough; if none, the last. */
  private int lanes() {
    int last = axes.size() - 1;
    if (guarded()) return last;
    int best = -1;
    for (int x = last; x >= 0; x--) {
      int axis = x;
      if (!places().stream().allMatch(a -> coef(a, axis) == 0 || coef(a, axis) == 1)) continue;
      if (best < 0 || size(best) < 8 && size(x) > size(best)) best = x;
    }
    return best < 0 ? last : best;
  }

  private int[] outer() {
    var dims = new ArrayList<Integer>();
    for (int x = 0; x < axes.size(); x++) if (x != lane) dims.add(size(x));
    return dims.stream().mapToInt(d -> d).toArray();
  }

  private int[] strides(Affine a) {
    var out = new ArrayList<Integer>();
    for (int x = 0; x < axes.size(); x++) if (x != lane) out.add(coef(a, x));
    return out.stream().mapToInt(s -> s).toArray();
  }

  /** Whether values that differ in their place along {@code axis} meet. */
  private boolean folded(Root r, int axis) {
    return r.fold() != null && size(axis) > 1 && coef(r.to(), axis) == 0;
  }

  private boolean foldedAround(Root r) {
    for (int x = 0; x < axes.size(); x++) if (x != lane && folded(r, x)) return true;
    return false;
  }

  private Nest build(Kernels kernels, int slot) {
    var passes = new ArrayList<Nest.Pass>();
    double flops = 0, bytes = 0;
    for (int p = 0; p < regions.size(); p++) {
      passes.add(pass(p, kernels, slot + p));
      int steps = 0;
      for (Expr e : Expr.order(values.get(p))) if (!e.operands().isEmpty()) steps++;
      flops += (double) steps * domain.size();
      for (int b : passes.getLast().buffers()) bytes += bytes(b);
      for (var o : passes.getLast().outs()) bytes += bytes(o.buffer());
    }
    boolean single = passes.size() == 1;
    int n = single ? values.getFirst().size() : passes.size();
    String name =
        "loop %s, %d %s%s%s"
            .formatted(
                domain,
                n,
                single ? "result" : "pass",
                n == 1 ? "" : single ? "s" : "es",
                passes.stream().anyMatch(q -> !q.outs().isEmpty()) ? ", folded" : "");
    return new Nest(
        outer(), size(lane), passes, together(), splits(), fills, new Cost(name, flops, bytes));
  }

  /** The rows fall into as many parts as the first axes around the lanes have places, as long as nothing is folded over them. */
  private int splits() {
    int splits = 1;
    for (int x = 0; x < axes.size(); x++) {
      if (x == lane) continue;
      int axis = x;
      if (group.phases.stream().flatMap(List::stream).anyMatch(r -> folded(r, axis))) break;
      splits *= size(x);
    }
    return splits;
  }

  private double bytes(int buffer) {
    for (Region r : regions)
      for (Access a : r.accesses()) if (a.buffer().id() == buffer) return bytes(a.buffer());
    for (var phase : group.phases)
      for (Root r : phase) if (r.out().id() == buffer) return bytes(r.out());
    return 0;
  }

  private static double bytes(Buffer b) {
    return (double) b.type().shape().size() * b.type().dtype().bytes();
  }

  /** Whether all that later passes need of a row is known when the row has been passed over. */
  private boolean together() {
    if (regions.size() == 1) return true;
    Set<Buffer> read = new HashSet<>();
    for (Region r : regions) for (Access a : r.accesses()) read.add(a.buffer());
    for (var phase : group.phases)
      for (Root r : phase)
        if (read.contains(r.out()) && r.fold() != null && (!folded(r, lane) || foldedAround(r)))
          return false;
    return true;
  }

  private Nest.Pass pass(int p, Kernels kernels, int slot) {
    Region region = regions.get(p);
    var accesses = region.accesses();
    var refs = new ArrayList<Loop.Ref>();
    var places = new ArrayList<Affine>();
    var buffers = new ArrayList<Integer>();
    for (Access a : accesses) {
      int range = a.guard() == null ? -1 : region.guard(a.guard());
      // a single lane has no neighbour; as a row of its own it is read under its mask
      int stride = range >= 0 && size(lane) == 1 ? 1 : coef(a.flat(), lane);
      refs.add(new Loop.Ref(a.buffer().type().dtype(), stride, range));
      places.add(a.flat());
      buffers.add(a.buffer().id());
    }
    var guards = region.guards();
    var stores = new ArrayList<Loop.Store>();
    var folds = new ArrayList<Fold>();
    var outs = new ArrayList<Nest.Out>();
    DType foldType = DType.F32;
    var roots = group.phases.get(p);
    for (int i = 0; i < roots.size(); i++) {
      Root r = roots.get(i);
      Expr value = values.get(p).get(i);
      if (r.clear()) fills.add(new Nest.Fill(r.out().id(), r.out().type().shape().size(), 0));
      if (r.fold() != null && domain.size() == 0) fill(r);
      if (folded(r, lane)) {
        boolean adds = foldedAround(r);
        if (adds) fill(r);
        foldType = value.type();
        folds.add(new Fold(kind(r), value));
        outs.add(new Nest.Out(kind(r), r.out().id(), r.to().constant(), strides(r.to()), adds));
        continue;
      }
      int ref = refs.size();
      refs.add(new Loop.Ref(value.type(), coef(r.to(), lane), -1));
      places.add(r.to());
      buffers.add(r.out().id());
      if (foldedAround(r)) {
        fill(r);
        value = combined(kind(r), region.block().load(value.type(), ref), value);
      }
      stores.add(new Loop.Store(ref, value));
    }
    int[] ranges = new int[2 * guards.size()];
    for (int k = 0; k < guards.size(); k++) {
      ranges[2 * k] = guards.get(k).low();
      ranges[2 * k + 1] = guards.get(k).high();
    }
    var loop = new Loop(refs, stores, folds, guards.size());
    return new Nest.Pass(
        slot,
        kernels.loop(loop, size(lane)),
        buffers.stream().mapToInt(b -> b).toArray(),
        places.stream().mapToInt(Affine::constant).toArray(),
        places.stream().map(this::strides).toArray(int[][]::new),
        ranges,
        outs,
        foldType,
        loop.spills());
  }

  private static Fold.Kind kind(Root r) {
    return Objects.requireNonNull(r.fold());
  }

  private void fill(Root r) {
    fills.add(new Nest.Fill(r.out().id(), r.out().type().shape().size(), Nest.neutral(kind(r))));
  }

  private static Expr combined(Fold.Kind kind, Expr old, Expr x) {
    boolean real = x.type().isFloat();
    return switch (kind) {
      case SUM -> x.type() == DType.BOOL ? old.or(x) : old.plus(x);
      case MAX -> (real ? x.more(old).or(x.unequal(x)) : x.more(old)).choose(x, old);
      case MIN -> (real ? x.less(old).or(x.unequal(x)) : x.less(old)).choose(x, old);
    };
  }
}
