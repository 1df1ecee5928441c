package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where NumPy is the model, what it gives; where Java is, what Java gives. */
class TensorTest {

  // ---- as NumPy

  /** Recorded ops that tests of their own check. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "print",
          "slice",
          "einsum",
          "cholesky",
          "solve",
          "triangularSolve",
          "inverse",
          "det",
          "logdet",
          "signDet",
          "qr.q",
          "qr.r",
          "eigh.values",
          "eigh.vectors",
          "svd.u",
          "svd.s",
          "svd.vt",
          "spectralNorm",
          "nuclearNorm",
          "lstsq",
          "pinv");

  private static final Map<String, Fn<Recorded.Case, Tensor>> OPS = new HashMap<>();

  static {
    OPS.put("plus", c -> c.in(0).plus(c.in(1)));
    OPS.put("times", c -> c.in(0).times(c.in(1)));
    OPS.put("over", c -> c.in(0).over(c.in(1)));
    OPS.put("rem", c -> c.in(0).rem(c.in(1)));
    OPS.put("maximum", c -> c.in(0).maximum(c.in(1)));
    OPS.put("minimum", c -> c.in(0).minimum(c.in(1)));
    OPS.put("atan2", c -> c.in(0).atan2(c.in(1)));
    OPS.put("hypot", c -> c.in(0).hypot(c.in(1)));
    OPS.put("lt", c -> c.in(0).lt(c.in(1)));
    OPS.put("le", c -> c.in(0).le(c.in(1)));
    OPS.put("gt", c -> c.in(0).gt(c.in(1)));
    OPS.put("ge", c -> c.in(0).ge(c.in(1)));
    OPS.put("eq", c -> c.in(0).eq(c.in(1)));
    OPS.put("ne", c -> c.in(0).ne(c.in(1)));
    OPS.put("and", c -> c.in(0).and(c.in(1)));
    OPS.put("or", c -> c.in(0).or(c.in(1)));
    OPS.put("xor", c -> c.in(0).xor(c.in(1)));
    OPS.put("shl", c -> c.in(0).shl(c.in(1)));
    OPS.put("shr", c -> c.in(0).shr(c.in(1)));
    OPS.put("ushr", c -> c.in(0).ushr(c.in(1)));
    OPS.put("not", c -> c.in(0).not());
    OPS.put("neg", c -> c.in(0).neg());
    OPS.put("abs", c -> c.in(0).abs());
    OPS.put("sign", c -> c.in(0).sign());
    OPS.put("round", c -> c.in(0).round());
    OPS.put("floor", c -> c.in(0).floor());
    OPS.put("ceil", c -> c.in(0).ceil());
    OPS.put("sqrt", c -> c.in(0).sqrt());
    OPS.put("exp", c -> c.in(0).exp());
    OPS.put("log1p", c -> c.in(0).log1p());
    OPS.put("square", c -> c.in(0).square());
    OPS.put("isNaN", c -> c.in(0).isNaN());
    OPS.put("isFinite", c -> c.in(0).isFinite());
    OPS.put("clamp", c -> c.in(0).clamp(c.numbers("between")[0], c.numbers("between")[1]));
    OPS.put("where", c -> Tensor.where(c.in(0), c.in(1), c.in(2)));
    OPS.put("broadcastTo", c -> c.in(0).broadcastTo(Shape.of(c.ints("shape"))));
    OPS.put("sum", c -> c.in(0).sum(c.axes(), c.keep()));
    OPS.put("mean", c -> c.in(0).mean(c.axes(), c.keep()));
    OPS.put("prod", c -> c.in(0).prod(c.axes(), c.keep()));
    OPS.put("max", c -> c.in(0).max(c.axes(), c.keep()));
    OPS.put("min", c -> c.in(0).min(c.axes(), c.keep()));
    OPS.put("any", c -> c.in(0).any(c.axes(), c.keep()));
    OPS.put("all", c -> c.in(0).all(c.axes(), c.keep()));
    OPS.put("variance", c -> c.in(0).variance(c.integer("ddof"), c.axes(), c.keep()));
    OPS.put("norm", c -> c.in(0).norm(c.axes()));
    OPS.put("logSumExp", c -> c.in(0).logSumExp(c.axes()));
    OPS.put("softmax", c -> c.in(0).softmax(c.axis()));
    OPS.put("argmax", c -> c.in(0).argmax(c.axis()));
    OPS.put("argmin", c -> c.in(0).argmin(c.axis()));
    OPS.put("cumsum", c -> c.in(0).cumsum(c.axis()));
    OPS.put("cumprod", c -> c.in(0).cumprod(c.axis()));
    OPS.put("argsort", c -> c.in(0).argsort(c.axis()));
    OPS.put("sort", c -> c.in(0).sort(c.axis()));
    OPS.put("topkIndices", c -> c.in(0).topk(c.integer("k"), 0).indices());
    OPS.put("topkValues", c -> c.in(0).topk(c.integer("k"), 0).values());
    OPS.put("take", c -> c.in(0).take(c.in(1), c.axis()));
    OPS.put("takeAlong", c -> c.in(0).takeAlong(c.in(1), c.axis()));
    OPS.put("scatterAdd", c -> c.in(0).scatterAdd(c.in(1), c.in(2)));
    OPS.put("tril", c -> c.in(0).tril(c.integer("k")));
    OPS.put("triu", c -> c.in(0).triu(c.integer("k")));
    OPS.put("reshape", c -> c.in(0).reshape(c.ints("shape")));
    OPS.put("transpose", c -> c.in(0).transpose(c.axes()));
    OPS.put("moveAxis", c -> c.in(0).moveAxis(c.axes()[0], c.axes()[1]));
    OPS.put("expand", c -> c.in(0).expand(c.axis()));
    OPS.put("squeeze", c -> c.in(0).squeeze(c.axes()));
    OPS.put("flip", c -> c.in(0).flip(c.axes()));
    OPS.put("concat", c -> Tensor.concat(c.axis(), c.in(0), c.in(1)));
    OPS.put("stack", c -> Tensor.stack(c.axis(), c.in(0), c.in(1)));
    OPS.put("pad", c -> c.in(0).pad(c.ints("low"), c.ints("high")));
    OPS.put(
        "linspace",
        c -> Tensor.linspace(c.numbers("between")[0], c.numbers("between")[1], c.integer("n")));
    OPS.put("arange", c -> Tensor.arange(c.integer("n")));
    OPS.put("eye", c -> Tensor.eye(DType.F64, c.integer("n")));
    OPS.put("matmul", c -> c.in(0).matmul(c.in(1)));
    OPS.put("outer", c -> c.in(0).outer(c.in(1)));
    OPS.put("dot", c -> c.in(0).dot(c.in(1)));
  }

  static Stream<String> ops() {
    return Recorded.ops().filter(op -> !ELSEWHERE.contains(op));
  }

  /** Numbers up to 4 units in the last place of the greatest; all else exactly. */
  @ParameterizedTest
  @MethodSource("ops")
  void givesWhatNumPyGives(String op) {
    assertThat(OPS).containsKey(op);
    Recorded.of(op).forEach(c -> c.check(OPS.get(op), 4));
  }

