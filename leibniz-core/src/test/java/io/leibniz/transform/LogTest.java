package io.leibniz.transform;

import static io.leibniz.Leibniz.grad;
import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.Dual;
import io.leibniz.Flow;
import io.leibniz.Leibniz;
import io.leibniz.Step;
import io.leibniz.Tensor;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Type;
import io.leibniz.transform.Log.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log is what the transforms did, no more, no less. */
class LogTest {
  private static final Tensor AT = Tensor.of(0.7);

  private static Tensor f(Tensor x) {
    return x.square().sin().times(x);
  }

  @Test
  void forwardModeNamesTheRuleOfEachOperandThatMoves() {
    var logged = Log.of(() -> Leibniz.jvp(LogTest::f).of(new Dual<>(AT, Tensor.of(1.0))).tangent());
    assertThat(logged.steps())
        .extracting(s -> s.rule() + " " + s.at().op() + " " + s.operand())
        .containsExactly(
            "linear mul 0", "linear mul 1", "slope sin 0", "linear mul 0", "linear mul 1");
    assertThat(logged.steps())
        .allMatch(s -> s.stage() == Stage.FORWARD && s.before() != null && s.after() != null)
        .allMatch(s -> s.where() != null);
    assertThat(logged.result())
        .isEqualTo(Leibniz.jvp(LogTest::f).of(new Dual<>(AT, Tensor.of(1.0))).tangent());
  }

  /** Each step can be checked on its own: after is before times a slope that differences see. */
  @Test
  void aStepCanBeReplayed() {
    var logged =
        Log.of(
            () -> {
              var root = Interpreter.scope();
              return root.in(
                  () -> {
                    Graph g =
                        Graph.close(
                                List.of(Type.of(DType.F64)),
                                p -> List.of(p.getFirst().square().sin().mul(p.getFirst())))
                            .graph();
                    Node x = Node.literal(DType.F64, 0.7), dx = Node.literal(DType.F64, 0.25);
                    return Jvp.of(g, List.of(x), List.of(io.leibniz.ir.Delta.of(dx)));
                  });
            });
    double sum = 0;
    for (var s : logged.steps()) {
      double before = value(s.before()), after = value(s.after());
      double[] xs = s.at().operands().stream().mapToDouble(LogTest::value).toArray();
      double h = 1e-6;
      double slope =
          (apply(s.at(), xs, s.operand(), h) - apply(s.at(), xs, s.operand(), -h)) / (2 * h);
      assertThat(after).isCloseTo(slope * before, org.assertj.core.data.Offset.offset(1e-9));
      sum = s.at() == logged.steps().getLast().at() ? sum + after : 0;
    }
    assertThat(sum)
        .isCloseTo(
            0.25 * grad(LogTest::f).of(AT).item(), org.assertj.core.data.Offset.offset(1e-15));
  }

  private static double value(Node n) {
    return ((io.leibniz.ir.Array) n.scope().value(n)).number(0);
  }

  private static double apply(Node y, double[] xs, int operand, double h) {
    double[] x = xs.clone();
    x[operand] += h;
    return y.op() == Unary.SIN ? Math.sin(x[0]) : y.op() == Binary.MUL ? x[0] * x[1] : Double.NaN;
  }

  @Test
  void reverseModeNamesTheAdjointsLastFirst() {
    var steps = Log.of(() -> grad(LogTest::f).of(AT)).steps();
    assertThat(steps).extracting(Log.Step::stage).contains(Stage.FORWARD, Stage.TRANSPOSE);
    var back = steps.stream().filter(s -> s.stage() == Stage.TRANSPOSE).toList();
    assertThat(back).allMatch(s -> s.rule().equals("adjoint") && s.after() != null);
    assertThat(steps.indexOf(back.getFirst())).isGreaterThan(4);
  }

  @Test
  void simplifyNamesItsLaws() {
    var steps =
        Log.of(
                () ->
                    Interpreter.scope()
                        .in(
                            () -> {
                              Graph g =
                                  Graph.close(
                                          List.of(Type.of(DType.F64)),
                                          p -> List.of(p.getFirst().times(1).neg().neg()))
                                      .graph();
                              return Simplify.of(g, Simplify.EXACT);
                            }))
            .steps();
    assertThat(steps).extracting(Log.Step::rule).containsExactly("x · 1 = x", "−(−x) = x");
    assertThat(steps.getFirst().before()).isNotEqualTo(steps.getFirst().after());
  }

  /** The body of a loop is traced until a trial holds; the trials that fail leave no step behind. */
  @Test
  void theInsideOfALoopIsLoggedOnce() {
    record Three(Tensor a, Tensor b, Tensor c) {}
    var steps =
        Log.of(
                () ->
                    grad((Tensor x) ->
                            Flow.scan(
                                    new Three(x, Tensor.of(1.0), Tensor.of(1.0)),
                                    Tensor.vector(1, 2, 3),
                                    (Three t, Tensor r) ->
                                        new Step<>(
                                            new Three(t.a().sin(), t.a().times(t.b()), t.b().exp()),
                                            r))
                                .carry()
                                .c())
                        .of(AT))
            .steps();
    assertThat(steps.stream().filter(s -> s.rule().equals("slope") && s.at().op() == Unary.SIN))
        .hasSize(1);
    assertThat(steps.stream().filter(s -> s.rule().equals("inside") && s.stage() == Stage.FORWARD))
        .hasSize(1);
    assertThat(
            steps.stream().filter(s -> s.rule().equals("inside") && s.stage() == Stage.TRANSPOSE))
        .hasSize(1);
  }

  @Test
  void nothingIsKeptUnlessAsked() {
    grad(LogTest::f).of(AT);
    assertThat(Log.of(() -> AT.sin()).steps()).isEmpty();
    assertThat(Log.length()).isZero();
  }
}
