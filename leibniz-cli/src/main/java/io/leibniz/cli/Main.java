package io.leibniz.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code leibniz} command; its subcommands do the work. */
@Command(
    name = "leibniz",
    description = "The chain rule as software: every derivative of a function.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      Diff.class,
      Eval.class,
      Chain.class,
      CheckCommand.class,
      ImplicitCommand.class,
      Numeric.class,
      BackpropCommand.class,
      Tour.class,
      Train.class,
      Bench.class
    })
final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  public static void main(String[] args) {
    System.exit(run(writer(FileDescriptor.out), writer(FileDescriptor.err), args));
  }

  /** UTF-8 whatever the locale: a container's is often "C", and would make ? of every ·. */
  private static PrintWriter writer(FileDescriptor to) {
    return new PrintWriter(new FileOutputStream(to), true, StandardCharsets.UTF_8);
  }

  /** The whole command; gives its exit status. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    var failures = new Failures(out, err, List.of(args).contains("--json"));
    try {
      return new CommandLine(new Main())
          .setOut(out)
          .setErr(err)
          .setParameterExceptionHandler(failures)
          .setExecutionExceptionHandler(failures)
          .execute(args);
    } catch (OutOfMemoryError e) {
      return failures.complain(
          "not enough memory (%s); give Java more, as in JAVA_TOOL_OPTIONS=-Xmx2g"
              .formatted(e.getMessage()));
    } catch (Error e) {
      return failures.fault(e);
    } finally {
      out.flush();
      err.flush();
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The version that the build wrote into this module. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var module = Main.class.getModule().getDescriptor();
      return new String[] {
        "leibniz " + (module == null ? "(no version)" : module.rawVersion().orElse("(no version)"))
      };
    }
  }
}
