package io.leibniz.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** A result that was measured once, as each form shows it. */
final class ResultTest {
  private static final Work NET = Work.named(List.of("784-30-10")).getFirst();
  private static final Work SUM = Work.named(List.of("log-sum-exp")).getFirst();
  private static final Work GEMM = Work.named(List.of("gemm-1024")).getFirst();

  private static final Figures OURS = new Figures(Entrant.OURS, 14.52, 452, 11.6, 13);
  private static final List<Entry> NETS =
      Entry.of(
          NET,
          List.of(
              OURS,
              new Figures(Entrant.HAND_WRITTEN, 146.1, 190, 5, 13),
              new Figures(Entrant.LIBTORCH, 230.3, 702.4, 29.3, 13),
              new Figures(Entrant.JAX, 51.2, 812, 31, 13)),
          0.5629);
  private static final List<Entry> SUMS =
      Entry.of(SUM, List.of(new Figures(Entrant.OURS, 0.97, 12_345, Double.NaN, 9)), 0.0034);
  private static final List<Entry> GEMMS =
      Entry.of(
          GEMM,
          List.of(
              new Figures(Entrant.OURS, 26_400, 900, 30, 1),
              new Figures(Entrant.OPENBLAS, 22_500, 500, 19, 1)),
          0.7);

  private static final Result RESULT =
      new Result(
          "AMD EPYC, 2 processors, JDK 25.0.3+9-LTS",
          LocalDate.of(2026, 11, 24),
          1,
          117,
          74.1,
          25.9,
          Stream.of(NETS, SUMS, GEMMS).flatMap(List::stream).toList());

  @Test
  void theTableHasALineForEachPeer() {
    String table =
        String.join(
            "\n",
            Table.head(RESULT, false),
            Table.lines(NETS, false, 12),
            Table.lines(SUMS, false, 12),
            Table.lines(GEMMS, false, 8),
            RESULT.verdict());
    assertThat(table.replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            """
            AMD EPYC, 2 processors, JDK 25.0.3+9-LTS, 1 thread · 2026-11-24
            roofs: FMA 117 GFLOP/s, copy 74.1 GB/s in cache, 25.9 GB/s in memory

            work                  ours  peer            theirs  ratio   roof  first, s peak, MiB
            784-30-10          14.5 µs  hand-written    146 µs  10.1×   56 %   0.5/0.2      12/5
                                        libtorch        230 µs  15.9×          0.5/0.7     12/29
                                        jax            51.2 µs  3.53×          0.5/0.8     12/31
            log-sum-exp         970 ns  –                    –      –  0.3 %      12/–       –/–
            gemm-1024          26.4 ms  openblas       22.5 ms  0.85×   70 %   0.9/0.5     30/19
            ahead of every library in 1 of 2 works; least so in gemm-1024, 0.85× against openblas""");
  }

  @Test
  void markdownHasALineForEachWork() {
    assertThat(Markdown.of(RESULT).replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            """
            ## One thread

            AMD EPYC, 2 processors, JDK 25.0.3+9-LTS, 1 thread · 2026-11-24. Roofs: FMA 117 GFLOP/s, copy 74.1 GB/s in cache, 25.9 GB/s in memory.

            | work | ours | hand-written | openblas | libtorch | jax | fastest library ÷ ours | share of the roof |
            |---|---|---|---|---|---|---|---|
            | 784-30-10 | 14.5 µs | 146 µs |  | 230 µs | 51.2 µs | **3.53×** (jax) | 56 % |
            | log-sum-exp | 970 ns |  |  |  |  |  | 0.3 % |
            | gemm-1024 | 26.4 ms |  | 22.5 ms |  |  | **0.85×** (openblas) | 70 % |

            First step, from the start of the process, and peak memory, less that of an idle process:

            | work | ours | hand-written | openblas | libtorch | jax |
            |---|---|---|---|---|---|
            | 784-30-10 | 0.5 s, 12 MiB | 0.2 s, 5 MiB |  | 0.7 s, 29 MiB | 0.8 s, 31 MiB |
            | log-sum-exp | 12 s, – MiB |  |  |  |  |
            | gemm-1024 | 0.9 s, 30 MiB |  | 0.5 s, 19 MiB |  |  |""");
  }

  @Test
  void jsonHasAnEntryForEachWorkAndPeer() {
    var json = JsonMapper.shared().readTree(Bench.json(RESULT));
    assertThat(json.propertyNames()).containsExactly("machine", "threads", "rows");
    assertThat(json.get("rows")).hasSize(5);
    var jax = json.get("rows").get(2);
    assertThat(jax.propertyNames())
        .containsExactly(
            "work",
            "oursMicros",
            "peer",
            "peerMicros",
            "ratio",
            "roofShare",
            "oursFirstStepMillis",
            "peerFirstStepMillis",
            "oursPeakMiB",
            "peerPeakMiB");
    assertThat(jax.get("peer").asString()).isEqualTo("jax");
    assertThat(jax.get("ratio").asDouble()).isEqualTo(51.2 / 14.52);
    var alone = json.get("rows").get(3);
    assertThat(alone.get("peer").isNull()).isTrue();
    assertThat(alone.get("oursPeakMiB").asString()).isEqualTo("NaN");
  }

  @Test
  void withoutVectorsTheLimitIsHeldAgainst() {
    var slow =
        Entry.of(GEMM, List.of(OURS, new Figures(Entrant.SCALAR, 14.52 * 8.5, 400, 9, 1)), 0.5);
    assertThat(Table.lines(slow, true, 8))
        .isEqualTo("gemm-1024          14.5 µs   123 µs  8.50×   ≤ 8  missed");
    assertThat(Table.lines(slow, true, 12))
        .isEqualTo("gemm-1024          14.5 µs   123 µs  8.50×   ≤ 12");
  }

  @ParameterizedTest
  @CsvSource({
    "0.0851, 85.1 ns",
    "0.9996, 1.00 µs",
    "9.996, 10.0 µs",
    "999.6, 1.00 ms",
    "31_200, 31.2 ms",
    "999_600, 1.00 s",
    "53_100_000, 53.1 s"
  })
  void timesHaveThreeDigits(String micros, String text) {
    assertThat(Units.time(Double.parseDouble(micros.replace("_", "")))).isEqualTo(text);
  }

  @Test
  void wrongUsageIsOneLineOrJson() {
    var out = new StringWriter();
    var err = new StringWriter();
    assertThat(Bench.run(new PrintWriter(out), new PrintWriter(err), "--rows=lenett")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .startsWith("leibniz: unknown row `lenett`; known: 784-30-10, ")
        .hasLineCount(1);
    Bench.run(new PrintWriter(out), new PrintWriter(err), "--rows=rosenbrok", "--json");
    var error = JsonMapper.shared().readTree(out.toString()).get("error");
    assertThat(error.get("kind").asString()).isEqualTo("usage");
    assertThat(error.get("at").asInt()).isZero();
    assertThat(error.get("message").asString())
        .isEqualTo("unknown row `rosenbrok`; did you mean `rosenbrock`?");
  }
}
