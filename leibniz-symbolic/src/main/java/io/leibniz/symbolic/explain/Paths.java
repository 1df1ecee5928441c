package io.leibniz.symbolic.explain;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The paths from one quantity to another, the most important ones by name.
 *
 * @param total ∂of/∂wrt: the sum over all paths
 * @param count how many there are
 * @param shown those whose products are largest, largest first
 * @param remainder the sum over all others, added up by itself: not {@code total} minus what is shown, where the digits of a small
 *     remainder would be lost; 0 if all are shown
 */
public record Paths(
    String of, String wrt, double total, BigInteger count, List<Path> shown, double remainder) {
  public Paths {
    shown = List.copyOf(shown);
  }

  /** How many paths are not shown. */
  public BigInteger others() {
    return count.subtract(BigInteger.valueOf(shown.size()));
  }

  /** One path, from the function down to the variable. */
  public record Path(List<Diagram.Edge> edges, double product) {
    public Path {
      edges = List.copyOf(edges);
    }

    /** The names on it, the function first. */
    public List<String> vertices() {
      return edges.isEmpty()
          ? List.of()
          : Stream.concat(Stream.of(edges.getFirst().to()), edges.stream().map(Diagram.Edge::from))
              .toList();
    }

    /** {@code z ← x ← t}. */
    @Override
    public String toString() {
      return vertices().stream().collect(Collectors.joining(" ← "));
    }
  }
}
