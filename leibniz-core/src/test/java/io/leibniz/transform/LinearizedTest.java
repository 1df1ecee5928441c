package io.leibniz.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Dependence.Smooth;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizedTest {

  /** What push and pull run is the linear part alone: no function of the point is in it, only numbers kept from there. */
  @Test
  void theFunctionIsNotEvaluatedAgain() {
    Interpreter.scope()
        .in(
            () -> {
              Type type = Type.of(DType.F64, 3);
              Graph f =
                  Graph.close(
                          List.of(type), p -> List.of(p.get(0).sin().exp().mul(p.get(0).tanh())))
                      .graph();
              Node x = Node.full(type, 0.3).exp(),
                  dx = io.leibniz.ir.Scope.current().parameter(type);
              var y = Jvp.of(f, List.of(x), List.of(Delta.of(dx)));
              var linear = Linearized.of(y.dys(), List.of(dx));
              linear.push().verify();
              assertThat(linear.push().order())
                  .hasSizeGreaterThan(4)
                  .allMatch(n -> n.operands().isEmpty() || !(n.op().on(0) instanceof Smooth));
              assertThat(linear.kept()).isNotEmpty().doesNotContain(dx);
              return linear;
            });
  }
}
