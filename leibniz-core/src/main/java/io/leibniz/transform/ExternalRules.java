package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.External;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import io.leibniz.ir.ShapeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call out of the graph: nothing is known of it but the tangent that was given. */
record ExternalRules(External op) implements ControlRules {

  @Override
  public Jet forward(Jet xs) {
    External.Tangent tangent = op.tangent();
    if (tangent == null)
      throw new ShapeException(
          op
              + " has no tangent, so it cannot be differentiated; give it one, or stopGradient its arguments");
    var ys = Node.of(op, xs.points()).parts();
    int n = xs.points().size(), m = n + ys.size();
    var moving = xs.points().stream().filter(x -> x.dtype().isFloat()).toList();
    var rule =
        Graph.close(
            Control.kinds(Lists.concat(xs.points(), ys, moving)),
            ps -> tangent.of(ps.subList(0, n), ps.subList(n, m), ps.subList(m, ps.size())));
    return CustomRules.recurrence(rule.graph(), xs, ys, rule.captures());
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
