package io.leibniz.cli;

/** A place in a text, shown: the line that it is in, and carets below. */
final class Excerpt {
  private static final int WIDTH = 76;

  private Excerpt() {}

  /** Characters {@code from} to {@code to}, exclusive. Of a long line what lies around them; of many of them the first. */
  static String of(String text, int from, int to) {
    int start = text.lastIndexOf('\n', Math.max(0, from - 1)) + 1;
    if (start > from) start = from;
    int end = text.indexOf('\n', from);
    if (end < 0) end = text.length();
    int first = Math.max(start, from - WIDTH / 2), last = Math.min(end, first + WIDTH);
    String before = (first > start ? "…" : "") + text.substring(first, Math.max(first, from));
    String shown = before + text.substring(Math.min(from, last), last) + (last < end ? "…" : "");
    int carets = Math.max(1, Math.min(to, last) - from);
    return "  %s%n  %s%s"
        .formatted(printable(shown), " ".repeat(columns(before)), "^".repeat(carets));
  }

  private static int columns(String s) {
    return s.codePointCount(0, s.length());
  }

  /** Nothing that moves the cursor. */
  private static String printable(String s) {
    return s.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
