package io.leibniz;

import static io.leibniz.Flow.checkpoint;
import static io.leibniz.Flow.cond;
import static io.leibniz.Flow.scan;
import static io.leibniz.Flow.whileLoop;
import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.taylor;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.check.Check;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Factoring;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Op;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.transform.Simplify;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ops of several results, qr, eigh and svd: values, joint tangents in all modes, and what is left of them where values coincide. */
class FactoringTest {

  private static final double NaN = Double.NaN;

  private static Tensor draw(int seed, int... dims) {
    return Key.of(seed).normal(DType.F64, dims);
  }

  private static Tensor matrix(double... x) {
    int n = (int) Math.sqrt(x.length);
    return Tensor.of(x, n, n);
  }

  private static Tensor transpose(Tensor a) {
    return a.moveAxis(-1, -2);
  }

  private static Tensor symmetric(Tensor a) {
    return a.plus(transpose(a)).times(0.5);
  }

  /** V·diag(w)·Vᵀ. */
  private static Tensor with(Tensor v, Tensor w) {
    return v.times(w.expand(-2)).matmul(transpose(v));
  }

  /** An orthogonal matrix. */
  private static Tensor rotation(int seed, int n) {
    return Linalg.qr(draw(seed, n, n)).q();
  }

  /** The greatest difference; of nothing 0. */
  private static double apart(Tensor a, Tensor b) {
    assertThat(a.type()).isEqualTo(b.type());
    return a.size() == 0 ? 0 : a.minus(b).abs().max().item();
  }

  private static boolean anyNaN(Tensor a) {
    return a.isNaN().any().item() == 1;
  }

  // ---- values

  private static final Map<String, Fn<Recorded.Case, Tensor>> OPS = new HashMap<>();

  static {
    OPS.put("qr.q", c -> Linalg.qr(c.in(0)).q());
    OPS.put("qr.r", c -> Linalg.qr(c.in(0)).r());
    OPS.put("eigh.values", c -> Linalg.eigh(c.in(0)).values());
    OPS.put("eigh.vectors", c -> Linalg.eigh(c.in(0)).vectors());
    OPS.put("svd.u", c -> Linalg.svd(c.in(0)).u());
    OPS.put("svd.s", c -> Linalg.svd(c.in(0)).s());
    OPS.put("svd.vt", c -> Linalg.svd(c.in(0)).vt());
    OPS.put("spectralNorm", c -> Linalg.spectralNorm(c.in(0)));
    OPS.put("nuclearNorm", c -> Linalg.nuclearNorm(c.in(0)));
    OPS.put("lstsq", c -> Linalg.lstsq(c.in(0), c.in(1)));
    OPS.put("pinv", c -> Linalg.pinv(c.in(0)));
  }

