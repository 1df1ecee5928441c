package io.leibniz.compile.emit;

import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Expressions as values: equal for graphs of the same steps. */
final class Keys {
  private Keys() {}

  private record Step(Prim op, List<Integer> operands) {}

  /** The steps of {@code roots} in order, and which of them each root is. */
  static Object of(List<Expr> roots) {
    var order = Expr.order(roots);
    Map<Expr, Integer> at = new HashMap<>();
    var steps = new ArrayList<Step>();
    for (Expr e : order) {
      at.put(e, steps.size());
      steps.add(new Step(e.op(), e.operands().stream().map(at::get).toList()));
    }
    return List.of(steps, roots.stream().map(at::get).toList());
  }
}
