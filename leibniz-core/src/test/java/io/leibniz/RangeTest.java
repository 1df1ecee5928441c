package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.ir.ShapeException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Slices are NumPy's. */
class RangeTest {

  static java.util.List<Recorded.Case> recorded() {
    return Recorded.of("slice");
  }

  @Test
  void slicesAsNumPyDoes() {
    assertThat(recorded()).hasSizeGreaterThan(400);
    recorded().forEach(c -> c.check(RangeTest::slice, 0));
  }

  private static Tensor slice(Recorded.Case c) {
    return c.in(0)
        .slice(
            Arrays.stream(c.args().get("at").split(",", -1))
                .map(RangeTest::range)
                .toArray(Range[]::new));
  }

  /** {@code 1:5:2}, {@code ::-1}, {@code 3} */
  private static Range range(String text) {
    if (!text.contains(":")) return Range.at(Integer.parseInt(text));
    String[] p = (text + ": ").split(":");
    return new Range(number(p[0]), number(p[1]), p[2].isBlank() ? 1 : number(p[2]), false);
  }

  private static Integer number(String text) {
    return text.isBlank() ? null : Integer.valueOf(text);
  }

  @Test
  void shorthandsAreSlices() {
    Tensor x = Tensor.vector(0, 1, 2, 3, 4);
    assertThat(x.slice(Range.all())).isEqualTo(x);
    assertThat(x.slice(Range.of(1, 3))).isEqualTo(Tensor.vector(1, 2));
    assertThat(x.slice(Range.of(3, 0, -2))).isEqualTo(Tensor.vector(3, 1));
    assertThat(x.slice(Range.from(-2))).isEqualTo(Tensor.vector(3, 4));
    assertThat(x.slice(Range.to(-3))).isEqualTo(Tensor.vector(0, 1));
    assertThat(x.slice(Range.every(-2))).isEqualTo(Tensor.vector(4, 2, 0));
    assertThat(x.slice(Range.at(-1))).isEqualTo(Tensor.of(4.0));
    assertThat(x.at(-1)).isEqualTo(Tensor.of(4.0));
  }

  @Test
  void extremeBoundsDoNotOverflow() {
    Tensor x = Tensor.vector(0, 1, 2);
    assertThat(x.slice(Range.of(Integer.MIN_VALUE, Integer.MAX_VALUE))).isEqualTo(x);
  }

  @Test
  void extremeStepsDoNotOverflow() {
    Tensor x = Tensor.vector(0, 1, 2);
    assertThat(x.slice(Range.of(0, 3, Integer.MAX_VALUE))).isEqualTo(Tensor.vector(0));
    assertThat(x.slice(Range.every(Integer.MIN_VALUE))).isEqualTo(Tensor.vector(2));
    assertThat(x.slice(Range.every(-Integer.MAX_VALUE))).isEqualTo(Tensor.vector(2));
  }

  @Test
  void stepZeroRaises() {
    assertThatThrownBy(() -> Range.every(0))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("step other than 0");
  }

  @Test
  void placeOutsideRaisesNamingTheAxis() {
    assertThatThrownBy(() -> Tensor.of(new double[6], 2, 3).at(1, 3))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("index 3 is outside of axis 1, which has 3 places");
  }

  @Test
  void moreRangesThanAxesRaise() {
    assertThatThrownBy(() -> Tensor.vector(1, 2).at(0, 0))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("at most 1");
  }

  /** Every element of the slice has slope 1, all others 0. */
  @Test
  void gradientOfASliceMarksItsPlaces() {
    recorded().stream()
        .filter(c -> c.out() != null && c.out().size() > 0)
        .forEach(
            c -> {
              Tensor x = c.in(0).cast(io.leibniz.ir.DType.F64);
              var shifted =
                  new Recorded.Case(c.op(), c.args(), java.util.List.of(x), null, c.text());
              Tensor g =
                  Leibniz.grad(
                          (Tensor t) ->
                              slice(
                                      new Recorded.Case(
                                          c.op(), c.args(), java.util.List.of(t), null, c.text()))
                                  .sum())
                      .of(x);
              double[] marked = new double[x.size()];
              for (double place : slice(shifted).doubles()) marked[(int) place] = 1;
              assertThat(g.doubles()).as(c.toString()).isEqualTo(marked);
            });
  }
}
