package io.leibniz.backend;

import io.leibniz.eval.Program;
import io.leibniz.ir.Array;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * What makes a graph run. {@code jit} looks one up with {@link ServiceLoader}; where there is none, the
 * interpreter runs every program, slowly.
 */
public interface Backend {

  /** A graph made ready to run, any number of times, by any number of threads. */
  interface Executable {
    /**
     * The results for arguments of the graph's parameter types. Writes to no argument but those that were donated, and to
     * these only if they are {@link Array#exclusive}.
     */
    List<Array> run(List<Array> args);

    /** Memory of its own to run in, again and again, on the caller's arrays. For one thread at a time. */
    Session session();

    /** What it is made of. */
    Plan plan();
  }

  /** A program and the memory that it works in. */
  interface Session {
    /**
     * Writes the results into {@code results}: arrays of the element type and length of each, as {@code double[]}. No array
     * may be among both. Once compiled it allocates nothing.
     */
    void run(Object[] args, Object[] results);
  }

  /**
   * What a program is made of.
   *
   * @param arenaBytes what one call works in besides its arguments and results
   * @param resultBytes what each call makes anew: results that take no donated memory
   * @param text for people: what the program is
   */
  record Plan(List<Kernel> kernels, long arenaBytes, long resultBytes, String text) {}

  /**
   * One step of a program.
   *
   * @param name what it does
   * @param kind what runs it
   * @param flops floating-point operations of one run, roughly: an elementary function counts as the steps it is made of
   * @param bytes read and written by one run
   */
  record Kernel(String name, Kind kind, double flops, double bytes) {
    /** What runs a kernel. */
    public enum Kind {
      VECTOR,
      SCALAR,
      /** The interpreter; it has no kernel yet. */
      INTERPRETED,
      /** A loop, branch or call, whose inside is compiled. */
      CONTROL
    }

    /** What a kernel's speed ends at. */
    public enum Roof {
      ARITHMETIC,
      MEMORY
    }

    /** Below about four operations for each byte memory is the limit: a core does 100 GFLOP/s, memory gives it 25 GB/s. */
    public Roof roof() {
      return flops > 4 * bytes ? Roof.ARITHMETIC : Roof.MEMORY;
    }
  }

  /** For messages. */
  String name();

  /** {@code donated}: the numbers of the parameters whose memory the results may take. */
  Executable compile(Graph graph, Set<Integer> donated);

  /** The backend found on the module path, or else the interpreter. */
  static Backend find() {
    return Found.BACKEND;
  }

  /** Runs each op by itself. */
  record Interpreting() implements Backend {
    @Override
    public String name() {
      return "interpreter";
    }

    @Override
    public Executable compile(Graph graph, Set<Integer> donated) {
      Program program = Program.of(graph);
      return new Executable() {
        @Override
        public List<Array> run(List<Array> args) {
          return program.run(args).stream().map(Array.class::cast).toList();
        }

        @Override
        public Session session() {
          return (args, results) -> {
            var xs = new ArrayList<Array>();
            for (int i = 0; i < args.length; i++)
              xs.add(Array.of((Type) graph.params().get(i).kind(), args[i]));
            var ys = run(xs);
            for (int i = 0; i < results.length; i++)
              System.arraycopy(ys.get(i).data(), 0, results[i], 0, ys.get(i).size());
          };
        }

        @Override
        public Plan plan() {
          return new Plan(List.of(), 0, 0, "interpreted, " + program.size() + " ops\n" + graph);
        }
      };
    }
  }
}
