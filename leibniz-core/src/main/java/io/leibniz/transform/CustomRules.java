package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.Custom;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import io.leibniz.ir.ShapeException;
import io.leibniz.transform.Jvp.Dual;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function whose tangent is given: forward mode asks for it, and all else follows. */
record CustomRules(Custom op) implements ControlRules {

  /** The function itself, beside its tangent where it stands: so it keeps its rule under the next derivative. */
  @Override
  public Dual jvp(List<Node> xs, List<@Nullable Delta> dxs) {
    for (int i = op.args(); i < dxs.size(); i++)
      if (dxs.get(i) != null)
        throw new ShapeException(
            "%s needs all that moves as an argument, but it captures a tensor %s that moves; pass it to the function"
                .formatted(op, xs.get(i).kind()));
    var ys = Node.of(op, xs).parts();
    var tangents = new ArrayList<Node>();
    for (int i = 0; i < op.args(); i++)
      if (isFloat(xs.get(i)))
        tangents.add(dxs.get(i) instanceof Delta d ? d.filled() : Node.full(xs.get(i).kind(), 0));
    var args = Lists.concat(xs.subList(0, op.args()), ys, tangents, op.captured(xs));
    var given = op.tangent().inline(args).iterator();
    var dys = new ArrayList<@Nullable Delta>();
    for (Node y : ys) dys.add(isFloat(y) ? Delta.of(given.next()) : null);
    return new Dual(ys, dys);
  }

  private static boolean isFloat(Node x) {
    return x.dtype().isFloat();
  }

  /** Of tangents it is the function that it computes. */
  @Override
  public List<Marked> split(List<Marked> xs) {
    return Split.of(op.body(), op.taken(xs));
  }

  @Override
  public List<@Nullable Delta> transpose(List<Marked> xs, List<@Nullable Delta> cts, Seeds seeds) {
    throw new AssertionError("split leaves no " + op);
  }

  /** The mask, which both graphs need to know, becomes one more capture of each. */
  @Override
  public List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask) {
    var taken = op.taken(xs);
    var own = xs.subList(0, op.args());
    var results = Control.kinds(op.body().results());
    var body = spread(op.body(), taken, n, mask);
    var tangents = new ArrayList<Marked>(own);
    for (Kind k : results) tangents.add(new Marked(dummy(k.prepend(n)), true));
    for (Marked x : own) if (isFloat(x.node())) tangents.add(x);
    tangents.addAll(op.captured(xs));
    var tangent = spread(op.tangent(), tangents, n, mask);
    var batched = new Custom(op.name(), body.graph(), tangent.graph(), op.args());
    var operands =
        Lists.concat(
            Marked.nodes(taken),
            body.captures(),
            Marked.nodes(op.captured(xs)),
            tangent.captures());
    return Marked.all(Node.of(batched, operands).parts(), true);
  }

  private static Node dummy(Kind kind) {
    return Scope.current().parameter(kind);
  }

  /** {@code f} for all lanes, as a graph of the same operands and of the mask, all results with the lane axis. */
  private static Graph.Closed spread(Graph f, List<Marked> xs, int n, @Nullable Node mask) {
    return Graph.close(
        Control.kinds(Marked.nodes(xs)),
        ps -> Vmap.spread(Vmap.of(f, Marked.of(ps, Marked.flags(xs)), n, mask), n));
  }
}
