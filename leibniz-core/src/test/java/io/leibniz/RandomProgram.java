package io.leibniz;

import static io.leibniz.Leibniz.grad;

import io.leibniz.ir.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A straight-line program drawn from a seed: numbered values, first the inputs, then one for each step. Every value
 * is a finite number of moderate size and away from kinks, unless {@link #smooth} is false; what is not finite stands
 * only where a select, a slice or an update leaves it out. Works in f64 and in f32.
 */
final class RandomProgram {
  private interface Body {
    Tensor of(Tensor... x);
  }

  private record Step(String name, List<Integer> args, Body body) {}

  private static final int[] SIZES = {1, 2, 2, 3, 3, 5};

  final long seed;
  final List<Tensor> inputs;
  private final List<Step> steps;
  private final List<Integer> results;
  private final List<Tensor> values;

  /** Differences can see the derivatives: no kink at the point, nothing stopped. */
  boolean smooth = true;

  /** Can be traced without values: no plain Java branch. */
  boolean blind = true;

  private RandomProgram(
      long seed,
      List<Tensor> inputs,
      List<Step> steps,
      List<Integer> results,
      List<Tensor> values) {
    this.seed = seed;
    this.inputs = inputs;
    this.steps = steps;
    this.results = results;
    this.values = values;
  }

  static RandomProgram of(long seed) {
    return new Maker(seed).make();
  }

  /** All results, as a function of the inputs. */
  List<Tensor> apply(List<Tensor> xs) {
    var live = live();
    var env = new @Nullable Tensor[inputs.size() + steps.size()];
    for (int i = 0; i < inputs.size(); i++) env[i] = xs.get(i);
    for (int i = inputs.size(); i < env.length; i++) {
      if (!live.get(i)) continue;
      Step s = steps.get(i - inputs.size());
      env[i] = s.body.of(s.args.stream().map(a -> env[a]).toArray(Tensor[]::new));
    }
    return results.stream().map(r -> java.util.Objects.requireNonNull(env[r])).toList();
  }

  /** A weighted sum of all elements of all results. */
  Tensor scalar(List<Tensor> xs) {
    Tensor sum = null;
    for (Tensor y : apply(xs)) {
      Tensor term = y.times(weights(y)).sum();
      sum = sum == null ? term : sum.plus(term);
    }
    return java.util.Objects.requireNonNull(sum);
  }

  static Tensor weights(Tensor y) {
    double[] w = IntStream.range(0, y.size()).mapToDouble(i -> Math.cos(1.7 * i + 0.3)).toArray();
    return Tensor.of(w, y.shape().dims()).cast(y.dtype());
  }

  /** How many values there are besides the inputs. */
  int size() {
    return steps.size();
  }

  /** The same program with the value of step {@code k} as its only result. */
  RandomProgram only(int k) {
    var p = new RandomProgram(seed, inputs, steps, List.of(inputs.size() + k), values);
    p.smooth = smooth;
    p.blind = blind;
    return p;
  }

  private BitSet live() {
    var live = new BitSet();
    results.forEach(live::set);
    for (int i = inputs.size() + steps.size() - 1; i >= inputs.size(); i--)
      if (live.get(i)) steps.get(i - inputs.size()).args.forEach(live::set);
    return live;
  }

  /** The seed, the inputs, and the steps that matter with their values. */
  @Override
  public String toString() {
    var out = new StringBuilder("seed " + seed + "\n");
    var live = live();
    for (int i = 0; i < inputs.size() + steps.size(); i++) {
      if (!live.get(i)) continue;
      Tensor v = values.get(i);
      out.append("  v").append(i).append(" = ");
      if (i >= inputs.size()) {
        Step s = steps.get(i - inputs.size());
        out.append(s.name).append(s.args.stream().map(a -> "v" + a).toList()).append("  // ");
      }
      out.append(v.type()).append(' ').append(Arrays.toString(v.doubles())).append('\n');
    }
    return out.append("  return ").append(results.stream().map(r -> "v" + r).toList()).toString();
  }

  /** Draws one. */
  private static final class Maker {
    private final long seed;
    private final SplittableRandom random;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private boolean smooth = true, blind = true;

    Maker(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
    }

    RandomProgram make() {
      int n = 1 + random.nextInt(3);
      for (int i = 0; i < n; i++) inputs.add(number(shape(random.nextInt(4), 12)));
      values.addAll(inputs);
      int length = 3 + random.nextInt(8);
      for (int tries = 0; steps.size() < length && tries < 400; tries++) step();
      int all = values.size();
      var results = new ArrayList<>(List.of(all - 1));
      if (all > 2 && random.nextInt(3) == 0) results.add(all - 2);
      var p =
          new RandomProgram(
              seed,
              List.copyOf(inputs),
              List.copyOf(steps),
              List.copyOf(results),
              List.copyOf(values));
      p.smooth = smooth;
      p.blind = blind;
      return p;
    }

    // ---- drawing

    private int[] shape(int rank, int most) {
      int[] dims = new int[rank];
      do {
        for (int i = 0; i < rank; i++)
          dims[i] = random.nextInt(60) == 0 ? 0 : SIZES[random.nextInt(SIZES.length)];
      } while (Arrays.stream(dims).reduce(1, (a, b) -> a * b) > most);
      return dims;
    }

    private Tensor number(int... dims) {
      int n = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
      double[] x = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = Math.round(400 * random.nextDouble(-2, 2)) / 400.0;
        if (Math.abs(x[i]) < 0.02) x[i] += 0.11;
      }
      return Tensor.of(x, dims);
    }

    private int pick() {
      int n = values.size();
      return random.nextInt(3) == 0 ? random.nextInt(n) : n - 1 - random.nextInt(Math.min(3, n));
    }

    private int pick(java.util.function.Predicate<Tensor> fits) {
      for (int i = 0; i < 8; i++) {
        int at = pick();
        if (fits.test(values.get(at))) return at;
      }
      return -1;
    }

    private static boolean all(Tensor x, DoublePredicate p) {
      return Arrays.stream(x.doubles()).allMatch(p);
    }

    /** Takes the step if its value is a finite tensor of moderate size. */
    private boolean add(String name, Body body, int... args) {
      Tensor y = body.of(Arrays.stream(args).mapToObj(values::get).toArray(Tensor[]::new));
      if (y.size() > 60 || y.rank() > 4 || !all(y, v -> Math.abs(v) < 6)) return false;
      steps.add(new Step(name, Arrays.stream(args).boxed().toList(), body));
      values.add(y);
      return true;
    }

    private boolean addKinked(String name, Body body, int... args) {
      boolean added = add(name, body, args);
      if (added) smooth = false;
      return added;
    }

    private static boolean apart(Tensor x, double by) {
      double[] v = x.doubles();
      Arrays.sort(v);
      for (int i = 1; i < v.length; i++) if (v[i] - v[i - 1] < by) return false;
      return true;
    }

    private static Tensor constant(Tensor like, double[] x, int... dims) {
      return Tensor.of(x, dims).cast(like.dtype());
    }

    // ---- steps

    private void step() {
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> unary();
        case 3, 4 -> binary();
        case 5, 6 -> movement();
        case 7, 8 -> reduction();
        case 9 -> contraction();
        case 10, 11 -> indexing();
        case 12, 13 -> bad();
        case 14 -> nested();
        default -> odd();
      }
    }

    /** A function of one number, of {@code x} itself if it lies inside, else of something that does. */
    private void inside(
        String name, UnaryOperator<Tensor> f, DoublePredicate in, UnaryOperator<Tensor> into) {
      int a = pick();
      if (all(values.get(a), in)) add(name, x -> f.apply(x[0]), a);
      else add(name + "∘into", x -> f.apply(into.apply(x[0])), a);
    }

    private void unary() {
      DoublePredicate positive = v -> v > 0.3, unit = v -> Math.abs(v) < 0.8;
      DoublePredicate any = _ -> true, off = v -> Math.abs(v) > 0.05;
      DoublePredicate whole = v -> Math.abs(v - Math.rint(v)) > 0.04;
      UnaryOperator<Tensor> up = x -> x.square().plus(0.4), in = x -> x.sin().times(0.7);
      UnaryOperator<Tensor> same = x -> x;
      switch (random.nextInt(42)) {
        case 0 -> inside("neg", Tensor::neg, any, same);
        case 1 -> inside("abs", Tensor::abs, off, up);
        case 2 -> inside("sign", x -> x.sign().times(x), off, up);
        case 3 -> inside("floor", x -> x.floor().times(x), whole, x -> in.apply(x).plus(3.49));
        case 4 -> inside("exp", Tensor::exp, any, same);
        case 5 -> inside("expm1", Tensor::expm1, any, same);
        case 6 -> inside("log", Tensor::log, positive, up);
        case 7 -> inside("log1p", Tensor::log1p, v -> v > -0.7, up);
        case 8 -> inside("log2", Tensor::log2, positive, up);
        case 9 -> inside("log10", Tensor::log10, positive, up);
        case 10 -> inside("sqrt", Tensor::sqrt, positive, up);
        case 11 -> inside("rsqrt", Tensor::rsqrt, positive, up);
        case 12 -> inside("cbrt", Tensor::cbrt, v -> Math.abs(v) > 0.3, up);
        case 13 -> inside("sin", Tensor::sin, any, same);
        case 14 -> inside("cos", Tensor::cos, any, same);
        case 15 -> inside("tan", Tensor::tan, v -> Math.abs(v) < 1.2, in);
        case 16 -> inside("asin", Tensor::asin, unit, in);
        case 17 -> inside("acos", Tensor::acos, unit, in);
        case 18 -> inside("atan", Tensor::atan, any, same);
        case 19 -> inside("sinh", Tensor::sinh, any, same);
        case 20 -> inside("cosh", Tensor::cosh, any, same);
        case 21 -> inside("tanh", Tensor::tanh, any, same);
        case 22 -> inside("asinh", Tensor::asinh, any, same);
        case 23 -> inside("acosh", Tensor::acosh, v -> v > 1.3, x -> x.square().plus(1.4));
        case 24 -> inside("atanh", Tensor::atanh, unit, in);
        case 25 -> inside("sech", Tensor::sech, any, same);
        case 26 -> inside("sigmoid", Tensor::sigmoid, any, same);
        case 27 -> inside("softplus", Tensor::softplus, any, same);
        case 28 -> inside("erf", Tensor::erf, any, same);
        case 29 -> inside("erfc", Tensor::erfc, any, same);
        case 30 -> inside("erfinv", Tensor::erfinv, unit, in);
        case 31 -> inside("gamma", Tensor::gamma, positive, up);
        case 32 -> inside("lgamma", Tensor::lgamma, positive, up);
        case 33 -> inside("digamma", Tensor::digamma, positive, up);
        case 34 -> inside("relu", Tensor::relu, off, up);
        case 35 -> inside("clamp", x -> x.clamp(-1.01, 1.03), v -> Math.abs(v) < 0.95, in);
        case 36 -> inside("gelu", Tensor::gelu, any, same);
        case 37 -> inside("silu", Tensor::silu, any, same);
        case 38 -> inside("square", Tensor::square, any, same);
        case 39 -> {
          double p = new double[] {0, 1, 2, 3, -1, 0.5, -1.5, 2.5}[random.nextInt(8)];
          inside("pow " + p, x -> x.pow(p), positive, up);
        }
        case 40 -> inside("times", x -> x.times(-0.6).plus(0.3).over(1.1), any, same);
        default -> inside("cast", x -> x.cast(x.dtype()).minus(0.25), any, same);
      }
    }

    private void binary() {
      int a = pick();
      Tensor x = values.get(a);
      int b = pick(t -> broadcasts(x.shape(), t.shape()));
      if (b < 0 || random.nextInt(4) == 0) { // a captured constant
        int[] dims = x.shape().dims().clone();
        for (int i = 0; i < dims.length; i++) if (random.nextInt(3) == 0) dims[i] = 1;
        double[] c = number(dims).doubles();
        binary(
            " constant",
            t -> new Tensor[] {t[0], constant(t[0], c, dims)},
            x,
            constant(x, c, dims),
            a);
      } else binary("", t -> t, x, values.get(b), a, b);
    }

    private static boolean broadcasts(Shape a, Shape b) {
      for (int i = 1; i <= Math.min(a.rank(), b.rank()); i++) {
        int p = a.dim(a.rank() - i), q = b.dim(b.rank() - i);
        if (p != q && p != 1 && q != 1) return false;
      }
      return true;
    }

    private void binary(
        String of, UnaryOperator<Tensor[]> operands, Tensor x, Tensor y, int... args) {
      Body on =
          switch (random.nextInt(11)) {
            case 0 -> t -> t[0].plus(t[1]);
            case 1 -> t -> t[0].minus(t[1]);
            case 2, 3 -> t -> t[0].times(t[1]);
            case 4 -> all(y, v -> Math.abs(v) > 0.3) ? t -> t[0].over(t[1]) : null;
            case 5 -> all(x.minus(y), v -> Math.abs(v) > 0.05) ? t -> t[0].maximum(t[1]) : null;
            case 6 -> all(x.minus(y), v -> Math.abs(v) > 0.05) ? t -> t[0].minimum(t[1]) : null;
            case 7 -> t -> t[0].square().plus(0.4).pow(t[1]);
            case 8 ->
                all(x.hypot(y), v -> v > 0.3) && all(x, v -> Math.abs(v) > 0.05)
                    ? random.nextBoolean() ? t -> t[0].atan2(t[1]) : t -> t[0].hypot(t[1])
                    : null;
            case 9 -> t -> t[0].xlogy(t[1].square().plus(0.5));
            default -> {
              Tensor turns = x.over(y.square().plus(0.7));
              yield all(turns, v -> Math.abs(v - Math.rint(v)) > 0.05)
                  ? t -> t[0].rem(t[1].square().plus(0.7))
                  : null;
            }
          };
      if (on != null) add("binary" + of, t -> on.of(operands.apply(t)), args);
    }

    private void movement() {
      int a = pick(t -> t.rank() > 0);
      if (a < 0) return;
      Tensor x = values.get(a);
      int n = x.rank(), axis = random.nextInt(n), d = x.dim(axis);
      switch (random.nextInt(9)) {
        case 0 -> add("flatten", t -> t[0].flatten(), a);
        case 1 -> {
          var order = new ArrayList<>(x.shape().axes());
          java.util.Collections.rotate(order, 1 + random.nextInt(n));
          int[] o = order.stream().mapToInt(i -> i).toArray();
          add("transpose " + order, t -> t[0].transpose(o), a);
        }
        case 2 -> add("expand", t -> t[0].expand(axis).plus(t[0].expand(axis)), a);
        case 3 -> {
          if (n >= 4) return;
          Shape to = x.shape().prepend(2);
          add("broadcast", t -> t[0].broadcastTo(to), a);
        }
        case 4 -> {
          if (d < 2) return;
          int step = random.nextBoolean() ? 1 : -1 - random.nextInt(2);
          Range[] r = new Range[axis + 1];
          Arrays.fill(r, Range.all());
          r[axis] =
              random.nextInt(3) == 0
                  ? Range.at(random.nextInt(d))
                  : step > 0 ? Range.of(1, d, step) : Range.every(step);
          add("slice " + r[axis], t -> t[0].slice(r), a);
        }
        case 5 -> add("flip " + axis, t -> t[0].flip(axis), a);
        case 6 -> {
          int[] low = new int[n], high = new int[n];
          low[axis] = random.nextInt(2);
          high[axis] = 1;
          add("pad", t -> t[0].pad(low, high), a);
        }
        case 7 -> {
          int b = pick(t -> t.shape().equals(x.shape()));
          if (b >= 0) add("concat " + axis, t -> Tensor.concat(axis, t[0], t[1], t[0]), a, b);
        }
        default -> {
          if (n >= 2) add("tril+triu", t -> t[0].tril(0).times(0.5).plus(t[0].triu(1).square()), a);
        }
      }
    }

    private void reduction() {
      int a = pick(t -> t.rank() > 0);
      if (a < 0) return;
      Tensor x = values.get(a);
      int axis = random.nextInt(x.rank()), d = x.dim(axis);
      boolean keep = random.nextBoolean();
      int[] axes = random.nextInt(4) == 0 ? new int[0] : new int[] {axis};
      boolean apart = apart(x, 0.03), some = x.size() > 0;
      switch (random.nextInt(15)) {
        case 0, 1 -> add("sum " + axis, t -> t[0].sum(axes, keep), a);
        case 2 -> {
          if (some) add("mean", t -> t[0].mean(axes, keep), a);
        }
        case 3 -> {
          if (some) add("variance", t -> t[0].variance(0, axes, keep), a);
        }
        case 4 -> {
          if (some && apart) add("max", t -> t[0].max(axes, keep), a);
        }
        case 5 -> {
          if (some && apart) add("min", t -> t[0].min(axes, keep), a);
        }
        case 6 -> add("cumsum " + axis, t -> t[0].cumsum(axis), a);
        case 7 -> add("cumprod " + axis, t -> t[0].cumprod(axis), a);
        case 8 -> add("prod", t -> t[0].prod(axes, keep), a);
        case 9 -> {
          if (apart) add("sort " + axis, t -> t[0].sort(axis), a);
        }
        case 10 -> {
          if (apart && d > 1) add("topk", t -> t[0].topk(2, axis).values(), a);
        }
        case 11 -> {
          if (some) add("logSumExp", t -> t[0].logSumExp(axes, keep), a);
        }
        case 12 -> {
          if (some) add("softmax", t -> t[0].softmax(axis), a);
        }
        case 13 -> {
          if (some) add("logSoftmax", t -> t[0].logSoftmax(axis), a);
        }
        default -> {
          if (some && all(x, v -> Math.abs(v) > 0.2)) add("norm", t -> t[0].norm(axes), a);
        }
      }
    }

    private void contraction() {
      int a = pick(t -> t.rank() > 0);
      if (a < 0) return;
      Tensor x = values.get(a);
      int last = x.dim(-1);
      switch (random.nextInt(6)) {
        case 0 -> {
          int[] order = IntStream.range(0, x.rank()).toArray();
          if (x.rank() > 1) { // the last two axes exchanged
            order[x.rank() - 1] = x.rank() - 2;
            order[x.rank() - 2] = x.rank() - 1;
          }
          add("matmul self", t -> t[0].times(0.5).matmul(t[0].transpose(order).sin()), a);
        }
        case 1 -> {
          int b = pick(t -> t.rank() > 0 && t.dim(t.rank() == 1 ? 0 : -2) == last);
          if (b >= 0 && values.get(b).rank() <= 2)
            add("matmul", t -> t[0].matmul(t[1]).times(0.4), a, b);
        }
        case 2 -> {
          double[] w = number(last, 2).doubles();
          add("matmul constant", t -> t[0].matmul(constant(t[0], w, last, 2)).times(0.4), a);
        }
        case 3 -> {
          int b = pick(t -> t.rank() == 1);
          if (b >= 0 && x.rank() == 1) add("outer", t -> t[0].outer(t[1]), a, b);
        }
        case 4 -> {
          if (x.rank() == 2)
            add("einsum ij,kj->ik", t -> Tensor.einsum("ij,kj->ik", t[0], t[0]).times(0.3), a);
          if (x.rank() == 3)
            add("einsum bij,bkj->ikb", t -> Tensor.einsum("bij,bkj->ikb", t[0], t[0]), a);
        }
        default -> add("dot", t -> t[0].dot(t[0].cos()).times(0.2), a);
      }
    }

    private void indexing() {
      int a = pick(t -> t.rank() > 0 && t.size() > 0);
      if (a < 0) return;
      Tensor x = values.get(a);
      int axis = random.nextInt(x.rank()), d = x.dim(axis), rows = x.dim(0);
      boolean apart = apart(x, 0.03);
      long[] at = IntStream.range(0, 3).mapToLong(_ -> random.nextInt(d)).toArray();
      long[] lead = IntStream.range(0, 3).mapToLong(_ -> random.nextInt(rows)).toArray();
      int n = x.rank();
      long[] zero = new long[n];
      int[] block = x.shape().dims().clone();
      block[axis] = Math.max(1, d - 1);
      if (d > 1) zero[axis] = 1;
      // where it is cut depends on the data: the first or the second place
      Fn<Tensor, Tensor> starts =
          t ->
              d > 1 && apart
                  ? t.flatten()
                      .argmax(0)
                      .rem(2)
                      .times(
                          Tensor.of(
                              IntStream.range(0, n).mapToLong(i -> i == axis ? 1 : 0).toArray()))
                  : Tensor.of(zero);
      switch (random.nextInt(8)) {
        case 0, 1 -> add("take " + axis, t -> t[0].take(Tensor.of(at), axis), a);
        case 2 -> {
          if (apart)
            add("take argmax", t -> t[0].take(t[0].flatten().argmax(0).rem(d), axis).sin(), a);
        }
        case 3 -> {
          if (apart)
            add("takeAlong", t -> t[0].square().takeAlong(t[0].argsort(axis).flip(axis), axis), a);
        }
        case 4 ->
            add(
                "scatterAdd",
                t -> t[0].scatterAdd(Tensor.of(lead), t[0].take(Tensor.of(lead), 0).sin()),
                a);
        case 5 -> add("dynamicSlice", t -> t[0].dynamicSlice(starts.of(t[0]), block), a);
        case 6 ->
            add(
                "dynamicUpdate",
                t -> {
                  Tensor s = starts.of(t[0]);
                  return t[0].square().dynamicUpdate(t[0].dynamicSlice(s, block).sin(), s);
                },
                a);
        default ->
            add(
                "dynamicAdd",
                t -> {
                  Tensor s = starts.of(t[0]);
                  return t[0].square().dynamicAdd(t[0].dynamicSlice(s, block).sin(), s);
                },
                a);
      }
    }

    /** NaN or infinite, or of infinite slope, at places which the rest leaves out. */
    private void bad() {
      int a = pick(t -> all(t, v -> Math.abs(v) > 0.05));
      if (a < 0) return;
      Tensor x = values.get(a);
      int n = x.rank();
      int kind = random.nextInt(17);
      Fn<Tensor, Tensor> wrong = // bad where x ≤ 0, else smooth
          t -> {
            Tensor zero = t.gt(0).select(t, t.minus(t)), one = zero.neg().exp();
            return switch (kind) {
              case 0 -> t.log();
              case 1 -> zero.sqrt();
              case 2 -> t.pow(0.5);
              case 3 -> t.over(zero);
              case 4 -> zero.rsqrt();
              case 5 -> zero.log();
              case 6 -> zero.cbrt();
              case 7 -> one.asin();
              case 8 -> one.atanh();
              case 9 -> one.erfinv();
              case 10 -> zero.atan2(zero);
              case 11 -> zero.digamma();
              case 12 -> zero.exp().acosh();
              case 13 -> zero.hypot(zero).sqrt();
              case 14 -> zero.lgamma().exp();
              case 15 -> t.log1p().times(zero.log());
              default -> t.xlogy(zero);
            };
          };
      Fn<Tensor, Tensor> through = // further on its way
          switch (random.nextInt(6)) {
            case 0 -> Tensor::sin;
            case 1 -> t -> t.times(t);
            case 2 -> t -> t.maximum(0.2).plus(t.tanh());
            case 3 -> t -> t.square().plus(0.1).sqrt();
            case 4 -> t -> t.atan().abs();
            default -> t -> t;
          };
      Fn<Tensor, Tensor> bad = t -> through.of(wrong.of(t));
      String name = "bad " + kind;
      switch (random.nextInt(14)) {
        case 10 -> // the mask comes first: roots of structural zeros, alone and added up
            add(
                "roots of relu",
                t -> {
                  Tensor r = t[0].relu();
                  Tensor y = r.sqrt().plus(r.cbrt());
                  return kind % 2 == 0 ? y : r.pow(0.5).times(y);
                },
                a);
        case 11 ->
            add(
                "asin of clamp",
                t -> t[0].clamp(-1, 1).asin().plus(t[0].clamp(-1, 1).acos().sin()),
                a);
        case 12 -> // what wins is finite, what loses is +∞ with an infinite slope
            add(
                "minimum of infinite",
                t -> t[0].sin().minimum(t[0].minus(t[0]).square().pow(-0.5)),
                a);
        case 13 -> {
          if (!apart(x, 0.03) || x.size() == 0) return;
          add(
              "least of infinite",
              t -> {
                Tensor u = t[0].flatten();
                Tensor all = Tensor.concat(0, u.minus(u).square().rsqrt(), u);
                return kind % 2 == 0 ? all.min() : all.sort(0).slice(Range.to(x.size()));
              },
              a);
        }
        case 0, 1 -> add(name + " select", t -> t[0].gt(0).select(bad.of(t[0]), t[0].sin()), a);
        case 2 ->
            add(name + " select else", t -> t[0].le(0).select(t[0].square(), bad.of(t[0])), a);
        case 3 -> {
          if (n > 0 && x.dim(0) > 0)
            add(
                name + " take, flip, select",
                t -> {
                  Tensor i = Tensor.of(new long[] {0, x.dim(0) - 1, 0});
                  Fn<Tensor, Tensor> m = u -> u.take(i, 0).flip(0).flatten();
                  return m.of(t[0]).gt(0).select(m.of(bad.of(t[0])).cos(), m.of(t[0]));
                },
                a);
        }
        case 4 -> {
          if (n > 0)
            add(
                name + " concat, select",
                t -> {
                  Tensor all = Tensor.concat(0, bad.of(t[0]), t[0]);
                  Tensor p = Tensor.concat(0, t[0], t[0].square());
                  return p.gt(0).select(all, Tensor.zeros(all.dtype(), all.shape().dims()));
                },
                a);
        }
        case 5 -> {
          if (n > 1) // a row's sum, taken where all of it is good
          add(
                name + " row sums, select",
                t -> {
                  Tensor good = t[0].gt(0).all(n - 1);
                  return good.select(bad.of(t[0]).sum(n - 1), t[0].sum(n - 1));
                },
                a);
        }
        case 6 -> {
          if (n > 0)
            add(
                name + " concat, slice",
                t -> {
                  int d = t[0].dim(0);
                  return Tensor.concat(0, t[0].sin(), bad.of(t[0].square().neg()))
                      .slice(Range.to(d));
                },
                a);
        }
        case 7 -> {
          if (n > 0)
            add(
                name + " overwritten",
                t -> {
                  Tensor all = Tensor.concat(0, bad.of(t[0].square().neg()), t[0].sin());
                  return all.dynamicUpdate(t[0].cos(), Tensor.of(new long[n]));
                },
                a);
        }
        case 8 ->
            add(
                name + " nested selects",
                t -> {
                  Tensor p = t[0].gt(0), q = t[0].lt(0.7013);
                  return p.select(q.select(bad.of(t[0]), t[0].cos()), bad.of(t[0].neg()));
                },
                a);
        default -> {
          if (n == 0 || x.size() == 0) return;
          int axis = random.nextInt(n);
          Fn<Tensor, Tensor> masked =
              t ->
                  t.gt(t.max(new int[] {axis}, true).minus(0.7))
                      .select(t, Tensor.zeros(t.dtype(), t.shape().dims()).log());
          if (!apart(x, 0.03)) return;
          switch (random.nextInt(3)) {
            case 0 -> add("masked softmax", t -> masked.of(t[0]).softmax(axis), a);
            case 1 -> add("masked logSumExp", t -> masked.of(t[0]).logSumExp(axis), a);
            default -> add("masked max", t -> masked.of(t[0]).max(axis).sin(), a);
          }
        }
      }
    }

    /** Derivatives inside the program, of functions that use other values of it. */
    private void nested() {
      int a = pick(), b = pick(t -> t.rank() == 0);
      int c = b < 0 ? a : b;
      switch (random.nextInt(5)) {
        case 0 ->
            add(
                "grad",
                t -> grad((Tensor u) -> u.sin().times(u.times(t[1].sum()).cos()).sum()).of(t[0]),
                a,
                c);
        case 1 ->
            add(
                "jvp",
                t ->
                    Leibniz.jvp((Tensor u) -> u.square().times(t[0]).tanh())
                        .of(new Dual<>(t[0], t[0].sin()))
                        .tangent(),
                a);
        case 2 ->
            add(
                "vjp",
                t -> Leibniz.vjp((Tensor u) -> u.exp().times(t[0])).of(t[0]).pull().of(t[0].cos()),
                a);
        case 3 -> {
          if (values.get(a).rank() > 0)
            add(
                "vmap grad",
                t ->
                    Leibniz.vmap((Tensor row) -> grad((Tensor u) -> u.sin().square().sum()).of(row))
                        .of(t[0]),
                a);
        }
        default ->
            add(
                "linearize",
                t -> {
                  var lin = Leibniz.linearize((Tensor u) -> u.sigmoid().times(u)).of(t[0]);
                  return lin.push().of(t[0]).plus(lin.pull().of(lin.value()));
                },
                a);
      }
    }

    /** What differences cannot see, or batches not run. */
    private void odd() {
      int a = pick();
      Tensor x = values.get(a);
      boolean some = x.size() > 0 && x.rank() > 0;
      switch (random.nextInt(9)) {
        case 0 -> addKinked("stopGradient", t -> Leibniz.stopGradient(t[0]).times(t[0].sin()), a);
        case 1 -> addKinked("ties max", t -> t[0].maximum(t[0].times(1.0)), a);
        case 2 -> addKinked("relu at 0", t -> t[0].minus(t[0]).relu().plus(t[0].abs()), a);
        case 3 -> {
          if (some) addKinked("max with ties", t -> t[0].round().times(t[0].sign()).max(0), a);
        }
        case 4 -> {
          if (some) addKinked("sort with ties", t -> Tensor.concat(0, t[0], t[0]).sort(0), a);
        }
        case 5 -> {
          if (some) addKinked("product with zeros", t -> t[0].minus(t[0].max()).prod(0), a);
        }
        case 6 -> {
          if (some) {
            long[] first = new long[1];
            addKinked(
                "cumprod with zeros",
                t -> t[0].minus(t[0].take(Tensor.of(first), 0)).cumprod(0),
                a);
          }
        }
        case 7 -> {
          double sum = x.sum().item();
          if (Math.abs(sum) > 0.05
              && add("if", t -> t[0].sum().item() > 0 ? t[0].sin() : t[0].square(), a))
            blind = false;
        }
        default -> {
          double norm = Math.sqrt(x.square().sum().item());
          double log = Math.log(norm) / Math.log(2);
          if (Math.abs(log - Math.rint(log)) > 0.05
              && add(
                  "while",
                  t -> {
                    Tensor y = t[0];
                    while (y.square().sum().item() > 1) y = y.sin().times(0.5);
                    return y;
                  },
                  a)) {
            blind = false;
            smooth = false;
          }
        }
      }
    }
  }
}
