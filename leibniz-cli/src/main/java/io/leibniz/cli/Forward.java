package io.leibniz.cli;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Graph;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.transform.Jvp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Forward mode: a sweep for each variable, and for each pair of them one of forward mode on that. */
final class Forward implements Mode {

  @Override
  public Local at(Expression f, double[] point, int order) {
    int n = point.length;
    double value = Points.values(point, xs -> f.graph().inline(xs)).getFirst();
    var gradient = new ArrayList<Double>();
    for (int i = 0; order > 0 && i < n; i++) gradient.add(slope(f.graph(), point, i));
    var hessian = new ArrayList<List<Double>>();
    for (int i = 0; order > 1 && i < n; i++)
      hessian.add(new ArrayList<>(Collections.nCopies(n, 0.0)));
    for (int i = 0; order > 1 && i < n; i++) {
      Graph slope = slope(f.graph(), i, n);
      for (int j = 0; j <= i; j++) {
        double h = slope(slope, point, j);
        hessian.get(i).set(j, h);
        hessian.get(j).set(i, h);
      }
    }
    return new Local(value, gradient, hessian);
  }

  private static double slope(Graph f, double[] point, int i) {
    return Points.values(
            point, xs -> Points.filled(Jvp.of(f, xs, Points.along(i, point.length)).dys()))
        .getFirst();
  }

  private static Graph slope(Graph f, int i, int n) {
    return Interpreter.scope()
        .in(
            () ->
                Graph.close(
                        Points.numbers(n),
                        xs -> Points.filled(Jvp.of(f, xs, Points.along(i, n)).dys()))
                    .graph());
  }
}
