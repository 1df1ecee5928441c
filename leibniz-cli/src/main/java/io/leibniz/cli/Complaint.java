package io.leibniz.cli;

/** The usage or the input is wrong: one line that says what, where, and what to do. */
final class Complaint extends RuntimeException {
  private static final long serialVersionUID = 1;

  Complaint(String message) {
    super(message);
  }

  Complaint(String message, Throwable cause) {
    super(message, cause);
  }
}
