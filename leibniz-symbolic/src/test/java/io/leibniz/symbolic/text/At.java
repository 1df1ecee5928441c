package io.leibniz.symbolic.text;

import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Shape;
import java.util.Arrays;

/** Expressions at points. */
final class At {
  private At() {}

  /** The value of {@code f}, its variables in order. */
  static double value(Expression f, double... at) {
    var args = Arrays.stream(at).mapToObj(x -> Array.of(Shape.SCALAR, new double[] {x})).toList();
    return ((Array) Program.of(f.graph()).run(args).getFirst()).f64()[0];
  }

  static double value(String text, double... at) {
    return value(Expression.parse(text), at);
  }
}
