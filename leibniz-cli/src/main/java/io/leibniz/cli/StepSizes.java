package io.leibniz.cli;

import io.leibniz.check.Differences;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Shape;
import io.leibniz.symbolic.text.Expression;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The slope of an expression along one variable, exact and from differences with ever smaller steps: large ones cut the function
 * short, small ones lose its digits.
 *
 * @param best the difference that is nearest to the exact slope
 * @param richardson central differences extrapolated to step 0
 * @param without why there is no complex step; null if there is one
 */
record StepSizes(
    List<Row> rows,
    @Nullable Best best,
    double richardson,
    double exact,
    @Nullable String without) {
  private static final int HALF_DECADES = 32;
  private static final double LARGEST_STEP = 0.0625;

  /** The slopes by a step of h, as textbooks have them: (f(x + h) − f(x)) / h, (f(x + h) − f(x − h)) / 2h, Im f(x + ih) / h. */
  record Row(double h, double forward, double central, @Nullable Double complex) {}

  record Best(String method, double h, double value, double error) {}

  static StepSizes of(Expression f, double[] point, int i) {
    var program = Program.of(f.graph());
    var complex = new ComplexStep(f);
    double exact = new Reverse().at(f, point, 1).gradient().get(i);
    double y = value(program, point, i, 0);
    String without = null;
    var rows = new ArrayList<Row>();
    for (int k = 1; k <= HALF_DECADES; k++) {
      double h =
          k % 2 == 0 ? Double.parseDouble("1e-" + k / 2) : Double.parseDouble("3e-" + (k + 1) / 2);
      double up = value(program, point, i, h), down = value(program, point, i, -h);
      Double step = null;
      try {
        step = Double.isNaN(y) ? Double.NaN : complex.slope(point, i, h);
      } catch (ComplexStep.None e) {
        without = e.getMessage();
      }
      rows.add(new Row(h, (up - y) / h, (up - down) / (2 * h), step));
    }
    double richardson = differences(f, point, i).value();
    Best best = best(rows, exact).orElse(null);
    return new StepSizes(rows, best, richardson, exact, without);
  }

  /** By themselves, extrapolated to step 0; they know a kink. */
  static Differences differences(Expression f, double[] point, int i) {
    var program = Program.of(f.graph());
    return Differences.of(
        t -> value(program, point, i, t), LARGEST_STEP * Math.max(1, Math.abs(point[i])), 4);
  }

  private static double value(Program f, double[] point, int i, double t) {
    var at = new ArrayList<Array>();
    for (int j = 0; j < point.length; j++)
      at.add(Array.of(Shape.SCALAR, new double[] {j == i ? point[j] + t : point[j]}));
    return ((Array) f.run(at).getFirst()).f64()[0];
  }

  private static Optional<Best> best(List<Row> rows, double exact) {
    return Stream.of(
            best("forward", rows, exact, Row::forward),
            best("central", rows, exact, Row::central),
            best("complex", rows, exact, Row::complex))
        .flatMap(Optional::stream)
        .min(Comparator.comparingDouble(Best::error));
  }

  static Optional<Best> best(
      String method, List<Row> rows, double exact, Function<Row, @Nullable Double> slope) {
    return rows.stream()
        .flatMap(
            r ->
                slope.apply(r) instanceof Double d && Double.isFinite(error(d, exact))
                    ? Stream.of(new Best(method, r.h, d, error(d, exact)))
                    : Stream.empty())
        .min(Comparator.comparingDouble(Best::error));
  }

  /** Relative to the exact slope; of a slope of 0 the difference itself. */
  static double error(double slope, double exact) {
    return exact == 0 ? Math.abs(slope) : Math.abs(slope - exact) / Math.abs(exact);
  }
}
