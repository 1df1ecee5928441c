package io.leibniz.verify.bench;

import io.leibniz.verify.ours.Roof;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where all contestants run: so many threads, on as many processors, in processes that are started alike.
 *
 * @param modules the module path of this process
 * @param processors to which all are pinned, as in {@code 0,1}; empty where that cannot be done
 */
record Course(Path checkout, String modules, int threads, String processors, String python) {

  static Course of(Path checkout, Options options) throws IOException {
    return new Course(
        checkout,
        System.getProperty("jdk.module.path", ""),
        options.threads(),
        hasTaskset() ? Processors.first(options.threads()) : "",
        options.python());
  }

  private static boolean hasTaskset() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
      if (Files.isExecutable(Path.of(folder, "taskset"))) return true;
    return false;
  }

  /** Ready to do {@code way}, which is the work's name or {@code idle}. */
  Contestant start(Entrant e, Work work, String way) throws IOException, Absent {
    var command = new ArrayList<>(pinned());
    String program = e.program(work);
    command.addAll(
        switch (e) {
          case OURS, SCALAR -> ours(e == Entrant.OURS, program);
          case HAND_WRITTEN, ROOF -> ours(true, program);
          case OPENBLAS, LIBTORCH -> onClassPath(program);
          case JAX, TORCH, TORCH_COMPILE ->
              List.of(python, peers().resolve("python").resolve(program + ".py").toString());
        });
    command.addAll(List.of(way, String.valueOf(threads), data().toString()));
    return Contestant.start(e.label(), command, environment(e), log(e, way));
  }

  /** {@link Roof}'s arguments are its own. */
  Contestant roof(String... args) throws IOException, Absent {
    var command = new ArrayList<>(pinned());
    command.addAll(ours(true, "Roof"));
    command.addAll(List.of(args));
    return Contestant.start("roof", command, environment(Entrant.ROOF), log(Entrant.ROOF, args[0]));
  }

  private List<String> pinned() {
    return processors.isEmpty() ? List.of() : List.of("taskset", "-c", processors);
  }

  private List<String> ours(boolean vectors, String program) {
    var command = java();
    if (vectors) command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(
        List.of("-p", modules, "-m", "io.leibniz.verify/io.leibniz.verify.ours." + program));
    return command;
  }

  private List<String> onClassPath(String program) {
    var command = java();
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-Dai.djl.pytorch.num_threads=" + threads,
            "-Dai.djl.pytorch.num_interop_threads=1",
            "-DDJL_CACHE_DIR=" + peers().resolve("target/djl"),
            "-cp",
            verifier() + File.pathSeparator + PeerJars.folder(checkout).resolve("*"),
            "io.leibniz.peers." + program));
    return command;
  }

  /** A collector without threads of its own, and a heap that starts small: what a step leaves behind is not its memory. */
  private static List<String> java() {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xms64m"));
  }

  private Map<String, String> environment(Entrant e) {
    String n = String.valueOf(threads);
    var environment = new HashMap<String, String>();
    environment.put("LEIBNIZ_THREADS", n);
    environment.put("OMP_NUM_THREADS", n);
    environment.put("OPENBLAS_NUM_THREADS", n);
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("TORCHINDUCTOR_FORCE_DISABLE_CACHES", "1"); // a first step is a first step
    if (e == Entrant.TORCH_COMPILE) environment.put("MODE", "compile");
    return environment;
  }

  private Path peers() {
    return PeerJars.project(checkout);
  }

  private Path data() {
    return checkout.resolve("data").resolve("mnist");
  }

  private static Path verifier() {
    try {
      return Path.of(Roof.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path log(Entrant e, String way) throws IOException {
    Path folder = checkout.resolve("leibniz-verify/target/bench");
    Files.createDirectories(folder);
    return folder.resolve(e.label() + "-" + way + ".log");
  }
}
