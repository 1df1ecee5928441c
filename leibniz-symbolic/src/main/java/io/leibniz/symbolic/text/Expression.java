package io.leibniz.symbolic.text;

import io.leibniz.ir.Graph;
import java.util.List;

/**
 * A function of named numbers: a graph with one f64 scalar parameter for each of {@code variables}, in this order,
 * and one f64 scalar result.
 */
public record Expression(List<String> variables, Graph graph) {
  public Expression {
    variables = List.copyOf(variables);
  }
}