  // ---- as Java

  private static final double[] AWKWARD = {
    0,
    -0.0,
    0.5,
    -0.5,
    1.5,
    -1.5,
    1e9,
    -1e9,
    3e9,
    -3e9,
    1e19,
    -1e19,
    2147483647.5,
    1e300,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE
  };

  @Test
  void floatsBecomeIntegersAsInJava() {
    long[] longs = Tensor.of(AWKWARD).cast(DType.I64).longs();
    int[] ints = Tensor.of(AWKWARD).cast(DType.I32).ints();
    boolean[] bools = Tensor.of(AWKWARD).cast(DType.BOOL).booleans();
    float[] floats = Tensor.of(AWKWARD).cast(DType.F32).floats();
    for (int i = 0; i < AWKWARD.length; i++) {
      assertThat(longs[i]).isEqualTo((long) AWKWARD[i]);
      assertThat(ints[i]).isEqualTo((int) AWKWARD[i]);
      assertThat(bools[i]).isEqualTo(AWKWARD[i] != 0);
      assertThat(Float.compare(floats[i], (float) AWKWARD[i])).isZero();
    }
  }

  private static final long[] LONGS = {
    0, 1, -1, 2, 7, -7, 13, 64, 65, -64, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
  };

  @Test
  void longsComputeAsInJava() {
    for (long a : LONGS)
      for (long b : LONGS) {
        Tensor x = Tensor.of(a), y = Tensor.of(b);
        assertThat(x.plus(y)).isEqualTo(Tensor.of(a + b));
        assertThat(x.minus(y)).isEqualTo(Tensor.of(a - b));
        assertThat(x.times(y)).isEqualTo(Tensor.of(a * b));
        assertThat(x.shl(y)).isEqualTo(Tensor.of(a << b));
        assertThat(x.shr(y)).isEqualTo(Tensor.of(a >> b));
        assertThat(x.ushr(y)).isEqualTo(Tensor.of(a >>> b));
        assertThat(x.maximum(y)).isEqualTo(Tensor.of(Math.max(a, b)));
        assertThat(x.lt(y)).isEqualTo(Tensor.of(a < b));
        assertThat(x.cast(DType.I32)).isEqualTo(Tensor.of((int) a));
        assertThat(x.cast(DType.F64)).isEqualTo(Tensor.of((double) a));
        assertThat(x.cast(DType.F32)).isEqualTo(Tensor.of((float) a));
        if (b == 0) continue;
        assertThat(x.over(y)).isEqualTo(Tensor.of(a / b));
        assertThat(x.rem(y)).isEqualTo(Tensor.of(a % b));
      }
  }

