package io.leibniz.verify.bench;

import java.util.List;

/** Who takes part. */
enum Entrant {
  OURS("ours", "Ours"),
  SCALAR("scalar", "Ours"),
  HAND_WRITTEN("hand-written", "HandWritten"),
  OPENBLAS("openblas", "OpenBlas"),
  LIBTORCH("libtorch", "Libtorch"),
  JAX("jax", "rows_jax"),
  TORCH("torch", "rows_torch"),
  TORCH_COMPILE("torch.compile", "rows_torch"),
  ROOF("roof", "Roof");

  /** What {@code --peers} can name. */
  static final List<Entrant> PEERS =
      List.of(HAND_WRITTEN, OPENBLAS, LIBTORCH, JAX, TORCH, TORCH_COMPILE);

  private final String label;
  private final String program;

  Entrant(String label, String program) {
    this.label = label;
    this.program = program;
  }

  /** Its name in tables and JSON. */
  String label() {
    return label;
  }

  /** The class or script that does its work. */
  String program(Work work) {
    return this == JAX && work.adds() ? "mnist_jax" : program;
  }

  /** Libraries: against the fastest of them the targets are held. */
  boolean isLibrary() {
    return this != OURS && this != SCALAR && this != HAND_WRITTEN && this != ROOF;
  }

  /** On the JVM, but not of this project's build. */
  boolean needsJars() {
    return this == OPENBLAS || this == LIBTORCH;
  }

  /** Kernels are compiled, tried and swapped in while they run; all others are soon at their speed. */
  boolean warmsUp() {
    return this == OURS || this == SCALAR;
  }
}
