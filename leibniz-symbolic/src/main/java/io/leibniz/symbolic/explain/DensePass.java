package io.leibniz.symbolic.explain;

import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import io.leibniz.symbolic.explain.Backprop.Layer;
import io.leibniz.symbolic.explain.GradientClaim.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The backward pass through dense layers as textbooks write it, so that one step of it can be done wrong on purpose: δ = u ⊙ σ′(z),
 * ∂L/∂W = δᵀ·a, ∂L/∂b = Σ δ, u = δ·W, examples in rows.
 */
final class DensePass {
  private static final double EQUAL = 1e-8;
  private static final Map<String, UnaryOperator<Tensor>> ACTIVATIONS =
      Map.of(
          "σ", Tensor::sigmoid,
          "tanh", Tensor::tanh,
          "softplus", Tensor::softplus,
          "gelu", Tensor::gelu,
          "silu", Tensor::silu);

  /**
   * One layer of n examples.
   *
   * @param w [out, in]
   * @param lying whether its leaf is [in, out]
   * @param slope σ′(z); null where the activation mixes elements, and δ is taken as it is
   */
  private record Dense(
      String weight,
      String bias,
      Tensor w,
      boolean lying,
      String activation,
      Tensor data,
      Tensor z,
      Tensor a,
      @Nullable Tensor slope,
      Tensor upstream,
      Tensor delta) {}

  /** A step to do wrong. */
  enum Step {
    NONE,
    NO_SLOPE,
    SLOPE_AT_A,
    VALUE_FOR_SLOPE,
    OTHER_SLOPE,
    Z_FOR_A,
    OTHER_A,
    NOT_TRANSPOSED,
    FIRST_ROW,
    LAST_ROW
  }

  /** A step done wrong in layer {@code at}, what stands there instead coming from layer {@code other}; both count from 0. */
  record Variant(Step step, int at, int other) {
    Kind kind() {
      return switch (step) {
        case NO_SLOPE, SLOPE_AT_A, VALUE_FOR_SLOPE, OTHER_SLOPE -> Kind.SLOPE;
        case Z_FOR_A, OTHER_A -> Kind.ACTIVATION;
        case NOT_TRANSPOSED -> Kind.WEIGHTS;
        case FIRST_ROW, LAST_ROW -> Kind.BATCH;
        case NONE -> Kind.OTHER;
      };
    }

    String told(String path) {
      String k = Notation.raised(at + 1), other = Notation.raised(this.other + 1);
      String before = at == 0 ? "x" : "a" + Notation.raised(at);
      return GradientClaim.named(path)
          + ": "
          + switch (step) {
            case NO_SLOPE -> "the factor σ′(z%s) is missing in δ%s".formatted(k, k);
            case SLOPE_AT_A -> "δ%s takes the slope at a%s; it is σ′(z%s)".formatted(k, k, k);
            case VALUE_FOR_SLOPE -> "δ%s has σ(z%s) where σ′(z%s) belongs".formatted(k, k, k);
            case OTHER_SLOPE -> "δ%s has σ′(z%s) where σ′(z%s) belongs".formatted(k, other, k);
            case Z_FOR_A -> "z%s stands where %s belongs".formatted(Notation.raised(at), before);
            case OTHER_A -> "a%s stands where %s belongs".formatted(other, before);
            case NOT_TRANSPOSED ->
                "δ%s comes through W%s where (W%s)ᵀ belongs".formatted(Notation.raised(at), k, k);
            case FIRST_ROW -> "only the first example counts; sum over the batch";
            case LAST_ROW -> "only the last example counts; sum over the batch";
            case NONE -> "nothing is wrong";
          };
    }
  }

  private final List<Dense> layers;

  private DensePass(List<Dense> layers) {
    this.layers = layers;
  }

  /** If the network is dense layers one after another, and their pass gives the {@code right} gradients. */
  static Optional<DensePass> of(Backprop story, List<Tensor> inputs, Map<String, Tensor> right) {
    return read(story, inputs, right, false).or(() -> read(story, inputs, right, true));
  }

  /** Weights that are square do not tell how they lie: that it gives the right gradients does. */
  private static Optional<DensePass> read(
      Backprop story, List<Tensor> inputs, Map<String, Tensor> right, boolean lying) {
    var layers = new ArrayList<Dense>();
    try {
      for (Layer l : story.layers()) {
        Tensor data = layers.isEmpty() ? first(l, inputs, right) : layers.getLast().a;
        Dense d = data == null ? null : dense(l, data, lying);
        if (d == null) return Optional.empty();
        layers.add(d);
      }
      var pass = new DensePass(List.copyOf(layers));
      return !layers.isEmpty() && pass.gives(right) ? Optional.of(pass) : Optional.empty();
    } catch (ShapeException _) {
      return Optional.empty();
    }
  }

  private static @Nullable Dense dense(Layer l, Tensor data, boolean lying) {
    if (l.weights().size() != 1 || l.biases().size() > 1 || l.z().value().rank() > 2) return null;
    Tensor leaf = f64(l.weights().getFirst().value());
    if (leaf.rank() != 2) return null;
    Tensor slope =
        l.slope() != null
            ? rows(l.slope().value())
            : l.activation().isEmpty()
                ? Tensor.ones(DType.F64, rows(l.z().value()).shape().dims())
                : null;
    return new Dense(
        l.weights().getFirst().path(),
        l.biases().isEmpty() ? "" : l.biases().getFirst().path(),
        lying ? leaf.transpose() : leaf,
        lying,
        l.activation(),
        data,
        rows(l.z().value()),
        rows(l.a().value()),
        slope,
        rows(l.activation().isEmpty() ? l.delta().value() : l.upstream().value()),
        rows(l.delta().value()));
  }

