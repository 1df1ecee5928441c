package io.leibniz.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code --batch}: JSON lines in, JSON lines out, in the same order, worked on by all processors. What is wrong with a request
 * is its answer, and the next goes on. An answer is printed as soon as it and those before it are there.
 */
final class Batch {
  private static final int LONGEST_LINE = 4_000_000;
  private static final int AHEAD = 512;

  private final Function<Request, Map<String, ?>> work;

  Batch(Function<Request, Map<String, ?>> work) {
    this.work = work;
  }

  /** Until the input ends, or nobody reads the output any more. */
  void run(InputStream in, PrintWriter out) throws IOException {
    var pending = new ArrayBlockingQueue<CompletableFuture<String>>(AHEAD);
    var end = new CompletableFuture<String>();
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    int threads = Runtime.getRuntime().availableProcessors();
    try (var workers = Executors.newFixedThreadPool(threads)) {
      var printer = Thread.ofPlatform().name("answers").start(() -> print(pending, end, out));
      try {
        for (String line = next(lines); line != null; line = next(lines)) {
          if (line.isBlank()) continue;
          if (!put(pending, answer(line, workers), printer)) break;
        }
      } finally {
        put(pending, end, printer);
        join(printer);
      }
    }
  }

  private CompletableFuture<String> answer(String line, Executor workers) {
    return CompletableFuture.supplyAsync(() -> answer(line), workers);
  }

  /** Gives false when the printer is gone. */
  private static boolean put(
      BlockingQueue<CompletableFuture<String>> pending,
      CompletableFuture<String> answer,
      Thread printer) {
    try {
      while (printer.isAlive()) if (pending.offer(answer, 100, TimeUnit.MILLISECONDS)) return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private static void join(Thread printer) {
    try {
      printer.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void print(
      BlockingQueue<CompletableFuture<String>> pending,
      CompletableFuture<String> end,
      PrintWriter out) {
    try {
      for (var next = pending.take(); next != end; next = pending.take()) {
        if (!next.isDone()) out.flush();
        out.write(next.join());
        out.write('\n');
        if (pending.isEmpty()) out.flush();
        if (out.checkError()) return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    out.flush();
  }

  /** The next line, cut where it is longer than any request; null at the end. */
  private static @Nullable String next(BufferedReader lines) throws IOException {
    int c = lines.read();
    if (c < 0) return null;
    var line = new StringBuilder();
    for (; c >= 0 && c != '\n'; c = lines.read())
      if (line.length() <= LONGEST_LINE) line.append((char) c);
    return line.toString();
  }

  /** The answer to one line, which holds all that went wrong. */
  String answer(String line) {
    var out = new LinkedHashMap<String, @Nullable Object>();
    out.put("id", null);
    try {
      if (line.length() > LONGEST_LINE)
        throw new Complaint(
            "the line has more than %,d characters; cut the request into several"
                .formatted(LONGEST_LINE));
      JsonNode json = json(line);
      out.put("id", json.get("id"));
      out.putAll(work.apply(new Request(json)));
    } catch (Complaint c) {
      out.put("error", Failures.wrong(c));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      out.put("error", new Failures.Wrong("fault", 0, "a fault in Leibniz itself (" + e + ")"));
    }
    return Lines.json(out);
  }

  private static JsonNode json(String line) {
    try {
      JsonNode json = Lines.read(line);
      if (json.isObject()) return json;
      throw new Complaint(
          "a request is a JSON object, as in {\"id\":1,\"expr\":\"x^2\",\"at\":{\"x\":3}}");
    } catch (JacksonException e) {
      throw new Complaint("the line is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
