package io.leibniz.backend;

import java.util.ServiceLoader;

/**
 * The backend of this process, looked up once. One for all, since it keeps what costs seconds to make: kernels that
 * have been compiled and warmed, and the thread that warms them.
 */
final class Found {
  static final Backend BACKEND =
      ServiceLoader.load(Backend.class, Backend.class.getClassLoader())
          .findFirst()
          .orElseGet(Backend.Interpreting::new);

  private Found() {}
}
