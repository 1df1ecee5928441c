package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Loop.Turn;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a loop, see {@link Loop} for what they come to. What holds of a carry after a turn (it moves, it is linear, it
 * varies) has to hold of it before the next one too. So each rule starts from what holds at first, traces the body, and traces it again
 * with more if the body made more: a fixpoint, reached after as many trials as a property takes turns to spread.
 */
record LoopRules(Loop op) implements ControlRules {

  // ---- forward

  /** The same loop with a tangent (in Taylor mode, all coefficients) beside every carry, stack and out that moves. */
  @Override
  public Jet forward(Jet xs) {
    return forward(xs, Layout.of(xs.some(op::carries).flat()));
  }

  private Jet forward(Jet xs, Layout moving) {
    int written = Log.length();
    int carries = op.carries(), order = xs.order();
    Node limit = xs.points().getFirst();
    Jet starts = xs.some(op::carries), elements = xs.some(op::stacks), held = xs.some(op::captures);
    var read = Layout.of(elements.flat());
    var trial = new Trial(moving, Layout.of(List.of()));
    var ran =
        Loop.of(
            limit,
            op.reversed(),
            Lists.concat(starts.points(), moving.nodes(starts.flat(), starts.kinds())),
            Lists.concat(
                List.of(Node.of(new Source.Turns())),
                elements.points(),
                read.nodes(elements.flat(), elements.kinds())),
            op.condition() == null
                ? null
                : c -> test(c.subList(0, carries), op.tested(xs.points())),
            (c, e) -> {
              Node notFirst = notFirst(e.getFirst(), limit, op.reversed());
              var carry =
                  Jet.of(
                      c.subList(0, carries),
                      moving.deltas(c.subList(carries, c.size()), notFirst, starts.flat()),
                      order);
              var element =
                  Jet.of(
                      e.subList(1, 1 + op.stacks()),
                      read.deltas(e.subList(1 + op.stacks(), e.size())),
                      order);
              var ys = carry.and(element).and(held).through(op.body());
              var next = ys.some(0, carries);
              var outs = ys.some(carries, ys.points().size());
              trial.carry = moving.carried(Layout.of(next.flat()));
              trial.outs = Layout.of(outs.flat());
              return !trial.carry.equals(moving)
                  ? Turn.idle(c)
                  : new Turn(
                      Lists.concat(next.points(), moving.nodes(next.flat(), next.kinds())),
                      Lists.concat(outs.points(), trial.outs.nodes(outs.flat(), outs.kinds())));
            });
    if (!trial.carry.equals(moving)) {
      Log.cut(written);
      return forward(xs, trial.carry);
    }
    var cs = ran.carries();
    var os = ran.outs();
    var last =
        Jet.of(
            cs.subList(0, carries),
            moving.deltas(
                cs.subList(carries, cs.size()), ranOnce(limit, ran.count()), starts.flat()),
            order);
    var stacked =
        Jet.of(
            os.subList(0, op.outs()), trial.outs.deltas(os.subList(op.outs(), os.size())), order);
    return Jet.still(List.of(ran.count()), order).and(last).and(stacked);
  }

  /** What a trial of the body found. */
  private static final class Trial {
    private Layout carry;
    private Layout outs;

    Trial(Layout carry, Layout outs) {
      this.carry = carry;
      this.outs = outs;
    }
  }

  private static Node notFirst(Node turn, Node limit, boolean reversed) {
    return reversed ? limit.plus(-1).compare(Compare.GT, turn) : turn.gt(0);
  }

  /** Whether there was a turn; null if there always is. */
  private @Nullable Node ranOnce(Node limit, Node count) {
    return op.condition() == null && atLeastOne(limit) ? null : count.gt(0);
  }

  private static boolean atLeastOne(Node limit) {
    return limit.op() instanceof Source.Literal l && l.integer() >= 1;
  }

  private Node test(List<Node> carries, List<Node> captures) {
    return Objects.requireNonNull(op.condition())
        .inline(Lists.concat(carries, captures))
        .getFirst();
  }

  // ---- split

  /** The known carries run first and stack what the linear part needs; the linear loop reads it, as many turns long. */
  @Override
  public List<Marked> split(List<Marked> xs) {
    return split(xs, Marked.flags(op.carries(xs)));
  }

