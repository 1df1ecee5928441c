package io.leibniz;

import io.leibniz.eval.Controls;
import io.leibniz.eval.Interpreter;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Call;
import io.leibniz.ir.Cond;
import io.leibniz.ir.Contraction;
import io.leibniz.ir.Control;
import io.leibniz.ir.Custom;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Dependence;
import io.leibniz.ir.External;
import io.leibniz.ir.Factoring;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Kind;
import io.leibniz.ir.LinearSolve;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import io.leibniz.transform.Jvp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for kinks while it runs a graph, node by node. An elementwise op has one where its slope just below a value, at it
 * and just above it are not one number, by the slopes that forward mode uses; a choice has one where the comparison behind it is a
 * tie. Only where an op looks at whole axes (maxima, orders, eigenvalues) is it told by name what a tie is.
 */
final class Kinks {
  private record At(Node node, int operand, String convention, double value) {}

  private record Slopes(double used, double left, double right, int count) {}

  private record Rule(Pointwise op, int operand, List<Kind> kinds) {}

  private final Map<At, Slopes> found = new LinkedHashMap<>();
  private final Map<Rule, Graph> slopes = new HashMap<>();

  private Kinks() {}

  static List<Kink> of(Graph f, List<Value> args, List<Boolean> moves) {
    var kinks = new Kinks();
    kinks.run(f, args, moves);
    var out = new ArrayList<Kink>();
    kinks.found.forEach(
        (at, s) -> {
          Origin where = at.node.scope().origin(at.node);
          String op = at.node.op().toString();
          out.add(
              new Kink(
                  op,
                  at.operand,
                  at.value,
                  s.used,
                  s.left,
                  s.right,
                  at.convention,
                  s.count,
                  where));
        });
    return List.copyOf(out);
  }

  private void add(
      Node y,
      int operand,
      String convention,
      double value,
      double used,
      double left,
      double right) {
    var at = new At(y, operand, convention, value + 0.0); // −0 is 0
    int before = found.get(at) instanceof Slopes s ? s.count : 0;
    found.put(at, new Slopes(used, left, right, before + 1));
  }

  // ---- running

  private List<Value> run(Graph f, List<? extends Value> args, List<Boolean> moves) {
    var values = new HashMap<Node, Value>();
    var moving = new HashSet<Node>();
    for (int i = 0; i < args.size(); i++) {
      values.put(f.params().get(i), args.get(i));
      if (moves.get(i)) moving.add(f.params().get(i));
    }
    for (Node y : f.order()) {
      if (y.op() instanceof Source.Parameter) continue;
      var x = new ArrayList<Value>();
      for (Node o : y.operands()) x.add(Objects.requireNonNull(values.get(o)));
      if (moves(y, moving)) moving.add(y);
      if (y.op() instanceof Control c) {
        var on = y.operands().stream().map(moving::contains).toList();
        values.put(y, new Value.Tuple(inside(c, x, on)));
        continue;
      }
      if (y.kind() instanceof Type) look(y, x, moving, values);
      values.put(y, Interpreter.value(y.op(), y.kind(), x));
      if (y.op() instanceof Factoring && moving.contains(y))
        equalValues(y, (Value.Tuple) Objects.requireNonNull(values.get(y)));
    }
    return f.results().stream().map(r -> Objects.requireNonNull(values.get(r))).toList();
  }

  private static boolean moves(Node y, Set<Node> moving) {
    boolean several = y.op() instanceof Control || y.op() instanceof Packing;
    for (int i = 0; i < y.operands().size(); i++)
      if (moving.contains(y.x(i)) && (several || !(y.op().on(i) instanceof Dependence.Constant)))
        return true;
    return false;
  }

