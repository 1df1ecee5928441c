/**
 * Leibniz: the chain rule as software. The core holds tensors, the graph they are traced to, the
 * transforms that differentiate graphs, and the interpreter that defines what every op means.
 *
 * <p>Read {@link io.leibniz} to use it, {@link io.leibniz.ir} to understand it.
 */
module io.leibniz.core {
  requires static transitive org.jspecify;

  exports io.leibniz;
  exports io.leibniz.ir;
  exports io.leibniz.transform;
  exports io.leibniz.eval;
  exports io.leibniz.backend;
  exports io.leibniz.check;

  uses io.leibniz.backend.Backend;
}
