package io.leibniz.transform;

import io.leibniz.ir.Cond;
import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Each rule of a branch is a branch between what the transform makes of the two. */
record CondRules(Cond op) implements ControlRules {

  @Override
  public Jet forward(Jet xs) {
    Scope a = Scope.inner(), b = Scope.inner();
    var t = a.in(() -> xs.some(op::left).through(op.then()));
    var o = b.in(() -> xs.some(op::right).through(op.otherwise()));
    var layout = Layout.of(t.flat()).join(Layout.of(o.flat()));
    var out =
        Cond.of(
            xs.points().getFirst(),
            a,
            a.in(() -> Lists.concat(t.points(), layout.nodes(t.flat(), t.kinds()))),
            b,
            b.in(() -> Lists.concat(o.points(), layout.nodes(o.flat(), o.kinds()))));
    int n = t.points().size();
    return Jet.of(out.subList(0, n), layout.deltas(out.subList(n, out.size())), xs.order());
  }

  /** Both branches say what they keep; the one that does not run keeps zeros. */
  @Override
  public List<Marked> split(List<Marked> xs) {
    Scope a = Scope.inner(), b = Scope.inner();
    var t = a.in(() -> Part.of(op.then(), op.left(xs)));
    var o = b.in(() -> Part.of(op.otherwise(), op.right(xs)));
    var on = new ArrayList<Boolean>();
    for (int i = 0; i < t.ys.size(); i++) on.add(t.ys.get(i).on() || o.ys.get(i).on());
    var ct = a.in(() -> t.cut(on));
    var co = b.in(() -> o.cut(on));
    Node p = xs.getFirst().node();
    var known =
        Cond.of(
            p,
            a,
            a.in(() -> Lists.concat(t.known(on), ct.kept(), zeros(co.kept()))),
            b,
            b.in(() -> Lists.concat(o.known(on), zeros(ct.kept()), co.kept())));
    int n = t.known(on).size(), m = n + ct.kept().size();
    var linear =
        Cond.of(
            p,
            () -> ct.replay(Marked.on(op.left(xs)), known.subList(n, m)),
            () -> co.replay(Marked.on(op.right(xs)), known.subList(m, known.size())));
    return Marked.merge(on, known.subList(0, n), linear);
  }

  /** One branch, split. */
  private record Part(List<Marked> args, List<Marked> ys) {
    static Part of(Graph branch, List<Marked> xs) {
      var args = Marked.dummies(xs);
      return new Part(args, Split.of(branch, args));
    }

    List<Node> known(List<Boolean> on) {
      return Marked.off(Marked.of(Marked.nodes(ys), on));
    }

    Split.Cut cut(List<Boolean> on) {
      return Split.Cut.keeping(Marked.on(Marked.of(Marked.nodes(ys), on)), Marked.on(args));
    }
  }

  private static List<Node> zeros(List<Node> like) {
    return like.stream().map(x -> Node.full(x.kind(), 0)).toList();
  }

  /**
   * A branch that is not taken leaves its captures what they have gathered: the seed, or nothing (a structural zero, not the
   * number 0). What both branches capture is one result.
   */
  @Override
  public List<@Nullable Delta> transpose(List<Marked> xs, List<@Nullable Delta> cts, Seeds seeds) {
    Scope a = Scope.inner(), b = Scope.inner();
    var left = Marked.on(op.left(xs));
    var right = Marked.on(op.right(xs));
    var all = List.copyOf(new LinkedHashSet<>(Lists.concat(left, right)));
    var at = new ArrayList<Integer>();
    var start = new ArrayList<@Nullable Delta>();
    for (Node x : all) {
      int i = xs.indexOf(new Marked(x, true));
      at.add(i);
      start.add(seeds.take(i));
    }
    var t = a.in(() -> through(op.then(), op.left(xs), cts, all, left, start));
    var o = b.in(() -> through(op.otherwise(), op.right(xs), cts, all, right, start));
    var layout = Layout.of(t).join(Layout.of(o));
    var kinds = Control.kinds(all);
    var out =
        layout.deltas(
            Cond.of(
                xs.getFirst().node(),
                a,
                a.in(() -> layout.nodes(t, kinds)),
                b,
                b.in(() -> layout.nodes(o, kinds))));
    var back = new ArrayList<@Nullable Delta>(Collections.nCopies(xs.size(), null));
    for (int i = 0; i < at.size(); i++) back.set(at.get(i), out.get(i));
    return back;
  }

  /** The totals of {@code all} after one branch, whose own are {@code own}. */
  private static List<@Nullable Delta> through(
      Graph branch,
      List<Marked> xs,
      List<@Nullable Delta> cts,
      List<Node> all,
      List<Node> own,
      List<@Nullable Delta> start) {
    var mine = new ArrayList<@Nullable Delta>();
    var seen = new ArrayList<Node>();
    for (Node x : own) {
      mine.add(seen.contains(x) ? null : start.get(all.indexOf(x)));
      seen.add(x);
    }
    var pulled = ControlRules.pulled(branch, xs, cts, mine);
    var out = new ArrayList<@Nullable Delta>();
    for (int i = 0; i < all.size(); i++) {
      if (!own.contains(all.get(i))) {
        out.add(start.get(i));
        continue;
      }
      Delta sum = null;
      for (int k = 0; k < own.size(); k++)
        if (own.get(k) == all.get(i)) sum = Delta.sum(sum, pulled.get(k));
      out.add(sum);
    }
    return out;
  }

  /** Where the lanes disagree each branch runs for the lanes that take it, if any does. */
  @Override
  public List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask) {
    Node p = xs.getFirst().node();
    if (!xs.getFirst().on()) {
      Scope a = Scope.inner(), b = Scope.inner();
      var t = a.in(() -> Vmap.of(op.then(), op.left(xs), n, mask));
      var o = b.in(() -> Vmap.of(op.otherwise(), op.right(xs), n, mask));
      var on = new ArrayList<Boolean>();
      for (int i = 0; i < t.size(); i++) on.add(t.get(i).on() || o.get(i).on());
      return Marked.of(
          Cond.of(p, a, a.in(() -> Vmap.spread(t, on, n)), b, b.in(() -> Vmap.spread(o, on, n))),
          on);
    }
    var t = some(op.then(), op.left(xs), n, mask == null ? p : p.and(mask));
    var o = some(op.otherwise(), op.right(xs), n, mask == null ? p.not() : p.not().and(mask));
    var out = new ArrayList<Node>();
    for (int i = 0; i < t.size(); i++)
      out.add(p.across(t.get(i).shape()).select(t.get(i), o.get(i)));
    return Marked.all(out, true);
  }

  private static List<Node> some(Graph branch, List<Marked> xs, int n, Node lanes) {
    return Cond.of(
        lanes.sum(List.of(0)),
        () -> Vmap.spread(Vmap.of(branch, xs, n, lanes), n),
        () -> branch.results().stream().map(y -> Node.full(y.kind().prepend(n), 0)).toList());
  }
}
