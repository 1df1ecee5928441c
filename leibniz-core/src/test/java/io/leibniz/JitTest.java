package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.hessian;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.ir.DType;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.TraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** A compiled function gives what the function gives; it is traced once for each signature. */
class JitTest {

  private static final Tensor X = Tensor.vector(0.3, -1.2, 2.5), Y = Tensor.vector(1, 2, 4);

  record Layer(Tensor w, Tensor b) {}

  record Step(Layer layer, double rate, String name) {}

  /** A function that counts how often it is traced. */
  private static final class Counted implements Fn<Object, Tensor> {
    final AtomicInteger traces = new AtomicInteger();

    @Override
    public Tensor of(Object tree) {
      traces.incrementAndGet();
      return Tree.tensors(tree).stream().map(t -> t.sin().sum()).reduce(Tensor::plus).orElseThrow();
    }
  }

  @Test
  void givesWhatTheFunctionGives() {
    Fn<Tensor, Tensor> f = x -> x.sin().times(x).plus(1).times(0).plus(x.softmax(0));
    assertThat(jit(f).of(X)).isEqualTo(f.of(X));
    Fn2<Tensor, Tensor, Tensor> f2 = (x, y) -> x.hypot(y).cumsum(0);
    assertThat(jit(f2).of(X, Y)).isEqualTo(f2.of(X, Y));
    Fn3<Tensor, Tensor, Tensor, Tensor> f3 = (x, y, z) -> x.outer(y).matmul(z);
    assertThat(jit(f3).of(X, Y, X)).isEqualTo(f3.of(X, Y, X));
    Fn4<Tensor, Tensor, Tensor, Tensor, Tensor> f4 = (x, y, z, w) -> x.gt(y).select(z, w);
    assertThat(jit(f4).of(X, Y, X, Y)).isEqualTo(f4.of(X, Y, X, Y));
  }