  static Stream<String> ops() {
    return OPS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("ops")
  void givesWhatNumPyGives(String op) {
    assertThat(Recorded.of(op)).isNotEmpty();
    for (var c : Recorded.of(op))
      c.check(OPS.get(op), c.in(0).dtype() == DType.F32 ? 0x1p29 * 32 : 200);
  }

  @Test
  void theFactorsMultiplyBack() {
    for (int[] s :
        new int[][] {
          {0, 0}, {2, 0}, {0, 2}, {1, 1}, {4, 4}, {5, 3}, {3, 5}, {2, 4, 2}, {2, 2, 4}
        }) {
      Tensor a = draw(s.length + s[0], s);
      var qr = Linalg.qr(a);
      assertThat(apart(qr.q().matmul(qr.r()), a)).isLessThan(1e-14);
      assertThat(qr.r()).isEqualTo(qr.r().triu(0));
      var svd = Linalg.svd(a);
      assertThat(apart(svd.u().times(svd.s().expand(-2)).matmul(svd.vt()), a)).isLessThan(1e-14);
      Tensor p = Linalg.pinv(a);
      assertThat(apart(a.matmul(p).matmul(a), a)).isLessThan(1e-13);
      if (s[s.length - 1] != s[s.length - 2]) continue;
      var e = Linalg.eigh(a);
      assertThat(apart(with(e.vectors(), e.values()), symmetric(a))).isLessThan(1e-14);
      assertThat(Linalg.eigvalsh(a)).isEqualTo(e.values());
    }
  }

  @Test
  void leastSquaresSolvesTheNormalEquations() {
    for (int[] s : new int[][] {{5, 3}, {3, 3}, {2, 5, 3}}) {
      Tensor a = draw(1, s), b = draw(2, 5).slice(Range.to(s[s.length - 2]));
      Tensor x = s.length == 2 ? Linalg.lstsq(a, b) : Linalg.lstsq(a, b.expand(-1)).squeeze(-1);
      Tensor off = a.matmul(x.expand(-1)).minus(b.expand(-1));
      assertThat(apart(transpose(a).matmul(off), x.expand(-1).times(0))).isLessThan(1e-13);
    }
    Tensor wide = draw(3, 2, 4), b = draw(4, 2), x = Linalg.lstsq(wide, b);
    assertThat(apart(wide.matmul(x), b)).isLessThan(1e-14);
    assertThat(apart(Linalg.pinv(wide).matmul(b), x)).isLessThan(1e-14); // the shortest
  }

  @Test
  void singlePrecisionIsComputedInDoubleAndRoundedOnce() {
    Tensor a = draw(1, 4, 3), single = a.cast(DType.F32), again = single.cast(DType.F64);
    for (var row : rows()) {
      if (row.at.rank() != 2) continue;
      Tensor x = row.at.cast(DType.F32), y = row.f.of(x);
      assertThat(y).isEqualTo(row.f.of(x.cast(DType.F64)).cast(DType.F32));
      Tensor g = grad((Tensor t) -> row.f.of(t).sum()).of(x);
      Tensor exact = grad((Tensor t) -> row.f.of(t).sum()).of(x.cast(DType.F64));
      assertThat(g.dtype()).isEqualTo(DType.F32);
      assertThat(apart(g.cast(DType.F64), exact)).as(row.name).isLessThan(2e-5);
    }
    assertThat(Linalg.svdvals(single)).isEqualTo(Linalg.svdvals(again).cast(DType.F32));
  }

  // ---- derivatives

  /** A function of a matrix, all results of one op beside each other, at a matrix where they are smooth. */
  record Row(String name, Class<? extends Factoring> op, Fn<Tensor, Tensor> f, Tensor at) {
    @Override
    public String toString() {
      return name + " " + at.type();
    }
  }

  /** All results as one vector. */
  private static Tensor all(List<Tensor> ys) {
    return Tensor.concat(0, ys.stream().map(Tensor::flatten).toArray(Tensor[]::new));
  }

  static List<Row> rows() {
    var rows = new ArrayList<Row>();
    var shapes = new int[][] {{3, 3}, {4, 2}, {1, 1}, {2, 1}, {2, 3, 2}, {2, 2, 2}};
    for (Op op : List.of(new Factoring.Qr(), new Factoring.Eigh(), new Factoring.Svd()))
      for (int[] s : shapes) {
        boolean square = s[s.length - 1] == s[s.length - 2];
        if (op instanceof Factoring.Eigh && !square) continue;
        var f = (Factoring) op;
        rows.add(new Row(op.toString(), f.getClass(), a -> all(Tensor.several(op, a)), draw(5, s)));
      }
    return rows;
  }

  /** Through the façade, wide matrices among them, and functions that do not depend on signs. */
  static List<Row> uses() {
    var uses = new ArrayList<Row>();
    Tensor square = draw(5, 3, 3), tall = draw(6, 4, 2), wide = draw(7, 2, 4), b = draw(8, 4);
    var qr = Factoring.Qr.class;
    var eigh = Factoring.Eigh.class;
    var svd = Factoring.Svd.class;
    for (Tensor a : List.of(square, tall, wide)) {
      Tensor side = b.slice(Range.to(a.dim(0)));
      uses.add(new Row("Q, R", qr, x -> all(List.of(Linalg.qr(x).q(), Linalg.qr(x).r())), a));
      uses.add(new Row("lstsq", qr, x -> Linalg.lstsq(x, side), a));
      uses.add(new Row("lstsq both", qr, x -> Linalg.lstsq(x, x.sin()), a));
      uses.add(
          new Row(
              "U, s, V",
              svd,
              x -> {
                var y = Linalg.svd(x);
                return all(List.of(y.u(), y.s(), y.vt()));
              },
              a));
      uses.add(
          new Row(
              "polar",
              svd,
              x -> {
                var y = Linalg.svd(x);
                return y.u().matmul(y.vt());
              },
              a));
      uses.add(new Row("norms", svd, x -> Linalg.spectralNorm(x).times(Linalg.nuclearNorm(x)), a));
      uses.add(new Row("pinv", svd, Linalg::pinv, a));
    }
    uses.add(
        new Row(
            "V, w",
            eigh,
            x -> {
              var y = Linalg.eigh(x);
              return all(List.of(y.values(), y.vectors()));
            },
            square));
    uses.add(
        new Row(
            "exp A",
            eigh,
            x -> {
              var y = Linalg.eigh(x);
              return with(y.vectors(), y.values().exp());
            },
            square));
    return uses;
  }

  static Stream<Row> everything() {
    return Stream.concat(rows().stream(), uses().stream());
  }

  @Test
  void everyFactoringHasARow() {
    assertThat(rows().stream().map(Row::op).distinct().toArray())
        .containsExactlyInAnyOrder((Object[]) Factoring.class.getPermittedSubclasses());
  }

  /** To third order, push and pull and all compositions of them; inside other functions, too. */
  @ParameterizedTest
  @MethodSource("everything")
  void agreesWithDifferencesToThirdOrder(Row row) {
    Check.of(row.f).order(3).directions(1).entries(2).tolerance(2e-6).at(row.at).orThrow();
    Fn<Tensor, Tensor> inside = x -> row.f.of(x.sin().plus(x)).square();
    Check.of(inside).order(2).directions(1).entries(1).tolerance(2e-6).at(row.at).orThrow();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void pushingIsPulling(Row row) {
    var j = jacobian(row.f);
    assertThat(apart(j.forward().of(row.at).matrix(), j.reverse().of(row.at).matrix()))
        .isLessThan(1e-12);
  }

  @ParameterizedTest
  @MethodSource("everything")
  void aBatchIsItsMatricesOneByOne(Row row) {
    Tensor lanes = Tensor.stack(0, row.at, row.at.times(1.05), row.at.plus(0.01));
    Fn<Tensor, Tensor> g = grad((Tensor x) -> row.f.of(x).sin().sum());
    Tensor values = vmap(row.f).of(lanes), grads = vmap(g).of(lanes);
    Tensor through = grad((Tensor x) -> vmap(row.f).of(x).sin().sum()).of(lanes);
    for (int i = 0; i < 3; i++) {
      Tensor one = lanes.at(i);
      assertThat(apart(values.at(i), row.f.of(one))).isLessThan(1e-14);
      assertThat(apart(grads.at(i), g.of(one))).isLessThan(1e-12);
      assertThat(apart(through.at(i), g.of(one))).isLessThan(1e-12);
    }
    assertThat(jit(g).of(row.at)).isEqualTo(g.of(row.at));
  }

  /** All coefficients at once, as forward mode nested has them. */
  @ParameterizedTest
  @MethodSource("everything")
  void taylorModeIsForwardModeNested(Row row) {
    int n = 8;
    // exp A is smooth, but written by its vectors: terms with powers of 1 / (w_j − w_i) cancel
    double tolerance = row.name.equals("exp A") ? 1e-8 : 1e-9;
    Tensor v = draw(9, row.at.shape().dims()).times(0.3);
    Fn<Tensor, Tensor> g = x -> row.f.of(x.sin());
    var series = taylor(g, n).of(new Dual<>(row.at, v));
    for (int k = 0; k <= n; k++) {
      Tensor want = g.of(row.at), got = series.derivative(k);
      double size = Math.max(1, want.abs().max().item());
      assertThat(apart(got, want)).as("order %d", k).isLessThan(tolerance * size);
      Fn<Tensor, Tensor> h = g;
      g = x -> jvp(h).of(new Dual<>(x, v)).tangent();
    }
  }

  /** The results move jointly: A = Q·R, V·diag(w)·Vᵀ, U·diag(s)·Vᵀ to order 12. */
  @Test
  void theSeriesOfTheFactorsMultiplyBack() {
    Tensor a = draw(5, 4, 3), v = draw(6, 4, 3);
    List<Fn<Tensor, Tensor>> back =
        List.of(
            x -> Linalg.qr(x).q().matmul(Linalg.qr(x).r()),
            x -> {
              var f = Linalg.svd(x);
              return f.u().times(f.s().expand(-2)).matmul(f.vt());
            },
            x -> {
              var f = Linalg.eigh(transpose(x).matmul(x));
              return with(f.vectors(), f.values());
            });
    for (int i = 0; i < 3; i++) {
      Fn<Tensor, Tensor> self = i < 2 ? x -> x : x -> transpose(x).matmul(x);
      var got = taylor(back.get(i), 12).of(new Dual<>(a, v.times(0.1)));
      var want = taylor(self, 12).of(new Dual<>(a, v.times(0.1)));
      for (int k = 0; k <= 12; k++)
        assertThat(apart(got.coefficient(k), want.coefficient(k))).isLessThan(1e-11);
    }
  }

  // ---- where values coincide

  /** Functions of eigenvalues that do not depend on their order, and their gradients as matrix functions. */
  private static final Map<String, List<Fn<Tensor, Tensor>>> SYMMETRIC =
      Map.of(
          "trace", List.of(w -> w.sum(), w -> w.times(0).plus(1)),
          "log det", List.of(w -> w.log().sum(), w -> w.pow(-1)),
          "exp", List.of(w -> w.exp().sum(), w -> w.exp()),
          "square", List.of(w -> w.square().sum(), w -> w.times(2)));

  private static List<Tensor> degenerate() {
    return List.of(
        Tensor.eye(DType.F64, 3),
        with(Tensor.eye(DType.F64, 4), Tensor.vector(1, 2, 2, 3)),
        symmetric(with(rotation(1, 4), Tensor.vector(1, 2, 2, 3))),
        symmetric(with(rotation(2, 5), Tensor.vector(0.5, 0.5, 0.5, 3, 3))),
        symmetric(with(rotation(3, 6), Tensor.vector(7, 7, 7, 7, 7, 7))));
  }

  @Test
  void symmetricFunctionsOfEqualEigenvaluesHaveTheirFirstDerivative() {
    for (Tensor a : degenerate())
      SYMMETRIC.forEach(
          (name, f) -> {
            var e = Linalg.eigh(a);
            Tensor want = with(e.vectors(), f.get(1).of(e.values()));
            Fn<Tensor, Tensor> of = x -> f.get(0).of(Linalg.eigvalsh(x));
            double rounding = 1e-14 * want.abs().max().item();
            assertThat(apart(grad(of).of(a), want)).as(name).isLessThan(rounding);
            assertThat(apart(jacobian(of).forward().of(a).tensor(), want)).isLessThan(rounding);
            Check.of(of).entries(0).at(a).orThrow();
          });
  }

  /** Never a wrong number: the tangents of the vectors are in them. Where the values are simple they are right. */
  @Test
  void theirSecondDerivativeIsNaN() {
    for (Tensor a : degenerate())
      SYMMETRIC.forEach(
          (name, f) -> {
            Fn<Tensor, Tensor> of = x -> f.get(0).of(Linalg.eigvalsh(x));
            Tensor v = draw(3, a.shape().dims());
            Fn<Tensor, Tensor> pushed = x -> jvp(of).of(new Dual<>(x, v)).tangent();
            assertThat(jvp(pushed).of(new Dual<>(a, v)).tangent()).isEqualTo(Tensor.of(NaN));
            assertThat(anyNaN(grad(pushed).of(a))).as(name).isTrue();
            assertThat(anyNaN(jvp(grad(of)).of(new Dual<>(a, v)).tangent())).isTrue();
            assertThat(taylor(of, 2).of(new Dual<>(a, v)).coefficient(1).isFinite().item())
                .isEqualTo(1);
            assertThat(taylor(of, 2).of(new Dual<>(a, v)).coefficient(2)).isEqualTo(Tensor.of(NaN));
          });
    Tensor a = with(rotation(1, 3), Tensor.vector(1, 2, 4));
    Tensor h = hessian((Tensor x) -> Linalg.eigvalsh(x).log().sum()).of(a).matrix();
    assertThat(apart(h, hessian((Tensor x) -> Linalg.logdet(symmetric(x))).of(a).matrix()))
        .isLessThan(1e-13);
  }

  /** Rounding does not make two values of a double one, nor a double one of two. */
  @Test
  void whatDiffersByRoundingIsEqual() {
    for (int n : new int[] {2, 5, 12, 30})
      for (int seed = 0; seed < 4; seed++)
        for (DType dtype : List.of(DType.F64, DType.F32)) {
          double[] w = draw(seed, n).exp().plus(Tensor.arange(n).cast(DType.F64)).doubles();
          Fn<Tensor, Tensor> f = grad((Tensor x) -> Linalg.eigh(x).vectors().sin().sum());
          Tensor v = rotation(seed + n, n);
          Tensor simple = symmetric(with(v, Tensor.of(w)));
          assertThat(anyNaN(f.of(simple.cast(dtype)))).isFalse();
          w[n - 1] = w[0];
          Tensor twice = symmetric(with(v, Tensor.of(w)));
          if (dtype == DType.F64) assertThat(anyNaN(f.of(twice))).isTrue();
          Tensor one = Tensor.eye(dtype, n).times(0.1);
          assertThat(anyNaN(f.of(one))).isTrue();
        }
  }

  /** Two eigenvalues that are 0 but for rounding are equal: e^A of a matrix of low rank has no wrong derivative. */
  @Test
  void whatIsZeroButForRoundingIsEqual() {
    for (int n : new int[] {3, 6, 20})
      for (DType dtype : List.of(DType.F64, DType.F32)) {
        Tensor b = draw(n, n, n - 2).cast(dtype), a = b.matmul(b.transpose());
        Fn<Tensor, Tensor> f = x -> Linalg.eigvalsh(x).sin().sum();
        assertThat(anyNaN(grad(f).of(a))).isFalse();
        assertThat(anyNaN(jvp(grad(f)).of(new Dual<>(a, a)).tangent())).isTrue();
        Fn<Tensor, Tensor> sine =
            x -> {
              var e = Linalg.eigh(x);
              return with(e.vectors(), e.values().sin()).square().sum();
            };
        assertThat(anyNaN(grad(sine).of(a))).isTrue();
        assertThat(anyNaN(grad((Tensor x) -> Linalg.svd(x).u().sum()).of(a))).isTrue();
        // one alone is a simple one
        Tensor c = draw(n, n, n - 1).cast(dtype), once = c.matmul(c.transpose());
        assertThat(anyNaN(jvp(grad(f)).of(new Dual<>(once, once)).tangent())).isFalse();
        assertThat(anyNaN(grad((Tensor x) -> Linalg.svd(x).u().sum()).of(once))).isFalse();
      }
  }

  /** And in both modes: those of equal values beside them are NaN, and spoil nothing. */
  @Test
  void theVectorOfASimpleEigenvalueHasItsDerivative() {
    for (Tensor a : degenerate().subList(1, 3)) {
      for (int i : new int[] {0, 3}) {
        Fn<Tensor, Tensor> vector = x -> Linalg.eigh(x).vectors().slice(Range.all(), Range.at(i));
        var j = jacobian(vector);
        assertThat(apart(j.forward().of(a).tensor(), j.reverse().of(a).tensor())).isLessThan(1e-13);
        Check.of(vector).at(a).orThrow();
      }
      Fn<Tensor, Tensor> double1 = x -> Linalg.eigh(x).vectors().slice(Range.all(), Range.at(1));
      for (var j : List.of(jacobian(double1).forward(), jacobian(double1).reverse()))
        assertThat(j.of(a).tensor().isNaN().all().item()).isEqualTo(1);
    }
  }

  @Test
  void equalSingularValuesAreAsEqualEigenvalues() {
    Tensor u = draw(4, 5, 3), v = rotation(5, 3);
    for (Tensor left : List.of(rotation(6, 3), Linalg.qr(u).q()))
      for (Tensor s : List.of(Tensor.vector(2, 2, 2), Tensor.vector(3, 1, 1))) {
        Tensor a = left.times(s).matmul(transpose(v));
        Fn<Tensor, Tensor> frobenius = x -> Linalg.svdvals(x).square().sum();
        assertThat(apart(grad(frobenius).of(a), a.times(2))).isLessThan(1e-13);
        assertThat(
                apart(grad((Tensor x) -> Linalg.nuclearNorm(x)).of(a), left.matmul(transpose(v))))
            .isLessThan(1e-13);
        assertThat(anyNaN(jvp(grad(frobenius)).of(new Dual<>(a, a)).tangent())).isTrue();
        assertThat(anyNaN(grad((Tensor x) -> Linalg.svd(x).u().sum()).of(a))).isTrue();
        assertThat(anyNaN(grad((Tensor x) -> Linalg.svd(x).vt().sum()).of(a))).isTrue();
        // not by the factors
        Check.of(Linalg::pinv).order(2).at(a).orThrow();
      }
    Tensor a = Linalg.qr(u).q().times(Tensor.vector(3, 1, 1)).matmul(transpose(v));
    Check.of((Tensor x) -> Linalg.spectralNorm(x)).at(a).orThrow();
    Check.of((Tensor x) -> Linalg.svd(x).u().slice(Range.all(), Range.at(0))).at(a).orThrow();
    Check.of((Tensor x) -> Linalg.svd(x).vt().at(0)).at(a).orThrow();
    // a kink: each of the two greatest takes half
    Tensor two = matrix(2, 0, 0, -2);
    assertThat(grad((Tensor x) -> Linalg.spectralNorm(x)).of(two)).isEqualTo(two.over(4));
  }

  @Test
  void aSingularValueOfZero() {
    Tensor square = matrix(1, 2, 2, 4), tall = draw(1, 4, 1).matmul(draw(2, 1, 2));
    for (Tensor a : List.of(square, tall)) {
      Fn<Tensor, Tensor> frobenius = x -> Linalg.svdvals(x).square().sum();
      assertThat(apart(grad(frobenius).of(a), a.times(2))).isLessThan(1e-14);
      Check.of((Tensor x) -> Linalg.spectralNorm(x)).at(a).orThrow();
      assertThat(grad((Tensor x) -> Linalg.nuclearNorm(x)).of(a).isFinite().all().item())
          .isEqualTo(1);
    }
    // an even function of an analytic branch
    Tensor exact = with(Tensor.eye(DType.F64, 2), Tensor.vector(3, 0));
    Tensor h = hessian((Tensor x) -> Linalg.svdvals(x).square().sum()).of(exact).matrix();
    assertThat(apart(h, Tensor.eye(DType.F64, 4).times(2))).isLessThan(1e-14);
    // of a tall matrix the vector beside it could be any
    Tensor column = Tensor.of(new double[] {3, 0, 0, 0, 0, 0}, 3, 2);
    assertThat(anyNaN(grad((Tensor x) -> Linalg.svd(x).u().at(0, 1)).of(column))).isTrue();
    assertThat(anyNaN(grad((Tensor x) -> Linalg.svd(x).u().at(1, 0)).of(column))).isFalse();
    Tensor g = grad((Tensor x) -> Linalg.pinv(x).sum()).of(exact);
    assertThat(g.isFinite().all().item()).isEqualTo(1);
  }

  /** Its entries are those of A⁺ as long as the rank stays: A(t) = B(t)·C(t). */
  @Test
  void theDerivativeOfAPseudoinverseAtConstantRank() {
    Tensor b = draw(1, 4, 2), c = draw(2, 2, 3);
    Fn<Tensor, Tensor> f = x -> Linalg.pinv(x.matmul(c.plus(x.slice(Range.to(2)).matmul(c))));
    Check.of(f).order(2).tolerance(2e-6).at(b).orThrow();
  }

  @Test
  void dependentColumnsHaveAFactorizationButNoTangent() {
    Tensor a = Tensor.of(new double[] {1, 0, 0, 0, 0, 0}, 3, 2);
    assertThat(Linalg.qr(a).r()).isEqualTo(matrix(1, 0, 0, 0));
    for (var f : List.<Fn<Tensor, Tensor>>of(x -> Linalg.qr(x).q(), x -> Linalg.lstsq(x, x.at())))
      assertThat(jacobian(f).of(a).tensor().isFinite().all().item()).isEqualTo(0);
  }

  @Test
  void whatIsNotFiniteIsNaN() {
    for (double bad : new double[] {NaN, Double.POSITIVE_INFINITY}) {
      Tensor a = matrix(1, 2, bad, 4);
      assertThat(Linalg.eigvalsh(a)).isEqualTo(Tensor.vector(NaN, NaN));
      assertThat(Linalg.svdvals(a)).isEqualTo(Tensor.vector(NaN, NaN));
      assertThat(Linalg.pinv(a).isNaN().all().item()).isEqualTo(1);
      assertThat(anyNaN(grad((Tensor x) -> Linalg.eigvalsh(x).sum()).of(a))).isTrue();
    }
    // one bad matrix does not stop the others
    Tensor good = matrix(2, 1, 1, 2), bad = matrix(NaN, 1, 1, 2);
    Fn<Tensor, Tensor> f = grad((Tensor x) -> Linalg.eigh(x).vectors().at(0, 0));
    assertThat(vmap(f).of(Tensor.stack(0, bad, good)).at(1)).isEqualTo(f.of(good));
  }

  @Test
  void emptyMatrices() {
    for (int[] s : new int[][] {{0, 0}, {3, 0}, {0, 3}, {0, 2, 2}, {2, 0, 0}}) {
      Tensor none = Tensor.zeros(DType.F64, s);
      for (var f :
          List.<Fn<Tensor, Tensor>>of(
              x -> Linalg.qr(x).q().sum().plus(Linalg.qr(x).r().sum()),
              x -> Linalg.svd(x).u().sum().plus(Linalg.svd(x).vt().sum()),
              x -> Linalg.nuclearNorm(x).sum(),
              x -> Linalg.pinv(x).sum(),
              x -> Linalg.eigvalsh(transpose(x).matmul(x)).sum())) {
        assertThat(f.of(none)).isEqualTo(Tensor.of(0.0));
        assertThat(grad(f).of(none)).isEqualTo(none);
        assertThat(grad((Tensor x) -> vmap(f).of(x).sum()).of(Tensor.stack(0, none, none)).shape())
            .isEqualTo(none.shape().prepend(2));
      }
    }
    assertThat(Linalg.lstsq(Tensor.zeros(DType.F64, 3, 0), draw(1, 3)).shape())
        .isEqualTo(Shape.of(0));
  }

  // ---- in programs

  /** What all three make of a symmetric matrix. */
  private static Tensor turn(Tensor a) {
    var e = Linalg.eigh(a);
    var f = Linalg.svd(a.plus(e.vectors().times(0.1)));
    var g = Linalg.qr(f.u().times(f.s()).plus(f.vt()));
    return symmetric(g.q().matmul(g.r()))
        .times(0.4)
        .plus(a.sin())
        .plus(with(e.vectors(), e.values().tanh()));
  }

  static List<List<Fn<Tensor, Tensor>>> programs() {
    Tensor steps = draw(3, 3, 3, 3).times(0.2);
    return List.of(
        List.of(x -> cond(x.sum().gt(-100), () -> turn(x), () -> x), FactoringTest::turn),
        List.of(
            x -> scan(x, steps, (Tensor c, Tensor r) -> new Step<>(turn(c.plus(r)), c)).carry(),
            x -> {
              for (int i = 0; i < 3; i++) x = turn(x.plus(steps.at(i)));
              return x;
            }),
        List.of( // what a loop captures is factored in each turn, what it stacks was
            x ->
                scan(
                        x.at(0),
                        steps,
                        (Tensor c, Tensor r) -> {
                          Tensor v = Linalg.eigh(x.plus(r)).vectors().matmul(c);
                          return new Step<>(v, Linalg.svdvals(x.times(v)));
                        })
                    .out(),
            x -> {
              Tensor c = x.at(0);
              var out = new Tensor[3];
              for (int i = 0; i < 3; i++) {
                c = Linalg.eigh(x.plus(steps.at(i))).vectors().matmul(c);
                out[i] = Linalg.svdvals(x.times(c));
              }
              return Tensor.stack(0, out);
            }),
        List.of(
            x -> whileLoop(x, y -> y.square().sum().lt(60), y -> turn(y).plus(y)),
            x -> {
              while (x.square().sum().item() < 60) x = turn(x).plus(x);
              return x;
            }),
        List.of(checkpoint(FactoringTest::turn), FactoringTest::turn));
  }

  /** Residuals are kept as stacks, or computed again: the same as in plain Java. */
  @ParameterizedTest
  @MethodSource("programs")
  void insideBranchesLoopsAndCheckpoints(List<Fn<Tensor, Tensor>> program) {
    Tensor a = symmetric(draw(4, 3, 3)), v = draw(5, 3, 3);
    Fn<Tensor, Tensor> f = program.get(0), plain = program.get(1);
    for (var modes : List.of("", "r", "f", "rr", "fr", "rf")) {
      Fn<Tensor, Tensor> g = f, h = plain;
      for (char mode : modes.toCharArray()) {
        Fn<Tensor, Tensor> p = g, q = h;
        g =
            mode == 'r'
                ? grad((Tensor x) -> p.of(x).sin().sum())
                : x -> jvp(p).of(new Dual<>(x, v)).tangent();
        h =
            mode == 'r'
                ? grad((Tensor x) -> q.of(x).sin().sum())
                : x -> jvp(q).of(new Dual<>(x, v)).tangent();
      }
      Tensor want = h.of(a);
      double size = 1e-10 * Math.max(1, want.abs().max().item());
      assertThat(apart(g.of(a), want)).as(modes).isLessThan(size);
      assertThat(apart(jit(g).of(a), want)).isLessThan(size);
      Tensor lanes = Tensor.stack(0, a, a.times(1.01));
      assertThat(apart(vmap(g).of(lanes).at(1), h.of(a.times(1.01)))).isLessThan(size);
    }
    var series = taylor(f, 4).of(new Dual<>(a, v.times(0.1)));
    var want = taylor(plain, 4).of(new Dual<>(a, v.times(0.1)));
    for (int k = 0; k <= 4; k++)
      assertThat(apart(series.coefficient(k), want.coefficient(k))).isLessThan(1e-9);
  }

  @Test
  void aGraphWithSeveralResultsIsAGraph() {
    Tensor at = symmetric(draw(4, 3, 3));
    Graph graph =
        Interpreter.scope()
            .in(
                () -> {
                  Graph g =
                      Trace.at(at, (Tensor x) -> Linalg.svd(x.neg().neg()).u().neg().neg()).graph();
                  Graph simple = Simplify.of(g.verify(), Simplify.EXACT).verify();
                  assertThat(simple.order().size()).isLessThan(g.order().size());
                  return Graph.close(io.leibniz.ir.Control.kinds(simple.params()), simple::inline)
                      .graph()
                      .verify();
                });
    assertThat(graph.toString())
        .containsPattern("= svd x0 +: \\[f64\\[3, 3\\], f64\\[3\\], f64\\[3, 3\\]\\]")
        .containsPattern("= part 0 \\w +: f64\\[3, 3\\]");
    assertThat(graph.order()).filteredOn(n -> n.op() instanceof Factoring).hasSize(1);
  }

  /** A tangent of one's own must be linear: a factor of dx is not. */
  @Test
  void aFactorOfATangentIsNoLinearMap() {
    Fn<Tensor, Tensor> f =
        Flow.custom((Tensor x) -> x, (Tensor x, Tensor y, Tensor dx) -> Linalg.qr(dx).r());
    assertThatThrownBy(() -> grad((Tensor x) -> f.of(x).sum()).of(draw(1, 2, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("qr is not linear in its operands");
  }

  // ---- errors

  @Test
  void whatDoesNotFitIsSaid() {
    Tensor wide = Tensor.zeros(DType.F64, 2, 3), vector = Tensor.vector(1, 2);
    for (var f :
        List.<Fn<Tensor, Tensor>>of(
            x -> Linalg.qr(x).q(),
            x -> Linalg.svd(x).u(),
            Linalg::pinv,
            x -> Linalg.lstsq(x, vector)))
      assertThatThrownBy(() -> f.of(vector))
          .isInstanceOf(ShapeException.class)
          .hasMessageMatching("\\w+ needs matrices \\[.., m, n\\], got f64\\[2\\]; reshape it.*");
    assertThatThrownBy(() -> Linalg.eigh(wide))
        .hasMessageContaining("eigh needs square matrices [.., n, n], got f64[2, 3]");
    assertThatThrownBy(() -> Linalg.qr(wide.cast(DType.I32)))
        .hasMessageContaining("qr needs floats, got i32[2, 3]; cast it to f64 first");
    assertThatThrownBy(() -> Tensor.several(new Factoring.Svd(), wide))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "svd needs no more columns than rows, got f64[2, 3]; transpose it, or slice a block");
    assertThatThrownBy(() -> Linalg.lstsq(wide, Tensor.vector(1, 2, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "lstsq with a matrix f64[2, 3] needs a vector [2] or right sides [.., 2, k], one in each column, got f64[3]; reshape or transpose it");
    assertThatThrownBy(() -> Linalg.lstsq(wide, vector.cast(DType.F32)))
        .hasMessageContaining("lstsq needs a matrix and right sides of one dtype");
  }
}
