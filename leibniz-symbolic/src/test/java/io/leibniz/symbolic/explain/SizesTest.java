package io.leibniz.symbolic.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Formulas against those that SymPy 1.11 prints for the same derivatives, by the number of numbers, names, signs and functions
 * in them; both are read by our parser, so that they are counted alike.
 */
final class SizesTest {

  /** The derivative of an expression by a variable, as SymPy prints it. */
  private record Case(String expr, String by, String sympy) {

    static Case of(String line) {
      var columns = line.split("\t");
      return new Case(columns[0], columns[1], columns[2]);
    }

    List<String> variables() {
      return Expression.parse(expr).variables();
    }

    String ours() {
      return Formula.of(new Derivatives(Expression.parse(expr)).by(List.of(by)).formula()).text();
    }

    /** In our language; Heaviside(u) is one function of u, and so is sign(u). */
    String theirs() {
      return sympy
          .replaceAll("\\bE\\b", "e")
          .replace("Heaviside", "sign")
          .replace("Abs", "abs")
          .replace("Max", "max")
          .replace("Min", "min");
    }

    long size(String formula) {
      return Formula.of(Expression.parse(formula, variables())).nodes();
    }
  }

  private static List<Case> cases() {
    try (var in = Objects.requireNonNull(SizesTest.class.getResourceAsStream("sympy.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(Case::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void mostFormulasAreShorterThanThoseOfSymPyAndNoneMuchLonger() {
    var longer = new ArrayList<String>();
    int shorter = 0;
    var cases = cases();
    for (Case c : cases) {
      String ours = c.ours(), theirs = c.theirs();
      long a = c.size(ours), b = c.size(theirs);
      if (a < b) shorter++;
      if (b < 0.75 * a)
        longer.add("d/d%s %s: %s (%d) against %s (%d)".formatted(c.by, c.expr, ours, a, theirs, b));
    }
    assertThat(longer).isEmpty();
    assertThat(cases).hasSizeGreaterThan(180);
    assertThat(2 * shorter).as("%d of %d", shorter, cases.size()).isGreaterThan(cases.size());
  }
}
