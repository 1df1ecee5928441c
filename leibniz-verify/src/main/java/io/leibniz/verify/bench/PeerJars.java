package io.leibniz.verify.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** What the peers on the JVM need, which only the benchmark downloads: DJL with libtorch, and OpenBLAS. */
final class PeerJars {
  private static final int SIGNALLED = 128;

  private PeerJars() {}

  /** A project of its own, which no other module needs. */
  static Path project(Path checkout) {
    return checkout.resolve("leibniz-verify/peers");
  }

  static Path folder(Path checkout) {
    return project(checkout).resolve("target/modules");
  }

  /** Builds them if they are not there, or older than their sources. */
  static void provide(Path checkout, PrintWriter err) throws IOException, Absent {
    Path project = project(checkout), target = project.resolve("target");
    Path stamp = target.resolve("built"), log = target.resolve("build.log");
    FileTime began = FileTime.fromMillis(System.currentTimeMillis());
    if (Files.exists(stamp)
        && newest(checkout, project).compareTo(Files.getLastModifiedTime(stamp)) < 0) return;
    err.println(
        "downloading with Maven, unless it has them: libtorch with DJL and OpenBLAS, about 140 MB,"
            + " for the benchmark alone …");
    Files.createDirectories(target);
    Files.deleteIfExists(stamp);
    int status = maven(project, log);
    if (status > SIGNALLED) throw new Contestant.Stopped();
    if (status != 0)
      throw new Absent(
          "libtorch and openblas are left out: Maven could not fetch or build them; see " + log);
    Files.setLastModifiedTime(Files.createFile(stamp), began);
  }

  private static int maven(Path project, Path log) throws Absent {
    String pom = project.resolve("pom.xml").toString();
    try {
      return new ProcessBuilder("mvn", "-B", "-ntp", "-f", pom, "-Dmaven.test.skip=true", "package")
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start()
          .waitFor();
    } catch (IOException _) {
      throw new Absent(
          "libtorch and openblas are left out: found no Maven (mvn) to fetch them; install it");
    } catch (InterruptedException _) {
      throw new Contestant.Stopped();
    }
  }

  private static FileTime newest(Path checkout, Path project) throws IOException {
    var newest = Files.getLastModifiedTime(checkout.resolve("pom.xml"));
    try (var files = Files.walk(project.resolve("src"))) {
      for (Path p : files.toList()) newest = later(newest, p);
    }
    return later(newest, project.resolve("pom.xml"));
  }

  private static FileTime later(FileTime time, Path file) throws IOException {
    FileTime other = Files.getLastModifiedTime(file);
    return other.compareTo(time) > 0 ? other : time;
  }
}
