package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.hvp;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.linearize;
import static io.leibniz.Leibniz.stopGradient;
import static io.leibniz.Leibniz.valueAndGrad;
import static io.leibniz.Leibniz.valueAndGradAux;
import static io.leibniz.Leibniz.vjp;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.TraceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The transforms: what they take and give, how they nest, and what they say when they cannot. */
class LeibnizTest {

  private static final Tensor A = Tensor.vector(0.3, -1.2, 2.5), V = Tensor.vector(1, -0.5, 0.25);

  record Layer(Tensor w, Tensor b) {
    Tensor apply(Tensor x) {
      return x.matmul(w).plus(b).tanh();
    }
  }

  record Net(List<Layer> layers, Map<String, Tensor> more, String name) {
    Tensor loss(Tensor x) {
      Tensor h = x;
      for (Layer l : layers) h = l.apply(h);
      return h.times(more.get("scale")).square().mean();
    }
  }

  private static Net net() {
    Key k = Key.of(1);
    return new Net(
        List.of(
            new Layer(k.fold(1).normal(DType.F64, 3, 4), k.fold(2).normal(DType.F64, 4)),
            new Layer(k.fold(3).normal(DType.F64, 4, 2), k.fold(4).normal(DType.F64, 2))),
        Map.of("scale", Tensor.of(1.5)),
        "small");
  }

  private static void close(Tensor got, Tensor want) {
    assertThat(got.type()).isEqualTo(want.type());
    double[] y = got.doubles(), z = want.doubles();
    for (int i = 0; i < y.length; i++)
      assertThat(y[i]).as("[%d]", i).isCloseTo(z[i], within(1e-13 * (1 + Math.abs(z[i]))));
  }

  // ---- arguments

  /** With further arguments a transform gives what it gives of the function that has them built in. */
  @Nested
  class FurtherArguments {
    private final Tensor x = Tensor.vector(2, 3, 5), y = Tensor.vector(7, 1, 0), z = Tensor.of(3.0);

    private Tensor f1(Tensor a) {
      return a.sin().times(x).sum();
    }

    private Tensor f2(Tensor a, Tensor x) {
      return a.sin().times(x).sum();
    }

    private Tensor f3(Tensor a, Tensor x, Tensor y) {
      return f2(a, x).plus(a.square().times(y).sum());
    }

    private Tensor f4(Tensor a, Tensor x, Tensor y, Tensor z) {
      return f3(a, x, y).times(z);
    }

    private final Fn<Tensor, Tensor> g1 = this::f1;
    private final Fn<Tensor, Tensor> g2 = a -> f2(a, x);
    private final Fn<Tensor, Tensor> g3 = a -> f3(a, x, y);
    private final Fn<Tensor, Tensor> g4 = a -> f4(a, x, y, z);

    @Test
    void grads() {
      assertThat(grad(this::f2).of(A, x)).isEqualTo(grad(g2).of(A)).isEqualTo(grad(g1).of(A));
      assertThat(grad(this::f3).of(A, x, y)).isEqualTo(grad(g3).of(A));
      assertThat(grad(this::f4).of(A, x, y, z)).isEqualTo(grad(g4).of(A));
    }

    @Test
    void valuesAndGrads() {
      assertThat(valueAndGrad(g1).of(A)).isEqualTo(new Valued<>(f1(A), grad(g1).of(A)));
      assertThat(valueAndGrad(this::f2).of(A, x)).isEqualTo(valueAndGrad(g2).of(A));
      assertThat(valueAndGrad(this::f3).of(A, x, y)).isEqualTo(valueAndGrad(g3).of(A));
      assertThat(valueAndGrad(this::f4).of(A, x, y, z)).isEqualTo(valueAndGrad(g4).of(A));
    }

