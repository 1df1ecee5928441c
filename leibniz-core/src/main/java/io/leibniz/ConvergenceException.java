package io.leibniz;

/** A solution that was not found, or is none: what did not converge, how far it came, and what to do. */
public final class ConvergenceException extends ArithmeticException {
  private static final long serialVersionUID = 1;

  public ConvergenceException(String message) {
    super(message);
  }
}
