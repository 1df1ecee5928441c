package io.leibniz.check;

import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.linearize;

import io.leibniz.Dual;
import io.leibniz.Fn;
import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the derivatives of a function in both modes with differences of the function:
 *
 * <pre>{@code Check.of((Net n) -> n.loss(x, y)).order(2).at(net).orThrow();}</pre>
 *
 * <p>The result is projected onto a random cotangent, the argument moved along random directions and along single
 * entries. Of order n, the maps that push and pull make of the function are checked in the same way, n − 1 deep. All leaves
 * of the argument must be f64.
 */
public final class Check<A, B> {
  private final Fn<A, B> f;
  private final int directions;
  private final int entries;
  private final int order;
  private final double tolerance;
  private final double step;
  private final Key key;

  private Check(
      Fn<A, B> f, int directions, int entries, int order, double tolerance, double step, Key key) {
    this.f = f;
    this.directions = directions;
    this.entries = entries;
    this.order = order;
    this.tolerance = tolerance;
    this.step = step;
    this.key = key;
  }

  /** First order, 3 directions and 10 entries, relative tolerance 1e-6. */
  public static <A, B> Check<A, B> of(Fn<A, B> f) {
    return new Check<>(f, 3, 10, 1, 1e-6, 0.0625, Key.of(1));
  }

  /** How many random directions to move the argument along. */
  public Check<A, B> directions(int n) {
    return new Check<>(f, n, entries, order, tolerance, step, key);
  }

  /** How many entries of the argument, drawn at random, to move one at a time. */
  public Check<A, B> entries(int n) {
    return new Check<>(f, directions, n, order, tolerance, step, key);
  }

  /** Up to which order. */
  public Check<A, B> order(int n) {
    return new Check<>(f, directions, entries, n, tolerance, step, key);
  }

  public Check<A, B> tolerance(double relative) {
    return new Check<>(f, directions, entries, order, relative, step, key);
  }

  /** The largest step to take; smaller ones are tried by themselves. Relative to entries greater than 1. */
  public Check<A, B> step(double largest) {
    return new Check<>(f, directions, entries, order, tolerance, largest, key);
  }

  public Check<A, B> seed(long seed) {
    return new Check<>(f, directions, entries, order, tolerance, step, Key.of(seed));
  }

  /** Checks at a point. Does not raise where derivatives disagree: see {@link Report#orThrow}. */
  public Report at(A a) {
    for (var leaf : Tree.leaves(a))
      if (leaf.tensor().dtype() != DType.F64)
        throw new ShapeException(
            "check needs f64 leaves, since differences lose half the digits, but %s is %s; cast it"
                .formatted(
                    leaf.path().isEmpty() ? "the argument" : leaf.path(), leaf.tensor().type()));
    var worst = new Worst();
    check(f, a, "f", order, key, 0, worst);
    return worst.report();
  }

  /** {@code floor} is the rounding of the terms that maps of lower order sum. */
  private <C> void check(
      Fn<A, C> g, A a, String map, int order, Key key, double floor, Worst worst) {
    var lin = linearize(g).of(a);
    var keys = key.split(3 + directions);
    C ct = random(lin.value(), keys.get(0));
    A gradient = lin.pull().of(ct);
    double rounding = Math.max(floor, rounding(size(ct, lin.value())));
    double value = Math.abs(dot(ct, lin.value()));
    Moved<A> compare =
        (v, where) -> {
          C pushed = lin.push().of(v);
          var d =
              Differences.of(
                  t -> dot(ct, g.of(Tree.map(a, v, (x, dx) -> x.plus(dx.times(t))))),
                  step,
                  4 + 2 * Math.sqrt(size(a)));
          double sums = rounding(size(ct, pushed) + size(gradient, v));
          worst.add(dot(ct, pushed), dot(gradient, v), d, value, rounding + sums, where, map);
        };
    for (int i = 0; i < directions; i++)
      compare.along(scaled(a, random(a, keys.get(3 + i))), "direction " + i);
    for (Entry e : chosen(a, keys.get(1))) compare.along(e.unit(a), e.name());
    if (order == 1) return;
    A v = random(a, keys.get(2));
    Fn<A, C> push = p -> jvp(g).of(new Dual<>(p, v)).tangent();
    Fn<A, A> pull = p -> linearize(g).of(p).pull().of(ct);
    check(push, a, "push " + map, order - 1, keys.get(1), rounding, worst);
    check(pull, a, "pull " + map, order - 1, keys.get(2), rounding, worst);
  }

  /** Compares the derivatives along a direction. */
  private interface Moved<A> {
    void along(A v, String where);
  }

