package io.leibniz.symbolic.text;

/** Pieces of a text in messages about it. */
final class Quoted {
  private static final int LONGEST = 40;

  private Quoted() {}

  /** In backquotes; the middle of a long one is left out. */
  static String of(String piece) {
    String shown =
        piece.length() <= LONGEST
            ? piece
            : piece.substring(0, LONGEST - 10) + "…" + piece.substring(piece.length() - 9);
    return "`" + shown.replaceAll("\\s+", " ") + "`";
  }

  /** The character at a place as a reader knows it: itself if it can be seen, its number otherwise. */
  static String character(String text, int at) {
    int c = text.codePointAt(at);
    String number = "U+%04X".formatted(c);
    if (c == 0xA0 || c >= 0x2000 && c <= 0x200B || c == 0x202F || c == 0x3000 || c == 0xFEFF)
      return "the blank " + number;
    boolean seen =
        switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.UNASSIGNED,
              Character.PRIVATE_USE,
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
    return !seen
        ? number
        : c < 128 ? "`" + (char) c + "`" : "`" + Character.toString(c) + "` (" + number + ")";
  }
}
