package io.leibniz.transform;

import io.leibniz.ir.Call;
import io.leibniz.ir.Cond;
import io.leibniz.ir.Control;
import io.leibniz.ir.Custom;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.External;
import io.leibniz.ir.Graph;
import io.leibniz.ir.LinearSolve;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Node;
import io.leibniz.ir.Packing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the four transforms pass through an op that has graphs inside. All emit into the current scope. */
sealed interface ControlRules
    permits CallRules, CondRules, LoopRules, CustomRules, ExternalRules, LinearSolveRules {

  static ControlRules of(Control op) {
    return switch (op) {
      case Call call -> new CallRules(call);
      case Cond cond -> new CondRules(cond);
      case Loop loop -> new LoopRules(loop);
      case Custom custom -> new CustomRules(custom);
      case External external -> new ExternalRules(external);
      case LinearSolve solve -> new LinearSolveRules(solve);
    };
  }

  /** The results and how they move; an absent coefficient does not. May compute the results by another op. */
  Jet forward(Jet xs);

  /** Two ops in place of one: what does not depend on the touched operands, and what is linear in them. */
  List<Marked> split(List<Marked> xs);

  /** Of a split op: the cotangents of the touched operands, null for the others, added to the seeds that it takes. */
  List<@Nullable Delta> transpose(List<Marked> xs, List<@Nullable Delta> cts, Seeds seeds);

  /** {@code n} lanes at once, of which those outside {@code mask} (null: none) do not matter and must not keep the others waiting. */
  List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask);

  /** Inside: the cotangents of the touched operands of a linear graph. */
  static List<@Nullable Delta> pulled(
      Graph linear, List<Marked> xs, List<@Nullable Delta> cts, List<@Nullable Delta> seeds) {
    var args = Marked.dummies(xs);
    var ys = Split.of(linear, args);
    return Transpose.of(Transpose.deltas(ys), Marked.on(args), cts, seeds);
  }

  /** One lane after the other, for what has no rule for many; a lane that does not matter is not run. */
  static List<Marked> laneByLane(Control op, List<Marked> xs, int n, @Nullable Node mask) {
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
              Node alive = next.next();
              var kinds = op.kind(Control.kinds(args)).parts();
              return new Loop.Turn(
                  List.of(),
                  Cond.of(
                      alive,
                      () -> Node.of(op, args).parts(),
                      () -> kinds.stream().map(k -> Node.full(k, 0)).toList()));
            });
    return Marked.all(ran.outs().stream().map(y -> Node.of(new Packing.Pile(n), y)).toList(), true);
  }
}
