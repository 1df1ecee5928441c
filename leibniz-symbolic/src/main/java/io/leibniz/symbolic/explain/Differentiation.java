package io.leibniz.symbolic.explain;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Dependence;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Scope;
import io.leibniz.symbolic.algebra.Tidy;
import io.leibniz.symbolic.explain.Derivation.Action.Differentiated;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.transform.Jvp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Forward mode, one op at a time, each tangent simplified before the next op uses it: what the transform of core does to
 * a graph, at the pace of a reader. All derivatives of one expression share a scope, so that what was simplified once is known.
 */
final class Differentiation {
  private final Scope scope = Scope.blind("a derivative", Interpreter::value);
  private final Tidy tidy;
  private final List<Node> params = new ArrayList<>();
  private final Node root;

  Differentiation(Expression f) {
    this(f, Tidy::new);
  }

  /** One for high orders, whose formulas are not the shortest. */
  static Differentiation collecting(Expression f) {
    return new Differentiation(f, Tidy::collecting);
  }

  private Differentiation(Expression f, Supplier<Tidy> tidy) {
    for (Node p : f.graph().params()) params.add(scope.parameter(p.kind()));
    this.tidy = scope.in(tidy);
    root = scope.in(() -> f.graph().inline(params).getFirst());
  }

  /** A derivative, and the conditions under which its formula holds. */
  record Derived(Derivation derivation, Set<Node> conditions) {
    Node formula() {
      return derivation.formula();
    }
  }

  List<Node> params() {
    return params;
  }

  /** A letter that stands for an inner function. */
  Node parameter() {
    return scope.parameter(params.getFirst().kind());
  }

  Node root() {
    return root;
  }

  Node simple(Node n) {
    return in(() -> tidy.of(n));
  }

  List<Node> terms(Node n) {
    return in(() -> tidy.terms(n));
  }

  long size(Node n) {
    return tidy.size(n);
  }

  <R> R in(Supplier<R> body) {
    return scope.in(body);
  }

  /** A node of this scope as an expression of the same variables. */
  Expression expression(List<String> variables, Node n) {
    return new Expression(variables, new Graph(params, List.of(n)));
  }

  /** The derivative by a parameter: of {@code y} as it stands, or of its simplified form if that gives a shorter one. */
  Derived derivative(Node y, Node x) {
    return in(
        () -> {
          Derived asItStands = derived(y, y, x);
          Node simple = tidy.of(y);
          if (simple == y || tidy.size(simple) >= tidy.size(y)) return asItStands;
          Derived ofSimple = derived(y, simple, x);
          return tidy.size(ofSimple.formula()) < tidy.size(asItStands.formula())
              ? ofSimple
              : asItStands;
        });
  }

  private Derived derived(Node y, Node root, Node x) {
    Map<Node, Node> d = new HashMap<>();
    d.put(x, x.like(1));
    var conditions = new LinkedHashSet<Node>();
    var steps = new ArrayList<Differentiated>();
    var needed = new Needed(root);
    for (Node n : Node.order(List.of(root))) {
      if (n == x || !needed.is(n) || n.operands().stream().noneMatch(d::containsKey)) continue;
      var local = local(n, d);
      if (local == null) continue;
      for (Node c : local.conditions) {
        Node guarded = needed.when(n, c);
        if (guarded != null) conditions.add(guarded);
      }
      Node simple = tidy.of(local.formula);
      if (simple.isFull(0) && n != root) continue; // as if it did not move
      steps.add(new Differentiated(n, local.formula));
      d.put(n, simple);
    }
    var held = new LinkedHashSet<Node>();
    for (Node c : conditions) {
      Node simple = tidy.of(c);
      if (!simple.isFull(1)) held.add(simple);
    }
    Node formula = d.getOrDefault(root, x.like(0));
    return new Derived(
        new Derivation(
            y, root, x, formula, Replay.log(y, root, leading(root, steps), tidy.rewrites())),
        held);
  }

  /** The steps that lead to the root: not those inside of what turned out not to move. */
  private static List<Differentiated> leading(Node root, List<Differentiated> steps) {
    var needed = new HashSet<>(List.of(root));
    var out = new ArrayList<Differentiated>();
    for (Differentiated step : steps.reversed())
      if (needed.contains(step.y())) {
        needed.addAll(step.y().operands());
        out.addFirst(step);
      }
    return out;
  }

