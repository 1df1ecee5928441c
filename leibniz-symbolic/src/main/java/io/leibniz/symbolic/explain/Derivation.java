package io.leibniz.symbolic.explain;

import io.leibniz.ir.Node;
import java.util.List;

/**
 * How the derivative of {@code y} by the parameter {@code x} was found to be {@code formula}: the log of the transforms that
 * ran. All nodes are of one scope, which makes equal nodes only once.
 *
 * @param from what was differentiated: {@code y} as it stands, or simplified first, where that gives the shorter formula
 */
public record Derivation(Node y, Node from, Node x, Node formula, List<Action> actions) {
  public Derivation {
    actions = List.copyOf(actions);
  }

  /** One thing that was done. */
  public sealed interface Action {
    /** By the chain rule over one op: the derivative of {@code y} is {@code raw}, made of the simplified derivatives of its operands. */
    record Differentiated(Node y, Node raw) implements Action {}

    /** By a law {@code before} became {@code after}, wherever it stood. */
    record Rewritten(String law, Node before, Node after) implements Action {}
  }
}