    @Test
    void valuesAndGradsWithMore() {
      var one = valueAndGradAux((Tensor a) -> new Aux<>(g4.of(a), "more")).of(A);
      assertThat(one).isEqualTo(new Aux.Valued<>(g4.of(A), "more", grad(g4).of(A)));
      assertThat(
              valueAndGradAux((Tensor a, Tensor x) -> new Aux<>(f4(a, x, y, z), "more")).of(A, x))
          .isEqualTo(one);
      assertThat(
              valueAndGradAux((Tensor a, Tensor x, Tensor y) -> new Aux<>(f4(a, x, y, z), "more"))
                  .of(A, x, y))
          .isEqualTo(one);
      assertThat(
              valueAndGradAux(
                      (Tensor a, Tensor x, Tensor y, Tensor z) -> new Aux<>(f4(a, x, y, z), "more"))
                  .of(A, x, y, z))
          .isEqualTo(one);
    }

    @Test
    void jvpsAndHvps() {
      var at = new Dual<>(A, V);
      assertThat(jvp(this::f2).of(at, x)).isEqualTo(jvp(g2).of(at));
      assertThat(jvp(this::f3).of(at, x, y)).isEqualTo(jvp(g3).of(at));
      assertThat(jvp(this::f4).of(at, x, y, z)).isEqualTo(jvp(g4).of(at));
      assertThat(hvp(this::f2).of(at, x)).isEqualTo(hvp(g2).of(at));
      assertThat(hvp(this::f3).of(at, x, y)).isEqualTo(hvp(g3).of(at));
      assertThat(hvp(this::f4).of(at, x, y, z)).isEqualTo(hvp(g4).of(at));
    }

    @Test
    void linearMaps() {
      Tensor one = Tensor.of(1.0), g = grad(g4).of(A);
      assertThat(vjp(g4).of(A).pull().of(one)).isEqualTo(g);
      assertThat(vjp(this::f2).of(A, x).pull().of(one)).isEqualTo(grad(g2).of(A));
      assertThat(vjp(this::f3).of(A, x, y).pull().of(one)).isEqualTo(grad(g3).of(A));
      assertThat(vjp(this::f4).of(A, x, y, z).pull().of(one)).isEqualTo(g);
      close(linearize(g4).of(A).push().of(V), g.dot(V));
      close(linearize(this::f2).of(A, x).push().of(V), grad(g2).of(A).dot(V));
      close(linearize(this::f3).of(A, x, y).push().of(V), grad(g3).of(A).dot(V));
      close(linearize(this::f4).of(A, x, y, z).push().of(V), g.dot(V));
    }

    @Test
    void jacobiansAndHessians() {
      assertThat(jacobian(this::f2).of(A, x)).isEqualTo(jacobian(g2).of(A));
      assertThat(jacobian(this::f3).of(A, x, y)).isEqualTo(jacobian(g3).of(A));
      assertThat(jacobian(this::f4).of(A, x, y, z)).isEqualTo(jacobian(g4).of(A));
      assertThat(hessian(this::f2).of(A, x)).isEqualTo(hessian(g2).of(A));
      assertThat(hessian(this::f3).of(A, x, y)).isEqualTo(hessian(g3).of(A));
      assertThat(hessian(this::f4).of(A, x, y, z)).isEqualTo(hessian(g4).of(A));
    }
  }

  // ---- trees

  @Test
  void gradientOfSumIsOnes() {
    assertThat(grad((Tensor x) -> x.sum()).of(Tensor.of(new double[6], 2, 3)))
        .isEqualTo(Tensor.ones(DType.F64, 2, 3));
  }

  @Test
  void gradientOfAModelIsAModel() {
    Net g = grad(Net::loss).of(net(), Key.of(2).normal(DType.F64, 5, 3));
    assertThat(g.name()).isEqualTo("small");
    assertThat(Tree.leaves(g).stream().map(l -> l.path() + l.tensor().shape()))
        .containsExactly(
            "layers[0].w[3, 4]",
            "layers[0].b[4]",
            "layers[1].w[4, 2]",
            "layers[1].b[2]",
            "more.scale[]");
    Check.of((Net n) -> n.loss(Key.of(2).normal(DType.F64, 5, 3))).order(2).at(net()).orThrow();
  }

