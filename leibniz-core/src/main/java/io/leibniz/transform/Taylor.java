package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Dependence.Constant;
import io.leibniz.ir.Dependence.Curved;
import io.leibniz.ir.Dependence.Linear;
import io.leibniz.ir.Dependence.Zeros;
import io.leibniz.ir.Factoring;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.PerNode;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Taylor mode: a graph on power series in t, where {@code x(t) = x + t·dx}. All derivatives along a direction, in one
 * sweep. There is no second table of rules:
 *
 * <ul>
 *   <li>An op that is linear in what moves takes coefficients to coefficients; linear in each of several groups, it
 *       is their Cauchy product.
 *   <li>Of any other op forward mode knows the tangent, {@code y' = T(x, y; x')}, which is linear in x'. Read as
 *       a differential equation of power series it gives {@code k·y_k = T_{k−1}}: the coefficients of T up to k − 1 need
 *       those of y up to k − 1 only. T is a graph of ops, of which the same is true.
 * </ul>
 *
 * <p>For a smooth op T is its slope times x', which is the textbook's {@code k·y_k = Σ j·x_j·s_{k−j}} with s the slope's
 * own series. Every coefficient is asked for lazily, and made once: the series of {@code sin x} needs that of {@code cos x},
 * which needs that of {@code sin x}, one coefficient less each time. The same op on the same series is the same series,
 * which closes the circle and keeps the cost polynomial.
 */
public final class Taylor {
  private final Map<Node, Series> still = new HashMap<>();
  private final Map<Applied, Series> applied = new HashMap<>();
  private final Map<Moved, Tangent> tangents = new HashMap<>();

  private Taylor() {}

  /** The curve that {@code f} makes of another, to the same order. */
  static Jet through(Graph f, Jet xs) {
    Scope scope = Scope.current();
    var taylor = new Taylor();
    var args = new ArrayList<Series>();
    for (int i = 0; i < xs.points().size(); i++) {
      Node x = scope.local(xs.points().get(i));
      var coefficients = new ArrayList<@Nullable Delta>();
      for (var row : xs.coefficients()) coefficients.add(row.get(i));
      boolean moves = coefficients.stream().anyMatch(Objects::nonNull);
      args.add(moves ? new Given(x, coefficients) : taylor.still(x));
    }
    var results = taylor.emit(f, args, xs.order());
    var rows = new ArrayList<List<@Nullable Delta>>();
    for (int k = 1; k <= xs.order(); k++) rows.add(all(results, k));
    return new Jet(points(results), rows);
  }

  /**
   * Emits the coefficients of {@code f} at {@code xs}, moving along {@code dxs}, into the current scope: for each order
   * 0 … n one of each result, absent where it is zero everywhere.
   */
  public static List<List<@Nullable Delta>> of(
      Graph f, List<Node> xs, List<? extends @Nullable Delta> dxs, int n) {
    Scope scope = Scope.current();
    var taylor = new Taylor();
    var args = new ArrayList<Series>();
    for (int i = 0; i < xs.size(); i++) {
      Node x = scope.local(xs.get(i));
      args.add(dxs.get(i) instanceof Delta dx ? new Given(x, List.of(dx)) : taylor.still(x));
    }
    var results = taylor.emit(f, args, n);
    var out = new ArrayList<List<@Nullable Delta>>();
    for (int k = 0; k <= n; k++) out.add(all(results, k));
    return out;
  }

  /** The series of the results, up to order n made now: from the end of a long chain it would be too deep to descend. */
  private List<Series> emit(Graph f, List<Series> args, int n) {
    Scope scope = Scope.current();
    var series = new PerNode<Series>(f);
    var several = new PerNode<List<Series>>(f);
    for (int i = 0; i < args.size(); i++) series.put(f.params().get(i), args.get(i));
    for (Node y : f.order()) {
      if (y.op() instanceof Source.Parameter) continue;
      if (y.op() instanceof Packing.Part(var i)
          && several.find(y.x(0)) instanceof List<Series> all) {
        series.put(y, all.get(i));
        continue;
      }
      scope.at(
          y.scope().origin(y),
          () -> {
            var operands = series.at(y.operands());
            if (y.op() instanceof Control c) {
              several.put(y, control(c, y, operands, n));
              return y;
            }
            if (!(y.op() instanceof Packing.Part))
              y.copy(points(operands)); // its value at t = 0, if that is known
            Series s = step(y.op(), operands);
            if (!(s.type instanceof Kind.Tuple)) s.at(n);
            series.put(y, s);
            return y;
          });
    }
    return series.at(f.results());
  }

