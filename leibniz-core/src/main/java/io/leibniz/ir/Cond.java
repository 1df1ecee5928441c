package io.leibniz.ir;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code p ? then : otherwise}, two functions of what they capture; the one not taken does not run. Operands: p (a
 * scalar truth value), what {@code then} captures, what {@code otherwise} captures.
 */
public record Cond(Graph then, Graph otherwise) implements Control {

  /** Traces both branches. */
  public static List<Node> of(Node p, Supplier<List<Node>> then, Supplier<List<Node>> otherwise) {
    Scope a = Scope.inner(), b = Scope.inner();
    return of(p, a, a.in(then), b, b.in(otherwise));
  }

  /** Of branches that have been traced in scopes of their own. */
  public static List<Node> of(Node p, Scope a, List<Node> then, Scope b, List<Node> otherwise) {
    var t = a.in(() -> Graph.close(a, List.of(), then));
    var o = b.in(() -> Graph.close(b, List.of(), otherwise));
    var xs = Lists.concat(List.of(p), t.captures(), o.captures());
    return Node.of(new Cond(t.graph(), o.graph()), xs).parts();
  }

  /** Of one entry for each operand, those for what {@code then} captures. */
  public <T extends @Nullable Object> List<T> left(List<T> xs) {
    return xs.subList(1, 1 + then.params().size());
  }

  public <T extends @Nullable Object> List<T> right(List<T> xs) {
    return xs.subList(1 + then.params().size(), xs.size());
  }

  @Override
  public Kind.Tuple kind(List<Kind> x) {
    if (!x.getFirst().equals(Type.of(DType.BOOL)))
      throw new ShapeException(
          "cond needs one truth value, got "
              + x.getFirst()
              + "; reduce it with all() or any(), or choose elements with where");
    Control.fits("cond", then, left(x));
    Control.fits("cond", otherwise, right(x));
    var t = Control.kinds(then.results());
    var o = Control.kinds(otherwise.results());
    if (!t.equals(o))
      throw new ShapeException(
          "cond needs branches of the same types, but one returns %s and the other %s"
              .formatted(t, o));
    return new Kind.Tuple(t);
  }

  @Override
  public String toString() {
    return "cond";
  }
}