  private List<Marked> split(List<Marked> xs, List<Boolean> linear) {
    int carries = op.carries();
    Node limit = xs.getFirst().node();
    var starts = Marked.of(Marked.nodes(op.carries(xs)), linear);
    var args = Lists.concat(starts, op.stacks(xs), op.captures(xs));
    var kinds = Control.kinds(Marked.nodes(starts));
    var grown = new ArrayList<>(linear);
    var ys = new ArrayList<Marked>();
    var cut = new ArrayList<Split.Cut>();
    var elements = new ArrayList<Node>();
    var known =
        Loop.of(
            limit,
            op.reversed(),
            Marked.off(starts),
            Marked.off(op.stacks(xs)),
            op.condition() == null
                ? null
                : c -> test(filled(linear, c, kinds), Marked.nodes(op.tested(xs))),
            (c, e) -> {
              var inside =
                  inside(Marked.flags(args), Lists.concat(c, e, Marked.off(op.captures(xs))));
              ys.addAll(Split.of(op.body(), inside));
              for (int i = 0; i < carries; i++) grown.set(i, grown.get(i) || ys.get(i).on());
              if (!grown.equals(linear)) return Turn.idle(c);
              var next = Marked.of(Marked.nodes(ys.subList(0, carries)), linear);
              var outs = ys.subList(carries, ys.size());
              var results = Lists.concat(Marked.on(next), Marked.on(outs));
              var made = Split.dependent(results, c::contains);
              var read = Split.dependent(results, e::contains);
              cut.add(
                  Split.Cut.of(
                      results,
                      Marked.on(inside),
                      n -> made.contains(n) || read.contains(n) && Cost.dear(n),
                      read));
              elements.addAll(e);
              var fresh = cut.getFirst().kept().stream().filter(k -> !e.contains(k)).toList();
              return new Turn(Marked.off(next), Lists.concat(Marked.off(outs), fresh));
            });
    if (!grown.equals(linear)) return split(xs, grown);
    var outs = ys.subList(carries, ys.size());
    int m = Marked.off(outs).size();
    var written = known.outs().subList(m, known.outs().size()).iterator();
    var read = Marked.off(op.stacks(xs));
    var kept = new ArrayList<Node>();
    for (Node k : cut.getFirst().kept())
      kept.add(elements.contains(k) ? read.get(elements.indexOf(k)) : written.next());
    var ran =
        Loop.of(
            op.condition() == null ? limit : known.count(),
            op.reversed(),
            Marked.on(starts),
            Lists.concat(Marked.on(op.stacks(xs)), kept),
            null,
            (c, e) -> {
              int n = e.size() - kept.size();
              var moved = Lists.concat(c, e.subList(0, n), Marked.on(op.captures(xs)));
              var y = cut.getFirst().replay(moved, e.subList(n, e.size()));
              return new Turn(y.subList(0, c.size()), y.subList(c.size(), y.size()));
            });
    return Lists.concat(
        List.of(new Marked(known.count(), false)),
        Marked.merge(linear, known.carries(), ran.carries()),
        Marked.merge(Marked.flags(outs), known.outs().subList(0, m), ran.outs()));
  }

  /** A dummy for each flag that is up, of the kind of the body's parameter there, else the next of what is known. */
  private List<Marked> inside(List<Boolean> on, List<Node> known) {
    var next = known.iterator();
    var out = new ArrayList<Marked>();
    for (int i = 0; i < on.size(); i++)
      out.add(
          on.get(i)
              ? new Marked(Scope.current().parameter(op.body().params().get(i).kind()), true)
              : new Marked(Scope.current().local(next.next()), false));
    return out;
  }

  /** One for each flag: zero where it is up, which a condition never looks at, else the next of {@code xs}. */
  private static List<Node> filled(List<Boolean> zero, List<Node> xs, List<Kind> kinds) {
    var next = xs.iterator();
    var out = new ArrayList<Node>();
    for (int i = 0; i < zero.size(); i++)
      out.add(zero.get(i) ? Node.full(kinds.get(i), 0) : next.next());
    return out;
  }

  // ---- transpose

  /** The linear loop run the other way: cotangents of carries go from turn to turn, those of captures add up. */
  @Override
  public List<@Nullable Delta> transpose(List<Marked> xs, List<@Nullable Delta> cts, Seeds seeds) {
    var start = seeds.takeAll(1 + op.carries() + op.stacks(), 1 + op.body().params().size());
    return transpose(xs, cts, start, Layout.of(op.<@Nullable Delta>carries(cts)), Layout.of(start));
  }

