package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.vjp;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.check.Check;
import io.leibniz.ir.DType;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op, in every mode: against differences where it is smooth, and the modes against each other where it is not. */
class EveryOpTest {

  static List<OpRows.Row> rows() {
    return OpRows.all();
  }

  static Stream<OpRows.Row> differentiable() {
    return rows().stream()
        .filter(r -> r.apply(r.floats()).dtype() == DType.F64)
        .filter(r -> !(r.op() instanceof Pointwise.Stop));
  }

  @Test
  void everyOpHasARow() {
    var covered = rows().stream().map(r -> OpRows.kind(r.op())).collect(Collectors.toSet());
    assertThat(OpRows.kinds()).isNotEmpty().allMatch(covered::contains);
  }

  /** To third order: push, pull, and all four and all eight compositions of them. */
  @ParameterizedTest
  @MethodSource("differentiable")
  void agreesWithDifferencesToThirdOrder(OpRows.Row row) {
    agrees(row::apply, row.floats());
  }

  /** What is linear by itself is curved after a sine, so that its adjoint meets a slope. */
  @ParameterizedTest
  @MethodSource("differentiable")
  void agreesWithDifferencesInsideOtherFunctions(OpRows.Row row) {
    if (row.op() instanceof Pointwise) return;
    agrees(xs -> row.apply(xs.stream().map(Tensor::sin).toList()).square(), row.floats());
  }

  private static void agrees(Fn<List<Tensor>, Tensor> f, List<Tensor> at) {
    Check.of(f).order(3).directions(2).entries(3).tolerance(2e-6).at(at).orThrow();
  }

  /** A batch equals its rows, whichever operands vary; so does the batch of gradients. */
  @ParameterizedTest
  @MethodSource("rows")
  void batchEqualsItsRows(OpRows.Row row) {
    int n = row.operands().size(), lanes = 3;
    for (int vary = 1; vary < 1 << n; vary++) {
      var batched = new ArrayList<Tensor>();
      var singles = new ArrayList<List<Tensor>>();
      for (int k = 0; k < lanes; k++) singles.add(new ArrayList<>());
      for (int i = 0; i < n; i++) {
        Tensor x = row.operands().get(i);
        boolean each = (vary >> i & 1) == 1;
        var rows = new Tensor[lanes];
        for (int k = 0; k < lanes; k++) {
          rows[k] = each ? varied(x, k) : x;
          singles.get(k).add(rows[k]);
        }
        batched.add(each ? Tensor.stack(0, rows) : x);
      }
      // shared operands are captured: only what varies has a lane axis
      int mask = vary;
      Fn<List<Tensor>, Tensor> f = xs -> Tensor.op(row.op(), merged(row.operands(), xs, mask));
      var moving = new ArrayList<Tensor>();
      for (int i = 0; i < n; i++) if ((vary >> i & 1) == 1) moving.add(batched.get(i));
      Tensor all = vmap(f).of(moving);
      for (int k = 0; k < lanes; k++) {
        Tensor one = Tensor.op(row.op(), singles.get(k).toArray(Tensor[]::new));
        same(all.at(k), one, row + " lane " + k + " varying " + Integer.toBinaryString(vary));
      }
      if (!all.dtype().isFloat() || moving.stream().anyMatch(t -> !t.dtype().isFloat())) continue;
      Fn<List<Tensor>, List<Tensor>> g = grad((List<Tensor> xs) -> f.of(xs).sin().sum());
      List<Tensor> grads = vmap(g).of(moving);
      for (int k = 0; k < lanes; k++) {
        int lane = k;
        var one = g.of(moving.stream().map(t -> t.at(lane)).toList());
        for (int i = 0; i < one.size(); i++)
          same(grads.get(i).at(k), one.get(i), "gradient of " + row);
      }
    }
  }

  private static Tensor[] merged(List<Tensor> shared, List<Tensor> varying, int vary) {
    var next = varying.iterator();
    var out = new Tensor[shared.size()];
    for (int i = 0; i < out.length; i++)
      out[i] = (vary >> i & 1) == 1 ? next.next() : shared.get(i);
    return out;
  }

  /** Another operand of the same kind: floats a little off, integers (places) as they are but in lane 1, where they are reversed. */
  private static Tensor varied(Tensor x, int lane) {
    if (x.dtype().isFloat()) return x.times(1 + 0.03 * lane);
    return lane == 1 && x.rank() > 1 ? x.flip(0) : x;
  }

  private static void same(Tensor a, Tensor b, String what) {
    assertThat(a.type()).as(what).isEqualTo(b.type());
    double[] p = a.doubles(), q = b.doubles();
    for (int i = 0; i < p.length; i++)
      assertThat(
              Math.abs(p[i] - q[i]) <= 1e-12 * Math.max(1, Math.abs(q[i]))
                  || Double.compare(p[i], q[i]) == 0)
          .as(what + ": " + p[i] + " and " + q[i])
          .isTrue();
  }

