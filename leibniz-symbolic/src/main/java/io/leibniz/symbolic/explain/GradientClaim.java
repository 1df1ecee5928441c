package io.leibniz.symbolic.explain;

import static io.leibniz.Leibniz.grad;

import io.leibniz.Fn;
import io.leibniz.Fn2;
import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.check.Check;
import io.leibniz.check.Differences;
import io.leibniz.check.Report;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import io.leibniz.symbolic.explain.Suspects.Seen;
import io.leibniz.symbolic.text.Digits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A backward pass that was written by hand, judged: its gradient against that of reverse mode, and both against differences of the loss.
 * One point can hide an error, so that it is judged at several around the given one; parameters and inputs both move. What is wrong is named
 * as far as it can be told: the leaf, an entry, and the mistake.
 *
 * {@snippet file="io/leibniz/symbolic/explain/GradientClaimTest.java" region="example"}
 *
 * @param <P> the tree of parameters, and of their gradient
 */
public final class GradientClaim<P> {
  private static final int POINTS = 6;
  private static final double EQUAL = 1e-7, SMALL = 1e-11;

  private final Fn2<P, Object, Tensor> loss;
  private final Fn2<P, Object, P> claimed;
  private final Object inputs;

  private GradientClaim(Fn2<P, Object, Tensor> loss, Fn2<P, Object, P> claimed, Object inputs) {
    this.loss = loss;
    this.claimed = claimed;
    this.inputs = inputs;
  }

  /** That {@code claimed} is the gradient of {@code loss}. */
  public static <P> GradientClaim<P> of(Fn<P, Tensor> loss, Fn<P, P> claimed) {
    return new GradientClaim<>((p, _) -> loss.of(p), (p, _) -> claimed.of(p), List.of());
  }

  /** Likewise, of functions of the data too, which move as well: x = 1 hides a factor x that is missing. */
  @SuppressWarnings("unchecked") // the inputs are handed back as they came
  public static <P, X> GradientClaim<P> of(Fn2<P, X, Tensor> loss, Fn2<P, X, P> claimed, X inputs) {
    return new GradientClaim<>((p, x) -> loss.of(p, (X) x), (p, x) -> claimed.of(p, (X) x), inputs);
  }

  /** What can be told to be wrong. */
  public enum Kind {
    RAISED,
    MISSING,
    SHAPE,
    TRANSPOSED,
    ZERO,
    SIGN,
    FACTOR,
    BATCH,
    SLOPE,
    ACTIVATION,
    WEIGHTS,
    OTHER
  }

  /**
   * A leaf that is wrong.
   *
   * @param told the mistake, in a sentence
   * @param entry where the numbers below stand, as in {@code layers[0].w[1, 2]}; empty if the shape is wrong
   * @param claimed what the claim has there
   * @param right what reverse mode has
   * @param numeric what differences of the loss give
   * @param point at which of {@link Verdict#tried}
   */
  public record Fault(
      String path,
      Kind kind,
      String told,
      String entry,
      double claimed,
      double right,
      double numeric,
      int point) {}

  /**
   * The judgement.
   *
   * @param compared at how many points the loss and its gradient are finite
   * @param faults by leaf, those of the last layer first: a pass goes backwards, and so does an error
   * @param warnings where the given point hides an error, and why
   * @param tried the points, the given one first
   * @param check reverse mode against differences at the first of them
   */
  public record Verdict<P>(
      boolean correct,
      int compared,
      List<Fault> faults,
      List<String> warnings,
      List<P> tried,
      Report check) {
    public Verdict {
      faults = List.copyOf(faults);
      warnings = List.copyOf(warnings);
      tried = List.copyOf(tried);
    }

    /** Raises with the whole story unless the claim is right. */
    public Verdict<P> orThrow() {
      if (!correct) throw new AssertionError(toString());
      return this;
    }

    @Override
    public String toString() {
      if (correct) return "right: compared at %d points".formatted(compared);
      if (faults.isEmpty()) return "undecided: the gradient is finite at no point that was tried";
      var out = new StringBuilder();
      for (Fault f : faults) {
        out.append("wrong: ").append(f.told).append('\n');
        if (!f.entry.isEmpty())
          out.append(
              "   %s   claimed %s   right %s   differences %s%s\n"
                  .formatted(
                      f.entry,
                      Digits.six(f.claimed),
                      Digits.six(f.right),
                      Digits.six(f.numeric),
                      f.point == 0 ? "" : "   (point %d)".formatted(f.point)));
      }
      warnings.forEach(w -> out.append("   ").append(w).append('\n'));
      return out.toString().stripTrailing();
    }
  }

