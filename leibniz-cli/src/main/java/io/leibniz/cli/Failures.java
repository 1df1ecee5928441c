package io.leibniz.cli;

import io.leibniz.nn.file.BadFile;
import io.leibniz.symbolic.text.Nearest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What goes wrong becomes one line on stderr, or with {@code --json} one value on stdout, and an exit status. */
record Failures(PrintWriter out, PrintWriter err, boolean json)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final int WRONG_INPUT = 2;
  private static final int FAULT = 70;

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return complain(
        e instanceof UnmatchedArgumentException u
            ? unmatched(u)
            : String.valueOf(e.getMessage()) + "; see " + helped(e.getCommandLine()));
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String word = e.getUnmatched().getFirst();
    var command = e.getCommandLine();
    var known = new ArrayList<String>();
    command.getCommandSpec().options().forEach(o -> known.add(o.longestName()));
    if (word.startsWith("-"))
      return "unknown option `%s`; %s".formatted(word, hint(word, known, command));
    known.clear();
    known.addAll(command.getSubcommands().keySet());
    return known.isEmpty()
        ? "`%s` is one argument too many; see %s".formatted(word, helped(command))
        : "unknown command `%s`; %s".formatted(word, hint(word, known, command));
  }

  private static String hint(String word, ArrayList<String> known, CommandLine command) {
    return Nearest.to(word, known)
        .map("did you mean `%s`?"::formatted)
        .orElse("see " + helped(command));
  }

  private static String helped(CommandLine command) {
    return "`" + command.getCommandSpec().qualifiedName() + " --help`";
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return switch (e) {
      case Complaint c -> complain(c);
      case FileSystemException f -> complain(f.getFile() + ": " + BadFile.reason(f));
      case IOException io -> complain(String.valueOf(io.getMessage()));
      default -> fault(e);
    };
  }

  int complain(String message) {
    tell(new Wrong("usage", 0, line(message)), "");
    return WRONG_INPUT;
  }

  private int complain(Complaint c) {
    tell(wrong(c), c.excerpt());
    return WRONG_INPUT;
  }

  /** What JSON says of a complaint. */
  static Wrong wrong(Complaint c) {
    return new Wrong(c.kind(), c.at(), line(String.valueOf(c.getMessage())));
  }

  /** The details go to a file: a stack trace helps whoever mends Leibniz, not whoever uses it. */
  int fault(Throwable e) {
    tell(new Wrong("fault", 0, line("a fault in Leibniz itself (" + e + "); " + details(e))), "");
    return FAULT;
  }

  private static String details(Throwable e) {
    var trace = new java.io.StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("leibniz-fault-", ".txt");
      Files.writeString(file, trace.toString(), StandardCharsets.UTF_8);
      return "please report it with " + file;
    } catch (IOException _) {
      return "its details could not be saved: " + trace;
    }
  }

  private void tell(Wrong wrong, String excerpt) {
    if (json) out.println(Lines.json(new Told(wrong)));
    else err.println("leibniz: " + wrong.message);
    if (!json && !excerpt.isEmpty()) err.println(excerpt);
  }

  private static String line(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private record Told(Wrong error) {}

  /** What is wrong, where, and what to do. */
  record Wrong(String kind, int at, String message) {}
}
