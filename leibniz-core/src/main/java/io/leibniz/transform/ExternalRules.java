package io.leibniz.transform;

import io.leibniz.ir.Delta;
import io.leibniz.ir.External;
import io.leibniz.ir.Node;
import io.leibniz.ir.ShapeException;
import io.leibniz.transform.Jvp.Dual;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call out of the graph: nothing is known of it but the tangent that was given. */
record ExternalRules(External op) implements ControlRules {

  @Override
  public Dual jvp(List<Node> xs, List<@Nullable Delta> dxs) {
    External.Tangent tangent = op.tangent();
    if (tangent == null)
      throw new ShapeException(
          op
              + " has no tangent, so it cannot be differentiated; give it one, or stopGradient its arguments");
    var ys = Node.of(op, xs).parts();
    var moving = new ArrayList<Node>();
    for (int i = 0; i < xs.size(); i++)
      if (xs.get(i).dtype().isFloat())
        moving.add(dxs.get(i) instanceof Delta d ? d.filled() : xs.get(i).like(0));
    var given = tangent.of(xs, ys, moving).iterator();
    var dys = new ArrayList<@Nullable Delta>();
    for (Node y : ys) dys.add(y.dtype().isFloat() ? Delta.of(given.next()) : null);
    return new Dual(ys, dys);
  }

  @Override
  public List<Marked> split(List<Marked> xs) {
    throw new ShapeException(
        op
            + " is applied to a tangent, and nothing says that it is linear; write the tangent rule with tensor ops");
  }

  @Override
  public List<@Nullable Delta> transpose(List<Marked> xs, List<@Nullable Delta> cts, Seeds seeds) {
    throw new AssertionError("split leaves no linear " + op);
  }

  @Override
  public List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask) {
    return ControlRules.laneByLane(op, xs, n, mask);
  }
}
