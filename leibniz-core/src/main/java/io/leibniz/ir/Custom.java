package io.leibniz.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function with a tangent of its own, as a graph beside it, so that it survives any nesting. Operands: the {@code
 * args} arguments, what the body captures, what the tangent captures. The tangent maps arguments, results and tangents of the
 * float arguments to tangents of the float results, linearly in the tangents.
 */
public record Custom(String name, Graph body, Graph tangent, int args) implements Control {

  /** Of one entry for each operand, those that the body takes. */
  public <T extends @Nullable Object> List<T> taken(List<T> xs) {
    return xs.subList(0, body.params().size());
  }

  /** Those that the tangent captures. */
  public <T extends @Nullable Object> List<T> captured(List<T> xs) {
    return xs.subList(body.params().size(), xs.size());
  }

  @Override
  public Kind.Tuple kind(List<Kind> x) {
    Control.fits(name, body, taken(x));
    return new Kind.Tuple(Control.kinds(body.results()));
  }

  @Override
  public String toString() {
    return "custom " + name;
  }
}
