package io.leibniz.symbolic.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.symbolic.text.SyntaxException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is no expression: said with its kind, its place and a way out, at once and whatever its size. */
final class MalformedTest {
  private static final long MOST_MILLIS = 2_000;

  @Test
  void theCorpusIsAnswered() throws IOException {
    JsonNode cases;
    try (var in =
        Objects.requireNonNull(MalformedTest.class.getResourceAsStream("malformed.json"))) {
      cases = JsonMapper.shared().readTree(in);
    }
    var wrong = new ArrayList<String>();
    for (JsonNode c : cases) {
      String text = c.has("expr") ? c.get("expr").asString() : generated(c.get("gen"));
      var vars = new ArrayList<String>();
      c.get("vars").forEach(v -> vars.add(v.asString()));
      var accept = new ArrayList<String>();
      c.get("accept").forEach(a -> accept.add(a.asString()));
      long start = System.nanoTime();
      String got = "ok";
      int at = -1;
      try {
        Expression f = Expression.parse(text, vars);
        if (c.has("value")
            && At.value(f, c.get("at").get("x").asDouble()) != c.get("value").asDouble())
          wrong.add(c.get("cid") + " has a wrong value");
      } catch (SyntaxException e) {
        got = "error:" + e.kind().name().toLowerCase(Locale.ROOT);
        at = e.at();
      }
      String found = got;
      if (accept.stream()
          .noneMatch(a -> a.equals(found) || found.equals("ok") && a.startsWith("ok")))
        wrong.add(c.get("cid") + " of " + accept + " is " + got + " at " + at);
      if (c.has("pos") && at >= 0 && Math.abs(at - c.get("pos").asInt()) > 1)
        wrong.add(c.get("cid") + " is at " + c.get("pos") + ", not " + at);
      if ((System.nanoTime() - start) / 1_000_000 > MOST_MILLIS)
        wrong.add(c.get("cid") + " is slow");
    }
    assertThat(cases).hasSize(29);
    assertThat(wrong).isEmpty();
  }

  private static String generated(JsonNode g) {
    return g.get("prefix").asString().repeat(g.get("prefix_count").asInt())
        + g.get("core").asString()
        + g.get("suffix").asString().repeat(g.get("suffix_count").asInt());
  }

