package io.leibniz;

import static io.leibniz.Trace.differentiable;
import static io.leibniz.Trace.filled;
import static io.leibniz.Trace.nodes;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Scope;
import io.leibniz.ir.ShapeException;
import io.leibniz.transform.Jvp;
import io.leibniz.transform.Linearized;
import io.leibniz.transform.Split;
import io.leibniz.transform.Taylor;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The transforms: each takes a function and returns a function of the same arguments, to be applied with
 * {@code of}. They nest freely. The first argument is differentiated; it may be a tensor, or a record, list or
 * map of them, and its gradient has the same shape.
 *
 * <p>Java asks for two things: the parameters of a lambda are written with their types, {@code grad((Tensor x) ->
 * x.sin())}, and a method that is overloaded cannot be passed by reference.
 *
 * <p>Under {@code grad}, {@code valueAndGrad}, {@code jvp}, {@code vjp}, {@code linearize}, {@code taylor}, {@code jacobian} and {@code
 * hessian} a traced tensor can be asked for its value, so that plain {@code if} and {@code while} on it work: the
 * derivative is that of the path taken. Under {@code vmap} and {@code jit} it has none, and branching on it raises {@link
 * io.leibniz.ir.TraceException}.
 *
 * <p>All of them are safe for use by several threads at once.
 */
public final class Leibniz {
  private Leibniz() {}

  // ---- reverse mode

  /** The gradient of a function with a scalar float result. */
  public static <A> Fn<A, A> grad(Fn<A, Tensor> f) {
    return a -> valueAndGrad("grad", f, a).grad();
  }

  public static <A, X> Fn2<A, X, A> grad(Fn2<A, X, Tensor> f) {
    return (a, x) -> grad((A p) -> f.of(p, x)).of(a);
  }

  public static <A, X, Y> Fn3<A, X, Y, A> grad(Fn3<A, X, Y, Tensor> f) {
    return (a, x, y) -> grad((A p) -> f.of(p, x, y)).of(a);
  }

  public static <A, X, Y, Z> Fn4<A, X, Y, Z, A> grad(Fn4<A, X, Y, Z, Tensor> f) {
    return (a, x, y, z) -> grad((A p) -> f.of(p, x, y, z)).of(a);
  }

  /** The value and the gradient of a function with a scalar float result, in one sweep. */
  public static <A> Fn<A, Valued<Tensor, A>> valueAndGrad(Fn<A, Tensor> f) {
    return a -> valueAndGrad("valueAndGrad", f, a);
  }

  public static <A, X> Fn2<A, X, Valued<Tensor, A>> valueAndGrad(Fn2<A, X, Tensor> f) {
    return (a, x) -> valueAndGrad((A p) -> f.of(p, x)).of(a);
  }

  public static <A, X, Y> Fn3<A, X, Y, Valued<Tensor, A>> valueAndGrad(Fn3<A, X, Y, Tensor> f) {
    return (a, x, y) -> valueAndGrad((A p) -> f.of(p, x, y)).of(a);
  }

  public static <A, X, Y, Z> Fn4<A, X, Y, Z, Valued<Tensor, A>> valueAndGrad(
      Fn4<A, X, Y, Z, Tensor> f) {
    return (a, x, y, z) -> valueAndGrad((A p) -> f.of(p, x, y, z)).of(a);
  }

  private static <A> Valued<Tensor, A> valueAndGrad(String transform, Fn<A, Tensor> f, A a) {
    var v = valueAndGradAux(transform, (A p) -> new Aux<>(f.of(p), List.of()), a);
    return new Valued<>(v.value(), v.grad());
  }

  /** Likewise, for a function that returns more than the value; the rest comes out as it is. */
  public static <A, S> Fn<A, Aux.Valued<S, A>> valueAndGradAux(Fn<A, Aux<S>> f) {
    return a -> valueAndGradAux("valueAndGradAux", f, a);
  }

  public static <A, X, S> Fn2<A, X, Aux.Valued<S, A>> valueAndGradAux(Fn2<A, X, Aux<S>> f) {
    return (a, x) -> valueAndGradAux((A p) -> f.of(p, x)).of(a);
  }

  public static <A, X, Y, S> Fn3<A, X, Y, Aux.Valued<S, A>> valueAndGradAux(
      Fn3<A, X, Y, Aux<S>> f) {
    return (a, x, y) -> valueAndGradAux((A p) -> f.of(p, x, y)).of(a);
  }