  /** A loop turns on all coefficients at once. */
  private List<Series> control(Control op, Node y, List<Series> xs, int n) {
    if (n == 0 || xs.stream().allMatch(x -> x instanceof Still))
      return y.copy(points(xs)).parts().stream().map(this::still).toList();
    var rows = new ArrayList<List<@Nullable Delta>>();
    for (int k = 1; k <= n; k++) rows.add(all(xs, k));
    Jet ys = ControlRules.of(op).forward(new Jet(points(xs), rows));
    var out = new ArrayList<Series>();
    for (int i = 0; i < ys.points().size(); i++) {
      var coefficients = new ArrayList<@Nullable Delta>();
      for (var row : ys.coefficients()) coefficients.add(row.get(i));
      boolean moves = coefficients.stream().anyMatch(Objects::nonNull);
      Node at = ys.points().get(i);
      out.add(moves ? new Given(at, coefficients) : still(at));
    }
    return out;
  }

  private List<Series> run(Graph f, List<Series> args) {
    var series = new PerNode<Series>(f);
    for (int i = 0; i < args.size(); i++) series.put(f.params().get(i), args.get(i));
    for (Node y : f.order())
      if (!(y.op() instanceof Source.Parameter))
        series.put(y, step(y.op(), series.at(y.operands())));
    return series.at(f.results());
  }

  /** An op on series. */
  private Series step(Op op, List<Series> xs) {
    if (op instanceof Packing.Part(var i) && xs.getFirst() instanceof Several all)
      return all.parts.get(i);
    var moving = moving(op, xs);
    if (moving.isEmpty()) return still(Node.of(op, points(xs)));
    var key = new Applied(op, xs);
    Series known = applied.get(key);
    if (known == null) applied.put(key, known = make(op, xs, moving));
    return known;
  }

  /** The series that an exact law leads back to, x of {@code −(−x)}: else σ(x), whose slope is σ(x)·σ(−x), would never close. */
  private static @Nullable Series undone(Op op, List<Series> xs) {
    if (xs.size() != 1
        || !(xs.getFirst() instanceof Product inner && inner.xs.size() == 1)
        || !inner.xs.getFirst().type.equals(op.kind(List.of(inner.type)))) return null;
    Series x = inner.xs.getFirst();
    var twice =
        Graph.close(List.of(x.type), p -> List.of(Node.of(op, Node.of(inner.op, p)))).graph();
    var simple = Simplify.of(twice, Simplify.EXACT);
    return simple.results().equals(simple.params()) ? x : null;
  }

  private Series make(Op op, List<Series> xs, List<Integer> moving) {
    if (op instanceof Factoring) return new Several(op, xs);
    if (undone(op, xs) instanceof Series x) return x;
    if (moving.stream().allMatch(i -> op.on(i) instanceof Linear))
      return new Product(op, xs, moving);
    if (moving.stream().noneMatch(i -> op.on(i) instanceof Curved))
      for (int i = 0; i < xs.size(); i++)
        if (op.on(i) instanceof Linear(_, var zeros, _)
            && zeros == Zeros.SCALED
            && group(op, xs, i).size() == 1) return new Multiple(op, xs, i);
    return new Flow(op, xs);
  }

  private Series still(Node x) {
    return still.computeIfAbsent(x, Still::new);
  }

  private record Applied(Op op, List<Series> xs) {}

  private record Moved(Op op, List<Kind> xs, List<Integer> moving) {}

  // ---- the series

  /** A function of t by its coefficients. Each is emitted when it is first asked for, after those before it. */
  private abstract static class Series {
    final Kind type;

    /** Linear in the x' of the tangent it stands in: even its coefficient 0 is a delta, and may be absent. */
    final boolean tangent;

