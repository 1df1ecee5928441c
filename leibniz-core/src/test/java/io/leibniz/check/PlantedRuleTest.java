package io.leibniz.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.Tensor;
import io.leibniz.ir.Dependence;
import io.leibniz.ir.Pointwise.Unary;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

/** The checker can fail: a rule made wrong in the table itself is caught at the order at which it is first used, and at every later one. */
class PlantedRuleTest {
  private static final Tensor AT = Tensor.vector(-0.7, 0.3, 1.2);

  /** Runs {@code body} with another dependence of {@code op} on its operand. */
  private static void planted(Unary op, Dependence wrong, Runnable body)
      throws ReflectiveOperationException {
    Field on = Unary.class.getDeclaredField("on");
    on.setAccessible(true);
    Object right = on.get(op);
    on.set(op, wrong);
    try {
      body.run();
    } finally {
      on.set(op, right);
    }
  }

  private static Report sine(int order) {
    return Check.of((Tensor x) -> x.sin()).order(order).at(AT);
  }

  private static void caughtFrom(int order) {
    for (int k = 1; k <= 3; k++) assertThat(sine(k).passed()).as("order " + k).isEqualTo(k < order);
  }

  @Test
  void theRightTablePasses() {
    caughtFrom(4);
  }

  @Test
  void aWrongSlopeIsCaughtAtFirstOrder() throws ReflectiveOperationException {
    planted(
        Unary.SIN, new Dependence.Smooth(y -> y.x(0).cos().times(1 + 1e-5)), () -> caughtFrom(1));
  }

  /** sin′ = cos is right; the slope of cos is not. */
  @Test
  void aWrongSlopeOfTheSlopeIsCaughtAtSecondOrder() throws ReflectiveOperationException {
    planted(Unary.COS, new Dependence.Smooth(y -> y.x(0).sin()), () -> caughtFrom(2));
  }

  /** sin″ = −sin: only the third derivative pulls back through the sign. */
  @Test
  void aWrongAdjointIsCaughtAtThirdOrder() throws ReflectiveOperationException {
    planted(
        Unary.NEG, Dependence.jointly(Dependence.Zeros.KEPT, (ct, _) -> ct), () -> caughtFrom(3));
  }

  @Test
  void theReportNamesTheWorstEntryAndTheMap() throws ReflectiveOperationException {
    record Net(Tensor w, Tensor b) {}
    var net = new Net(Tensor.vector(1, 2), Tensor.vector(0.5, 0.25));
    planted(
        Unary.SIN,
        new Dependence.Smooth(y -> y.x(0).cos().times(2)),
        () -> {
          var r = Check.of((Net n) -> n.w().plus(n.b().sin()).sum()).directions(0).at(net);
          assertThat(r.passed()).isFalse();
          assertThat(r.where()).startsWith("b[");
          assertThat(r.toString()).contains("disagree", "at b[", "of f", "differences");
        });
  }
}
