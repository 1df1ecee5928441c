package io.leibniz.transform;

import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Packing;
import io.leibniz.ir.PerNode;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import java.util.List;

/** A graph read from its parameters to its results: what a transform makes of each node, from what it made of the operands. */
final class Walk {
  private Walk() {}

  /** What becomes of an op applied: one for each of its results. What it emits comes from where {@code y} does. */
  interface Step<T> {
    List<T> of(Node y, List<T> xs);
  }

  /** What becomes of the results, the parameters being {@code args}. */
  static <T> List<T> over(Graph f, List<T> args, Step<T> step) {
    Scope scope = Scope.current();
    var made = new PerNode<T>(f);
    var several = new PerNode<List<T>>(f);
    for (int i = 0; i < args.size(); i++) made.put(f.params().get(i), args.get(i));
    for (Node y : f.order()) {
      if (y.op() instanceof Source.Parameter) continue;
      if (y.op() instanceof Packing.Part(var i)) {
        made.put(y, several.at(y.x(0)).get(i));
        continue;
      }
      var ys = scope.at(y.scope().origin(y), () -> step.of(y, made.at(y.operands())));
      if (y.hasParts()) several.put(y, ys);
      else made.put(y, ys.getFirst());
    }
    return made.at(f.results());
  }
}
