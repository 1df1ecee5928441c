/** Layers, losses, optimizers, data and training: ordinary records over {@code io.leibniz.core}. */
module io.leibniz.nn {
  requires transitive io.leibniz.core;
  requires static transitive org.jspecify;

  exports io.leibniz.nn;
  exports io.leibniz.nn.data;
  exports io.leibniz.nn.file;

  opens io.leibniz.nn to
      io.leibniz.core;
}
