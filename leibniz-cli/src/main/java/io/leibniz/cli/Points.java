package io.leibniz.cli;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Graphs of numbers at points. */
final class Points {
  private Points() {}

  /** The values of what {@code body} makes of the coordinates, in a scope of their own. */
  static List<Double> values(double[] point, Function<List<Node>, List<Node>> body) {
    Scope scope = Interpreter.scope();
    return scope.in(
        () -> {
          var xs = new ArrayList<Node>(point.length);
          for (double x : point) xs.add(Node.constant(Array.of(Shape.SCALAR, new double[] {x})));
          var out = new ArrayList<Double>();
          for (var v : scope.values(body.apply(xs))) out.add(((Array) v).f64()[0]);
          return out;
        });
  }

  /** The kinds of n numbers. */
  static List<Kind> numbers(int n) {
    return Collections.nCopies(n, Type.of(DType.F64));
  }

  /** Tangents along coordinate i: the others do not move. */
  static List<@Nullable Delta> along(int i, int n) {
    var dxs = new ArrayList<@Nullable Delta>(Collections.nCopies(n, null));
    dxs.set(i, Delta.of(Node.literal(DType.F64, 1.0)));
    return dxs;
  }

  /** The numbers of each delta, 0 for one that is absent. */
  static List<Node> filled(List<? extends @Nullable Delta> deltas) {
    var out = new ArrayList<Node>(deltas.size());
    for (Delta d : deltas) out.add(d == null ? Node.literal(DType.F64, 0.0) : d.filled());
    return out;
  }
}
