package user;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Tensor;
import org.junit.jupiter.api.Test;

/** Messages and graphs name the user's line; this class is a user's: it is in no package of Leibniz. */
class OriginTest {

  /** The line after the one that calls this. */
  private static String nextLine() {
    int line =
        StackWalker.getInstance().walk(s -> s.skip(1).findFirst().orElseThrow().getLineNumber());
    return "OriginTest.java:" + (line + 1);
  }

  @Test
  void aShapeErrorNamesTheLine() {
    Tensor a = Tensor.of(new double[][] {{1, 2, 3, 4}}), b = Tensor.of(new double[3][2]);
    String line = nextLine();
    assertThatThrownBy(() -> a.matmul(b))
        .hasMessage(
            "contract ij,jk->ik: axis j is 4 on the left but 3 on the right (" + line + ")");
  }

  @Test
  void soDoesOneUnderATransform() {
    Tensor a = Tensor.of(new double[3][4]);
    String line = nextLine();
    assertThatThrownBy(() -> grad((Tensor x) -> x.sin()).of(a))
        .hasMessage(
            "grad needs a scalar result, but this one is [3, 4]; reduce it with sum() or mean(), or use jacobian ("
                + line
                + ")");
  }

  @Test
  void soDoesOneWhileRunning() {
    String line = nextLine();
    assertThatThrownBy(() -> Tensor.vector(1, 2).take(Tensor.of(2), 0))
        .hasMessageEndingWith("(" + line + ")");
  }

  @Test
  void aCompiledGraphShowsWhereItsNodesComeFrom() {
    String line = nextLine();
    var f = jit(grad((Tensor x) -> x.sin().times(x)));
    String[] plan = f.plan(Tensor.of(1.0)).toString().split("\n");
    // the cosine that the derivative brought comes from the sine
    assertThat(plan).filteredOn(l -> l.contains("= cos")).singleElement().asString().endsWith(line);
  }

  @Test
  void anOpThatTwoLinesAskForKnowsBoth() {
    // spotless:off
    String first = nextLine();
    var f = jit((Tensor x) -> x.exp()
        .plus(x.exp()));
    // spotless:on
    String second =
        first.substring(0, first.indexOf(':') + 1)
            + (Integer.parseInt(first.substring(first.indexOf(':') + 1)) + 1);
    assertThat(f.plan(Tensor.of(1.0)).toString())
        .containsPattern("= exp .*" + first + ", " + second);
  }
}
