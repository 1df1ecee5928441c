package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.hvp;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.valueAndGrad;
import static io.leibniz.Leibniz.vjp;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.TraceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cases at which a real system failed, H1 to H24. */
class HardCasesTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  private static Tensor t(double x) {
    return Tensor.of(x);
  }

  private static double d(Fn<Tensor, Tensor> f, double x) {
    return grad(f).of(t(x)).item();
  }

  private static Fn<Tensor, Tensor> times(int n, Fn<Tensor, Tensor> f) {
    Fn<Tensor, Tensor> g = f;
    for (int i = 0; i < n; i++) g = grad(g);
    return g;
  }

  /** The slope of an elementwise function through every mode there is: grad, jvp, vjp, Jacobians, a Hessian, vmap and jit of them. */
  private static Map<String, Tensor> slopes(Fn<Tensor, Tensor> f, Tensor x) {
    var all = new LinkedHashMap<String, Tensor>();
    Fn<Tensor, Tensor> sum = v -> f.of(v).sum();
    Tensor ones = Tensor.ones(x.dtype(), x.shape().dims());
    all.put("grad", grad(sum).of(x));
    all.put("jvp", jvp(f).of(new Dual<>(x, ones)).tangent());
    all.put("vjp", vjp(f).of(x).pull().of(ones));
    all.put("forward Jacobian", diagonal(jacobian(f).forward().of(x).tensor()));
    all.put("reverse Jacobian", diagonal(jacobian(f).reverse().of(x).tensor()));
    all.put("vmap of grad", vmap((Tensor v) -> grad(f).of(v)).of(x));
    all.put("grad of vmap", grad((Tensor v) -> vmap((Tensor u) -> f.of(u)).of(v).sum()).of(x));
    all.put(
        "vmap of jvp",
        vmap((Tensor v) -> jvp(f).of(new Dual<>(v, Tensor.ones(v.dtype()))).tangent()).of(x));
    all.put("jit of grad", jit(grad(sum)).of(x));
    all.put("grad of jit", grad((Tensor v) -> jit(f).of(v).sum()).of(x));
    all.put("jit of vmap of grad", jit(vmap((Tensor v) -> grad(f).of(v))).of(x));
    all.put("jit of the Jacobian", diagonal(jit((Tensor v) -> jacobian(f).of(v).tensor()).of(x)));
    // the gradient of g·f in a dummy factor: second order in the pair
    all.put(
        "Hessian",
        hessian((List<Tensor> p) -> p.get(0).times(f.of(p.get(1))).sum())
            .of(List.of(ones, x))
            .at("[0]", "[1]"));
    all.replaceAll((_, v) -> v.rank() == 2 ? diagonal(v) : v);
    return all;
  }

  private static Tensor diagonal(Tensor m) {
    return Tensor.einsum("ii->i", m);
  }

  @Test
  void h1_theLecturesChain() {
    Fn<Tensor, Tensor> z =
        t -> {
          Tensor x = t.square(), y = t.exp();
          return x.square().plus(x.times(y).sin());
        };
    assertThat(d(z, 0.7)).isCloseTo(3.4706751910580387, Percentage.withPercentage(1e-12));
    assertThat(d(z, 1)).isCloseTo(-3.4350491988657046, Percentage.withPercentage(1e-12));
  }

  @Test
  void h2_cumprodWithAZeroFactor() {
    Tensor w = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    Fn<Tensor, Tensor> f =
        t -> {
          Tensor m =
              Tensor.stack(
                  0,
                  Tensor.stack(0, t, t.plus(1), t.neg().plus(2)),
                  Tensor.stack(0, t.minus(1), t.times(2).plus(1), t.plus(3)));
          return w.times(m.cumprod(1)).sum();
        };
    assertThat(times(2, f).of(t(1)).item()).isEqualTo(144);
    assertThat(jvp(jvpOnes(f)).of(new Dual<>(t(1), t(1))).tangent().item()).isEqualTo(144);
  }

  private static Fn<Tensor, Tensor> jvpOnes(Fn<Tensor, Tensor> f) {
    return x -> jvp(f).of(new Dual<>(x, t(1))).tangent();
  }

  @Test
  void h3_perturbationsAreNotConfused() {
    Fn<Tensor, Tensor> sum = x -> x.times(grad((Tensor y) -> x.plus(y)).of(t(1)));
    Fn<Tensor, Tensor> product = x -> x.times(grad((Tensor y) -> x.times(y)).of(t(1)));
    assertThat(d(sum, 1)).isEqualTo(1);
    assertThat(d(product, 4)).isEqualTo(8);
    assertThat(jvp(jvpNested()).of(new Dual<>(t(1), t(1))).tangent().item()).isEqualTo(1);
    // a function object that differentiates itself inside its own derivative
    class Self implements Fn<Tensor, Tensor> {
      private int depth;

      @Override
      public Tensor of(Tensor x) {
        if (depth == 2) return x.times(x);
        depth++;
        try {
          return x.times(grad(this).of(x));
        } finally {
          depth--;
        }
      }
    }
    // innermost x², then x · 2x = 2x², then x · 4x = 4x²: its slope at 3 is 24
    assertThat(d(new Self(), 3)).isEqualTo(24);
  }

  private static Fn<Tensor, Tensor> jvpNested() {
    return x -> x.times(jvp((Tensor y) -> x.plus(y)).of(new Dual<>(t(1), t(1))).tangent());
  }

  @Test
  void h4_thirdDerivativeOfTheSquareIsZero() {
    assertThat(times(3, x -> x.pow(2)).of(t(0)).item()).isZero();
    assertThat(times(3, x -> x.times(x)).of(t(0)).item()).isZero();
    assertThat(jvpOnes(jvpOnes(jvpOnes(x -> x.pow(2)))).of(t(0)).item()).isZero();
  }

  @Test
  void h5_rootsAtZeroGoToInfinity() {
    for (int n = 2; n <= 9; n++) {
      double p = 1.0 / n;
      for (int order = 1; order <= 4; order++)
        assertThat(times(order, x -> x.pow(p)).of(t(0)).item())
            .as("x^(1/" + n + "), order " + order)
            .isEqualTo(order % 2 == 1 ? INF : -INF);
    }
  }

  @Test
  void h6_theBranchNotTakenCannotSpoilTheSlope() {
    Fn<Tensor, Tensor> exp = a -> a.le(0).select(a.exp(), a.plus(1));
    slopes(exp, Tensor.of(new float[] {100}))
        .forEach((mode, s) -> assertThat(s).as(mode).isEqualTo(Tensor.of(new float[] {1})));
    Fn<Tensor, Tensor> sqrt = x -> x.gt(0).select(x.sqrt(), x);
    slopes(sqrt, Tensor.vector(-1, -4, 0))
        .forEach((mode, s) -> assertThat(s).as(mode).isEqualTo(Tensor.vector(1, 1, 1)));
    Fn<Tensor, Tensor> cos = x -> x.lt(1).select(x.cos(), Tensor.of(0.0));
    slopes(cos, Tensor.vector(INF)).forEach((mode, s) -> assertThat(s.item()).as(mode).isZero());
    Fn<Tensor, Tensor> log = x -> x.gt(0).select(x.log(), Tensor.of(0.0));
    slopes(log, Tensor.vector(0)).forEach((mode, s) -> assertThat(s.item()).as(mode).isZero());
    // inside the body of a scan
    slopes(scanned(sqrt), Tensor.vector(-1, -4, 0))
        .forEach((mode, s) -> assertThat(s).as("scan, " + mode).isEqualTo(Tensor.vector(1, 1, 1)));
    slopes(scanned(cos), Tensor.vector(INF))
        .forEach((mode, s) -> assertThat(s.item()).as("scan, " + mode).isZero());
    slopes(scanned(log), Tensor.vector(0))
        .forEach((mode, s) -> assertThat(s.item()).as("scan, " + mode).isZero());
    slopes(scanned(exp), Tensor.of(new float[] {100}))
        .forEach(
            (mode, s) -> assertThat(s).as("scan, " + mode).isEqualTo(Tensor.of(new float[] {1})));
    // and the Hessian
    assertThat(hessian((Tensor x) -> sqrt.of(x).sum()).of(Tensor.vector(-1, -4, 0)).tensor())
        .isEqualTo(Tensor.zeros(DType.F64, 3, 3));
    assertThat(
            hessian((Tensor x) -> log.of(x).sum()).reverse().of(Tensor.vector(0)).tensor().item())
        .isZero();
  }

  /** A scan that goes over x element by element, or once, if x is one number. */
  private static Fn<Tensor, Tensor> scanned(Fn<Tensor, Tensor> f) {
    return x -> {
      Tensor rows = x.reshape(x.size());
      return Flow.scan(
              Tensor.zeros(x.dtype()), rows, (Tensor c, Tensor r) -> new Step<>(c, f.of(r)))
          .out()
          .reshape(x.shape());
    };
  }

  @Test
  void h7_productsWithInfinityKeepTheirSign() {
    Fn<Tensor, Tensor> f = a -> a.at(0).times(a.at(1).neg().exp());
    Tensor at = Tensor.vector(1, -1000), want = Tensor.vector(INF, -INF);
    assertThat(grad(f).of(at)).isEqualTo(want);
    assertThat(jacobian(f).forward().of(at).tensor()).isEqualTo(want);
    assertThat(jacobian(f).reverse().of(at).tensor()).isEqualTo(want);
    assertThat(vmap(grad(f)).of(Tensor.stack(0, at, at)).at(1)).isEqualTo(want);
    assertThat(jit(grad(f)).of(at)).isEqualTo(want);
    assertThat(grad((Tensor x) -> jit(f).of(x)).of(at)).isEqualTo(want);
    for (var h : List.of(hessian(f).forward(), hessian(f).reverse())) {
      Tensor second = h.of(at).tensor();
      assertThat(second.at(0, 0).item()).isZero();
      assertThat(second.at(0, 1).item()).isEqualTo(-INF);
      assertThat(second.at(1, 0).item()).isEqualTo(-INF);
      assertThat(second.at(1, 1).item()).isEqualTo(INF);
    }
  }

  @Test
  void h8_clampAndRelu6AreFlatAtTheirBounds() {
    Fn<Tensor, Tensor> relu6 = x -> x.relu().lt(6).select(x.relu(), Tensor.of(6.0));
    for (double x : new double[] {0, 6}) {
      assertThat(d(v -> v.clamp(0, 6), x)).isZero();
      assertThat(d(relu6, x)).isZero();
    }
  }

  @Test
  void h9_theGradientOfAMaximumSumsToOne() {
    for (int k : new int[] {1, 2, 3, 7, 10})
      assertThat(grad((Tensor x) -> x.max()).of(Tensor.full(DType.F64, 2.5, k)).sum().item())
          .isCloseTo(1, within(1e-15));
  }

  @Test
  void h10_theNormIsFlatAtZero() {
    assertThat(grad((Tensor x) -> x.norm()).of(Tensor.vector(0, 0, 0)))
        .isEqualTo(Tensor.vector(0, 0, 0));
  }

  @Test
  void h11_powersOfFunctions() {
    assertThat(d(x -> x.square().plus(1).pow(x), 1.3))
        .isCloseTo(8.13011632361092, Percentage.withPercentage(1e-12));
    assertThat(d(x -> x.times(2).pow(x), 1.3))
        .isCloseTo(6.77213667522542, Percentage.withPercentage(1e-12));
    assertThat(d(x -> x.sin().pow(x), 1.3))
        .isCloseTo(0.308523735089847, Percentage.withPercentage(1e-12));
  }

  @Test
  void h12_atan2OnTheAxis() {
    Fn<Tensor, Tensor> f = y -> y.atan2(0);
    for (double y : new double[] {1, -1}) {
      assertThat(times(1, f).of(t(y)).item()).isZero();
      assertThat(times(2, f).of(t(y)).item()).isZero();
      assertThat(jvpOnes(f).of(t(y)).item()).isZero();
      assertThat(jvpOnes(jvpOnes(f)).of(t(y)).item()).isZero();
    }
  }

  /** A loop that would not end stands in the branch that a lane does not take. */
  @Test
  @Timeout(10)
  void h13_aBranchNotTakenNeedNotEnd() {
    Fn<Tensor, Tensor> f =
        x ->
            Flow.cond(
                x.gt(0), () -> Flow.whileLoop(x, v -> v.lt(10), v -> v.plus(x)), () -> x.times(3));
    Tensor at = Tensor.vector(1, -2, 4, 0); // from −2 and from 0 on, the sum never gets to 10
    assertThat(vmap(f).of(at).doubles()).containsExactly(10, -6, 12, 0);
    assertThat(vmap(grad(f)).of(at).doubles()).containsExactly(10, 3, 3, 3);
    assertThat(grad((Tensor v) -> vmap(f).of(v).sum()).of(at).doubles())
        .containsExactly(10, 3, 3, 3);
    assertThat(jit(vmap(grad(f))).of(at).doubles()).containsExactly(10, 3, 3, 3);
  }

  private static Tensor root(Tensor a) {
    return Flow.whileLoop(
        a.plus(1),
        x -> x.square().minus(a).abs().gt(a.times(4e-16)),
        x -> x.plus(a.over(x)).times(0.5),
        80);
  }

  @Test
  @Timeout(10)
  void h14_derivativesThroughALoopThatTheDataStop() {
    for (double a : new double[] {1e-8, 1e-5, 0.03, 1, 2, 7, 1e3, 1e8}) {
      double want = 0.5 / Math.sqrt(a);
      assertThat(d(HardCasesTest::root, a)).isCloseTo(want, Percentage.withPercentage(1e-7));
      assertThat(jvp(HardCasesTest::root).of(new Dual<>(t(a), t(1))).tangent().item())
          .isCloseTo(want, Percentage.withPercentage(1e-7));
      Fn<Tensor, Tensor> plain =
          q -> {
            Tensor x = q.plus(1);
            for (int i = 0;
                i < 80 && Math.abs(x.item() * x.item() - q.item()) > q.item() * 4e-16;
                i++) x = x.plus(q.over(x)).times(0.5);
            return x;
          };
      assertThat(d(HardCasesTest::root, a)).isCloseTo(d(plain, a), Percentage.withPercentage(1e-7));
    }
  }

  @Test
  @Timeout(10)
  void h15_eachLaneOfALoopStopsOnItsOwn() {
    Tensor a = Tensor.vector(1e-8, 2, 1e8, 0.25);
    Tensor lanes = vmap(HardCasesTest::root).of(a), slopes = vmap(grad(HardCasesTest::root)).of(a);
    for (int i = 0; i < 4; i++) {
      assertThat(lanes.at(i)).isEqualTo(root(a.at(i)));
      assertThat(slopes.at(i).item())
          .isCloseTo(d(HardCasesTest::root, a.at(i).item()), Percentage.withPercentage(1e-10));
    }
  }

  @Test
  void h16_aChainOfAMillionNodes() {
    int n = 1_000_000;
    double factor = 1 - 1e-6;
    Fn<Tensor, Tensor> f =
        x -> {
          Tensor y = x;
          for (int i = 0; i < n; i++) y = y.times(factor);
          return y;
        };
    var v = valueAndGrad(f).of(t(2));
    assertThat(v.grad().item()).isCloseTo(Math.pow(factor, n), Percentage.withPercentage(1e-7));
    assertThat(v.value().item()).isCloseTo(2 * v.grad().item(), Percentage.withPercentage(1e-7));
  }

  /** Newton's iteration, as plain Java. */
  private static Tensor newton(Tensor a) {
    Tensor x = a.item() > 1 ? a : Tensor.of(1.0);
    while (Math.abs(x.item() * x.item() - a.item()) > 1e-14 * a.item())
      x = x.plus(a.over(x)).times(0.5);
    return x;
  }

  @Test
  void h17_plainJavaBranchesOnTracedValues() {
    Fn<Tensor, Tensor> f = x -> x.item() > 0 ? x.square() : x.neg();
    assertThat(d(f, 3)).isEqualTo(6);
    assertThat(d(f, -3)).isEqualTo(-1);
    assertThat(times(2, f).of(t(3)).item()).isEqualTo(2);
    assertThat(jvpOnes(f).of(t(3)).item()).isEqualTo(6);
    assertThat(jvpOnes(grad(f)).of(t(3)).item()).isEqualTo(2);
    for (double a : new double[] {0.01, 2, 1e4}) {
      assertThat(d(HardCasesTest::newton, a))
          .isCloseTo(0.5 / Math.sqrt(a), Percentage.withPercentage(1e-7));
      assertThat(times(2, HardCasesTest::newton).of(t(a)).item())
          .isCloseTo(-0.25 * Math.pow(a, -1.5), Percentage.withPercentage(1e-6));
      assertThat(hessian(HardCasesTest::newton).of(t(a)).tensor().item())
          .isCloseTo(-0.25 * Math.pow(a, -1.5), Percentage.withPercentage(1e-6));
    }
    assertThatThrownBy(() -> jit(f).of(t(3)))
        .isInstanceOf(TraceException.class)
        .hasMessageContainingAll("jit", "select", "cond", "whileLoop");
    assertThatThrownBy(() -> vmap(f).of(Tensor.vector(3, -3)))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("vmap");
    assertThatThrownBy(() -> grad((Tensor x) -> jit(f).of(x)).of(t(3)))
        .isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> jit((Tensor x) -> x.equals(t(3)) ? x : x.neg()).of(t(3)))
        .isInstanceOf(TraceException.class);
  }

  @Test
  void h18_binaryCrossEntropyFromLogits() {
    Fn2<Tensor, Tensor, Tensor> loss = (z, y) -> z.softplus().minus(y.times(z));
    for (double y : new double[] {0, 1})
      for (double z : new double[] {-40, 0, 40}) {
        double want = sigma(z) * sigma(-z);
        double got = hvp(loss).of(new Dual<>(t(z), t(1)), t(y)).item();
        assertThat(got).isCloseTo(want, within(want * 1e-14));
      }
  }

  private static double sigma(double z) {
    return z >= 0 ? 1 / (1 + StrictMath.exp(-z)) : StrictMath.exp(z) / (1 + StrictMath.exp(z));
  }

  @Test
  void h19_gelu() {
    Tensor at = Tensor.linspace(-6, 6, 25);
    Check.of((Tensor x) -> x.gelu()).tolerance(1e-9).order(2).at(at).orThrow();
    Fn<Tensor, Tensor> approximate =
        x ->
            x.pow(3)
                .times(0.044715)
                .plus(x)
                .times(Math.sqrt(2 / Math.PI))
                .tanh()
                .plus(1)
                .times(x)
                .times(0.5);
    Check.of(approximate).tolerance(1e-9).order(2).at(at.plus(0.01)).orThrow();
    // Φ by its definition
    assertThat(Tensor.of(1.0).gelu().item()).isCloseTo(0.841344746068543, within(1e-15));
  }

  @Test
  void h20_threadsDoNotMeet() {
    Fn<Tensor, Tensor> inner = y -> y.exp().times(y);
    Fn<Tensor, Tensor> outer =
        x -> {
          // another thread differentiates while this one is in the middle of a trace
          double other = CompletableFuture.supplyAsync(() -> d(inner, 0.5)).join();
          return x.sin().times(other).times(grad(inner).of(x));
        };
    double c = d(inner, 0.5);
    double want = d(x -> x.sin().times(c).times(grad(inner).of(x)), 0.8);
    var runs = new ArrayList<CompletableFuture<Double>>();
    for (int i = 0; i < 50; i++) runs.add(CompletableFuture.supplyAsync(() -> d(outer, 0.8)));
    for (var r : runs) assertThat(r.join()).isEqualTo(want);
    // a traced tensor that another thread touches is told apart
    assertThatThrownBy(() -> d(x -> CompletableFuture.supplyAsync(() -> x.sin()).join(), 1))
        .hasRootCauseInstanceOf(TraceException.class);
  }

  @Test
  void h21_logSumExp() {
    Fn<Tensor, Tensor> f = x -> x.logSumExp();
    check(f, Tensor.vector(1000, 1000), 1000 + Math.log(2), Tensor.vector(0.5, 0.5));
    check(f, Tensor.vector(-INF, 0), 0, Tensor.vector(0, 1));
    check(f, Tensor.vector(-INF, -INF), -INF, Tensor.vector(0, 0));
  }

  private static void check(Fn<Tensor, Tensor> f, Tensor x, double value, Tensor gradient) {
    var v = valueAndGrad(f).of(x);
    assertThat(v.value().item()).isEqualTo(value);
    assertThat(v.grad()).isEqualTo(gradient);
    assertThat(jacobian(f).forward().of(x).tensor()).isEqualTo(gradient);
  }

  @Test
  void h22_softmaxCrossEntropyWithHugeLogits() {
    Tensor logits = Tensor.of(new float[][] {{1e4f, -1e4f, 0}, {-1e4f, 1e4f, 1e4f}});
    Tensor labels = Tensor.of(new long[] {1, 0});
    Fn<Tensor, Tensor> loss = z -> z.logSoftmax(1).takeAlong(labels.expand(1), 1).mean().neg();
    var v = valueAndGrad(loss).of(logits);
    assertThat(Double.isFinite(v.value().item())).isTrue();
    assertThat(v.grad().isFinite().all().booleans()).containsExactly(true);
    assertThat(v.value().item()).isCloseTo(2e4, within(1.0));
  }

  @Test
  void h23_xLogXAndPowersAtZero() {
    Fn<Tensor, Tensor> entropy = x -> x.xlogy(x);
    assertThat(entropy.of(t(0)).item()).isZero();
    assertThat(d(entropy, 0)).isEqualTo(-INF);
    assertThat(Tensor.vector(0, 2, -3).pow(0)).isEqualTo(Tensor.vector(1, 1, 1));
    for (double y : new double[] {0, 1, 2, 2.5}) {
      Tensor p = t(y);
      assertThat(d(x -> x.pow(p), 0)).isEqualTo(y == 1 ? 1 : 0);
      if (y > 0) assertThat(d(q -> t(0).pow(q), y)).isZero();
    }
  }

  @Test
  void h24_slopesKeepTheirDigits() {
    for (double x : new double[] {20, -20}) {
      double e = StrictMath.exp(-2 * Math.abs(x));
      relative(d(Tensor::tanh, x), 4 * e / ((1 + e) * (1 + e)));
    }
    relative(d(Tensor::erf, 6), 2.61730123924926483e-16);
    relative(d(Tensor::erf, -6), 2.61730123924926483e-16);
    for (double x = -745; x <= 745; x += 5) {
      double e = StrictMath.exp(-Math.abs(x));
      double want = e / ((1 + e) * (1 + e));
      if (want >= Double.MIN_NORMAL) relative(d(Tensor::sigmoid, x), want);
      else assertThat(d(Tensor::sigmoid, x)).isCloseTo(want, within(1e-323));
    }
    for (double x : new double[] {1e-300, -1e-20, 1e-10}) {
      relative(d(Tensor::expm1, x), StrictMath.exp(x));
      relative(d(Tensor::log1p, x), 1 / (1 + x));
      relative(Tensor.of(x).expm1().item(), x * (1 + x / 2));
      relative(Tensor.of(x).log1p().item(), x * (1 - x / 2));
    }
  }

  private static void relative(double got, double want) {
    assertThat(got).isCloseTo(want, within(Math.abs(want) * 1e-14));
  }
}
