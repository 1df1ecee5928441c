package io.leibniz;

import io.leibniz.ir.Node;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Type;
import io.leibniz.transform.Marked;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions that run for each row of their arguments at once. What is the same for all rows is computed
 * once. Results have a leading axis; by default so have all tensors in all arguments, and {@code axes} says otherwise:
 *
 * <pre>{@code vmap(Mlp::loss).axes(SHARED, EACH, EACH).of(net, xs, labels)}</pre>
 */
public final class Vmap {
  private Vmap() {}

  /** Of one argument. */
  public record Of<A, B>(Fn<A, B> f) implements Fn<A, B> {
    @Override
    public B of(A a) {
      return Vmap.of(xs -> f.of(Vmap.<A>arg(xs, 0)), List.of(a), List.of(Axis.EACH));
    }
  }

  /** Of two arguments. */
  public record Of2<A, X, B>(Fn2<A, X, B> f, List<Axis> axes) implements Fn2<A, X, B> {
    public Of2<A, X, B> axes(Axis a, Axis x) {
      return new Of2<>(f, List.of(a, x));
    }

    @Override
    public B of(A a, X x) {
      return Vmap.of(xs -> f.of(Vmap.<A>arg(xs, 0), Vmap.<X>arg(xs, 1)), List.of(a, x), axes);
    }
  }

  /** Of three arguments. */
  public record Of3<A, X, Y, B>(Fn3<A, X, Y, B> f, List<Axis> axes) implements Fn3<A, X, Y, B> {
    public Of3<A, X, Y, B> axes(Axis a, Axis x, Axis y) {
      return new Of3<>(f, List.of(a, x, y));
    }

    @Override
    public B of(A a, X x, Y y) {
      return Vmap.of(
          xs -> f.of(Vmap.<A>arg(xs, 0), Vmap.<X>arg(xs, 1), Vmap.<Y>arg(xs, 2)),
          List.of(a, x, y),
          axes);
    }
  }

  /** Of four arguments. */
  public record Of4<A, X, Y, Z, B>(Fn4<A, X, Y, Z, B> f, List<Axis> axes)
      implements Fn4<A, X, Y, Z, B> {
    public Of4<A, X, Y, Z, B> axes(Axis a, Axis x, Axis y, Axis z) {
      return new Of4<>(f, List.of(a, x, y, z));
    }

    @Override
    public B of(A a, X x, Y y, Z z) {
      return Vmap.of(
          xs ->
              f.of(Vmap.<A>arg(xs, 0), Vmap.<X>arg(xs, 1), Vmap.<Y>arg(xs, 2), Vmap.<Z>arg(xs, 3)),
          List.of(a, x, y, z),
          axes);
    }
  }

  @SuppressWarnings("unchecked") // the overloads put them there
  static <T> T arg(List<Object> xs, int i) {
    return (T) xs.get(i);
  }

  private static <B> B of(Fn<List<Object>, B> f, List<Object> args, List<Axis> axes) {
    int n = lanes(args, axes);
    var tree = new ArrayList<B>();
    var out =
        Trace.run(
            () -> {
              var types = new ArrayList<Type>();
              var vary = new ArrayList<Boolean>();
              for (int i = 0; i < args.size(); i++)
                for (Tensor t : Tree.tensors(args.get(i))) {
                  boolean each = axes.get(i) == Axis.EACH;
                  types.add(each ? t.type().with(t.shape().without(List.of(0))) : t.type());
                  vary.add(each);
                }
              var t = Trace.blind("vmap", args, types, f);
              tree.add(t.tree());
              var lanes = new ArrayList<Marked>();
              for (int i = 0; i < t.args().size(); i++)
                lanes.add(new Marked(t.args().get(i), i < t.own() && vary.get(i)));
              var ys = io.leibniz.transform.Vmap.of(t.graph(), lanes, n);
              return ys.stream().<Node>map(y -> io.leibniz.transform.Vmap.spread(y, n)).toList();
            });
    return Tree.with(tree.getFirst(), out);
  }

  /** The one extent that all leading axes have. */
  private static int lanes(List<Object> args, List<Axis> axes) {
    Tree.@Nullable Leaf first = null;
    int where = 0;
    for (int i = 0; i < args.size(); i++) {
      if (axes.get(i) == Axis.SHARED) continue;
      for (var leaf : Tree.leaves(args.get(i))) {
        if (leaf.tensor().rank() == 0)
          throw new ShapeException(
              "vmap needs a leading axis, but %s of argument %d is a scalar; share that argument with axes(…)"
                  .formatted(Tree.named(leaf.path()), i));
        if (first == null) {
          first = leaf;
          where = i;
        } else if (leaf.tensor().dim(0) != first.tensor().dim(0))
          throw new ShapeException(
              "vmap needs leading axes of one extent, but %s of argument %d has %d rows and %s of argument %d has %d"
                  .formatted(
                      Tree.named(first.path()),
                      where,
                      first.tensor().dim(0),
                      Tree.named(leaf.path()),
                      i,
                      leaf.tensor().dim(0)));
      }
    }
    if (first == null)
      throw new ShapeException(
          "vmap needs a tensor with a leading axis in one of its arguments, but there is none");
    return first.tensor().dim(0);
  }
}
