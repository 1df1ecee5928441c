package io.leibniz.symbolic.explain;

import io.leibniz.ir.Node;
import io.leibniz.symbolic.algebra.Relu;
import io.leibniz.symbolic.algebra.Tidy;
import io.leibniz.symbolic.explain.Derivation.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A log of laws, applied again: what each formula became, and which of the laws that took. */
final class Replay {
  private static final int MOST_TURNS = 10_000;

  private final Map<Node, Action.Rewritten> laws = new HashMap<>();
  private final Map<Node, Node> became = new HashMap<>();
  private final Set<Action.Rewritten> used = new HashSet<>();
  private final List<Action.Rewritten> news = new ArrayList<>();

  void add(Action.Rewritten law) {
    if (laws.putIfAbsent(law.before(), law) == null) became.clear();
  }

  /** {@code root} with every law applied wherever its left side stands, operands first; null if that does not end. */
  @Nullable Node of(Node root) {
    int turns = 0;
    var open = new ArrayList<Node>(List.of(root));
    while (!open.isEmpty()) {
      if (++turns > MOST_TURNS + 50 * laws.size()) return null;
      Node n = open.getLast();
      if (became.containsKey(n)) {
        open.removeLast();
        continue;
      }
      boolean ready = true;
      for (Node x : parts(n))
        if (!became.containsKey(x)) {
          open.add(x);
          ready = false;
        }
      if (!ready) continue;
      Node y = rebuilt(n);
      if (laws.get(y) instanceof Action.Rewritten law) {
        if (used.add(law)) news.add(law);
        if (!became.containsKey(law.after())) {
          if (law.after() == n) return null;
          open.add(law.after());
          continue;
        }
        became.put(n, became.get(law.after()));
      } else if (y != n && became.get(y) instanceof Node known) became.put(n, known);
      else {
        became.put(n, y);
        became.put(y, y);
      }
      open.removeLast();
    }
    return became.get(root);
  }

  /** relu is one function, its condition no part of it. */
  private static List<Node> parts(Node n) {
    return Relu.is(n) ? List.of(Relu.inside(n)) : n.operands();
  }

  private Node rebuilt(Node n) {
    if (n.operands().isEmpty()) return n;
    if (Relu.is(n)) return Relu.of(at(Relu.inside(n)));
    return Node.of(n.op(), n.operands().stream().map(this::at).toList());
  }

  private Node at(Node n) {
    Node now = became.get(n);
    if (now == null) throw new AssertionError(n);
    return now;
  }

  /** The steps that led from {@code y} to {@code from}, and from there to its derivative: after each the laws that it needed first. */
  static List<Action> log(
      Node y, Node from, List<Action.Differentiated> steps, List<Tidy.Rewrite> laws) {
    var replay = new Replay();
    for (Tidy.Rewrite r : laws) replay.add(new Action.Rewritten(r.law(), r.before(), r.after()));
    var out = new ArrayList<Action>();
    if (y != from) {
      replay.of(y);
      out.addAll(replay.news());
    }
    for (Action.Differentiated d : steps) {
      out.add(d);
      replay.of(d.raw());
      out.addAll(replay.news());
    }
    return out;
  }

  /** The laws used for the first time since this was asked last. */
  private List<Action.Rewritten> news() {
    var out = List.copyOf(news);
    news.clear();
    return out;
  }
}
