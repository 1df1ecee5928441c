package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.linearize;
import static io.leibniz.Leibniz.valueAndGrad;
import static io.leibniz.Trace.nodes;
import static io.leibniz.Trace.tensors;

import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import io.leibniz.ir.ShapeException;
import io.leibniz.transform.LinearMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Functions that an equation defines. Where F(x, y) = 0 has a solution y near {@code start}, and ∂F/∂y is regular there, y is a
 * function of x, and by the implicit function theorem
 *
 * <pre>dy = −(∂F/∂y)⁻¹ · (∂F/∂x) · dx</pre>
 *
 * <p>one linear solve, in either mode and at any order, however the solution was found; no derivative looks into the solver.
 *
 * <p>A solution that did not converge, or at which ∂F/∂y is singular, raises {@link ConvergenceException}, or warns after
 * {@code onFailure(WARN)}. Under {@code vmap} each lane is solved on its own.
 */
public final class Implicit {
  private static final System.Logger LOG = System.getLogger("io.leibniz.implicit");

  private Implicit() {}

  /** What to do about a solution that is none. */
  public enum Failure {
    RAISE,
    WARN
  }

  /** How linear systems with ∂F/∂y are solved. */
  public enum Method {
    /** As a matrix, by elimination. */
    DENSE,
    /** By products with it: conjugate gradients for {@code argmin}, else GMRES. */
    MATRIX_FREE,
    /** Dense up to 256 unknowns. */
    BY_SIZE
  }

  /**
   * A solution; the greatest |F(x, y)|; the condition number of ∂F/∂y, which says how many times larger relative errors of y may be than those of F
   * (of the dense method in the 1-norm, else an estimate from below in the 2-norm); and how many steps were taken.
   */
  public record Solution<Y>(Y y, Tensor residual, Tensor condition, Tensor iterations) {}

  private record Options(double tolerance, int iterations, Failure failure, Method method) {
    static final Options DEFAULT = new Options(1e-9, 100, Failure.RAISE, Method.BY_SIZE);
  }

  /** The function (x, start) → y. */
  public static final class Of<X, Y> implements Fn2<X, Y, Y> {
    private final String name;
    private final Fn2<X, Y, Y> equation;
    private final @Nullable Fn2<X, Y, Tensor> objective;
    private final @Nullable Fn2<X, Y, Y> solver;
    private final Options options;

    private Of(
        String name,
        Fn2<X, Y, Y> equation,
        @Nullable Fn2<X, Y, Tensor> objective,
        @Nullable Fn2<X, Y, Y> solver,
        Options options) {
      this.name = name;
      this.equation = equation;
      this.objective = objective;
      this.solver = solver;
      this.options = options;
    }

    static <X, Y> Of<X, Y> equation(String name, Fn2<X, Y, Y> f) {
      return new Of<>(name, f, null, null, Options.DEFAULT);
    }

    static <X, Y> Of<X, Y> objective(Fn2<X, Y, Tensor> f) {
      return new Of<>(
          "argmin", (x, y) -> grad((Y q) -> f.of(x, q)).of(y), f, null, Options.DEFAULT);
    }

    private Of<X, Y> with(Options options) {
      return new Of<>(name, equation, objective, solver, options);
    }

    /** Solved by {@code (x, start) → y}, plain Java on values, instead of Newton's method. It must not use tensors of an outer trace but x. */
    public Of<X, Y> solver(Fn2<X, Y, Y> solver) {
      return new Of<>(name, equation, objective, solver, options);
    }

    /** The size of the last Newton step, relative to y, at which a solution counts as one. 1e-9; of f32, 1e-4. */
    public Of<X, Y> tolerance(double relative) {
      return with(new Options(relative, options.iterations, options.failure, options.method));
    }

    /** How many steps to take at most; 100. */
    public Of<X, Y> iterations(int most) {
      return with(new Options(options.tolerance, most, options.failure, options.method));
    }

    public Of<X, Y> onFailure(Failure failure) {
      return with(new Options(options.tolerance, options.iterations, failure, options.method));
    }