  // ---- at the edges

  /** Kinks, zeros of either sign, infinities, NaN, huge and tiny numbers whose cubes and their inverses are still numbers. */
  static final double[] EDGES = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    -2,
    2.5,
    -3,
    1e-30,
    -1e-30,
    1e30,
    -1e30,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  /** At these a product overflows in one order of multiplication and not in another. */
  static final double[] BEYOND = {
    1e-310, -1e-310, 1e300, -1e300, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE
  };

  /** The derivative of an elementwise function of several tensors in operand {@code i}, by pushing or by pulling ones. */
  private static Fn<List<Tensor>, Tensor> derivative(char mode, int i, Fn<List<Tensor>, Tensor> f) {
    return xs -> {
      // only operand i moves: the others are held outside
      if (mode == 'f') {
        Tensor ones = Tensor.ones(DType.F64).broadcastTo(xs.get(i).shape());
        return jvp((Tensor x) -> f.of(with(xs, i, x))).of(new Dual<>(xs.get(i), ones)).tangent();
      }
      var pulled = vjp((Tensor x) -> f.of(with(xs, i, x))).of(xs.get(i));
      return pulled.pull().of(Tensor.ones(DType.F64).broadcastTo(pulled.value().shape()));
    };
  }

  private static List<Tensor> with(List<Tensor> xs, int i, Tensor x) {
    var out = new ArrayList<>(xs);
    out.set(i, x);
    return out;
  }

  static Stream<Pointwise> elementwise() {
    return Stream.of(
            Arrays.stream(Unary.values()),
            Arrays.stream(Binary.values()),
            Stream.of(
                new Pointwise.Polygamma(0), new Pointwise.Polygamma(1), new Pointwise.Polygamma(2)))
        .flatMap(s -> s)
        .map(Pointwise.class::cast);
  }

  /**
   * Orders 1 to 3 in all 2, 4 and 8 modes: equal, or none of them finite. Sums of terms that cancel may differ
   * by the rounding of the terms.
   */
  @ParameterizedTest
  @MethodSource("elementwise")
  void modesAgreeAtTheEdges(Pointwise op) {
    assertThat(disagreements(op, EDGES)).isEmpty();
  }

  /**
   * Where squares and cubes overflow, one mode may give the number and another NaN, as the order in which they
   * multiply has it; but never two different numbers, and seldom: 129 of 91,584 comparisons.
   */
  @Test
  void modesNeverGiveDifferentNumbersWhereProductsOverflow() {
    double[] all = new double[EDGES.length + BEYOND.length];
    System.arraycopy(EDGES, 0, all, 0, EDGES.length);
    System.arraycopy(BEYOND, 0, all, EDGES.length, BEYOND.length);
    var found = new ArrayList<String>();
    elementwise().forEach(op -> found.addAll(disagreements(op, all)));
    assertThat(found).noneMatch(d -> d.contains("different")).hasSizeLessThan(150);
  }

