package io.leibniz.symbolic.explain;

import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import io.leibniz.symbolic.explain.GradientClaim.Kind;
import io.leibniz.symbolic.text.Digits;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The mistakes that are made in backward passes. One is found guilty if it explains a claimed gradient at every point; which is
 * tried first is a matter of how simple it is.
 */
final class Suspects {
  private static final double EQUAL = 1e-6;
  private static final int LARGEST_FACTOR = 100_000;

  /** The gradients by path at a point, the right ones and the claimed; the story is told when it is asked for. */
  record Seen(
      int point,
      Map<String, Tensor> right,
      Map<String, Tensor> said,
      Supplier<Backprop> story,
      List<Tensor> inputs) {}

  record Mistake(Kind kind, String told) {}

  private final List<Seen> seen;
  private @Nullable List<DensePass> passes;

  Suspects(List<Seen> seen) {
    this.seen = seen;
  }

  /** What is wrong with a leaf that is wrong somewhere. */
  Mistake of(String path) {
    String leaf = GradientClaim.named(path);
    Tensor right = right(path, seen.getFirst());
    if (!(seen.getFirst().said.get(path) instanceof Tensor said))
      return new Mistake(Kind.MISSING, "the claim has no leaf " + leaf);
    if (!said.shape().equals(right.shape())) return shape(path, said, right);
    Mistake simple = simple(path);
    if (simple != null) return simple;
    Mistake told = told(path);
    if (told != null) return told;
    int off = 0, all = right.size();
    for (Seen s : seen) off = Math.max(off, differing(path, s));
    return new Mistake(
        Kind.OTHER,
        off == all
            ? leaf + " is none of the mistakes that are known here"
            : "%d of %d entries of %s are wrong".formatted(off, all, leaf));
  }

  private static int differing(String path, Seen s) {
    double[] p = Objects.requireNonNull(s.said.get(path)).doubles(), q = right(path, s).doubles();
    int off = 0;
    for (int i = 0; i < p.length; i++)
      if (!(Math.abs(p[i] - q[i]) <= EQUAL * Math.max(Math.abs(p[i]), Math.abs(q[i])))) off++;
    return off;
  }

  private static Tensor right(String path, Seen s) {
    return Objects.requireNonNull(s.right.get(path));
  }

  /** Whether the claim is what a mistake would make of the right gradient, everywhere. */
  private boolean always(String path, Function<Tensor, Tensor> mistake) {
    for (Seen s : seen)
      try {
        if (!(s.said.get(path) instanceof Tensor said)
            || !GradientClaim.near(said, mistake.apply(right(path, s)), EQUAL)) return false;
      } catch (ShapeException _) {
        return false;
      }
    return true;
  }

  // ---- shapes

  private Mistake shape(String path, Tensor said, Tensor right) {
    String what =
        "%s is claimed as %s, but its leaf is %s"
            .formatted(
                GradientClaim.named(path), Digits.shape(said.shape()), Digits.shape(right.shape()));
    if (right.rank() == 2
        && said.rank() == 2
        && said.dim(0) == right.dim(1)
        && said.dim(1) == right.dim(0))
      return always(path, Tensor::transpose)
          ? new Mistake(Kind.TRANSPOSED, what + ": transpose it")
          : new Mistake(Kind.SHAPE, what + ": transposed, and its numbers are wrong too");
    if (said.size() == right.size() && always(path, r -> r.reshape(said.shape())))
      return new Mistake(Kind.SHAPE, what + "; its numbers are right: reshape it");
    if (said.rank() == right.rank() + 1 && alwaysOf(path, s -> s.sum(0)))
      return new Mistake(Kind.BATCH, what + ": the sum over the batch is missing; add .sum(0)");
    if (right.rank() == 2
        && said.rank() == 1
        && said.dim(0) == Math.min(right.dim(0), right.dim(1)))
      return new Mistake(
          Kind.SHAPE, what + ": an outer product δ·aᵀ belongs here, not one element by element");
    return new Mistake(Kind.SHAPE, what);
  }

