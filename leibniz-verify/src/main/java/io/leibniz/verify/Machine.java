package io.leibniz.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What measures: the processor, and the checkout that this program was built in. */
public final class Machine {
  private Machine() {}

  /** As in {@code AMD EPYC, 2 processors, JDK 25.0.3+9}. */
  public static String description() {
    int n = Runtime.getRuntime().availableProcessors();
    return "%s, %d processor%s, JDK %s"
        .formatted(processor(), n, n == 1 ? "" : "s", Runtime.version());
  }

  /** This class is run from its leibniz-verify/target/modules. */
  public static Path checkout() {
    try {
      Path jar = Path.of(Machine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path p = jar; p != null; p = p.getParent())
        if (Files.isExecutable(p.resolve("leibniz"))) return p;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("not run from a checkout");
  }

  private static String processor() {
    Path info = Path.of("/proc/cpuinfo");
    String unnamed = System.getProperty("os.arch");
    if (!Files.isReadable(info)) return unnamed;
    try (var lines = Files.lines(info)) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(unnamed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
