package io.leibniz.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where Leibniz is installed: the folder that the property {@code leibniz.home} names, or the one above this program that has {@code data}. */
final class Home {
  private Home() {}

  /** The folder of a data set. */
  static Path data(String name) {
    return file("data/" + name)
        .orElseThrow(
            () ->
                new Complaint(
                    "found no folder data/%s above %s; restore it with `git checkout data`"
                        .formatted(name, program())));
  }

  /** A file or folder, by its path from there. */
  static Optional<Path> file(String name) {
    String home = System.getProperty("leibniz.home");
    if (home != null) return Optional.of(Path.of(home, name));
    for (Path p = program(); p != null; p = p.getParent())
      if (Files.exists(p.resolve(name))) return Optional.of(p.resolve(name));
    return Optional.empty();
  }

  private static @Nullable Path program() {
    var source = Home.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? null : Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