    private final List<@Nullable Delta> known = new ArrayList<>();
    private @Nullable Series rate;

    Series(Kind type, boolean tangent) {
      this.type = type;
      this.tangent = tangent;
    }

    abstract @Nullable Delta find(int k);

    final @Nullable Delta at(int k) {
      while (known.size() <= k) known.add(find(known.size()));
      return known.get(k);
    }

    /** Its value at t = 0. */
    final Node point() {
      return at(0) instanceof Delta d ? d.value() : Node.full(type, 0);
    }

    /** Its derivative by t. */
    final Series rate() {
      if (rate == null) rate = differentiate();
      return rate;
    }

    Series differentiate() {
      Series x = this;
      return new Series(type, true) {
        @Override
        @Nullable Delta find(int k) {
          return x.at(k + 1) instanceof Delta d && k > 0
              ? new Delta(d.value().times(k + 1), d.support(), d.zeroed())
              : x.at(k + 1);
        }
      };
    }
  }

  /** What does not move. */
  private static final class Still extends Series {
    final Node node;

    Still(Node node) {
      super(node.kind(), false);
      this.node = node;
    }

    @Override
    @Nullable Delta find(int k) {
      return k == 0 ? Delta.of(node) : null;
    }
  }

  /** One whose coefficients are known: an argument, what a loop made. Beyond them it is 0. */
  private static final class Given extends Series {
    private final Node x;
    private final List<@Nullable Delta> coefficients;

    Given(Node x, List<@Nullable Delta> coefficients) {
      super(x.kind(), false);
      this.x = x;
      this.coefficients = coefficients;
    }

    @Override
    @Nullable Delta find(int k) {
      if (k == 0) return Delta.of(x);
      return k <= coefficients.size() ? coefficients.get(k - 1) : null;
    }
  }

  /** An op on series; a tangent if one of them is. */
  private abstract static class Result extends Series {
    final Op op;
    final List<Series> xs;

    Result(Op op, List<Series> xs) {
      super(op.kind(xs.stream().map(x -> x.type).toList()), xs.stream().anyMatch(x -> x.tangent));
      this.op = op;
      this.xs = xs;
    }

    /** The op at t = 0. */
    Node start() {
      return Node.of(op, points(xs));
    }

    @Override
    final @Nullable Delta find(int k) {
      return k == 0 && !tangent ? Delta.of(start()) : next(k);
    }

    abstract @Nullable Delta next(int k);

    /** Linear op: coefficients for the operands of one group, the others held at t = 0. */
    final @Nullable Delta along(List<Integer> group, List<@Nullable Delta> dxs) {
      return op.on(group.getFirst()) instanceof Linear(var g, var zeros, _)
              && dxs.stream().anyMatch(d -> d != null)
          ? Jvp.along(start(), g, zeros, dxs)
          : null;
    }
  }

  /** Linear in each moving group: the sum of the products whose orders add up to k. */
  private static final class Product extends Result {
    private final List<List<Integer>> groups;

    Product(Op op, List<Series> xs, List<Integer> moving) {
      super(op, xs);
      groups = moving.stream().map(i -> group(op, xs, i)).distinct().toList();
    }

    @Override
    @Nullable Delta next(int k) {
      return terms(0, k, absent(xs));
    }

    private @Nullable Delta terms(int from, int k, List<@Nullable Delta> picked) {
      if (from == groups.size())
        return groups.size() == 1 ? along(groups.getFirst(), picked) : term(picked);
      Delta sum = null;
      for (int j = from == groups.size() - 1 ? k : 0; j <= k; j++) {
        boolean any = false;
        for (int i : groups.get(from)) {
          picked.set(i, coefficient(groups.get(from), i, j));
          any |= picked.get(i) != null;
        }
        if (any) sum = Delta.sum(sum, terms(from + 1, k - j, picked));
      }
      return sum;
    }

    /** What is added to a tangent and is none itself, such as the 0 of a select, is structurally zero: the whole is linear. */
    private @Nullable Delta coefficient(List<Integer> group, int i, int j) {
      boolean zero = !xs.get(i).tangent && group.stream().anyMatch(o -> xs.get(o).tangent);
      return zero ? null : xs.get(i).at(j);
    }