  private boolean alwaysOf(String path, Function<Tensor, Tensor> mended) {
    for (Seen s : seen)
      if (!(s.said.get(path) instanceof Tensor said)
          || !GradientClaim.near(mended.apply(said), right(path, s), EQUAL)) return false;
    return true;
  }

  // ---- the whole gradient of a leaf

  private @Nullable Mistake simple(String path) {
    String leaf = GradientClaim.named(path);
    Tensor right = right(path, seen.getFirst());
    if (always(path, r -> r.times(0))) return new Mistake(Kind.ZERO, leaf + " is claimed to be 0");
    if (always(path, Tensor::neg))
      return new Mistake(Kind.SIGN, "the sign of " + leaf + " is wrong");
    if (right.rank() == 2 && right.dim(0) == right.dim(1) && always(path, Tensor::transpose))
      return new Mistake(
          Kind.TRANSPOSED, leaf + " is transposed: square, so that no shape tells; transpose it");
    double k = ratio(path);
    if (Double.isFinite(k) && k != 0 && always(path, r -> r.times(k)))
      return new Mistake(Kind.FACTOR, factor(leaf, k));
    return null;
  }

  /** Claimed by right, where the right one is largest. */
  private double ratio(String path) {
    double largest = 0, ratio = Double.NaN;
    for (Seen s : seen) {
      double[] p = Objects.requireNonNull(s.said.get(path)).doubles(), q = right(path, s).doubles();
      for (int i = 0; i < p.length; i++)
        if (Math.abs(q[i]) > largest) {
          largest = Math.abs(q[i]);
          ratio = p[i] / q[i];
        }
    }
    return ratio;
  }

  private String factor(String leaf, double k) {
    double large = Math.abs(k) >= 1 ? k : 1 / k;
    boolean whole = Math.abs(large - Math.rint(large)) < 1e-5 && Math.abs(large) < LARGEST_FACTOR;
    String times = whole ? String.valueOf(Math.round(large)) : Digits.six(large);
    String what =
        Math.abs(k) >= 1
            ? "%s is %s times what it is".formatted(leaf, times)
            : "%s is 1/%s of what it is".formatted(leaf, times);
    if (whole && rows().contains((int) Math.round(Math.abs(large))))
      return what
          + (Math.abs(k) > 1
              ? ": the mean over the batch has a factor 1/" + times
              : ": the loss is a sum over the batch, no mean");
    return what + (whole && Math.round(Math.abs(large)) == 2 ? ": a square has the slope 2u" : "");
  }

  /** The extents of what may be batches. */
  private Set<Integer> rows() {
    var out = new LinkedHashSet<Integer>();
    for (Tensor x : seen.getFirst().inputs) if (x.rank() > 1) out.add(x.dim(0));
    for (DensePass p : passes()) out.add(p.rows());
    out.remove(1);
    return out;
  }

  // ---- by the story of the network

  private @Nullable Mistake told(String path) {
    var passes = passes();
    if (passes.size() < seen.size()) return null;
    for (DensePass.Variant v : passes.getFirst().variants())
      if (always(path, v, passes)) return new Mistake(v.kind(), v.told(path));
    return null;
  }

  private boolean always(String path, DensePass.Variant v, List<DensePass> passes) {
    for (int i = 0; i < seen.size(); i++)
      try {
        if (!(passes.get(i).run(v).get(path) instanceof Tensor suspect)
            || !(seen.get(i).said.get(path) instanceof Tensor said)
            || !GradientClaim.near(said, suspect.cast(DType.F64), EQUAL)) return false;
      } catch (ShapeException _) {
        return false;
      }
    return true;
  }

  /** One for each point, if the network is one of dense layers. */
  private List<DensePass> passes() {
    if (passes != null) return passes;
    var found = new ArrayList<DensePass>();
    for (Seen s : seen) DensePass.of(s.story.get(), s.inputs, s.right).ifPresent(found::add);
    passes = found;
    return found;
  }
}
