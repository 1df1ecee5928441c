package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.stopGradient;
import static io.leibniz.Leibniz.vmap;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program with nested control flow, drawn from a seed: a tree that runs on a {@link Machine}, as control ops or as plain Java
 * branches and loops on traced values. Every part maps a {@link State} to a state and may use what lies {@link Outer outside} of it,
 * which an enclosing loop may have made.
 *
 * <p>A program may be <em>bad</em>, with NaN and infinities where nothing selects them. Then it has no op that ends structural
 * zeros (contractions, linear algebra, rules of one's own): such an op makes a number 0 of a zero that plain Java need not even have.
 */
record RandomControl(long seed, boolean bad, Start start, Part body) {

  /** What goes through a program: a number, a vector [3], an integer from 0 to 4, and a truth value. */
  record State(Tensor a, Tensor v, Tensor n, Tensor p) {
    State a(Tensor to) {
      return new State(to, v, n, p);
    }

    State v(Tensor to) {
      return new State(a, to, n, p);
    }

    State n(Tensor to) {
      return new State(a, v, to, p);
    }

    State p(Tensor to) {
      return new State(a, v, n, to);
    }
  }

  /** A number, a vector [3] and a matrix [3, 3] to capture. */
  record Outer(Tensor a, Tensor v, Tensor m) {
    Outer a(Tensor to) {
      return new Outer(to, v, m);
    }

    Outer v(Tensor to) {
      return new Outer(a, to, m);
    }
  }

  /** The result [3] for x [3] and a captured w [3], both of one float dtype. */
  Tensor run(Machine machine, Tensor x, Tensor w) {
    State y = body.run(machine, start.state(x, w), start.outer(x, w));
    Tensor sum = y.v.plus(y.a).plus(number(y.n, x).times(0.1));
    return y.p.select(start.curved ? sum.sin() : sum, sum.times(0.9).plus(w));
  }

  /** What starts as a constant does not move at first; and whether what comes after bends the result. */
  record Start(
      boolean a, boolean v, boolean n, boolean p, boolean outer, boolean matrix, boolean curved) {
    State state(Tensor x, Tensor w) {
      return new State(
          a ? x.at(0).sin() : number(0, x),
          v ? x.times(w).plus(x.flip(0)) : vector(x, 0.3, 0, 1.1),
          n ? x.argmax(0).times(2) : Tensor.of(2L),
          p ? x.sum().gt(0.173) : Tensor.of(true));
    }

    Outer outer(Tensor x, Tensor w) {
      Tensor m = vector(x, 0.3, -0.2, 0.5, 0.1, 0.4, -0.6, 0.7, 0.2, 0.1).reshape(3, 3);
      return new Outer(
          outer ? x.at(1).cos() : number(-0.6, x),
          outer ? w : x.tanh(),
          matrix ? m.plus(x.expand(1).times(w).times(0.2)) : m);
    }
  }

  private static Tensor number(double k, Tensor like) {
    return Tensor.of(k).cast(like.dtype());
  }

  private static Tensor number(Tensor k, Tensor like) {
    return k.cast(like.dtype());
  }

  private static Tensor vector(Tensor like, double... k) {
    return Tensor.vector(k).cast(like.dtype());
  }

  // ---- two ways to run

  /** The control flow that a program is written in. */
  interface Machine {
    <T> T cond(Tensor p, Supplier<T> then, Supplier<T> otherwise);

    /** {@code most} turns at most, as a carried counter says, or else the loop's own limit. */
    State whileLoop(
        State x, Fn<State, Tensor> test, Fn<State, State> body, int most, boolean counted);

    State fori(Tensor n, State x, Fn2<Tensor, State, State> body);

    Step<State, Out> scan(
        State x, Rows rows, Fn2<State, Rows, Step<State, Out>> f, @Nullable Checkpoints some);

    State call(boolean recompute, Fn<State, State> f, State x);

    State custom(Fn<Args, State> f, Args x);

    /** {@code f} of each element. */
    Tensor each(Fn<Tensor, Tensor> f, Tensor v);

    /** The root of a number that is not negative, by a call out of the graph. */
    Tensor root(Tensor x);
  }

  /** What a scan goes through: numbers [n], and vectors [n, 3]. */
  record Rows(Tensor a, Tensor v) {}

  /** What a scan piles up. */
  record Out(Tensor v, Tensor n, Tensor p) {}

  /** What moves has to be an argument of a rule of one's own. */
  record Args(State x, Outer o) {}

  private record Counted(Tensor k, State x) {}

  /** Branches and loops as ops. */
  static final Machine OPS =
      new Machine() {
        @Override
        public <T> T cond(Tensor p, Supplier<T> then, Supplier<T> otherwise) {
          return Flow.cond(p, then, otherwise);
        }

        @Override
        public State whileLoop(
            State x, Fn<State, Tensor> test, Fn<State, State> body, int most, boolean counted) {
          if (!counted) return Flow.whileLoop(x, test, body, most);
          return Flow.whileLoop(
                  new Counted(Tensor.of(0), x),
                  c -> c.k.lt(most).and(test.of(c.x)),
                  c -> new Counted(c.k.plus(1), body.of(c.x)))
              .x;
        }

        @Override
        public State fori(Tensor n, State x, Fn2<Tensor, State, State> body) {
          return Flow.fori(n, x, body);
        }

        @Override
        public Step<State, Out> scan(
            State x, Rows rows, Fn2<State, Rows, Step<State, Out>> f, @Nullable Checkpoints some) {
          return some == null ? Flow.scan(x, rows, f) : Flow.scan(x, rows, f, some);
        }

        @Override
        public State call(boolean recompute, Fn<State, State> f, State x) {
          return (recompute ? Flow.checkpoint(f) : Flow.call(f)).of(x);
        }

        @Override
        public State custom(Fn<Args, State> f, Args x) {
          return Flow.custom(
                  f, (Args at, State _, Args d) -> jvp(f).of(new Dual<>(at, d)).tangent())
              .of(x);
        }

        @Override
        public Tensor each(Fn<Tensor, Tensor> f, Tensor v) {
          return vmap(f).of(v);
        }

        @Override
        public Tensor root(Tensor x) {
          return Flow.customCall(
                  "root",
                  List.of(x.type()),
                  (List<Tensor> t) -> {
                    if (t.getFirst().item() < 0) throw new IllegalArgumentException("negative");
                    return List.of(t.getFirst().sqrt());
                  },
                  (_, y, d) -> List.of(d.getFirst().times(0.5).over(y.getFirst())))
              .of(List.of(x))
              .getFirst();
        }
      };

  /** Branches and loops of Java, on values that the trace tells. */
  static final Machine JAVA =
      new Machine() {
        @Override
        public <T> T cond(Tensor p, Supplier<T> then, Supplier<T> otherwise) {
          return p.item() != 0 ? then.get() : otherwise.get();
        }

        @Override
        public State whileLoop(
            State x, Fn<State, Tensor> test, Fn<State, State> body, int most, boolean counted) {
          for (int k = 0; k < most && test.of(x).item() != 0; k++) x = body.of(x);
          return x;
        }

        @Override
        public State fori(Tensor n, State x, Fn2<Tensor, State, State> body) {
          long turns = (long) n.item();
          for (long i = 0; i < turns; i++) x = body.of(Tensor.of(i), x);
          return x;
        }

        @Override
        public Step<State, Out> scan(
            State x, Rows rows, Fn2<State, Rows, Step<State, Out>> f, @Nullable Checkpoints some) {
          var v = new ArrayList<Tensor>();
          var n = new ArrayList<Tensor>();
          var p = new ArrayList<Tensor>();
          for (int i = 0; i < rows.a.dim(0); i++) {
            var step = f.of(x, new Rows(rows.a.at(i), rows.v.at(i)));
            x = step.carry();
            v.add(step.out().v);
            n.add(step.out().n);
            p.add(step.out().p);
          }
          return new Step<>(x, new Out(piled(v, x.v), piled(n, x.n), piled(p, x.p)));
        }

        private static Tensor piled(List<Tensor> rows, Tensor like) {
          return rows.isEmpty()
              ? Tensor.zeros(like.dtype(), like.shape().prepend(0).dims())
              : Tensor.stack(0, rows.toArray(Tensor[]::new));
        }

        @Override
        public State call(boolean recompute, Fn<State, State> f, State x) {
          return f.of(x);
        }

        @Override
        public State custom(Fn<Args, State> f, Args x) {
          return f.of(x);
        }

        @Override
        public Tensor each(Fn<Tensor, Tensor> f, Tensor v) {
          return Tensor.stack(0, f.of(v.at(0)), f.of(v.at(1)), f.of(v.at(2)));
        }

        @Override
        public Tensor root(Tensor x) {
          return x.sqrt();
        }
      };

  // ---- the tree

  /** A function of the state, and of what lies outside. */
  sealed interface Part permits Do, All, If, While, For, Scan, Called, Ruled, Sloped, Lanes {
    State run(Machine machine, State x, Outer o);

    /** The parts it is made of. */
    List<Part> parts();

    /** The same, made of others. */
    Part with(List<Part> parts);
  }

  /** A few ops in a row. */
  record Do(Leaf leaf, double k) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      return leaf.step.of(machine, x, o, k);
    }

    @Override
    public List<Part> parts() {
      return List.of();
    }

    @Override
    public Part with(List<Part> parts) {
      return this;
    }

    @Override
    public String toString() {
      return leaf + "(" + k + ")";
    }
  }

  record All(List<Part> parts) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      for (Part p : parts) x = p.run(machine, x, o);
      return x;
    }

    @Override
    public Part with(List<Part> parts) {
      return new All(parts);
    }

    @Override
    public String toString() {
      return parts.toString();
    }
  }

  record If(Test test, Border border, Part then, Part otherwise) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      Outer inside = border.of(x, o);
      return machine.cond(
          test.of(x, o),
          () -> then.run(machine, x, inside),
          () -> otherwise.run(machine, x.a(x.a.times(inside.a)), o));
    }

    @Override
    public List<Part> parts() {
      return List.of(then, otherwise);
    }

    @Override
    public Part with(List<Part> parts) {
      return new If(test, border, parts.get(0), parts.get(1));
    }
  }

  record While(Test test, int most, boolean counted, Border border, Part body) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      Outer inside = border.of(x, o);
      return machine.whileLoop(
          x,
          c -> test.of(c, o),
          c -> {
            State y = body.run(machine, c, inside);
            return y.a(y.a.times(1.2).plus(0.1));
          },
          most,
          counted);
    }

    @Override
    public List<Part> parts() {
      return List.of(body);
    }

    @Override
    public Part with(List<Part> parts) {
      return new While(test, most, counted, border, parts.getFirst());
    }
  }

  /** {@code turns} of them; −1: as many as the state's integer says. */
  record For(int turns, Border border, Part body) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      Outer inside = border.of(x, o);
      return machine.fori(
          turns < 0 ? x.n : Tensor.of((long) turns),
          x,
          (i, c) ->
              body.run(machine, c, inside.a(inside.a.times(number(i, c.a).times(0.4).plus(0.5)))));
    }

    @Override
    public List<Part> parts() {
      return List.of(body);
    }

    @Override
    public Part with(List<Part> parts) {
      return new For(turns, border, parts.getFirst());
    }
  }

  record Scan(int rows, boolean moving, int every, boolean outs, Border border, Part body)
      implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      Outer inside = border.of(x, o);
      Tensor a = Tensor.linspace(-0.7, 0.9, rows).cast(x.a.dtype()), v = a.expand(1).times(o.v);
      if (moving) a = a.times(x.a).plus(o.a);
      var step =
          machine.scan(
              x,
              new Rows(a, moving ? v : stopGradient(v)),
              (c, r) -> {
                State y =
                    body.run(
                        machine, c, new Outer(inside.a.plus(r.a), r.v.plus(inside.v), inside.m));
                return new Step<>(y, new Out(y.v.times(c.a), y.n.plus(1), y.p));
              },
              every < 0 ? null : every == 0 ? Checkpoints.root() : Checkpoints.every(every));
      State y = step.carry();
      if (!outs) return y;
      Tensor n = step.out().n.sum().plus(number(step.out().p, y.n).sum());
      return new State(y.a, y.v.plus(step.out().v.sum(0)).times(0.5), n.rem(5), y.p);
    }

    @Override
    public List<Part> parts() {
      return List.of(body);
    }

    @Override
    public Part with(List<Part> parts) {
      return new Scan(rows, moving, every, outs, border, parts.getFirst());
    }
  }

  record Called(boolean recompute, Border border, Part body) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      Outer inside = border.of(x, o);
      return machine.call(recompute, c -> body.run(machine, c, inside), x);
    }

    @Override
    public List<Part> parts() {
      return List.of(body);
    }

    @Override
    public Part with(List<Part> parts) {
      return new Called(recompute, border, parts.getFirst());
    }
  }

  /** A function with a tangent of its own, which is the right one. */
  record Ruled(Border border, Part body) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      return machine.custom(t -> body.run(machine, t.x, t.o), new Args(x, border.of(x, o)));
    }

    @Override
    public List<Part> parts() {
      return List.of(body);
    }

    @Override
    public Part with(List<Part> parts) {
      return new Ruled(border, parts.getFirst());
    }
  }

  /** The gradient of what the body makes of the vector; or its derivative along a direction. */
  record Sloped(boolean forward, Part body) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      Fn<Tensor, Tensor> f =
          u -> {
            State y = body.run(machine, x.v(u), o);
            return y.a.plus(y.v.times(o.v).sum());
          };
      return forward
          ? x.a(jvp(f).of(new Dual<>(x.v, o.v)).tangent().tanh())
          : x.v(grad(f).of(x.v).plus(o.v.times(0.2)).tanh());
    }

    @Override
    public List<Part> parts() {
      return List.of(body);
    }

    @Override
    public Part with(List<Part> parts) {
      return new Sloped(forward, parts.getFirst());
    }
  }

  /** The body for each element of the vector, as lanes. */
  record Lanes(Part body) implements Part {
    @Override
    public State run(Machine machine, State x, Outer o) {
      return x.v(
          machine.each(
              u -> {
                State y = body.run(machine, x.a(u), o);
                return y.p.select(y.a, y.a.plus(y.v.sum()).tanh());
              },
              x.v));
    }

    @Override
    public List<Part> parts() {
      return List.of(body);
    }

    @Override
    public Part with(List<Part> parts) {
      return new Lanes(parts.getFirst());
    }
  }

  /** What the inside of a part finds outside. */
  enum Border {
    SAME {
      @Override
      Outer of(State x, Outer o) {
        return o;
      }
    },
    /** The state as it was before. */
    STATE {
      @Override
      Outer of(State x, Outer o) {
        return new Outer(x.a, x.v, o.m);
      }
    },
    MIXED {
      @Override
      Outer of(State x, Outer o) {
        Tensor m = x.v.tanh().expand(0).times(o.v.expand(1));
        return new Outer(
            o.a.times(x.a).tanh(), x.v.plus(o.v).times(0.5), o.m.times(0.8).plus(m.times(0.2)));
      }
    },
    /** Captured, but without a derivative. */
    STOPPED {
      @Override
      Outer of(State x, Outer o) {
        return stopGradient(new Outer(o.a, x.v, o.m));
      }
    };

    abstract Outer of(State x, Outer o);
  }

  /** A truth value of the state. */
  record Test(What what, double k) {
    Tensor of(State x, Outer o) {
      return switch (what) {
        case NUMBER -> x.a.gt(k);
        case SMALL -> x.a.abs().lt(Math.abs(k) + 0.4);
        case SUM -> x.v.sum().lt(k);
        case GREATEST -> x.v.max().gt(k);
        case ANY -> x.v.gt(k).any();
        case FLAG -> x.p;
        case EVEN -> x.n.rem(2).eq(0);
        case OUTSIDE -> o.v.sum().times(x.a).lt(k);
        case MORE -> x.n.gt(1);
      };
    }
  }

  enum What {
    NUMBER,
    SMALL,
    SUM,
    GREATEST,
    ANY,
    FLAG,
    EVEN,
    OUTSIDE,
    MORE
  }

  // ---- the ops, by family

  private interface Move {
    State of(Machine machine, State x, Outer o, double k);
  }

  private enum Trait {
    /** For every program. */
    ANY,
    /** NaN or infinities, of values or of slopes, that nothing selects. */
    BAD,
    /** Ends structural zeros. */
    ENDS
  }

  /** Ops that keep numbers moderate. */
  enum Leaf {
    // pointwise
    SINE((_, x, o, k) -> x.a(x.a.times(o.a).sin().plus(k))),
    TANH((_, x, o, k) -> x.v(x.v.times(k).plus(o.v).tanh())),
    RATIO((_, x, _, k) -> x.a(x.a.over(x.v.square().plus(1.3).sum()).plus(k * 0.3))),
    POWER((_, x, o, _) -> x.v(x.v.square().plus(0.5).pow(o.a.tanh()).times(0.5))),
    SPECIAL((_, x, o, k) -> x.a(x.a.erf().plus(o.a.square().plus(1.2).lgamma()).plus(k))),
    ANGLE((_, x, o, _) -> x.v(x.v.atan2(o.v.square().plus(0.6)).plus(x.a.sigmoid()))),
    MATCH((_, x, o, k) -> x.a(x.a.maximum(o.a.times(k))).v(x.v.minimum(1.37).maximum(o.v))),
    REMAINDER((_, x, o, _) -> x.v(x.v.rem(o.v.square().plus(0.73)))),
    RELU((_, x, o, k) -> x.v(x.v.minus(k).relu().plus(o.v.clamp(-0.9, 0.8).abs()))),
    MINUS_SELF((_, x, _, k) -> x.a(x.a.minus(x.a).plus(k))),
    // what does not move, and what stops moving
    NUMBER((_, x, _, k) -> x.a(number(k, x.a))),
    VECTOR((_, x, _, k) -> x.v(vector(x.a, k, 0.5 - k, 0.21))),
    STOP((_, x, o, _) -> x.a(stopGradient(x.a).times(0.5).plus(o.a.tanh()))),
    SWAP(
        (_, x, o, _) -> new State(x.v.at(1), x.v.times(x.a.tanh()).plus(o.v.times(0.3)), x.n, x.p)),
    // movement
    FLIP((_, x, o, _) -> x.v(Tensor.concat(0, x.v.flip(0), o.v).slice(Range.of(1, 4)).sin())),
    TURN(
        (_, x, o, _) ->
            x.v(
                x.v
                    .expand(1)
                    .times(o.v.expand(0))
                    .transpose()
                    .reshape(9)
                    .slice(Range.every(4))
                    .tanh())),
    PAD(
        (_, x, o, _) ->
            x.v(x.v.pad(new int[] {1}, new int[] {1}).slice(Range.of(0, 3)).plus(o.v).times(0.6))),
    SPREAD((_, x, o, _) -> x.v(x.a.broadcastTo(x.v.shape()).plus(o.v).cos())),
    ROWS(
        (_, x, o, _) ->
            x.v(Tensor.stack(0, x.v, o.v, o.m.at(1)).at(1).plus(o.m.transpose().at(0)))),
    POOL(
        (_, x, o, _) ->
            x.v(
                Tensor.concat(0, x.v, o.v)
                    .reshape(1, 1, 6)
                    .maxPool(Window.stride(2), 2)
                    .reshape(3)
                    .times(0.7))),
    // reductions
    SUM((_, x, o, _) -> x.a(x.v.sum().tanh().plus(o.a.times(0.2)))),
    MOST((_, x, o, k) -> x.a(x.v.max().tanh().plus(o.m.min(1).sum().times(0.1)).plus(k))),
    SOFT((_, x, o, _) -> x.v(x.v.softmax(0).plus(o.v.times(0.2))).a(x.v.logSumExp().tanh())),
    RUNNING((_, x, o, _) -> x.v(x.v.cumsum(0).tanh().plus(o.v))),
    PRODUCT((_, x, o, _) -> x.a(x.v.tanh().prod().plus(o.a.times(0.3)))),
    SORTED((_, x, o, _) -> x.v(x.v.times(o.v.plus(2)).sort(0).tanh())),
    NORM((_, x, _, k) -> x.a(x.v.square().plus(0.1).norm().tanh().plus(k))),
    // contraction and convolution
    MATMUL(Trait.ENDS, (_, x, o, _) -> x.v(x.v.matmul(o.m).plus(o.v).tanh())),
    CONSTANT_MATMUL(
        Trait.ENDS,
        (_, x, _, k) ->
            x.v(
                vector(x.a, k, 0.2, -0.5, 0.3, k, 0.6, -0.1, 0.4, 0.7)
                    .reshape(3, 3)
                    .matmul(x.v)
                    .sin())),
    FORM(
        Trait.ENDS,
        (_, x, o, _) -> x.a(Tensor.einsum("i,ij,j->", x.v, o.m, o.v).tanh().plus(x.a.times(0.5)))),
    SMOOTHED(
        Trait.ENDS,
        (_, x, o, _) ->
            x.v(
                Tensor.concat(0, x.v, o.v)
                    .reshape(2, 1, 3)
                    .conv(
                        o.m.reshape(3, 1, 3).slice(Range.all(), Range.all(), Range.of(0, 2)),
                        Window.dense())
                    .sum(0, 2)
                    .tanh())),
    FILTERED(
        Trait.ENDS,
        (_, x, o, k) ->
            x.v(
                x.v
                    .reshape(1, 1, 3)
                    .conv(vector(x.a, 0.3, k, -0.4).reshape(1, 1, 3), Window.dense().padding(1))
                    .reshape(3)
                    .plus(o.v.times(0.4)))),
    // indexing
    TAKE((_, x, o, _) -> x.a(o.v.take(x.n.rem(3), 0).plus(x.v.at(2).sin()))),
    TAKE_MANY(
        (_, x, o, _) ->
            x.v(
                x.v
                    .take(x.v.times(o.v).argsort(0), 0)
                    .plus(o.v.take(Tensor.of(new long[] {2, 0, 0}), 0))
                    .sin())),
    TAKE_ALONG(
        (_, x, o, _) ->
            x.v(o.m.takeAlong(o.m.argsort(1), 1).take(x.n.rem(3), 0).plus(x.v.times(0.4)))),
    SCATTER(
        (_, x, o, _) ->
            x.v(
                x.v
                    .scatterAdd(
                        x.n.rem(3).broadcastTo(x.v.slice(Range.of(0, 2)).shape()),
                        o.v.slice(Range.of(1, 3)))
                    .tanh())),
    CUT(
        (_, x, o, _) ->
            x.a(Tensor.concat(0, x.v, o.v).dynamicSlice(x.n.rem(4).reshape(1), 3).sum().sin())),
    WRITE(
        (_, x, o, _) ->
            x.v(x.v.dynamicUpdate(x.a.tanh().plus(o.a).reshape(1), x.n.rem(3).reshape(1)))),
    WRITE_TWO(
        (_, x, o, _) ->
            x.v(o.v.dynamicUpdate(x.v.slice(Range.of(0, 2)).cos(), x.n.rem(2).reshape(1)))),
    ADD_AT(
        (_, x, o, _) ->
            x.v(x.v.dynamicAdd(o.a.times(x.a).tanh().reshape(1), x.n.rem(3).reshape(1)))),
    // linear algebra
    SOLVE(
        Trait.ENDS,
        (_, x, o, _) ->
            x.v(Linalg.solve(o.m.tanh().times(0.3).plus(Tensor.eye(x.a.dtype(), 3)), x.v).tanh())),
    SOLVE_MOVING(
        Trait.ENDS,
        (_, x, o, _) ->
            x.v(
                Linalg.solve(x.v.outer(o.v).tanh().times(0.3).plus(Tensor.eye(x.a.dtype(), 3)), o.v)
                    .sin())),
    DETERMINANT(
        Trait.ENDS,
        (_, x, o, _) ->
            x.a(
                Linalg.logdet(o.m.matmul(o.m.transpose()).plus(Tensor.eye(x.a.dtype(), 3)))
                    .tanh()
                    .plus(x.a.times(0.5)))),
    // random numbers, integers, truth values
    NOISE(
        (_, x, o, _) ->
            x.v(x.v.plus(Key.of(5).fold(x.n).normal(x.a.dtype(), 3).times(o.a)).tanh())),
    COIN((_, x, _, _) -> x.p(Key.of(6).fold(x.n).bernoulli(0.5))),
    COUNT((_, x, _, _) -> x.n(x.n.times(3).plus(1).rem(5))),
    PLACE((_, x, o, _) -> x.n(x.v.times(o.v).argmax(0).plus(number(x.p, x.n)))),
    USE_COUNT((_, x, o, _) -> x.a(x.a.times(number(x.n, x.a).times(0.2)).plus(o.a).tanh())),
    ASK(
        (_, x, o, k) ->
            x.p(x.a.gt(k)).n(x.p.select(x.n, x.n.plus(1).rem(5))).a(x.p.select(x.a, o.a))),
    ASK_EACH((_, x, o, k) -> x.v(x.v.gt(k).select(x.v.sin(), o.v)).p(x.v.gt(k).all().not())),
    PARITY((_, x, _, _) -> x.p(x.p.xor(x.n.rem(2).eq(1)))),
    // derivatives inside
    SLOPE(
        (_, x, o, _) ->
            x.v(grad((Tensor u) -> u.sin().times(o.v).sum()).of(x.v).plus(o.v.times(0.3)))),
    PUSHED(
        (_, x, o, _) ->
            x.v(jvp((Tensor u) -> u.times(o.a).tanh()).of(new Dual<>(x.v, x.v.cos())).tangent())),
    LANES((_, x, o, _) -> x.v(vmap((Tensor u) -> u.times(o.a).plus(x.a).sin()).of(x.v))),
    // small control
    BRANCH_ON_ROOT(
        Trait.BAD,
        (m, x, o, _) -> {
          Tensor r = x.a.sqrt();
          return x.a(m.cond(x.a.gt(0), () -> r, () -> o.a));
        }),
    EXTERNAL(Trait.ENDS, (m, x, o, _) -> x.a(m.root(x.a.square().plus(o.a.square()).plus(0.2)))),
    // what must not run for lanes that go another way: places outside, a division by 0, NaN, a
    // singular matrix
    WALK(
        (m, x, o, _) ->
            m.whileLoop(
                x,
                c -> c.n.lt(3),
                c -> {
                  Tensor left = Tensor.of(6L).over(Tensor.of(3L).minus(c.n));
                  return c.a(
                          c.a.times(0.7).plus(o.v.take(c.n, 0)).plus(number(left, c.a).times(0.02)))
                      .n(c.n.plus(1));
                },
                9,
                false)),
    TAKE_INSIDE(
        (m, x, o, _) ->
            x.a(m.cond(x.n.lt(3), () -> x.v.take(x.n, 0).times(o.a), () -> x.a.plus(o.a).tanh()))),
    WRITE_INSIDE(
        (m, x, o, _) ->
            x.v(
                m.cond(
                    x.n.lt(2),
                    () -> x.v.dynamicUpdate(o.v.slice(Range.of(0, 2)), x.n.reshape(1)),
                    () -> x.v.plus(o.v).sin()))),
    DOT_OF_ROOTS(
        Trait.ENDS,
        (m, x, o, _) ->
            x.a(
                m.cond(
                    positive(x.v),
                    () -> x.v.sqrt().times(o.v).dot(x.v.log()).tanh(),
                    () -> o.a.times(0.5)))),
    CONV_OF_ROOTS(
        Trait.ENDS,
        (m, x, o, _) ->
            x.v(
                m.cond(
                    positive(x.v),
                    () ->
                        x.v
                            .sqrt()
                            .reshape(1, 1, 3)
                            .conv(o.v.times(x.v).reshape(1, 1, 3), Window.dense().padding(1))
                            .reshape(3)
                            .tanh(),
                    () -> x.v.cos()))),
    SOLVE_REGULAR(
        Trait.ENDS,
        (m, x, o, _) ->
            x.v(
                m.cond(
                    positive(x.v),
                    () -> Linalg.solve(diagonal(x.v.relu()), o.v.times(x.v.sqrt())).tanh(),
                    () -> x.v.plus(o.v).sin()))),
    FACTOR_POSITIVE(
        Trait.ENDS,
        (m, x, o, k) ->
            x.a(
                m.cond(
                    positive(x.v),
                    () -> {
                      Tensor a = diagonal(x.v.relu().times(o.v.square().plus(0.5)));
                      return (k > 0 ? Linalg.logdet(a) : Linalg.cholesky(a).sum()).tanh();
                    },
                    () -> o.a.plus(k).sin()))),
    CALL_INSIDE((m, x, o, k) -> inside(m, x, o, (f, c) -> m.call(k > 0, f, c))),
    LOOP_INSIDE(
        (m, x, o, _) -> inside(m, x, o, (f, c) -> m.fori(Tensor.of(2L), c, (_, d) -> f.of(d)))),
    WHILE_INSIDE(
        (m, x, o, k) -> inside(m, x, o, (f, c) -> m.whileLoop(c, d -> d.a.lt(0.5), f, 3, k > 0))),
    BRANCH_INSIDE(
        (m, x, o, _) -> inside(m, x, o, (f, c) -> m.cond(Tensor.of(true), () -> f.of(c), () -> c))),
    OWN_BRANCH_INSIDE(
        (m, x, o, k) -> inside(m, x, o, (f, c) -> m.cond(c.a.gt(k), () -> f.of(c), () -> c))),
    RULE_INSIDE(
        Trait.ENDS,
        (m, x, o, _) -> inside(m, x, o, (f, c) -> m.custom(t -> f.of(t.x), new Args(c, o)))),
    ROOT_INSIDE(
        Trait.ENDS,
        (m, x, o, _) ->
            x.a(m.cond(x.a.gt(0.1), () -> m.root(x.a).times(o.a), () -> x.a.sin().plus(o.a)))),
    // NaN and infinities
    ZERO(Trait.BAD, (_, x, _, k) -> x.a(number(0, x.a)).v(vector(x.a, 0, k, 0))),
    FORGET(Trait.BAD, (_, x, o, k) -> k > 0 ? x.a(o.a) : x.v(o.v)),
    CBRT(Trait.BAD, (_, x, o, _) -> x.a(x.a.cbrt().times(o.a))),
    CBRT_EACH(Trait.BAD, (_, x, o, _) -> x.v(x.v.cbrt().plus(x.a.times(0.3)))),
    CBRT_OUTSIDE(
        Trait.BAD, (_, x, o, _) -> x.v(x.v.plus(o.v.cbrt().times(0.4))).a(x.a.plus(o.a.cbrt()))),
    LATER(
        Trait.BAD,
        (_, x, o, _) ->
            x.v(x.v.plus(x.a))
                .a(x.n.gt(1).select(x.a, x.a.minus(x.a)).cbrt())
                .n(x.n.plus(1).rem(5))),
    ROOT(Trait.BAD, (_, x, o, _) -> x.a(x.a.gt(0).select(x.a.sqrt(), o.a))),
    ROOT_OF_ZERO(
        Trait.BAD,
        (_, x, o, k) -> x.a(x.a.plus(k).gt(0).select(x.a.sin(), x.a.times(0).sqrt().times(o.a)))),
    FAR_ROOT(
        Trait.BAD,
        (_, x, o, k) ->
            x.a(x.a.gt(k).select(x.a.sin(), x.a.square().plus(-k * k).sqrt().plus(o.a)))),
    LOGS(Trait.BAD, (_, x, o, _) -> x.v(x.v.gt(0).select(x.v.log().tanh(), x.v.times(o.v)))),
    ROOTS_OF_RELU(
        Trait.BAD, (_, x, o, _) -> x.v(x.v.relu().sqrt().plus(o.v.relu().cbrt()).times(0.6))),
    POLE(
        Trait.BAD,
        (_, x, o, k) ->
            x.v(x.v.square().ge(0).select(x.v.times(o.v).sin().plus(k), x.v.over(o.v.minus(o.v))))),
    SLICED_AWAY(
        Trait.BAD,
        (_, x, o, _) ->
            x.v(Tensor.concat(0, x.v.tanh(), o.v.minus(o.v).rsqrt()).slice(Range.of(0, 3)))),
    OVERWRITTEN(
        Trait.BAD,
        (_, x, o, _) -> {
          Tensor at = x.n.rem(3);
          Tensor bad = Tensor.arange(3).eq(at).select(x.v.minus(x.v).log(), x.v);
          return x.v(bad.dynamicUpdate(o.a.reshape(1), at.reshape(1)));
        }),
    TAKEN(
        Trait.BAD,
        (_, x, o, _) ->
            x.a(Tensor.concat(0, x.v, o.v.minus(o.v).sqrt()).take(x.n.rem(3), 0).plus(o.a).tanh())),
    LEAST(
        Trait.BAD,
        (_, x, o, _) -> x.a(Tensor.concat(0, x.v.tanh(), o.v.minus(o.v).square().rsqrt()).min()));

    private final Trait trait;
    private final Move step;

    Leaf(Move step) {
      this(Trait.ANY, step);
    }

    Leaf(Trait trait, Move step) {
      this.trait = trait;
      this.step = step;
    }
  }

  private interface Way {
    State of(Fn<State, State> f, State x);
  }

  /** A place that is inside for some lanes only is taken in some other control op, which has to know of them. */
  private static State inside(Machine machine, State x, Outer o, Way way) {
    return machine.cond(
        x.n.lt(3),
        () -> way.of(c -> c.a(TABLE.cast(c.a.dtype()).take(c.n, 0).times(c.a).plus(0.2).sin()), x),
        () -> x.a(x.a.plus(o.a).cos()));
  }

  private static final Tensor TABLE = Tensor.vector(0.8, -1.2, 0.6);

  private static Tensor positive(Tensor v) {
    return v.min().gt(0.0937);
  }

  private static Tensor diagonal(Tensor v) {
    return Tensor.eye(v.dtype(), 3).times(v);
  }

  /** Whether its derivative is that of its values: nothing is stopped. */
  boolean honest() {
    return all(body)
        .noneMatch(
            p ->
                switch (p) {
                  case Do d -> d.leaf == Leaf.STOP;
                  case All _, Sloped _, Lanes _ -> false;
                  case Ruled r -> r.border == Border.STOPPED;
                  case If i -> i.border == Border.STOPPED;
                  case While w -> w.border == Border.STOPPED;
                  case For f -> f.border == Border.STOPPED;
                  case Scan s -> s.border == Border.STOPPED || !s.moving;
                  case Called c -> c.border == Border.STOPPED;
                });
  }

  private static Stream<Part> all(Part p) {
    return Stream.concat(Stream.of(p), p.parts().stream().flatMap(RandomControl::all));
  }

  // ---- drawing

  static RandomControl of(long seed) {
    return new Maker(seed).make();
  }

  private static final class Maker {
    private final long seed;
    private final SplittableRandom random;
    private final boolean bad;
    private final List<Leaf> leaves;

    Maker(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.bad = random.nextBoolean();
      Trait without = bad ? Trait.ENDS : Trait.BAD;
      this.leaves = Stream.of(Leaf.values()).filter(l -> l.trait != without).toList();
    }

    RandomControl make() {
      int depth = 1 + random.nextInt(3);
      return new RandomControl(seed, bad, start(), part(depth));
    }

    private Start start() {
      return new Start(!one(3), !one(4), !one(4), one(2), one(2), one(2), one(2));
    }

    private boolean one(int in) {
      return random.nextInt(in) == 0;
    }

    private Part part(int depth) {
      if (depth == 0) return leaves(1 + random.nextInt(4));
      Part control = control(depth);
      return one(2) ? new All(List.of(leaf(), control, leaf())) : control;
    }

    private Part control(int depth) {
      return switch (random.nextInt(bad ? 16 : 18)) {
        case 0, 1, 2 -> branch(depth);
        case 3, 4, 5 -> new While(test(), random.nextInt(5), one(2), border(), part(depth - 1));
        case 6, 7 -> new For(one(3) ? -1 : random.nextInt(4), border(), part(depth - 1));
        case 8, 9, 10 -> {
          int rows = random.nextInt(depth == 3 ? 4 : 6);
          int every = one(3) ? random.nextInt(3) : -1;
          yield new Scan(rows, !one(4), every, one(2), border(), part(depth - 1));
        }
        case 11, 12 -> new Called(one(2), border(), part(depth - 1));
        case 13 -> new All(List.of(part(depth - 1), part(depth - 1)));
        case 14 -> new Sloped(one(2), part(Math.min(depth - 1, 1)));
        case 15 -> new Lanes(part(depth - 1));
        default -> new Ruled(border(), part(depth - 1));
      };
    }

    private Part branch(int depth) {
      Part deep = part(depth - 1), other = part(random.nextInt(depth));
      return one(2) ? new If(test(), border(), deep, other) : new If(test(), border(), other, deep);
    }

    private Part leaves(int n) {
      if (n == 1) return leaf();
      return new All(Stream.generate(this::leaf).limit(n).map(Part.class::cast).toList());
    }

    private Do leaf() {
      Leaf leaf = leaves.get(random.nextInt(leaves.size()));
      if (bad && leaf.trait != Trait.BAD && one(3)) return leaf();
      boolean still = leaf == Leaf.NUMBER || leaf == Leaf.VECTOR || leaf == Leaf.MINUS_SELF;
      return still && one(2) ? leaf() : new Do(leaf, k());
    }

    /** No number that a program is likely to hit. */
    private double k() {
      return Math.round(random.nextDouble(-1, 1) * 50) / 50.0 + 0.0137;
    }

    private Test test() {
      return new Test(What.values()[random.nextInt(What.values().length)], k());
    }

    private Border border() {
      return one(9) ? Border.STOPPED : Border.values()[random.nextInt(3)];
    }
  }

  // ---- shrinking

  /** The smallest program made of parts of this one that is wrong as well. */
  RandomControl shrunk(Predicate<RandomControl> wrong) {
    RandomControl least = this;
    for (boolean smaller = true; smaller; ) {
      smaller = false;
      for (Part p : smaller(least.body)) {
        var next = new RandomControl(seed, bad, start, p);
        if (!wrong.test(next)) continue;
        least = next;
        smaller = true;
        break;
      }
    }
    return least;
  }

  private static List<Part> smaller(Part p) {
    var out = new ArrayList<>(p.parts());
    for (int i = 0; i < p.parts().size(); i++) {
      if (p instanceof All) {
        var rest = new ArrayList<>(p.parts());
        rest.remove(i);
        out.add(p.with(List.copyOf(rest)));
      }
      for (Part q : smaller(p.parts().get(i))) {
        var parts = new ArrayList<>(p.parts());
        parts.set(i, q);
        out.add(p.with(List.copyOf(parts)));
      }
    }
    if (!(p instanceof All) && !p.parts().isEmpty() && all(p).count() > 2)
      out.add(p.with(p.parts().stream().map(_ -> (Part) new All(List.of())).toList()));
    return out;
  }
}
