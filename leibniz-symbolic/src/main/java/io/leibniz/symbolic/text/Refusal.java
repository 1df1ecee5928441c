package io.leibniz.symbolic.text;

import static io.leibniz.symbolic.grammar.MathParser.*;

import io.leibniz.symbolic.text.SyntaxException.Kind;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** What cannot stand where it does: the parser stops at the first such word, and this says why. */
final class Refusal extends DefaultErrorStrategy {
  private static final String VALUE = "a number, a name or `(`";

  private final Words words;

  Refusal(Words words) {
    this.words = words;
  }

  @Override
  public void sync(Parser parser) {}

  @Override
  public Token recoverInline(Parser parser) {
    throw at(parser.getCurrentToken().getTokenIndex());
  }

  @Override
  public void reportError(Parser parser, RecognitionException e) {
    throw at(e.getOffendingToken().getTokenIndex());
  }

  private SyntaxException at(int index) {
    Token w = words.all().get(index);
    boolean value = index > 0 && Words.endsValue(type(index - 1));
    return switch (w.getType()) {
      case EOF -> end(index, value);
      case STRAY, EQUALS, END, LINE -> stray(w);
      case BAD_NUMBER -> badNumber(index);
      case CLOSE -> close(index, value);
      case COMMA ->
          error(
              Kind.UNEXPECTED_TOKEN,
              w,
              value
                  ? "`,` only separates the arguments of a function; a decimal point is `.`"
                  : "`,` comes where %s should".formatted(VALUE));
      case OPEN, NAME, NUMBER, FUNCTION, ROOT, NOT ->
          value ? juxtaposed(index) : unexpected(w, VALUE);
      case RELATION ->
          value
              ? error(
                  Kind.UNEXPECTED_TOKEN,
                  w,
                  "comparisons do not chain; write `a < b and b < c` instead of `a < b < c`")
              : unexpected(w, VALUE);
      default -> unexpected(w, value ? "an operator" : VALUE);
    };
  }

  private int type(int index) {
    return words.all().get(index).getType();
  }

  private SyntaxException error(Kind kind, Token at, String message) {
    return new SyntaxException(
        kind,
        at.getStartIndex(),
        at.getStartIndex(),
        Math.max(at.getStopIndex(), at.getStartIndex()) + 1,
        message);
  }

  private SyntaxException unexpected(Token w, String instead) {
    return error(
        Kind.UNEXPECTED_TOKEN,
        w,
        "%s comes where %s should".formatted(Quoted.of(w.getText()), instead));
  }

  private SyntaxException end(int index, boolean value) {
    int end = words.all().get(index).getStartIndex();
    if (index == 0)
      return new SyntaxException(
          Kind.EMPTY, end, "there is no expression; write one, such as `x^2`");
    Token open = open(index);
    if (value && open != null)
      return new SyntaxException(
          Kind.UNBALANCED_PARENTHESIS,
          end,
          open.getStartIndex(),
          open.getStartIndex() + 1,
          "unbalanced parenthesis: `(` is never closed; add `)`");
    return new SyntaxException(
        Kind.UNEXPECTED_END,
        end,
        "the expression ends after %s, where %s should follow"
            .formatted(Quoted.of(words.all().get(index - 1).getText()), VALUE));
  }

  /** The innermost parenthesis that is open at a word. */
  private @Nullable Token open(int index) {
    int closed = 0;
    for (int i = index - 1; i >= 0; i--) {
      if (type(i) == CLOSE) closed++;
      if (type(i) == OPEN && closed-- == 0) return words.all().get(i);
    }
    return null;
  }

  private SyntaxException close(int index, boolean value) {
    Token w = words.all().get(index);
    if (open(index) == null)
      return error(
          Kind.UNBALANCED_PARENTHESIS,
          w,
          "unbalanced parenthesis: `)` closes nothing; remove it, or add `(` before");
    return type(index - 1) == OPEN
        ? error(
            Kind.UNEXPECTED_TOKEN,
            w,
            "there is nothing between `(` and `)`; put an expression there")
        : value ? unexpected(w, "an operator") : unexpected(w, VALUE);
  }

  /** Two values side by side. */
  private SyntaxException juxtaposed(int index) {
    Token a = words.all().get(index - 1), b = words.all().get(index);
    String left = a.getText(), right = b.getText();
    if (b.getType() == NOT) return unexpected(b, "an operator");
    String product =
        left.equals(")") || right.equals("(") || left.length() + right.length() > 30
            ? "for a product write `*` between them"
            : "for a product write `%s*%s`".formatted(left, right);
    return error(
        Kind.UNEXPECTED_TOKEN,
        b,
        "%s follows %s without an operator; %s"
            .formatted(Quoted.of(right), Quoted.of(left), product));
  }

  private SyntaxException stray(Token w) {
    String shown = Quoted.character(words.text(), w.getStartIndex());
    String way =
        switch (w.getText()) {
          case "=" -> "`==` compares; an equation needs one of the commands that take equations";
          case ";" -> "give one expression at a time";
          case "|" -> "write abs(x) for |x|";
          case "!" -> "write gamma(x + 1) for x!";
          case "[", "]", "{", "}" -> "use ( and )";
          case "?", ":" -> "write if(condition, a, b)";
          case "&" -> "write `and`";
          case "%" -> "write x - y*floor(x/y) for a remainder";
          case "÷" -> "write `/`";
          case "–", "—" -> "write `-`";
          default ->
              shown.startsWith("the blank")
                  ? "replace it with an ordinary one"
                  : Character.isLetterOrDigit(words.text().codePointAt(w.getStartIndex()))
                      ? "names are made of a to z, Greek letters, digits and `_`"
                      : "remove it";
        };
    return new SyntaxException(
        Kind.STRAY_CHARACTER,
        w.getStartIndex(),
        "%s has no meaning here; %s".formatted(shown, way));
  }

  private SyntaxException badNumber(int index) {
    Token w = words.all().get(index);
    String text = w.getText();
    if (text.equals("."))
      return error(Kind.BAD_NUMBER, w, "a number needs a digit beside its point; write 0.5 or 5.0");
    Token number = words.all().get(index - 1);
    String before = number.getText();
    String message =
        text.startsWith(".")
            ? "%s has a second decimal point; remove one".formatted(Quoted.of(before + text))
            : text.equalsIgnoreCase("e")
                ? "%s has no exponent; write %se5, or %s*e for a product"
                    .formatted(Quoted.of(before + text), before, before)
                : "%s is no number; write decimal digits, or `*` for a product"
                    .formatted(Quoted.of(before + text));
    return new SyntaxException(
        Kind.BAD_NUMBER, w.getStartIndex(), number.getStartIndex(), w.getStopIndex() + 1, message);
  }
}
