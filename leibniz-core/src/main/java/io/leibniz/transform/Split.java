package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Dependence.Constant;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.NodeSet;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import io.leibniz.transform.Jvp.Dual;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Partial evaluation by dependence: what can be computed without the linear arguments, and what is linear in
 * them. Straight-line code is split as it stands; a control op becomes two, one known and one linear.
 */
public final class Split {
  private Split() {}

  /** Forward mode, split: emits {@code f} at {@code xs}; its tangents are linear in {@code dxs}, parameters of the current scope. */
  public static Dual jvp(Graph f, List<Node> xs, List<? extends @Nullable Delta> dxs) {
    if (!f.hasControl()) return Jvp.of(f, xs, dxs);
    var layouts = new ArrayList<Layout>();
    var given = Layout.of(dxs);
    var kinds = Control.kinds(xs);
    var moving = given.nodes(dxs, kinds);
    var closed =
        Graph.close(
            Lists.concat(kinds, Control.kinds(moving)),
            ps -> {
              var own = ps.subList(0, xs.size());
              var dual = Jvp.of(f, own, given.deltas(ps.subList(xs.size(), ps.size())));
              layouts.add(Layout.of(dual.dys()));
              return Lists.concat(
                  dual.ys(), layouts.getFirst().nodes(dual.dys(), Control.kinds(dual.ys())));
            });
    var args = new ArrayList<>(Marked.all(xs, false));
    for (Node dx : moving) args.add(new Marked(dx, dx.dtype().isFloat())); // supports are known
    args.addAll(Marked.all(closed.captures(), false));
    var ys = Marked.nodes(of(closed.graph(), args));
    int n = f.results().size();
    return new Dual(ys.subList(0, n), layouts.getFirst().deltas(ys.subList(n, ys.size())));
  }

  /** Emits {@code f} so that every control op in it is either known or linear, never both. */
  static List<Marked> of(Graph f, List<Marked> xs) {
    return Walk.over(
        f,
        xs.stream().map(Marked::local).toList(),
        (y, x) -> {
          if (y.op() instanceof Control c && Marked.any(x)) return ControlRules.of(c).split(x);
          Node at = y.copy(Marked.nodes(x));
          return at.hasParts()
              ? Marked.all(at.parts(), Marked.any(x))
              : List.of(new Marked(at, linear(y, x)));
        });
  }

  private static boolean linear(Node y, List<Marked> x) {
    for (int i = 0; i < x.size(); i++)
      if (x.get(i).on() && !(y.op().on(i) instanceof Constant)) return true;
    return false;
  }

  /**
   * The linear part on its own. {@code kept} are the known nodes that it needs and shall not compute itself; the
   * other known nodes are computed again wherever it is replayed.
   */
  record Cut(List<Node> results, List<Node> dummies, List<Node> kept) {

    /** Keeps the known nodes that the linear ones touch and for which {@code keep} holds. */
    static Cut of(List<Node> results, List<Node> dummies, Predicate<Node> keep) {
      return of(results, dummies, keep, new NodeSet());
    }

    /** Likewise; what is {@code read} and not kept is computed again from the elements that it was read from, which are kept in its stead. */
    static Cut of(List<Node> results, List<Node> dummies, Predicate<Node> keep, NodeSet read) {
      var order = Node.order(results);
      var linear = NodeSet.dependent(order, dummies);
      var touched = new ArrayDeque<>(results);
      for (Node y : order) if (linear.contains(y)) touched.addAll(y.operands());
      var kept = new LinkedHashSet<Node>();
      var seen = new NodeSet();
      for (Node x = touched.poll(); x != null; x = touched.poll()) {
        if (linear.contains(x) || !seen.add(x)) continue;
        if (keep.test(x)) {
          if (x.op() instanceof Movement.Broadcast) touched.add(x.x(0)); // kept small
          else kept.add(x);
        } else if (read.contains(x)) {
          if (x.op() instanceof Source.Parameter) kept.add(x);
          else touched.addAll(x.operands());
        }
      }
      return new Cut(results, dummies, List.copyOf(kept));
    }

    /** Keeps whatever was computed from parameters; the parameters themselves stand for outer nodes, which are there anyway. */
    static Cut keeping(List<Node> results, List<Node> dummies) {
      var made = dependent(results, n -> n.op() instanceof Source.Parameter);
      return of(results, dummies, n -> made.contains(n) && !(n.op() instanceof Source.Parameter));
    }

    /** Emits the linear part into the current scope; parameters that stand for an outer node give way to it. */
    List<Node> replay(List<Node> linear, List<Node> known) {
      Scope scope = Scope.current();
      Map<Node, Node> made = new HashMap<>();
      for (int i = 0; i < linear.size(); i++) made.put(dummies.get(i), linear.get(i));
      for (int i = 0; i < known.size(); i++) made.put(kept.get(i), known.get(i));
      for (Node n : Node.order(results, made::containsKey)) {
        Node outer = n.scope().outer(n);
        made.put(
            n,
            outer != null
                ? outer
                : scope.at(
                    n.scope().origin(n),
                    () ->
                        n.copy(
                            n.operands().stream()
                                .map(x -> Objects.requireNonNull(made.get(x)))
                                .toList())));
      }
      return results.stream().map(r -> Objects.requireNonNull(made.get(r))).toList();
    }
  }

  /** All that depends on a source, sources included. */
  static NodeSet dependent(Collection<Node> results, Predicate<Node> source) {
    var dependent = new NodeSet();
    for (Node n : Node.order(results))
      if (source.test(n) || dependent.containsAny(n.operands())) dependent.add(n);
    return dependent;
  }
}
