package io.leibniz.compile;

import static io.leibniz.Flow.cond;
import static io.leibniz.Flow.fori;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Fn;
import io.leibniz.Fn2;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.compile.run.Kernels.Twins;
import io.leibniz.ir.Array;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Donated memory is where the result is, unless somebody else has it; and it is whole until the call has succeeded. */
class DonationTest {
  private static final int N = 37;

  private static Tensor numbers(int... dims) {
    int n = IntStream.of(dims).reduce(1, (a, b) -> a * b);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) x[i] = (float) Math.sin(i + 1);
    return Tensor.of(x, dims);
  }

  /** The elements themselves. */
  private static float[] memory(Tensor x) {
    return x.array().f32();
  }

  /** What a donating call returns is what one returns that does not donate. */
  private static Tensor donated(Fn<Tensor, Tensor> f, Tensor x) {
    Tensor want = jit(f).of(x);
    Tensor got = jit(f).donating(0).of(x);
    assertThat(got).isEqualTo(want);
    return got;
  }

  // ---- in place

  @Test
  void resultIsInTheDonatedMemory() {
    Tensor x = numbers(N);
    float[] at = memory(x);
    assertThat(memory(donated(y -> y.times(2).plus(1), x))).isSameAs(at);
  }

  @Test
  void stepAfterStepStaysInOneMemory() {
    var step = jit((Tensor w, Tensor x) -> w.minus(x.times(w).times(0.1))).donating(0);
    Tensor w = numbers(N), x = numbers(N);
    float[] at = memory(w);
    for (int i = 0; i < 5; i++) {
      w = step.of(w, x);
      assertThat(memory(w)).isSameAs(at);
    }
  }

  @Test
  void updateByAGradientIsInPlace() {
    Fn2<Tensor, Tensor, Tensor> loss = (w, x) -> x.matmul(w).tanh().square().sum();
    Fn2<Tensor, Tensor, Tensor> sgd =
        (w, x) -> w.minus(valueAndGrad(loss).of(w, x).grad().times(0.1));
    Tensor w = numbers(20, 30), x = numbers(7, 20), want = jit(sgd).of(w, x);
    float[] at = memory(w);
    Tensor got = jit(sgd).donating(0).of(w, x);
    assertThat(got).isEqualTo(want);
    assertThat(memory(got)).isSameAs(at);
  }

  @Test
  void severalLeavesEachStayInTheirs() {
    var f =
        jit((List<Tensor> xs) ->
                xs.stream().map(x -> x.times(2).plus(xs.getFirst().sum())).toList())
            .donating(0);
    var xs = List.of(numbers(N), numbers(N), numbers(3, 4));
    var at = xs.stream().map(DonationTest::memory).toList();
    var want = xs.stream().map(x -> x.times(2).plus(xs.getFirst().sum())).toList();
    var ys = f.of(xs);
    for (int i = 0; i < 3; i++) {
      assertThat(memory(ys.get(i))).isIn(at);
      near(ys.get(i), want.get(i));
    }
    assertThat(new HashSet<>(ys.stream().map(y -> System.identityHashCode(memory(y))).toList()))
        .hasSize(3);
  }

  private static void near(Tensor got, Tensor want) {
    double[] a = got.doubles(), b = want.doubles();
    for (int i = 0; i < a.length; i++)
      assertThat(a[i]).isCloseTo(b[i], org.assertj.core.data.Offset.offset(1e-4));
  }

  // ---- what is read after it is written

  @Test
  void elementsMoveWithoutMeetingThemselves() {
    donated(x -> x.flip(0).plus(x), numbers(N));
    donated(x -> x.transpose(1, 0).plus(1), numbers(17, 17));
    donated(x -> x.minus(x.sum()), numbers(N));
    donated(x -> x.matmul(x), numbers(17, 17));
    donated(x -> x.matmul(x).plus(x), numbers(17, 17));
    donated(x -> Tensor.concat(0, x.slice(Range.of(1, N)), x.slice(Range.of(0, 1))), numbers(N));
    donated(x -> x.softmax(1).plus(x.max(0)), numbers(9, N));
    donated(x -> x.cumsum(0).times(x), numbers(N));
  }

  @Test
  void resultsChangePlaces() {
    Fn<List<Tensor>, List<Tensor>> f = xs -> List.of(xs.get(1).plus(1), xs.get(0).plus(1));
    var xs = List.of(numbers(N), numbers(N).times(3));
    var want = jit(f).of(xs);
    assertThat(jit(f).donating(0).of(xs)).isEqualTo(want);
  }

  // ---- shared memory

  @Test
  void reshapeKeepsItsNumbers() {
    Tensor x = numbers(4, 6), view = x.reshape(24);
    float[] was = memory(view).clone();
    assertThat(memory(donated(y -> y.times(2), x))).isNotSameAs(memory(view));
    assertThat(memory(view)).isEqualTo(was);
  }

  @Test
  void tracedCaptureKeepsItsNumbers() {
    Tensor x = numbers(N), y = numbers(N).times(0.5);
    var capturing = jit((Tensor a) -> a.plus(x));
    Tensor before = capturing.of(y);
    donated(a -> a.times(2), x);
    assertThat(capturing.of(y)).isEqualTo(before);
  }

  @Test
  void otherTensorOnTheSameArrayKeepsItsNumbers() {
    Tensor x = numbers(N), other = Tensor.of(x.array());
    float[] was = memory(other).clone();
    donated(y -> y.times(2), x);
    assertThat(memory(other)).isEqualTo(was);
  }

  @Test
  void sameTensorTwiceIsNotOverwritten() {
    Fn2<Tensor, Tensor, Tensor> f = (a, b) -> a.times(2).plus(b.flip(0));
    Tensor x = numbers(N), want = jit(f).of(x, x);
    float[] at = memory(x), was = at.clone();
    Tensor got = jit(f).donating(0).of(x, x);
    assertThat(got).isEqualTo(want);
    assertThat(at).isEqualTo(was);
  }

  @Test
  void whatIsReturnedIsNotOverwritten() {
    Fn<Tensor, List<Tensor>> f = x -> List.of(x.times(2), x, x.reshape(N, 1), x.plus(1));
    Tensor x = numbers(N);
    var want = jit(f).of(x);
    assertThat(jit(f).donating(0).of(x)).isEqualTo(want);
  }

  @Test
  void whatALoopOrABranchReturnsIsNotOverwritten() {
    Tensor yes = Tensor.of(true), x = numbers(N);
    Fn2<Tensor, Tensor, List<Tensor>> branch =
        (a, p) -> List.of(cond(p, () -> a, () -> a.neg()), a.times(2));
    assertThat(jit(branch).donating(0).of(x.plus(0), yes)).isEqualTo(jit(branch).of(x, yes));
    Fn2<Tensor, Tensor, List<Tensor>> loop =
        (a, n) -> List.of(fori(n, a, (_, y) -> y.times(0.5)), a.times(2));
    for (long turns : new long[] {0, 1, 3})
      assertThat(jit(loop).donating(0).of(x.plus(0), Tensor.of(turns)))
          .isEqualTo(jit(loop).of(x, Tensor.of(turns)));
    Fn2<Tensor, Tensor, Tensor> last = (a, p) -> cond(p, () -> a, () -> a.neg()).plus(a.flip(0));
    assertThat(jit(last).donating(0).of(x.plus(0), yes)).isEqualTo(jit(last).of(x, yes));
  }

  @Test
  void resultOfADonatingCallIsItsOwn() {
    Fn<Tensor, Tensor> f = x -> x.times(2);
    Tensor first = jit(f).donating(0).of(numbers(N)), copy = first.plus(0);
    Tensor second = jit(f).of(first);
    assertThat(first).isEqualTo(copy);
    assertThat(memory(second)).isNotSameAs(memory(first));
  }

  // ---- failing calls

  @Test
  void failedCallLeavesTheDonatedWhole() {
    Tensor rows = Tensor.of(new long[] {0, 99}), zero = Tensor.of(new long[] {0});
    Fn2<Tensor, Tensor, List<Tensor>> gathers = (x, i) -> List.of(x.times(2), x.take(i, 0));
    Fn2<Tensor, Tensor, List<Tensor>> after =
        (x, i) -> List.of(x.times(2), x.times(2).plus(x.exp()).take(i, 0).sum());
    Fn2<Tensor, Tensor, List<Tensor>> divides =
        (x, k) -> List.of(x.times(2), Tensor.of(new long[] {7}).over(k));
    Fn2<Tensor, Tensor, List<Tensor>> inside =
        (x, k) ->
            List.of(fori(1, x, (_, y) -> y.times(2)), Tensor.of(new long[] {7}).over(k), x.plus(1));
    for (var f : List.of(gathers, after)) fails(f, rows, IndexOutOfBoundsException.class);
    for (var f : List.of(divides, inside)) fails(f, zero, ArithmeticException.class);
  }

  private static void fails(
      Fn2<Tensor, Tensor, List<Tensor>> f, Tensor bad, Class<? extends RuntimeException> with) {
    var g = jit(f).donating(0);
    Tensor x = numbers(N);
    float[] was = memory(x).clone();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> g.of(x, bad)).isInstanceOf(with);
      assertThat(memory(x)).isEqualTo(was);
    }
    Tensor good = bad.times(0).plus(1);
    var want = jit(f).of(x, good);
    assertThat(g.of(x, good)).isEqualTo(want);
  }

  // ---- at random

  @Test
  void randomGraphsMayTakeAllTheirArguments() {
    int all = Boolean.getBoolean("leibniz.full") ? 5000 : 500;
    var compiler = new Compiler(Twins.SCALAR);
    var wrong =
        LongStream.range(0, all)
            .parallel()
            .mapToObj(seed -> wrong(RandomGraph.of(seed), compiler))
            .filter(Objects::nonNull)
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static @Nullable String wrong(RandomGraph g, Compiler compiler) {
    var given = new HashSet<Integer>();
    for (int i = 0; i < g.args().size(); i++) given.add(i);
    try {
      var want = compiler.compile(g.graph(), Set.of()).run(g.args());
      var program = compiler.compile(g.graph(), given);
      for (int run = 0; run < 2; run++) {
        var got = program.run(g.args().stream().map(Array::copy).toList());
        for (int i = 0; i < want.size(); i++)
          if (!want.get(i).same(got.get(i))) return "result " + i + " of " + g;
      }
      return null;
    } catch (RuntimeException | Error e) {
      return e + " in " + g;
    }
  }
}
