package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.linearize;
import static io.leibniz.Leibniz.valueAndGrad;
import static io.leibniz.Leibniz.vjp;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Programs drawn at random: all modes, orders, batches and compiled forms of each agree with each other and with differences. */
class RandomProgramsTest {
  private static final int ALL = 2000;

  @Test
  void everyModeAgreesOnRandomPrograms() {
    boolean full = Boolean.getBoolean("leibniz.full");
    var wrong =
        LongStream.range(0, ALL)
            .filter(seed -> full || seed % 10 == 3)
            .parallel()
            .mapToObj(RandomProgramsTest::failure)
            .filter(Objects::nonNull)
            .toList();
    assertThat(wrong).isEmpty();
  }

  /** What is wrong with a program, and the smallest part of it that is wrong, or null. */
  static @Nullable String failure(long seed) {
    RandomProgram p = RandomProgram.of(seed);
    String wrong = wrong(p);
    if (wrong == null) return null;
    for (int k = 0; k < p.size(); k++) {
      RandomProgram part = p.only(k);
      String partly = wrong(part);
      if (partly != null) return partly + "\n" + part;
    }
    return wrong + "\n" + p;
  }

  private static @Nullable String wrong(RandomProgram p) {
    try {
      check(p);
      return null;
    } catch (AssertionError | RuntimeException e) {
      var at =
          Arrays.stream(e.getStackTrace())
              .filter(f -> f.getClassName().startsWith("io.leibniz."))
              .limit(4)
              .toList();
      return e + " " + at;
    }
  }

  private static void check(RandomProgram p) {
    var xs = p.inputs;
    Fn<List<Tensor>, List<Tensor>> f = p::apply;
    Fn<List<Tensor>, Tensor> s = p::scalar;
    List<Tensor> v = direction(xs, 1), w = direction(xs, 2);
    var g = grad(s).of(xs);
    finite("gradient", g);

    // forward is reverse
    var y = f.of(xs);
    var ct = direction(y, 3);
    var push = jvp(f).of(new Dual<>(xs, v));
    same("jvp's value", push.value(), y);
    var pull = vjp(f).of(xs);
    same("vjp's value", pull.value(), y);
    var pulled = pull.pull().of(ct);
    near("forward and reverse", dot(ct, push.tangent()), dot(pulled, v), scale(pulled));
    var lin = linearize(f).of(xs);
    same("linearize's value", lin.value(), y);
    near("push and jvp", lin.push().of(v), push.tangent());
    near("linearize's pull and vjp's", lin.pull().of(ct), pulled);
    same("valueAndGrad's gradient", valueAndGrad(s).of(xs).grad(), g);

    // both orders of both modes
    Fn<List<Tensor>, Tensor> forward = q -> jvp(s).of(new Dual<>(q, v)).tangent();
    Fn<List<Tensor>, Tensor> reverse = q -> inner(grad(s).of(q), v);
    var hw = jvp(grad(s)).of(new Dual<>(xs, w)).tangent();
    finite("Hessian times vector", hw);
    double size = scale(hw) + scale(g);
    double fr = dot(hw, v);
    near("ff and fr", jvp(forward).of(new Dual<>(xs, w)).tangent().item(), fr, size);
    near("rf and fr", dot(grad(forward).of(xs), w), fr, size);
    near("rr and fr", dot(grad(reverse).of(xs), w), fr, size);

    jacobians(p, f, s, w, hw);
    // where a derivative vanishes, differences see its rounding
    if (p.smooth && scale(g) > 1e-3 && size < 1e4) {
      boolean second = p.seed % 7 == 0 && scale(hw) > 1e-3;
      Check.of(s).order(second ? 2 : 1).directions(1).entries(1).tolerance(1e-5).at(xs).orThrow();
    }
    if (p.blind) {
      batches(p, f, s, v);
      compiled(f, s, g, y, xs);
    }
    single(p, s, g);
  }

  private static void jacobians(
      RandomProgram p,
      Fn<List<Tensor>, List<Tensor>> f,
      Fn<List<Tensor>, Tensor> s,
      List<Tensor> w,
      List<Tensor> hw) {
    var xs = p.inputs;
    Tensor forward = jacobian(f).forward().of(xs).matrix();
    near("Jacobians", List.of(forward), List.of(jacobian(f).reverse().of(xs).matrix()));
    Tensor h = hessian(s).of(xs).matrix();
    finite("Hessian", List.of(h));
    near("Hessian and its transpose", List.of(h), List.of(h.transpose()));
    near("Hessian's columns", List.of(h.matmul(flat(w))), List.of(flat(hw)));
  }

