package io.leibniz.transform;

import io.leibniz.ir.Cond;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.External;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Node;
import io.leibniz.ir.Packing;
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

  /** One lane after the other; a lane that does not matter is not called. */
  @Override
  public List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask) {
    var lanes = new ArrayList<Node>();
    for (Marked x : xs) if (x.on()) lanes.add(Node.of(new Packing.Rows(), x.node()));
    if (mask != null) lanes.add(Node.of(new Packing.Rows(), mask));
    var ran =
        Loop.of(
            Node.literal(DType.I64, (long) n),
            false,
            List.of(),
            lanes,
            null,
            (_, e) -> {
              var next = e.iterator();
              var args = new ArrayList<Node>();
              for (Marked x : xs) args.add(x.on() ? next.next() : x.node());
              if (mask == null) return new Loop.Turn(List.of(), Node.of(op, args).parts());
              return new Loop.Turn(
                  List.of(),
                  Cond.of(
                      next.next(),
                      () -> Node.of(op, args).parts(),
                      () -> op.results().stream().map(t -> Node.full(t, 0)).toList()));
            });
    var out = new ArrayList<Node>();
    for (Node y : ran.outs()) out.add(Node.of(new Packing.Pile(n), y));
    return Marked.all(out, true);
  }
}