  public static <A, X, Y, Z, S> Fn4<A, X, Y, Z, Aux.Valued<S, A>> valueAndGradAux(
      Fn4<A, X, Y, Z, Aux<S>> f) {
    return (a, x, y, z) -> valueAndGradAux((A p) -> f.of(p, x, y, z)).of(a);
  }

  private static <A, S> Aux.Valued<S, A> valueAndGradAux(String transform, Fn<A, Aux<S>> f, A a) {
    differentiable(transform, a);
    var tree = new Out<Aux<S>>();
    var out =
        Trace.run(
            () -> {
              var t = tree.keep(Trace.at(a, f));
              if (Tree.structure(t.tree()).get(1).getValue() != Tensor.class)
                throw new ShapeException(
                    transform + " needs a scalar result, but this one is null");
              Node y = t.graph().results().getFirst();
              if (y.shape().rank() != 0)
                throw new ShapeException(
                    "%s needs a scalar result, but this one is %s; reduce it with sum() or mean(), or use jacobian"
                        .formatted(transform, y.shape()));
              if (!y.dtype().isFloat())
                throw new ShapeException(
                    "%s needs a float result, but this one is %s; cast it"
                        .formatted(transform, y.type()));
              var cts = new ArrayList<@Nullable Delta>();
              for (Node r : t.graph().results())
                cts.add(r == y && cts.isEmpty() ? Delta.of(Trace.one(y.dtype())) : null);
              var back = Transpose.vjp(t.graph(), t.args(), t.moves(), cts);
              return Lists.concat(back.ys(), filled(back.cts(), t.moving()));
            });
    int n = Tree.leaves(tree.get()).size();
    Aux<S> result = Tree.with(tree.get(), out.subList(0, n));
    return new Aux.Valued<>(result.value(), result.aux(), Tree.with(a, out.subList(n, out.size())));
  }

  /** The value, and the map that pulls cotangents of the result back to the argument. */
  public static <A, B> Fn<A, Pullback<A, B>> vjp(Fn<A, B> f) {
    return a -> {
      var lin = linearize("vjp", f, a);
      return new Pullback<>(lin.value(), lin.pull());
    };
  }

  public static <A, X, B> Fn2<A, X, Pullback<A, B>> vjp(Fn2<A, X, B> f) {
    return (a, x) -> vjp((A p) -> f.of(p, x)).of(a);
  }

  public static <A, X, Y, B> Fn3<A, X, Y, Pullback<A, B>> vjp(Fn3<A, X, Y, B> f) {
    return (a, x, y) -> vjp((A p) -> f.of(p, x, y)).of(a);
  }

  public static <A, X, Y, Z, B> Fn4<A, X, Y, Z, Pullback<A, B>> vjp(Fn4<A, X, Y, Z, B> f) {
    return (a, x, y, z) -> vjp((A p) -> f.of(p, x, y, z)).of(a);
  }

  // ---- forward mode

  /** The value and its derivative along a direction. Integer leaves do not move, whatever their tangent. */
  public static <A, B> Fn<Dual<A>, Dual<B>> jvp(Fn<A, B> f) {
    return d -> {
      var tangents = alike("jvp", "tangent", d.value(), d.tangent());
      var tree = new Out<B>();
      var out =
          Trace.run(
              () -> {
                var t = tree.keep(Trace.at(d.value(), f));
                var y = Jvp.of(t.graph(), t.args(), t.along(Jvp.moving(nodes(tangents))));
                return Lists.concat(y.ys(), filled(y.dys(), y.ys()));
              });
      int n = out.size() / 2;
      return new Dual<>(
          Tree.with(tree.get(), out.subList(0, n)), Tree.with(tree.get(), out.subList(n, 2 * n)));
    };
  }

  public static <A, X, B> Fn2<Dual<A>, X, Dual<B>> jvp(Fn2<A, X, B> f) {
    return (d, x) -> jvp((A p) -> f.of(p, x)).of(d);
  }

  public static <A, X, Y, B> Fn3<Dual<A>, X, Y, Dual<B>> jvp(Fn3<A, X, Y, B> f) {
    return (d, x, y) -> jvp((A p) -> f.of(p, x, y)).of(d);
  }

  public static <A, X, Y, Z, B> Fn4<Dual<A>, X, Y, Z, Dual<B>> jvp(Fn4<A, X, Y, Z, B> f) {
    return (d, x, y, z) -> jvp((A p) -> f.of(p, x, y, z)).of(d);
  }

