package io.leibniz.cli;

import io.leibniz.backend.Backend;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Shape;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.transform.Simplify;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reverse mode, as the compiler makes it run: value, gradient and Hessian in one program. */
final class Compiled implements Mode {

  @Override
  public Local at(Expression f, double[] point, int order) {
    int n = point.length;
    Graph all =
        Interpreter.scope()
            .in(
                () ->
                    Simplify.of(
                        Graph.close(Points.numbers(n), xs -> Reverse.all(f.graph(), xs, order))
                            .graph(),
                        Simplify.EXACT));
    var args = new ArrayList<Array>(n);
    for (double x : point) args.add(Array.of(Shape.SCALAR, new double[] {x}));
    var ys = new ArrayList<Double>();
    for (Array y : Backend.find().compile(all, Set.of()).run(args)) ys.add(y.f64()[0]);
    var hessian = new ArrayList<List<Double>>();
    if (order > 1)
      for (int i = 1; i <= n; i++) hessian.add(List.copyOf(ys.subList(1 + i * n, 1 + i * n + n)));
    return new Local(
        ys.getFirst(), order == 0 ? List.of() : List.copyOf(ys.subList(1, 1 + n)), hessian);
  }
}
