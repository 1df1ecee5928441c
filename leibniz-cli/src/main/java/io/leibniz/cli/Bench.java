package io.leibniz.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leibniz bench}: starts the benchmark, which only a checkout has, in a process of its own. */
@Command(
    name = "bench",
    description =
        "Measures Leibniz beside hand-written code and other libraries, in turns, in one run.",
    footer = {
      "",
      "Libraries on the JVM are downloaded when this is first run, for it alone; JAX and PyTorch take part where Python has them."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class Bench implements Callable<Integer> {
  private static final String PROGRAM = "leibniz-verify/bench";

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Option(
      names = "--rows",
      paramLabel = "NAME",
      split = ",",
      description =
          "What to measure, as in 784-30-10,gemm; all but train-mnist, which takes minutes, if not given.")
  private List<String> rows = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "How many threads, on as many processors, each contestant has; ${DEFAULT-VALUE} if not given.")
  private int threads = 1;

  @Option(names = "--scalar", description = "Measure Leibniz with and without vectors instead.")
  private boolean scalar;

  @Option(
      names = "--full",
      description =
          "All peers, PyTorch too, for longer; prints Markdown. Otherwise it takes about two minutes.")
  private boolean full;

  @Option(
      names = "--peers",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these, of hand-written, openblas, libtorch, jax, torch and torch.compile.")
  private List<String> peers = new ArrayList<>();

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "The Python that has JAX or PyTorch; LEIBNIZ_PYTHON or python3 if not given.")
  private @Nullable String python;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    int processors = Runtime.getRuntime().availableProcessors();
    if (threads < 1 || threads > processors)
      throw new Complaint(
          "--threads needs a number from 1 to %d, the processors of this machine, got %d"
              .formatted(processors, threads));
    var command = new ArrayList<>(List.of(program().toString()));
    command.addAll(arguments());
    spec.commandLine().getOut().flush();
    Process process = new ProcessBuilder(command).inheritIO().start();
    var stop = new Thread(() -> end(process));
    Runtime.getRuntime().addShutdownHook(stop);
    int status = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(stop);
    return status;
  }

  /** What the other process is told. */
  List<String> arguments() {
    var args = new ArrayList<String>();
    if (!rows.isEmpty()) args.add("--rows=" + String.join(",", rows));
    if (!peers.isEmpty()) args.add("--peers=" + String.join(",", peers));
    args.add("--threads=" + threads);
    if (scalar) args.add("--scalar");
    if (full) args.add("--full");
    if (python != null) args.add("--python=" + python);
    if (json) args.add("--json");
    return args;
  }

  private static Path program() {
    return Home.file(PROGRAM)
        .filter(Files::isExecutable)
        .orElseThrow(
            () ->
                new Complaint(
                    "only a checkout of Leibniz has the benchmark (%s); clone the project and run `./leibniz bench` there"
                        .formatted(PROGRAM)));
  }

  /** Interrupted: the other process ends its contestants, which is waited for. */
  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