  @Test
  void unusedLeafHasGradientZero() {
    var p = Map.of("x", A, "unused", Tensor.of(new float[] {1, 2}));
    assertThat(grad((Map<String, Tensor> m) -> m.get("x").sum()).of(p).get("unused"))
        .isEqualTo(Tensor.of(new float[2]));
  }

  @Test
  void constantHasGradientZero() {
    assertThat(grad((Tensor x) -> Tensor.of(3.0)).of(A)).isEqualTo(Tensor.vector(0, 0, 0));
    assertThat(hessian((Tensor x) -> x.sum()).of(A).tensor())
        .isEqualTo(Tensor.zeros(DType.F64, 3, 3));
  }

  @Test
  void oneTensorInTwoPlacesIsTwoLeaves() {
    var g = grad((List<Tensor> p) -> p.get(0).times(p.get(1)).sum()).of(List.of(A, A));
    assertThat(g).containsExactly(A, A);
  }

  @Test
  void gradientHasTheDtypeOfItsLeaf() {
    Tensor x = Tensor.of(new float[] {0.5f, 2});
    assertThat(grad((Tensor t) -> t.exp().sum()).of(x).dtype()).isEqualTo(DType.F32);
    assertThat(grad((Tensor t) -> t.cast(DType.F64).exp().sum()).of(x).dtype())
        .isEqualTo(DType.F32);
  }

  @Test
  void onlyTheFirstArgumentMoves() {
    assertThat(grad((Tensor a, Tensor x) -> a.times(x).sum()).of(A, V)).isEqualTo(V);
    var found = new Dual<>(A, V);
    assertThat(jvp((Tensor a, Tensor x) -> x.exp()).of(found, A).tangent())
        .isEqualTo(Tensor.vector(0, 0, 0));
  }

  // ---- what comes out beside the gradient

  record Statistics(Tensor mean, List<String> notes) {}

  @Test
  void auxiliaryResultsComeOutAsValues() {
    var out =
        valueAndGradAux(
                (Tensor x) ->
                    new Aux<>(x.square().sum(), new Statistics(x.mean(), List.of("noted"))))
            .of(A);
    assertThat(out.value()).isEqualTo(A.square().sum());
    assertThat(out.aux()).isEqualTo(new Statistics(A.mean(), List.of("noted")));
    assertThat(out.grad()).isEqualTo(grad((Tensor x) -> x.square().sum()).of(A));
  }

  @Test
  void auxiliaryResultsMayBeIntegers() {
    var out = valueAndGradAux((Tensor x) -> new Aux<>(x.max(), x.argmax(0))).of(A);
    assertThat(out.aux()).isEqualTo(Tensor.of(2L));
  }

  // ---- linear maps

  private static Tensor swirl(Tensor x) { // [3] -> [4]
    return Tensor.concat(0, x.sin().times(x), x.prod().expand(0));
  }

  @Test
  void pushAndPullAreTransposes() {
    var lin = linearize(LeibnizTest::swirl).of(A);
    Tensor ct = Tensor.vector(0.3, -1, 2, 0.7);
    assertThat(lin.value()).isEqualTo(swirl(A));
    close(lin.push().of(V).dot(ct), lin.pull().of(ct).dot(V));
    close(lin.push().of(V), jvp(LeibnizTest::swirl).of(new Dual<>(A, V)).tangent());
    close(lin.pull().of(ct), vjp(LeibnizTest::swirl).of(A).pull().of(ct));
    close(lin.push().of(V.times(3)), lin.push().of(V).times(3));
  }

