package io.leibniz.compile;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What a flight recording shows. Loaded only where there is a recorder. */
final class Events {
  private Events() {}

  /** A graph has become a program. */
  @Name("io.leibniz.Compile")
  @Label("Compile")
  @Category("Leibniz")
  @Description("A graph was laid out as kernels")
  static final class Compile extends Event {
    @Label("Nodes")
    int nodes;

    @Label("Kernels")
    int kernels;

    @Label("Arena bytes")
    long arena;
  }

  /** A program has run once. */
  @Name("io.leibniz.Step")
  @Label("Step")
  @Category("Leibniz")
  @Description("A compiled program ran once")
  @StackTrace(false)
  static final class Step extends Event {
    @Label("Kernels")
    int kernels;
  }
}
