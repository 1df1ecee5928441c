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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function whose tangent is given: forward mode asks for it, and all else follows. */
record CustomRules(Custom op) implements ControlRules {

  /** The function itself, beside its tangent where it stands: so it keeps its rule under the next derivative. */
  @Override
  public Jet forward(Jet xs) {
    for (var row : xs.coefficients())
      for (int i = op.args(); i < row.size(); i++)
        if (row.get(i) != null)
          throw new ShapeException(
              "%s needs all that moves as an argument, but it captures a tensor %s that moves; pass it to the function"
                  .formatted(op, xs.points().get(i).kind()));
    var ys = Node.of(op, xs.points()).parts();
    return recurrence(op.tangent(), xs.some(0, op.args()), ys, op.captured(xs.points()));
  }

  /**
   * The curve of {@code ys} from its tangent, {@code y' = T(x, y; x')}, a graph: {@code k·y_k} is coefficient k − 1 of
   * it, which needs no more than k − 1 coefficients of y.
   */
  static Jet recurrence(Graph tangent, Jet xs, List<Node> ys, List<Node> captures) {
    var found = new ArrayList<List<@Nullable Delta>>();
    for (int k = 1; k <= xs.order(); k++) {
      var rates = new ArrayList<List<@Nullable Delta>>(); // of x', from order 0 on
      for (int j = 1; j <= k; j++) {
        var row = new ArrayList<@Nullable Delta>();
        for (int i = 0; i < xs.points().size(); i++)
          if (isFloat(xs.points().get(i))) row.add(times(xs.coefficients().get(j - 1).get(i), j));
        rates.add(row);
      }
      var starts = new ArrayList<Node>();
      var floats = xs.points().stream().filter(CustomRules::isFloat).toList();
      for (int i = 0; i < floats.size(); i++)
        starts.add(
            rates.getFirst().get(i) instanceof Delta d
                ? d.filled()
                : Node.full(floats.get(i).kind(), 0));
      var at = Lists.concat(xs.points(), ys, starts, captures);
      List<@Nullable Delta> last;
      if (k == 1) {
        last = new ArrayList<>(Jvp.moving(tangent.inline(at)));
      } else {
        var rows = new ArrayList<List<@Nullable Delta>>();
        for (int j = 1; j < k; j++)
          rows.add(
              Lists.<@Nullable Delta>concat(
                  xs.coefficients().get(j - 1),
                  found.get(j - 1),
                  rates.get(j),
                  Collections.<@Nullable Delta>nCopies(captures.size(), null)));
        last = Taylor.through(tangent, new Jet(at, rows)).coefficients().getLast();
      }
      var next = last.iterator();
      var row = new ArrayList<@Nullable Delta>();
      for (Node y : ys) row.add(isFloat(y) ? times(next.next(), 1.0 / k) : null);
      found.add(row);
    }
    return new Jet(ys, found);
  }

  private static @Nullable Delta times(@Nullable Delta d, double k) {
    return d == null || k == 1 ? d : d.times(d.value().like(k));
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
