package io.leibniz.symbolic.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Fn2;
import io.leibniz.Key;
import io.leibniz.Leibniz;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.symbolic.explain.GradientClaim.Kind;
import io.leibniz.symbolic.explain.GradientClaim.Verdict;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake that is planted in a backward pass is found, and called by its name. */
final class GradientClaimTest {
  private record Net(Tensor w1, Tensor b1, Tensor w2, Tensor b2) {}

  private static final Tensor Y = Tensor.vector(0.8);
  private static final Net NET =
      new Net(
          Tensor.of(new double[][] {{0.5, -0.25, 0.75}, {1, 0.125, -0.5}}),
          Tensor.vector(0.1, -0.2),
          Tensor.of(new double[][] {{1.5, -0.75}}),
          Tensor.vector(0.2));
  private static final Tensor X = Tensor.vector(1, -2, 0.5);

  private static Tensor loss(Net n, Tensor x) {
    Tensor a = n.w1.matmul(x).plus(n.b1).sigmoid();
    return n.w2.matmul(a).plus(n.b2).sigmoid().minus(Y).square().sum().times(0.5);
  }

  private static Tensor slope(Tensor a) {
    return a.times(a.neg().plus(1));
  }

  /** What a pass computes on its way; a mistake changes one of these. */
  private record Pass(Net n, Tensor x, Tensor z1, Tensor a1, Tensor z2, Tensor a2) {
    static Pass of(Net n, Tensor x) {
      Tensor z1 = n.w1.matmul(x).plus(n.b1), a1 = z1.sigmoid();
      Tensor z2 = n.w2.matmul(a1).plus(n.b2);
      return new Pass(n, x, z1, a1, z2, z2.sigmoid());
    }

    Tensor delta2() {
      return a2.minus(Y).times(slope(a2));
    }

    Tensor delta1() {
      return n.w2.transpose().matmul(delta2()).times(slope(a1));
    }

    Net gradient() {
      return from(delta2(), delta1());
    }

    Net from(Tensor d2, Tensor d1) {
      return new Net(d1.outer(x), d1, d2.outer(a1), d2);
    }
  }

  private static Verdict<Net> judged(BiFunction<Pass, Net, Net> mistake) {
    return GradientClaim.of(
            GradientClaimTest::loss,
            (Net n, Tensor x) -> {
              Pass p = Pass.of(n, x);
              return mistake.apply(p, p.gradient());
            },
            X)
        .at(NET);
  }

  @Test
  void aRightPassIsRight() {
    var v = judged((_, g) -> g);
    assertThat(v.correct()).isTrue();
    assertThat(v.faults()).isEmpty();
    assertThat(v.check().passed()).isTrue();
    assertThat(v.orThrow()).isSameAs(v);
  }

