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
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.stopGradient;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.check.Check;
import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Packing;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.TraceException;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Branches, loops, calls and rules of one's own, in every mode. */
class ControlTest {

  record Two(Tensor a, Tensor b) {}

  private static Tensor num(double x) {
    return Tensor.of(x);
  }

  // ---- every control op, as a function of a vector [3] beside what plain Java makes of it

  /** A function, and the same written out, for points that all take the same path. */
  record Row(String name, Fn<Tensor, Tensor> f, Fn<Tensor, Tensor> plain) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Tensor AT = Tensor.vector(0.7, -0.4, 1.3);

  /** y + y³/10 + W·y = x·|x|². */
  private static Implicit.Of<Tensor, Tensor> cubic(Implicit.Method method) {
    Tensor w = Tensor.of(new double[][] {{0.3, -0.2, 0.5}, {0.1, 0.4, -0.6}, {0.7, 0.2, 0.1}});
    return Leibniz.implicit(
            (Tensor x, Tensor y) ->
                y.plus(y.pow(3).times(0.1)).plus(w.matmul(y)).minus(x.times(x.square().sum())))
        .method(method);
  }

  static List<Row> rows() {
    Tensor w = Tensor.of(new double[][] {{0.3, -0.2, 0.5}, {0.1, 0.4, -0.6}, {0.7, 0.2, 0.1}});
    Tensor xs = Tensor.of(new double[][] {{1, 2, 3}, {0.5, -1, 0.2}, {2, 0.1, -0.3}, {1, 1, 1}});
    var rows = new ArrayList<Row>();
    rows.add(new Row("call", call((Tensor x) -> x.sin().times(x)), x -> x.sin().times(x)));
    rows.add(
        new Row(
            "checkpoint",
            checkpoint((Tensor x) -> x.sin().times(x).tanh()),
            x -> x.sin().times(x).tanh()));
    rows.add(
        new Row(
            "cond, then", x -> cond(x.sum().gt(0), () -> x.exp(), () -> x.log()), x -> x.exp()));
    rows.add(
        new Row(
            "cond, otherwise",
            x -> cond(x.sum().lt(0), () -> x.log(), () -> x.square().times(x)),
            x -> x.square().times(x)));
    rows.add(
        new Row(
            "while",
            x ->
                whileLoop(
                        new Two(x, num(0)),
                        c -> c.b().lt(3.5),
                        c -> new Two(c.a().matmul(w).plus(x).tanh(), c.b().plus(1)))
                    .a(),
            x -> {
              Tensor y = x;
              for (int i = 0; i < 4; i++) y = y.matmul(w).plus(x).tanh();
              return y;
            }));
    rows.add(
        new Row(
            "fori",
            x ->
                fori(
                    3,
                    x,
                    (Tensor i, Tensor c) ->
                        c.times(i.cast(DType.F64).plus(1)).sin().plus(x.square())),
            x -> {
              Tensor y = x;
              for (int i = 0; i < 3; i++) y = y.times(i + 1.0).sin().plus(x.square());
              return y;
            }));
    rows.add(
        new Row(
            "scan",
            x -> {
              var s =
                  scan(
                      x,
                      xs,
                      (Tensor c, Tensor r) -> {
                        Tensor n = c.matmul(w).plus(r.times(x)).tanh();
                        return new Step<>(n, n.times(c));
                      });
              return s.carry().plus(s.out().sum(0));
            },
            x -> {
              Tensor c = x, sum = x.times(0);
              for (int i = 0; i < 4; i++) {
                Tensor n = c.matmul(w).plus(xs.at(i).times(x)).tanh();
                sum = sum.plus(n.times(c));
                c = n;
              }
              return c.plus(sum);
            }));
    rows.add(
        new Row(
            "scan over rows that move",
            x -> {
              Tensor rows2 = Tensor.stack(0, x, x.sin(), x.square());
              return scan(x, rows2, (Tensor c, Tensor r) -> new Step<>(c.times(r).cos(), r))
                  .carry();
            },
            x -> x.times(x).cos().times(x.sin()).cos().times(x.square()).cos()));
    for (var k : List.of(Checkpoints.every(2), Checkpoints.every(3), Checkpoints.root()))
      rows.add(
          new Row(
              "scan with " + k,
              x ->
                  scan(
                          x,
                          Tensor.concat(0, xs, x.reshape(1, 3)),
                          (Tensor c, Tensor r) -> {
                            Tensor n = c.times(r).sin().plus(x);
                            return new Step<>(n, n.square());
                          },
                          k)
                      .out()
                      .sum(0),
              x -> {
                Tensor c = x, sum = x.times(0);
                for (int i = 0; i < 5; i++) {
                  c = c.times(i < 4 ? xs.at(i) : x).sin().plus(x);
                  sum = sum.plus(c.square());
                }
                return sum;
              }));
    rows.add(
        new Row(
            "custom",
            custom(
                (Tensor x) -> x.exp().plus(1).log(),
                (Tensor x, Tensor y, Tensor dx) -> dx.times(x.sigmoid())),
            x -> x.softplus()));
    rows.add(
        new Row(
            "customCall",
            x ->
                customCall(
                        "sines",
                        List.of(x.type()),
                        (List<Tensor> t) ->
                            List.of(
                                Tensor.of(
                                    Arrays.stream(t.getFirst().doubles())
                                        .map(Math::sin)
                                        .toArray())),
                        (t, y, d) -> List.of(d.getFirst().times(t.getFirst().cos())))
                    .of(List.of(x))
                    .getFirst(),
            x -> x.sin()));
    rows.add(
        new Row(
            "linearSolve",
            x -> cubic(Implicit.Method.MATRIX_FREE).of(x, AT),
            x -> cubic(Implicit.Method.DENSE).of(x, AT)));
    rows.add(
        new Row(
            "all of them, nested",
            x ->
                scan(
                        new Two(x, num(1)),
                        xs,
                        (Two c, Tensor r) -> {
                          Tensor n =
                              cond(
                                  c.b().lt(2.5),
                                  () ->
                                      whileLoop(
                                          c.a().times(r),
                                          y -> y.square().sum().gt(0.5),
                                          y -> y.times(0.4).plus(x.times(0.01))),
                                  () -> checkpoint((Tensor y) -> y.sin().times(x)).of(c.a()));
                          return new Step<>(new Two(n.plus(r), c.b().plus(1)), n);
                        })
                    .carry()
                    .a(),
            x -> {
              Tensor c = x;
              for (int i = 0; i < 4; i++) {
                Tensor n;
                if (i < 2) {
                  n = c.times(xs.at(i));
                  while (n.square().sum().item() > 0.5) n = n.times(0.4).plus(x.times(0.01));
                } else n = c.sin().times(x);
                c = n.plus(xs.at(i));
              }
              return c;
            }));
    return rows;
  }

