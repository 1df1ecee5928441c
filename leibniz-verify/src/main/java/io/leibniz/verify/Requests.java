package io.leibniz.verify;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code leibniz eval --batch} as a process, which is started once and ends with this one. */
final class Requests {
  private static final int AT_ONCE = 20_000;

  /** Of the corpus' kinds; the numbers are drawn anew, so that no two requests are alike. */
  private static final String[] EXPRESSIONS = {
    "sin(%1$s*x+%2$s)",
    "x^3-%1$s*x^2+%2$s*x-1",
    "exp(-%1$s*x^2)*cos(%2$s*y)",
    "log(%1$s+x^2+y^2*z^2)-x*y*z",
    "1/(1+exp(-(%1$s*x*y+log(%2$s+exp(z)))))",
    "(x+%1$s*y)^(x*y)",
    "sqrt(sqrt(sqrt(x+%1$s)+1)+%2$s)",
    "tanh(sinh(%1$s*y))*atan(x*2)+gamma(x+%2$s)",
    "-20*exp(-0.2*sqrt((x^2+y^2)/%1$s))-exp((cos(2*pi*x)+cos(2*pi*y))/2)+e+20",
    "hypot(z*0.75+sqrt(1+%1$s^2)+x^0.5,relu(y/3-sinh(x)))^1.5",
    "x*tanh(softplus(%1$s*x))-erfc(%2$s*y)",
    "log(1+exp(-y*(%1$s*x+%2$s*z)))",
  };

  private final Path leibniz;
  private @Nullable Process process;
  private @Nullable BufferedReader answers;
  private int asked;

  Requests(Path leibniz) {
    this.leibniz = leibniz;
  }

  /** Value and gradient of so many distinct expressions per second, from text to text. */
  double rate() throws IOException {
    if (process == null) {
      process =
          new ProcessBuilder(leibniz.toString(), "eval", "--batch")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      answers = process.inputReader(StandardCharsets.UTF_8);
    }
    var requests = requests();
    var to = process.outputWriter(StandardCharsets.UTF_8);
    long start = System.nanoTime();
    var writer = Thread.ofPlatform().start(() -> write(requests, to));
    for (int i = 0; i < AT_ONCE; i++) {
      String answer = answers == null ? null : answers.readLine();
      if (answer == null || answer.contains("error")) throw new IOException("answered " + answer);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    try {
      writer.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return AT_ONCE / seconds;
  }

  private String requests() {
    var out = new StringBuilder();
    for (int i = 0; i < AT_ONCE; i++, asked++) {
      String expr =
          String.format(
              Locale.ROOT,
              EXPRESSIONS[asked % EXPRESSIONS.length],
              1 + asked * 1e-6,
              2 + asked * 1e-6);
      out.append("{\"id\":").append(asked).append(",\"expr\":\"").append(expr);
      out.append("\",\"at\":{\"x\":0.7,\"y\":1.3,\"z\":0.4},\"mode\":\"reverse\"}\n");
    }
    return out.toString();
  }

  private static void write(String requests, BufferedWriter to) {
    try {
      to.write(requests);
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
