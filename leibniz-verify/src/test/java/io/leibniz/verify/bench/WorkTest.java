package io.leibniz.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkTest {

  private static List<String> named(String... rows) {
    return Work.named(List.of(rows)).stream().map(Work::name).toList();
  }

  @Test
  void aRowIsNamedByItsNameOrItsBeginning() {
    assertThat(named("rosenbrock")).containsExactly("rosenbrock");
    assertThat(named("gemm")).containsExactly("gemm-512", "gemm-1024");
    assertThat(named("pointwise", "784", "784-30-10"))
        .containsExactly("784-30-10", "784-128-10", "784-1024-1024-10", "pointwise");
  }

  @Test
  void withoutRowsAllButTheLongOneAreMeasured() {
    assertThat(named()).hasSize(Work.ALL.size() - 1).doesNotContain("train-mnist");
    assertThat(named("train-mnist")).containsExactly("train-mnist");
  }

  @Test
  void anUnknownRowIsRefused() {
    assertThatThrownBy(() -> named("pointwize"))
        .hasMessage("unknown row `pointwize`; did you mean `pointwise`?");
    assertThatThrownBy(() -> named("zzz")).hasMessageStartingWith("unknown row `zzz`; known: 784-");
  }

  @Test
  void theFlopsOfANetworkAreThoseOfItsProducts() {
    // 784·30 forward and dW, 30·10 forward, dW and dx, for ten images
    assertThat(Work.named(List.of("784-30-10")).getFirst().roof())
        .isEqualTo(new Work.Roof.Flops(2 * 10 * (2.0 * 784 * 30 + 3.0 * 30 * 10)));
  }

  @Test
  void oursLeadsAndOnlyTheWorksPeersFollow() {
    Work gemm = Work.named(List.of("gemm-512")).getFirst();
    assertThat(Options.of().entrants(gemm)).containsExactly(Entrant.OURS, Entrant.OPENBLAS);
    assertThat(Options.of("--peers=jax").entrants(gemm)).containsExactly(Entrant.OURS);
    assertThat(Options.of("--scalar").entrants(gemm)).containsExactly(Entrant.OURS, Entrant.SCALAR);
  }

  @Test
  void thoseThatTakeLongToStartAreLeftToTheFullRun() {
    Work net = Work.ALL.getFirst();
    assertThat(Options.of().entrants(net)).doesNotContain(Entrant.TORCH, Entrant.TORCH_COMPILE);
    assertThat(Options.of("--full").entrants(net)).contains(Entrant.TORCH, Entrant.TORCH_COMPILE);
    assertThat(Options.of("--peers=torch").entrants(net))
        .containsExactly(Entrant.OURS, Entrant.TORCH);
  }

  @Test
  void anUnknownPeerIsRefused() {
    assertThatThrownBy(() -> Options.of("--peers=jaxx"))
        .hasMessage(
            "unknown peer `jaxx`; known: hand-written, openblas, libtorch, jax, torch, torch.compile");
  }

  @Test
  void processorsAreTheFirstThatMayBeUsed() {
    assertThat(Processors.first(1, "0-3,8")).isEqualTo("0");
    assertThat(Processors.first(3, "2,4-9")).isEqualTo("2,4,5");
    assertThat(Processors.first(4, "0-1")).isEqualTo("0,1");
  }
}