  @Test
  void everyControlOpHasARow() {
    var found = new HashSet<Class<?>>();
    for (Row r : rows()) {
      Fn<Tensor, Tensor> f = r.f();
      io.leibniz.eval.Interpreter.scope()
          .in(
              () -> {
                collect(Trace.at(AT, f).graph(), found);
                return AT;
              });
    }
    assertThat(found).contains(Control.class.getPermittedSubclasses());
    assertThat(found).contains(Packing.class.getPermittedSubclasses());
  }

  private static void collect(Graph g, Set<Class<?>> found) {
    for (Node n : g.verify().order()) {
      found.add(n.op().getClass());
      if (n.op() instanceof Control c) Control.graphs(c).forEach(inner -> collect(inner, found));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agreesWithDifferencesToThirdOrder(Row row) {
    Check.of(row.f()).order(3).directions(2).entries(2).tolerance(2e-6).at(AT).orThrow();
  }

  /** In all modes to third order, under vmap, jit, and through a gradient of a batch. */
  @ParameterizedTest
  @MethodSource("rows")
  void equalsTheSameInPlainJava(Row row) {
    for (String modes : List.of("", "r", "f", "rr", "rf", "fr", "ff", "rrr", "frf", "rfr", "fff")) {
      Fn<Tensor, Tensor> f = derived(row.f(), modes), plain = derived(row.plain(), modes);
      Tensor want = plain.of(AT);
      close(row + " " + modes, f.of(AT), want);
      if (row.name().startsWith("all") && modes.length() > 2) continue; // the points below differ
      Tensor many = Tensor.stack(0, AT, AT.times(1.01), AT.times(0.99));
      Tensor lanes = vmap(f).of(many);
      for (int i = 0; i < 3; i++)
        close(row + " lane of " + modes, lanes.at(i), plain.of(many.at(i)));
      close(row + " jit of " + modes, jit(f).of(AT), want);
    }
    Tensor many = Tensor.stack(0, AT, AT.times(1.01), AT.times(0.99));
    Tensor through = grad((Tensor v) -> vmap(row.f()).of(v).sin().sum()).of(many);
    for (int i = 0; i < 3; i++)
      close(
          row + " gradient of a batch",
          through.at(i),
          grad((Tensor x) -> row.plain().of(x).sin().sum()).of(many.at(i)));
    close(
        row + " Jacobian",
        jacobian(row.f()).reverse().of(AT).matrix(),
        jacobian(row.plain()).forward().of(AT).matrix());
  }

  /** All coefficients go through calls, branches and loops at once: to order 8 as the unrolled program has them, to order 4 as forward mode nested. */
  @ParameterizedTest
  @MethodSource("rows")
  void taylorModeEqualsTheUnrolledProgramAndForwardModeNested(Row row) {
    Tensor v = Tensor.vector(0.3, -0.8, 0.5);
    var at = new Dual<>(AT, v);
    var got = Leibniz.taylor(row.f(), 8).of(at);
    var want = Leibniz.taylor(row.plain(), 8).of(at);
    String modes = "";
    for (int k = 0; k <= 8; k++, modes += "f") {
      close(row + " coefficient " + k, got.coefficient(k), want.coefficient(k));
      if (k <= 4) close(row + " order " + k, got.derivative(k), derived(row.f(), modes).of(AT));
    }
    if (row.name().startsWith("all")) return;
    var lanes =
        vmap((Tensor x) -> Leibniz.taylor(row.f(), 5).of(new Dual<>(x, v)).derivative(5))
            .of(Tensor.stack(0, AT, AT));
    close(row + " in lanes", lanes.at(1), want.derivative(5));
  }

  /** A vector field's derivative along a fixed direction, by pushing, or by pulling, once for each letter. */
  private static Fn<Tensor, Tensor> derived(Fn<Tensor, Tensor> f, String modes) {
    Tensor v = Tensor.vector(0.3, -0.8, 0.5);
    Fn<Tensor, Tensor> g = f;
    for (char m : modes.toCharArray()) {
      Fn<Tensor, Tensor> h = g;
      g =
          m == 'f'
              ? x -> jvp(h).of(new Dual<>(x, v)).tangent()
              : x -> grad((Tensor y) -> h.of(y).times(v).sum()).of(x);
    }
    return g;
  }

  private static void close(String what, Tensor got, Tensor want) {
    assertThat(got.shape()).as(what).isEqualTo(want.shape());
    double[] a = got.doubles(), b = want.doubles();
    for (int i = 0; i < a.length; i++)
      assertThat(
              a[i] == b[i]
                  || Math.abs(a[i] - b[i]) <= 1e-9 * (1 + Math.abs(b[i]))
                  || Double.isNaN(a[i]) && Double.isNaN(b[i]))
          .as("%s: %s and %s", what, got, want)
          .isTrue();
  }

  // ---- loops whose number of turns depends on the data

  private static Tensor newton(Tensor a) {
    return whileLoop(
        a.plus(1),
        x -> x.square().minus(a).abs().gt(a.times(1e-15)),
        x -> x.plus(a.over(x)).times(0.5),
        60);
  }

  private static Tensor newtonInJava(Tensor a) {
    Tensor x = a.plus(1);
    for (int i = 0; i < 60 && Math.abs(x.item() * x.item() - a.item()) > a.item() * 1e-15; i++)
      x = x.plus(a.over(x)).times(0.5);
    return x;
  }

  @Test
  void newtonsRootToThirdOrderEqualsTheUnrolledLoop() {
    Tensor one = num(1);
    for (double a : new double[] {1e-8, 1e-3, 0.5, 2, 7, 1e4, 1e8})
      for (String modes :
          List.of(
              "r", "f", "rr", "ff", "rf", "fr", "rrr", "fff", "rrf", "rfr", "frr", "ffr", "frf",
              "rff")) {
        Fn<Tensor, Tensor> f = ControlTest::newton, plain = ControlTest::newtonInJava;
        for (char m : modes.toCharArray()) {
          Fn<Tensor, Tensor> g = f, h = plain;
          f = m == 'r' ? grad(g) : x -> jvp(g).of(new Dual<>(x, one)).tangent();
          plain = m == 'r' ? grad(h) : x -> jvp(h).of(new Dual<>(x, one)).tangent();
        }
        double got = f.of(num(a)).item(), want = plain.of(num(a)).item();
        assertThat(Math.abs(got - want))
            .as(modes + " at " + a)
            .isLessThanOrEqualTo(1e-9 * Math.abs(want));
        double formula =
            switch (modes.length()) {
              case 1 -> 0.5 / Math.sqrt(a);
              case 2 -> -0.25 / (a * Math.sqrt(a));
              default -> 0.375 / (a * a * Math.sqrt(a));
            };
        assertThat(Math.abs(got - formula))
            .as(modes + " at " + a)
            .isLessThanOrEqualTo(1e-9 * Math.abs(formula));
      }
  }

  /** y′ = −y³ + sin(t)·k with Heun's method and a step that an error estimate chooses. */
  private static Tensor ode(Tensor p) {
    record State(Tensor t, Tensor y, Tensor h) {}
    Fn2<Tensor, Tensor, Tensor> f =
        (t, y) ->
            y.matmul(Tensor.of(new double[][] {{-0.5, 1}, {-1, -0.3}}))
                .tanh()
                .times(p)
                .plus(t.sin());
    return whileLoop(
            new State(num(0), p.times(0.5).plus(1), num(0.1)),
            s -> s.t().lt(2),
            s -> {
              Tensor h = s.h().minimum(num(2).minus(s.t()));
              Tensor k1 = f.of(s.t(), s.y());
              Tensor k2 = f.of(s.t().plus(h), s.y().plus(k1.times(h)));
              Tensor next = s.y().plus(k1.plus(k2).times(h).times(0.5));
              Tensor error = k2.minus(k1).times(h).square().sum().plus(1e-20).sqrt();
              Tensor ok = error.lt(0.02);
              Tensor scale = num(0.02).over(error).sqrt().times(0.9).maximum(0.3).minimum(2);
              return new State(
                  ok.select(s.t().plus(h), s.t()), ok.select(next, s.y()), h.times(scale));
            })
        .y();
  }

  @Test
  void aNeuralOdeWithAnAdaptiveStep() {
    Tensor p = Tensor.vector(1.3, 0.8), v = Tensor.vector(0.4, -0.9), ct = Tensor.vector(1, 0.5);
    double push = jvp(ControlTest::ode).of(new Dual<>(p, v)).tangent().dot(ct).item();
    double pull = Leibniz.vjp(ControlTest::ode).of(p).pull().of(ct).dot(v).item();
    assertThat(Math.abs(push - pull)).isLessThan(1e-10 * Math.abs(push));
    Check.of(ControlTest::ode).tolerance(1e-6).step(1e-3).at(p).orThrow();
  }

  // ---- lanes

  @Test
  void everyLaneStopsOnItsOwn() {
    Tensor at = Tensor.vector(1e-8, 0.3, 1, 2, 50, 1e8);
    Tensor values = vmap(ControlTest::newton).of(at);
    Tensor slopes = vmap(grad(ControlTest::newton)).of(at);
    Tensor through = grad((Tensor v) -> vmap(ControlTest::newton).of(v).sum()).of(at);
    Tensor second = vmap(grad(grad(ControlTest::newton))).of(at);
    for (int i = 0; i < at.size(); i++) {
      assertThat(values.at(i)).isEqualTo(newton(at.at(i)));
      close("slope", slopes.at(i), grad(ControlTest::newton).of(at.at(i)));
      close("slope through a batch", through.at(i), slopes.at(i));
      close("second", second.at(i), grad(grad(ControlTest::newton)).of(at.at(i)));
    }
    Tensor table = at.reshape(2, 3);
    close("vmap of vmap", vmap(vmap(ControlTest::newton)).of(table), values.reshape(2, 3));
  }

  /** A stopped lane's next turn would be NaN, and all lanes share a matrix. */
  @Test
  void aStoppedLaneSpoilsNothing() {
    Tensor w = Tensor.of(new double[][] {{0.9, 0.1}, {0.2, 0.8}});
    Fn2<Tensor, Tensor, Tensor> run =
        (m, u) ->
            whileLoop(u, v -> v.sum().gt(2), v -> v.sqrt().times(1.5).matmul(m).plus(-1)).sum();
    Tensor us = Tensor.of(new double[][] {{3, 4}, {200, 100}, {9, 1}});
    Tensor sum = w.times(0);
    for (int i = 0; i < 3; i++) {
      Tensor u = us.at(i);
      sum = sum.plus(grad((Tensor m) -> run.of(m, u)).of(w));
    }
    close(
        "gradient of the shared matrix",
        grad((Tensor m) -> vmap((Tensor u) -> run.of(m, u)).of(us).sum()).of(w),
        sum);
    Tensor e = Tensor.of(new double[][] {{1, 0}, {0, 0}});
    close(
        "forward",
        jvp((Tensor m) -> vmap((Tensor u) -> run.of(m, u)).of(us).sum())
            .of(new Dual<>(w, e))
            .tangent(),
        sum.at(0).at(0));
  }

  /** A lane that does not take a branch has NaN in it or a singular matrix, and further on all lanes share w. */
  @Test
  void aLaneWithoutTheBranchSpoilsNothing() {
    Tensor eye = Tensor.eye(DType.F64, 3), w = Tensor.vector(0.6, -0.9, 0.35);
    Tensor xs = Tensor.of(new double[][] {{0.7, 0.4, 1.3}, {-1.1, 0.3, 0.2}, {0.25, 1.9, 0.8}});
    Window same = Window.dense().padding(1);
    List<Fn2<Tensor, Tensor, Tensor>> branches =
        List.of(
            (v, x) -> x.sqrt().dot(v),
            (v, x) -> x.times(v).dot(x.sqrt()),
            (v, x) -> x.sqrt().reshape(1, 1, 3).conv(v.reshape(1, 1, 3), same).sum(),
            (v, x) -> x.sqrt().reshape(1, 1, 3).conv(v.times(x).reshape(1, 1, 3), same).sum(),
            (v, x) -> Linalg.solve(eye.times(x.relu()), v).sum(),
            (v, x) -> Linalg.solve(eye.plus(v), x.sqrt()).sum(),
            (v, x) -> Linalg.solve(eye.times(x.relu()), x.times(v)).sum(),
            (v, x) -> Linalg.logdet(eye.times(x.relu()).times(v.square())),
            (v, x) -> Linalg.cholesky(eye.times(x.times(3)).plus(v.outer(v).times(0.1))).sum());
    for (int k = 0; k < branches.size(); k++) {
      var branch = branches.get(k);
      Fn2<Tensor, Tensor, Tensor> f =
          (v, x) -> cond(x.min().gt(0), () -> branch.of(v, x), () -> x.sum());
      Fn2<Tensor, Tensor, Tensor> slope = (v, x) -> grad((Tensor u) -> f.of(v, u)).of(x).sum();
      for (var g : List.of(f, slope)) {
        Tensor sum = w.times(0);
        for (int i = 0; i < 3; i++) {
          Tensor x = xs.at(i);
          sum = sum.plus(grad((Tensor v) -> g.of(v, x)).of(w));
        }
        Tensor got = grad((Tensor v) -> vmap((Tensor x) -> g.of(v, x)).of(xs).sum()).of(w);
        close("branch " + k, got, sum);
      }
    }
  }

  @Test
  void aStoppedLanesInnerLoopDoesNotKeepTheOthersWaiting() {
    Fn<Tensor, Tensor> inner =
        x ->
            whileLoop(
                x,
                v -> v.lt(10),
                v ->
                    whileLoop(
                        v, z -> z.lt(v.plus(1)), z -> z.plus(v.gt(10).select(num(0), num(0.6)))));
    Tensor at = Tensor.vector(1, 9.5, 20);
    for (var f : List.of(inner, grad(inner))) {
      Tensor lanes = vmap(f).of(at);
      for (int i = 0; i < 3; i++) close("lane", lanes.at(i), f.of(at.at(i)));
    }
    Tensor through = grad((Tensor v) -> vmap(inner).of(v).sum()).of(at);
    for (int i = 0; i < 3; i++)
      close("gradient of a batch", through.at(i), grad(inner).of(at.at(i)));
  }

  /** Places outside and division by 0 raise, but not in a lane that is not there. */
  @Test
  void aStoppedLaneDoesNotRaise() {
    Tensor table = Tensor.vector(3, 1, 4, 1, 5);
    record At(Tensor i, Tensor sum) {}
    Fn<Tensor, Tensor> walk =
        n ->
            whileLoop(
                    new At(Tensor.of(0L), num(0)),
                    s -> s.i().lt(n),
                    s -> {
                      Tensor left = n.minus(s.i()); // 0 once the lane has stopped
                      return new At(
                          s.i().plus(Tensor.of(1L)),
                          s.sum()
                              .plus(table.take(s.i(), 0))
                              .plus(Tensor.of(12L).over(left).cast(DType.F64)));
                    })
                .sum();
    Tensor n = Tensor.of(new long[] {5, 0, 2});
    Tensor got = vmap(walk).of(n);
    for (int i = 0; i < 3; i++) assertThat(got.at(i)).isEqualTo(walk.of(n.at(i)));
    assertThatThrownBy(() -> walk.of(Tensor.of(6L))).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aBatchOfNoLanesIsEmpty() {
    Tensor none = Tensor.zeros(DType.F64, 0);
    assertThat(vmap(ControlTest::newton).of(none).shape().dims()).containsExactly(0);
    assertThat(vmap(grad(ControlTest::newton)).of(none).shape().dims()).containsExactly(0);
  }

  // ---- structural zeros cross every border

  @Test
  void structuralZerosCrossCallsBranchesAndLoops() {
    Fn<Tensor, Tensor> kink = x -> x.gt(0).select(x.sqrt(), x.times(2));
    Fn<Tensor, Tensor> called = call(kink);
    Fn<Tensor, Tensor> taken = x -> cond(x.lt(5), () -> kink.of(x), () -> x);
    Fn<Tensor, Tensor> looped =
        x ->
            scan(x, Tensor.vector(1, 1), (Tensor c, Tensor r) -> new Step<>(kink.of(c.times(r)), c))
                .carry();
    for (double at : new double[] {-1, -4, 0}) {
      for (var f : List.of(called, taken)) {
        assertThat(grad(f).of(num(at)).item()).isEqualTo(2);
        assertThat(jvp(f).of(new Dual<>(num(at), num(1))).tangent().item()).isEqualTo(2);
        assertThat(grad(grad(f)).of(num(at)).item()).isEqualTo(0);
        assertThat(vmap(grad(f)).of(Tensor.vector(at, 4)).doubles()).containsExactly(2, 0.25);
      }
      assertThat(grad(looped).of(num(at)).item()).isEqualTo(4);
      assertThat(hessian(looped).of(num(at)).tensor().item()).isEqualTo(0);
    }
    Tensor zero4 = Tensor.vector(0, 4);
    assertThat(
            jacobian(
                    (Tensor v) ->
                        scan(num(0), v, (Tensor c, Tensor x) -> new Step<>(c, x.sqrt())).out())
                .of(zero4)
                .matrix())
        .isEqualTo(Tensor.of(new double[][] {{Double.POSITIVE_INFINITY, 0}, {0, 0.25}}));
  }

  /** 0 · ∞ = NaN in a loop that does not turn, unless its derivative is absent, not 0. */
  @Test
  void aLoopOfNoTurnsHasNoDerivative() {
    Fn<Tensor, Tensor> f =
        x ->
            whileLoop(num(1), c -> c.lt(0), c -> c.times(x))
                .plus(x.sqrt().times(x.gt(0).cast(DType.F64)));
    assertThat(grad(f).of(num(4)).item()).isEqualTo(0.25);
    Fn<Tensor, Tensor> g =
        x -> {
          Tensor r = x.sqrt();
          return whileLoop(num(1), c -> c.lt(0), c -> c.times(r)).plus(x);
        };
    assertThat(grad(g).of(num(0)).item()).isEqualTo(1);
    assertThat(jvp(g).of(new Dual<>(num(0), num(1))).tangent().item()).isEqualTo(1);
    Fn<Tensor, Tensor> h =
        x -> {
          Tensor r = x.sqrt();
          return cond(x.gt(0), () -> r, () -> x.times(3));
        };
    assertThat(grad(h).of(num(0)).item()).isEqualTo(3);
  }

  // ---- integers, keys, structure

  @Test
  void integerCarriesStayExact() {
    record State(Tensor n, Tensor steps, Tensor y) {}
    Fn<Tensor, Tensor> collatz =
        x -> {
          var s =
              whileLoop(
                  new State(Tensor.of(27L), Tensor.of(0), x),
                  c -> c.n().gt(1),
                  c ->
                      new State(
                          cond(
                              c.n().rem(2).eq(0),
                              () -> c.n().over(2),
                              () -> c.n().times(3).plus(1)),
                          c.steps().plus(1),
                          c.y().times(0.9).plus(c.n().cast(DType.F64).times(x).times(1e-4))));
          assertThat(s.steps().dtype()).isEqualTo(DType.I32);
          return s.y().plus(s.steps().cast(DType.F64));
        };
    assertThat(collatz.of(num(0)).item()).isEqualTo(111);
    Check.of(collatz).order(2).at(num(0.7)).orThrow();
  }

  @Test
  void keysAreCarried() {
    record State(Key key, Tensor x) {}
    Fn<Tensor, Tensor> walk =
        x ->
            fori(
                    4,
                    new State(Key.of(3), x),
                    (Tensor i, State s) -> {
                      var two = s.key().split(2);
                      return new State(
                          two.get(0), s.x().plus(two.get(1).normal(DType.F64).times(x)));
                    })
                .x();
    Key key = Key.of(3);
    Tensor x = num(1);
    for (int i = 0; i < 4; i++) {
      var two = key.split(2);
      x = x.plus(two.get(1).normal(DType.F64));
      key = two.get(0);
    }
    assertThat(walk.of(num(1))).isEqualTo(x);
    assertThat(grad(walk).of(num(1)).item())
        .isCloseTo(x.item(), org.assertj.core.data.Offset.offset(1e-12));
  }

  /** Fibonacci's numbers by elements of one array, written in place of zeros, read and added to. */
  @Test
  void elementsAreReadAndWrittenAtComputedPlaces() {
    int n = 8;
    Fn<Tensor, Tensor> fibonacci =
        x ->
            fori(
                n - 2,
                Tensor.zeros(DType.F64, n).write(x, Tensor.of(0L)).addAt(x, Tensor.of(1L)),
                (Tensor i, Tensor a) ->
                    a.write(a.read(i).times(x).plus(a.read(i.plus(1))), i.plus(2)));
    Fn<Tensor, Tensor> plain =
        x -> {
          var a = new ArrayList<>(List.of(x, x));
          for (int i = 0; i < n - 2; i++) a.add(a.get(i).times(x).plus(a.get(i + 1)));
          return Tensor.stack(0, a.toArray(Tensor[]::new));
        };
    assertThat(fibonacci.of(num(1)).doubles()).containsExactly(1, 1, 2, 3, 5, 8, 13, 21);
    Tensor at = num(0.7);
    close("Jacobian", jacobian(fibonacci).of(at).tensor(), jacobian(plain).of(at).tensor());
    Fn<Tensor, Tensor> sum = x -> fibonacci.of(x).square().sum();
    close(
        "Hessian",
        hessian(sum).of(at).tensor(),
        hessian((Tensor x) -> plain.of(x).square().sum()).of(at).tensor());
    Tensor many = Tensor.vector(0.7, 1.1);
    close("lanes", vmap(grad(sum)).of(many).at(0), grad(sum).of(at));
    assertThatThrownBy(() -> Tensor.vector(1, 2).read(Tensor.of(2L)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Tensor.vector(1, 2).read())
        .hasMessageContaining("read needs a place for each of the 1 axes of [2], got 0");
    assertThatThrownBy(() -> Tensor.vector(1, 2).write(Tensor.vector(1), Tensor.of(0L)))
        .hasMessageContaining("one element needs a scalar, got [1]");
  }

  @Test
  void carriesAreTrees() {
    Map<String, Tensor> init = new LinkedHashMap<>();
    init.put("a", num(1));
    init.put("b", num(2));
    var out =
        fori(
            3,
            init,
            (Tensor i, Map<String, Tensor> m) ->
                Map.of("b", m.get("a"), "a", m.get("b").plus(m.get("a"))));
    assertThat(out.get("a").item()).isEqualTo(7);
    assertThat(out.get("b").item()).isEqualTo(4);
  }

  @Test
  void anEmptyScanReturnsItsCarry() {
    var s =
        scan(
            num(2),
            Tensor.zeros(DType.F64, 0, 3),
            (Tensor c, Tensor r) -> new Step<>(c.plus(1), r));
    assertThat(s.carry().item()).isEqualTo(2);
    assertThat(s.out().shape().dims()).containsExactly(0, 3);
    assertThat(
            grad((Tensor x) ->
                    scan(
                            x,
                            Tensor.zeros(DType.F64, 0),
                            (Tensor c, Tensor r) -> new Step<>(c.sin(), c))
                        .carry())
                .of(num(2))
                .item())
        .isEqualTo(1);
  }

  // ---- rules of one's own

  @Test
  void aRuleOfOnesOwnSurvivesNesting() {
    // a wrong derivative on purpose: three times the right one
    Fn<Tensor, Tensor> f =
        custom(
            (Tensor x) -> x.sin(), (Tensor x, Tensor y, Tensor dx) -> dx.times(x.cos()).times(3));
    Tensor at = num(0.7);
    double c = 3 * Math.cos(0.7), s = -3 * Math.sin(0.7);
    for (var g :
        List.<Fn<Tensor, Tensor>>of(
            f,
            call(f),
            checkpoint(f),
            x -> cond(x.gt(0), () -> f.of(x), () -> x),
            x ->
                scan(num(0), x.reshape(1), (Tensor k, Tensor r) -> new Step<>(k, f.of(r)))
                    .out()
                    .sum(),
            jit(f),
            x -> vmap(f).of(x.reshape(1)).sum())) {
      assertThat(grad(g).of(at).item()).isCloseTo(c, org.assertj.core.data.Offset.offset(1e-14));
      assertThat(jvp(g).of(new Dual<>(at, num(1))).tangent().item())
          .isCloseTo(c, org.assertj.core.data.Offset.offset(1e-14));
      assertThat(grad(grad(g)).of(at).item())
          .isCloseTo(s, org.assertj.core.data.Offset.offset(1e-14));
    }
    // the primal of a derivative keeps the rule: d/dx (f(x)·f′(x)) asks f for its slope again
    Fn<Tensor, Tensor> twice = x -> f.of(f.of(x));
    assertThat(grad(twice).of(at).item())
        .isCloseTo(
            9 * Math.cos(Math.sin(0.7)) * Math.cos(0.7),
            org.assertj.core.data.Offset.offset(1e-14));
  }

  /** Neither does a rule of one's own run for a stopped lane: it would take from outside of an array, or never end. */
  @Test
  void aRuleOfOnesOwnLeavesStoppedLanesAlone() {
    record Walk(Tensor at, Tensor x) {}
    Tensor table = Tensor.vector(3, 1, 4, 1, 5);
    Fn<Walk, Tensor> look =
        custom(
            (Walk s) -> s.x().times(table.take(s.at(), 0)),
            (Walk s, Tensor y, Walk d) -> d.x().times(table.take(s.at(), 0)));
    Fn2<Tensor, Tensor, Tensor> walk =
        (from, x) ->
            whileLoop(
                    new Walk(from, x),
                    s -> s.at().lt(5),
                    s -> new Walk(s.at().plus(1), look.of(s).sin()))
                .x();
    Tensor from = Tensor.of(new long[] {0, 4, 7}), at = Tensor.vector(0.3, 0.5, 0.7);
    Tensor slopes = grad((Tensor v) -> vmap(walk).of(from, v).sum()).of(at);
    for (int i = 0; i < 3; i++) {
      Tensor n = from.at(i);
      assertThat(vmap(walk).of(from, at).at(i)).isEqualTo(walk.of(n, at.at(i)));
      close("slope", slopes.at(i), grad((Tensor x) -> walk.of(n, x)).of(at.at(i)));
    }

    Fn<Tensor, Tensor> climb =
        custom(
            (Tensor v) ->
                whileLoop(v, z -> z.lt(v.plus(1)), z -> z.plus(v.gt(10).select(num(0), num(0.6)))),
            (Tensor v, Tensor y, Tensor d) -> d.times(y.cos()));
    Fn<Tensor, Tensor> f = x -> whileLoop(x, v -> v.lt(10), climb);
    Tensor lanes = Tensor.vector(1, 9.5, 20);
    for (var g : List.of(f, grad(f), grad(grad(f))))
      for (int i = 0; i < 3; i++) close("lane", vmap(g).of(lanes).at(i), g.of(lanes.at(i)));
  }

  @Test
  void gradientClippingAsARule() {
    Fn<Tensor, Tensor> straight =
        custom((Tensor x) -> x.round(), (Tensor x, Tensor y, Tensor dx) -> dx);
    Tensor at = Tensor.vector(0.2, 1.7, -3.4);
    assertThat(grad((Tensor x) -> straight.of(x).square().sum()).of(at))
        .isEqualTo(at.round().times(2));
  }

  @Test
  void whatMovesMustBeAnArgumentOfARule() {
    assertThatThrownBy(
            () ->
                grad((Tensor k) ->
                        custom(
                                (Tensor x) -> x.times(k),
                                (Tensor x, Tensor y, Tensor dx) -> dx.times(k))
                            .of(k))
                    .of(num(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("captures a tensor f64[] that moves; pass it to the function");
  }

  @Test
  void aCallOutOfTheGraphIsLaneByLane() {
    Fn<Tensor, Tensor> f =
        x ->
            customCall(
                    "root",
                    List.of(Type.of(DType.F64)),
                    (List<Tensor> t) -> {
                      if (t.getFirst().item() < 0) throw new IllegalArgumentException("negative");
                      return List.of(t.getFirst().sqrt());
                    },
                    (t, y, d) -> List.of(d.getFirst().times(0.5).over(y.getFirst())))
                .of(List.of(x))
                .getFirst();
    assertThat(vmap(f).of(Tensor.vector(1, 4, 9)).doubles()).containsExactly(1, 2, 3);
    assertThat(vmap(grad(f)).of(Tensor.vector(1, 4)).doubles()).containsExactly(0.5, 0.25);
    Fn<Tensor, Tensor> guarded = x -> cond(x.ge(0), () -> f.of(x), () -> x);
    assertThat(vmap(guarded).of(Tensor.vector(4, -1)).doubles()).containsExactly(2, -1);
    assertThat(vmap(grad(guarded)).of(Tensor.vector(4, -1)).doubles()).containsExactly(0.25, 1);
    assertThatThrownBy(() -> f.of(num(-1))).hasMessage("negative");
  }

  @Test
  void aCallOutOfTheGraphWithoutATangentSaysSo() {
    Fn<Tensor, Tensor> f =
        x ->
            customCall("opaque", List.of(x.type()), (List<Tensor> t) -> t)
                .of(List.of(x))
                .getFirst();
    assertThat(f.of(num(2)).item()).isEqualTo(2);
    assertThatThrownBy(() -> grad(f).of(num(2)))
        .hasMessageContaining(
            "customCall opaque has no tangent, so it cannot be differentiated; give it one, or stopGradient its arguments");
    assertThat(grad((Tensor x) -> f.of(stopGradient(x)).times(x)).of(num(2)).item()).isEqualTo(2);
    Fn<Tensor, Tensor> lies =
        x ->
            customCall("lies", List.of(Type.of(DType.F64, 2)), (List<Tensor> t) -> t)
                .of(List.of(x))
                .getFirst();
    assertThatThrownBy(() -> lies.of(num(1)))
        .hasMessageContaining("customCall lies needs results [f64[2]] as declared");
  }

  // ---- memory

  private static Tensor block(Tensor x) {
    Tensor u = x;
    for (int i = 0; i < 6; i++) u = u.sin().times(u).exp().tanh().times(0.05).plus(u);
    return u;
  }

  @Test
  void aCheckpointKeepsItsArgumentsOnly() {
    Tensor at = Key.of(1).normal(DType.F64, 100);
    Fn<Tensor, Tensor> plain = x -> block(block(x)).sum();
    Fn<Tensor, Tensor> saved =
        x -> checkpoint(ControlTest::block).of(checkpoint(ControlTest::block).of(x)).sum();
    assertThat(ControlClaims.kept(plain, at)).isGreaterThan(4000);
    assertThat(ControlClaims.kept(saved, at))
        .isEqualTo(200); // x, and what the first block made of it
    close("gradient", grad(saved).of(at), grad(plain).of(at));
    close(
        "kept under a second derivative",
        hessian(saved).of(at).matrix(),
        hessian(plain).of(at).matrix());
  }

  @Test
  void aScanWithCheckpointsKeepsRootMany() {
    Tensor at = Key.of(1).normal(DType.F64, 10);
    Map<Integer, Long> all = new LinkedHashMap<>(), some = new LinkedHashMap<>();
    for (int n : new int[] {100, 400, 1600}) {
      Tensor xs = Key.of(2).normal(DType.F64, n, 1).times(0.01);
      Fn2<Tensor, Tensor, Step<Tensor, Tensor>> f =
          (c, r) -> new Step<>(block(c.plus(r)), Tensor.of(0.0));
      Fn<Tensor, Tensor> every = x -> scan(x, xs, f).carry().sum();
      Fn<Tensor, Tensor> root = x -> scan(x, xs, f, Checkpoints.root()).carry().sum();
      all.put(n, ControlClaims.kept(every, at));
      some.put(n, ControlClaims.kept(root, at) - n); // the rows of xs are there anyway
      if (n == 100) close("gradient", grad(root).of(at), grad(every).of(at));
    }
    assertThat(all.get(1600)).isGreaterThan(15 * all.get(100));
    assertThat(some.get(100)).isLessThanOrEqualTo(2 * 10 * 10);
    assertThat(some.get(1600))
        .isLessThanOrEqualTo(4 * some.get(100) + 40)
        .isLessThan(all.get(1600) / 500);
  }

  @Test
  void aSharedMatrixIsNotStacked() {
    Tensor w = Key.of(1).normal(DType.F64, 30, 30).times(0.1);
    Tensor xs = Key.of(2).normal(DType.F64, 40, 30);
    Fn<Tensor, Tensor> rnn =
        m ->
            scan(
                    Tensor.zeros(DType.F64, 30),
                    xs,
                    (Tensor h, Tensor x) -> {
                      Tensor n = h.matmul(m).plus(x).tanh();
                      return new Step<>(n, n);
                    })
                .out()
                .sum();
    // h and the slope of tanh, 30 numbers a turn each, and the matrix once
    assertThat(ControlClaims.kept(rnn, w)).isLessThanOrEqualTo(40 * 30 * 4 + 900);
    Check.of(rnn).at(w).orThrow();
  }

  @Test
  void aMillionTurns() {
    int n = 1_000_000;
    Fn<Tensor, Tensor> f = w -> fori(n, num(0.5), (Tensor i, Tensor c) -> c.times(w).sin());
    double c = 0.5, dc = 0;
    for (int i = 0; i < n; i++) {
      double z = c * 1.3, dz = dc * 1.3 + c;
      dc = Math.cos(z) * dz;
      c = Math.sin(z);
    }
    Tensor zeros = Tensor.zeros(DType.F64, n);
    Fn<Tensor, Tensor> scanned =
        w ->
            scan(
                    num(0.5),
                    zeros,
                    (Tensor k, Tensor row) -> new Step<>(k.times(w).plus(row).sin(), k))
                .carry();
    assertThat(grad(scanned).of(num(1.3)).item())
        .isCloseTo(dc, org.assertj.core.data.Offset.offset(1e-11));
    assertThat(grad(f).of(num(1.3)).item())
        .isCloseTo(dc, org.assertj.core.data.Offset.offset(1e-11));
  }

  @Test
  void plainJavaOfAHundredThousandTurns() {
    int n = 100_000;
    Fn<Tensor, Tensor> chain =
        w -> {
          Tensor c = num(0.5);
          for (int i = 0; i < n; i++) c = c.times(w).sin();
          return c;
        };
    Fn<Tensor, Tensor> f = w -> fori(n, num(0.5), (Tensor i, Tensor c) -> c.times(w).sin());
    close("plain", grad(chain).of(num(1.3)), grad(f).of(num(1.3)));
    Fn<Tensor, Tensor> asking =
        a -> {
          Tensor v = a;
          while (v.item() < 2e4) v = v.plus(a);
          return v;
        };
    assertThat(grad(asking).of(num(1)).item()).isEqualTo(2e4);
  }

  // ---- errors

  static Stream<Object[]> errors() {
    Tensor v = Tensor.vector(1, 2, 3);
    return Stream.of(
        error(
            () -> whileLoop(new Two(v, num(0)), c -> c.b().lt(3), c -> new Two(c.a().sum(), c.b())),
            "whileLoop needs the carry to keep its types, but a starts as f64[3] and comes back as f64[]; cast or reshape it"),
        error(
            () ->
                fori(
                    3,
                    Tensor.of(0),
                    (Tensor i, Tensor c) -> c.plus(i.cast(DType.I32)).cast(DType.I64)),
            "fori needs the carry to keep its types, but it starts as i32[] and comes back as i64[]; cast or reshape it"),
        error(
            () ->
                scan(
                    List.of(v, v),
                    v,
                    (List<Tensor> c, Tensor r) -> new Step<>(List.of(c.get(0)), r)),
            "scan needs trees of one structure, but one has the leaf [1] and the other has not"),
        error(
            () -> whileLoop(v, c -> c.gt(0), c -> c),
            "whileLoop needs a condition of one truth value, got bool[3]"),
        error(
            () -> whileLoop(v, c -> c.sum(), c -> c),
            "whileLoop needs a condition of one truth value, got f64[]"),
        error(
            () -> cond(v.gt(0), () -> v, () -> v),
            "cond needs one truth value, got bool[3]; reduce it with all() or any()"),
        error(
            () -> cond(v.sum().gt(0), () -> v, () -> v.sum()),
            "cond needs the branches to keep its types, but it gives f64[3] and comes back as f64[]"),
        error(
            () -> scan(v, num(1), (Tensor c, Tensor r) -> new Step<>(c, r)),
            "scan needs rows to go through, but the argument is a scalar"),
        error(
            () -> scan(v, List.of(), (Tensor c, List<Tensor> r) -> new Step<>(c, c)),
            "scan needs a tensor whose rows it goes through"),
        error(
            () -> fori(num(3), v, (Tensor i, Tensor c) -> c),
            "fori needs its number of turns as one i64, got f64[]; cast it"),
        error(() -> Checkpoints.every(0), "checkpoints need a distance of one turn or more, got 0"),
        error(
            () -> {
              record Counted(Tensor x, int k) {}
              whileLoop(
                  new Counted(num(1), 0),
                  c -> c.x().lt(5),
                  c -> new Counted(c.x().plus(1), c.k() + 1));
            },
            "whileLoop needs the carry to keep all that is no tensor, but k is 0, then 1; make it a tensor"));
  }

  private static Object[] error(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable what, String message) {
    return new Object[] {what, message};
  }

  @ParameterizedTest
  @MethodSource("errors")
  void saysWhatIsWrong(org.assertj.core.api.ThrowableAssert.ThrowingCallable what, String message) {
    assertThatThrownBy(what).isInstanceOf(ShapeException.class).hasMessageContaining(message);
    // and likewise while a function is traced
  }

  @Test
  void branchingInsideALoopRaises() {
    assertThatThrownBy(
            () ->
                grad((Tensor x) ->
                        whileLoop(x, c -> c.lt(5), c -> c.item() > 2 ? c.plus(1) : c.plus(2)))
                    .of(num(1)))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("use select, cond or whileLoop");
    // but what comes from outside has its value
    assertThat(
            grad((Tensor x) ->
                    whileLoop(
                        num(0), c -> c.lt(5), c -> x.item() > 2 ? c.plus(x) : c.plus(x.times(2))))
                .of(num(3))
                .item())
        .isEqualTo(2);
  }

  @Test
  void aCarryThatLeaksIsCaught() {
    var leaked = new ArrayList<Tensor>();
    grad((Tensor x) ->
            whileLoop(
                x,
                c -> c.lt(5),
                c -> {
                  leaked.add(c);
                  return c.plus(1);
                }))
        .of(num(1));
    assertThatThrownBy(() -> leaked.getFirst().plus(1)).isInstanceOf(TraceException.class);
  }
}
