package io.leibniz.verify.corpus;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.hvp;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.Dual;
import io.leibniz.Fn;
import io.leibniz.Jacobian;
import io.leibniz.Tensor;
import io.leibniz.symbolic.explain.Backprop;
import io.leibniz.symbolic.explain.Diagram;
import io.leibniz.symbolic.explain.DiagramSvg;
import io.leibniz.verify.corpus.NetCase.Hvp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole networks: every number that PyTorch or NumPy gave, in every mode that gives it here. */
class NetsCorpusTest {

  private static final List<NetCase> CASES = NetCase.all();

  static List<NetCase> cases() {
    return CASES;
  }

  static Stream<NetCase> withHvp() {
    return CASES.stream().filter(c -> c.hvp() != null);
  }

  static Stream<NetCase> withHessian() {
    return CASES.stream().filter(c -> c.hessian() != null);
  }

  static Stream<NetCase> withOutput() {
    return CASES.stream().filter(c -> !c.outputs().isEmpty());
  }

  /** How far off a number may be: relative to the greatest of its tensor, relative to itself, and absolutely. */
  private record Tolerance(double ofGreatest, double ofItself, double absolute) {

    static Tolerance ofFirstOrder(NetCase c) {
      return switch (c.id()) {
        case "exploding_linear_chain", "vanishing_sigmoid_chain" -> new Tolerance(0, 1e-10, 0);
        case "bce_logits_extreme" -> new Tolerance(0, 0, 1e-15);
        case "ce_extreme_logits" -> new Tolerance(0, 0, 1e-13);
        case "layernorm_offset" -> new Tolerance(1e-9, 0, 1e-13 * Math.max(1, Math.abs(c.loss())));
        default -> new Tolerance(1e-10, 0, 1e-13 * Math.max(1, Math.abs(c.loss())));
      };
    }

    static final Tolerance OF_SECOND_ORDER = new Tolerance(1e-9, 0, 0);

    void check(String what, Tensor got, Tensor want) {
      assertThat(got.shape()).as("shape of %s", what).isEqualTo(want.shape());
      double[] y = got.doubles(), z = want.doubles();
      double greatest = 0;
      for (double w : z) greatest = Math.max(greatest, Math.abs(w));
      for (int i = 0; i < y.length; i++)
        assertThat(y[i])
            .as("%s[%d]", what, i)
            .isCloseTo(z[i], within(absolute + ofGreatest * greatest + ofItself * Math.abs(z[i])));
    }

    void check(String what, Map<String, Tensor> got, Map<String, Tensor> want) {
      assertThat(want).isNotEmpty();
      want.forEach(
          (name, w) -> {
            assertThat(got).as(what).containsKey(name);
            check(what + " " + name, got.get(name), w);
          });
    }
  }

  private static Fn<Map<String, Tensor>, Tensor> loss(NetCase c) {
    return t -> Models.run(c, t).loss();
  }

  /** The part of {@code loss} that depends on some tensors alone, the others being constant. */
  private static Fn<Map<String, Tensor>, Tensor> lossIn(NetCase c) {
    return some -> {
      var all = new LinkedHashMap<>(c.tensors());
      all.putAll(some);
      return Models.run(c, all).loss();
    };
  }

  private static Fn<Map<String, Tensor>, Tensor> output(NetCase c) {
    String first = c.outputs().keySet().iterator().next();
    return t -> Models.run(c, t).outputs().get(first);
  }

  /** Whatever the network: told layer by layer, its gradients have the bits that they have by themselves. */
  @ParameterizedTest
  @MethodSource("cases")
  void theStoryHasTheBitsOfTheGradient(NetCase c) {
    var engine = new LinkedHashMap<>(grad(loss(c)).of(c.tensors()));
    same(Backprop.of(loss(c), c.tensors()), engine);
    if (!c.tensors().containsKey("x")) return;
    var params = new LinkedHashMap<>(c.tensors());
    Tensor x = params.remove("x");
    var apart =
        Backprop.of(
            (Map<String, Tensor> p, Tensor in) -> {
              var all = new LinkedHashMap<>(c.tensors());
              all.putAll(p);
              all.put("x", in);
              return Models.run(c, all).loss();
            },
            params,
            x);
    assertThat(apart.inputs().getFirst().gradient().value().array().same(engine.get("x").array()))
        .isTrue();
    engine.remove("x");
    same(apart, engine);
  }

