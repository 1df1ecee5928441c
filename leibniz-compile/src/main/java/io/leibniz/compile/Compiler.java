package io.leibniz.compile;

import io.leibniz.backend.Backend;
import io.leibniz.compile.plan.Layout;
import io.leibniz.compile.run.Kernels;
import io.leibniz.compile.run.Kernels.Twins;
import io.leibniz.compile.run.Pool;
import io.leibniz.compile.run.Program;
import io.leibniz.compile.run.Work;
import io.leibniz.ir.Array;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Value;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The backend that {@code jit} finds: graphs become loops and products in JVM bytecode. */
public final class Compiler implements Backend {
  private static final boolean RECORDED = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private final Kernels kernels;

  /** Uses the vector module if the JVM has been started with it. */
  public Compiler() {
    this(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            ? Twins.WARMED
            : Twins.SCALAR);
  }

  Compiler(Twins twins) {
    kernels = new Kernels(twins, Pool.ofEnvironment());
  }

  @Override
  public String name() {
    return kernels.twins() == Twins.SCALAR ? "scalar code" : "vector code";
  }

  /** What is being warmed. */
  Kernels kernels() {
    return kernels;
  }

  @Override
  public Executable compile(Graph graph, Set<Integer> donated) {
    Program program = RECORDED ? recorded(graph, donated) : planned(graph, donated);
    int[] given = donated.stream().mapToInt(i -> i).sorted().toArray();
    return new Running(program, given);
  }

  private Program planned(Graph graph, Set<Integer> donated) {
    return Layout.of(graph, donated, kernels);
  }

  private Program recorded(Graph graph, Set<Integer> donated) {
    var event = new Events.Compile();
    event.begin();
    Program program = planned(graph, donated);
    event.end();
    if (event.shouldCommit()) {
      event.nodes = graph.order().size();
      event.kernels = program.works().size();
      event.arena = program.memory().bytes();
      event.commit();
    }
    return program;
  }

  /** A program and which of its arguments are given up. */
  private record Running(Program program, int[] given) implements Executable {
    @SuppressWarnings("unchecked") // a graph under jit has arrays for results
    @Override
    public List<Array> run(List<Array> args) {
      boolean[] free = new boolean[args.size()];
      for (int i : given) free[i] = exclusive(args, i);
      return (List<Array>) (List<?>) (RECORDED ? recorded(args, free) : program.run(args, free));
    }

    private List<Value> recorded(List<Array> args, boolean[] free) {
      var event = new Events.Step();
      event.begin();
      var results = program.run(args, free);
      event.end();
      if (event.shouldCommit()) {
        event.kernels = program.works().size();
        event.commit();
      }
      return results;
    }

    /** Whether nobody else has the memory of argument {@code i}, no other argument either. */
    private static boolean exclusive(List<Array> args, int i) {
      Array a = args.get(i);
      if (!a.exclusive()) return false;
      for (int j = 0; j < args.size(); j++) if (j != i && args.get(j) == a) return false;
      return true;
    }

    @Override
    public Session session() {
      return program.session();
    }

    @Override
    public Backend.Plan plan() {
      var kernels = program.works().stream().map(Work::kernel).toList();
      var text = new StringBuilder();
      for (Kernel k : kernels)
        text.append(
            String.format(
                Locale.ROOT,
                "%-52s %-11s %10s %10s  %s%n",
                k.name(),
                k.kind().name().toLowerCase(Locale.ROOT),
                size(k.flops(), "FLOP"),
                size(k.bytes(), "B"),
                k.roof().name().toLowerCase(Locale.ROOT)));
      text.append(
          "%d kernels; works in %s, and makes %s of results"
              .formatted(
                  kernels.size(),
                  size(program.memory().bytes(), "B"),
                  size(program.memory().fresh(), "B")));
      return new Backend.Plan(
          kernels, program.memory().bytes(), program.memory().fresh(), text.toString());
    }

    private static String size(double n, String unit) {
      String[] scale = {"", "k", "M", "G", "T"};
      int s = 0;
      while (n >= 1000 && s < scale.length - 1) {
        n /= 1000;
        s++;
      }
      return String.format(
          Locale.ROOT, n < 10 && s > 0 ? "%.1f %s%s" : "%.0f %s%s", n, scale[s], unit);
    }
  }
}
