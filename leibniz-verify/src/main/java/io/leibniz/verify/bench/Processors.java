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