  @Test
  void intsComputeAsInJava() {
    for (long la : LONGS)
      for (long lb : LONGS) {
        int a = (int) la, b = (int) lb;
        Tensor x = Tensor.of(a), y = Tensor.of(b);
        assertThat(x.plus(y)).isEqualTo(Tensor.of(a + b));
        assertThat(x.times(y)).isEqualTo(Tensor.of(a * b));
        assertThat(x.shl(y)).isEqualTo(Tensor.of(a << b));
        assertThat(x.shr(y)).isEqualTo(Tensor.of(a >> b));
        assertThat(x.ushr(y)).isEqualTo(Tensor.of(a >>> b));
        assertThat(x.neg()).isEqualTo(Tensor.of(-a));
        if (b == 0) continue;
        assertThat(x.over(y)).isEqualTo(Tensor.of(a / b));
        assertThat(x.rem(y)).isEqualTo(Tensor.of(a % b));
      }
  }

  @Test
  void integerDivisionByZeroRaises() {
    raises(() -> Tensor.of(1L).over(Tensor.of(0L)), RuntimeException.class, "zero|by 0");
    raises(() -> Tensor.of(1).rem(Tensor.of(0)), RuntimeException.class, "zero|by 0");
  }

  @Test
  void floatRemainderHasTheSignOfTheDividend() {
    assertThat(Tensor.vector(5, -5, 5, -5).rem(Tensor.vector(3, 3, -3, -3)))
        .isEqualTo(Tensor.vector(5.0 % 3, -5.0 % 3, 5.0 % -3, -5.0 % -3));
  }

  @Test
  void javaNumberTakesTheDtypeOfTheTensor() {
    assertThat(Tensor.of(new float[] {1, 2}).times(0.1))
        .isEqualTo(Tensor.of(new float[] {0.1f, 0.2f}));
    assertThat(Tensor.of(7L).over(2)).isEqualTo(Tensor.of(3L));
  }