  private static Arguments planted(
      String what, Kind kind, String path, String told, BiFunction<Pass, Net, Net> mistake) {
    return Arguments.of(what, kind, path, told, mistake);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        planted(
            "a·δᵀ, as section 7 of the lecture has it",
            Kind.TRANSPOSED,
            "w1",
            "[3×2], but its leaf is [2×3]: transpose it",
            (_, g) -> new Net(g.w1.transpose(), g.b1, g.w2, g.b2)),
        planted(
            "dL_dz1 * x.T, as section 9 has it, on a wider layer",
            Kind.SHAPE,
            "w2",
            "w2 is claimed as [2], but its leaf is [1×2]",
            (p, g) -> new Net(g.w1, g.b1, p.delta2().times(p.a1.transpose()), g.b2)),
        planted(
            "a sign",
            Kind.SIGN,
            "b1",
            "the sign of b1 is wrong",
            (_, g) -> new Net(g.w1, g.b1.neg(), g.w2, g.b2)),
        planted(
            "the 2 of a square without its ½",
            Kind.FACTOR,
            "b2",
            "b2 is 2 times what it is: a square has the slope 2u",
            (_, g) -> new Net(g.w1, g.b1, g.w2, g.b2.times(2))),
        planted(
            "no gradient at all",
            Kind.ZERO,
            "w2",
            "claimed to be 0",
            (_, g) -> new Net(g.w1, g.b1, g.w2.times(0), g.b2)),
        planted(
            "no slope in the last layer",
            Kind.SLOPE,
            "w2",
            "the factor σ′(z²) is missing in δ²",
            (p, g) -> {
              Tensor d2 = p.a2.minus(Y);
              return p.from(d2, p.n.w2.transpose().matmul(d2).times(slope(p.a1)));
            }),
        planted(
            "no slope in the first layer",
            Kind.SLOPE,
            "w1",
            "the factor σ′(z¹) is missing in δ¹",
            (p, g) -> p.from(p.delta2(), p.n.w2.transpose().matmul(p.delta2()))),
        planted(
            "σ′ at an activated value, as section 6 has it",
            Kind.SLOPE,
            "w1",
            "δ¹ takes the slope at a¹; it is σ′(z¹)",
            (p, g) ->
                p.from(
                    p.delta2(),
                    p.n.w2.transpose().matmul(p.delta2()).times(slope(p.a1.sigmoid())))),
        planted(
            "σ for σ′",
            Kind.SLOPE,
            "w1",
            "δ¹ has σ(z¹) where σ′(z¹) belongs",
            (p, g) -> p.from(p.delta2(), p.n.w2.transpose().matmul(p.delta2()).times(p.a1))),
        planted(
            "z for a",
            Kind.ACTIVATION,
            "w2",
            "z¹ stands where a¹ belongs",
            (p, g) -> new Net(g.w1, g.b1, p.delta2().outer(p.z1), g.b2)),
        planted(
            "one entry",
            Kind.OTHER,
            "w1",
            "1 of 6 entries of w1 are wrong",
            (_, g) ->
                new Net(
                    g.w1.times(Tensor.of(new double[][] {{1, 1, 1}, {1, 1.5, 1}})),
                    g.b1,
                    g.w2,
                    g.b2)),
        planted(
            "shapes that do not go together",
            Kind.RAISED,
            "",
            "the claim cannot be computed: ",
            (p, g) -> new Net(p.delta1().matmul(p.x), g.b1, g.w2, g.b2)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void aPlantedMistakeIsNamed(
      String what, Kind kind, String path, String told, BiFunction<Pass, Net, Net> mistake) {
    var v = judged(mistake);
    assertThat(v.correct()).isFalse();
    var fault = v.faults().stream().filter(f -> f.path().equals(path)).findFirst().orElseThrow();
    assertThat(fault.told()).contains(told);
    assertThat(fault.kind()).isEqualTo(kind);
    if (!fault.entry().isEmpty()) {
      assertThat(fault.numeric()).isCloseTo(fault.right(), within(1e-9));
      assertThat(fault.claimed()).isNotCloseTo(fault.right(), within(1e-9));
    }
    assertThat(v.toString().lines()).allMatch(l -> l.startsWith("wrong: ") || l.startsWith("   "));
    assertThatThrownBy(v::orThrow).isInstanceOf(AssertionError.class).hasMessageContaining(told);
  }

  // ---- batches

  private record Rows(Tensor w1, Tensor b1, Tensor w2, Tensor b2) {}

  private static final Tensor BATCH = Key.of(3).normal(DType.F64, 4, 3),
      TARGET = Key.of(4).uniform(DType.F64, 4, 2);
  private static final Rows ROWS =
      new Rows(
          Key.of(5).normal(DType.F64, 3, 2),
          Key.of(6).normal(DType.F64, 2),
          Key.of(7).normal(DType.F64, 2, 2),
          Key.of(8).normal(DType.F64, 2));

  private static Tensor mean(Rows n, Tensor x) {
    Tensor a = x.matmul(n.w1).plus(n.b1).tanh();
    Tensor y = a.matmul(n.w2).plus(n.b2).sigmoid();
    return y.minus(TARGET).square().sum().over(2.0 * x.dim(0));
  }

  private static Rows rows(Rows n, Tensor x, boolean turned, double scale) {
    Tensor a1 = x.matmul(n.w1).plus(n.b1).tanh();
    Tensor a2 = a1.matmul(n.w2).plus(n.b2).sigmoid();
    Tensor d2 = a2.minus(TARGET).times(slope(a2)).times(scale);
    Tensor back = d2.matmul(turned ? n.w2 : n.w2.transpose());
    Tensor d1 = back.times(a1.square().neg().plus(1));
    return new Rows(x.transpose().matmul(d1), d1.sum(0), a1.transpose().matmul(d2), d2.sum(0));
  }

  private static Verdict<Rows> batch(Fn2<Rows, Tensor, Rows> claim) {
    return GradientClaim.of(GradientClaimTest::mean, claim, BATCH).at(ROWS);
  }

  private static String first(Verdict<Rows> v, String path) {
    return v.faults().stream().filter(f -> f.path().equals(path)).findFirst().orElseThrow().told();
  }

  @Test
  void aBatchHasItsOwnMistakes() {
    assertThat(batch((n, x) -> rows(n, x, false, 1.0 / 4)).correct()).isTrue();
    var sum = batch((n, x) -> rows(n, x, false, 1));
    assertThat(sum.faults()).hasSize(4);
    assertThat(first(sum, "w2"))
        .isEqualTo("w2 is 4 times what it is: the mean over the batch has a factor 1/4");
    var turned = batch((n, x) -> rows(n, x, true, 1.0 / 4));
    assertThat(turned.faults()).hasSize(2);
    assertThat(first(turned, "w1")).isEqualTo("w1: δ¹ comes through W² where (W²)ᵀ belongs");
    var square =
        batch(
            (n, x) -> {
              Rows g = rows(n, x, false, 1.0 / 4);
              return new Rows(g.w1, g.b1, g.w2.transpose(), g.b2);
            });
    assertThat(first(square, "w2"))
        .isEqualTo("w2 is transposed: square, so that no shape tells; transpose it");
  }

  @Test
  void aSumOverTheBatchIsMissed() {
    var v =
        batch(
            (n, x) -> {
              Rows g = rows(n, x, false, 1.0 / 4);
              Tensor a1 = x.matmul(n.w1).plus(n.b1).tanh();
              Tensor a2 = a1.matmul(n.w2).plus(n.b2).sigmoid();
              Tensor d2 = a2.minus(TARGET).times(slope(a2)).over(4);
              return new Rows(g.w1, g.b1, g.w2, d2);
            });
    assertThat(v.faults())
        .singleElement()
        .extracting(GradientClaim.Fault::kind)
        .isEqualTo(Kind.BATCH);
    assertThat(first(v, "b2")).contains("[4×2]", "[2]", "add .sum(0)");
    var one =
        batch(
            (n, x) -> {
              Rows g = rows(n, x, false, 1.0 / 4);
              Tensor a1 = x.matmul(n.w1).plus(n.b1).tanh();
              Tensor a2 = a1.matmul(n.w2).plus(n.b2).sigmoid();
              Tensor d2 = a2.minus(TARGET).times(slope(a2)).over(4);
              return new Rows(g.w1, g.b1, g.w2, d2.at(0));
            });
    assertThat(first(one, "b2")).isEqualTo("b2: only the first example counts; sum over the batch");
  }

  // ---- what a point hides

  @Test
  void aPointThatHidesTheErrorIsNamed() {
    // the factor x is left out: at x = 1 nobody sees it
    var v =
        GradientClaim.of(
                (Tensor w, Tensor x) -> w.times(x).sin(),
                (Tensor w, Tensor x) -> w.times(x).cos(),
                Tensor.of(1.0))
            .at(Tensor.of(0.3));
    assertThat(v.correct()).isFalse();
    assertThat(v.faults().getFirst().point()).isPositive();
    assertThat(v.warnings())
        .singleElement()
        .asString()
        .contains("a test there would have passed (the input is 1)");
    // weights of 0 hide the first layer's gradient
    var zero =
        GradientClaim.of(
                GradientClaimTest::loss,
                (Net n, Tensor x) -> {
                  Pass p = Pass.of(n, x);
                  return p.from(p.delta2(), n.w2.transpose().matmul(p.delta2()));
                },
                X)
            .at(new Net(NET.w1, NET.b1, NET.w2.times(0), NET.b2));
    assertThat(zero.faults()).hasSize(2);
    assertThat(zero.toString()).contains("(w2 is 0)");
  }

  @Test
  void theLossMayHoldItsData() {
    var v =
        GradientClaim.of(
                (Tensor w) -> w.square().sum().log(), (Tensor w) -> w.over(w.square().sum()))
            .at(Tensor.vector(1, 2));
    assertThat(v.faults().getFirst().kind()).isEqualTo(Kind.FACTOR);
    assertThat(v.faults().getFirst().told())
        .isEqualTo("the gradient is 1/2 of what it is: a square has the slope 2u");
  }

  @Test
  void floatsAreRefused() {
    assertThatThrownBy(
            () ->
                GradientClaim.of((Tensor w) -> w.square(), (Tensor w) -> w.times(2))
                    .at(Tensor.of(1f)))
        .hasMessageContaining("judged in f64");
  }

  @Test
  void theExampleOfTheDocumentation() {
    // @start region="example"
    Fn2<Tensor, Tensor, Tensor> loss = (w, x) -> w.matmul(x).tanh().sum();
    Fn2<Tensor, Tensor, Tensor> byHand =
        (w, x) -> {
          Tensor slope = w.matmul(x).tanh().square().neg().plus(1);
          return x.outer(slope); // it is slope·xᵀ
        };
    var verdict =
        GradientClaim.of(loss, byHand, Tensor.vector(0.5, -1, 2))
            .at(Tensor.of(new double[][] {{0.1, 0.2, 0.3}, {-0.3, 0.4, 0.1}}));
    String told = verdict.faults().getFirst().told();
    // "the gradient is claimed as [3×2], but its leaf is [2×3]: transpose it"
    // @end
    assertThat(told)
        .isEqualTo("the gradient is claimed as [3×2], but its leaf is [2×3]: transpose it");
    assertThat(Leibniz.grad(loss).of(Tensor.zeros(DType.F64, 1, 3), Tensor.vector(1, 2, 3)).rank())
        .isEqualTo(2);
  }
}
