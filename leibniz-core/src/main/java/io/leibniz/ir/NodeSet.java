package io.leibniz.ir;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** Some nodes of one scope, by their numbers: for graphs of millions of nodes. */
public final class NodeSet {
  private final BitSet numbers = new BitSet();

  public NodeSet() {}

  public static NodeSet of(Collection<Node> nodes) {
    var set = new NodeSet();
    for (Node n : nodes) set.add(n);
    return set;
  }

  /** Those in {@code order}, operands before results, that depend on some of {@code sources}, and these. */
  public static NodeSet dependent(List<Node> order, Collection<Node> sources) {
    var set = of(sources);
    for (Node n : order) if (set.containsAny(n.operands())) set.add(n);
    return set;
  }

  /** Whether it was not there before. */
  public boolean add(Node n) {
    if (numbers.get(n.number())) return false;
    numbers.set(n.number());
    return true;
  }

  public boolean contains(Node n) {
    return numbers.get(n.number());
  }

  public boolean containsAny(List<Node> nodes) {
    for (int i = 0; i < nodes.size(); i++) if (contains(nodes.get(i))) return true;
    return false;
  }
}
