package io.leibniz.cli;

import io.leibniz.symbolic.text.Expression;
import java.util.List;

/** A way to differentiate an expression at a point. */
interface Mode {
  /** The names of all modes, as {@code --mode} takes them. */
  List<String> NAMES = List.of("symbolic", "forward", "reverse", "compiled", "all");

  /** Derivatives up to {@code order}, which is 0, 1 or 2. */
  Local at(Expression f, double[] point, int order);

  static Mode named(String name) {
    return switch (name) {
      case "forward" -> new Forward();
      case "reverse" -> new Reverse();
      case "symbolic" -> new Symbolic();
      case "compiled" -> new Compiled();
      default ->
          throw new Complaint(
              "unknown mode `%s`; modes are %s".formatted(name, String.join(", ", NAMES)));
    };
  }
}
