package io.leibniz.transform;

import io.leibniz.ir.Delta;
import io.leibniz.ir.LinearSolve;
import io.leibniz.ir.Node;
import io.leibniz.transform.Jvp.Dual;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A·x = b with A as a function: A·dx = db − dA·x, and the adjoint solves with Aᵀ. */
record LinearSolveRules(LinearSolve op) implements ControlRules {

  @Override
  public Dual jvp(List<Node> xs, List<@Nullable Delta> dxs) {
    Node x = Node.of(op, xs).part(0);
    var point = new ArrayList<>(xs);
    point.set(0, x);
    var along = new ArrayList<>(dxs);
    along.set(0, null);
    Delta db = dxs.getFirst(), bent = Jvp.of(op.map(), point, along).dys().getFirst();
    Node right = db == null ? null : db.filled();
    if (bent != null) right = right == null ? bent.filled().neg() : right.sub(bent.filled());
    if (right == null) return new Dual(List.of(x), Collections.singletonList(null));
    var args = new ArrayList<>(xs);
    args.set(0, right);
    return new Dual(List.of(x), List.of(Delta.of(Node.of(op, args).part(0))));
  }

  /** After forward mode only right sides are linear. */
  @Override
  public List<Marked> split(List<Marked> xs) {
    if (Marked.any(xs.subList(1, xs.size()))) throw new AssertionError("curved in " + op);
    return Marked.all(Node.of(op, Marked.nodes(xs)).parts(), true);
  }

  @Override
  public List<@Nullable Delta> transpose(List<Marked> xs, List<@Nullable Delta> cts, Seeds seeds) {
    var back = new ArrayList<@Nullable Delta>(Collections.nCopies(xs.size(), null));
    if (cts.getFirst() instanceof Delta ct) {
      var args = new ArrayList<>(Marked.nodes(xs));
      args.set(0, ct.filled());
      back.set(0, Delta.of(Node.of(op.transposed(), args).part(0)));
    }
    return back;
  }

  @Override
  public List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask) {
    return ControlRules.laneByLane(op, xs, n, mask);
  }
}
