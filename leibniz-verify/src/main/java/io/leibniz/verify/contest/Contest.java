package io.leibniz.verify.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** The contestant's end of the line; {@code peers/python/contest.py} speaks the same. */
public final class Contest {
  /** Answers start with it: what a library prints does not. */
  public static final String ANSWER = "> ";

  /** Everything is there, and the first step can be asked for. */
  public static final String READY = "ready";

  /** Followed by a sentence: why this contestant does not take part. */
  public static final String MISSING = "missing ";

  private Contest() {}

  /** Does the work that the first argument names, until the orchestrator says {@code quit} or is gone. */
  public static void serve(String[] args, Function<String, Step> works) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    Step step = works.apply(args[0]);
    answer(READY);
    for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
      int steps = Integer.parseInt(line);
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) step.run();
      double micros = (System.nanoTime() - start) / 1e3;
      answer(micros + " " + step.value());
    }
    System.exit(0); // whatever threads a library left behind
  }

  private static void answer(String text) {
    System.out.println(ANSWER + text);
    System.out.flush();
  }
}