  // ---- from Java and back

  @Test
  void arraysAreCopiedInAndOut() {
    double[] x = {1, 2};
    Tensor t = Tensor.of(x);
    x[0] = 9;
    t.doubles()[1] = 9;
    assertThat(t).isEqualTo(Tensor.vector(1, 2));
  }

  @Test
  void everyDtypeComesBack() {
    assertThat(Tensor.of(new double[] {0.1}).doubles()).containsExactly(0.1);
    assertThat(Tensor.of(new float[] {0.1f}).floats()).containsExactly(0.1f);
    assertThat(Tensor.of(new float[] {0.1f}).doubles()).containsExactly(0.1f);
    assertThat(Tensor.of(new long[] {Long.MIN_VALUE}).longs()).containsExactly(Long.MIN_VALUE);
    assertThat(Tensor.of(new int[] {-3}).ints()).containsExactly(-3);
    assertThat(Tensor.of(new boolean[] {true}).booleans()).containsExactly(true);
    assertThat(Tensor.of(2.5f).item()).isEqualTo(2.5);
    assertThat(Tensor.of(-4).item()).isEqualTo(-4);
    assertThat(Tensor.of(true).dtype()).isEqualTo(DType.BOOL);
  }

  @Test
  void matricesComeFromRows() {
    assertThat(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}))
        .isEqualTo(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertThat(Tensor.of(new float[][] {{1}, {2}})).isEqualTo(Tensor.of(new float[] {1, 2}, 2, 1));
    assertThat(Tensor.of(new double[0][]).shape()).isEqualTo(Shape.of(0, 0));
    raises(
        () -> Tensor.of(new double[][] {{1, 2}, {3}}),
        ShapeException.class,
        "one length, got 2 and 1");
  }

  @Test
  void fullZerosOnes() {
    assertThat(Tensor.full(DType.F32, 0.1, 2)).isEqualTo(Tensor.of(new float[] {0.1f, 0.1f}));
    assertThat(Tensor.zeros(DType.I64, 1, 2)).isEqualTo(Tensor.of(new long[2], 1, 2));
    assertThat(Tensor.ones(DType.BOOL, 1)).isEqualTo(Tensor.of(new boolean[] {true}));
    assertThat(Tensor.full(DType.I32, -3)).isEqualTo(Tensor.of(-3));
  }

  @Test
  void oneHotMarksThePlaceAlongANewLastAxis() {
    Tensor y = Tensor.of(new long[] {2, 0, -1, 3}, 2, 2).oneHot(3, DType.F64);
    assertThat(y).isEqualTo(Tensor.of(new double[] {0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 2, 2, 3));
  }

  @Test
  void comparisonsOrderNaNAsJavasBytecodeDoes() {
    Tensor x = Tensor.vector(1, 2, 3, Double.NaN), y = Tensor.vector(2, 2, 2, 2);
    assertThat(x.compareLess(y)).isEqualTo(Tensor.of(new int[] {-1, 0, 1, -1}));
    assertThat(x.compareGreater(y)).isEqualTo(Tensor.of(new int[] {-1, 0, 1, 1}));
  }

  @Test
  void blocksAreReadWrittenAndAddedAtStartsThatAreData() {
    Tensor x = Tensor.arange(12).reshape(3, 4).cast(DType.F64), at = Tensor.of(new long[] {1, 2});
    Tensor block = Tensor.of(new double[] {100, 200}, 2, 1);
    assertThat(x.dynamicSlice(at, 2, 1)).isEqualTo(Tensor.of(new double[] {6, 10}, 2, 1));
    assertThat(x.dynamicUpdate(block, at).dynamicSlice(at, 2, 1)).isEqualTo(block);
    assertThat(x.dynamicAdd(block, at).minus(x).sum().item()).isEqualTo(300);
    raises(() -> x.dynamicSlice(Tensor.of(new long[] {2, 0}), 2, 1), RuntimeException.class, "2");
  }

  // ---- equality

  @Test
  void equalityIsOfShapeDtypeAndBits() {
    assertThat(Tensor.vector(1, 2)).isEqualTo(Tensor.vector(1, 2));
    assertThat(Tensor.vector(1, 2)).hasSameHashCodeAs(Tensor.vector(1, 2));
    assertThat(Tensor.vector(Double.NaN)).isEqualTo(Tensor.vector(Double.NaN));
    assertThat(Tensor.vector(0.0)).isNotEqualTo(Tensor.vector(-0.0));
    assertThat(Tensor.vector(1, 2)).isNotEqualTo(Tensor.of(new double[] {1, 2}, 1, 2));
    assertThat(Tensor.of(1.0)).isNotEqualTo(Tensor.of(1.0f));
    assertThat(Tensor.of(1L)).isNotEqualTo(Tensor.of(1));
    assertThat(Tensor.of(1L)).isNotEqualTo("1");
  }

  // ---- errors say what was needed and what there was

  private static void raises(ThrowingCallable f, Class<? extends Throwable> kind, String pattern) {
    assertThatThrownBy(f).isInstanceOf(kind).hasMessageMatching("(?s).*(" + pattern + ").*");
  }

  @Test
  void errorsOfShape() {
    Tensor m = Tensor.of(new double[6], 2, 3), v = Tensor.vector(1, 2);
    for (var bad :
        Map.<ThrowingCallable, String>of(
                () -> m.plus(v), "shapes \\[2, 3\\] and \\[2\\] do not broadcast",
                () -> m.item(), "one element, but this one is \\[2, 3\\]",
                () -> m.matmul(m), "axis j is 3|3 on the left but 2",
                () -> m.matmul(Tensor.of(1.0)), "matmul needs vectors or matrices",
                () -> m.reshape(4, -1), "no extent for -1",
                () -> m.reshape(-1, -1), "-1",
                () -> m.sum(2), "axis 2 is outside of \\[2, 3\\]",
                () -> m.squeeze(0), "extent 1",
                () -> m.broadcastTo(Shape.of(3)), "cannot broadcast \\[2, 3\\] to \\[3\\]",
                () -> v.clamp(1, 0), "bounds in order")
            .entrySet()) raises(bad.getKey(), ShapeException.class, bad.getValue());
    raises(() -> Tensor.concat(0), ShapeException.class, "got none");
    raises(() -> m.topk(4, 1), ShapeException.class, "4");
    raises(() -> m.sum(0, 0), ShapeException.class, "0");
    raises(() -> m.transpose(0), ShapeException.class, "0");
  }

  @Test
  void dtypesAreNeverPromoted() {
    Tensor d = Tensor.of(1.0), f = Tensor.of(1f), l = Tensor.of(1L);
    for (var mixed : List.of(f, l, Tensor.of(1), Tensor.of(true)))
      raises(() -> d.plus(mixed), ShapeException.class, "f64.*" + mixed.dtype() + "|cast");
    raises(() -> l.exp(), ShapeException.class, "float|i64");
    raises(() -> d.and(d), ShapeException.class, "f64");
    raises(() -> d.select(d, d), ShapeException.class, "bool");
    raises(() -> d.ints(), ShapeException.class, "cast it first");
    raises(() -> d.take(d, 0), ShapeException.class, ".");
  }

  @Test
  void gatherOutOfBoundsRaisesAndSaysWhere() {
    Tensor x = Tensor.vector(1, 2, 3);
    Tensor places = Tensor.of(new long[] {5});
    var outside = IndexOutOfBoundsException.class;
    raises(() -> x.take(Tensor.of(3L), 0), outside, "index 3 .* axis 0, which has 3 rows");
    raises(() -> x.take(Tensor.of(-1L), 0), outside, "index -1 .* run from 0 to 2");
    raises(() -> x.scatterAdd(places, Tensor.vector(1)), outside, "index 5 ");
  }
}