  /** What a sum of terms of this size in all may have lost. */
  private static double rounding(double terms) {
    return 16 * Math.ulp(terms);
  }

  /** Collects the worst comparison. */
  private final class Worst {
    private @Nullable Report worst;
    private boolean passed = true;
    private int comparisons;
    private int unresolved;

    void add(
        double forward,
        double reverse,
        Differences d,
        double value,
        double rounding,
        String where,
        String map) {
      comparisons++;
      double numeric = d.value(), noise = 4 * d.noise() + rounding;
      double size = Math.max(Math.max(Math.abs(forward), Math.abs(reverse)), Math.abs(numeric));
      double modes = Math.abs(forward - reverse);
      double off = Math.max(Math.abs(forward - numeric), Math.abs(reverse - numeric));
      // the modes must agree whatever differences can tell
      double error = modes <= rounding ? 0 : modes / size;
      // a function that jumps here, or is none of its argument, has no derivative to compare with
      boolean none = d.noise() > 1e-3 * Math.max(size, value) + 1e-250;
      if (none || !Double.isFinite(forward + reverse + numeric)) error = Double.POSITIVE_INFINITY;
      else if (noise <= tolerance * size || off > noise) error = Math.max(error, off / size);
      else if (off > 0) unresolved++;
      passed &= error <= tolerance;
      if (worst == null || error > worst.error())
        worst =
            new Report(
                false, error, where, map, forward, reverse, numeric, d.noise(), d.kink(), 0, 0);
    }

    Report report() {
      Report w = worst == null ? new Report(true, 0, "none", "f", 0, 0, 0, 0, false, 0, 0) : worst;
      return new Report(
          passed,
          w.error(),
          w.where(),
          w.map(),
          w.forward(),
          w.reverse(),
          w.numeric(),
          w.noise(),
          w.kink(),
          comparisons,
          unresolved);
    }
  }

  /** One element of one leaf. */
  private record Entry(int leaf, String path, Shape shape, int place) {
    String name() {
      int[] index = new int[shape.rank()];
      int rest = place;
      for (int i = index.length - 1; i >= 0; i--) {
        index[i] = rest % shape.dim(i);
        rest /= shape.dim(i);
      }
      String at = index.length == 0 ? "" : Arrays.toString(index);
      return path.isEmpty() && at.isEmpty() ? "x" : path + at;
    }

    <A> A unit(A a) {
      var leaves = new ArrayList<Tensor>();
      for (Tensor t : Tree.tensors(a)) {
        double[] v = new double[t.size()];
        if (leaves.size() == leaf) v[place] = Math.max(1, Math.abs(t.doubles()[place]));
        leaves.add(Tensor.of(v, t.shape().dims()));
      }
      return Tree.with(a, leaves);
    }
  }

  private List<Entry> chosen(A a, Key key) {
    var all = new ArrayList<Entry>();
    var leaves = Tree.leaves(a);
    long size = size(a);
    if (size == 0) return all;
    long[] places =
        size <= entries
            ? IntStream.range(0, (int) size).asLongStream().toArray()
            : key.integers(0, size, entries).longs();
    for (long p : places) {
      int leaf = 0;
      while (p >= leaves.get(leaf).tensor().size()) p -= leaves.get(leaf++).tensor().size();
      all.add(new Entry(leaf, leaves.get(leaf).path(), leaves.get(leaf).tensor().shape(), (int) p));
    }
    return all;
  }

  private static long size(Object tree) {
    return Tree.tensors(tree).stream().mapToLong(Tensor::size).sum();
  }

  private static <T> T random(T like, Key key) {
    var keys = key.split(Tree.leaves(like).size()).iterator();
    return Tree.map(like, t -> keys.next().normal(DType.F64, t.shape().dims()).cast(t.dtype()));
  }

  /** A direction in which no entry moves by much more than its own size. */
  private static <T> T scaled(T at, T v) {
    double n = Math.sqrt(Math.max(1, size(at)));
    return Tree.map(at, v, (x, d) -> d.times(x.abs().maximum(1)).times(1 / Math.min(n, 8)));
  }

  /** Σ |a · b|. */
  private static double size(Object a, Object b) {
    return dot(Tree.map(a, Tensor::abs), Tree.map(b, Tensor::abs));
  }

  private static double dot(Object a, Object b) {
    double sum = 0;
    var others = Tree.tensors(b).iterator();
    for (Tensor t : Tree.tensors(a)) {
      double[] p = t.doubles(), q = others.next().doubles();
      for (int i = 0; i < p.length; i++) sum += p[i] * q[i];
    }
    return sum;
  }
}
