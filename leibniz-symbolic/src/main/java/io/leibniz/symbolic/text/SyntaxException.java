package io.leibniz.symbolic.text;

/** A text that is no expression: what is wrong, where, and what to do. */
public final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final int at;

  public SyntaxException(Kind kind, int at, String message) {
    super(message);
    this.kind = kind;
    this.at = at;
  }

  /** What can be wrong. */
  public enum Kind {
    EMPTY,
    UNBALANCED_PARENTHESIS,
    UNEXPECTED_END,
    UNEXPECTED_TOKEN,
    STRAY_CHARACTER,
    BAD_NUMBER,
    UNKNOWN_FUNCTION,
    UNKNOWN_VARIABLE,
    WRONG_ARITY,
    TOO_LONG,
    TOO_DEEP,
    OVERFLOW,
    CYCLE
  }

  public Kind kind() {
    return kind;
  }

  /** The offending character, counted from 0 in UTF-16 units. */
  public int at() {
    return at;
  }
}
