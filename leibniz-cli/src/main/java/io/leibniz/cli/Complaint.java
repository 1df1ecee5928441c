package io.leibniz.cli;

import io.leibniz.symbolic.text.SyntaxException;
import java.util.Locale;
import java.util.function.Supplier;

/** The usage or the input is wrong: one line that says what, where, and what to do. */
final class Complaint extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String kind;
  private final int at;
  private final String excerpt;

  Complaint(String message) {
    super(message);
    kind = "usage";
    at = 0;
    excerpt = "";
  }

  Complaint(String message, Throwable cause) {
    super(message, cause);
    kind = "usage";
    at = 0;
    excerpt = "";
  }

  private Complaint(String kind, String message) {
    super(message);
    this.kind = kind;
    at = 0;
    excerpt = "";
  }

  /** One that is not about how the command is used, but about what it was asked. */
  static Complaint of(String kind, String message) {
    return new Complaint(kind, message);
  }

  private Complaint(String text, SyntaxException e) {
    super(e.getMessage(), e);
    kind = e.kind().name().toLowerCase(Locale.ROOT);
    at = e.at();
    excerpt = Excerpt.of(text, e.from(), e.to());
  }

  /** What {@code body} reads in {@code text}; what is wrong with the text is complained of, with its place. */
  static <T> T reading(String text, Supplier<T> body) {
    try {
      return body.get();
    } catch (SyntaxException e) {
      throw new Complaint(text, e);
    } catch (IllegalArgumentException e) {
      throw new Complaint(String.valueOf(e.getMessage()), e);
    }
  }

  /** {@code usage}, or what is wrong with an expression. */
  String kind() {
    return kind;
  }

  /** Where, counted from 0 in UTF-16 units. */
  int at() {
    return at;
  }

  /** The line with the place, and under it carets; empty if it is about no text. */
  String excerpt() {
    return excerpt;
  }
}