  private List<Value> inside(Control op, List<Value> x, List<Boolean> moves) {
    return switch (op) {
      case Call _ -> Controls.run(op, x, (g, args) -> run(g, args, moves));
      case Cond c ->
          Controls.run(
              op, x, (g, args) -> run(g, args, g == c.then() ? c.left(moves) : c.right(moves)));
      case Loop l -> {
        // a carry that stands still at first may move later
        var moving =
            Lists.concat(
                Collections.nCopies(l.carries(), moves.contains(true)),
                l.stacks(moves),
                l.captures(moves));
        yield Controls.run(
            op, x, (g, args) -> g == l.body() ? run(g, args, moving) : Program.of(g).run(args));
      }
      // their derivative is a rule that does not look inside
      case Custom _, External _, LinearSolve _ ->
          Controls.run(op, x, (g, args) -> Program.of(g).run(args));
    };
  }

  // ---- looking

  private void look(Node y, List<Value> x, Set<Node> moving, Map<Node, Value> values) {
    if (x.stream().anyMatch(v -> !(v instanceof Array))) return;
    var xs = x.stream().map(Array.class::cast).toList();
    switch (y.op()) {
      case Pointwise.Choice _ -> tie(y, moving, values);
      case Pointwise p -> {
        for (int i = 0; i < xs.size(); i++)
          if (moving.contains(y.x(i)) && xs.get(i).dtype().isFloat()) beside(y, p, xs, i);
      }
      case Reduction.Extreme e -> {
        if (moving.contains(y.x(0)) && xs.getFirst().dtype().isFloat())
          extreme(y, e, xs.getFirst());
      }
      case Reduction.ArgSort(var axis, _) -> {
        if (moving.contains(y.x(0)) && xs.getFirst().dtype().isFloat())
          sorted(y, axis, xs.getFirst());
      }
      case Source _,
          Movement _,
          Reduction _,
          Contraction _,
          Indexing _,
          io.leibniz.ir.Linalg _,
          Random _,
          Packing _,
          Control _ -> {}
    }
  }

  /** How far beside a value to look. Beside 0, where slopes like 1/√x are neither moderate nor out of range yet. */
  private static double step(double x) {
    return x == 0 ? 1e-100 : Math.ulp(x);
  }

  private void beside(Node y, Pointwise op, List<Array> xs, int operand) {
    if (op.on(operand) instanceof Dependence.Linear) return;
    Array x = xs.get(operand);
    boolean flat = op.on(operand) instanceof Dependence.Constant;
    if (flat && !y.dtype().isFloat()) return; // a comparison: the choice that it leads to tells
    Graph slope = flat ? null : slope(op, operand, xs);
    double[] low = along(y, slope, xs, operand, -1), at = along(y, slope, xs, operand, 0);
    double[] high = along(y, slope, xs, operand, 1);
    boolean jumps = flat || y.op() == Pointwise.Binary.REM;
    double[] below = jumps ? along(y, null, xs, operand, -1) : low;
    double[] above = jumps ? along(y, null, xs, operand, 1) : high;
    for (int i = 0; i < at.length; i++) {
      double v = x.number(i);
      if (!Double.isFinite(v)) continue;
      if (jumps && !same(below[i], above[i]))
        add(
            y,
            operand,
            "a jump, taken as flat",
            v,
            flat ? 0 : at[i],
            flat ? 0 : low[i],
            flat ? 0 : high[i]);
      else if (!flat
          && !(same(low[i], high[i]) && same(low[i], at[i]))) // ∞ beside ∞ has overflowed
      add(
            y,
            operand,
            convention(at[i], low[i], high[i]),
            v,
            at[i],
            limit(v, low[i]),
            limit(v, high[i]));
    }
  }

  private static String convention(double used, double left, double right) {
    if (Double.isNaN(used))
      return Double.isNaN(left) && Double.isNaN(right) ? "outside of the domain" : "no slope there";
    if (Double.isInfinite(used)) return "infinitely steep";
    return "a slope by convention";
  }

  /** Beside 0: what is huge grows without bound, what is tiny vanishes. */
  private static double limit(double x, double slope) {
    if (x != 0 || Double.isNaN(slope)) return slope;
    return Math.abs(slope) > 1e30
        ? Math.copySign(Double.POSITIVE_INFINITY, slope)
        : Math.abs(slope) < 1e-15 ? 0 : slope;
  }

  private static boolean same(double a, double b) {
    double apart = Math.abs(a - b); // ∞ beside a number, however great
    return a == b
        || apart < Double.POSITIVE_INFINITY
            && apart <= 1e-3 * Math.max(Math.abs(a), Math.abs(b)) + 1e-15;
  }

