package io.leibniz;

import static io.leibniz.Flow.call;
import static io.leibniz.Flow.checkpoint;
import static io.leibniz.Flow.cond;
import static io.leibniz.Flow.custom;
import static io.leibniz.Flow.customCall;
import static io.leibniz.Flow.fori;
import static io.leibniz.Flow.scan;
import static io.leibniz.Flow.whileLoop;
import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.stopGradient;
import static io.leibniz.Leibniz.vmap;

import io.leibniz.ir.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether control flow is right, asked in a few seconds, and without a test framework, so that it can be asked of a copy of the library
 * with a wrong rule planted in it.
 */
public final class ControlProbe {
  /** Random programs, of those that are quickly checked, which notice much. */
  private static final long[] SEEDS = {1, 14, 22};

  private ControlProbe() {}

  /** A claim; raises if it does not hold. */
  private interface Claim {
    void check();
  }

  /** The first claim that does not hold; null: all do. */
  public static @Nullable String firstWrong() {
    for (var claim : claims().entrySet())
      try {
        claim.getValue().check();
      } catch (RuntimeException | Error e) {
        return claim.getKey() + ": " + e;
      }
    for (long seed : SEEDS) {
      String wrong = ControlClaims.wrong(RandomControl.of(seed));
      if (wrong != null) return "seed " + seed + ": " + wrong;
    }
    return null;
  }

  private static Map<String, Claim> claims() {
    var claims = new LinkedHashMap<String, Claim>();
    claims.put("a checkpoint keeps its argument", ControlProbe::checkpoints);
    claims.put("a scan does not stack what it captures", ControlProbe::captures);
    claims.put("a rule of one's own survives every nesting", ControlProbe::rules);
    claims.put("what is not there is absent, not 0", ControlProbe::absent);
    claims.put(
        "what operands have gathered is neither lost nor counted twice", ControlProbe::seeds);
    claims.put("every lane stops on its own", ControlProbe::stopping);
    claims.put("nothing runs for a lane that goes another way", ControlProbe::lanes);
    claims.put("structural zeros cross every border", ControlProbe::zeros);
    return claims;
  }

  // ---- memory

  private static void checkpoints() {
    Fn<Tensor, Tensor> f = checkpoint((Tensor x) -> x.sin().times(x).exp().tanh().times(x.cos()));
    long kept = ControlClaims.kept(x -> f.of(f.of(x)).sum(), Tensor.arange(10).cast(DType.F64));
    if (kept != 20) throw new AssertionError(kept + " kept");
  }

  private static void captures() {
    Tensor w = Tensor.linspace(-1, 1, 100).reshape(10, 10), ones = Tensor.ones(DType.F64, 10);
    Fn<Tensor, Tensor> f =
        m ->
            scan(
                    ones,
                    Tensor.linspace(0, 1, 20),
                    (Tensor h, Tensor x) -> new Step<>(h.matmul(m.sin()).plus(x).tanh(), x))
                .carry()
                .sum();
    long kept = ControlClaims.kept(f, w);
    if (kept > 20 * 10 * 4 + 300) throw new AssertionError(kept + " kept");
  }

  // ---- rules of one's own

  /** A function of value sin x and of slope 3 cos x, on purpose. */
  private static void rules() {
    Fn<Tensor, Tensor> rule =
        custom(
            (Tensor x) -> x.sin(), (Tensor x, Tensor y, Tensor dx) -> dx.times(x.cos()).times(3));
    Fn<Tensor, Tensor> plain = x -> x.sin().times(3).minus(stopGradient(x.sin().times(2)));
    for (var way :
        List.<Fn<Fn<Tensor, Tensor>, Fn<Tensor, Tensor>>>of(
            f -> x -> f.of(f.of(x)),
            f -> x -> vmap(f).of(Tensor.stack(0, x, x.cos())).prod(),
            f -> x -> cond(x.gt(0), () -> f.of(x).times(x), () -> x)))
      alike(way.of(rule), way.of(plain), 0.7);
  }

  // ---- structural zeros: 0 · ∞ = NaN, but an absent slope times ∞ is none

