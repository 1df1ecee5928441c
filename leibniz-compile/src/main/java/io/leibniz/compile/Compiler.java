package io.leibniz.compile;

import io.leibniz.backend.Backend;
import io.leibniz.compile.plan.Plan;
import io.leibniz.compile.run.Kernels;
import io.leibniz.compile.run.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Graph;
import java.util.List;
import java.util.Set;

/** The backend that {@code jit} finds: graphs become loops and products in JVM bytecode. */
public final class Compiler implements Backend {
  private final Kernels kernels;

  /** Uses the vector module if the JVM has been started with it. */
  public Compiler() {
    this(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  /** With vector code, or with its scalar twins only. */
  public Compiler(boolean vectors) {
    kernels = new Kernels(vectors);
  }

  @Override
  public String name() {
    return kernels.vectors() ? "vector code" : "scalar code";
  }

  /** What is being warmed. */
  Kernels kernels() {
    return kernels;
  }

  @Override
  public Executable compile(Graph graph) {
    Program program = Plan.of(graph, Set.of(), kernels);
    boolean[] free = new boolean[graph.params().size()];
    return new Executable() {
      @Override
      public List<Array> run(List<Array> args) {
        return program.run(args, free).stream().map(Array.class::cast).toList();
      }

      @Override
      public String plan() {
        var out = new StringBuilder();
        for (var w : program.works()) out.append(w.cost()).append('\n');
        return out.toString();
      }
    };
  }
}
