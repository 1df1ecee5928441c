package io.leibniz.ir;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something for each node of a graph, found by the node's number. */
public final class PerNode<T> {
  private final @Nullable Object[] all;

  public PerNode(Graph f) {
    all = new Object[f.size()];
  }

  public void put(Node n, T what) {
    all[n.number()] = what;
  }

  /** What there is for {@code n}; null if nothing. */
  @SuppressWarnings("unchecked") // only put puts
  public @Nullable T find(Node n) {
    return (T) all[n.number()];
  }

  /** What there is for {@code n}, which must have something. */
  public T at(Node n) {
    return Objects.requireNonNull(find(n), "nothing is known of an operand");
  }

  public List<T> at(List<Node> nodes) {
    return nodes.stream().map(this::at).toList();
  }
}
