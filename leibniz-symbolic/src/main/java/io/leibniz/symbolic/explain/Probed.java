package io.leibniz.symbolic.explain;

import io.leibniz.ir.Array;
import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import io.leibniz.ir.PerNode;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import io.leibniz.transform.Log;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reverse pass that tells what arrives in the middle of a graph. To some inner nodes it adds −0.0, which changes no bit of any
 * number, and asks for the derivative with respect to that too: it is the cotangent of the node, the very one that flows on from
 * there to the parameters.
 *
 * @param xs what stands for the graph's parameters in this pass
 * @param now what stands for the nodes that were asked for
 * @param cotangents those of the parameters and the probed nodes, by the node of the graph; absent where nothing arrives
 * @param steps what the transforms wrote down
 */
record Probed(
    List<Node> xs, Map<Node, Node> now, Map<Node, Node> cotangents, List<Log.Step> steps) {

  /** Runs in the current scope; {@code moves} says which parameters are differentiated, {@code seen} are further nodes to be asked for. */
  static Probed of(Traced t, List<Boolean> moves, Collection<Node> probed, Collection<Node> seen) {
    var all = new LinkedHashSet<>(probed);
    all.addAll(seen);
    all.add(t.result());
    var asked = List.copyOf(all);
    var watched = List.copyOf(new LinkedHashSet<>(probed));
    Graph g = with(t.graph(), watched, asked);
    var xs = t.arguments();
    var zeros = watched.stream().map(n -> Node.constant(Array.full(n.type(), -0.0))).toList();
    var cts = new ArrayList<@Nullable Delta>(Collections.nCopies(asked.size(), null));
    cts.set(asked.indexOf(t.result()), Delta.of(Node.literal(t.result().dtype(), 1.0)));
    var logged =
        Log.of(
            () ->
                Transpose.vjp(
                    g,
                    Lists.concat(xs, zeros),
                    Lists.concat(moves, Collections.nCopies(zeros.size(), true)),
                    cts));
    var now = new HashMap<Node, Node>();
    for (int i = 0; i < asked.size(); i++) now.put(asked.get(i), logged.result().ys().get(i));
    var arrived = new HashMap<Node, Node>();
    int next = 0;
    for (Node n : Lists.concat(moving(t, moves), watched))
      if (logged.result().cts().get(next++) instanceof Delta d) arrived.put(n, d.filled());
    return new Probed(xs, now, arrived, logged.steps());
  }

  private static List<Node> moving(Traced t, List<Boolean> moves) {
    var out = new ArrayList<Node>();
    for (int i = 0; i < moves.size(); i++) if (moves.get(i)) out.add(t.graph().params().get(i));
    return out;
  }

  /** The graph with a further parameter for each of {@code watched}, added to it, and {@code asked} as its results. */
  private static Graph with(Graph g, List<Node> watched, List<Node> asked) {
    var kinds = Control.kinds(g.params());
    return Graph.close(
            Lists.concat(kinds, Control.kinds(watched)),
            ps -> {
              Scope scope = Scope.current();
              var made = new PerNode<Node>(g);
              for (int i = 0; i < kinds.size(); i++) made.put(g.params().get(i), ps.get(i));
              for (Node n : g.order()) {
                Node x =
                    n.op() instanceof Source.Parameter
                        ? made.at(n)
                        : scope.at(n.scope().origin(n), () -> n.copy(made.at(n.operands())));
                int w = watched.indexOf(n);
                made.put(n, w < 0 ? x : x.add(ps.get(kinds.size() + w)));
              }
              return made.at(asked);
            })
        .graph();
  }

  /** What stands for {@code n}; of a probed one, that to which the probe is added already. */
  Node now(Node n) {
    return Objects.requireNonNull(now.get(n));
  }

  /** A probed node without its probe. */
  Node bare(Node n) {
    return now(n).x(0);
  }

  /** ∂L/∂n; null where nothing arrives. */
  @Nullable Node cotangent(Node n) {
    return cotangents.get(n);
  }

  /** Of an op of one operand, applied to a probed node: its derivative there, as the forward rule made it; null if it made none. */
  @Nullable Node slope(Node y) {
    for (var s : steps)
      if (s.stage() == Log.Stage.FORWARD
          && s.rule().equals("slope")
          && s.at() == bare(y)
          && s.after() instanceof Node after
          && after.operands().size() == 2
          && after.x(0) == s.before()) return after.x(1);
    return null;
  }
}