  /** Judges at and around {@code given}. Leaves of floats must be f64: others leave differences too few digits. */
  public Verdict<P> at(P given) {
    for (var leaf : Tree.leaves(List.of(given, inputs)))
      if (leaf.tensor().dtype().isFloat() && leaf.tensor().dtype() != DType.F64)
        throw new ShapeException(
            "a claim is judged in f64, but the leaf %s is %s; cast it"
                .formatted(leaf.path(), leaf.tensor().type()));
    var seen = new ArrayList<Seen>();
    var tried = new ArrayList<P>();
    for (int k = 0; k < POINTS; k++) {
      P p = moved(given, k);
      Object x = moved(inputs, k + 100);
      var right = leaves(grad(loss).of(p, x));
      if (!finite(right)) continue;
      Map<String, Tensor> said;
      try {
        said = leaves(claimed.of(p, x));
      } catch (IllegalArgumentException e) {
        return raised(given, String.valueOf(e.getMessage()));
      }
      seen.add(new Seen(k, right, said, () -> Backprop.of(loss, p, x), inputs(x)));
      tried.add(p);
    }
    Fn<P, Tensor> here = p -> loss.of(p, inputs);
    Report check = Check.of(here).entries(6).at(tried.isEmpty() ? given : tried.getFirst());
    var faults = new ArrayList<Fault>();
    var late = new ArrayList<String>();
    var paths = new ArrayList<String>();
    if (!seen.isEmpty()) paths.addAll(seen.getFirst().right().keySet());
    var suspects = new Suspects(seen);
    for (String path : paths.reversed()) {
      Fault f = judged(path, seen, tried, suspects);
      if (f == null) continue;
      faults.add(f);
      if (f.point > 0 && seen.getFirst().point() == 0) late.add(path);
    }
    return new Verdict<>(
        faults.isEmpty() && !seen.isEmpty(),
        seen.size(),
        faults,
        late.isEmpty() ? List.of() : List.of(hidden(late, given)),
        tried,
        check);
  }

  private Verdict<P> raised(P given, String message) {
    Fault f =
        new Fault("", Kind.RAISED, "the claim cannot be computed: " + message, "", 0, 0, 0, 0);
    Fn<P, Tensor> here = p -> loss.of(p, inputs);
    Report check = Check.of(here).entries(6).at(given);
    return new Verdict<>(false, 0, List.of(f), List.of(), List.of(given), check);
  }

  private @Nullable Fault judged(String path, List<Seen> seen, List<P> tried, Suspects suspects) {
    var wrong = new ArrayList<Integer>();
    for (int i = 0; i < seen.size(); i++) if (differs(path, seen.get(i))) wrong.add(i);
    if (wrong.isEmpty()) return null;
    int at = wrong.getFirst();
    var mistake = suspects.of(path);
    Tensor right = Objects.requireNonNull(seen.get(at).right().get(path));
    Tensor said = seen.get(at).said().get(path);
    if (said == null || !said.shape().equals(right.shape()))
      return new Fault(path, mistake.kind(), mistake.told(), "", 0, 0, 0, seen.get(at).point());
    int place = worst(said.doubles(), right.doubles());
    return new Fault(
        path,
        mistake.kind(),
        mistake.told(),
        named(path) + index(right, place),
        said.doubles()[place],
        right.doubles()[place],
        slope(path, place, tried.get(at), moved(inputs, seen.get(at).point() + 100)),
        seen.get(at).point());
  }

  private static boolean differs(String path, Seen s) {
    Tensor said = s.said().get(path);
    return said == null || !near(said, Objects.requireNonNull(s.right().get(path)), EQUAL);
  }

  /** Entry by entry, but that what is small against the largest may be off by as much as is lost there. */
  static boolean near(Tensor a, Tensor b, double tolerance) {
    if (!a.shape().equals(b.shape()) || !a.dtype().isFloat()) return false;
    double[] p = a.cast(DType.F64).doubles(), q = b.doubles();
    double largest = 0;
    for (double x : q) largest = Math.max(largest, Math.abs(x));
    for (int i = 0; i < p.length; i++)
      if (!(Math.abs(p[i] - q[i])
          <= tolerance * Math.max(Math.abs(p[i]), Math.abs(q[i])) + SMALL * largest)) return false;
    return true;
  }

