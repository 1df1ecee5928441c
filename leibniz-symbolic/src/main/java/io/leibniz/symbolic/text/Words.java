package io.leibniz.symbolic.text;

import static io.leibniz.symbolic.grammar.MathParser.*;

import io.leibniz.symbolic.grammar.MathLexer;
import io.leibniz.symbolic.text.SyntaxException.Kind;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;

/**
 * A text cut into words, with what the grammar leaves to be done before: a name before a parenthesis is a
 * function, a number directly before a name or a parenthesis gets the {@code *} that it leaves out, and what is too long or
 * too deep is refused. The words end where no expression can go on, at a stray character or a number that is none.
 */
record Words(String text, List<Token> all, int depth) {
  static final int MOST_CHARACTERS = 1_000_000;
  static final int MOST_WORDS = 20_000;

  static Words of(String text) {
    return cut(text, false);
  }

  /** Likewise, with {@code LINE} where a line ends outside of parentheses. */
  static Words lines(String text) {
    return cut(text, true);
  }

  private static Words cut(String text, boolean lines) {
    var cutter = new Cutter(text, lines);
    var all = cutter.cut();
    return new Words(text, all, cutter.nesting.deepest());
  }

  /** Words {@code from} to {@code to} (exclusive), and an end after them. */
  Words part(int from, int to) {
    var some = new ArrayList<Token>(to - from + 1);
    for (int i = from; i < to; i++) {
      ((CommonToken) all.get(i)).setTokenIndex(i - from);
      some.add(all.get(i));
    }
    int end = to > from ? all.get(to - 1).getStopIndex() + 1 : all.get(to).getStartIndex();
    some.add(end(end, to - from));
    return new Words(text, some, depth);
  }

  /** Whether an operator, not an operand, should follow a word of this type. */
  static boolean endsValue(int type) {
    return type == NUMBER || type == NAME || type == CLOSE || type == SUPERSCRIPT;
  }

  private static CommonToken end(int at, int index) {
    return made(EOF, "", at, index);
  }

  private static CommonToken made(int type, String text, int at, int index) {
    var word = new CommonToken(type, text);
    word.setStartIndex(at);
    word.setStopIndex(at - 1);
    word.setTokenIndex(index);
    return word;
  }

  private static final class Cutter {
    private final String text;
    private final boolean lines;
    private final List<Token> words = new ArrayList<>();
    private final Nesting nesting = new Nesting();
    private int open;

    Cutter(String text, boolean lines) {
      this.text = text;
      this.lines = lines;
    }

    List<Token> cut() {
      var lexer = new MathLexer(new Characters(text, Math.min(text.length(), MOST_CHARACTERS + 1)));
      lexer.removeErrorListeners();
      for (var w = (CommonToken) lexer.nextToken();
          w.getType() != EOF;
          w = (CommonToken) lexer.nextToken()) {
        if (w.getStopIndex() >= MOST_CHARACTERS) break;
        if (!add(w)) return over(w.getStopIndex() + 1);
      }
      if (text.length() > MOST_CHARACTERS)
        throw new SyntaxException(
            Kind.TOO_LONG,
            MOST_CHARACTERS,
            "the text has %,d characters; at most %,d are read, so cut it into several expressions"
                .formatted(text.length(), MOST_CHARACTERS));
      return over(text.length());
    }

    private List<Token> over(int at) {
      words.add(end(at, words.size()));
      return words;
    }

    /** Gives false if nothing can follow. */
    private boolean add(CommonToken w) {
      Token before = words.isEmpty() ? null : words.getLast();
      int last = before == null ? EOF : before.getType();
      boolean touches = before != null && before.getStopIndex() + 1 == w.getStartIndex();
      switch (w.getType()) {
        case LINE -> {
          if (!lines || open > 0) return true;
        }
        case OPEN -> {
          open++;
          if (last == NAME) ((CommonToken) words.getLast()).setType(FUNCTION);
        }
        case CLOSE -> open--;
        case STRAY -> {
          if (w.getText().equals(".")) w.setType(BAD_NUMBER);
        }
        case NUMBER -> {
          if (last == NUMBER && touches) w.setType(BAD_NUMBER);
        }
        case NAME -> {
          if (last == NUMBER && touches && !multiplies(words.getLast().getText(), w.getText()))
            w.setType(BAD_NUMBER);
        }
        default -> {}
      }
      int type = w.getType();
      if (last == NUMBER && touches && (type == NAME || type == OPEN || type == ROOT))
        push(made(TIMES, "", w.getStartIndex(), words.size()));
      push(w);
      return type != STRAY
          && type != BAD_NUMBER
          && open >= 0
          && (lines || type != EQUALS && type != END);
    }

    /** Whether a name directly after a number is a factor, not a part of a number that is no good. */
    private static boolean multiplies(String number, String name) {
      return !name.equals("e")
          && !name.equals("E")
          && !name.startsWith("_")
          && !(number.equals("0") && name.matches("[xXbBoO][0-9A-Fa-f].*"));
    }

    private void push(CommonToken w) {
      boolean value = !words.isEmpty() && endsValue(words.getLast().getType());
      if (!nesting.deepEnough(w.getType(), value))
        throw new SyntaxException(
            Kind.TOO_DEEP,
            w.getStartIndex(),
            "the expression is nested more than %d deep here; name its inner parts, or write it with fewer parentheses"
                .formatted(Nesting.DEEPEST));
      if (words.size() >= MOST_WORDS)
        throw new SyntaxException(
            Kind.TOO_LONG,
            w.getStartIndex(),
            "the text has more than %,d numbers, names and operators; cut it into several expressions"
                .formatted(MOST_WORDS));
      w.setTokenIndex(words.size());
      words.add(w);
    }
  }
}
