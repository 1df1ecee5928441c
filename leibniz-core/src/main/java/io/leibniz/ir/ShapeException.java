package io.leibniz.ir;

/**
 * Operands that do not fit an op. The message says which operation, what it needs, what it got and
 * what to do; it ends with the line of the user's code that asked for it.
 */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public ShapeException(String message) {
    super(Origin.located(message));
  }
}
