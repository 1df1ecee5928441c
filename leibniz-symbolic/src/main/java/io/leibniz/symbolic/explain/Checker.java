package io.leibniz.symbolic.explain;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import io.leibniz.ir.Value;
import io.leibniz.symbolic.explain.Derivation.Action;
import io.leibniz.symbolic.explain.Derivation.Action.Differentiated;
import io.leibniz.symbolic.explain.Derivation.Action.Rewritten;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of a derivative as a teacher would, knowing nothing of how derivatives are found: neither the transforms nor
 * the derivative table. Of each step over one op it compares the chain rule, with slopes of that op from differences of its
 * values, to what the log claims; both sides of each law it evaluates; and it applies the laws again to see that the
 * steps lead from the function to the formula without a gap.
 */
public final class Checker {
  private static final int WANTED = 5, TRIED = 80, ANY = 8;
  private static final double SLOPES = 1e-5, LAWS = 1e-7;

  private final Derivation log;
  private final List<Map<Node, Double>> points = new ArrayList<>();
  private final Map<Node, Node> derivatives = new HashMap<>();
  private final Replay replay = new Replay();

  private Checker(Derivation log) {
    this.log = log;
  }

  /** What is wrong with a log; nothing if it is right. */
  public static Optional<String> complaint(Derivation log) {
    return Optional.ofNullable(log.y().scope().in(() -> new Checker(log).complaint()));
  }

  private @Nullable String complaint() {
    choosePoints();
    for (Action a : log.actions()) if (a instanceof Rewritten r) replay.add(r);
    if (log.from() != log.y() && replay.of(log.y()) != log.from())
      return "the laws do not lead from the function to what was differentiated";
    for (Action a : log.actions())
      if (a instanceof Rewritten r && !agree(r.before(), r.after()))
        return "not equal, by the law " + r.law() + ": " + r.before() + " and " + r.after();
    derivatives.put(log.x(), log.x().like(1));
    for (Action a : log.actions())
      if (a instanceof Differentiated d) {
        String wrong = step(d);
        if (wrong != null) return wrong;
      }
    if (!derivatives.containsKey(log.from()) && moves(log.from()))
      return "no step says how the function itself moves";
    Node found = derivatives.getOrDefault(log.from(), log.x().like(0));
    return found == log.formula() ? null : "the steps do not end in the formula";
  }

  private @Nullable String step(Differentiated d) {
    if (d.y() == log.x() || derivatives.containsKey(d.y()))
      return "two steps say how " + d.y() + " moves";
    for (Node x : d.y().operands()) {
      if (!x.dtype().isFloat() || x == log.x() && derivatives.isEmpty()) continue;
      Node dx = derivatives.get(x);
      if (dx == null && moves(x))
        return "no step says how " + x + " moves, which " + d.y() + " is made of";
      if (dx != null && !Node.order(List.of(d.raw())).contains(dx))
        return "the derivative of " + x + " is not the one that was found";
    }
    if (!isMadeOf(d.raw(), d.y())) return "made of what no step has found: " + d.raw();
    int seen = 0, wrong = 0;
    for (Map<Node, Double> at : points)
      if (holds(d, at, 1) instanceof Boolean one) {
        seen++;
        if (!one && Boolean.FALSE.equals(holds(d, at, 1e-3))) wrong++;
      }
    if (2 * wrong > seen) return "not the derivative of " + d.y() + ": " + d.raw();
    Node simple = replay.of(d.raw());
    if (simple == null) return "the laws go round in circles";
    derivatives.put(d.y(), simple);
    return null;
  }

  /** Whether nothing stands in a formula but {@code y}, its operands, derivatives that have been found, and numbers. */
  private boolean isMadeOf(Node raw, Node y) {
    var given = new HashSet<>(derivatives.values());
    given.addAll(y.operands());
    given.add(y);
    return Node.order(List.of(raw), given::contains).stream()
        .noneMatch(n -> n.op() instanceof Source.Parameter);
  }

  /** Whether the chain rule gives what is claimed, by differences over steps of a certain size; null where nothing can be told. */
  private @Nullable Boolean holds(Differentiated d, Map<Node, Double> at, double size) {
    double claimed = value(d.raw(), at), scale = Math.abs(claimed), sum = 0, rounding = 0;
    for (int i = 0; i < d.y().operands().size(); i++) {
      if (!(derivatives.get(d.y().x(i)) instanceof Node derivative)) continue;
      double slope = slope(d.y(), i, at, size), dx = value(derivative, at);
      double term = slope == 0 ? 0 : slope * dx;
      sum += term;
      scale += Math.abs(term);
      double lost = Math.abs(dx) * Math.ulp(value(d.y(), at)) / step(d.y().x(i), at, size);
      if (Double.isFinite(lost))
        rounding += lost; // else of a branch that is not taken, or the sum is infinite too
    }
    if (!Double.isFinite(sum)
        || !Double.isFinite(claimed)
        || scale > 1e8
        || rounding > 1e-2 * scale) return null;
    return Math.abs(sum - claimed) <= SLOPES * (scale + 1e-3) + 4 * rounding;
  }

