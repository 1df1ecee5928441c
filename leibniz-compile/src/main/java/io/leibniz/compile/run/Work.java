package io.leibniz.compile.run;

import io.leibniz.backend.Backend.Kernel;

/** One step of a program. */
public interface Work {
  /** Does it, on the calling thread and those of the pool. */
  void run(Frame frame);

  /** What it is and costs, and what runs it now. */
  Kernel kernel();

  /** What is known of the cost beforehand. */
  record Cost(String name, double flops, double bytes) {
    Kernel of(Kernel.Kind kind) {
      return new Kernel(name, kind, flops, bytes);
    }
  }
}
