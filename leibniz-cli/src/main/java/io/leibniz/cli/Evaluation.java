package io.leibniz.cli;

import io.leibniz.check.Differences;
import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Shape;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.SyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** An expression at a point, in one mode or in all of them. */
record Evaluation(Expression f, double[] point, int order, String mode) {
  private static final double LARGEST_STEP = 0.0625;
  private static final List<String> COMPARED = List.of("forward", "reverse", "compiled");

  /** Its variables are those of {@code vars}; each needs a value in {@code at}. */
  static Evaluation of(
      String text, List<String> vars, Map<String, Double> at, int order, String mode) {
    if (order < 0 || order > 2)
      throw new Complaint(
          "--order needs 0, 1 or 2, got %d; diff gives higher ones".formatted(order));
    Expression f = Complaint.reading(text, () -> parse(text, vars));
    double[] point = new double[vars.size()];
    for (int i = 0; i < point.length; i++) {
      if (!(at.get(vars.get(i)) instanceof Double x))
        throw new Complaint(
            "there is no value for `%s`; give one, as in --at %s=1"
                .formatted(vars.get(i), vars.get(i)));
      point[i] = x;
    }
    return new Evaluation(f, point, order, mode);
  }

  private static Expression parse(String text, List<String> vars) {
    try {
      return Expression.parse(text, vars);
    } catch (SyntaxException e) {
      if (e.kind() != SyntaxException.Kind.UNKNOWN_VARIABLE || e.to() - e.from() > 20) throw e;
      String name = text.substring(e.from(), e.to());
      throw new SyntaxException(
          e.kind(),
          e.at(),
          e.from(),
          e.to(),
          "%s; or give it a value, as in --at %s=1".formatted(e.getMessage(), name));
    }
  }

  /** The answer as JSON has it. */
  SequencedMap<String, Object> answer() {
    Local y = local();
    var out = new LinkedHashMap<String, Object>();
    out.put("value", y.value());
    if (order > 0) out.put("gradient", named(y.gradient()));
    if (order > 1) {
      var rows = new ArrayList<Object>();
      y.hessian().forEach(row -> rows.add(named(row)));
      out.put("hessian", named(rows));
    }
    if (mode.equals("all")) out.put("agreement", agreement(y));
    return out;
  }

  private Map<String, Object> named(List<?> entries) {
    var out = new LinkedHashMap<String, Object>();
    for (int i = 0; i < entries.size(); i++) out.put(f.variables().get(i), entries.get(i));
    return out;
  }

  Local local() {
    return Mode.named(mode.equals("all") ? "symbolic" : mode).at(f, point, order);
  }

  /** How far each of the other modes, and differences, are from {@code y}, the symbolic result. */
  SequencedMap<String, Double> agreement(Local y) {
    var out = new LinkedHashMap<String, Double>();
    for (String m : COMPARED) out.put(m, Mode.named(m).at(f, point, order).difference(y));
    double numeric = 0;
    for (int i = 0; i < y.gradient().size(); i++)
      numeric = Math.max(numeric, Local.difference(difference(i), y.gradient().get(i)));
    if (order > 0) out.put("numeric", numeric);
    return out;
  }

  /** The slope along variable i from values alone. */
  private double difference(int i) {
    var program = Program.of(f.graph());
    double step = LARGEST_STEP * Math.max(1, Math.abs(point[i]));
    return Differences.of(
            t -> {
              var at = new ArrayList<Array>();
              for (int j = 0; j < point.length; j++)
                at.add(Array.of(Shape.SCALAR, new double[] {j == i ? point[j] + t : point[j]}));
              return ((Array) program.run(at).getFirst()).f64()[0];
            },
            step,
            4)
        .value();
  }
}