  /** Whether a node's value changes with the variable: at most points. */
  private boolean moves(Node n) {
    if (n == log.x() || !n.dtype().isFloat()) return n == log.x();
    int seen = 0, moved = 0;
    for (Map<Node, Double> at : points) {
      double y = value(n, at), change = 0;
      for (double h : new double[] {1e-3, 1e-6}) {
        var there = new HashMap<Node, Double>();
        for (var e : at.entrySet())
          if (e.getKey().op() instanceof Source.Parameter) there.put(e.getKey(), e.getValue());
        there.merge(log.x(), h, Double::sum);
        double by = Math.abs(value(n, there) - y);
        change = h == 1e-3 ? by : Math.min(change, by);
      }
      if (!Double.isFinite(change)) continue;
      seen++;
      if (change > 1e-11 * (1 + Math.abs(y))) moved++;
    }
    return 2 * moved > seen;
  }

  /** How fast an op's value alone changes with operand {@code i}: a difference quotient of fourth order. */
  private static double slope(Node y, int i, Map<Node, Double> at, double size) {
    double x = value(y.x(i), at), h = step(y.x(i), at, size);
    double near = moved(y, i, at, x + h) - moved(y, i, at, x - h),
        far = moved(y, i, at, x + 2 * h) - moved(y, i, at, x - 2 * h);
    return (8 * near - far) / (12 * h);
  }

  private static double step(Node x, Map<Node, Double> at, double size) {
    return size * 1e-3 * Math.max(1e-2, Math.abs(value(x, at)));
  }

  private static double moved(Node y, int i, Map<Node, Double> at, double to) {
    var xs = new ArrayList<Value>();
    for (int j = 0; j < y.operands().size(); j++)
      xs.add(scalar(y.x(j).dtype(), j == i ? to : value(y.x(j), at)));
    return number(y.op(), y, xs);
  }

  private boolean agree(Node a, Node b) {
    int seen = 0, wrong = 0;
    for (Map<Node, Double> at : points) {
      double p = value(a, at), q = value(b, at);
      if (!Double.isFinite(p) || !Double.isFinite(q)) continue;
      if (a.dtype() == DType.BOOL && (isUndefined(a, at) || isUndefined(b, at))) continue;
      seen++;
      if (Math.abs(p - q) > LAWS * (Math.abs(p) + Math.abs(q)) + 1e-12) wrong++;
    }
    return 2 * wrong <= seen;
  }

  /** Whether a truth is one about what is no number, or beyond what doubles hold. */
  private static boolean isUndefined(Node truth, Map<Node, Double> at) {
    return Node.order(List.of(truth)).stream().anyMatch(n -> !Double.isFinite(value(n, at)));
  }

  // ---- points and values

  /** Points at which the function has a value, from several scales. */
  private void choosePoints() {
    var random = new SplittableRandom(1);
    var names =
        Node.order(List.of(log.y())).stream()
            .filter(n -> n.op() instanceof Source.Parameter)
            .toList();
    for (int i = 0; i < TRIED && points.size() < WANTED + ANY; i++) {
      double scale = List.of(1.0, 3.0, 0.3, 10.0).get(i % 4);
      var at = new HashMap<Node, Double>();
      for (Node p : names)
        at.put(p, scale * (i % 3 == 0 ? random.nextDouble(-1, 1) : random.nextDouble(0.05, 1)));
      at.putIfAbsent(log.x(), 0.5);
      // steps inside a function that has no value can be judged where they have one
      if (i < ANY || Double.isFinite(value(log.y(), at))) points.add(at);
    }
  }

  private static double value(Node y, Map<Node, Double> at) {
    Double known = at.get(y);
    if (known != null) return known;
    for (Node n : Node.order(List.of(y), at::containsKey)) {
      var xs = new ArrayList<Value>();
      for (Node x : n.operands()) xs.add(scalar(x.dtype(), value(x, at)));
      at.put(n, n.op() instanceof Source.Parameter ? Double.NaN : number(n.op(), n, xs));
    }
    return at.getOrDefault(y, Double.NaN);
  }

  private static double number(Op op, Node y, List<Value> xs) {
    return ((Array) Interpreter.value(op, y.kind(), xs)).number(0);
  }

  private static Array scalar(DType dtype, double x) {
    return dtype == DType.BOOL
        ? Array.of(Shape.SCALAR, new boolean[] {x != 0})
        : Array.of(Shape.SCALAR, new double[] {x});
  }
}
