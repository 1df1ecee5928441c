/** Not published: what judges the other modules. */
module io.leibniz.verify {
  requires io.leibniz.cli;
  requires io.leibniz.core;
  requires io.leibniz.nn;
  requires io.leibniz.symbolic;
  requires tools.jackson.databind;
  requires static jdk.incubator.vector; // the roofs' process alone adds it
  requires static org.jspecify;

  opens io.leibniz.verify to
      io.leibniz.core; // records as trees
  opens io.leibniz.verify.bench to
      tools.jackson.databind;
  opens io.leibniz.verify.ours to
      io.leibniz.core;
}