    public Of<X, Y> method(Method method) {
      return with(new Options(options.tolerance, options.iterations, options.failure, method));
    }

    @Override
    public Y of(X x, Y start) {
      return solve(x, start).y;
    }

    /** Likewise, telling how good the solution is. */
    public Solution<Y> solve(X x, Y start) {
      var flat = Flat.of(name + "'s start", start);
      var out = Trace.run(() -> nodes(solved(x, flat, flat.vector(start))));
      return new Solution<>(flat.tree(out.get(0)), out.get(1), out.get(2), out.get(3));
    }

    private List<Tensor> solved(X x, Flat<Y> flat, Tensor start) {
      var xs = nodes(x);
      // what F captures may move: it is an argument as well
      var captures = new ArrayList<Node>();
      Graph f = closed(x, xs, flat, captures, y -> flat.vector(shaped(flat, y.of(equation))));
      var known = List.copyOf(captures);
      Fn2<List<Tensor>, Tensor, Tensor> residual = at(f, xs.size(), 0, known.size());
      Fn2<List<Tensor>, Tensor, Tensor> value = residual;
      var all = new ArrayList<>(xs);
      all.addAll(known);
      if (objective != null) {
        var more = new ArrayList<Node>();
        Graph least = closed(x, xs, flat, more, y -> y.of(objective));
        value = at(least, xs.size(), known.size(), more.size());
        all.addAll(more);
      }
      var newton =
          new Newton(name, residual, objective == null ? null : value, options, flat.size());
      var args = new ArrayList<>(List.of(start));
      args.addAll(tensors(all));
      return Flow.custom(
              (List<Tensor> a) -> {
                var rest = a.subList(1, a.size());
                Tensor own = null;
                if (solver != null)
                  own =
                      Flow.customCall(
                              name + "'s solver",
                              List.of(flat.type()),
                              (List<Tensor> t) -> List.of(own(x, xs.size(), flat, t)))
                          .of(a.subList(0, 1 + xs.size()))
                          .getFirst();
                return newton.solve(rest, own == null ? a.getFirst() : own, own != null);
              },
              (List<Tensor> a, List<Tensor> s, List<Tensor> da) -> {
                Tensor dy =
                    newton.tangent(a.subList(1, a.size()), s.getFirst(), da.subList(1, da.size()));
                return List.of(dy, s.get(1).times(0), s.get(2).times(0), s.get(3));
              })
          .of(args);
    }

    private Tensor own(X x, int n, Flat<Y> flat, List<Tensor> values) {
      X point = Tree.with(x, values.subList(1, 1 + n));
      return flat.vector(
          shaped(flat, Objects.requireNonNull(solver).of(point, flat.tree(values.getFirst()))));
    }

    /** A function of (x, y) still to be applied, at parameters. */
    private interface Applied<X, Y> {
      Tensor of(At<X, Y> at);
    }

    private record At<X, Y>(X x, Y y) {
      <B> B of(Fn2<X, Y, B> f) {
        return f.of(x, y);
      }
    }

    private Graph closed(X x, List<Node> xs, Flat<Y> flat, List<Node> captures, Applied<X, Y> f) {
      var c =
          Graph.close(
              Lists.concat(Control.kinds(xs), List.of(flat.type())),
              ps -> {
                X p = Tree.with(x, tensors(ps.subList(0, xs.size())));
                return List.of(f.of(new At<>(p, flat.tree(new Tensor(ps.get(xs.size()))))).node());
              });
      captures.addAll(c.captures());
      return c.graph();
    }

    /** The graph as a function of x with all that is captured, and of y. */
    private static Fn2<List<Tensor>, Tensor, Tensor> at(Graph g, int own, int from, int captures) {
      return (all, y) -> {
        var args = new ArrayList<>(all.subList(0, own));
        args.add(y);
        args.addAll(all.subList(own + from, own + from + captures));
        var out = Trace.run(() -> g.inline(args.stream().map(Tensor::node).toList()));
        return out.getFirst();
      };
    }

