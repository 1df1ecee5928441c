package io.leibniz;

import static io.leibniz.Flow.call;
import static io.leibniz.Flow.checkpoint;
import static io.leibniz.Flow.cond;
import static io.leibniz.Flow.custom;
import static io.leibniz.Flow.fori;
import static io.leibniz.Flow.scan;
import static io.leibniz.Flow.whileLoop;
import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.stopGradient;
import static io.leibniz.Leibniz.vmap;

import io.leibniz.ir.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether control flow is right, asked in a few seconds, and without a test framework, so that it can be asked of a copy of the library
 * with a wrong rule planted in it.
 */
public final class ControlProbe {
  /** How many random programs it runs. */
  private static final int PROGRAMS = 60;

  private ControlProbe() {}

  /** The first claim that does not hold; null: all do. */
  public static @Nullable String firstWrong() {
    for (var claim : claims().entrySet())
      try {
        if (!claim.getValue().getAsBoolean()) return claim.getKey();
      } catch (RuntimeException | Error e) {
        return claim.getKey() + ": " + e;
      }
    for (long seed = 0; seed < PROGRAMS; seed++) {
      String wrong = ControlClaims.wrong(RandomControl.of(seed));
      if (wrong != null) return "seed " + seed + ": " + wrong;
    }
    return null;
  }

  private static Tensor num(double x) {
    return Tensor.of(x);
  }

  private static double slope(Fn<Tensor, Tensor> f, double at) {
    return grad(f).of(num(at)).item();
  }

  private static double pushed(Fn<Tensor, Tensor> f, double at) {
    return jvp(f).of(new Dual<>(num(at), num(1))).tangent().item();
  }

  private static Map<String, BooleanSupplier> claims() {
    var claims = new LinkedHashMap<String, BooleanSupplier>();
    claims.put(
        "a checkpoint keeps its argument",
        () -> {
          Fn<Tensor, Tensor> f =
              checkpoint((Tensor x) -> x.sin().times(x).exp().tanh().times(x.cos()));
          return ControlClaims.kept(x -> f.of(f.of(x)).sum(), Tensor.arange(10).cast(DType.F64))
              == 20;
        });
    claims.put(
        "a scan does not stack what it captures",
        () -> {
          Tensor w = Tensor.linspace(-1, 1, 100).reshape(10, 10);
          Fn<Tensor, Tensor> f =
              m ->
                  scan(
                          Tensor.ones(DType.F64, 10),
                          Tensor.linspace(0, 1, 20),
                          (Tensor h, Tensor x) -> new Step<>(h.matmul(m.sin()).plus(x).tanh(), x))
                      .carry()
                      .sum();
          return ControlClaims.kept(f, w) < 20 * 10 * 4 + 300;
        });
    // 0 · ∞ = NaN, unless what is not there is absent
    claims.put(
        "a loop of no turns has no derivative",
        () -> {
          Fn<Tensor, Tensor> f =
              x -> {
                Tensor r = x.sqrt();
                return whileLoop(num(1), c -> c.lt(0), c -> c.times(r)).plus(x);
              };
          return slope(f, 0) == 1 && pushed(f, 0) == 1;
        });
    claims.put(
        "a branch not taken has no derivative",
        () -> {
          Fn<Tensor, Tensor> f =
              x -> {
                Tensor r = x.sqrt();
                return cond(x.gt(0), () -> r, () -> x.times(3));
              };
          return slope(f, 0) == 3 && pushed(f, 0) == 3;
        });
    claims.put(
        "a carry that starts still has no derivative in its first turn",
        () -> {
          Fn<Tensor, Tensor> f =
              x ->
                  scan(
                          num(0),
                          x.reshape(1),
                          (Tensor c, Tensor r) -> new Step<>(c.sqrt().plus(r), c))
                      .carry();
          return slope(f, 2) == 1 && pushed(f, 2) == 1;
        });
    claims.put(
        "a carry whose last value nothing uses has no derivative there",
        () -> {
          record Two(Tensor a, Tensor b) {}
          Fn<Tensor, Tensor> f =
              x ->
                  fori(
                          2,
                          new Two(x, x),
                          (Tensor i, Two c) ->
                              new Two(
                                  i.eq(0).select(c.a(), c.a().minus(c.a())).cbrt(),
                                  c.b().plus(c.a())))
                      .b();
          return Math.abs(slope(f, 1) - 7.0 / 3) < 1e-15;
        });
    claims.put(
        "structural zeros cross every border",
        () -> {
          for (var way :
              List.<Fn<Fn<Tensor, Tensor>, Fn<Tensor, Tensor>>>of(
                  f -> f,
                  f -> call(f),
                  f -> checkpoint(f),
                  f -> x -> cond(x.lt(5), () -> f.of(x), () -> x),
                  f -> x -> fori(1, x, (i, c) -> f.of(c)),
                  f -> x -> fori(2, x, (i, c) -> f.of(c)),
                  f -> x -> whileLoop(x, c -> c.lt(5), f, 2))) {
            var relu = way.of(Tensor::relu);
            Fn<Tensor, Tensor> before = x -> relu.of(x).cbrt(),
                after = x -> relu.of(x.minus(x).cbrt());
            if (slope(before, -1) != 0 || pushed(before, -1) != 0) return false;
            if (slope(after, 1) != 0 || pushed(after, 1) != 0) return false;
          }
          return true;
        });
    // of value sin x and slope 3 cos x, on purpose
    claims.put(
        "a rule of one's own survives every nesting",
        () -> {
          Fn<Tensor, Tensor> rule =
              custom(
                  (Tensor x) -> x.sin(),
                  (Tensor x, Tensor y, Tensor dx) -> dx.times(x.cos()).times(3));
          Fn<Tensor, Tensor> plain = x -> x.sin().times(3).minus(stopGradient(x.sin().times(2)));
          Tensor at = Tensor.vector(0.7, -0.4);
          for (var way :
              List.<Fn<Fn<Tensor, Tensor>, Fn<Tensor, Tensor>>>of(
                  f -> x -> f.of(f.of(x)).sum(),
                  f -> x -> vmap(f).of(x).times(vmap(f).of(x.flip(0))).sum(),
                  f -> x -> cond(x.sum().gt(0), () -> f.of(x), () -> x).square().sum())) {
            Fn<Tensor, Tensor> f = way.of(rule), g = way.of(plain);
            if (!close(grad(f).of(at), grad(g).of(at))) return false;
            Fn<Tensor, Tensor> ff = x -> grad(f).of(x).square().sum();
            Fn<Tensor, Tensor> gg = x -> grad(g).of(x).square().sum();
            if (!close(grad(ff).of(at), grad(gg).of(at))) return false;
          }
          return true;
        });
    return claims;
  }

  private static boolean close(Tensor a, Tensor b) {
    return a.minus(b).abs().max().item() < 1e-12;
  }
}