  /** The Hessian times a direction, without the Hessian: the derivative of the gradient along it. */
  public static <A> Fn<Dual<A>, A> hvp(Fn<A, Tensor> f) {
    return d -> jvp(grad(f)).of(d).tangent();
  }

  public static <A, X> Fn2<Dual<A>, X, A> hvp(Fn2<A, X, Tensor> f) {
    return (d, x) -> hvp((A p) -> f.of(p, x)).of(d);
  }

  public static <A, X, Y> Fn3<Dual<A>, X, Y, A> hvp(Fn3<A, X, Y, Tensor> f) {
    return (d, x, y) -> hvp((A p) -> f.of(p, x, y)).of(d);
  }

  public static <A, X, Y, Z> Fn4<Dual<A>, X, Y, Z, A> hvp(Fn4<A, X, Y, Z, Tensor> f) {
    return (d, x, y, z) -> hvp((A p) -> f.of(p, x, y, z)).of(d);
  }

  // ---- higher orders

  /**
   * All derivatives along a direction up to order {@code n}, in one sweep: the {@link Series} of {@code f(x + t·dx)} by t.
   * Nested {@code jvp} gives the same numbers at a cost that is exponential in n; this one's is polynomial.
   */
  public static <A, B> Fn<Dual<A>, Series<B>> taylor(Fn<A, B> f, int n) {
    return d -> taylor("taylor", f, n, d);
  }

  public static <A, X, B> Fn2<Dual<A>, X, Series<B>> taylor(Fn2<A, X, B> f, int n) {
    return (d, x) -> taylor((A p) -> f.of(p, x), n).of(d);
  }

  public static <A, X, Y, B> Fn3<Dual<A>, X, Y, Series<B>> taylor(Fn3<A, X, Y, B> f, int n) {
    return (d, x, y) -> taylor((A p) -> f.of(p, x, y), n).of(d);
  }

  public static <A, X, Y, Z, B> Fn4<Dual<A>, X, Y, Z, Series<B>> taylor(
      Fn4<A, X, Y, Z, B> f, int n) {
    return (d, x, y, z) -> taylor((A p) -> f.of(p, x, y, z), n).of(d);
  }

  /** f(x), f′(x), … f⁽ⁿ⁾(x) of a function of one variable: {@code [n + 1]}, then the axes of its result. */
  public static Tensor derivatives(Fn<Tensor, Tensor> f, Tensor x, int n) {
    if (x.rank() != 0)
      throw new ShapeException(
          "derivatives needs one variable, a scalar, but this one is %s; vmap it over the elements, or use taylor along a direction"
              .formatted(x.type()));
    var s = taylor("derivatives", f, n, new Dual<>(x, Tensor.ones(x.dtype())));
    return Tensor.stack(
        0, IntStream.rangeClosed(0, n).mapToObj(s::derivative).toArray(Tensor[]::new));
  }

  private static <A, B> Series<B> taylor(String transform, Fn<A, B> f, int n, Dual<A> d) {
    if (n < 0)
      throw new ShapeException(
          transform + " needs an order of 0 or more, got " + n + "; 0 is the value alone");
    differentiable(transform, d.value());
    var direction = alike(transform, "direction", d.value(), d.tangent());
    var tree = new Out<B>();
    var out =
        Trace.run(
            () -> {
              var t = tree.keep(Trace.at(d.value(), f));
              var dxs = t.along(Jvp.moving(nodes(direction)));
              var coefficients = Taylor.of(t.graph(), t.args(), dxs, n);
              var like = filled(coefficients.getFirst(), t.graph().results());
              return coefficients.stream().flatMap(c -> filled(c, like).stream()).toList();
            });
    int m = out.size() / (n + 1);
    return new Series<>(
        IntStream.rangeClosed(0, n)
            .mapToObj(k -> Tree.with(tree.get(), out.subList(k * m, (k + 1) * m)))
            .toList());
  }

  // ---- both

  /** The derivative as a linear map. The function is evaluated once; push and pull compute with what it left. */
  public static <A, B> Fn<A, Linearization<A, B>> linearize(Fn<A, B> f) {
    return a -> linearize("linearize", f, a);
  }

  public static <A, X, B> Fn2<A, X, Linearization<A, B>> linearize(Fn2<A, X, B> f) {
    return (a, x) -> linearize((A p) -> f.of(p, x)).of(a);
  }