  @Test
  void derivativesCompile() {
    Fn2<Layer, Tensor, Tensor> loss = (l, x) -> x.matmul(l.w()).plus(l.b()).tanh().square().sum();
    var at = new Layer(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2), Tensor.vector(0.1, 0.2));
    assertThat(jit(valueAndGrad(loss)).of(at, X)).isEqualTo(valueAndGrad(loss).of(at, X));
    Fn<Layer, Tensor> f = l -> loss.of(l, X);
    assertThat(jit((Layer l) -> hessian(f).of(l).matrix()).of(at))
        .isEqualTo(hessian(f).of(at).matrix());
    assertThat(jit(vmap(grad((Tensor x) -> loss.of(at, x)))).of(X.expand(0)))
        .isEqualTo(grad((Tensor x) -> loss.of(at, x)).of(X).expand(0));
  }

  // ---- signatures

  @Test
  void tracesOnceForEachSignature() {
    var f = new Counted();
    var g = jit(f);
    for (int i = 0; i < 5; i++) assertThat(g.of(X.plus(i))).isEqualTo(X.plus(i).sin().sum());
    assertThat(f.traces).hasValue(1);
    g.of(Tensor.vector(1, 2)); // a shape
    g.of(Tensor.of(new double[3], 1, 3)); // a rank
    g.of(Tensor.of(new float[3])); // a dtype
    g.of(List.of(X, X)); // a structure
    g.of(List.of(X, X, X)); // a length
    g.of(Map.of("x", X)); // a key
    g.of(Map.of("y", X));
    g.of(new Layer(X, X)); // a class
    assertThat(f.traces).hasValue(9);
    g.of(X);
    g.of(List.of(Y, X));
    g.of(Map.of("y", Y));
    assertThat(f.traces).hasValue(9);
    assertThat(g.why()).hasSize(9);
  }

  @Test
  void javaValuesAreStructure() {
    int[] traces = {0};
    var f =
        jit(
            (Step s) -> {
              traces[0]++;
              return s.layer().w().times(s.rate());
            });
    var layer = new Layer(X, Y);
    assertThat(f.of(new Step(layer, 2, "a"))).isEqualTo(X.times(2));
    assertThat(f.of(new Step(layer, 3, "a"))).isEqualTo(X.times(3));
    assertThat(f.of(new Step(new Layer(Y, X), 2, "a"))).isEqualTo(Y.times(2));
    assertThat(traces[0]).isEqualTo(2);
    assertThat(f.why()).hasSize(2);
    assertThat(f.why().get(0)).isEqualTo("first call");
    assertThat(f.why().get(1)).contains("rate").contains("2.0").contains("3.0");
  }

  @Test
  void eachJitHasProgramsOfItsOwn() {
    var f = new Counted();
    jit(f).of(X);
    jit(f).of(X);
    assertThat(f.traces).hasValue(2);
  }

  /** What the function finds outside its arguments is that of the first trace. */
  @Test
  void capturedValuesAreThoseOfTheFirstTrace() {
    var factor = new ArrayList<>(List.of(Tensor.of(2.0)));
    var f = jit((Tensor x) -> x.times(factor.getFirst()));
    f.of(X);
    factor.set(0, Tensor.of(3.0));
    assertThat(f.of(X)).isEqualTo(X.times(2));
  }

  @Test
  void threadsShareOneTrace() throws Exception {
    var f = new Counted();
    var g = jit(f);
    Callable<Tensor> call = () -> g.of(X);
    try (var pool = Executors.newFixedThreadPool(4)) {
      for (var y : pool.invokeAll(java.util.Collections.nCopies(64, call)))
        assertThat(y.get()).isEqualTo(X.sin().sum());
    }
    assertThat(f.traces).hasValue(1);
  }

  // ---- the warning

  private static List<String> warnings(Runnable body) {
    var seen = new ArrayList<String>();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord r) {
            if (r.getLevel() == Level.WARNING) seen.add(new SimpleFormatter().formatMessage(r));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger log = Logger.getLogger("io.leibniz.jit");
    log.addHandler(handler);
    log.setUseParentHandlers(false);
    try {
      body.run();
    } finally {
      log.setUseParentHandlers(true);
      log.removeHandler(handler);
    }
    return seen;
  }

  @Test
  void warnsOnceAtTheEighthProgramNamingWhatKeepsChanging() {
    var f = jit((Step s) -> s.layer().w().times(s.rate()));
    var layer = new Layer(X, Y);
    Fn<Integer, List<String>> upTo =
        n ->
            warnings(
                () -> {
                  for (int i = 0; i < n; i++) f.of(new Step(layer, i, "a"));
                });
    assertThat(upTo.of(7)).isEmpty();
    assertThat(upTo.of(12)).singleElement().asString().contains("8 programs").contains("rate");
    assertThat(upTo.of(12)).isEmpty();
  }

  @Test
  void newShapesAreNoReasonToWarn() {
    var f = new Counted();
    assertThat(
            warnings(
                () -> {
                  var g = jit(f);
                  for (int n = 1; n < 20; n++) g.of(Tensor.arange(n).cast(DType.F64));
                }))
        .isEmpty();
    assertThat(f.traces).hasValue(19);
  }

  // ---- inside other transforms

  @Test
  void underAnotherTransformItIsAnInlinedCall() {
    var f = new Counted();
    var g = jit(f);
    Fn<Object, Tensor> plain = new Counted();
    assertThat(grad((Tensor x) -> g.of(x)).of(X)).isEqualTo(grad((Tensor x) -> plain.of(x)).of(X));
    assertThat(grad((Tensor x) -> g.of(x)).of(X)).isEqualTo(X.cos());
    assertThat(f.traces).hasValue(2); // traced anew each time, and no program kept
    assertThat(g.why()).isEmpty();
    assertThat(vmap((Tensor x) -> g.of(x)).of(X)).isEqualTo(X.sin());
    assertThat(jit((Tensor x) -> g.of(x).times(2)).of(X)).isEqualTo(X.sin().sum().times(2));
    assertThat(hessian((Tensor x) -> g.of(x)).of(X).tensor())
        .isEqualTo(hessian((Tensor x) -> plain.of(x)).of(X).tensor());
  }

  @Test
  void inlinedCallSeesCapturedTensorsMove() {
    Fn<Tensor, Tensor> f = x -> jit((Tensor y) -> x.times(y).sum()).of(Y);
    assertThat(grad(f).of(X)).isEqualTo(Y);
  }

  // ---- donation

  @Test
  void donatedTensorRaisesAtItsNextUse() {
    var f = jit((Tensor x, Tensor y) -> x.times(2).plus(y)).donating(0);
    Tensor given = X.plus(0), kept = Y.plus(0);
    assertThat(f.of(given, kept)).isEqualTo(X.times(2).plus(Y));
    assertThat(kept).isEqualTo(Y);
    assertThat(given.toString()).isEqualTo("given up");
    for (Runnable use :
        List.<Runnable>of(
            () -> given.plus(1),
            given::doubles,
            given::shape,
            () -> f.of(given, kept),
            () -> grad((Tensor x) -> x.times(given).sum()).of(X)))
      assertThatThrownBy(use::run)
          .isInstanceOf(TraceException.class)
          .hasMessageContaining("given up to a jit call");
  }

  @Test
  void everyLeafOfADonatedArgumentIsGivenUp() {
    var f = jit((Layer l, Tensor x) -> new Layer(l.w().plus(x), l.b())).donating(0);
    var l = new Layer(X.plus(0), Y.plus(0));
    var next = f.of(l, X);
    assertThat(next).isEqualTo(new Layer(X.plus(X), Y));
    assertThatThrownBy(() -> l.w().plus(1)).isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> l.b().plus(1)).isInstanceOf(TraceException.class);
    assertThat(f.of(next, X).w()).isEqualTo(X.plus(X).plus(X));
  }

  @Test
  void donatingNeedsAnArgumentThatThereIs() {
    assertThatThrownBy(() -> jit((Tensor x) -> x).donating(1))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("from 0 to 0, got 1");
  }

  @Test
  void nothingIsGivenUpWhenTheCallFails() {
    var f = jit((Tensor x) -> x.plus(Tensor.vector(1, 2))).donating(0);
    Tensor x = X.plus(0);
    assertThatThrownBy(() -> f.of(x)).isInstanceOf(ShapeException.class);
    assertThat(x).isEqualTo(X);
  }

  // ---- results

  @Test
  void resultsAreTreesOfAnyKind() {
    var f = jit((Tensor x) -> Map.of("n", List.of(x.sum(), x, Tensor.of(1L)), "s", List.of()));
    for (int i = 0; i < 2; i++)
      assertThat(f.of(X))
          .isEqualTo(Map.of("n", List.of(X.sum(), X, Tensor.of(1L)), "s", List.of()));
  }

  @Test
  void nullIsNoTree() {
    assertThatThrownBy(() -> jit((Tensor x) -> null).of(X))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("must return a tree");
  }

  @Test
  void planShowsTheProgram() {
    var f = jit((Tensor x) -> x.sin().plus(0.5));
    assertThat(f.plan(X).toString()).contains("first call").contains("sin").contains("0.5");
    assertThat(f.why()).containsExactly("first call");
  }

  // ---- no values while tracing

  @Test
  void branchingRaisesAndNamesWhatToUse() {
    List<Fn<Tensor, Tensor>> branches =
        List.of(
            x -> x.sum().item() > 0 ? x : x.neg(),
            x -> x.equals(Y) ? x : x.neg(),
            x -> Tensor.of(x.doubles()),
            x -> x.plus(x.hashCode()),
            x -> grad((Tensor t) -> t.sum().item() > 0 ? t.sum() : t.prod()).of(x));
    for (var f : branches)
      assertThatThrownBy(() -> jit(f).of(X))
          .isInstanceOf(TraceException.class)
          .hasMessageContaining("no value while jit traces the function; use select");
  }

  /** Else a program would change its meaning as soon as it is compiled. */
  @Test
  void branchingRaisesInAnInlinedCallToo() {
    Fn<Tensor, Tensor> f = jit((Tensor x) -> x.sum().item() > 0 ? x.sum() : x.prod());
    assertThatThrownBy(() -> grad(f).of(X))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("jit");
  }

  @Test
  void failedTraceLeavesNoProgramBehind() {
    int[] calls = {0};
    var f =
        jit(
            (Tensor x) -> {
              if (calls[0]++ == 0) throw new IllegalStateException("once");
              return x;
            });
    assertThatThrownBy(() -> f.of(X)).hasMessage("once");
    assertThat(f.of(X)).isEqualTo(X);
    assertThat(f.why()).containsExactly("first call");
  }

  @Test
  void tensorLeakedFromATraceIsCaught() {
    var kept = new ArrayList<Tensor>();
    jit((Tensor x) -> {
          kept.add(x.plus(1));
          return x;
        })
        .of(X);
    assertThatThrownBy(() -> kept.getFirst().plus(1)).isInstanceOf(TraceException.class);
    assertThatThrownBy(() -> jit((Tensor x) -> x.plus(kept.getFirst())).of(X))
        .isInstanceOf(TraceException.class);
  }
}
