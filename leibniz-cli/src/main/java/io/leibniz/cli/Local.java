package io.leibniz.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A function beside a point: its value; from order 1 on its gradient, from order 2 on its Hessian, entries in the order of
 * the variables. What was not asked for is empty.
 */
record Local(double value, List<Double> gradient, List<List<Double>> hessian) {

  /** All numbers, in one order. */
  List<Double> numbers() {
    var all = new ArrayList<Double>();
    all.add(value);
    all.addAll(gradient);
    hessian.forEach(all::addAll);
    return all;
  }

  /** The greatest difference of two numbers in the same place, relative to the greater of them. */
  double difference(Local o) {
    double greatest = 0;
    var ours = numbers();
    var theirs = o.numbers();
    for (int i = 0; i < ours.size(); i++)
      greatest = Math.max(greatest, difference(ours.get(i), theirs.get(i)));
    return greatest;
  }

  /** 0 if both are NaN or the same infinity, ∞ if only one is. */
  static double difference(double a, double b) {
    if (a == b || Double.isNaN(a) && Double.isNaN(b)) return 0;
    double relative = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
    return Double.isNaN(relative) || !Double.isFinite(a + b) ? Double.POSITIVE_INFINITY : relative;
  }
}
