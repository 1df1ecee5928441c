package io.leibniz.transform;

import io.leibniz.ir.Delta;
import io.leibniz.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operands of a control op have gathered so far in reverse. An op that takes a seed adds its terms to it and
 * gives back the total: so one array of cotangents goes through all loops and branches, and no op adds up whole arrays.
 */
final class Seeds {
  private final List<Marked> xs;
  private final Map<Node, Delta> gathered;
  private final Map<Node, Integer> taker = new HashMap<>();

  Seeds(List<Marked> xs, Map<Node, Delta> gathered) {
    this.xs = xs;
    this.gathered = gathered;
  }

  /** What operand {@code i} has gathered; null if nothing, or if the same operand at another place has taken it. */
  @Nullable Delta take(int i) {
    Node x = xs.get(i).node();
    if (!xs.get(i).on() || !gathered.containsKey(x)) return null;
    return taker.computeIfAbsent(x, _ -> i) == i ? gathered.get(x) : null;
  }

  /** Of the touched operands from {@code from} to {@code to}. */
  List<@Nullable Delta> takeAll(int from, int to) {
    var out = new ArrayList<@Nullable Delta>();
    for (int i = from; i < to; i++) if (xs.get(i).on()) out.add(take(i));
    return out;
  }

  /** Takes back the totals of those that took a seed, and the terms of the others. */
  void give(List<@Nullable Delta> back) {
    taker.forEach((x, i) -> put(x, back.get(i)));
    for (int i = 0; i < xs.size(); i++) {
      Node x = xs.get(i).node();
      if (!Integer.valueOf(i).equals(taker.get(x))) put(x, Delta.sum(gathered.get(x), back.get(i)));
    }
  }

  private void put(Node x, @Nullable Delta d) {
    if (d != null) gathered.put(x, d);
  }
}
