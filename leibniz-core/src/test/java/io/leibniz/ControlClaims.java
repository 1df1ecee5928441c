package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.linearize;
import static io.leibniz.Leibniz.vmap;

import io.leibniz.check.Differences;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Scope;
import io.leibniz.transform.Jvp;
import io.leibniz.transform.Linearized;
import io.leibniz.transform.Split;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds of a program with control flow: as ops it has the values and derivatives that it has as plain Java, in every mode, one by
 * one, in a batch, through a batch and under jit; and they are those of differences. An {@link AssertionError} says what does not.
 */
final class ControlClaims {
  private static final List<Tensor> POINTS =
      List.of(
          Tensor.vector(0.7, -0.4, 1.3),
          Tensor.vector(-1.1, 0.3, 0.21),
          Tensor.vector(0.25, 1.9, 0));
  private static final Tensor MANY = Tensor.stack(0, POINTS.toArray(Tensor[]::new));
  private static final Tensor W = Tensor.vector(0.6, -0.9, 0.35);
  private static final Tensor V = Tensor.vector(0.3, -0.8, 0.5);

  private final RandomControl program;
  private final Fn<Tensor, Tensor> ops;
  private final Fn<Tensor, Tensor> plain;

  /** How many derivatives differences could tell. */
  private int resolved;

  private ControlClaims(RandomControl program) {
    this.program = program;
    this.ops = x -> program.run(RandomControl.OPS, x, W);
    this.plain = x -> program.run(RandomControl.JAVA, x, W);
  }

  /** Checks all claims; says how many derivatives differences could tell. */
  static int check(RandomControl program) {
    var claims = new ControlClaims(program);
    claims.orders();
    claims.throughABatch();
    claims.jitted();
    claims.differences();
    long turn = program.seed() / 10;
    if (turn % 2 == 0) claims.linearized();
    if (turn % 4 == 1) claims.single();
    if (turn % 5 == 2) claims.matrices();
    if (turn % 8 == 3) claims.batchOfBatches();
    if (turn % 8 == 5) claims.thirdOrder();
    return claims.resolved;
  }

  /** What is wrong with a program; null: nothing. */
  static @Nullable String wrong(RandomControl program) {
    try {
      check(program);
      return null;
    } catch (AssertionError | RuntimeException e) {
      var at =
          Arrays.stream(e.getStackTrace())
              .filter(f -> f.getClassName().startsWith("io.leibniz."))
              .limit(6)
              .toList();
      return e + " " + at;
    }
  }

  /** Values, and first and second derivatives in all modes: at one point, and at all of them at once. */
  private void orders() {
    for (String modes : List.of("", "r", "f", "rr", "rf", "fr", "ff")) {
      Fn<Tensor, Tensor> f = derived(ops, modes), g = derived(plain, modes);
      Tensor lanes = vmap(f).of(MANY);
      int alone = Math.floorMod(program.seed() + modes.length(), 3);
      for (int i = 0; i < 3; i++) {
        Tensor want = g.of(POINTS.get(i));
        if (i == alone) near(modes, f.of(POINTS.get(i)), want);
        near("lane " + i + " of " + modes, lanes.at(i), want);
      }
    }
  }

  private void thirdOrder() {
    for (String modes : List.of("rrr", "frf", "rfr", "ffr"))
      near(modes, derived(ops, modes).of(POINTS.get(1)), derived(plain, modes).of(POINTS.get(1)));
  }

  /** Gradients of a batch: of what each lane has of its own, and of what all share. */
  private void throughABatch() {
    Tensor each = grad((Tensor x) -> vmap(ops).of(x).times(V).sum()).of(MANY),
        shared =
            grad((Tensor w) ->
                    vmap((Tensor x) -> program.run(RandomControl.OPS, x, w))
                        .of(MANY)
                        .times(V)
                        .sum())
                .of(W);
    Tensor sum = null;
    for (int i = 0; i < 3; i++) {
      Tensor x = POINTS.get(i);
      near("lane " + i + " through a batch", each.at(i), derived(plain, "r").of(x));
      Tensor g = grad((Tensor w) -> program.run(RandomControl.JAVA, x, w).times(V).sum()).of(W);
      sum = sum == null ? g : sum.plus(g);
    }
    near("what lanes share", shared, sum);
  }

  private void jitted() {
    Tensor x = POINTS.get((int) (program.seed() % 3));
    near("jit", jit(ops).of(x), ops.of(x));
    near("jit of r", jit(derived(ops, "r")).of(x), derived(ops, "r").of(x));
  }

  private void linearized() {
    Tensor x = POINTS.get(1);
    var lin = linearize(ops).of(x);
    near("linearize", lin.value(), plain.of(x));
    near("push", lin.push().of(V), derived(plain, "f").of(x));
    near("pull", lin.pull().of(V), derived(plain, "r").of(x));
  }

  private void matrices() {
    Tensor x = POINTS.get(2);
    Tensor want = jacobian(plain).forward().of(x).matrix();
    near("Jacobian, forward", jacobian(ops).forward().of(x).matrix(), want);
    near("Jacobian, reverse", jacobian(ops).reverse().of(x).matrix(), want);
    near(
        "Hessian",
        hessian((Tensor t) -> ops.of(t).times(V).sum()).of(x).matrix(),
        hessian((Tensor t) -> plain.of(t).times(V).sum()).of(x).matrix());
  }