  /** What enters the first layer: an input; of one example that is none, what its gradient says. */
  private static @Nullable Tensor first(Layer l, List<Tensor> inputs, Map<String, Tensor> right) {
    int examples = rows(l.z().value()).dim(0);
    Tensor w = right.get(l.weights().getFirst().path());
    if (w == null || w.rank() != 2) return null;
    for (Tensor x : inputs)
      if (x.dtype() == DType.F64 && (x.rank() == 1 || x.rank() == 2)) {
        Tensor r = rows(x);
        if (r.dim(0) == examples && (r.dim(1) == w.dim(0) || r.dim(1) == w.dim(1))) return r;
      }
    if (examples != 1) return null;
    double[] delta = rows(l.delta().value()).flatten().doubles();
    int i = 0;
    for (int j = 0; j < delta.length; j++) if (Math.abs(delta[j]) > Math.abs(delta[i])) i = j;
    boolean standing = w.dim(0) == delta.length;
    Tensor row = standing ? w.at(i) : w.transpose().at(i);
    return rows(row.over(delta[i]));
  }

  private static Tensor rows(Tensor t) {
    Tensor x = f64(t);
    return x.rank() == 2 ? x : x.rank() == 1 ? x.expand(0) : x.reshape(1, 1);
  }

  private static Tensor f64(Tensor t) {
    return t.cast(DType.F64);
  }

  private boolean gives(Map<String, Tensor> right) {
    var own = run(new Variant(Step.NONE, 0, 0));
    for (var e : own.entrySet())
      if (!(right.get(e.getKey()) instanceof Tensor r)
          || !GradientClaim.near(e.getValue(), r, EQUAL)) return false;
    return true;
  }

  /** How many examples. */
  int rows() {
    return layers.getFirst().z.dim(0);
  }

  /** All ways to do one step wrong, those of the last layer first. */
  List<Variant> variants() {
    var out = new ArrayList<Variant>();
    for (int k = layers.size() - 1; k >= 0; k--) {
      out.add(new Variant(Step.NO_SLOPE, k, k));
      out.add(new Variant(Step.SLOPE_AT_A, k, k));
      out.add(new Variant(Step.VALUE_FOR_SLOPE, k, k));
      if (k > 0) out.add(new Variant(Step.Z_FOR_A, k, k));
      if (k > 0) out.add(new Variant(Step.NOT_TRANSPOSED, k, k));
      for (int j = 0; j < layers.size(); j++) {
        if (j != k) out.add(new Variant(Step.OTHER_SLOPE, k, j));
        if (j != k - 1) out.add(new Variant(Step.OTHER_A, k, j));
      }
    }
    if (rows() > 1) {
      out.add(new Variant(Step.FIRST_ROW, 0, 0));
      out.add(new Variant(Step.LAST_ROW, 0, 0));
    }
    return out;
  }

  /** The gradients by path that a pass with one wrong step gives. */
  Map<String, Tensor> run(Variant v) {
    var out = new HashMap<String, Tensor>();
    Tensor u = layers.getLast().upstream; // [n, out]
    for (int k = layers.size() - 1; k >= 0; k--) {
      Dense l = layers.get(k);
      boolean wrong = v.at == k;
      Tensor slope = wrong ? slope(l, v) : l.slope;
      Tensor delta = slope == null ? l.delta : u.times(slope); // [n, out]
      Tensor counted = counted(delta, v.step);
      Tensor data = wrong ? data(l, v) : l.data; // [n, in]
      Tensor w = counted.transpose().matmul(data); // [out, n] x [n, in] -> [out, in]
      out.put(l.weight, l.lying ? w.transpose() : w);
      if (!l.bias.isEmpty()) out.put(l.bias, counted.sum(0));
      u = delta.matmul(wrong && v.step == Step.NOT_TRANSPOSED ? l.w.transpose() : l.w);
    }
    return out;
  }

  private @Nullable Tensor slope(Dense l, Variant v) {
    if (l.slope == null) return null;
    return switch (v.step) {
      case NO_SLOPE -> l.slope.times(0).plus(1);
      case SLOPE_AT_A ->
          ACTIVATIONS.get(l.activation) instanceof UnaryOperator<Tensor> f
              ? Leibniz.grad((Tensor x) -> f.apply(x).sum()).of(l.a)
              : l.slope;
      case VALUE_FOR_SLOPE -> l.a;
      case OTHER_SLOPE -> Objects.requireNonNullElse(layers.get(v.other).slope, l.slope);
      default -> l.slope;
    };
  }

  private Tensor data(Dense l, Variant v) {
    return switch (v.step) {
      case Z_FOR_A -> layers.get(v.at - 1).z;
      case OTHER_A -> layers.get(v.other).a;
      default -> l.data;
    };
  }

  private static Tensor counted(Tensor delta, Step step) {
    int n = delta.dim(0);
    if (step != Step.FIRST_ROW && step != Step.LAST_ROW) return delta;
    double[] mask = new double[n];
    mask[step == Step.FIRST_ROW ? 0 : n - 1] = 1;
    return delta.times(Tensor.of(mask, n, 1));
  }
}