  private static void absent() {
    alike( // a loop of no turns, of which the start or a capture would be multiplied
        x -> {
          Tensor r = x.sqrt();
          Tensor c = whileLoop(num(0), k -> k.lt(0), k -> k.plus(r));
          return c.cbrt().plus(x);
        },
        x -> x,
        0);
    alike(
        x -> {
          Tensor r = x.sqrt();
          return whileLoop(num(1), k -> k.lt(0), k -> k.times(r)).plus(x);
        },
        x -> x.plus(1),
        0);
    alike( // a capture that no turn selects
        x -> {
          Tensor r = x.sqrt();
          return whileLoop(x, c -> c.lt(1), c -> c.gt(5).select(r, c.plus(1)));
        },
        x -> x.plus(1),
        0);
    alike( // a branch that is not taken
        x -> {
          Tensor r = x.sqrt();
          return cond(x.gt(0), () -> r, () -> x.times(3));
        },
        x -> x.times(3),
        0);
    alike( // a carry that starts still
        x -> fori(2, num(0), (i, c) -> c.cbrt().plus(x)), x -> x.cbrt().plus(x), 2);
    record Two(Tensor a, Tensor b) {}
    alike( // a carry whose last value nothing uses
        x ->
            fori(
                    2,
                    new Two(x, x),
                    (Tensor i, Two c) ->
                        new Two(
                            i.eq(0).select(c.a(), c.a().minus(c.a())).cbrt(), c.b().plus(c.a())))
                .b(),
        x -> x.times(2).plus(x.cbrt()),
        1);
  }

  private static void zeros() {
    Fn<Tensor, Tensor> root = x -> x.gt(0).select(x.sqrt(), x.times(2));
    for (var way : ways()) {
      var relu = way.of(Tensor::relu);
      for (double at : new double[] {-1, 0, 4}) {
        alike(way.of(root), root, at);
        alike(way.of(x -> x.gt(4).select(x.minus(4).sqrt(), num(5))), x -> num(5), at);
        alike(
            way.of(x -> x.gt(4).select(x.lt(5).select(x.minus(4).sqrt(), num(1)), num(2))),
            x -> num(2),
            at);
        alike(x -> way.of(root).of(x.square().minus(1)), x -> root.of(x.square().minus(1)), at);
        alike(x -> relu.of(x).cbrt(), x -> x.relu().cbrt(), at);
        alike(x -> relu.of(x.minus(x).cbrt()).plus(x), x -> x.minus(x).cbrt().relu().plus(x), at);
      }
    }
  }

  /** Control flow that comes to {@code f} once. */
  private static List<Fn<Fn<Tensor, Tensor>, Fn<Tensor, Tensor>>> ways() {
    return List.of(
        f -> call(f),
        f -> checkpoint(f),
        f -> x -> cond(x.lt(99), () -> f.of(x), () -> x),
        f -> x -> cond(Tensor.of(true), () -> f.of(x), () -> x),
        f -> x -> fori(1, x, (i, c) -> f.of(c)),
        f -> x -> fori(2, x, (i, c) -> cond(i.eq(0), () -> c, () -> f.of(c))),
        f -> x -> whileLoop(x, c -> c.lt(1e9), f, 1),
        f ->
            x ->
                scan(num(0), x.reshape(1), (Tensor c, Tensor r) -> new Step<>(c, f.of(r)))
                    .out()
                    .sum());
  }

  // ---- what comes together

  /** x and x + 1 have one tangent, so that a linear call gets it twice; and it has gathered something before. */
  private static void seeds() {
    Fn2<Tensor, Tensor, Tensor> product = (a, b) -> a.times(b).sin();
    Fn<Tensor, Tensor> plain = x -> product.of(x, x.plus(1)).plus(x.cos());
    alike(x -> call((Tensor y) -> product.of(x, y)).of(x.plus(1)).plus(x.cos()), plain, 0.7);
    alike(
        x -> {
          Tensor y = x.plus(1);
          return fori(1, num(0), (i, c) -> product.of(x, y).plus(c)).plus(x.cos());
        },
        plain,
        0.7);
    for (double at : new double[] {0.7, -0.4}) {
      alike(
          x -> {
            Tensor y = x.plus(1);
            return cond(x.gt(0), () -> product.of(x, y), () -> product.of(y, x)).plus(x.cos());
          },
          plain,
          at);
      alike( // what one branch alone captures
          x -> {
            Tensor y = x.square(), z = x.exp();
            return cond(x.gt(0), () -> y.sin(), () -> z.cos()).plus(y.times(z));
          },
          x -> {
            Tensor y = x.square(), z = x.exp();
            return (at > 0 ? y.sin() : z.cos()).plus(y.times(z));
          },
          at);
    }
  }

  // ---- lanes