  @Test
  void everyTransformCallsTheFunctionOnce() {
    int[] calls = {0};
    Fn<Tensor, Tensor> f =
        x -> {
          calls[0]++;
          return x.sin().sum();
        };
    var lin = linearize(f).of(A);
    for (int i = 0; i < 5; i++) {
      lin.push().of(V);
      lin.pull().of(Tensor.of(1.0));
    }
    vmap(lin.push()).of(Tensor.eye(DType.F64, 3));
    assertThat(calls[0]).isEqualTo(1);
    jacobian(f).forward().of(A);
    jacobian(f).reverse().of(A);
    hessian(f).of(A);
    grad(f).of(A);
    jvp(f).of(new Dual<>(A, V));
    hvp(f).of(new Dual<>(A, V));
    grad((Tensor x) -> grad(f).of(x).sum()).of(A);
    assertThat(calls[0]).isEqualTo(8);
  }

  @Test
  void linearMapsAreDifferentiable() {
    Fn<Tensor, Tensor> pushed = x -> linearize(LeibnizTest::swirl).of(x).push().of(V).sum();
    Fn<Tensor, Tensor> pulled =
        x -> vjp(LeibnizTest::swirl).of(x).pull().of(Tensor.vector(1, 1, 1, 1)).dot(V);
    close(grad(pushed).of(A), grad(pulled).of(A));
    Check.of(pushed).at(A).orThrow();
  }

  @Test
  void integersDoNotMoveAndIntegerResultsHaveTangentZero() {
    record Indexed(Tensor x, Tensor i) {}
    var at = new Indexed(A, Tensor.of(1L));
    var along = new Indexed(V, Tensor.of(0L));
    var y = jvp((Indexed p) -> p.x().take(p.i(), 0)).of(new Dual<>(at, along));
    assertThat(y.tangent()).isEqualTo(V.at(1));
    assertThat(jvp((Tensor x) -> x.argmax(0)).of(new Dual<>(A, V)).tangent())
        .isEqualTo(Tensor.of(0L));
  }

  // ---- Jacobians and Hessians

  record In(Tensor a, List<Tensor> b) {}

  private static Map<String, Tensor> outs(In p) {
    var m = new LinkedHashMap<String, Tensor>();
    m.put("y", p.a().times(p.b().getFirst().sum()).sin()); // [3]
    m.put("z", p.b().getFirst().exp().times(p.a().sum())); // [2, 2]
    return m;
  }

  private static final In IN =
      new In(A, List.of(Tensor.of(new double[] {0.1, 0.2, 0.3, 0.4}, 2, 2)));

  @Test
  void jacobianHasABlockForEachPairOfLeaves() {
    Jacobian j = jacobian(LeibnizTest::outs).of(IN);
    assertThat(j.outputs()).containsExactly("y", "z");
    assertThat(j.inputs()).containsExactly("a", "b[0]");
    assertThat(j.at("y", "a").shape()).isEqualTo(Shape.of(3, 3));
    assertThat(j.at("z", "a").shape()).isEqualTo(Shape.of(2, 2, 3));
    assertThat(j.at("z", "b[0]").shape()).isEqualTo(Shape.of(2, 2, 2, 2));
    assertThat(j.matrix().shape()).isEqualTo(Shape.of(7, 7));
    assertThat(j.matrix().slice(Range.from(3), Range.to(3)))
        .isEqualTo(j.at("z", "a").reshape(4, 3));
    assertThatThrownBy(() -> j.at("y", "c"))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("no block (y, c); results are [y, z], arguments [a, b[0]]");
    assertThatThrownBy(j::tensor).hasMessageContaining("use at or matrix");
  }

  @Test
  void jacobianIsTheSameInEveryMode() {
    Tensor forward = jacobian(LeibnizTest::outs).forward().of(IN).matrix();
    close(jacobian(LeibnizTest::outs).reverse().of(IN).matrix(), forward);
    close(jacobian(LeibnizTest::outs).of(IN).matrix(), forward);
    // row by row and column by column
    for (int i = 0; i < 3; i++) {
      int row = i;
      var gradient = grad((In p) -> outs(p).get("y").at(row)).of(IN);
      close(forward.at(i).slice(Range.to(3)), gradient.a());
      var unit = new In(Tensor.eye(DType.F64, 3).at(i), List.of(Tensor.zeros(DType.F64, 2, 2)));
      var column = jvp(LeibnizTest::outs).of(new Dual<>(IN, unit)).tangent();
      close(forward.slice(Range.to(3), Range.at(i)), column.get("y"));
    }
  }