  private List<@Nullable Delta> transpose(
      List<Marked> xs,
      List<@Nullable Delta> cts,
      List<@Nullable Delta> start,
      Layout carry,
      Layout sum) {
    int written = Log.length();
    int carries = op.carries();
    Node limit = xs.getFirst().node();
    boolean reversed = !op.reversed();
    var linear =
        Marked.flags(
            Lists.concat(
                Marked.all(Marked.nodes(op.carries(xs)), true), op.stacks(xs), op.captures(xs)));
    int read = Marked.on(op.stacks(xs)).size();
    var carryKinds = Control.kinds(Marked.nodes(op.carries(xs)));
    var sumKinds = Control.kinds(Marked.on(op.captures(xs)));
    var ends = op.<@Nullable Delta>carries(cts);
    var douts = cts.subList(1 + carries, cts.size());
    var given = Layout.of(douts);
    var trial = new Trial(carry, Layout.of(List.of()));
    var sums = new ArrayList<Layout>();
    var ran =
        Loop.of(
            limit,
            reversed,
            Lists.concat(carry.nodes(ends, carryKinds), sum.nodes(start, sumKinds)),
            Lists.concat(
                List.of(Node.of(new Source.Turns())),
                given.nodes(douts, List.of()),
                Marked.off(op.stacks(xs))),
            null,
            (c, e) -> {
              Node notFirst = notFirst(e.getFirst(), limit, reversed);
              var cotangents = e.subList(1, 1 + given.size());
              var ct =
                  Lists.<@Nullable Delta>concat(
                      carry.deltas(c.subList(0, carry.size()), notFirst, ends),
                      given.deltas(cotangents));
              var inside =
                  inside(
                      linear,
                      Lists.concat(
                          e.subList(1 + given.size(), e.size()), Marked.off(op.captures(xs))));
              var gathered =
                  Lists.<@Nullable Delta>concat(
                      Collections.<@Nullable Delta>nCopies(carries + read, null),
                      sum.deltas(c.subList(carry.size(), c.size()), notFirst, start));
              var back =
                  Transpose.of(
                      Transpose.deltas(Split.of(op.body(), inside)),
                      Marked.on(inside),
                      ct,
                      gathered);
              var before = back.subList(0, carries);
              var elements = back.subList(carries, carries + read);
              var terms = back.subList(carries + read, back.size());
              trial.carry = carry.carried(Layout.of(before));
              sums.clear();
              sums.add(sum.summed(Layout.of(terms)));
              trial.outs = Layout.of(elements);
              if (!trial.carry.equals(carry) || !sums.getFirst().equals(sum)) return Turn.idle(c);
              return new Turn(
                  Lists.concat(carry.nodes(before, carryKinds), sum.nodes(terms, sumKinds)),
                  trial.outs.nodes(elements, List.of()));
            });
    if (!trial.carry.equals(carry) || !sums.getFirst().equals(sum)) {
      Log.cut(written);
      return transpose(xs, cts, start, trial.carry, sums.getFirst());
    }
    var cs = ran.carries();
    Node once = ranOnce(limit, limit);
    var totals = sum.deltas(cs.subList(carry.size(), cs.size()), once, start);
    return Lists.concat(
        Collections.<@Nullable Delta>singletonList(null),
        carry.deltas(cs.subList(0, carry.size()), once, ends),
        Marked.spread(Marked.flags(op.stacks(xs)), trial.outs.deltas(ran.outs())),
        Marked.spread(Marked.flags(op.captures(xs)), ifItRan(once, start, totals)),
        Collections.<@Nullable Delta>nCopies(op.tested(xs).size(), null));
  }

  /** What a loop of no turns captures gets a structural zero, not the number 0. */
  private static List<@Nullable Delta> ifItRan(
      @Nullable Node ran, List<@Nullable Delta> start, List<@Nullable Delta> totals) {
    if (ran == null) return totals;
    var out = new ArrayList<@Nullable Delta>();
    for (int i = 0; i < totals.size(); i++)
      out.add(
          start.get(i) == null && totals.get(i) instanceof Delta d
              ? new Delta(d.value(), d.under(ran.across(d.value().shape())).support(), d.zeroed())
              : totals.get(i));
    return out;
  }

  // ---- batch

