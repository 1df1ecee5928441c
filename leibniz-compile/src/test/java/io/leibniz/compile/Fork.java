package io.leibniz.compile;

import io.leibniz.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JVM of its own for a main class among these tests: with options, and with or without the vector module. */
record Fork(Class<?> main, boolean vectors, List<String> options, Map<String, String> environment) {

  /** The lines that it prints; raises with them if it fails. */
  List<String> run(String... args) {
    try {
      Path out = Files.createTempFile("leibniz-fork", ".txt");
      var builder = new ProcessBuilder(command(args)).redirectErrorStream(true);
      builder.redirectOutput(out.toFile()).environment().putAll(environment);
      int status = builder.start().waitFor();
      var lines = Files.readAllLines(out, StandardCharsets.UTF_8);
      Files.delete(out);
      if (status != 0)
        throw new AssertionError(this + " ended with " + status + "\n" + String.join("\n", lines));
      return lines.stream().filter(l -> !l.startsWith("WARNING:")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private List<String> command(String... args) {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(options);
    words.add("--module-path");
    words.add(place(Tensor.class) + java.io.File.pathSeparator + place(Compiler.class));
    words.add("--patch-module");
    words.add(
        "io.leibniz.compile="
            + Path.of(System.getProperty("basedir", ""), "target", "test-classes")
                .toAbsolutePath());
    words.add("--add-modules");
    words.add("jdk.jfr" + (vectors ? ",jdk.incubator.vector" : ""));
    words.add("--add-reads");
    words.add("io.leibniz.compile=jdk.jfr");
    words.add("-m");
    words.add("io.leibniz.compile/" + main.getName());
    words.addAll(List.of(args));
    return words;
  }

  private static Path place(Class<?> c) {
    try {
      return Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The fork as words, for messages. */
  @Override
  public String toString() {
    return main.getSimpleName() + options + environment + (vectors ? "" : " without vectors");
  }
}