  private static List<String> disagreements(Pointwise op, double[] edges) {
    boolean two = op instanceof Binary;
    int n = edges.length;
    double[] a = new double[two ? n * n : n], b = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = edges[two ? i / n : i];
      b[i] = edges[i % n];
    }
    List<Tensor> xs = two ? List.of(Tensor.of(a), Tensor.of(b)) : List.of(Tensor.of(a));
    Fn<List<Tensor>, Tensor> f = ts -> Tensor.op(op, ts.toArray(Tensor[]::new));
    var found = new ArrayList<String>();
    for (int order = 1; order <= 3; order++)
      for (int way = 0; way < (two ? 1 << order : 1); way++) {
        var results = new ArrayList<double[]>();
        for (int modes = 0; modes < 1 << order; modes++) {
          Fn<List<Tensor>, Tensor> g = f;
          for (int k = 0; k < order; k++)
            g = derivative((modes >> k & 1) == 0 ? 'f' : 'r', way >> k & 1, g);
          results.add(g.of(xs).doubles());
        }
        for (int i = 0; i < a.length; i++) {
          int at = i;
          double[] ds = results.stream().mapToDouble(r -> r[at]).toArray();
          String wrong = wrong(ds, order, rounding(op, a[i], b[i], order));
          if (wrong != null)
            found.add(
                "%s at (%s, %s), order %d, way %d: %s %s"
                    .formatted(op, a[i], b[i], order, way, wrong, Arrays.toString(ds)));
        }
      }
    return found;
  }

  /** What terms of this size lose when they cancel: hypot is homogeneous of degree 1, atan2 of degree 0. */
  static double rounding(Pointwise op, double a, double b, int order) {
    double h = Math.hypot(a, b);
    return op == Binary.HYPOT
        ? 4e-16 * Math.pow(h, 1 - order)
        : op == Binary.ATAN2 ? 4e-16 * Math.pow(h, -order) : 0;
  }

  private static @org.jspecify.annotations.Nullable String wrong(
      double[] ds, int order, double rounding) {
    double[] finite = Arrays.stream(ds).filter(Double::isFinite).toArray();
    for (double p : finite)
      for (double q : finite)
        if (Math.abs(p - q)
            > 1e-11 * Math.max(Math.abs(p), Math.abs(q)) + Double.MIN_NORMAL + rounding)
          return "different";
    if (order == 1 && finite.length == 0)
      return Arrays.stream(ds).allMatch(d -> Double.compare(d, ds[0]) == 0) ? null : "not the same";
    return finite.length == 0 || finite.length == ds.length ? null : "some";
  }

  // ---- shapes and values that other ops stumble over

  /** Each non-elementwise op at NaN, ±∞, ties and zeros: the Jacobian by pushing is the Jacobian by pulling. */
  @ParameterizedTest
  @MethodSource("differentiable")
  void jacobiansAgreeAtEdges(OpRows.Row row) {
    if (row.op() instanceof Pointwise) return;
    if (row.op() instanceof Linalg) return; // not bit for bit: see LinalgTest
    double[] odd = {
      0.0,
      2,
      Double.NaN,
      2,
      Double.POSITIVE_INFINITY,
      -0.0,
      2,
      Double.NEGATIVE_INFINITY,
      1e300,
      -1,
      2,
      2
    };
    for (int variant = 0; variant < 3; variant++) {
      var xs = new ArrayList<Tensor>();
      for (Tensor t : row.floats()) {
        double[] v = new double[t.size()];
        for (int i = 0; i < v.length; i++)
          v[i] = variant == 0 ? 2 : variant == 1 ? i % 3 : odd[i % odd.length];
        xs.add(Tensor.of(v, t.shape().dims()));
      }
      var f = Leibniz.jacobian((List<Tensor> p) -> row.apply(p));
      Tensor pushed = f.forward().of(xs).matrix(), pulled = f.reverse().of(xs).matrix();
      // contractions end supports: 0 · NaN is then NaN, in the row of one factor or of the other
      if (row.op() instanceof io.leibniz.ir.Contraction && variant == 2) continue;
      assertThat(pushed.doubles()).as(row.toString()).containsExactly(pulled.doubles());
    }
  }

  /** Empty tensors and tensors of one element go through every op that takes them, in both modes. */
  @Test
  void emptyAndSingleShapes() {
    for (int n : new int[] {0, 1}) {
      Tensor v = Tensor.of(new double[n]).plus(0.5), m = Tensor.zeros(DType.F64, 2, n).plus(0.25);
      List<Fn<Tensor, Tensor>> fs =
          List.of(
              x -> x.sum(),
              x -> x.sum(0),
              x -> x.prod(),
              x -> x.cumsum(0),
              x -> x.cumprod(0),
              x -> x.sort(0),
              x -> x.flip(0),
              x -> x.reshape(n, 1),
              x -> x.broadcastTo(io.leibniz.ir.Shape.of(3, n)),
              x -> Tensor.concat(0, x, x),
              x -> x.pad(new int[] {1}, new int[] {2}),
              x -> x.slice(Range.from(n)),
              x -> x.matmul(x),
              x -> x.outer(x),
              x -> m.matmul(x),
              x -> x.take(Tensor.of(new long[0]), 0),
              x -> x.scatterAdd(Tensor.of(new long[0]), Tensor.of(new double[0])),
              x -> x.gt(0).select(x.sqrt(), x),
              x -> x.norm());
      for (var f : fs) {
        Tensor y = f.of(v);
        var j = Leibniz.jacobian(f);
        assertThat(j.forward().of(v).tensor()).isEqualTo(j.reverse().of(v).tensor());
        assertThat(j.of(v).tensor().shape()).isEqualTo(y.shape().concat(v.shape()));
        assertThat(vmap(f).of(Tensor.stack(0, v, v)).at(1)).isEqualTo(y);
        Tensor h = Leibniz.hessian((Tensor x) -> f.of(x).square().sum()).of(v).tensor();
        assertThat(h.shape()).isEqualTo(v.shape().concat(v.shape()));
      }
    }
  }

  /** A cast to f32 and back rounds the value and leaves the slope. */
  @Test
  void castsPassTangents() {
    var d =
        jvp((Tensor x) -> x.cast(DType.F32).times(2))
            .of(new Dual<>(Tensor.of(0.1), Tensor.of(3.0)));
    assertThat(d.tangent()).isEqualTo(Tensor.of(6f));
    assertThat(grad((Tensor x) -> x.cast(DType.F32).square()).of(Tensor.of(3.0)))
        .isEqualTo(Tensor.of(6.0));
    assertThat(grad((Tensor x) -> x.cast(DType.I64).cast(DType.F64).plus(x)).of(Tensor.of(3.7)))
        .isEqualTo(Tensor.of(1.0));
  }
}
