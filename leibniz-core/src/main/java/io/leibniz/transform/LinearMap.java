package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.LinearSolve;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** A matrix that is known as a function only. */
public final class LinearMap {
  private LinearMap() {}

  /** Solves with a map; {@code solver} makes x of the function A and of b. */
  public interface Solver {
    Node of(UnaryOperator<Node> a, Node b);
  }

  /** The x of {@code a(x) = b}, b a vector. {@code a} must be linear. */
  public static Node solve(UnaryOperator<Node> a, Node b, Solver solver) {
    var map = Graph.close(List.of(b.kind()), ps -> List.of(a.apply(ps.getFirst())));
    var kinds = Lists.concat(List.of(b.kind()), Control.kinds(map.captures()));
    Graph transposed = closed(kinds, (ct, rest) -> pulled(map.graph(), ct, rest));
    var op =
        new LinearSolve(
            map.graph(),
            solving(map.graph(), kinds, solver),
            transposed,
            solving(transposed, kinds, solver));
    return Node.of(op, Lists.concat(List.of(b), map.captures())).part(0);
  }

  private interface Applied {
    Node of(Node x, List<Node> captures);
  }

  private static Graph closed(List<Kind> kinds, Applied f) {
    return Graph.close(kinds, ps -> List.of(f.of(ps.getFirst(), ps.subList(1, ps.size())))).graph();
  }

  private static Graph solving(Graph map, List<Kind> kinds, Solver solver) {
    return closed(
        kinds,
        (b, rest) -> solver.of(x -> map.inline(Lists.concat(List.of(x), rest)).getFirst(), b));
  }

  private static Node pulled(Graph map, Node ct, List<Node> captures) {
    var xs = Lists.concat(List.of(new Marked(ct, true)), Marked.all(captures, false));
    var back = ControlRules.pulled(map, xs, List.of(Delta.of(ct)), Collections.singletonList(null));
    return back.getFirst() instanceof Delta d ? d.filled() : Node.full(ct.kind(), 0);
  }
}
