package io.leibniz.cli;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.transform.Jvp;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reverse mode: the gradient in one sweep; the Hessian row by row, as forward mode on the gradient. */
final class Reverse implements Mode {

  @Override
  public Local at(Expression f, double[] point, int order) {
    int n = point.length;
    if (order == 0) {
      var y = Points.values(point, xs -> f.graph().inline(xs));
      return new Local(y.getFirst(), List.of(), List.of());
    }
    var y = Points.values(point, xs -> valueAndGradient(f.graph(), xs));
    var hessian = new ArrayList<List<Double>>();
    if (order > 1) {
      Graph all = gradient(f.graph(), n);
      for (int i = 0; i < n; i++) {
        int row = i;
        var ys =
            Points.values(point, xs -> Points.filled(Jvp.of(all, xs, Points.along(row, n)).dys()));
        hessian.add(List.copyOf(ys));
      }
    }
    return new Local(y.getFirst(), List.copyOf(y.subList(1, n + 1)), hessian);
  }

  /** The value, from order 1 on the gradient, and from order 2 on the rows of the Hessian. */
  static List<Node> all(Graph f, List<Node> xs, int order) {
    if (order == 0) return f.inline(xs);
    var out = new ArrayList<>(valueAndGradient(f, xs));
    if (order > 1) {
      Graph gradient = gradient(f, xs.size());
      for (int i = 0; i < xs.size(); i++)
        out.addAll(Points.filled(Jvp.of(gradient, xs, Points.along(i, xs.size())).dys()));
    }
    return out;
  }

  private static List<Node> valueAndGradient(Graph f, List<Node> xs) {
    var back = pulled(f, xs);
    return Lists.concat(back.ys(), Points.filled(back.cts()));
  }

  private static Graph gradient(Graph f, int n) {
    return Interpreter.scope()
        .in(() -> Graph.close(Points.numbers(n), xs -> Points.filled(pulled(f, xs).cts())).graph());
  }

  private static Transpose.Pulled pulled(Graph f, List<Node> xs) {
    return Transpose.vjp(
        f,
        xs,
        Collections.nCopies(xs.size(), true),
        List.of(Delta.of(Node.literal(DType.F64, 1.0))));
  }
}