  private record Local(Node formula, List<Node> conditions) {}

  /** The slope of one op on operand {@code i}, at operands {@code xs}: what the chain rule multiplies by. */
  Node slope(Op op, List<Node> xs, int i) {
    return in(
        () -> {
          var local = local(Node.of(op, xs), Map.of(xs.get(i), xs.get(i).like(1)));
          return local == null ? xs.get(i).like(0) : tidy.of(local.formula);
        });
  }

  /** How one op's result moves with its operands: forward mode of core on a graph of that op alone. */
  private @Nullable Local local(Node y, Map<Node, Node> d) {
    var deltas = new ArrayList<@Nullable Delta>();
    for (int i = 0; i < y.operands().size(); i++) {
      Node dx = d.get(y.x(i));
      deltas.add(dx == null || y.op().on(i) instanceof Dependence.Constant ? null : Delta.of(dx));
    }
    if (deltas.stream().allMatch(delta -> delta == null)) return null;
    Graph alone =
        Graph.close(Control.kinds(y.operands()), xs -> List.of(Node.of(y.op(), xs))).graph();
    var moved = Jvp.of(alone, y.operands(), deltas).dys().getFirst();
    if (moved == null) return null;
    var stop = new LinkedHashSet<>(y.operands());
    stop.add(y);
    for (Delta delta : deltas) if (delta != null) stop.add(delta.value());
    Node raw = moved.filled();
    if ((y.op() == Binary.MAX || y.op() == Binary.MIN) && y.x(0) != y.x(1))
      return wins(y, raw, stop, deltas);
    var plain = new PlainSlope(stop);
    return new Local(plain.of(raw), plain.conditions());
  }

  /** Of two operands each wins on its side; where they are equal the formula says nothing. */
  private static Local wins(Node y, Node raw, Set<Node> stop, List<@Nullable Delta> deltas) {
    Node a = y.x(0), b = y.x(1);
    Node more = new PlainSlope(stop).assuming(a, b, 1).of(raw),
        less = new PlainSlope(stop).assuming(a, b, -1).of(raw);
    boolean max = y.op() == Binary.MAX;
    Node ofA = max ? more : less, ofB = max ? less : more;
    Compare wins = max ? Compare.GT : Compare.LT, loses = max ? Compare.LT : Compare.GT;
    Node formula =
        deltas.getFirst() == null
            ? a.compare(loses, b).select(ofB, ofA)
            : a.compare(wins, b).select(ofA, ofB);
    return new Local(formula, List.of(a.compare(Compare.NE, b)));
  }

  /** Under which condition the derivative of a node is used: that of the branch it stands in. */
  private static final class Needed {
    private final Map<Node, Node> when = new HashMap<>();
    private final Set<Node> always = new LinkedHashSet<>();

    Needed(Node root) {
      always.add(root);
      for (Node n : Node.order(List.of(root)).reversed()) {
        if (!always.contains(n) && !when.containsKey(n)) continue;
        for (int i = 0; i < n.operands().size(); i++) {
          if (n.op().on(i) instanceof Dependence.Constant) continue;
          if (n.op() != Choice.SELECT) pass(n.x(i), when.get(n), always.contains(n));
          else {
            Node branch = i == 1 ? n.x(0) : n.x(0).not();
            pass(n.x(i), always.contains(n) ? branch : branch.and(outer(n)), false);
          }
        }
      }
    }

    private Node outer(Node n) {
      Node outer = when.get(n);
      if (outer == null) throw new AssertionError(n);
      return outer;
    }

    private void pass(Node x, @Nullable Node condition, boolean all) {
      if (all || condition == null) always.add(x);
      else when.merge(x, condition, Node::or);
    }

    boolean is(Node n) {
      return always.contains(n) || when.containsKey(n);
    }

    /** {@code c}, as far as {@code y} is needed. */
    @Nullable Node when(Node y, Node c) {
      if (always.contains(y)) return c;
      Node branch = when.get(y);
      return branch == null || branch == c ? null : branch.not().or(c);
    }
  }
}
