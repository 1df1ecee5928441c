package io.leibniz.symbolic;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A graph's value, and by how much it moves when each intermediate number does by one rounding error; infinite where an
 * intermediate number is not finite, which is outside of the function's domain or beyond what doubles hold.
 */
public record Noise(double value, double spread) {

  /** Whether the value means anything. */
  public boolean isSound() {
    return Double.isFinite(value) && spread < 1e-3 * Math.abs(value) + 1e-12;
  }

  public static Noise of(Graph g, double[] at) {
    double value = run(g, at, null), spread = 0;
    for (int i = 0; i < 6; i++) {
      double moved = run(g, at, new SplittableRandom(i));
      spread = Math.max(spread, Math.abs(moved - value));
      if (Double.isNaN(moved)) spread = Double.POSITIVE_INFINITY;
    }
    return new Noise(value, spread);
  }

  /** Whether both are the same number as far as rounding lets one tell. */
  public boolean agrees(Noise o) {
    double size = Math.max(Math.abs(value), Math.abs(o.value));
    return Double.compare(value, o.value) == 0
        || Math.abs(value - o.value) <= 1e-10 * size + 3000 * (spread + o.spread) + 1e-280;
  }

  /** A graph's value alone; of a truth 0 or 1. */
  public static double value(Graph g, double[] at) {
    return run(g, at, null);
  }

  /** Whether some number on the way to a graph's value is beyond what doubles hold. */
  public static boolean overflows(Graph g, double[] at) {
    Map<Node, Array> values = new HashMap<>();
    run(g, at, null, values);
    return values.values().stream().anyMatch(v -> Double.isInfinite(v.number(0)));
  }

  private static double run(Graph g, double[] at, SplittableRandom noise) {
    return run(g, at, noise, new HashMap<>());
  }

  private static double run(Graph g, double[] at, SplittableRandom noise, Map<Node, Array> values) {
    for (int i = 0; i < at.length; i++)
      values.put(g.params().get(i), Array.of(Shape.SCALAR, new double[] {at[i]}));
    for (Node n : g.order()) {
      if (n.op() instanceof Source.Parameter) continue;
      var xs = new ArrayList<Array>();
      for (Node x : n.operands()) xs.add(values.get(x));
      Array v = (Array) Interpreter.value(n.op(), n.kind(), xs);
      if (noise != null
          && n.dtype() == DType.F64
          && !(n.op() instanceof Source.Literal l && l.number() == Math.rint(l.number())))
        v =
            Array.of(
                Shape.SCALAR,
                new double[] {v.number(0) * (1 + (noise.nextDouble() * 2 - 1) * 0x1p-52)});
      values.put(n, v);
      if (n.dtype() == DType.F64 && !Double.isFinite(v.number(0)) && noise != null)
        return Double.NaN;
    }
    return values.get(g.results().getFirst()).number(0);
  }
}
