package io.leibniz;

import static io.leibniz.Axis.EACH;
import static io.leibniz.Axis.SHARED;
import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.jvp;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.TraceException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A function mapped over rows gives what it gives for each row. */
class VmapTest {

  private static Tensor normal(int seed, int... dims) {
    return Key.of(seed).normal(DType.F64, dims);
  }

  private static final Tensor X = normal(1, 5, 3), Y = normal(2, 5, 3), Z = normal(3, 5, 3);
  private static final Tensor S = normal(4, 3);

  /** The rows' results, stacked. */
  private static Tensor rows(int n, Fn<Integer, Tensor> of) {
    return Tensor.stack(0, IntStream.range(0, n).mapToObj(of::of).toArray(Tensor[]::new));
  }

  @Test
  void mapsOverEveryRowOfEveryArgument() {
    assertThat(vmap((Tensor x) -> x.exp().sum()).of(X))
        .isEqualTo(rows(5, i -> X.at(i).exp().sum()));
    assertThat(vmap((Tensor x, Tensor y) -> x.dot(y)).of(X, Y))
        .isEqualTo(rows(5, i -> X.at(i).dot(Y.at(i))));
    assertThat(vmap((Tensor x, Tensor y, Tensor z) -> x.times(y).minus(z)).of(X, Y, Z))
        .isEqualTo(X.times(Y).minus(Z));
    assertThat(
            vmap((Tensor x, Tensor y, Tensor z, Tensor w) -> x.times(y).minus(z).max().plus(w))
                .of(X, Y, Z, X))
        .isEqualTo(rows(5, i -> X.at(i).times(Y.at(i)).minus(Z.at(i)).max().plus(X.at(i))));
  }

  @Test
  void sharedArgumentsAreTheSameForEveryRow() {
    Tensor each = rows(5, i -> X.at(i).outer(S));
    assertThat(vmap((Tensor x, Tensor s) -> x.outer(s)).axes(EACH, SHARED).of(X, S))
        .isEqualTo(each);
    assertThat(vmap((Tensor s, Tensor x) -> x.outer(s)).axes(SHARED, EACH).of(S, X))
        .isEqualTo(each);
    assertThat(
            vmap((Tensor s, Tensor x, Tensor t) -> x.outer(s).plus(t))
                .axes(SHARED, EACH, SHARED)
                .of(S, X, S))
        .isEqualTo(each.plus(S));
    assertThat(
            vmap((Tensor s, Tensor x, Tensor t, Tensor y) -> x.outer(s).plus(t).times(y))
                .axes(SHARED, EACH, SHARED, EACH)
                .of(S, X, S, Y))
        .isEqualTo(each.plus(S).times(Y.expand(1)));
  }

  @Test
  void capturedTensorsAreShared() {
    assertThat(vmap((Tensor x) -> x.times(S)).of(X)).isEqualTo(X.times(S));
  }

  @Test
  void theFunctionIsCalledOnce() {
    int[] calls = {0};
    vmap((Tensor x) -> {
          calls[0]++;
          assertThat(x.shape()).isEqualTo(Shape.of(3));
          return x;
        })
        .of(X);
    assertThat(calls[0]).isEqualTo(1);
  }

  record Example(Tensor x, Tensor label, String source) {}

  @Test
  void treesAreMappedLeafByLeaf() {
    Map<String, List<Tensor>> out =
        vmap((Example e) -> Map.of(e.source(), List.of(e.x().sum(), e.label())))
            .of(new Example(X, Tensor.arange(5), "file"));
    assertThat(out).containsOnlyKeys("file");
    assertThat(out.get("file")).containsExactly(rows(5, i -> X.at(i).sum()), Tensor.arange(5));
  }

  @Test
  void whatDoesNotVaryIsRepeated() {
    assertThat(vmap((Tensor x) -> S).of(X)).isEqualTo(rows(5, _ -> S));
    assertThat(vmap((Tensor x) -> Tensor.of(1L)).of(X)).isEqualTo(Tensor.ones(DType.I64, 5));
  }

