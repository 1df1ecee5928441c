package io.leibniz.symbolic.text;

import io.leibniz.ir.Graph;
import io.leibniz.symbolic.grammar.MathParser;
import java.util.HashSet;
import java.util.List;

/**
 * A function of named numbers: a graph with one f64 scalar parameter for each of {@code variables}, in this order,
 * and one f64 scalar result.
 */
public record Expression(List<String> variables, Graph graph) {
  public Expression {
    variables = List.copyOf(variables);
  }

  /**
   * What a text means, as a function of the names in it, in alphabetical order. Texts of any length are answered: at most
   * 1,000,000 characters, 20,000 numbers, names and operators, and a nesting of 500 parentheses, signs and powers are read.
   *
   * @throws SyntaxException if it is no expression
   */
  public static Expression parse(String text) {
    Words words = Words.of(text);
    return parse(words, List.copyOf(Builder.names(words.all())));
  }

  /**
   * Likewise, as a function of {@code variables}; any other name is an error.
   *
   * @throws IllegalArgumentException if two variables have one name, or one has that of a constant or a function
   */
  public static Expression parse(String text, List<String> variables) {
    for (String v : variables)
      if (Builder.constant(v) != null || Functions.named(v) != null || !isName(v))
        throw new IllegalArgumentException(
            "no variable can be called %s; choose another name".formatted(Quoted.of(v)));
    if (new HashSet<>(variables).size() < variables.size())
      throw new IllegalArgumentException("two variables have one name: " + variables);
    return parse(Words.of(text), variables);
  }

  /** Whether the language would read {@code text} as one name. */
  private static boolean isName(String text) {
    if (text.length() > Words.MOST_CHARACTERS) return false;
    var words = Words.of(text).all();
    return words.size() == 2
        && words.getFirst().getType() == MathParser.NAME
        && words.getFirst().getText().equals(text);
  }

  static Expression parse(Words words, List<String> variables) {
    var builder = new Builder(variables);
    return new Expression(variables, builder.graph(builder.parse(words)));
  }
}
