package io.leibniz.backend;

import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Graph;
import java.util.List;
import java.util.ServiceLoader;

/**
 * What makes a graph run. {@code jit} looks one up with {@link ServiceLoader}; where there is none, the
 * interpreter runs every program, slowly.
 */
public interface Backend {

  /** A graph made ready to run, any number of times, by any number of threads. */
  interface Executable {
    /** The results for arguments of the graph's parameter types. Must not write to the arguments. */
    List<Array> run(List<Array> args);

    /** What it is made of, for people: one line a kernel or op. */
    String plan();
  }

  /** For messages. */
  String name();

  Executable compile(Graph graph);

  /** The backend found on the module path, or else the interpreter. */
  static Backend find() {
    return ServiceLoader.load(Backend.class, Backend.class.getClassLoader())
        .findFirst()
        .orElseGet(Interpreting::new);
  }

  /** Runs each op by itself. */
  record Interpreting() implements Backend {
    @Override
    public String name() {
      return "interpreter";
    }

    @Override
    public Executable compile(Graph graph) {
      Program program = Program.of(graph);
      return new Executable() {
        @Override
        public List<Array> run(List<Array> args) {
          return program.run(args).stream().map(Array.class::cast).toList();
        }

        @Override
        public String plan() {
          return "interpreted, " + program.size() + " ops\n" + graph;
        }
      };
    }
  }
}
