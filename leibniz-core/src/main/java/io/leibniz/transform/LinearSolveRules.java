package io.leibniz.transform;

import io.leibniz.ir.Delta;
import io.leibniz.ir.LinearSolve;
import io.leibniz.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A·x = b with A as a function: A·dx = db − dA·x, and the adjoint solves with Aᵀ. */
record LinearSolveRules(LinearSolve op) implements ControlRules {

  /** Order by order, A₀·x_k = b_k − (what x_0 … x_{k−1} make of the order k of A·x). */
  @Override
  public Jet forward(Jet xs) {
    Node x = Node.of(op, xs.points()).part(0);
    var point = new ArrayList<>(xs.points());
    point.set(0, x);
    var found = new ArrayList<List<@Nullable Delta>>();
    var rows = new ArrayList<List<@Nullable Delta>>();
    for (var given : xs.coefficients()) {
      var row = new ArrayList<@Nullable Delta>(given);
      row.set(0, null);
      rows.add(row);
      Delta bent = new Jet(point, rows).through(op.map()).coefficients().getLast().getFirst();
      Delta b = given.getFirst();
      Node right = b == null ? null : b.filled();
      if (bent != null) right = right == null ? bent.filled().neg() : right.sub(bent.filled());
      if (right != null) {
        var args = new ArrayList<>(xs.points());
        args.set(0, right);
        row.set(0, Delta.of(Node.of(op, args).part(0)));
      }
      found.add(Collections.singletonList(row.getFirst()));
    }
    return new Jet(List.of(x), found);
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
