package io.leibniz.verify.corpus;

/** The corpus has a case that {@link Models} does not know. */
final class NoModel extends AssertionError {
  private static final long serialVersionUID = 1;

  NoModel(NetCase c, String why) {
    super("no model for case %s: %s (%s)".formatted(c.id(), why, c.formula()));
  }
}
