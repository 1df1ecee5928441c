package io.leibniz.nn.file;

import java.io.Serial;
import java.util.HashSet;
import java.util.stream.LongStream;

/** Reads as much of JSON as a safetensors header needs, strictly: objects, strings, and arrays of whole numbers. */
final class Json {
  private final String text;
  private int at;

  Json(String text) {
    this.text = text;
  }

  /** What is wrong, and where. */
  static final class Malformed extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private Malformed(String message) {
      super(message);
    }
  }

  /** Reads the value of a member, given its key. */
  interface Member {
    void read(String key) throws Malformed;
  }

  Malformed malformed(String what) {
    return new Malformed(what + " (at character " + at + ")");
  }

  /** An object; a key that comes twice is an error. */
  void object(Member member) throws Malformed {
    expect('{');
    var keys = new HashSet<String>();
    if (found('}')) return;
    do {
      String key = string();
      if (!keys.add(key)) throw malformed(key + " comes twice");
      expect(':');
      member.read(key);
    } while (found(','));
    expect('}');
  }

  /** An array of whole numbers from 0 on. */
  long[] numbers() throws Malformed {
    expect('[');
    if (found(']')) return new long[0];
    var numbers = LongStream.builder();
    do numbers.add(number());
    while (found(','));
    expect(']');
    return numbers.build().toArray();
  }

  private long number() throws Malformed {
    skip();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    String digits = text.substring(start, at);
    try {
      if (digits.length() > 1 && digits.startsWith("0")) throw malformed("a number starts with 0");
      return Long.parseLong(digits);
    } catch (NumberFormatException _) {
      throw malformed("a whole number is expected, of at most 18 digits");
    }
  }

  String string() throws Malformed {
    expect('"');
    var s = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      if (c < ' ') throw malformed("a control character stands in a string");
      s.append(c == '\\' ? escaped() : c);
    }
    return s.toString();
  }

  private char escaped() throws Malformed {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          char hex = next();
          int digit = hex < 128 ? Character.digit(hex, 16) : -1;
          if (digit < 0) throw malformed("\\u needs four hexadecimal digits");
          code = 16 * code + digit;
        }
        yield (char) code;
      }
      default -> throw malformed("there is no escape \\" + c);
    };
  }

  /** Only blanks may follow. */
  void end() throws Malformed {
    skip();
    if (at < text.length()) throw malformed("something follows its end");
  }

  private char next() throws Malformed {
    if (at == text.length()) throw malformed("it ends too early");
    return text.charAt(at++);
  }

  private void skip() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
  }

  private boolean found(char c) {
    skip();
    if (at == text.length() || text.charAt(at) != c) return false;
    at++;
    return true;
  }

  private void expect(char c) throws Malformed {
    if (!found(c)) throw malformed(at == text.length() ? "it ends too early" : c + " is expected");
  }

  static String quoted(String s) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append("\\u%04x".formatted((int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }
}