  private static void batches(
      RandomProgram p,
      Fn<List<Tensor>, List<Tensor>> f,
      Fn<List<Tensor>, Tensor> s,
      List<Tensor> v) {
    int lanes = 3, n = p.inputs.size();
    int vary = 1 + Math.floorMod(p.seed * 31, (1 << n) - 1);
    var each = new ArrayList<Tensor>();
    var shared = new ArrayList<Tensor>();
    for (int i = 0; i < n; i++) {
      Tensor x = p.inputs.get(i);
      if ((vary >> i & 1) == 1)
        each.add(
            Tensor.stack(
                0,
                IntStream.range(0, lanes)
                    .mapToObj(k -> x.times(1 + 0.01 * k))
                    .toArray(Tensor[]::new)));
      else shared.add(x);
    }
    Fn2<List<Tensor>, List<Tensor>, List<Tensor>> value = (e, h) -> f.of(merged(vary, n, e, h));
    Fn2<List<Tensor>, List<Tensor>, List<Tensor>> gradient =
        (e, h) -> grad(s).of(merged(vary, n, e, h));
    Fn2<List<Tensor>, List<Tensor>, List<Tensor>> tangent =
        (e, h) -> jvp(f).of(new Dual<>(merged(vary, n, e, h), v)).tangent();
    for (var g : List.of(value, gradient, tangent)) {
      var all = vmap(g).axes(Axis.EACH, Axis.SHARED).of(each, shared);
      for (int k = 0; k < lanes; k++) {
        int lane = k;
        var one = g.of(each.stream().map(t -> t.at(lane)).toList(), shared);
        String what = g == value ? "value" : g == gradient ? "gradient" : "tangent";
        near("batch of " + what, all.stream().map(t -> t.at(lane)).toList(), one);
      }
    }
    // the other way round: the gradient through a batch
    var through =
        grad((List<Tensor> e) ->
                vmap((List<Tensor> r) -> s.of(merged(vary, n, r, shared))).of(e).sum())
            .of(each);
    for (int k = 0; k < lanes; k++) {
      int lane = k;
      var one =
          grad((List<Tensor> r) -> s.of(merged(vary, n, r, shared)))
              .of(each.stream().map(t -> t.at(lane)).toList());
      near("gradient of a batch", through.stream().map(t -> t.at(lane)).toList(), one);
    }
  }

  private static List<Tensor> merged(int vary, int n, List<Tensor> each, List<Tensor> shared) {
    var e = each.iterator();
    var h = shared.iterator();
    return IntStream.range(0, n).mapToObj(i -> (vary >> i & 1) == 1 ? e.next() : h.next()).toList();
  }

  private static void compiled(
      Fn<List<Tensor>, List<Tensor>> f,
      Fn<List<Tensor>, Tensor> s,
      List<Tensor> g,
      List<Tensor> y,
      List<Tensor> xs) {
    same("jit", jit(f).of(xs), y);
    same("grad of jit", grad(jit(s)).of(xs), g);
    same("jit of grad", jit(grad(s)).of(xs), g);
  }

  /** In single precision: finite, and near. */
  private static void single(RandomProgram p, Fn<List<Tensor>, Tensor> s, List<Tensor> g) {
    var xs = p.inputs.stream().map(x -> x.cast(DType.F32)).toList();
    var got = valueAndGrad(s).of(xs);
    finite("f32 value", List.of(got.value()));
    finite("f32 gradient", got.grad());
    for (Tensor t : got.grad()) assertThat(t.dtype()).isEqualTo(DType.F32);
    double value = s.of(p.inputs).item(), size = scale(g);
    if (size > 1e3) return;
    assertThat(got.value().item()).as("f32 value").isCloseTo(value, within(3e-3 * (1 + size)));
    for (int i = 0; i < g.size(); i++) {
      double[] a = got.grad().get(i).doubles(), b = g.get(i).doubles();
      for (int k = 0; k < a.length; k++)
        assertThat(a[k]).as("f32 gradient").isCloseTo(b[k], within(1e-2 * (1 + size)));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double x) {
    return org.assertj.core.data.Offset.offset(x);
  }

  // ---- numbers

  private static List<Tensor> direction(List<Tensor> xs, int seed) {
    var keys = Key.of(seed).split(xs.size()).iterator();
    return xs.stream()
        .map(x -> keys.next().normal(DType.F64, x.shape().dims()).cast(x.dtype()))
        .toList();
  }

  private static Tensor flat(List<Tensor> xs) {
    return Tensor.concat(0, xs.stream().map(Tensor::flatten).toArray(Tensor[]::new));
  }

  private static Tensor inner(List<Tensor> a, List<Tensor> b) {
    return flat(a).dot(flat(b));
  }

  private static double dot(List<Tensor> a, List<Tensor> b) {
    return inner(a, b).item();
  }

  private static double scale(List<Tensor> xs) {
    return xs.stream().flatMapToDouble(x -> Arrays.stream(x.doubles())).map(Math::abs).sum();
  }

  private static void finite(String what, List<Tensor> xs) {
    for (Tensor x : xs)
      assertThat(Arrays.stream(x.doubles()).allMatch(Double::isFinite)).as(what + " " + x).isTrue();
  }

  private static void near(String what, double a, double b, double size) {
    assertThat(Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b) + size))
        .as("%s: %s and %s", what, a, b)
        .isTrue();
  }

  private static void near(String what, List<Tensor> a, List<Tensor> b) {
    assertThat(a).hasSameSizeAs(b);
    double size = scale(b);
    for (int i = 0; i < a.size(); i++) {
      assertThat(a.get(i).type()).as(what).isEqualTo(b.get(i).type());
      double[] p = a.get(i).doubles(), q = b.get(i).doubles();
      for (int k = 0; k < p.length; k++) near(what, p[k], q[k], size);
    }
  }

  /** Bit for bit. */
  private static void same(String what, List<Tensor> a, List<Tensor> b) {
    assertThat(a).as(what).isEqualTo(b);
  }
}