    /** What F or a solver returned, which must be like y. */
    private Y shaped(Flat<Y> flat, @Nullable Y y) {
      if (y == null) throw new ShapeException(name + " needs a tree like its start, got null");
      var leaves = Tree.leaves(flat.tree());
      var own = Tree.paired(name, flat.tree(), y);
      for (int i = 0; i < own.size(); i++) {
        var needs = leaves.get(i).tensor().type();
        if (!needs.equals(own.get(i).type()))
          throw new ShapeException(
              "%s needs F(x, y) of y's type %s%s, got %s; it has an equation for each unknown"
                  .formatted(
                      name,
                      needs,
                      leaves.get(i).path().isEmpty() ? "" : " at " + leaves.get(i).path(),
                      own.get(i).type()));
      }
      return y;
    }
  }

  /** Newton's method for F, or for the minimum of a function of which F is the gradient, and what it leads to. */
  private record Newton(
      String name,
      Fn2<List<Tensor>, Tensor, Tensor> residual,
      @Nullable Fn2<List<Tensor>, Tensor, Tensor> objective,
      Options options,
      int n) {

    private boolean dense() {
      return switch (options.method) {
        case DENSE -> true;
        case MATRIX_FREE -> false;
        case BY_SIZE -> n <= 256;
      };
    }

    private static Tensor size(Tensor x) {
      return x.abs().max();
    }

    private static Tensor number(Tensor like, double k) {
      return Tensor.full(like.dtype(), k);
    }

    private static double epsilon(Tensor like) {
      return like.dtype() == DType.F64 ? 0x1p-52 : 0x1p-23;
    }

    /** The solution, its residual, its condition, the number of steps. */
    List<Tensor> solve(List<Tensor> x, Tensor start, boolean given) {
      record Found(Tensor y, Tensor steps) {}
      Found found;
      if (given) found = new Found(start, Tensor.of(0L));
      else if (objective == null) {
        var p = newton(x, start);
        found = new Found(p.y, p.steps);
      } else {
        var h = descent(x, start);
        found = new Found(h.y, h.steps);
      }
      Tensor r = residual.of(x, found.y);
      var q = quality(x, found.y, r);
      // the check is part of the graph: whoever uses the solution, uses what it let through
      return Flow.customCall(
              name,
              List.of(
                  found.y.type(),
                  r.type().with(size(r).shape()),
                  q.condition.type(),
                  found.steps.type()),
              (List<Tensor> t) -> checked(t))
          .of(List.of(found.y, size(r), q.condition, found.steps, q.step, q.minimum));
    }

    private List<Tensor> checked(List<Tensor> t) {
      Tensor y = t.get(0);
      double residual = t.get(1).item(), condition = t.get(2).item(), step = t.get(4).item();
      double tolerance =
          y.dtype() == DType.F32 ? Math.max(options.tolerance, 1e-4) : options.tolerance;
      String wrong = null;
      boolean near = residual == 0 || step <= tolerance * size(y).item();
      if (!(residual < Double.POSITIVE_INFINITY))
        wrong = "went where F is not finite; give a start nearer to the solution";
      else if (Double.isNaN(condition) || !(condition < 1 / epsilon(y)))
        wrong =
            "found a point at which ∂F/∂y is singular (condition %.3g), so that y is no function of x there; state the problem otherwise"
                .formatted(condition);
      else if (!near)
        wrong =
            "did not converge: the next step would change y by %.3g; give a better start, more iterations(…), or a solver(…)"
                .formatted(step);
      else if (t.get(5).item() == 0)
        wrong =
            "found a stationary point that is no minimum; give a start nearer to one, or use implicit for any stationary point";
      if (wrong != null) {
        String message =
            "%s %s (residual %.3g after %d steps)"
                .formatted(name, wrong, residual, (long) t.get(3).item());
        if (options.failure == Failure.RAISE) throw new ConvergenceException(message);
        LOG.log(System.Logger.Level.WARNING, message);
      }
      return t.subList(0, 4);
    }

    /** How far the next step would go; the condition; whether it is a minimum, if one was asked for. */
    private record Quality(Tensor step, Tensor condition, Tensor minimum) {}

    private Quality quality(List<Tensor> x, Tensor y, Tensor r) {
      Tensor yes = Tensor.of(true);
      if (dense()) {
        Tensor j = matrix(x, y), inverse = Linalg.inverse(j);
        Tensor condition = norm1(j).times(norm1(inverse));
        Tensor minimum = objective == null ? yes : Linalg.cholesky(j).isFinite().all();
        return new Quality(size(inverse.matmul(r)), condition, minimum);
      }
      var lin = linearize((Tensor q) -> residual.of(x, q)).of(y);
      Tensor step = krylov(lin.push(), r);
      Tensor start = Key.of(1).normal(r.dtype(), n);
      Tensor longest = Krylov.norm(lin.push(), lin.pull(), start, 12);
      Tensor shortest =
          Krylov.norm(v -> krylov(lin.push(), v), v -> krylov(lin.pull(), v), start, 2);
      // of a singular matrix most right sides are out of reach
      Tensor condition =
          reached(lin.push(), step, r)
              .and(reached(lin.push(), krylov(lin.push(), start), start))
              .select(longest.times(shortest), number(r, Double.POSITIVE_INFINITY));
      Tensor minimum = objective == null ? yes : step.dot(r).ge(0).or(size(r).eq(0));
      return new Quality(size(step), condition, minimum);
    }

    private static Tensor reached(Fn<Tensor, Tensor> a, Tensor x, Tensor b) {
      return size(a.of(x).minus(b)).le(size(b).times(1e-3));
    }

    private static Tensor norm1(Tensor a) {
      return a.abs().sum(0).max();
    }

    /** ∂F/∂y at a point, [n, n]. */
    private Tensor matrix(List<Tensor> x, Tensor y) {
      return jacobian((Tensor q) -> residual.of(x, q)).forward().of(y).tensor();
    }

    private Tensor krylov(Fn<Tensor, Tensor> a, Tensor b) {
      double tolerance = b.dtype() == DType.F64 ? 1e-13 : 1e-6;
      return objective == null ? Krylov.gmres(a, b, tolerance) : Krylov.cg(a, b, tolerance);
    }

    /** The tangent of the solution: −(∂F/∂y)⁻¹ · ∂F/∂x · dx. */
    Tensor tangent(List<Tensor> x, Tensor y, List<Tensor> dx) {
      Tensor moved =
          jvp((List<Tensor> p) -> residual.of(p, y)).of(new Dual<>(x, dx)).tangent().neg();
      if (dense()) return Linalg.solve(matrix(x, y), moved);
      var push = linearize((Tensor q) -> residual.of(x, q)).of(y).push();
      return new Tensor(
          LinearMap.solve(
              v -> push.of(new Tensor(v)).node(),
              moved.node(),
              (a, b) -> krylov(v -> new Tensor(a.apply(v.node())), new Tensor(b)).node()));
    }

    private record Point(Tensor y, Tensor r, Tensor steps, Tensor going) {}

    /** As long as a step, halved if need be, makes |F| smaller. */
    private Point newton(List<Tensor> x, Tensor start) {
      record Damped(Tensor y, Tensor r, Tensor t) {}
      return Flow.whileLoop(
          new Point(start, residual.of(x, start), Tensor.of(0L), Tensor.of(true)),
          p -> p.going,
          p -> {
            Tensor s = step(x, p.y, p.r).neg(), now = size(p.r);
            Tensor far = p.y.plus(s);
            var d =
                Flow.whileLoop(
                    new Damped(far, residual.of(x, far), number(now, 1)),
                    q -> lower(size(q.r), now, q.t).not().and(q.t.gt(1e-10)),
                    q -> {
                      Tensor t = q.t.times(0.5), y = p.y.plus(s.times(t));
                      return new Damped(y, residual.of(x, y), t);
                    });
            Tensor better = lower(size(d.r), now, d.t);
            Tensor moves = size(s).times(d.t).gt(size(d.y).times(2 * epsilon(s)));
            Tensor steps = p.steps.plus(1);
            Tensor going = better.and(moves).and(size(d.r).gt(0)).and(steps.lt(options.iterations));
            return new Point(better.select(d.y, p.y), better.select(d.r, p.r), steps, going);
          },
          options.iterations);
    }

    private static Tensor lower(Tensor then, Tensor now, Tensor t) {
      return then.le(now.times(number(now, 1).minus(t.times(1e-4))));
    }

    private Tensor step(List<Tensor> x, Tensor y, Tensor r) {
      if (dense()) return Linalg.solve(matrix(x, y), r);
      return krylov(linearize((Tensor q) -> residual.of(x, q)).of(y).push(), r);
    }

    private record Hill(Tensor y, Tensor g, Tensor f, Tensor damping, Tensor steps, Tensor going) {}

    /** Newton's method on a function, with the Hessian shifted until the step leads down: Levenberg (1944). */
    private Hill descent(List<Tensor> x, Tensor start) {
      var f = Objects.requireNonNull(objective);
      Fn<Tensor, Valued<Tensor, Tensor>> both = valueAndGrad((Tensor q) -> f.of(x, q));
      var at = both.of(start);
      return Flow.whileLoop(
          new Hill(start, at.grad(), at.value(), number(start, 0), Tensor.of(0L), Tensor.of(true)),
          h -> h.going,
          h -> {
            Tensor s = down(x, h.y, h.g, h.damping), y = h.y.plus(s);
            var next = both.of(y);
            Tensor rounding = h.f.abs().times(8 * epsilon(s));
            Tensor lower =
                next.value()
                    .lt(h.f.minus(rounding))
                    .or(next.value().le(h.f.plus(rounding)).and(size(next.grad()).lt(size(h.g))));
            Tensor ok = s.isFinite().all().and(s.dot(h.g).lt(0)).and(lower);
            Tensor scale = scale(x, h.y);
            Tensor less = h.damping.times(0.125);
            Tensor damping =
                ok.select(
                    less.lt(scale.times(1e-9)).select(number(s, 0), less),
                    h.damping.times(8).maximum(scale.times(1e-3)));
            Tensor steps = h.steps.plus(1);
            // a step of Newton's own that goes hardly anywhere is the last
            Tensor last = h.damping.eq(0).and(size(s).le(size(y).times(256 * epsilon(s))));
            Tensor going =
                ok.select(size(next.grad()).gt(0), damping.lt(scale.times(1e12)))
                    .and(last.not())
                    .and(steps.lt(options.iterations));
            return new Hill(
                ok.select(y, h.y),
                ok.select(next.grad(), h.g),
                ok.select(next.value(), h.f),
                damping,
                steps,
                going);
          },
          options.iterations);
    }

    /** −(H + damping)⁻¹·g; not finite where that matrix is not positive definite. */
    private Tensor down(List<Tensor> x, Tensor y, Tensor g, Tensor damping) {
      if (!dense()) {
        var push = linearize((Tensor q) -> residual.of(x, q)).of(y).push();
        return krylov(v -> push.of(v).plus(v.times(damping)), g).neg();
      }
      Tensor h = matrix(x, y).plus(Tensor.eye(g.dtype(), n).times(damping));
      Tensor l = Linalg.cholesky(h);
      Tensor half = Linalg.triangularSolve(l, g, true, false);
      return Linalg.triangularSolve(l, half, true, true).neg();
    }

    /** The size of the Hessian. */
    private Tensor scale(List<Tensor> x, Tensor y) {
      Tensor diagonal =
          dense()
              ? size(matrix(x, y))
              : size(
                  jvp((Tensor q) -> residual.of(x, q))
                      .of(new Dual<>(y, y.times(0).plus(1)))
                      .tangent());
      return diagonal.gt(0).select(diagonal, number(y, 1));
    }
  }
}
