/**
 * The compiler: makes a graph fast. {@code jit} finds it by itself when it is on the module path.
 *
 * <p>With {@code --add-modules jdk.incubator.vector} kernels are vector code; without, the same kernels run as scalar
 * loops.
 */
module io.leibniz.compile {
  requires transitive io.leibniz.core;
  requires static transitive org.jspecify;
  requires static jdk.incubator.vector;
  requires java.management;
  requires jdk.management;
  requires static jdk.jfr;

  exports io.leibniz.compile;

  provides io.leibniz.backend.Backend with
      io.leibniz.compile.Compiler;
}
