package io.leibniz.transform;

import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.NodeSet;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The linear part of a derivative on its own: a graph from tangents, followed by what it {@code kept} of the
 * point, to the tangents of the results. {@code at[i]} says which of its results is the tangent of result i; −1: it does not move.
 */
public record Linearized(Graph push, List<Node> kept, List<Integer> at) {

  /** Cuts the nodes that depend on {@code dxs} out of the current scope. */
  public static Linearized of(List<? extends @Nullable Delta> dys, List<Node> dxs) {
    var ends = new ArrayList<Node>();
    var at = new ArrayList<Integer>();
    for (Delta dy : dys) {
      at.add(dy == null ? -1 : ends.size());
      if (dy != null) ends.add(dy.filled());
    }
    var order = Node.order(ends);
    var linear = NodeSet.dependent(order, dxs);
    var kept = new LinkedHashSet<Node>();
    for (Node n : order)
      if (linear.contains(n))
        for (Node x : n.operands()) if (!linear.contains(x) && !free(x)) kept.add(small(x));
    for (Node end : ends) if (!linear.contains(end) && !free(end)) kept.add(small(end));

    var known = List.copyOf(kept);
    Scope scope = Scope.inner();
    var params = new ArrayList<Node>();
    Map<Node, Node> made = new HashMap<>();
    for (Node dx : dxs) made.put(dx, scope.parameter(dx.kind()));
    for (Node k : known) made.put(k, scope.parameter(k.kind()));
    for (Node dx : dxs) params.add(Objects.requireNonNull(made.get(dx)));
    for (Node k : known) params.add(Objects.requireNonNull(made.get(k)));
    var results =
        scope.in(
            () -> {
              for (Node n : order)
                if (linear.contains(n) && !made.containsKey(n))
                  made.put(
                      n,
                      scope.at(
                          n.scope().origin(n),
                          () ->
                              Node.of(
                                  n.op(),
                                  n.operands().stream().map(x -> inside(made, x)).toList())));
              return ends.stream().map(e -> inside(made, e)).toList();
            });
    return new Linearized(new Graph(params, results), known, List.copyOf(at));
  }

  private static Node inside(Map<Node, Node> made, Node x) {
    Node known = made.get(x);
    if (known != null) return known;
    return x.op() instanceof Movement.Broadcast
        ? Node.of(x.op(), inside(made, x.x(0)))
        : Scope.current().local(x);
  }

  /** A broadcast is made again from what it repeats. */
  private static Node small(Node x) {
    return x.op() instanceof Movement.Broadcast ? small(x.x(0)) : x;
  }

  /** What costs nothing to make again. */
  private static boolean free(Node x) {
    return x.op() instanceof Source.Literal
        || x.op() instanceof Source.Iota
        || x.op() instanceof Source.Endless
        || x.op() instanceof Source.Turns
        || x.isFull(0)
        || x.isFull(1);
  }

  /** The tangents of all results, absent where they do not move, in the current scope. */
  public List<@Nullable Delta> push(List<Node> dxs, List<Node> kept) {
    var args = new ArrayList<>(dxs);
    args.addAll(kept);
    var ends = push.inline(args);
    var out = new ArrayList<@Nullable Delta>();
    for (int i : at) out.add(i < 0 ? null : Delta.of(ends.get(i)));
    return out;
  }
}
