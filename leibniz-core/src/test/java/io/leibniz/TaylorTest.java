package io.leibniz;

import static io.leibniz.Leibniz.derivatives;
import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hvp;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.taylor;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.TraceException;
import io.leibniz.ir.Type;
import io.leibniz.transform.Taylor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Taylor mode: forward mode nested says the same up to order 8, and where only one function is in play, recorded values up to 20. */
class TaylorTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  static Stream<OpRows.Row> rows() {
    return EveryOpTest.differentiable();
  }

  static Stream<Pointwise> elementwise() {
    return EveryOpTest.elementwise();
  }

  /** Derivatives 0 to n along a direction by forward mode of forward mode of …. */
  private static <A> List<Tensor> nested(Fn<A, Tensor> f, Dual<A> d, int n) {
    var out = new ArrayList<Tensor>();
    Fn<A, Tensor> g = f;
    for (int k = 0; k <= n; k++) {
      out.add(g.of(d.value()));
      Fn<A, Tensor> h = g;
      g = a -> jvp(h).of(new Dual<>(a, d.tangent())).tangent();
    }
    return out;
  }

  private static List<Tensor> direction(List<Tensor> xs) {
    var out = new ArrayList<Tensor>();
    for (int i = 0; i < xs.size(); i++) {
      Tensor x = xs.get(i);
      out.add(Key.of(3).fold(i).normal(x.dtype(), x.shape().dims()).times(0.5));
    }
    return out;
  }

  private static void equalsNested(Fn<List<Tensor>, Tensor> f, int n, Tensor... xs) {
    equalsNested(f, n, new Dual<>(List.of(xs), direction(List.of(xs))));
  }

  private static <A> void equalsNested(Fn<A, Tensor> f, int n, Dual<A> at) {
    var got = taylor(f, n).of(at);
    var want = nested(f, at, n);
    assertThat(got.order()).isEqualTo(n);
    for (int k = 0; k <= n; k++) {
      assertThat(got.derivative(k).type()).isEqualTo(want.get(k).type());
      double[] a = got.derivative(k).doubles(), b = want.get(k).doubles();
      double size = Arrays.stream(b).map(Math::abs).max().orElse(0);
      for (int i = 0; i < a.length; i++)
        assertThat(Math.abs(a[i] - b[i]) <= 1e-9 * Math.abs(b[i]) + 1e-13 * size)
            .as("order %d, element %d: %s, nested %s", k, i, a[i], b[i])
            .isTrue();
    }
  }

  // ---- every op

  @ParameterizedTest
  @MethodSource("rows")
  void equalsNestedForwardModeToOrderEight(OpRows.Row row) {
    var xs = row.floats();
    equalsNested(row::apply, 8, new Dual<>(xs, direction(xs)));
  }

  /** Whichever operands move: the others are held, and have no series. */
  @ParameterizedTest
  @MethodSource("rows")
  void equalsNestedForwardModeInEachOperand(OpRows.Row row) {
    var xs = row.floats();
    if (xs.size() < 2) return;
    for (int i = 0; i < xs.size(); i++) {
      int moving = i;
      Fn<List<Tensor>, Tensor> f =
          x -> {
            var all = new ArrayList<>(xs);
            all.set(moving, x.getFirst());
            return row.apply(all);
          };
      equalsNested(f, 6, xs.get(i));
    }
  }

  /** What is linear by itself meets a series of all orders behind a sine, and a product after it. */
  @ParameterizedTest
  @MethodSource("rows")
  void equalsNestedForwardModeInsideOtherFunctions(OpRows.Row row) {
    if (row.op() instanceof Pointwise) return;
    Fn<List<Tensor>, Tensor> f = xs -> row.apply(xs.stream().map(Tensor::sin).toList()).square();
    var xs = row.floats();
    equalsNested(f, 5, new Dual<>(xs, direction(xs)));
  }

  /** Orders 0 to 4 at zeros, kinks, infinities and NaN: the same infinities and NaNs, and numbers that differ by rounding only. */
  @ParameterizedTest
  @MethodSource("elementwise")
  void equalsNestedForwardModeAtTheEdges(Pointwise op) {
    double[] edges = EveryOpTest.EDGES;
    boolean two = op instanceof Binary;
    int n = edges.length;
    double[] a = new double[two ? n * n : n], b = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = edges[two ? i / n : i];
      b[i] = edges[i % n];
    }
    Tensor x = Tensor.of(a), y = Tensor.of(b), ones = Tensor.ones(DType.F64, a.length);
    for (int way = 1; way <= (two ? 3 : 1); way++) {
      boolean left = way != 2, right = way != 1;
      Fn<List<Tensor>, Tensor> f =
          v ->
              two
                  ? Tensor.op(op, left ? v.getFirst() : x, right ? v.getLast() : y)
                  : Tensor.op(op, v.getFirst());
      var at =
          left && right
              ? new Dual<>(List.of(x, y), List.of(ones, ones.times(-0.7)))
              : new Dual<>(List.of(left ? x : y), List.of(ones));
      var got = taylor(f, 4).of(at);
      var want = nested(f, at, 4);
      for (int k = 0; k <= 4; k++)
        for (int i = 0; i < a.length; i++) {
          double p = got.derivative(k).doubles()[i], q = want.get(k).doubles()[i];
          double cancelled = EveryOpTest.rounding(op, a[i], b[i], k);
          boolean same =
              Double.isFinite(p) && Double.isFinite(q)
                  ? Math.abs(p - q) <= 1e-11 * Math.abs(q) + Double.MIN_NORMAL + 8 * cancelled
                  : Double.compare(p, q) == 0;
          assertThat(same)
              .as("%s at (%s, %s), order %d, way %d: %s, nested %s", op, a[i], b[i], k, way, p, q)
              .isTrue();
        }
    }
  }

  /** The other ops at ties, zeros, NaN and infinities, to order 3, on their own and under a square root. */
  @ParameterizedTest
  @MethodSource("rows")
  void equalsNestedForwardModeAtTiesAndInfinities(OpRows.Row row) {
    if (row.op() instanceof Pointwise) return;
    if (row.op() instanceof io.leibniz.ir.Linalg)
      return; // singular matrices: each way has its own rounding
    double[] odd = {0.0, 2, Double.NaN, 2, INF, -0.0, 2, -INF, 1e60, -1, 2, 2};
    for (int variant = 0; variant < 3; variant++) {
      var xs = new ArrayList<Tensor>();
      for (Tensor t : row.floats()) {
        double[] v = new double[t.size()];
        for (int i = 0; i < v.length; i++)
          v[i] = variant == 0 ? 2 : variant == 1 ? i % 3 : odd[i % odd.length];
        xs.add(Tensor.of(v, t.shape().dims()));
      }
      var at = new Dual<List<Tensor>>(xs, direction(xs));
      for (Fn<List<Tensor>, Tensor> f :
          List.<Fn<List<Tensor>, Tensor>>of(row::apply, x -> row.apply(x).sqrt())) {
        var got = taylor(f, 3).of(at);
        var want = nested(f, at, 3);
        for (int k = 0; k <= 3; k++) {
          double[] a = got.derivative(k).doubles(), b = want.get(k).doubles();
          for (int i = 0; i < a.length; i++)
            assertThat(
                    Double.compare(a[i], b[i]) == 0
                        || Math.abs(a[i] - b[i]) <= 1e-12 * Math.abs(b[i]) + 1e-14)
                .as("variant %d, order %d, element %d: %s, nested %s", variant, k, i, a[i], b[i])
                .isTrue();
        }
      }
    }
  }

  // ---- recorded values

  private record Recorded(String function, String parameter, String argument, double[] values) {
    Tensor of(Tensor x) {
      return switch (function) {
        case "pow" -> Tensor.op(Binary.POW, x, Tensor.of(Double.parseDouble(parameter)));
        case "digamma" -> Tensor.op(new Pointwise.Polygamma(0), x);
        default -> Tensor.op(Unary.valueOf(function.toUpperCase(Locale.ROOT)), x);
      };
    }

    static List<Recorded> all() {
      try (var in =
          new BufferedReader(
              new InputStreamReader(
                  Objects.requireNonNull(TaylorTest.class.getResourceAsStream("taylor.csv")),
                  StandardCharsets.UTF_8))) {
        var rows =
            in.lines()
                .skip(1)
                .map(l -> l.split(",", -1))
                .collect(Collectors.groupingBy(c -> List.of(c[0], c[1], c[2])));
        return rows.entrySet().stream().map(e -> of(e.getKey(), e.getValue())).toList();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    private static Recorded of(List<String> key, List<String[]> rows) {
      double[] values = new double[rows.size()];
      for (String[] r : rows) values[Integer.parseInt(r[3])] = Double.parseDouble(r[4]);
      return new Recorded(key.get(0), key.get(1), key.get(2), values);
    }

    @Override
    public String toString() {
      return function + " " + parameter + " at " + argument;
    }
  }

  static List<Recorded> recorded() {
    return Recorded.all();
  }

  /** Order 20, against values, right to 30 digits before they were rounded, that {@code src/test/recorded/taylor.py} recorded. */
  @ParameterizedTest
  @MethodSource("recorded")
  void keepsItsDigitsToOrderTwenty(Recorded r, TestReporter reporter) {
    int n = r.values.length - 1;
    assertThat(n).isEqualTo(20);
    double[] got = derivatives(r::of, Tensor.of(Double.parseDouble(r.argument)), n).doubles();
    double worst = 0;
    for (int k = 0; k <= n; k++) {
      double error = Math.abs(got[k] - r.values[k]);
      if (error > 0) worst = Math.max(worst, error / Math.abs(r.values[k]));
    }
    reporter.publishEntry(r.toString(), "worst relative error %.2g".formatted(worst));
    assertThat(worst).isLessThan(1e-12);
  }

  // ---- programs

  private record Layer(Tensor w, Tensor b) {
    Tensor of(Tensor x) {
      return x.matmul(w).plus(b);
    }
  }

  private record Mlp(Layer in, Layer out) {
    Tensor loss(Tensor x, Tensor y) {
      return out.of(in.of(x).tanh()).softplus().minus(y).square().mean();
    }

    static Mlp random(int seed) {
      Key k = Key.of(seed);
      return new Mlp(
          new Layer(k.fold(1).normal(DType.F64, 3, 4), k.fold(2).normal(DType.F64, 4)),
          new Layer(k.fold(3).normal(DType.F64, 4, 2), k.fold(4).normal(DType.F64, 2)));
    }
  }

  @Test
  void compositionsEqualNestedForwardMode() {
    Tensor v = Tensor.vector(0.3, -1.2, 0.8, 2.1), w = Tensor.vector(1.4, 0.6, -0.7, 0.2);
    Tensor m = Key.of(1).normal(DType.F64, 4, 4), n = Key.of(2).normal(DType.F64, 4, 4);
    equalsNested(x -> x.get(0).sin().exp().over(x.get(0).square().plus(1)), 7, v);
    equalsNested(x -> x.get(0).plus(3).pow(x.get(1)).over(x.get(1).cosh().plus(x.get(0))), 5, v, w);
    equalsNested(x -> x.get(0).matmul(x.get(1)).matmul(x.get(0)).tanh().sum(), 6, m, n);
    equalsNested(x -> x.get(0).softmax(0), 6, v);
    equalsNested(x -> x.get(0).logSumExp(0).times(x.get(0).norm()), 6, v);
    equalsNested(x -> x.get(0).maximum(x.get(1)).square().plus(x.get(0).max().exp()), 6, v, w);
    equalsNested(x -> x.get(0).sort(0).cumprod(0).plus(x.get(1).prod()), 6, v, w);
    equalsNested(x -> x.get(0).take(Tensor.of(new int[] {3, 0, 3}), 0).square().sum(), 6, v);
    equalsNested(x -> x.get(0).gelu().plus(x.get(1).relu()).square(), 6, v, w);
    equalsNested(x -> x.get(0).abs().sqrt().times(x.get(1).sign()), 6, v, w);
  }

  @Test
  void theLossOfANetworkAlongADirectionOfItsParameters() {
    Mlp net = Mlp.random(5), along = Mlp.random(6);
    Tensor x = Key.of(7).normal(DType.F64, 6, 3), y = Key.of(8).normal(DType.F64, 6, 2);
    equalsNested((Mlp p) -> p.loss(x, y), 5, new Dual<>(net, along));
    var s = taylor(Mlp::loss, 2).of(new Dual<>(net, along), x, y);
    var curved = hvp(Mlp::loss).of(new Dual<>(net, along), x, y);
    double vhv = 0;
    for (int i = 0; i < 4; i++)
      vhv += Tree.tensors(curved).get(i).times(Tree.tensors(along).get(i)).sum().item();
    assertThat(s.derivative(2).item()).isCloseTo(vhv, within(1e-12 * Math.abs(vhv)));
  }

  @Test
  void randomProgramsEqualNestedForwardMode() {
    for (long seed = 0; seed < 150; seed++) {
      RandomProgram p = RandomProgram.of(seed);
      var at = new Dual<>(p.inputs, direction(p.inputs));
      var got = taylor((List<Tensor> x) -> p.scalar(x), 4).of(at);
      var want = nested(p::scalar, at, 4);
      double size = 1;
      for (int k = 0; k <= 4; k++) {
        double a = got.derivative(k).item(), b = want.get(k).item();
        size = Math.max(size * 10, Math.abs(b)); // sums of terms that cancel
        assertThat(Math.abs(a - b) <= 1e-9 * size || Double.compare(a, b) == 0)
            .as("program %d, order %d: %s, nested %s\n%s", seed, k, a, b, p)
            .isTrue();
      }
    }
  }

  /** All results, as one tree; what does not move stands still. */
  @Test
  void resultsAreTrees() {
    var s =
        taylor((Tensor x) -> Map.of("y", x.exp(), "n", x.gt(0), "c", Tensor.of(2.0)), 3)
            .of(new Dual<>(Tensor.of(0.5), Tensor.of(2.0)));
    assertThat(s.derivative(3).get("y").item()).isCloseTo(8 * Math.exp(0.5), within(1e-14));
    assertThat(s.derivative(3).get("c")).isEqualTo(Tensor.of(0.0));
    assertThat(s.value().get("n")).isEqualTo(Tensor.of(true));
    assertThat(s.derivative(2).get("n")).isEqualTo(Tensor.of(false));
  }

  @Test
  void singlePrecisionStaysSingle() {
    Tensor d = derivatives(Tensor::sin, Tensor.of(0.5f), 6);
    assertThat(d.dtype()).isEqualTo(DType.F32);
    assertThat(d.at(5).cast(DType.F64).item()).isCloseTo(Math.cos(0.5), within(1e-6));
    Tensor mixed = derivatives(x -> x.exp().cast(DType.F32), Tensor.of(0.5), 4);
    assertThat(mixed.dtype()).isEqualTo(DType.F32);
  }

  @Test
  void plainJavaBranchesOnValues() {
    Fn<Tensor, Tensor> f =
        x -> {
          Tensor y = x;
          while (y.item() < 10) y = y.square().plus(1);
          return y.item() > 50 ? y.log() : y.sin();
        };
    for (double x : new double[] {0.5, 1.5, 3})
      equalsNested(f, 5, new Dual<>(Tensor.of(x), Tensor.of(1.0)));
  }

  // ---- with the other transforms

  private static Tensor third(Tensor x) {
    return taylor((Tensor t) -> t.sin().exp(), 3)
        .of(new Dual<>(x, Tensor.ones(x.dtype(), x.shape().dims())))
        .derivative(3);
  }

  private static double fourth(double x) {
    return derivatives(t -> t.sin().exp(), Tensor.of(x), 4).at(4).item();
  }

  @Test
  void nestsWithTheOtherTransforms() {
    Tensor x = Tensor.of(0.7), xs = Tensor.vector(0.7, -0.2, 1.9);
    assertThat(grad(TaylorTest::third).of(x).item()).isCloseTo(fourth(0.7), within(1e-12));
    assertThat(jvp(TaylorTest::third).of(new Dual<>(x, Tensor.of(1.0))).tangent().item())
        .isCloseTo(fourth(0.7), within(1e-12));
    assertThat(vmap(TaylorTest::third).of(xs)).isEqualTo(third(xs));
    assertThat(jit(TaylorTest::third).of(xs).minus(third(xs)).abs().max().item()).isLessThan(1e-13);
    assertThat(jit(vmap(grad(TaylorTest::third))).of(xs).at(2).item())
        .isCloseTo(fourth(1.9), within(1e-12));
    Tensor j = jacobian(TaylorTest::third).of(xs).tensor();
    assertThat(j.at(1, 1).item()).isCloseTo(fourth(-0.2), within(1e-12));
    assertThat(j.at(0, 1).item()).isZero();
    // a series of gradients is a gradient of series; a series of a series, one series
    Tensor g = derivatives(grad((Tensor t) -> t.sin().exp()), x, 3).at(3);
    assertThat(g.item()).isCloseTo(fourth(0.7), within(1e-12));
    assertThat(derivatives(t -> derivatives(u -> u.sin().exp(), t, 2).at(2), x, 2).at(2).item())
        .isCloseTo(fourth(0.7), within(1e-12));
    assertThat(derivatives(jit((Tensor t) -> t.sin().exp()), x, 4).at(4).item())
        .isEqualTo(fourth(0.7));
    Series<Tensor> all = jit(taylor((Tensor t) -> t.cos(), 3)).of(new Dual<>(x, Tensor.of(1.0)));
    assertThat(all.derivative(2).item()).isCloseTo(-Math.cos(0.7), within(1e-15));
  }

  @Test
  void keepsTheArity() {
    Tensor x = Tensor.of(0.5), one = Tensor.of(1.0), y = Tensor.of(3.0);
    var d = new Dual<>(x, one);
    assertThat(taylor((Tensor a, Tensor b) -> a.pow(b), 2).of(d, y).derivative(2).item())
        .isEqualTo(3.0);
    assertThat(taylor((Tensor a, Tensor b, Tensor c) -> a.pow(b).times(c), 2).of(d, y, y).order())
        .isEqualTo(2);
    assertThat(
            taylor((Tensor a, Tensor b, Tensor c, Tensor e) -> a.pow(b).times(c).plus(e), 2)
                .of(d, y, y, y)
                .derivative(2)
                .item())
        .isEqualTo(9.0);
  }

  // ---- structural zeros and edges

  @Test
  void theBranchNotTakenCannotSpoilASeries() {
    Fn<Tensor, Tensor> f = x -> x.gt(0).select(x.sqrt(), x);
    assertThat(derivatives(f, Tensor.of(-4.0), 4)).isEqualTo(Tensor.vector(-4, 1, 0, 0, 0));
    assertThat(derivatives(f, Tensor.of(0.0), 4)).isEqualTo(Tensor.vector(0, 1, 0, 0, 0));
    Fn<Tensor, Tensor> g = x -> f.of(x).times(x.exp()).sum();
    equalsNested(g, 6, new Dual<>(Tensor.vector(-4, 0, 4), Tensor.vector(1, 1, 1)));
    assertThat(grad((Tensor x) -> derivatives(f, x, 3).at(3)).of(Tensor.of(-4.0)).item()).isZero();
    // what wins a maximum may be structurally zero itself, and the loser always is
    Fn<Tensor, Tensor> max =
        x -> Tensor.stack(0, x.gt(0).select(Tensor.of(0.0), x), x.neg()).max().sqrt();
    assertThat(derivatives(max, Tensor.of(2.0), 3)).isEqualTo(Tensor.vector(0, 0, 0, 0));
    equalsNested(max, 4, new Dual<>(Tensor.of(2.0), Tensor.of(1.0)));
    assertThat(derivatives(x -> x.sqrt().maximum(1), Tensor.of(0.0), 3))
        .isEqualTo(Tensor.vector(1, 0, 0, 0));
  }

  @Test
  void rootsAtZeroGoToInfinityAtEveryOrder() {
    for (Fn<Tensor, Tensor> root :
        List.<Fn<Tensor, Tensor>>of(
            Tensor::sqrt, Tensor::cbrt, x -> x.pow(0.5), x -> x.pow(1.0 / 3), x -> x.pow(0.2)))
      assertThat(derivatives(root, Tensor.of(0.0), 4))
          .isEqualTo(Tensor.vector(0, INF, -INF, INF, -INF));
    assertThat(derivatives(x -> x.pow(2.5), Tensor.of(0.0), 4))
        .isEqualTo(Tensor.vector(0, 0, 0, INF, -INF));
    assertThat(derivatives(x -> x.pow(2), Tensor.of(0.0), 4))
        .isEqualTo(Tensor.vector(0, 0, 2, 0, 0));
    assertThat(derivatives(Tensor::log, Tensor.of(0.0), 3))
        .isEqualTo(Tensor.vector(-INF, INF, -INF, INF));
    assertThat(derivatives(Tensor::log, Tensor.of(-1.0), 2).at(1).item()).isNaN();
    assertThat(derivatives(Tensor::relu, Tensor.of(0.0), 2)).isEqualTo(Tensor.vector(0, 0, 0));
    assertThat(derivatives(x -> x.norm(), Tensor.of(0.0), 2)).isEqualTo(Tensor.vector(0, 0, 0));
  }

  /** Quotients go by the ratio b(0) / b(t): at 10³⁰⁰ the powers of 1 / b are 0, their products with x are not. */
  @Test
  void keepsItsRangeAlongAnArgumentOfAnySize() {
    Tensor x = Tensor.of(1e300);
    var root = taylor((Tensor t) -> t.sqrt(), 3).of(new Dual<>(x, x)).derivative(3);
    assertThat(root.item()).isCloseTo(0.375e150, within(1e136));
    var quotient = taylor((Tensor t) -> x.over(t), 3).of(new Dual<>(x, x)).derivative(3);
    assertThat(quotient.item()).isCloseTo(-6, within(1e-14));
  }

  // ---- cost

  private static int made(UnaryOperator<Tensor> f, int n) {
    Scope scope = Scope.blind("a count", Interpreter::value);
    Node x = scope.parameter(new Type(DType.F64, Shape.SCALAR));
    return scope.in(
        () -> {
          var t =
              Graph.close(
                  List.of(x.type()), p -> List.of(f.apply(new Tensor(p.getFirst())).node()));
          int before = scope.size();
          var one = Delta.of(Node.literal(DType.F64, 1.0));
          var last = Taylor.of(t.graph(), List.of(x), List.of(one), n).get(n).getFirst();
          new Graph(List.of(x), last == null ? List.of() : List.of(last.filled())).verify();
          return scope.size() - before;
        });
  }

  @Test
  void costIsPolynomialInTheOrder() {
    // each op a recurrence that closes on itself: n² / 2 products
    for (UnaryOperator<Tensor> f :
        List.<UnaryOperator<Tensor>>of(
            x -> x.exp().sin().tanh(), x -> x.exp().over(x.sin().plus(2)).log())) {
      int ten = made(f, 10), twenty = made(f, 20), forty = made(f, 40);
      assertThat(ten).isLessThan(1000);
      assertThat(twenty).isLessThan(4 * ten);
      assertThat(forty).isLessThan(4 * twenty);
    }
    // the slope of x^p is x^(p − 1), that of a polygamma the next: a tower of n series, n³ / 6
    // products
    UnaryOperator<Tensor> towers = x -> x.exp().pow(1.7).lgamma();
    int ten = made(towers, 10), twenty = made(towers, 20), forty = made(towers, 40);
    assertThat(ten).isLessThan(1200);
    assertThat(twenty).isLessThan(8 * ten);
    assertThat(forty).isLessThan(8 * twenty);
  }

  /** Behind a series of all orders the recurrence of every function closes, but for those whose slope is a polygamma. */
  @Test
  void everyFunctionCostsTheSquareOfTheOrder() {
    for (Unary u : Unary.values()) {
      int twenty = made(x -> Tensor.op(u, x.sin()), 20),
          forty = made(x -> Tensor.op(u, x.sin()), 40);
      boolean tower = u == Unary.GAMMA || u == Unary.LGAMMA;
      assertThat(forty).as(u.toString()).isLessThan((tower ? 80 : 41) * twenty / 10);
      assertThat(twenty).as(u.toString()).isLessThan(4000);
    }
  }

  @Test
  void costIsLinearInTheLengthOfAChain() {
    int n = 20_000; // asinh sinh x = x, so many times
    Fn<Tensor, Tensor> f =
        x -> {
          for (int i = 0; i < n; i++) x = x.sinh().asinh();
          return x.sin();
        };
    assertThat(derivatives(f, Tensor.of(0.5), 3).at(3).item())
        .isCloseTo(-Math.cos(0.5), within(1e-9));
  }

  // ---- derivatives

  @Test
  void derivativesOfOneVariable() {
    assertThat(derivatives(Tensor::exp, Tensor.of(0.0), 5))
        .isEqualTo(Tensor.vector(1, 1, 1, 1, 1, 1));
    assertThat(derivatives(x -> x.pow(-1).minus(1), Tensor.of(1.0), 5))
        .isEqualTo(Tensor.vector(0, -1, 2, -6, 24, -120));
    assertThat(derivatives(x -> x, Tensor.of(3.0), 0)).isEqualTo(Tensor.vector(3));
    assertThat(derivatives(x -> Tensor.stack(0, x.square(), x.pow(3)), Tensor.of(2.0), 3))
        .isEqualTo(Tensor.of(new double[][] {{4, 8}, {4, 12}, {2, 12}, {0, 6}}));
    Tensor far = derivatives(x -> x.exp(), Tensor.of(-800.0), 180);
    assertThat(far.at(180).item()).isZero();
  }

  @Test
  void saysWhatItNeeds() {
    Tensor x = Tensor.of(1.0);
    assertThatThrownBy(() -> derivatives(Tensor::exp, x, -1))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(
            "derivatives needs an order of 0 or more, got -1; 0 is the value alone");
    assertThatThrownBy(() -> derivatives(Tensor::exp, Tensor.vector(1, 2), 3))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(
            "derivatives needs one variable, a scalar, but this one is f64[2]; vmap it over the elements, or use taylor along a direction");
    assertThatThrownBy(
            () ->
                taylor((List<Tensor> v) -> v.get(0), 2)
                    .of(new Dual<>(List.of(x, Tensor.of(3)), List.of(x, Tensor.of(3)))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("taylor needs float leaves, but [1] is i32");
    assertThatThrownBy(
            () -> taylor((Tensor v) -> v.exp(), 2).of(new Dual<>(x, Tensor.vector(1, 2))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining(
            "taylor needs a direction of the value's type f64[] at the argument, got f64[2]");
    var s = taylor((Tensor v) -> v.exp(), 2).of(new Dual<>(x, x));
    assertThatThrownBy(() -> s.derivative(3))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(
            "a series of order 2 has no coefficient 3; ask taylor for a higher order");
    assertThatThrownBy(
            () ->
                vmap((Tensor v) -> derivatives(u -> u.item() > 0 ? u : u.neg(), v, 2))
                    .of(Tensor.vector(1, 2)))
        .isInstanceOf(TraceException.class);
  }

  /** Random nested control flow: all coefficients at once, as the same program in plain Java has them. */
  @Test
  void equalsPlainJavaOnRandomControlFlow() {
    boolean full = Boolean.getBoolean("leibniz.full");
    Tensor x = Tensor.vector(0.7, -0.4, 1.3), w = Tensor.vector(0.6, -0.9, 0.35);
    var at = new Dual<>(x, Tensor.vector(0.3, -0.8, 0.5));
    var wrong = new ArrayList<String>();
    for (long seed = 9000; seed < 9200; seed += full ? 1 : 8) {
      var p = RandomControl.of(seed);
      if (p.bad()) continue; // where NaN meets 0 the order of products decides
      var got = taylor((Tensor q) -> p.run(RandomControl.OPS, q, w), 4).of(at);
      var want = taylor((Tensor q) -> p.run(RandomControl.JAVA, q, w), 4).of(at);
      for (int k = 0; k <= 4; k++) {
        double[] a = got.coefficient(k).doubles(), b = want.coefficient(k).doubles();
        for (int i = 0; i < a.length; i++)
          if (!(Math.abs(a[i] - b[i]) <= 1e-8 * (1 + Math.abs(b[i]))
              || Double.compare(a[i], b[i]) == 0))
            wrong.add("seed %d, order %d: %s, in Java %s".formatted(seed, k, a[i], b[i]));
      }
    }
    assertThat(wrong).isEmpty();
  }
}