  /** The slope in one operand (the op itself, if there is none), that operand moved by a step. */
  private static double[] along(
      Node y, @Nullable Graph slope, List<Array> xs, int operand, int side) {
    var moved = new ArrayList<Value>(xs);
    if (side != 0) {
      Array x = xs.get(operand);
      double[] v = new double[x.size()];
      for (int i = 0; i < v.length; i++) {
        double h = x.dtype() == DType.F32 ? single((float) x.number(i)) : step(x.number(i));
        v[i] = x.number(i) + side * h;
      }
      Array beside = Array.of(x.shape(), v);
      moved.set(
          operand,
          x.dtype() == DType.F64
              ? beside
              : Interpreter.apply(new Pointwise.Cast(x.dtype()), List.of(beside)));
    }
    Array out =
        slope == null
            ? (Array) Interpreter.value(y.op(), y.kind(), moved)
            : (Array) Program.of(slope).run(moved).getFirst();
    double[] d = new double[out.size()];
    for (int i = 0; i < d.length; i++) d[i] = out.number(i);
    return d;
  }

  private static double single(float x) {
    return x == 0 ? 1e-30 : Math.ulp(x);
  }

  /** The slope of an elementwise op in one operand, as a graph of its operands: what forward mode makes of a tangent 1. */
  private Graph slope(Pointwise op, int operand, List<Array> xs) {
    List<Kind> kinds = xs.stream().map(Array::kind).toList();
    return slopes.computeIfAbsent(
        new Rule(op, operand, kinds),
        _ ->
            Interpreter.scope()
                .in(
                    () -> {
                      Graph f = Graph.close(kinds, ps -> List.of(Node.of(op, ps))).graph();
                      return Graph.close(
                              kinds,
                              ps -> {
                                var dxs =
                                    new ArrayList<@Nullable Delta>(
                                        Collections.nCopies(ps.size(), null));
                                dxs.set(operand, Delta.of(ps.get(operand).like(1)));
                                Delta dy = Jvp.of(f, ps, dxs).dys().getFirst();
                                return List.of(dy == null ? ps.get(operand).like(0) : dy.filled());
                              })
                          .graph();
                    }));
  }

  /** A choice whose predicate is a comparison: it changes sides where the two are equal. */
  private void tie(Node y, Set<Node> moving, Map<Node, Value> values) {
    Node p = y.x(0);
    if (!(p.op() instanceof Pointwise.Compare) || !p.x(0).dtype().isFloat()) return;
    var a = (Array) Objects.requireNonNull(values.get(p.x(0)));
    var b = (Array) Objects.requireNonNull(values.get(p.x(1)));
    for (int side = 0; side < 2; side++) {
      Node u = p.x(side);
      if (!moving.contains(u)) continue;
      double[][] slopes = null;
      for (int i = 0; i < a.size(); i++) {
        if (a.number(i) != b.number(i) || !Double.isFinite(a.number(i))) continue;
        if (slopes == null) slopes = branches(y, u, values);
        boolean now = truth(p, 0, 0),
            below = truth(p, side == 0 ? -1 : 1, 0),
            above = truth(p, side == 0 ? 1 : -1, 0);
        double left = slopes[below ? 0 : 1][i], right = slopes[above ? 0 : 1][i];
        if (!same(left, right) || slopes[2][i] != slopes[3][i])
          add(
              y,
              0,
              "a choice at a tie of %s takes its %s branch"
                  .formatted(p.op(), now ? "first" : "second"),
              a.number(i),
              slopes[now ? 0 : 1][i],
              left,
              right);
      }
    }
  }

  /** The comparison of two numbers that differ as {@code a} and {@code b} do. */
  private static boolean truth(Node p, double a, double b) {
    var xs =
        List.of(Array.of(Shape.SCALAR, new double[] {a}), Array.of(Shape.SCALAR, new double[] {b}));
    return Interpreter.apply(p.op(), xs).bool()[0];
  }