  public static <A, X, Y, B> Fn3<A, X, Y, Linearization<A, B>> linearize(Fn3<A, X, Y, B> f) {
    return (a, x, y) -> linearize((A p) -> f.of(p, x, y)).of(a);
  }

  public static <A, X, Y, Z, B> Fn4<A, X, Y, Z, Linearization<A, B>> linearize(
      Fn4<A, X, Y, Z, B> f) {
    return (a, x, y, z) -> linearize((A p) -> f.of(p, x, y, z)).of(a);
  }

  private static <A, B> Linearization<A, B> linearize(String transform, Fn<A, B> f, A a) {
    differentiable(transform, a);
    var tree = new Out<B>();
    var linear = new Out<Linearized>();
    var out =
        Trace.keep(
            () -> {
              var t = tree.keep(Trace.at(a, f));
              var dxs = t.moving().stream().map(x -> Scope.current().parameter(x.type())).toList();
              var y = Split.jvp(t.graph(), t.args(), t.along(Jvp.moving(dxs)));
              linear.value = Linearized.of(y.dys(), dxs);
              return Lists.concat(y.ys(), linear.get().kept());
            });
    int n = Tree.leaves(tree.get()).size();
    B value = Tree.with(tree.get(), out.subList(0, n).stream().map(Trace.Kept::tensor).toList());
    var kept = out.subList(n, out.size());
    Function<List<Node>, List<@Nullable Delta>> push =
        dxs -> linear.get().push(dxs, kept.stream().map(Trace.Kept::node).toList());
    return new Linearization<>(
        value,
        da -> {
          var dxs = alike(transform, "tangent", a, da);
          return Tree.with(value, Trace.run(() -> filled(push.apply(nodes(dxs)), nodes(value))));
        },
        ct -> {
          var cts = alike(transform, "cotangent", value, ct);
          return Tree.with(
              a,
              Trace.run(
                  () -> {
                    var dxs =
                        nodes(a).stream().map(x -> Scope.current().parameter(x.type())).toList();
                    return filled(
                        Transpose.of(push.apply(dxs), dxs, Jvp.moving(nodes(cts))), nodes(a));
                  }));
        });
  }

  /** The matrix of all first derivatives; see {@link Jacobian}. Forward or reverse, whichever takes fewer sweeps. */
  public static <A, B> Jacobian.Of<A, B> jacobian(Fn<A, B> f) {
    return new Jacobian.Of<>(f, "jacobian", Jacobian.Mode.BY_SHAPE);
  }

  public static <A, X, B> Fn2<A, X, Jacobian> jacobian(Fn2<A, X, B> f) {
    return (a, x) -> jacobian((A p) -> f.of(p, x)).of(a);
  }

  public static <A, X, Y, B> Fn3<A, X, Y, Jacobian> jacobian(Fn3<A, X, Y, B> f) {
    return (a, x, y) -> jacobian((A p) -> f.of(p, x, y)).of(a);
  }

  public static <A, X, Y, Z, B> Fn4<A, X, Y, Z, Jacobian> jacobian(Fn4<A, X, Y, Z, B> f) {
    return (a, x, y, z) -> jacobian((A p) -> f.of(p, x, y, z)).of(a);
  }

  /** The matrix of all second derivatives of a function with a scalar result: the Jacobian of its gradient. */
  public static <A> Jacobian.Of<A, A> hessian(Fn<A, Tensor> f) {
    return new Jacobian.Of<>(
        a -> valueAndGrad("hessian", f, a).grad(), "hessian", Jacobian.Mode.BY_SHAPE);
  }

  public static <A, X> Fn2<A, X, Jacobian> hessian(Fn2<A, X, Tensor> f) {
    return (a, x) -> hessian((A p) -> f.of(p, x)).of(a);
  }

  public static <A, X, Y> Fn3<A, X, Y, Jacobian> hessian(Fn3<A, X, Y, Tensor> f) {
    return (a, x, y) -> hessian((A p) -> f.of(p, x, y)).of(a);
  }

  public static <A, X, Y, Z> Fn4<A, X, Y, Z, Jacobian> hessian(Fn4<A, X, Y, Z, Tensor> f) {
    return (a, x, y, z) -> hessian((A p) -> f.of(p, x, y, z)).of(a);
  }

  /** The same values, of derivative 0. */
  public static <T> T stopGradient(T tree) {
    return Tree.map(tree, x -> Tensor.op(new Pointwise.Stop(), x));
  }