  @Test
  void hessianIsSymmetricAndGivesHessianVectorProducts() {
    Net at = net();
    Fn<Net, Tensor> f = n -> n.loss(Key.of(3).normal(DType.F64, 2, 3));
    Net v = Tree.map(at, t -> Key.of(t.size()).normal(DType.F64, t.shape().dims()));
    Tensor h = hessian(f).of(at).matrix();
    close(h, h.transpose());
    close(hessian(f).forward().of(at).matrix(), h);
    close(hessian(f).reverse().of(at).matrix(), h);
    Tensor flat =
        Tensor.concat(0, Tree.tensors(v).stream().map(Tensor::flatten).toArray(Tensor[]::new));
    Tensor product =
        Tensor.concat(
            0,
            Tree.tensors(hvp(f).of(new Dual<>(at, v))).stream()
                .map(Tensor::flatten)
                .toArray(Tensor[]::new));
    close(product, h.matmul(flat));
  }

  // ---- nesting

  @Test
  void derivativesOfDerivatives() {
    Fn<Tensor, Tensor> f = x -> x.sin().times(x.exp());
    Tensor x = Tensor.of(0.7), one = Tensor.of(1.0);
    Fn<Tensor, Tensor> forward = t -> jvp(f).of(new Dual<>(t, one)).tangent();
    Tensor second = grad(grad(f)).of(x);
    close(grad(forward).of(x), second);
    close(jvp(grad(f)).of(new Dual<>(x, one)).tangent(), second);
    close(jvp(forward).of(new Dual<>(x, one)).tangent(), second);
    Tensor third = grad(grad(grad(f))).of(x);
    close(jvp(grad(forward)).of(new Dual<>(x, one)).tangent(), third);
    Check.of(grad(grad(f))).at(x).orThrow();
  }

  /** d/dx (x · d/dy (x + y)) is 1: the inner derivative does not see x move. */
  @Test
  void perturbationsAreNotConfused() {
    Tensor two = Tensor.of(2.0);
    assertThat(grad((Tensor x) -> x.times(grad((Tensor y) -> x.plus(y)).of(two))).of(two).item())
        .isEqualTo(1);
    assertThat(
            jvp((Tensor x) ->
                    x.times(
                        jvp((Tensor y) -> x.plus(y)).of(new Dual<>(two, Tensor.of(1.0))).tangent()))
                .of(new Dual<>(two, Tensor.of(1.0)))
                .tangent()
                .item())
        .isEqualTo(1);
  }

  @Test
  void innerDerivativesSeeOuterValuesAndBothMove() {
    Fn<Tensor, Tensor> f = x -> grad((Tensor y) -> y.square().times(x).sin()).of(x);
    Check.of(f).at(Tensor.of(0.6)).orThrow();
  }

  // ---- stopGradient

  @Test
  void stoppedGradientKeepsTheValueAndHasDerivativeZero() {
    Fn<Tensor, Tensor> f = x -> x.times(stopGradient(x)).sum();
    assertThat(f.of(A)).isEqualTo(A.square().sum());
    assertThat(grad(f).of(A)).isEqualTo(A);
    assertThat(jvp(f).of(new Dual<>(A, V)).tangent()).isEqualTo(A.dot(V));
    assertThat(hessian(f).of(A).tensor()).isEqualTo(Tensor.zeros(DType.F64, 3, 3));
    var layer = new Layer(A, V);
    assertThat(stopGradient(layer)).isEqualTo(layer);
  }

  // ---- plain Java on traced values

  /** Newton's iteration for √x, as long as it takes. */
  private static Tensor root(Tensor x) {
    Tensor y = x;
    while (Math.abs(y.times(y).minus(x).item()) > 1e-14 * x.item())
      y = y.plus(x.over(y)).times(0.5);
    return y;
  }

