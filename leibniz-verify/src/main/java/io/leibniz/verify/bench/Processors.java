package io.leibniz.verify.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** Those that this process may use, as Linux lists them: {@code 0-3,8}. */
final class Processors {
  private Processors() {}

  /** The first {@code n} of them, for taskset; empty where the system does not tell. */
  static String first(int n) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) return "";
    for (String line : Files.readAllLines(status))
      if (line.startsWith("Cpus_allowed_list:"))
        return first(n, line.substring(line.indexOf(':') + 1).strip());
    return "";
  }

  /** How many of them others kept busy in the last third of a second; 0 where the system does not tell. */
  static double busy() throws IOException {
    double[] before = times();
    try {
      Thread.sleep(333);
    } catch (InterruptedException _) {
      throw new Contestant.Stopped();
    }
    double[] after = times();
    double all = after[0] - before[0];
    return all <= 0
        ? 0
        : (1 - (after[1] - before[1]) / all) * Runtime.getRuntime().availableProcessors();
  }

  /** Of all processors together: all time, and idle time, which is the fourth and fifth. */
  private static double[] times() throws IOException {
    Path stat = Path.of("/proc/stat");
    if (!Files.isReadable(stat)) return new double[2];
    String[] words = Files.readAllLines(stat).getFirst().strip().split("\\s+");
    double all = 0, idle = 0;
    for (int i = 1; i <= 8; i++) {
      double ticks = Double.parseDouble(words[i]);
      all += ticks;
      if (i == 4 || i == 5) idle += ticks;
    }
    return new double[] {all, idle};
  }

  static String first(int n, String list) {
    var numbers = new ArrayList<String>();
    for (String range : list.split(",")) {
      String[] ends = range.split("-");
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int i = Integer.parseInt(ends[0]); i <= last && numbers.size() < n; i++)
        numbers.add(String.valueOf(i));
    }
    return String.join(",", numbers);
  }
}
