package io.leibniz.cli;

import io.leibniz.symbolic.explain.Derivative;
import io.leibniz.symbolic.explain.Lesson;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import io.leibniz.symbolic.text.Style;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Derivatives on a terminal of 80 columns: the formula, or the lesson that leads to it. */
final class StepsText {
  private static final int MARGIN = 46, LONG = 400;

  private final PrintWriter out;

  StepsText(PrintWriter out) {
    this.out = out;
  }

  /** d/dx, ∂²/∂x∂y. */
  static String symbol(List<String> wrt, boolean latex) {
    String d =
        wrt.stream().distinct().count() > 1
            ? latex ? "\\partial" : "∂"
            : latex ? "\\mathrm{d}" : "d";
    var below = new StringBuilder();
    for (String x : new LinkedHashSet<>(wrt)) {
      long n = wrt.stream().filter(x::equals).count();
      below.append(d).append(latex ? " " : "").append(x).append(power(n, latex));
    }
    String above = d + power(wrt.size(), latex);
    return latex ? "\\frac{" + above + "}{" + below + "}" : above + "/" + below;
  }

  private static String power(long n, boolean latex) {
    if (n == 1) return "";
    if (latex) return "^{" + n + "}";
    return Long.toString(n)
        .chars()
        .mapToObj(c -> String.valueOf("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0')))
        .collect(Collectors.joining());
  }

  /** One line, if it fits. */
  void result(Expression f, Derivative d, boolean several) {
    String symbol = symbol(d.wrt(), false);
    if (several && !symbol.startsWith("∂")) symbol = symbol.replace('d', '∂');
    String function = Formula.of(f).nodes() > 60 ? "f" : bracketed(Formula.of(f).screen());
    formula(symbol + " " + function + " = ", Formula.of(d.formula()));
    conditions(d);
  }

  private static String bracketed(String f) {
    boolean loose = f.contains(" ") && !f.matches("[\\p{L}_0-9]+\\([^()]*\\)");
    return loose ? "(" + f + ")" : f;
  }

  private void formula(String before, Formula f) {
    var shared = f.shared(Style.SCREEN);
    out.println(before + shared.formula());
    for (var part : shared.where()) out.println("  where " + part.name() + " = " + part.formula());
  }

  private void conditions(Derivative d) {
    if (d.conditions().isEmpty()) return;
    out.println(
        "  for " + d.conditions().stream().map(Formula::screen).collect(Collectors.joining(", ")));
  }

  void print(Derivative d) {
    for (Lesson lesson : d.lessons()) {
      out.println(derivative(lesson));
      if (lesson.rule().equals("simplify")) {
        line("= " + derivative(lesson.inside().getFirst()), "law: " + names(lesson));
        lesson = lesson.inside().getFirst();
      }
      inside(lesson, "│ ");
      outcome(lesson, "");
    }
    conditions(d);
  }

  private static String derivative(Lesson l) {
    return "d/d" + l.variable() + " " + bracketed(shown(l.function()));
  }

  private static String shown(Formula f) {
    long size = f.nodes();
    String text = size > LONG ? "" : f.screen();
    return size > LONG ? "(a formula of %,d parts)".formatted(size) : text;
  }

  /** The rule, and the parts that it needs. */
  private void inside(Lesson l, String bar) {
    var outer = l.outer();
    String rule = l.rule().replace("table:", "table: ");
    if (!outer.isEmpty()) {
      var inner =
          outer.stream()
              .map(o -> o.u() + " = " + shown(o.inner()))
              .collect(Collectors.joining(", "));
      out.println(
          bar + "chain      outer " + shown(outer.getFirst().function()) + ", inner " + inner);
    } else if (!l.inside().isEmpty()) out.println(bar + rule);
    var rows = new ArrayList<Runnable>();
    String d = outer.size() > 1 ? "∂/∂" : "d/d";
    for (var o : outer)
      rows.add(
          () ->
              line(
                  bar
                      + "├ "
                      + d
                      + o.u()
                      + " "
                      + bracketed(shown(o.function()))
                      + " = "
                      + shown(o.slope()),
                  o.rule().replace("table:", "table: ")));
    for (Lesson part : l.inside()) rows.add(() -> part(part, bar));
    for (int i = 0; i < rows.size(); i++) rows.get(i).run();
  }

  private void part(Lesson l, String bar) {
    boolean leaf = l.inside().isEmpty() && l.outer().isEmpty();
    if (leaf || l.again()) {
      String why = l.again() ? "as above" : l.rule().replace("table:", "table: ");
      line(bar + "├ " + derivative(l) + " = " + shown(l.simple()), why);
      return;
    }
    out.println(bar + "├ " + derivative(l));
    inside(l, bar + "│ ");
    outcome(l, bar + "│ ");
  }

  /** What the rule gives, and what the laws make of it. */
  private void outcome(Lesson l, String bar) {
    if (l.inside().isEmpty() && l.outer().isEmpty()) {
      line(bar + "= " + shown(l.simple()), l.rule().replace("table:", "table: "));
      return;
    }
    String raw = shown(l.raw()), simple = shown(l.simple());
    if (!raw.equals(simple)) line(bar + "= " + raw, "");
    line(bar + "= " + simple, l.laws().isEmpty() ? "" : "law: " + names(l));
  }

  private static String names(Lesson l) {
    var names = new LinkedHashSet<String>();
    l.laws().reversed().forEach(law -> names.add(law.name()));
    return names.isEmpty() ? "" : names.iterator().next();
  }

  private void line(String left, String right) {
    if (right.isEmpty()) out.println(left);
    else if (left.codePointCount(0, left.length()) < MARGIN)
      out.println(left + " ".repeat(MARGIN - left.codePointCount(0, left.length())) + right);
    else out.println(left + "   " + right);
  }
}
