package io.leibniz.ir;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where in the user's text a node comes from. No part of what makes two nodes equal. */
public sealed interface Origin {

  /** A line of Java. */
  record Line(String file, int line) implements Origin {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** Characters {@code from} to {@code to} (exclusive) of a parsed expression, in UTF-16 units. */
  record Span(int from, int to) implements Origin {
    @Override
    public String toString() {
      return from + ".." + to;
    }
  }

  /** Several places asked for the same node, and got one. */
  record Several(List<Origin> all) implements Origin {
    @Override
    public String toString() {
      return all.stream().map(Origin::toString).collect(Collectors.joining(", "));
    }
  }

  /** Both places; a place is named once. */
  static Origin both(Origin a, Origin b) {
    if (a.equals(b)) return a;
    List<Origin> all = a instanceof Several(var some) ? some : List.of(a);
    if (all.contains(b)) return a;
    return new Several(Stream.concat(all.stream(), Stream.of(b)).toList());
  }

  /** The innermost line of the running thread that is not Leibniz' own; null where there is none. */
  static @Nullable Origin here() {
    Optional<StackWalker.StackFrame> frame =
        Stack.WALKER.walk(frames -> frames.filter(f -> !Stack.own(f.getClassName())).findFirst());
    return frame
        .filter(f -> f.getFileName() != null)
        .<Origin>map(f -> new Line(String.valueOf(f.getFileName()), f.getLineNumber()))
        .orElse(null);
  }

  /** {@code message (Model.java:42)}. */
  static String located(String message) {
    Origin here = here();
    return here == null ? message : message + " (" + here + ")";
  }

  /** How the call stack is read. */
  final class Stack {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final Set<String> OWN =
        Set.of("", ".ir", ".transform", ".eval", ".backend", ".check", ".nn");

    private Stack() {}

    private static boolean own(String className) {
      if (className.startsWith("java.") || className.startsWith("jdk.")) return true;
      String root = "io.leibniz";
      int dot = className.lastIndexOf('.');
      return className.startsWith(root + ".")
          && OWN.contains(className.substring(root.length(), dot));
    }
  }
}
