package io.leibniz.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code leibniz} command; its subcommands do the work. */
@Command(
    name = "leibniz",
    description = "The chain rule as software: every derivative of a function.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class Main implements Runnable {

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  /** The version that the build wrote into this module. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "leibniz " + Main.class.getModule().getDescriptor().rawVersion().orElse("(no version)")
      };
    }
  }
}
