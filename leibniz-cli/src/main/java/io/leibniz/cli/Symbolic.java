package io.leibniz.cli;

import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.text.Expression;
import java.util.ArrayList;
import java.util.List;

/** By the derivatives' formulas, as simple as they are shown. */
final class Symbolic implements Mode {

  @Override
  public Local at(Expression f, double[] point, int order) {
    double value = Points.values(point, xs -> f.graph().inline(xs)).getFirst();
    var gradient = new ArrayList<Double>();
    var hessian = new ArrayList<List<Double>>();
    var names = f.variables();
    if (order == 0) return new Local(value, gradient, hessian);
    var derivatives = new Derivatives(f);
    for (String x : names) gradient.add(derivatives.by(List.of(x)).at(point));
    if (order > 1)
      for (int i = 0; i < names.size(); i++) {
        var row = new ArrayList<Double>();
        for (int j = 0; j < names.size(); j++)
          row.add(
              j < i
                  ? hessian.get(j).get(i)
                  : derivatives.by(List.of(names.get(i), names.get(j))).at(point));
        hessian.add(row);
      }
    return new Local(value, gradient, hessian);
  }
}