  /** All lanes together, as long as they agree on how many turns to run. */
  @Override
  public List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask) {
    return batch(xs, n, mask, Marked.flags(op.carries(xs)));
  }

  private List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask, List<Boolean> vary) {
    if (xs.getFirst().on() || testVaries(xs, vary, n)) return laneByLane(xs, n, mask);
    var grown = new ArrayList<>(vary);
    var outs = new ArrayList<Boolean>();
    var condition = op.condition();
    var ran =
        Loop.of(
            xs.getFirst().node(),
            op.reversed(),
            Vmap.spread(op.carries(xs), vary, n),
            Marked.nodes(op.stacks(xs)),
            condition == null
                ? null
                : c ->
                    Vmap.of(condition, Lists.concat(Marked.of(c, vary), op.tested(xs)), n, mask)
                        .getFirst()
                        .node(),
            (c, e) -> {
              var args =
                  Lists.concat(
                      Marked.of(c, vary),
                      Marked.of(e, Marked.flags(op.stacks(xs))),
                      op.captures(xs));
              var y = Vmap.of(op.body(), args, n, mask);
              var next = y.subList(0, op.carries());
              outs.clear();
              outs.addAll(Marked.flags(y.subList(op.carries(), y.size())));
              for (int i = 0; i < next.size(); i++) grown.set(i, grown.get(i) || next.get(i).on());
              return grown.equals(vary)
                  ? new Turn(
                      Vmap.spread(next, vary, n), Marked.nodes(y.subList(op.carries(), y.size())))
                  : Turn.idle(c);
            });
    if (!grown.equals(vary)) return batch(xs, n, mask, grown);
    return Lists.concat(
        List.of(new Marked(ran.count(), false)),
        Marked.of(ran.carries(), vary),
        Marked.of(ran.outs(), outs));
  }

  private boolean testVaries(List<Marked> xs, List<Boolean> vary, int n) {
    var condition = op.condition();
    if (condition == null) return false;
    Scope trial = Scope.inner();
    return trial.in(
        () -> {
          var starts = new ArrayList<Node>();
          for (Node c : Vmap.spread(op.carries(xs), vary, n)) starts.add(trial.parameter(c.kind()));
          var args = Lists.concat(Marked.of(starts, vary), op.tested(xs));
          return Vmap.of(condition, args, n, null).getFirst().on();
        });
  }

  /** Lanes that stop on their own: runs as long as any does, and a lane that has stopped keeps its carries. */
  private List<Marked> laneByLane(List<Marked> xs, int n, @Nullable Node mask) {
    Shape lanes = Shape.of(n);
    Node limit = Vmap.spread(xs.getFirst(), n);
    Node none = limit.like(0);
    Node alive = mask == null ? Node.full(limit.type().with(DType.BOOL), 1) : mask;
    // of all lanes alive the longest; a loop of no lanes does not turn
    Node longest =
        n == 0
            ? Node.literal(DType.I64, 0L)
            : Node.of(new Reduction.Extreme(List.of(0), false), alive.select(limit, none));
    var starts = Vmap.spread(op.carries(xs), n);
    var ran =
        Loop.of(
            longest,
            op.reversed(),
            Lists.concat(List.of(goOn(starts, xs, n, alive), none), starts),
            Lists.concat(List.of(Node.of(new Source.Turns())), Marked.nodes(op.stacks(xs))),
            op.condition() == null ? null : c -> c.getFirst().sum(List.of(0)),
            (c, e) -> {
              Node running = c.get(0), count = c.get(1);
              var own = c.subList(2, c.size());
              Node turn = e.getFirst().spread(lanes);
              Node active = running.and(limit.compare(Compare.GT, turn));
              var args =
                  Lists.concat(
                      Marked.all(own, true),
                      Marked.of(e.subList(1, e.size()), Marked.flags(op.stacks(xs))),
                      op.captures(xs));
              var y = Vmap.spread(Vmap.of(op.body(), args, n, active), n);
              var next = new ArrayList<Node>();
              for (int i = 0; i < own.size(); i++)
                next.add(active.across(own.get(i).shape()).select(y.get(i), own.get(i)));
              var outs = new ArrayList<Node>();
              for (Node out : y.subList(own.size(), y.size()))
                outs.add(active.across(out.shape()).select(out, Node.full(out.kind(), 0)));
              Node still = op.condition() == null ? running : goOn(next, xs, n, active);
              Node counted = count.add(active.cast(DType.I64));
              return new Turn(Lists.concat(List.of(still, counted), next), outs);
            });
    return Marked.all(
        Lists.concat(ran.carries().subList(1, ran.carries().size()), ran.outs()), true);
  }

  private Node goOn(List<Node> carries, List<Marked> xs, int n, Node lanes) {
    var condition = op.condition();
    if (condition == null) return lanes;
    var args = Lists.concat(Marked.all(carries, true), op.tested(xs));
    return lanes.and(Vmap.spread(Vmap.of(condition, args, n, lanes).getFirst(), n));
  }
}