  /** The slopes of both branches in {@code u}, and their values. */
  private static double[][] branches(Node y, Node u, Map<Node, Value> values) {
    return Interpreter.scope()
        .in(
            () -> {
              var ends = List.of(y.x(1), y.x(2));
              var between = new HashMap<Node, Node>();
              Graph f =
                  Graph.close(
                          List.of(u.kind()),
                          ps -> {
                            between.put(u, ps.getFirst());
                            for (Node n : Node.order(ends))
                              if (n != u && n.operands().stream().anyMatch(between::containsKey))
                                between.put(
                                    n,
                                    n.copy(
                                        n.operands().stream()
                                            .map(
                                                o ->
                                                    between.containsKey(o)
                                                        ? Objects.requireNonNull(between.get(o))
                                                        : known(o, values))
                                            .toList()));
                            return ends.stream()
                                .map(
                                    e ->
                                        between.containsKey(e)
                                            ? Objects.requireNonNull(between.get(e))
                                            : known(e, values))
                                .toList();
                          })
                      .graph();
              Node at = Node.constant(Objects.requireNonNull(values.get(u)));
              var dual = Jvp.of(f, List.of(at), List.of(Delta.of(at.like(1))));
              var out = new double[4][];
              for (int k = 0; k < 2; k++) {
                Delta d = dual.dys().get(k);
                out[k] = numbers(d == null ? dual.ys().get(k).like(0) : d.filled());
                out[2 + k] = numbers(dual.ys().get(k));
              }
              return out;
            });
  }

  private static Node known(Node n, Map<Node, Value> values) {
    return Node.constant(Objects.requireNonNull(values.get(n)));
  }

  private static double[] numbers(Node n) {
    Array a = (Array) n.scope().value(n);
    double[] d = new double[a.size()];
    for (int i = 0; i < d.length; i++) d[i] = a.number(i);
    return d;
  }

  private void extreme(Node y, Reduction.Extreme e, Array x) {
    Array top = Interpreter.apply(e, List.of(x));
    var broadcast = new Movement.Broadcast(x.shape(), e.axes());
    Array back = Interpreter.apply(broadcast, List.of(top));
    var attains = Interpreter.apply(Pointwise.Compare.EQ, List.of(x, back));
    Array counts =
        Interpreter.apply(
            new Reduction.Sum(e.axes()),
            List.of(Interpreter.apply(new Pointwise.Cast(DType.I64), List.of(attains))));
    boolean least = e.least();
    for (int i = 0; i < counts.size(); i++)
      if (counts.integer(i) > 1)
        add(
            y,
            0,
            "equals share the slope evenly",
            top.number(i),
            1.0 / counts.integer(i),
            least ? 1 : 0,
            least ? 0 : 1);
  }

  private void sorted(Node y, int axis, Array x) {
    Array order = Interpreter.apply(y.op(), List.of(x));
    int n = x.shape().dim(axis), inner = x.shape().sub(axis + 1, x.shape().rank()).size();
    for (int i = 0; i < x.size(); i++) {
      int place = i / inner % n;
      if (place == 0) continue;
      int row = i - place * inner;
      double a = x.number(row + (int) order.integer(i - inner) * inner);
      double b = x.number(row + (int) order.integer(i) * inner);
      if (a == b) add(y, 0, "equals keep their order", a, 1, 0, 1);
    }
  }

  /** Eigenvalues and singular values that are equal but for rounding: which vectors span their space is open. */
  private void equalValues(Node y, Value.Tuple results) {
    int rank = y.x(0).shape().rank() - 1;
    for (Value part : results.parts()) {
      Array w = (Array) part;
      if (w.shape().rank() != rank) continue;
      int n = w.shape().dim(rank - 1);
      double rounding = Factoring.rounding(w.type());
      for (int i = 0; i < w.size(); i++) {
        if (i % n == 0) continue;
        double a = w.number(i - 1), b = w.number(i);
        if (Math.abs(a - b) <= rounding * Math.max(Math.abs(a), Math.abs(b)))
          add(
              y,
              0,
              "equal values, whose vectors have no derivative",
              b,
              Double.NaN,
              Double.NaN,
              Double.NaN);
      }
    }
  }
}