  /**
   * The points without a derivative that a run of {@code f} hits, each with the op, its line, the value, and the slope that
   * derivatives use there beside those from the left and the right; see {@link Kink}. Loops and branches are looked into. What
   * {@code vmap} batches is seen as one op on all lanes.
   */
  public static <A> Fn<A, List<Kink>> kinks(Fn<A, ?> f) {
    return a -> {
      differentiable("kinks", a);
      Scope root = Interpreter.scope();
      return root.in(
          () -> {
            var t = Trace.at(a, (A p) -> f.of(p));
            var args = t.args().stream().map(root::value).toList();
            return Kinks.of(t.graph(), args, t.moves());
          });
    };
  }

  // ---- functions that an equation defines

  /** The function (x, start) → y with F(x, y) = 0, y near the start; see {@link Implicit}. F's result is like y. */
  public static <X, Y> Implicit.Of<X, Y> implicit(Fn2<X, Y, Y> f) {
    return Implicit.Of.equation("implicit", f);
  }

  /** The function (x, start) → y with y = f(x, y), y near the start; see {@link Implicit}. */
  public static <X, Y> Implicit.Of<X, Y> fixedPoint(Fn2<X, Y, Y> f) {
    return Implicit.Of.equation(
        "fixedPoint", (x, y) -> Tree.map(y, f.of(x, y), (p, q) -> p.minus(q)));
  }

  /** The function (x, start) → the y near the start at which f(x, y), a scalar, is least; see {@link Implicit}. */
  public static <X, Y> Implicit.Of<X, Y> argmin(Fn2<X, Y, Tensor> f) {
    return Implicit.Of.objective(f);
  }

  // ---- batches and programs

  /** Runs a function for each row of its arguments at once; see {@link Vmap}. */
  public static <A, B> Vmap.Of<A, B> vmap(Fn<A, B> f) {
    return new Vmap.Of<>(f);
  }

  public static <A, X, B> Vmap.Of2<A, X, B> vmap(Fn2<A, X, B> f) {
    return new Vmap.Of2<>(f, List.of(Axis.EACH, Axis.EACH));
  }

  public static <A, X, Y, B> Vmap.Of3<A, X, Y, B> vmap(Fn3<A, X, Y, B> f) {
    return new Vmap.Of3<>(f, List.of(Axis.EACH, Axis.EACH, Axis.EACH));
  }

  public static <A, X, Y, Z, B> Vmap.Of4<A, X, Y, Z, B> vmap(Fn4<A, X, Y, Z, B> f) {
    return new Vmap.Of4<>(f, List.of(Axis.EACH, Axis.EACH, Axis.EACH, Axis.EACH));
  }

  /** Traces a function once for each signature and compiles it; see {@link Jit}. */
  public static <A, B> Jit.Of<A, B> jit(Fn<A, B> f) {
    return new Jit.Of<>(f);
  }

  public static <A, X, B> Jit.Of2<A, X, B> jit(Fn2<A, X, B> f) {
    return new Jit.Of2<>(f);
  }

  public static <A, X, Y, B> Jit.Of3<A, X, Y, B> jit(Fn3<A, X, Y, B> f) {
    return new Jit.Of3<>(f);
  }

  public static <A, X, Y, Z, B> Jit.Of4<A, X, Y, Z, B> jit(Fn4<A, X, Y, Z, B> f) {
    return new Jit.Of4<>(f);
  }

  // ---- small things

  /** What a lambda leaves behind for the code after it. */
  private static final class Out<T> {
    private @Nullable T value;

    T get() {
      return Objects.requireNonNull(value);
    }

    Trace<T> keep(Trace<T> t) {
      value = t.tree();
      return t;
    }
  }

  /** The tensors of {@code other}, which must have the leaves of {@code tree}, the float ones of the same types. */
  private static List<Tensor> alike(
      String transform, String what, @Nullable Object tree, @Nullable Object other) {
    if (tree == null || other == null) return List.of();
    var out = Tree.paired(transform, tree, other);
    var leaves = Tree.leaves(tree);
    for (int i = 0; i < out.size(); i++) {
      var x = leaves.get(i).tensor().type();
      var dx = out.get(i).type();
      if (x.dtype().isFloat() && !x.equals(dx))
        throw new ShapeException(
            "%s needs a %s of the value's type %s at %s, got %s"
                .formatted(transform, what, x, Tree.named(leaves.get(i).path()), dx));
    }
    return out;
  }
}