  /** What raises, does not end, or spoils what all lanes share, if it runs for a lane with n = 4. */
  private static void lanes() {
    Tensor table = Tensor.vector(0.8, -1.2, 0.6), eye = Tensor.eye(DType.F64, 2);
    List<Fn<Lane, Tensor>> dangers =
        List.of(
            l -> table.take(l.n, 0).times(l.x).times(l.w).sin(),
            l -> Tensor.of(6L).over(l.n.minus(4)).cast(DType.F64).times(l.x).times(l.w).sin(),
            l -> pair(l.x.sqrt().times(l.w), l.x).dot(pair(l.w, l.x.log())),
            l -> Linalg.logdet(pair(l.x.relu(), l.w).times(eye)),
            l -> Linalg.solve(pair(l.x.relu(), l.w).times(eye), pair(l.w, l.x)).sum(),
            l ->
                customCall(
                        "root",
                        List.of(l.x.type()),
                        (List<Tensor> t) -> {
                          if (t.getFirst().item() < 0)
                            throw new IllegalArgumentException("negative");
                          return List.of(t.getFirst().sqrt());
                        },
                        (t, y, d) -> List.of(d.getFirst().times(0.5).over(y.getFirst())))
                    .of(List.of(l.x))
                    .getFirst()
                    .times(l.w)
                    .sin());
    Tensor ns = Tensor.of(new long[] {0, 4, 2}), xs = Tensor.vector(0.7, -1.1, 1.3);
    for (var danger : dangers)
      for (var way : waysAndARule()) {
        Fn<Lane, Tensor> f =
            lane -> cond(lane.n.lt(4), () -> way.of(danger).of(lane), () -> lane.x);
        alike(
            w -> vmap((Tensor n, Tensor x) -> f.of(new Lane(n, x, w))).of(ns, xs).sum(),
            w -> {
              Tensor first = f.of(new Lane(ns.at(0), xs.at(0), w));
              return first.plus(xs.at(1)).plus(f.of(new Lane(ns.at(2), xs.at(2), w)));
            },
            0.9,
            List.of("r", "rr"));
      }
  }

  private static void stopping() {
    Tensor starts = Tensor.vector(1, 9.5, 20, 3), turns = Tensor.of(new long[] {3, 0, 1, 2});
    Fn<Lane, Tensor> until =
        l -> whileLoop(l.x, c -> c.lt(10), c -> c.times(1.7).plus(l.w.times(c).sin()));
    Fn<Lane, Tensor> counted =
        l -> fori(l.n, l.x, (i, c) -> c.times(l.w).plus(i.cast(DType.F64)).sin());
    Fn<Lane, Tensor> still =
        l -> fori(2, l.w, (i, c) -> c.times(l.x).plus(i.cast(DType.F64)).sin());
    for (Fn<Lane, Tensor> f : List.of(until, counted, still)) {
      Fn<Lane, Tensor> slope = l -> grad((Tensor v) -> f.of(new Lane(l.n, l.x, v))).of(l.w);
      for (var g : List.of(f, slope))
        alike(
            w -> vmap((Tensor n, Tensor x) -> g.of(new Lane(n, x, w))).of(turns, starts).sum(),
            w -> {
              Tensor sum = num(0);
              for (int i = 0; i < 4; i++)
                sum = sum.plus(g.of(new Lane(turns.at(i), starts.at(i), w)));
              return sum;
            },
            0.9,
            List.of("", "r", "f"));
    }
  }

  private record Lane(Tensor n, Tensor x, Tensor w) {
    Lane x(Tensor to) {
      return new Lane(n, to, w);
    }
  }

  private interface Within {
    Fn<Lane, Tensor> of(Fn<Lane, Tensor> danger);
  }

  private static List<Within> waysAndARule() {
    var out = new ArrayList<Within>();
    for (var way : ways()) out.add(danger -> lane -> way.of(x -> danger.of(lane.x(x))).of(lane.x));
    out.add(
        danger ->
            custom(
                danger, (Lane t, Tensor y, Lane d) -> jvp(danger).of(new Dual<>(t, d)).tangent()));
    return out;
  }

  private static Tensor pair(Tensor a, Tensor b) {
    return Tensor.stack(0, a, b);
  }

  private static Tensor num(double x) {
    return Tensor.of(x);
  }

  // ---- comparing

  private static void alike(Fn<Tensor, Tensor> f, Fn<Tensor, Tensor> g, double at) {
    alike(f, g, at, List.of("", "r", "f", "rr", "rf", "fr", "ff"));
  }

  private static void alike(
      Fn<Tensor, Tensor> f, Fn<Tensor, Tensor> g, double at, List<String> modes) {
    Tensor x = num(at);
    for (String m : modes)
      ControlClaims.near(m + " at " + at, derived(f, m).of(x), derived(g, m).of(x));
  }

  private static Fn<Tensor, Tensor> derived(Fn<Tensor, Tensor> f, String modes) {
    Fn<Tensor, Tensor> g = f;
    for (char m : modes.toCharArray()) {
      Fn<Tensor, Tensor> h = g;
      g = m == 'r' ? grad(h) : x -> jvp(h).of(new Dual<>(x, num(1))).tangent();
    }
    return g;
  }
}