  private static void same(Backprop story, Map<String, Tensor> gradients) {
    var told = new LinkedHashMap<String, Tensor>();
    for (var l : story.layers()) {
      l.weights().forEach(w -> told.put(w.path(), w.gradient().value()));
      l.biases().forEach(b -> told.put(b.path(), b.gradient().value()));
    }
    story.others().forEach(o -> told.put(o.path(), o.gradient().value()));
    assertThat(told).containsOnlyKeys(gradients.keySet());
    gradients.forEach(
        (name, g) -> assertThat(told.get(name).array().same(g.array())).as(name).isTrue());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyNetworkHasADiagram(NetCase c) {
    var d = Diagram.of(loss(c), c.tensors());
    assertThat(d.vertices()).hasSizeGreaterThan(c.tensors().size());
    assertThat(DiagramSvg.of(d)).endsWith("</svg>\n");
  }

  @Test
  void thereAreCasesOfEveryKind() {
    assertThat(withHvp()).isNotEmpty();
    assertThat(withHessian()).isNotEmpty();
    assertThat(withOutput()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndOutputsAreTheRecordedOnes(NetCase c) {
    var got = Models.run(c, c.tensors());
    assertThat(got.loss().item()).isCloseTo(c.loss(), within(1e-12 * Math.abs(c.loss())));
    if (!c.outputs().isEmpty())
      new Tolerance(1e-12, 0, 1e-15).check("output", got.outputs(), c.outputs());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyGradientIsTheRecordedOne(NetCase c) {
    Tolerance.ofFirstOrder(c).check("gradient", grad(loss(c)).of(c.tensors()), c.grads());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void compiledGradientIsTheRecordedOne(NetCase c) {
    var f = jit(grad(loss(c)));
    Tolerance.ofFirstOrder(c).check("gradient", f.of(c.tensors()), c.grads());
    Tolerance.ofFirstOrder(c).check("second gradient", f.of(c.tensors()), c.grads());
  }

  @ParameterizedTest
  @MethodSource("withHvp")
  void hessianTimesVectorForwardOverReverse(NetCase c) {
    Hvp h = c.hvp();
    var at = new Dual<>(c.tensors(), h.v());
    Tolerance.OF_SECOND_ORDER.check("Hv", hvp(loss(c)).of(at), h.product());
    Tolerance.OF_SECOND_ORDER.check("compiled Hv", jit(hvp(loss(c))).of(at), h.product());
  }

  @ParameterizedTest
  @MethodSource("withHvp")
  void hessianTimesVectorReverseOverReverse(NetCase c) {
    Hvp h = c.hvp();
    Fn<Map<String, Tensor>, Tensor> slope = t -> dot(grad(loss(c)).of(t), h.v());
    Tolerance.OF_SECOND_ORDER.check("Hv", grad(slope).of(c.tensors()), h.product());
  }

  private static Tensor dot(Map<String, Tensor> a, Map<String, Tensor> b) {
    return a.keySet().stream()
        .map(name -> a.get(name).dot(b.get(name)))
        .reduce(Tensor.of(0.0), Tensor::plus);
  }

  @ParameterizedTest
  @MethodSource("withHessian")
  void hessianMatrixIsTheRecordedOne(NetCase c) {
    var h = c.hessian();
    var at = new LinkedHashMap<String, Tensor>();
    for (String name : h.order()) at.put(name, c.tensors().get(name));
    var f = hessian(lossIn(c));
    Tolerance.OF_SECOND_ORDER.check("forward", f.forward().of(at).matrix(), h.matrix());
    Tolerance.OF_SECOND_ORDER.check("reverse", f.reverse().of(at).matrix(), h.matrix());
  }

  /** Forward and reverse; its rows weighted by dL/d(output) are tested through the gradient. */
  @ParameterizedTest
  @MethodSource("withOutput")
  void jacobianIsTheSameForwardAndReverseAndTheRecordedOne(NetCase c) {
    Jacobian forward = jacobian(output(c)).forward().of(c.tensors());
    Jacobian reverse = jacobian(output(c)).reverse().of(c.tensors());
    var tolerance = Tolerance.ofFirstOrder(c);
    tolerance.check("J", forward.matrix(), reverse.matrix());
    c.jacobian()
        .forEach(
            (name, want) -> {
              int rows = want.dim(0);
              tolerance.check(name, forward.at("", name).reshape(rows, -1), want.reshape(rows, -1));
              tolerance.check(name, reverse.at("", name).reshape(rows, -1), want.reshape(rows, -1));
            });
  }

  /** The Hessian times a direction, column by column and as a product. */
  @ParameterizedTest
  @MethodSource("withHvp")
  void hessianOverAllTensorsTimesVectorIsTheRecordedProduct(NetCase c) {
    Hvp h = c.hvp();
    Tensor product = hessian(loss(c)).of(c.tensors()).matrix().matmul(flat(c, h.v()));
    Tolerance.OF_SECOND_ORDER.check("H v", product, flat(c, h.product()));
  }

  private static Tensor flat(NetCase c, Map<String, Tensor> map) {
    var parts = new ArrayList<Tensor>();
    for (String name : c.tensors().keySet()) parts.add(map.get(name).flatten());
    return Tensor.concat(0, parts.toArray(Tensor[]::new));
  }
}
