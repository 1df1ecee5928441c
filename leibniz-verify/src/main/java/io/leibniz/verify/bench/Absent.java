package io.leibniz.verify.bench;

/** A contestant that does not take part; the message says why, and what to do. */
final class Absent extends Exception {
  private static final long serialVersionUID = 1;

  Absent(String message) {
    super(message);
  }
}
