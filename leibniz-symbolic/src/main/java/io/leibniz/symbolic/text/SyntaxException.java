package io.leibniz.symbolic.text;

/** A text that is no expression: what is wrong, where, and what to do. */
public final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final int at;
  private final int from;
  private final int to;

  public SyntaxException(Kind kind, int at, String message) {
    this(kind, at, at, at + 1, message);
  }

  /** With the characters {@code from} to {@code to} (exclusive) that a reader should look at, if they are others. */
  public SyntaxException(Kind kind, int at, int from, int to, String message) {
    super(message);
    this.kind = kind;
    this.at = at;
    this.from = from;
    this.to = to;
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

  /** The offending character, counted from 0 in UTF-16 units: the first one that cannot stand where it does. */
  public int at() {
    return at;
  }

  /** The first character to mark for a reader: that of the parenthesis that is never closed, say, where {@code at} is the end. */
  public int from() {
    return from;
  }

  /** The end of what to mark, exclusive. */
  public int to() {
    return to;
  }
}
