package io.leibniz.ir;

import java.util.List;
import java.util.function.Supplier;

/**
 * A function applied: {@code y = body(captures)}. With {@code recompute} the linear part of its derivative keeps the
 * captures alone and computes the rest again: a checkpoint. Nothing is merged across its border.
 */
public record Call(Graph body, boolean recompute) implements Control {

  /** Traces {@code body} and calls it. */
  public static List<Node> of(boolean recompute, Supplier<List<Node>> body) {
    var closed = Graph.close(List.of(), _ -> body.get());
    return Node.of(new Call(closed.graph(), recompute), closed.captures()).parts();
  }

  @Override
  public Kind.Tuple kind(List<Kind> x) {
    Control.fits("call", body, x);
    return new Kind.Tuple(Control.kinds(body.results()));
  }

  @Override
  public String toString() {
    return recompute ? "checkpoint" : "call";
  }
}
