package io.leibniz.transform;

import io.leibniz.ir.Call;
import io.leibniz.ir.Cond;
import io.leibniz.ir.Control;
import io.leibniz.ir.Custom;
import io.leibniz.ir.Delta;
import io.leibniz.ir.External;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Node;
import io.leibniz.transform.Jvp.Dual;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the four transforms pass through an op that has graphs inside. All emit into the current scope. */
sealed interface ControlRules permits CallRules, CondRules, LoopRules, CustomRules, ExternalRules {

  static ControlRules of(Control op) {
    return switch (op) {
      case Call call -> new CallRules(call);
      case Cond cond -> new CondRules(cond);
      case Loop loop -> new LoopRules(loop);
      case Custom custom -> new CustomRules(custom);
      case External external -> new ExternalRules(external);
    };
  }

  /** The results with their tangents; an absent tangent does not move. May compute the results by another op. */
  Dual jvp(List<Node> xs, List<@Nullable Delta> dxs);

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
}