  private static int worst(double[] p, double[] q) {
    int worst = 0;
    for (int i = 0; i < p.length; i++)
      if (Math.abs(p[i] - q[i]) > Math.abs(p[worst] - q[worst])) worst = i;
    return worst;
  }

  /** How the loss changes with one entry, from its values. */
  private double slope(String path, int place, P at, Object x) {
    double size = 1;
    for (var leaf : Tree.leaves(at))
      if (leaf.path().equals(path)) size = Math.max(1, Math.abs(leaf.tensor().doubles()[place]));
    return Differences.of(
            t -> {
              var leaves = new ArrayList<Tensor>();
              for (var leaf : Tree.leaves(at)) {
                if (!leaf.path().equals(path)) {
                  leaves.add(leaf.tensor());
                  continue;
                }
                double[] v = leaf.tensor().doubles();
                v[place] += t;
                leaves.add(Tensor.of(v, leaf.tensor().shape().dims()));
              }
              return loss.of(Tree.with(at, leaves), x).item();
            },
            0.0625 * size,
            16)
        .value();
  }

  // ---- points

  /**
   * The k-th point near one: the 0-th is the point itself; odd ones keep the signs, since a function may be defined on one side of 0
   * alone.
   */
  private static <T> T moved(T tree, int k) {
    if (k % 100 == 0) return tree;
    var keys = Key.of(k).split(Math.max(1, Tree.leaves(tree).size())).iterator();
    return Tree.map(
        tree,
        t -> {
          Key key = keys.next();
          if (t.dtype() != DType.F64) return t;
          Tensor noise = key.normal(DType.F64, t.shape().dims());
          return k % 2 == 1
              ? Tensor.where(t.eq(0), noise.times(0.3), t.times(noise.times(0.4).exp()))
              : t.plus(noise.times(t.abs().maximum(0.5)));
        });
  }

  private static boolean finite(Map<String, Tensor> tree) {
    for (Tensor t : tree.values())
      for (double x : t.doubles()) if (!Double.isFinite(x)) return false;
    return true;
  }

  private static Map<String, Tensor> leaves(Object tree) {
    var out = new LinkedHashMap<String, Tensor>();
    for (var leaf : Tree.leaves(tree))
      if (leaf.tensor().dtype().isFloat()) out.put(leaf.path(), leaf.tensor());
    return out;
  }

  private static List<Tensor> inputs(Object x) {
    return Tree.tensors(x);
  }

  /** What at the given point is so special that an error cannot be seen. */
  private String hidden(List<String> paths, P given) {
    var special = new HashMap<String, String>();
    var why = new ArrayList<String>();
    for (var leaf : Tree.leaves(List.of(given, inputs))) {
      double[] x = leaf.tensor().cast(DType.F64).flatten().doubles();
      for (double k : new double[] {0, 1})
        if (x.length > 0 && Arrays.stream(x).allMatch(v -> v == k))
          if (special.put(leaf.path(), "") == null)
            why.add("%s is %.0f".formatted(shown(leaf.path()), k));
    }
    return "at the given point %s agree%s, so that a test there would have passed%s"
        .formatted(
            String.join(", ", paths.stream().map(GradientClaim::named).toList()),
            paths.size() == 1 ? "s" : "",
            why.isEmpty() ? "" : " (" + String.join(", ", why) + ")");
  }

  /** Without the place in the pair of parameters and inputs. */
  private static String shown(String path) {
    String own = path.substring(path.indexOf(']') + 1);
    if (own.startsWith(".")) own = own.substring(1);
    return own.isEmpty() ? path.startsWith("[1]") ? "the input" : "the parameter" : own;
  }

  static String named(String path) {
    return path.isEmpty() ? "the gradient" : path;
  }

  private static String index(Tensor t, int place) {
    if (t.rank() == 0) return "";
    var at = new ArrayList<String>();
    for (int axis = t.rank() - 1; axis >= 0; axis--) {
      at.addFirst(String.valueOf(place % t.dim(axis)));
      place /= t.dim(axis);
    }
    return String.format(Locale.ROOT, "[%s]", String.join(", ", at));
  }
}
