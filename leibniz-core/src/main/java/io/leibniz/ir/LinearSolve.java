package io.leibniz.ir;

import java.util.List;

/**
 * The x of A·x = b, where A is known as a function only: {@code map(x, captures)}. Operands: b, a vector, and what the
 * map captures. It is solved by running {@code solver(b, captures)}, into which no derivative looks: the rules know that the result
 * is linear in b, and solve with the transposed pair of graphs, or with the same A for another b.
 */
public record LinearSolve(Graph map, Graph solver, Graph transposedMap, Graph transposedSolver)
    implements Control {

  /** The same for Aᵀ. */
  public LinearSolve transposed() {
    return new LinearSolve(transposedMap, transposedSolver, map, solver);
  }

  @Override
  public Kind.Tuple kind(List<Kind> x) {
    for (Graph g : Control.graphs(this)) Control.fits("linearSolve", g, x);
    return new Kind.Tuple(List.of(x.getFirst()));
  }

  @Override
  public String toString() {
    return "linearSolve";
  }
}