  private void batchOfBatches() {
    Tensor table = Tensor.stack(0, MANY, MANY.flip(0));
    Fn<Tensor, Tensor> f = derived(ops, "r");
    Tensor all = vmap(vmap(f)).of(table);
    for (int i = 0; i < 3; i++) {
      Tensor want = derived(plain, "r").of(POINTS.get(i));
      near("batch of batches", all.at(0).at(i), want);
      near("batch of batches", all.at(1).at(2 - i), want);
    }
  }

  private void differences() {
    if (!program.honest()) return;
    Tensor x = POINTS.get((int) (program.seed() % 3));
    agrees("first", derived(ops, ""), derived(ops, "f"), derived(ops, "r"), x);
    if (program.seed() / 10 % 5 == 0)
      agrees("second", derived(ops, "r"), derived(ops, "rf"), derived(ops, "rr"), x);
  }

  /** The derivative of f along V, projected on V, is that which pushing gives, and which pulling gives. */
  private void agrees(
      String order,
      Fn<Tensor, Tensor> f,
      Fn<Tensor, Tensor> push,
      Fn<Tensor, Tensor> pull,
      Tensor x) {
    Tensor pushed = push.of(x), pulled = pull.of(x);
    double along = pushed.dot(V).item(), size = size(pushed) + size(pulled);
    double back = pulled.dot(V).item();
    if (!Double.isFinite(along) || !Double.isFinite(back)) return; // as they are in plain Java
    near(order + ", forward and reverse", along, back, size);
    var d = Differences.of(t -> f.of(x.plus(V.times(t))).dot(V).item(), 0.0078125, 16);
    // where it jumps or bends nearby, differences tell nothing
    if (d.kink() || !(d.noise() < 1e-6 * (1 + size))) return;
    resolved++;
    double off = Math.abs(d.value() - along);
    if (!(off <= 1e-5 * (1 + size) + 4 * d.noise()))
      throw new AssertionError("%s order: pushed %s, by differences %s".formatted(order, along, d));
  }

  /** In single precision. */
  private void single() {
    Tensor x = POINTS.get(0).cast(DType.F32), w = W.cast(DType.F32), v = V.cast(DType.F32);
    Fn<Tensor, Tensor> f = t -> program.run(RandomControl.OPS, t, w).times(v).sum();
    Fn<Tensor, Tensor> g = t -> program.run(RandomControl.JAVA, t, w).times(v).sum();
    near("f32", f.of(x), g.of(x), 1e-5);
    Tensor got = grad(f).of(x);
    if (got.dtype() != DType.F32) throw new AssertionError("a gradient of " + got.dtype());
    near("f32 gradient", got, grad(g).of(x), 1e-3);
  }

  /** How many numbers the linear part of a derivative keeps of the point. */
  static long kept(Fn<Tensor, Tensor> f, Tensor at) {
    return Interpreter.scope()
        .in(
            () -> {
              var t = Trace.at(at, f);
              var dx = Scope.current().parameter(at.type());
              var y = Split.jvp(t.graph(), t.args(), t.along(Jvp.moving(List.of(dx))));
              return Linearized.of(y.dys(), List.of(dx)).kept().stream()
                  .mapToLong(n -> n.scope().value(n).numbers())
                  .sum();
            });
  }

  /** A vector field's derivative along V, by pushing, or of its projection on V, by pulling; once for each letter. */
  private static Fn<Tensor, Tensor> derived(Fn<Tensor, Tensor> f, String modes) {
    Fn<Tensor, Tensor> g = f;
    for (char m : modes.toCharArray()) {
      Fn<Tensor, Tensor> h = g;
      g =
          m == 'f'
              ? x -> jvp(h).of(new Dual<>(x, V)).tangent()
              : x -> grad((Tensor y) -> h.of(y).times(V).sum()).of(x);
    }
    return g;
  }

  private static double size(Tensor x) {
    return Arrays.stream(x.doubles()).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  /** Raises unless they are the same, but for rounding; NaN and infinities alike. */
  static void near(String what, Tensor got, Tensor want) {
    near(what, got, want, 1e-9);
  }

  private static void near(String what, Tensor got, Tensor want, double tolerance) {
    if (!got.type().equals(want.type()))
      throw new AssertionError(what + ": " + got.type() + " and " + want.type());
    double size = size(want);
    double[] a = got.doubles(), b = want.doubles();
    for (int i = 0; i < a.length; i++)
      if (!near(a[i], b[i], tolerance * (1 + size)))
        throw new AssertionError("%s: %s and %s".formatted(what, got, want));
  }

  private static void near(String what, double a, double b, double size) {
    if (!near(a, b, 1e-9 * (1 + size)))
      throw new AssertionError("%s: %s and %s".formatted(what, a, b));
  }

  private static boolean near(double a, double b, double by) {
    return Math.abs(a - b) <= by || Double.compare(a, b) == 0;
  }
}