  private static Tensor kinked(Tensor x) {
    if (x.item() > 1) return x.square();
    return x.equals(Tensor.of(0.5)) ? x.times(7) : x.times(3);
  }

  @Test
  void loopsRunOnTracedValues() {
    Tensor x = Tensor.of(2.0), one = Tensor.of(1.0);
    Fn<Tensor, Tensor> sqrt = Tensor::sqrt;
    double slope = grad(sqrt).of(x).item();
    assertThat(grad(LeibnizTest::root).of(x).item()).isCloseTo(slope, within(1e-14));
    assertThat(jvp(LeibnizTest::root).of(new Dual<>(x, one)).tangent().item())
        .isCloseTo(slope, within(1e-14));
    assertThat(jacobian(LeibnizTest::root).of(x).tensor().item()).isCloseTo(slope, within(1e-14));
    assertThat(linearize(LeibnizTest::root).of(x).push().of(one).item())
        .isCloseTo(slope, within(1e-14));
    // one more step of the loop is needed for the second derivative: it is that of the path taken
    assertThat(grad(grad(LeibnizTest::root)).of(x).item())
        .isCloseTo(grad(grad(sqrt)).of(x).item(), within(1e-6));
  }

  @Test
  void branchesFollowTheValueOfEachCall() {
    var g = grad(LeibnizTest::kinked);
    assertThat(g.of(Tensor.of(0.25)).item()).isEqualTo(3);
    assertThat(g.of(Tensor.of(0.5)).item()).isEqualTo(7);
    assertThat(g.of(Tensor.of(4.0)).item()).isEqualTo(8);
    assertThat(hessian(LeibnizTest::kinked).of(Tensor.of(4.0)).tensor().item()).isEqualTo(2);
    assertThat(grad(g).of(Tensor.of(4.0)).item()).isEqualTo(2);
  }

  @Test
  void tracedTensorsShowTheirValuesAndTypes() {
    grad((Tensor x) -> {
          Tensor y = x.times(2);
          assertThat(y.doubles()).containsExactly(A.times(2).doubles());
          assertThat(y.shape()).isEqualTo(Shape.of(3));
          assertThat(y).isEqualTo(A.times(2)).hasSameHashCodeAs(A.times(2));
          return y.sum();
        })
        .of(A);
  }

  // ---- errors

  @Test
  void resultMustBeAScalar() {
    Tensor m = Tensor.of(new double[12], 3, 4);
    for (Fn<Tensor, ?> transformed :
        List.<Fn<Tensor, ?>>of(
            grad((Tensor x) -> x), valueAndGrad((Tensor x) -> x), hessian((Tensor x) -> x)))
      assertThatThrownBy(() -> transformed.of(m))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining(
              "needs a scalar result, but this one is [3, 4]; reduce it with sum() or mean(), or use jacobian");
    assertThatThrownBy(() -> grad((Tensor x) -> x).of(m)).hasMessageStartingWith("grad needs");
    assertThatThrownBy(() -> hessian((Tensor x) -> x).of(m)).hasMessageStartingWith("hessian");
  }

  @Test
  void resultMustBeAFloat() {
    assertThatThrownBy(() -> grad((Tensor x) -> x.argmax(0)).of(A))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("i64");
    assertThatThrownBy(() -> jacobian((Tensor x) -> List.of(x, x.argmax(0))).of(A))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[1] is i64[]");
  }

  @Test
  void integerLeafIsAnErrorThatNamesItsPath() {
    var tree = Map.of("layers", List.of(new Layer(A, Tensor.of(new long[] {1, 2}))));
    Fn<Map<String, List<Layer>>, Tensor> f = m -> m.get("layers").getFirst().w().sum();
    for (Fn<Map<String, List<Layer>>, ?> transformed :
        List.<Fn<Map<String, List<Layer>>, ?>>of(
            grad(f), vjp(f), linearize(f), jacobian(f), hessian(f)))
      assertThatThrownBy(() -> transformed.of(tree))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("needs float leaves, but layers[0].b is i64[2]");
    assertThatThrownBy(() -> grad((Tensor i) -> i.cast(DType.F64)).of(Tensor.of(3)))
        .hasMessageContaining("grad needs float leaves, but the argument is i32[]");
  }

