package user;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Tensor;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Seen from outside of Leibniz' packages: an error names the line of the user's code that asked for the op. */
class LinesTest {
  private static final Tensor TWO = Tensor.vector(1, 2), THREE = Tensor.vector(1, 2, 3);

  private static Tensor wrong(Tensor x) {
    return x.plus(THREE).sum();
  }

  @Test
  void errorsNameTheLineThatAskedForTheOp() {
    List<ThrowingCallable> calls =
        List.of(
            () -> wrong(TWO),
            () -> grad(LinesTest::wrong).of(TWO),
            () -> jit(LinesTest::wrong).of(TWO),
            () -> vmap(LinesTest::wrong).of(TWO.expand(0)));
    for (var call : calls)
      assertThatThrownBy(call)
          .hasMessageContaining("shapes [2] and [3]")
          .hasMessageEndingWith("(LinesTest.java:18)");
  }
}