  @Test
  void oneRowAndNone() {
    assertThat(vmap((Tensor x) -> x.exp()).of(X.slice(Range.to(1))))
        .isEqualTo(X.at(0).exp().expand(0));
    assertThat(vmap((Tensor x) -> x.exp().sum()).of(X.slice(Range.to(0))))
        .isEqualTo(Tensor.vector());
  }

  @Test
  void mapsNest() {
    Tensor products = // of each row of X with each row of Y
        vmap((Tensor x) -> vmap((Tensor y) -> x.dot(y)).of(Y)).of(X);
    assertThat(products).isEqualTo(rows(5, i -> rows(5, j -> X.at(i).dot(Y.at(j)))));
    Tensor cube = normal(5, 2, 3, 4);
    assertThat(vmap(vmap((Tensor v) -> v.cumsum(0))).of(cube)).isEqualTo(cube.cumsum(2));
  }

  @Test
  void gradientOfEachExample() {
    Fn2<Tensor, Tensor, Tensor> loss = (w, x) -> w.times(x).tanh().square().sum();
    assertThat(vmap(grad(loss)).axes(SHARED, EACH).of(S, X))
        .isEqualTo(rows(5, i -> grad(loss).of(S, X.at(i))));
  }

  @Test
  void mapsAndDerivativesCommute() {
    Fn<Tensor, Tensor> f = x -> x.sin().times(x.sum());
    Fn<Tensor, Tensor> total = xs -> vmap(f).of(xs).sum();
    assertThat(grad(total).of(X)).isEqualTo(vmap(grad((Tensor x) -> f.of(x).sum())).of(X));
    assertThat(jvp(vmap(f)::of).of(new Dual<>(X, Y)).tangent())
        .isEqualTo(vmap((Dual<Tensor> d) -> jvp(f).of(d).tangent()).of(new Dual<>(X, Y)));
    assertThat(vmap((Tensor x) -> jacobian(f).of(x).tensor()).of(X))
        .isEqualTo(rows(5, i -> jacobian(f).of(X.at(i)).tensor()));
    assertThat(vmap((Tensor x) -> hessian((Tensor t) -> f.of(t).sum()).of(x).tensor()).of(X))
        .isEqualTo(rows(5, i -> hessian((Tensor t) -> f.of(t).sum()).of(X.at(i)).tensor()));
  }

  @Test
  void leadingAxesMustAgree() {
    assertThatThrownBy(() -> vmap((List<Tensor> p) -> p.get(0)).of(List.of(X, normal(1, 4))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[0] of argument 0 has 5 rows and [1] of argument 0 has 4");
    assertThatThrownBy(() -> vmap((Tensor x, Tensor y) -> x).of(X, S))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("the argument of argument 1 has 3");
    assertThatThrownBy(() -> vmap((Tensor x, Tensor y) -> x).of(X, Tensor.of(1.0)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("argument 1 is a scalar; share that argument with axes(…)");
    assertThatThrownBy(() -> vmap((Tensor x, Tensor y) -> x).axes(SHARED, SHARED).of(X, X))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("there is none");
  }

  @Test
  void branchingRaisesAndNamesWhatToUse() {
    List<Fn<Tensor, Tensor>> branches =
        List.of(
            x -> x.sum().item() > 0 ? x : x.neg(),
            x -> x.equals(S) ? x : x.neg(),
            x -> Tensor.of(x.doubles()),
            x -> x.plus(x.hashCode()));
    for (var f : branches)
      assertThatThrownBy(() -> vmap(f).of(X))
          .isInstanceOf(TraceException.class)
          .hasMessageContaining("no value while vmap traces the function; use select");
  }

  /** The value of x is not known inside a vmap, whatever surrounds and whatever is inside it. */
  @Test
  void branchingRaisesUnderNestedTransforms() {
    Fn<Tensor, Tensor> f = x -> x.sum().item() > 0 ? x.sum() : x.prod();
    assertThatThrownBy(() -> vmap(grad(f)).of(X)).isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> grad((Tensor x) -> vmap(f).of(x).sum()).of(X))
        .isInstanceOf(TraceException.class);
  }

  @Test
  void branchingOnAValueFromOutsideIsAllowed() {
    assertThat(vmap((Tensor x) -> S.doubles()[0] > 5 ? x.neg() : x).of(X)).isEqualTo(X);
  }
}