    private Delta term(List<@Nullable Delta> picked) {
      boolean scaled = groups.stream().allMatch(g -> zeros(g.getFirst()) == Zeros.SCALED);
      var operands = new ArrayList<>(points(xs));
      Node support = null;
      for (var group : groups)
        for (int i : group)
          if (picked.get(i) instanceof Delta d) {
            operands.set(i, scaled ? d.value() : d.filled());
            if (scaled) support = both(support, d.support());
          } else operands.set(i, Node.full(xs.get(i).type, 0));
      return Delta.of(Node.of(op, operands), support);
    }

    private Zeros zeros(int i) {
      return ((Linear) op.on(i)).zeros();
    }
  }

  /**
   * Linear in x and smooth in what else moves, element by element, as {@code x / b} is. With the ratio {@code e(t) =
   * b(0) / b(t)} it is {@code (x·e) / b(0)}: one series e serves all that is divided by b, and no power of 1 / b is formed.
   */
  private final class Multiple extends Result {
    private final int x;
    private final Series ratio;

    Multiple(Op op, List<Series> xs, int x) {
      super(op, xs);
      this.x = x;
      Kind type = xs.get(x).type;
      var held = new ArrayList<>(points(xs));
      held.set(x, Node.full(type, 1));
      var inverse = new ArrayList<>(xs);
      inverse.set(x, still(Node.of(op, held).recip(1)));
      ratio = applied.computeIfAbsent(new Applied(op, inverse), k -> new Ratio(op, k.xs));
    }

    @Override
    @Nullable Delta next(int k) {
      Delta sum = null;
      for (int j = 0; j < k; j++)
        if (xs.get(x).at(j) instanceof Delta d && ratio.at(k - j) instanceof Delta e)
          sum = Delta.sum(sum, Delta.of(d.value().mul(e.value()), both(d.support(), e.support())));
      // apart, as forward mode has it: ∞ − ∞ at b = 0
      return Delta.sum(held(xs.get(x).at(k)), held(sum));
    }

    private @Nullable Delta held(@Nullable Delta dx) {
      var dxs = absent(xs);
      dxs.set(x, dx);
      return along(List.of(x), dxs);
    }
  }

  /** Not linear: {@code k·y_k} is coefficient k − 1 of {@code y' = T(x, y; x')}, the tangent that forward mode gives. */
  private class Flow extends Result {
    private final List<Integer> moving;

    Flow(Op op, List<Series> xs) {
      super(op, xs);
      moving = moving(op, xs);
    }

    @Override
    @Nullable Delta next(int k) {
      return k == 0 ? linearly() : integral(rate(), k);
    }

    /** A tangent is linear in those among its operands. */
    private @Nullable Delta linearly() {
      int i =
          IntStream.range(0, xs.size()).filter(j -> xs.get(j).tangent).findFirst().orElseThrow();
      var group = group(op, xs, i);
      var dxs = absent(xs);
      for (int j : group) if (xs.get(j).tangent) dxs.set(j, xs.get(j).at(0));
      return along(group, dxs);
    }

    @Override
    Series differentiate() {
      return rates(op, xs, moving).getFirst();
    }
  }

  /** One that is 1 at t = 0. */
  private final class Ratio extends Flow {
    Ratio(Op op, List<Series> xs) {
      super(op, xs);
    }

    @Override
    Node start() {
      return Node.full(type, 1);
    }
  }

  /** The results of an op that has several, none of them linear in x: each flows, and all of them together. */
  private final class Several extends Result {
    final List<Series> parts = new ArrayList<>();
    private @Nullable List<Series> rates;

    Several(Op op, List<Series> xs) {
      super(op, xs);
      for (Kind part : ((Kind.Tuple) type).parts()) parts.add(part(parts.size(), part));
    }

    private Series part(int i, Kind kind) {
      return new Series(kind, false) {
        @Override
        @Nullable Delta find(int k) {
          return k == 0 ? Delta.of(start().part(i)) : integral(rate(), k);
        }

        @Override
        Series differentiate() {
          return Several.this.rates().get(i);
        }
      };
    }

    private List<Series> rates() {
      if (rates == null) rates = Taylor.this.rates(op, xs, moving(op, xs));
      return rates;
    }

