package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A fact about each node that follows from those about its operands: found once, without recursion. */
final class Memo<T> {
  private final Map<Node, T> known = new HashMap<>();
  private final Function<Node, T> rule;

  /** A {@code rule} that asks {@link #at} for the operands' facts. */
  Memo(Function<Node, T> rule) {
    this.rule = rule;
  }

  T of(Node n) {
    T found = known.get(n);
    if (found != null) return found;
    if (n.operands().stream().allMatch(known::containsKey))
      known.put(n, rule.apply(n)); // as most often
    else for (Node x : Node.order(List.of(n), known::containsKey)) known.put(x, rule.apply(x));
    return at(n);
  }

  /** The fact about a node for which it has been found. */
  T at(Node n) {
    return Objects.requireNonNull(known.get(n));
  }
}