  private static SyntaxException refused(String text) {
    var caught = new ArrayList<SyntaxException>();
    assertThatThrownBy(() -> Expression.parse(text, List.of("x", "y", "alpha")))
        .isInstanceOfSatisfying(SyntaxException.class, caught::add);
    return caught.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"       | EMPTY                  | 0",
        "\"  \"     | EMPTY                  | 2",
        "x)         | UNBALANCED_PARENTHESIS | 1",
        "sin(x))    | UNBALANCED_PARENTHESIS | 6",
        "(x         | UNBALANCED_PARENTHESIS | 2",
        "sin(x^2    | UNBALANCED_PARENTHESIS | 7",
        "max(x,(y)  | UNBALANCED_PARENTHESIS | 9",
        ")          | UNBALANCED_PARENTHESIS | 0",
        "x+)        | UNBALANCED_PARENTHESIS | 2",
        "x+         | UNEXPECTED_END         | 2",
        "x==        | UNEXPECTED_END         | 3",
        "-          | UNEXPECTED_END         | 1",
        "sin(       | UNEXPECTED_END         | 4",
        "(          | UNEXPECTED_END         | 1",
        "x^         | UNEXPECTED_END         | 2",
        "not        | UNEXPECTED_END         | 3",
        "√          | UNEXPECTED_END         | 1",
        "()         | UNEXPECTED_TOKEN       | 1",
        "(x+)       | UNEXPECTED_TOKEN       | 3",
        ",          | UNEXPECTED_TOKEN       | 0",
        "x,y        | UNEXPECTED_TOKEN       | 1",
        "(x,y)      | UNEXPECTED_TOKEN       | 2",
        "max(,x)    | UNEXPECTED_TOKEN       | 4",
        "max(x,)    | UNEXPECTED_TOKEN       | 6",
        "*x         | UNEXPECTED_TOKEN       | 0",
        "x**        | UNEXPECTED_END         | 3",
        "x***y      | UNEXPECTED_TOKEN       | 3",
        "x y        | UNEXPECTED_TOKEN       | 2",
        "2 x        | UNEXPECTED_TOKEN       | 2",
        "1 2        | UNEXPECTED_TOKEN       | 2",
        "x 2        | UNEXPECTED_TOKEN       | 2",
        "(x)(y)     | UNEXPECTED_TOKEN       | 3",
        "(x)y       | UNEXPECTED_TOKEN       | 3",
        "(x)2       | UNEXPECTED_TOKEN       | 3",
        "x(y)       | UNEXPECTED_TOKEN       | 1",
        "pi(2)      | UNEXPECTED_TOKEN       | 2",
        "e(2)       | UNEXPECTED_TOKEN       | 1",
        "x²³^2      | UNEXPECTED_TOKEN       | 3",
        "x<y<1      | UNEXPECTED_TOKEN       | 3",
        "x<y        | UNEXPECTED_TOKEN       | 0",
        "x+(x<y)    | UNEXPECTED_TOKEN       | 1",
        "x and y    | UNEXPECTED_TOKEN       | 2",
        "if(x,1,2)  | UNEXPECTED_TOKEN       | 0",
        "if(x>0,1,x>2) | UNEXPECTED_TOKEN    | 0",
        "not x      | UNEXPECTED_TOKEN       | 0",
        "sin(x>0)   | UNEXPECTED_TOKEN       | 0",
        "polygamma(x,x) | UNEXPECTED_TOKEN   | 0",
        "polygamma(-1,x) | UNEXPECTED_TOKEN  | 0",
        "polygamma(1.5,x) | UNEXPECTED_TOKEN | 0",
        "polygamma(1e9,x) | UNEXPECTED_TOKEN | 0",
        "sin        | WRONG_ARITY            | 3",
        "sin x      | WRONG_ARITY            | 3",
        "sin+1      | WRONG_ARITY            | 3",
        "sin()      | WRONG_ARITY            | 4",
        "sin(x,y)   | WRONG_ARITY            | 5",
        "atan2(x)   | WRONG_ARITY            | 7",
        "max(x)     | WRONG_ARITY            | 5",
        "if(x>0,1)  | WRONG_ARITY            | 8",
        "log(x,2)   | WRONG_ARITY            | 5",
        "einh(x)    | UNKNOWN_FUNCTION       | 0",
        "2+Sin(x)   | UNKNOWN_FUNCTION       | 2",
        "xsin(x)    | UNKNOWN_FUNCTION       | 0",
        "arctan(x)  | UNKNOWN_FUNCTION       | 0",
        "foo(x      | UNKNOWN_FUNCTION       | 0",
        "z          | UNKNOWN_VARIABLE       | 0",
        "x + alpa   | UNKNOWN_VARIABLE       | 4",
        "x2         | UNKNOWN_VARIABLE       | 0",
        "X          | UNKNOWN_VARIABLE       | 0",
        "constructor | UNKNOWN_VARIABLE      | 0",
        "__proto__  | UNKNOWN_VARIABLE       | 0",
        "1e         | BAD_NUMBER             | 1",
        "2E+        | BAD_NUMBER             | 1",
        "1e*x       | BAD_NUMBER             | 1",
        "1.2.3      | BAD_NUMBER             | 3",
        "1..2       | BAD_NUMBER             | 2",
        "..5        | BAD_NUMBER             | 0",
        ".          | BAD_NUMBER             | 0",
        "x.y        | BAD_NUMBER             | 1",
        "1_000      | BAD_NUMBER             | 1",
        "0x1F       | BAD_NUMBER             | 1",
        "1e400      | OVERFLOW               | 0",
        "x=1        | STRAY_CHARACTER        | 1",
        "x;x        | STRAY_CHARACTER        | 1",
        "#          | STRAY_CHARACTER        | 0",
        "x+😀       | STRAY_CHARACTER        | 2",
        "5!         | STRAY_CHARACTER        | 1",
        "[x]        | STRAY_CHARACTER        | 0",
        "x'         | STRAY_CHARACTER        | 1",
        "x && y     | STRAY_CHARACTER        | 2",
        "x%2        | STRAY_CHARACTER        | 1",
        "½          | STRAY_CHARACTER        | 0",
      })
  void itsKindAndItsPlaceAreSaid(String text, Kind kind, int at) {
    SyntaxException e = refused(text);
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    assertThat(e.at()).as(e.getMessage()).isEqualTo(at);
    assertThat(e.getMessage()).hasSizeBetween(20, 160).doesNotContain("\n");
    assertThat(e.from()).isLessThan(e.to());
  }

  @Test
  void theWayOutIsSaid() {
    assertThat(refused("sin(x^2"))
        .hasMessage("unbalanced parenthesis: `(` is never closed; add `)`")
        .returns(3, SyntaxException::from);
    assertThat(refused("einh(x)")).hasMessage("unknown function `einh`; did you mean `sinh`?");
    assertThat(refused("Sin(x)")).hasMessage("unknown function `Sin`; did you mean `sin`?");
    assertThat(refused("arctan(x)")).hasMessage("unknown function `arctan`; did you mean `atan`?");
    assertThat(refused("alpa")).hasMessage("unknown variable `alpa`; did you mean `alpha`?");
    assertThat(refused("zzz")).hasMessage("unknown variable `zzz`; known: alpha, x, y");
    assertThat(refused("z")).hasMessage("unknown variable `z`; known: alpha, x, y");
    assertThat(refused("x y"))
        .hasMessage("`y` follows `x` without an operator; for a product write `x*y`");
    assertThat(refused("atan2(x)")).hasMessage("`atan2` takes 2 arguments, not 1: atan2(y, x)");
    assertThat(refused("1e")).hasMessage("`1e` has no exponent; write 1e5, or 1*e for a product");
    assertThat(refused("x\u00a0+1"))
        .hasMessage("the blank U+00A0 has no meaning here; replace it with an ordinary one");
    assertThat(refused("|x|")).hasMessage("`|` has no meaning here; write abs(x) for |x|");
    assertThat(refused("x\0")).hasMessage("U+0000 has no meaning here; remove it");
  }

  @Test
  void sizeIsAnsweredToo() {
    limited("(".repeat(1_000_000), Kind.TOO_DEEP);
    limited("(".repeat(501) + "x" + ")".repeat(501), Kind.TOO_DEEP);
    limited("sin(".repeat(100_000) + "x" + ")".repeat(100_000), Kind.TOO_DEEP);
    limited("-".repeat(501) + "x", Kind.TOO_DEEP);
    limited("x" + "^x".repeat(501), Kind.TOO_DEEP);
    limited("√".repeat(501) + "x", Kind.TOO_DEEP);
    limited("not ".repeat(501) + "x", Kind.TOO_DEEP);
    limited("x*".repeat(20_000) + "x", Kind.TOO_LONG);
    limited("x" + " ".repeat(1_000_000), Kind.TOO_LONG);
    limited(" ".repeat(1_000_001), Kind.TOO_LONG);
    limited("-(".repeat(251) + "x" + ")".repeat(251), Kind.TOO_DEEP);
    // signs that a product hides from the factors after it count all the same
    limited(("-".repeat(100) + "x*(").repeat(6) + "x", Kind.TOO_DEEP);
    limited("x" + "a".repeat(1_000_000), Kind.TOO_LONG);
    limited("a".repeat(999_999), Kind.UNKNOWN_VARIABLE);
    limited("f".repeat(100_000) + "(x)", Kind.UNKNOWN_FUNCTION);
    limited("9".repeat(100_000), Kind.OVERFLOW);
    limited("x" + "=".repeat(100_000), Kind.TOO_LONG);
    limited("$".repeat(1_000_000), Kind.STRAY_CHARACTER);
    limited(")".repeat(1_000_000), Kind.UNBALANCED_PARENTHESIS);
  }

  private static void limited(String text, Kind kind) {
    long start = System.nanoTime();
    SyntaxException e = refused(text);
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(MOST_MILLIS);
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    assertThat(e.getMessage()).hasSizeLessThan(200);
  }

  @Test
  void garbageIsRefusedOrReadAndNothingElseHappens() {
    String[] pieces = {
      "x", "y", "sin", "(", ")", ",", "+", "-", "*", "/", "^", "**", "1", "2.5", "1e", ".", "<",
      "=", "==", ";", " ", "\n", "not ", " and ", " or ", "if(", "π", "√", "²", "⁻", "·", "😀",
      "\0", "e", "max(", "log", "$", "alpha", "\ud800", "\u00a0", "_", "0x1",
    };
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--)
        text.append(pieces[random.nextInt(pieces.length)]);
      answered(text.toString());
    }
    for (int i = 0; i < 5_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(20); n >= 0; n--)
        text.append((char) (i % 2 == 0 ? random.nextInt(128) : random.nextInt(65536)));
      answered(text.toString());
    }
  }

  private static void answered(String text) {
    try {
      Expression.parse(text);
    } catch (SyntaxException e) {
      assertThat(e.at()).isBetween(0, text.length());
      assertThat(e.getMessage()).hasSizeLessThan(250);
    }
    try {
      Equations.parse(text).definitions();
    } catch (SyntaxException e) {
      assertThat(e.at()).isBetween(0, text.length());
    }
  }
}