  @Test
  void argumentWithoutTensorsIsAnError() {
    assertThatThrownBy(() -> grad((Double x) -> Tensor.of(x)).of(1.0))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("grad needs a tensor in its first argument, but a Double holds none");
  }

  @Test
  void tangentAndCotangentMustFit() {
    var at = new Layer(A, Tensor.of(1.0));
    Fn<Layer, Layer> f = l -> l;
    assertThatThrownBy(() -> jvp(f).of(new Dual<>(at, new Layer(A, A))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("jvp needs a tangent of the value's type f64[] at b, got f64[3]");
    assertThatThrownBy(() -> linearize(f).of(at).push().of(new Layer(Tensor.of(1f), A)))
        .hasMessageContaining("linearize needs a tangent of the value's type f64[3] at w, got f32");
    assertThatThrownBy(() -> vjp(f).of(at).pull().of(new Layer(A, A)))
        .hasMessageContaining("vjp needs a cotangent of the value's type f64[] at b, got f64[3]");
    assertThatThrownBy(() -> jvp((Tensor x) -> x).of(new Dual<>(A, Tensor.of(new float[3]))))
        .hasMessageContaining("at the argument, got f32[3]");
  }

  @Test
  void exceptionsOfTheFunctionPassAndLeaveNothingBehind() {
    assertThatThrownBy(
            () ->
                grad((Tensor x) -> {
                      if (x.item() > 0) throw new ArithmeticException("mine");
                      return x;
                    })
                    .of(Tensor.of(1.0)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("mine");
    assertThat(A.plus(1).doubles()).hasSize(3);
    assertThat(grad((Tensor x) -> x.sum()).of(A)).isEqualTo(Tensor.vector(1, 1, 1));
  }

  // ---- tensors that leave their trace

  private static Tensor leaked() {
    var kept = new ArrayList<Tensor>();
    grad((Tensor x) -> {
          kept.add(x.times(2));
          return x.sum();
        })
        .of(A);
    return kept.getFirst();
  }

  @Test
  void leakedTensorIsCaughtAtItsFirstUse() {
    Tensor t = leaked();
    assertThatThrownBy(() -> t.plus(1))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("its trace is over");
    assertThatThrownBy(t::doubles).isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> t.equals(A)).isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> grad((Tensor x) -> x.times(t).sum()).of(A))
        .isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> grad((Tensor x) -> x.sum()).of(t)).isInstanceOf(TraceException.class);
    assertThat(t.toString()).isEqualTo("traced f64[3]");
  }

  @Test
  void tensorOfOneTraceCannotBeUsedInItsSibling() {
    var kept = new ArrayList<Tensor>();
    assertThatThrownBy(
            () ->
                grad((Tensor x) -> {
                      grad((Tensor y) -> {
                            kept.add(y.times(x).sum());
                            return y.sum();
                          })
                          .of(x);
                      return grad((Tensor z) -> z.sum().times(kept.getFirst())).of(x).sum();
                    })
                    .of(A))
        .isInstanceOf(TraceException.class);
  }

  @Test
  void tracedTensorCannotBeUsedByAnotherThread() {
    assertThatThrownBy(
            () ->
                grad((Tensor x) -> {
                      var seen = new ArrayList<Throwable>();
                      var t =
                          Thread.ofPlatform()
                              .start(
                                  () -> {
                                    try {
                                      x.plus(1);
                                    } catch (TraceException e) {
                                      seen.add(e);
                                    }
                                  });
                      try {
                        t.join();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      seen.forEach(
                          e -> {
                            throw (TraceException) e;
                          });
                      return x.sum();
                    })
                    .of(A))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("another thread");
  }
}
