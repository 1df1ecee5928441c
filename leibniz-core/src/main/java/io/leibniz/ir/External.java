package io.leibniz.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call out of the graph, to a Java function on arrays. It is declared pure: equal arguments give equal results, it may run
 * any number of times, by several threads at once, or not at all. Without a tangent it cannot be differentiated.
 */
public record External(
    String name,
    List<Type> arguments,
    List<Type> results,
    Function function,
    @Nullable Tangent tangent)
    implements Control {

  /** What is called. It must not write to its arguments. */
  public interface Function {
    List<Array> of(List<Array> xs);
  }

  /** Tangents of the float results from arguments, results and tangents of the float arguments, in the current scope. */
  public interface Tangent {
    List<Node> of(List<Node> xs, List<Node> ys, List<Node> dxs);
  }

  @Override
  public Kind.Tuple kind(List<Kind> x) {
    if (!x.equals(arguments))
      throw new ShapeException(
          "customCall %s needs arguments %s, got %s".formatted(name, arguments, x));
    return new Kind.Tuple(List.copyOf(results));
  }

  @Override
  public String toString() {
    return "customCall " + name;
  }
}
