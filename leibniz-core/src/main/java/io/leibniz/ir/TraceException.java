package io.leibniz.ir;

/** A traced tensor used where it cannot be: its value is not known yet, or its trace is over. */
public final class TraceException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  public TraceException(String message) {
    super(Origin.located(message));
  }
}