    @Override
    @Nullable Delta next(int k) {
      throw new AssertionError(op + " has several results");
    }
  }

  /** Coefficient k of what has this rate. */
  private static @Nullable Delta integral(Series rate, int k) {
    Delta d = rate.at(k - 1);
    return d == null || k == 1
        ? d
        : new Delta(d.value().div(d.value().like(k)), d.support(), d.zeroed());
  }

  /** y' of each result, by the tangent of the op. */
  private List<Series> rates(Op op, List<Series> xs, List<Integer> moving) {
    var types = xs.stream().map(x -> x.type).toList();
    var t = tangents.computeIfAbsent(new Moved(op, types, moving), Taylor::tangent);
    var args = new ArrayList<>(xs);
    for (int i : moving) args.add(xs.get(i).rate());
    for (Node c : t.closed.captures()) args.add(still(Scope.current().local(c)));
    var next = run(t.closed.graph(), args).iterator();
    var values = new ArrayList<@Nullable Series>();
    for (var slot : t.layout.slots()) values.add(slot.there() ? next.next() : null);
    var out = new ArrayList<Series>();
    for (int i = 0; i < values.size(); i++)
      out.add(
          rate(
              t.kinds.get(i),
              values.get(i),
              t.layout.slots().get(i).masked() ? next.next().point() : null));
    return out;
  }

  private static Series rate(Kind kind, @Nullable Series dy, @Nullable Node support) {
    return new Series(kind, true) {
      @Override
      @Nullable Delta find(int k) {
        Delta d = dy == null ? null : dy.at(k);
        return d == null || support == null || d.support() == support ? d : d.under(support);
      }
    };
  }

  /** {@code (x, x') -> y'} as a graph, with what its layout says beside it; the kinds are those of the results. */
  private record Tangent(Graph.Closed closed, Layout layout, List<Kind> kinds) {}

  /** y is among the nodes as the op on x. */
  private static Tangent tangent(Moved m) {
    Kind kind = m.op.kind(m.xs);
    var kinds = kind instanceof Kind.Tuple(var parts) ? parts : List.of(kind);
    var layout = new ArrayList<Layout>();
    var types = new ArrayList<>(m.xs);
    for (int i : m.moving) types.add(m.xs.get(i));
    var closed =
        Graph.close(
            types,
            params -> {
              int n = m.xs.size();
              var dxs = new ArrayList<@Nullable Delta>(Collections.nCopies(n, null));
              for (int j = 0; j < m.moving.size(); j++)
                dxs.set(m.moving.get(j), Delta.of(params.get(n + j)));
              var dys = Jvp.tangents(Node.of(m.op, params.subList(0, n)), dxs);
              layout.add(Layout.of(dys));
              return layout.getFirst().nodes(dys, kinds);
            });
    return new Tangent(closed, layout.getFirst(), kinds);
  }

  // ---- small things

  private static List<@Nullable Delta> all(List<Series> xs, int k) {
    var out = new ArrayList<@Nullable Delta>();
    for (Series x : xs) out.add(x.at(k));
    return out;
  }

  private static List<Node> points(List<Series> xs) {
    return xs.stream().map(Series::point).toList();
  }

  private static List<Integer> moving(Op op, List<Series> xs) {
    return IntStream.range(0, xs.size())
        .filter(i -> !(xs.get(i) instanceof Still) && !(op.on(i) instanceof Constant))
        .boxed()
        .toList();
  }

  /** The operands in which {@code op} is linear jointly with operand i. */
  private static List<Integer> group(Op op, List<Series> xs, int i) {
    int group = ((Linear) op.on(i)).group();
    return IntStream.range(0, xs.size())
        .filter(j -> op.on(j) instanceof Linear(var g, _, _) && g == group)
        .boxed()
        .toList();
  }

  private static List<@Nullable Delta> absent(List<Series> xs) {
    return new ArrayList<@Nullable Delta>(Collections.nCopies(xs.size(), null));
  }

  /** Where both are supported. */
  private static @Nullable Node both(@Nullable Node a, @Nullable Node b) {
    return a == null || a == b ? b : b == null ? a : a.and(b);
  }
}
