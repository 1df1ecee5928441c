package io.leibniz.verify.bench;

import io.leibniz.verify.contest.Contest;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A process that does one work when told to, and else waits. */
final class Contestant implements AutoCloseable {
  private static final int SIGNALLED = 128;
  private static final int LISTENING_MILLIS = 100;

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter orders;
  private final Path log;
  private final long started = System.nanoTime();

  /** So many steps took so many microseconds; {@code value} is what the last came to. */
  record Round(double micros, double value) {}

  private Contestant(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.outputWriter(StandardCharsets.US_ASCII);
  }

  /** Started, and ready for its first step. What it says on stderr goes to {@code log}. */
  static Contestant start(
      String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException, Absent {
    var builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().putAll(environment);
    Contestant c;
    try {
      c = new Contestant(name, builder.start(), log);
    } catch (IOException _) { // no such program
      throw new Absent(
          "%s is left out: cannot start `%s`".formatted(name, String.join(" ", command)));
    }
    try {
      String answer = c.answer();
      if (answer.startsWith(Contest.MISSING))
        throw new Absent(answer.substring(Contest.MISSING.length()));
      if (!answer.equals(Contest.READY)) throw new IOException(name + " answered " + answer);
    } catch (IOException | Absent e) {
      c.close();
      throw e;
    }
    return c;
  }

  /** So many steps, timed by the contestant itself. */
  Round round(int steps) throws IOException, Absent {
    orders.write(steps + "\n");
    orders.flush();
    String[] words = answer().split(" ");
    return new Round(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
  }

  private String answer() throws IOException, Absent {
    for (String line = answers.readLine(); line != null; line = answers.readLine())
      if (line.startsWith(Contest.ANSWER)) return line.substring(Contest.ANSWER.length());
    try {
      if (process.waitFor() > SIGNALLED) throw new Stopped();
    } catch (InterruptedException _) {
      throw new Stopped();
    }
    throw new Absent(
        "%s is left out: it ended with status %d (%s); see %s"
            .formatted(name, process.exitValue(), lastWords(), log));
  }

  private String lastWords() throws IOException {
    try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(l -> !l.isBlank() && !l.stripLeading().startsWith("at "))
          .collect(Collectors.collectingAndThen(Collectors.toList(), Contestant::last));
    }
  }

  private static String last(List<String> lines) {
    return lines.isEmpty() ? "without a word" : lines.getLast().strip();
  }

  /** The benchmark was interrupted, and this contestant with it. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  double millisSinceStart() {
    return (System.nanoTime() - started) / 1e6;
  }

  /** The high-water mark of its memory; NaN where the system does not tell. */
  double peakMiB() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.isReadable(status)) return Double.NaN;
    for (String line : Files.readAllLines(status))
      if (line.startsWith("VmHWM:"))
        return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
    return Double.NaN;
  }

  /** Whether nothing goes on in it while it waits, such as compiling in the background. */
  boolean isQuiet() throws IOException {
    long before = busyTicks();
    try {
      Thread.sleep(LISTENING_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return busyTicks() - before <= 1; // of 10 ms
  }

  /** Its processor time in user and system mode, fields 14 and 15; 0 where the system does not tell. */
  private long busyTicks() throws IOException {
    Path stat = Path.of("/proc/" + process.pid() + "/stat");
    if (!Files.isReadable(stat)) return 0;
    String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" "); // from 3 on
    return Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3]);
  }

  @Override
  public void close() throws IOException {
    try {
      orders.write("quit\n");
      orders.close();
      process.waitFor(2, TimeUnit.SECONDS);
    } catch (IOException _) { // gone already
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    answers.close();
  }
}
