package io.leibniz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class BatchTest {
  private static List<JsonNode> answers(String lines) throws IOException {
    var out = new StringWriter();
    new Batch(BatchTest::eval)
        .run(
            new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), new PrintWriter(out));
    return out.toString().lines().map(l -> JsonMapper.shared().readTree(l)).toList();
  }

  private static Map<String, ?> eval(Request r) {
    var at = r.at();
    return Evaluation.of(r.expr(), List.copyOf(at.keySet()), at, r.order().orElse(1), "reverse")
        .answer();
  }

  @Test
  void answersComeInTheOrderOfTheRequests() throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < 3000; i++)
      lines.append(
          "{\"id\":%d,\"expr\":\"%s\",\"at\":{\"x\":%d}}\n"
              .formatted(i, "x" + "*1".repeat(i % 50), i));
    var all = answers(lines.toString());
    assertThat(all).hasSize(3000);
    for (int i = 0; i < 3000; i++) {
      assertThat(all.get(i).get("id").intValue()).isEqualTo(i);
      assertThat(all.get(i).get("value").doubleValue()).isEqualTo(i);
    }
  }

  @Test
  void aBadRequestIsAnsweredAndTheNextGoesOn() throws IOException {
    String bad =
        """
        {"id":1,"expr":"x+","at":{"x":1}}
        no JSON
        {"id":2,"at":{"x":1}}
        {"id":3,"expr":7}
        {"id":4,"expr":"x","at":{"x":"one"}}
        {"id":5,"expr":"x","at":[1]}
        {"id":6,"expr":"x*y","at":{"x":1}}
        {"id":7,"expr":"x","at":{"x":1},"order":1.5}
        [1,2]
        {"id":{"deep":[1,{"a":null}]},"expr":"x","at":{"x":"-Infinity"}}

        {"id":null,"expr":"x","at":{"x":1}}
        {"expr":"x","at":{"x":1}}
        """;
    var all =
        answers(
            bad
                + "[".repeat(100_000)
                + "\n"
                + "{\"id\":8,\"expr\":\""
                + "x".repeat(5_000_000)
                + "\"}\n"
                + "{\"id\":9,\"expr\":\""
                + "(".repeat(1_000_000)
                + "\",\"at\":{}}\n"
                + "{\"id\":10,\"expr\":\"x^2\",\"at\":{\"x\":3}}");
    assertThat(all)
        .extracting(a -> a.has("error") ? a.get("error").get("kind").stringValue() : "ok")
        .containsExactly(
            "unexpected_end",
            "usage",
            "usage",
            "usage",
            "usage",
            "usage",
            "unknown_variable",
            "usage",
            "usage",
            "ok",
            "ok",
            "ok",
            "usage",
            "usage",
            "too_deep",
            "ok");
    assertThat(all.get(0).get("error").get("at").intValue()).isEqualTo(2);
    assertThat(all.get(9).get("id").toString()).isEqualTo("{\"deep\":[1,{\"a\":null}]}");
    assertThat(all.get(9).get("value").stringValue()).isEqualTo("-Infinity");
    assertThat(all.get(10).get("id").isNull()).isTrue();
    assertThat(all.getLast().toString())
        .isEqualTo("{\"id\":10,\"value\":9.0,\"gradient\":{\"x\":6.0}}");
  }

  @Test
  void anAnswerDoesNotWaitForTheNextRequest() throws Exception {
    var requests = new PipedOutputStream();
    InputStream in = new PipedInputStream(requests);
    var said = new SynchronousQueue<String>();
    var out =
        new PrintWriter(
            new StringWriter() {
              @Override
              public void flush() {
                if (getBuffer().isEmpty()) return;
                String all = toString();
                getBuffer().setLength(0);
                try {
                  said.put(all);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              }
            });
    var batch =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    new Batch(BatchTest::eval).run(in, out);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    for (int i = 0; i < 3; i++) {
      requests.write(
          "{\"id\":%d,\"expr\":\"1\",\"order\":0}\n".formatted(i).getBytes(StandardCharsets.UTF_8));
      requests.flush();
      assertThat(said.poll(20, TimeUnit.SECONDS))
          .isEqualTo("{\"id\":%d,\"value\":1.0}\n".formatted(i));
    }
    requests.close();
    batch.join(20_000);
    assertThat(batch.isAlive()).isFalse();
  }
}
