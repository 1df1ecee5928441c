package io.leibniz.symbolic.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Flow;
import io.leibniz.Fn2;
import io.leibniz.Key;
import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.Window;
import io.leibniz.ir.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The story is that of the pass that ran, whatever the network. */
final class BackpropTest {
  private static final Tensor Y = Tensor.vector(0.8);

  private static Tensor half(Tensor a, Tensor y) {
    return a.minus(y).square().sum().times(0.5);
  }

  private static Tensor at(Map<String, Tensor> p, String name) {
    return Objects.requireNonNull(p.get(name));
  }

  private static Map<String, Tensor> params(Object... namesAndTensors) {
    var out = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < namesAndTensors.length; i += 2)
      out.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
    return out;
  }

  /** W·x + b, twice. */
  private static Tensor columns(Map<String, Tensor> p, Tensor x) {
    Tensor a = at(p, "w1").matmul(x).plus(at(p, "b1")).sigmoid();
    return half(at(p, "w2").matmul(a).plus(at(p, "b2")).sigmoid(), Y);
  }

  /** Rows, x·W + b, a batch of them. */
  private static Tensor rows(Map<String, Tensor> p, Tensor x) {
    Tensor a = x.matmul(at(p, "w1")).plus(at(p, "b1")).tanh();
    return half(a.matmul(at(p, "w2")).plus(at(p, "b2")).relu(), Tensor.zeros(DType.F64, 4, 2));
  }

  private static final Map<String, Tensor> LECTURE =
      params(
          "w1", Tensor.of(new double[][] {{0.5, -0.25, 0.75}, {1, 0.125, -0.5}}),
          "b1", Tensor.vector(0.1, -0.2),
          "w2", Tensor.of(new double[][] {{1.5, -0.75}}),
          "b2", Tensor.vector(0.2));
  private static final Tensor X = Tensor.vector(1, -2, 0.5);

  /** Another system's numbers, run in float64. */
  @Test
  void theNetOfTheLectureHasTheNumbersOfTheCorpus() {
    var story = Backprop.of(BackpropTest::columns, LECTURE, X);
    assertThat(story.loss().item()).isCloseTo(0.0025157691495907714, within(1e-17));
    var one = story.layers().get(0);
    var two = story.layers().get(1);
    close(one.z().value(), 1.475, 0.3);
    close(one.a().value(), 0.8138161720984914, 0.574442516811659);
    close(two.z().value(), 0.9898923705389929);
    close(two.a().value(), 0.7290666629913584);
    close(two.delta().value(), -0.01401135309904387);
    close(one.delta().value(), -0.0031844879350238523, 0.002568893792321373);
    close(
        two.weights().getFirst().gradient().value(), -0.011402665744984218, -0.008048716938151597);
    close(
        one.weights().getFirst().gradient().value(),
        -0.0031844879350238523,
        0.006368975870047705,
        -0.0015922439675119262,
        0.002568893792321373,
        -0.005137787584642746,
        0.0012844468961606865);
    close(one.biases().getFirst().gradient().value(), -0.0031844879350238523, 0.002568893792321373);
    close(
        story.inputs().getFirst().gradient().value(),
        0.000976649824809447,
        0.0011172337077961347,
        -0.003672812847428576);
  }

  private static void close(Tensor t, double... expected) {
    double[] x = t.doubles();
    assertThat(x).hasSize(expected.length);
    for (int i = 0; i < x.length; i++)
      assertThat(x[i]).isCloseTo(expected[i], within(1e-14 * Math.abs(expected[i])));
  }

  @Test
  void theEquationsOfColumns() {
    assertThat(equations(Backprop.of(BackpropTest::columns, LECTURE, X)))
        .containsExactly(
            "z¹ = W¹·x + b¹",
            "a¹ = σ(z¹)",
            "σ′(z¹) = a¹ ⊙ σ(−z¹)",
            "δ¹ = (W²)ᵀ·δ² ⊙ σ′(z¹)",
            "∂L/∂W¹ = δ¹·xᵀ",
            "∂L/∂b¹ = δ¹",
            "z² = W²·a¹ + b²",
            "a² = σ(z²)",
            "σ′(z²) = a² ⊙ σ(−z²)",
            "δ² = ∂L/∂a² ⊙ σ′(z²)",
            "∂L/∂W² = δ²·(a¹)ᵀ",
            "∂L/∂b² = δ²",
            "∂L/∂x = (W¹)ᵀ·δ¹");
  }

  @Test
  void theEquationsOfRowsHaveTheirTransposesOnTheOtherSide() {
    var story = Backprop.of(BackpropTest::rows, wide(), input());
    assertThat(equations(story))
        .containsExactly(
            "z¹ = x·W¹ + b¹",
            "a¹ = tanh(z¹)",
            "tanh′(z¹) = sech(z¹) ⊙ sech(z¹)",
            "δ¹ = δ²·(W²)ᵀ ⊙ tanh′(z¹)",
            "∂L/∂W¹ = xᵀ·δ¹",
            "∂L/∂b¹ = Σₙ δ¹",
            "z² = a¹·W² + b²",
            "a² = relu(z²)",
            "δ² = ∂L/∂a² ⊙ relu′(z²)",
            "∂L/∂W² = (a¹)ᵀ·δ²",
            "∂L/∂b² = Σₙ δ²",
            "∂L/∂x = δ¹·(W¹)ᵀ");
  }

  /** A row is not a column: the order of the factors tells. */
  @Test
  void oneRowAtATime() {
    Fn2<Map<String, Tensor>, Tensor, Tensor> net =
        (p, x) -> x.matmul(at(p, "w1")).tanh().matmul(at(p, "w2")).square().sum();
    assertThat(equations(Backprop.of(net, wide(), Tensor.vector(1, 2, 3))))
        .contains("∂L/∂W¹ = xᵀ·δ¹", "δ¹ = δ²·(W²)ᵀ ⊙ tanh′(z¹)", "∂L/∂W² = (a¹)ᵀ·δ²");
  }

  /** As PyTorch stores its weights. */
  @Test
  void aTransposedWeightIsTransposedInItsGradient() {
    Fn2<Map<String, Tensor>, Tensor, Tensor> net =
        (p, x) -> x.matmul(at(p, "w").transpose()).plus(at(p, "b")).sigmoid().sum();
    var p = params("w", normal(1, 2, 3), "b", normal(2, 2));
    assertThat(equations(Backprop.of(net, p, normal(3, 4, 3))))
        .contains("z¹ = x·(W¹)ᵀ + b¹", "∂L/∂W¹ = (δ¹)ᵀ·x");
  }

  private static List<String> equations(Backprop story) {
    return Stream.concat(
            story.layers().stream()
                .flatMap(
                    l ->
                        Stream.of(
                                Stream.of(l.z(), l.a()),
                                Stream.ofNullable(l.slope()),
                                Stream.of(l.delta()),
                                l.weights().stream().map(Backprop.Parameter::gradient),
                                l.biases().stream().map(Backprop.Parameter::gradient))
                            .flatMap(s -> s)),
            story.inputs().stream().map(Backprop.Parameter::gradient))
        .map(Object::toString)
        .toList();
  }

  // ---- whatever the network, the bits are those of the engine

  record Net(
      String name,
      Map<String, Tensor> params,
      Tensor x,
      Fn2<Map<String, Tensor>, Tensor, Tensor> loss,
      int layers) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Tensor normal(long seed, int... dims) {
    return Key.of(seed).normal(DType.F64, dims);
  }

  private static Tensor input() {
    return normal(9, 4, 3);
  }

  private static Map<String, Tensor> wide() {
    return params(
        "w1", normal(1, 3, 5), "b1", normal(2, 5), "w2", normal(3, 5, 2), "b2", normal(4, 2));
  }

  private static Tensor crossEntropy(Map<String, Tensor> p, Tensor x) {
    Tensor a = x.matmul(at(p, "w1")).plus(at(p, "b1")).gelu();
    Tensor z = a.matmul(at(p, "w2")).plus(at(p, "b2"));
    Tensor label = Tensor.of(new long[] {0, 1, 1, 0});
    return z.logSumExp(-1).minus(z.takeAlong(label.expand(-1), -1).squeeze(-1)).mean();
  }

  private static Tensor softmax(Map<String, Tensor> p, Tensor x) {
    Tensor a = x.matmul(at(p, "w1")).plus(at(p, "b1")).softplus();
    return a.matmul(at(p, "w2")).plus(at(p, "b2")).softmax(-1).log().sum().neg();
  }

  private static Tensor residual(Map<String, Tensor> p, Tensor x) {
    Tensor h = x.plus(x.matmul(at(p, "w1")).plus(at(p, "b1")).silu());
    Tensor mean = h.mean(new int[] {-1}, true);
    Tensor by = h.minus(mean).square().mean(new int[] {-1}, true).plus(1e-5).rsqrt();
    Tensor n = h.minus(mean).times(by).times(at(p, "g")).plus(at(p, "c"));
    return n.plus(n.matmul(at(p, "w2")).relu()).square().mean();
  }

  private static Tensor shared(Map<String, Tensor> p, Tensor x) {
    Tensor a = x;
    for (int i = 0; i < 3; i++) a = a.matmul(at(p, "w")).plus(at(p, "b")).tanh();
    return a.square().sum().plus(at(p, "w").square().sum().times(0.01));
  }

  private static Tensor convolution(Map<String, Tensor> p, Tensor x) {
    Tensor image = x.reshape(1, 1, 6, 6);
    Tensor a = image.conv(at(p, "k"), Window.dense()).plus(at(p, "b").reshape(1, 2, 1, 1)).relu();
    Tensor pooled = a.maxPool(Window.stride(2, 2), 2, 2).flatten();
    return half(pooled.matmul(at(p, "w")), Tensor.vector(1, 2));
  }

  private static Tensor loop(Map<String, Tensor> p, Tensor x) {
    Tensor h =
        Flow.fori(3, x.matmul(at(p, "w0")), (Tensor _, Tensor t) -> t.matmul(at(p, "w")).tanh());
    return h.matmul(at(p, "v")).square().sum();
  }

  private static Tensor scalars(Map<String, Tensor> p, Tensor x) {
    Tensor a = x.times(at(p, "w1")).plus(at(p, "b1")).sigmoid();
    return a.times(at(p, "w2")).plus(at(p, "b2")).sigmoid().minus(0.8).square().over(2);
  }

  /** What is added is no parameter and does not move, so that z and y have one tangent. */
  private static Tensor constantBias(Map<String, Tensor> p, Tensor x) {
    Tensor y = x.matmul(at(p, "w"));
    Tensor z = y.plus(Tensor.vector(1, -1, 0.25));
    return z.tanh().sum().plus(y.square().sum()).plus(z.exp().sum());
  }

  private static Tensor attention(Map<String, Tensor> p, Tensor x) {
    Tensor q = x.matmul(at(p, "q")), k = x.matmul(at(p, "k")), v = x.matmul(at(p, "v"));
    Tensor a = q.matmul(k.transpose()).over(Math.sqrt(3)).softmax(-1).matmul(v);
    return a.matmul(at(p, "o")).square().sum();
  }

  private static Tensor stopped(Map<String, Tensor> p, Tensor x) {
    Tensor a = x.matmul(at(p, "w")).tanh();
    return Leibniz.stopGradient(a).times(at(p, "u")).sum();
  }

  private static Tensor lookup(Map<String, Tensor> p, Tensor x) {
    Tensor e = at(p, "e").take(Tensor.of(new long[] {2, 0, 2, 1}), 0);
    return e.plus(x).matmul(at(p, "w")).tanh().sum();
  }

  static Stream<Arguments> nets() {
    return Stream.of(
            new Net("columns", LECTURE, X, BackpropTest::columns, 2),
            new Net("rows", wide(), input(), BackpropTest::rows, 2),
            new Net("cross-entropy", wide(), input(), BackpropTest::crossEntropy, 2),
            new Net("softmax", wide(), input(), BackpropTest::softmax, 2),
            new Net(
                "residual",
                params(
                    "w1",
                    normal(1, 3, 3),
                    "b1",
                    normal(2, 3),
                    "g",
                    normal(3, 3),
                    "c",
                    normal(4, 3),
                    "w2",
                    normal(5, 3, 3)),
                input(),
                BackpropTest::residual,
                3),
            new Net(
                "shared",
                params("w", normal(1, 3, 3), "b", normal(2, 3)),
                input(),
                BackpropTest::shared,
                3),
            new Net(
                "convolution",
                params("k", normal(1, 2, 1, 3, 3), "b", normal(2, 2), "w", normal(3, 8, 2)),
                normal(4, 36),
                BackpropTest::convolution,
                2),
            new Net(
                "loop",
                params("w0", normal(1, 3, 3), "w", normal(2, 3, 3), "v", normal(3, 3, 1)),
                input(),
                BackpropTest::loop,
                2),
            new Net(
                "scalars",
                params(
                    "w1",
                    Tensor.of(0.5),
                    "b1",
                    Tensor.of(0.1),
                    "w2",
                    Tensor.of(1.5),
                    "b2",
                    Tensor.of(0.2)),
                Tensor.of(1.0),
                BackpropTest::scalars,
                2),
            new Net(
                "constant bias",
                params("w", normal(1, 3, 3)),
                input(),
                BackpropTest::constantBias,
                1),
            new Net(
                "attention",
                params(
                    "q",
                    normal(1, 3, 3),
                    "k",
                    normal(2, 3, 3),
                    "v",
                    normal(3, 3, 3),
                    "o",
                    normal(4, 3, 2)),
                input(),
                BackpropTest::attention,
                4),
            new Net(
                "stopped",
                params("w", normal(1, 3, 2), "u", normal(2, 2)),
                input(),
                BackpropTest::stopped,
                2),
            new Net(
                "lookup",
                params("e", normal(1, 3, 3), "w", normal(2, 3, 2)),
                input(),
                BackpropTest::lookup,
                2),
            new Net(
                "no layer",
                params("w", normal(1, 3)),
                input(),
                (p, _) -> at(p, "w").square().sum(),
                0),
            new Net("unused", params("w", normal(1, 3)), input(), (_, x) -> x.square().sum(), 0))
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("nets")
  void everyGradientHasTheBitsOfTheEngine(Net net) {
    var story = Backprop.of(net.loss, net.params, net.x);
    assertThat(story.layers()).hasSize(net.layers);
    var engine = Leibniz.valueAndGrad(net.loss).of(net.params, net.x);
    assertThat(story.loss().array().same(engine.value().array())).isTrue();
    var gradients = new LinkedHashMap<String, Tensor>();
    Stream.concat(
            story.layers().stream()
                .flatMap(l -> Stream.concat(l.weights().stream(), l.biases().stream())),
            story.others().stream())
        .forEach(p -> gradients.put(p.path(), p.gradient().value()));
    var leaves = Tree.leaves(engine.grad());
    assertThat(gradients).hasSize(leaves.size());
    for (var leaf : leaves)
      assertThat(
              Objects.requireNonNull(gradients.get(leaf.path()))
                  .array()
                  .same(leaf.tensor().array()))
          .as(leaf.path())
          .isTrue();
    assertThat(
            story
                .inputs()
                .getFirst()
                .gradient()
                .value()
                .array()
                .same(Leibniz.grad((Tensor x) -> net.loss.of(net.params, x)).of(net.x).array()))
        .isTrue();
  }

  /** What −0.0 added to z, by the network itself, has for a gradient. */
  @Test
  void deltaIsTheDerivativeByZ() {
    record Probe(Fn2<Map<String, Tensor>, Tensor, Tensor> net) {}
    Map<String, Tensor> p = wide();
    var probe =
        new Probe(
            (zeros, x) -> {
              Tensor a = x.matmul(at(p, "w1")).plus(at(p, "b1")).plus(at(zeros, "1")).tanh();
              Tensor z = a.matmul(at(p, "w2")).plus(at(p, "b2")).plus(at(zeros, "2"));
              return half(z.relu(), Tensor.zeros(DType.F64, 4, 2));
            });
    var zeros = params("1", Tensor.zeros(DType.F64, 4, 5), "2", Tensor.zeros(DType.F64, 4, 2));
    var by = Leibniz.grad(probe.net).of(zeros, input());
    var story = Backprop.of(BackpropTest::rows, p, input());
    for (int k = 1; k <= 2; k++)
      assertThat(story.layers().get(k - 1).delta().value().array().same(at(by, "" + k).array()))
          .isTrue();
  }

  @Test
  void whatIsNoDenseLayerIsNamed() {
    var residual =
        nets()
            .map(a -> (Net) a.get()[0])
            .filter(n -> n.name.equals("residual"))
            .findFirst()
            .orElseThrow();
    var story = Backprop.of(residual.loss, residual.params, residual.x);
    assertThat(story.layers())
        .extracting(Backprop.Layer::what)
        .containsExactly("dense", "scale", "dense");
    assertThat(story.layers())
        .extracting(Backprop.Layer::activation)
        .containsExactly("silu", "", "relu");
    assertThat(story.layers().get(1).via()).contains("rsqrt").endsWith("of x, a¹");
    assertThat(story.layers().get(1).weights())
        .extracting(Backprop.Parameter::path)
        .containsExactly("g");
  }

  @Test
  void pathsAreThoseOfTheTree() {
    var layer = Map.of("w", normal(1, 3, 3));
    var story =
        Backprop.of(
            (Map<String, List<Map<String, Tensor>>> p, Tensor x) -> {
              Tensor a = x;
              for (var l : Objects.requireNonNull(p.get("layers"))) a = a.matmul(at(l, "w")).tanh();
              return a.sum();
            },
            Map.of("layers", List.of(layer, layer)),
            input());
    assertThat(story.layers())
        .extracting(l -> l.weights().getFirst().path())
        .containsExactly("layers[0].w", "layers[1].w");
  }

  /** Where nobody says which leaf is the data, a matrix rather than a vector is the weight. */
  @Test
  void theInputMayBeALeafToo() {
    var p = params("x", X, "w", normal(1, 2, 3), "v", normal(2, 1, 2));
    var story =
        Backprop.of(
            (Map<String, Tensor> q) ->
                half(at(q, "v").matmul(at(q, "w").matmul(at(q, "x")).tanh()), Y),
            p);
    assertThat(story.layers())
        .extracting(l -> l.weights().getFirst().path())
        .containsExactly("w", "v");
    assertThat(story.others()).extracting(Backprop.Parameter::path).containsExactly("x");
  }

  /** A net of plain numbers is written as one writes it. */
  @Test
  void theEquationsOfScalars() {
    var net = nets().map(a -> (Net) a.get()[0]).filter(n -> n.name.equals("scalars")).findFirst();
    var n = net.orElseThrow();
    assertThat(equations(Backprop.of(n.loss, n.params, n.x)))
        .contains("z¹ = x·w¹ + b¹", "δ¹ = δ²·w²·σ′(z¹)", "∂L/∂w¹ = x·δ¹");
  }

  @Test
  void singlePrecisionStaysSingle() {
    Map<String, Tensor> p = Tree.map(wide(), t -> t.cast(DType.F32));
    var story =
        Backprop.of(
            (Map<String, Tensor> q, Tensor x) ->
                at(q, "w1").cast(DType.F32).sum().plus(x.matmul(at(q, "w1")).tanh().sum()),
            p,
            input().cast(DType.F32));
    assertThat(story.layers().getFirst().delta().value().dtype()).isEqualTo(DType.F32);
  }
}
