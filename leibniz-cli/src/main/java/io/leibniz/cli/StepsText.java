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
  private static final int MARGIN = 46, GAP = 3, LONG = 400, LONGEST = 44;

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

  /** Whether a function is too long to be written out before each of its derivatives. */
  private static boolean named(Expression f) {
    return Formula.of(f).nodes() > 60 || Formula.of(f).screen().length() > LONGEST;
  }

  /** What f is, if results speak of it. */
  void function(Expression f) {
    if (named(f) && Formula.of(f).nodes() <= LONG) fold("f = " + Formula.of(f).screen(), "    ");
  }

  /** One line, if it fits. */
  void result(Expression f, Derivative d, boolean several) {
    String symbol = symbol(d.wrt(), false);
    if (several && !symbol.startsWith("∂")) symbol = symbol.replace('d', '∂');
    String function = named(f) ? "f" : bracketed(Formula.of(f).screen());
    formula(symbol + " " + function + " = ", Formula.of(d.formula()));
    conditions(d);
  }

  private static String bracketed(String f) {
    boolean loose = f.contains(" ") && !f.matches("[\\p{L}_0-9]+\\([^()]*\\)");
    return loose ? "(" + f + ")" : f;
  }

  private void formula(String before, Formula f) {
    var shared = f.shared(Style.SCREEN);
    fold(before + shared.formula(), "    ");
    for (var part : shared.where())
      fold("  where " + part.name() + " = " + part.formula(), "      ");
  }

  private void conditions(Derivative d) {
    if (d.conditions().isEmpty()) return;
    fold(
        "  for " + d.conditions().stream().map(Formula::screen).collect(Collectors.joining(", ")),
        "    ");
  }

  private void fold(String text, String indent) {
    Folded.lines(text, indent).forEach(out::println);
  }

  void print(Derivative d) {
    for (Lesson lesson : d.lessons()) {
      fold(derivative(lesson), "    ");
      if (lesson.rule().equals("simplify")) {
        line("= " + derivative(lesson.inside().getFirst()), law(lesson));
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
      fold(
          bar + "chain      outer " + shown(outer.getFirst().function()) + ", inner " + inner,
          bar + "           ");
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
    if (isPlain(l)) {
      String why = l.again() ? "as above" : l.rule().replace("table:", "table: ");
      line(bar + "├ " + derivative(l) + " = " + shown(l.simple()), why);
      return;
    }
    if (l.rule().equals("sum")
        && l.outer().isEmpty()
        && l.inside().size() == 1
        && isPlain(l.inside().getFirst())) {
      line(bar + "├ " + derivative(l) + " = " + shown(l.simple()), "sum");
      return;
    }
    fold(bar + "├ " + derivative(l), bar + "│     ");
    inside(l, bar + "│ ");
    outcome(l, bar + "│ ");
  }

  private static boolean isPlain(Lesson l) {
    return l.inside().isEmpty() && l.outer().isEmpty() || l.again();
  }

  /** What the rule gives, and what the laws make of it. */
  private void outcome(Lesson l, String bar) {
    if (l.inside().isEmpty() && l.outer().isEmpty()) {
      line(bar + "= " + shown(l.simple()), l.rule().replace("table:", "table: "));
      return;
    }
    String raw = shown(l.raw()), simple = shown(l.simple());
    if (!raw.equals(simple)) line(bar + "= " + raw, "");
    line(bar + "= " + simple, l.laws().isEmpty() ? "" : law(l));
  }

  /** Of the laws that were used, the one that made the whole what it is. */
  private static String law(Lesson l) {
    var last = l.laws().getLast();
    for (Lesson.Law law : l.laws()) if (law.after().y() == l.simple().y()) last = law;
    return "law: " + last.name();
  }

  /** A formula, and why it holds: beside it where there is room, else below. */
  private void line(String left, String why) {
    int wide = left.codePointCount(0, left.length());
    String stem = left.substring(0, stem(left)), brief = briefly(why);
    if (why.isEmpty()) fold(left, stem + "    ");
    else if (wide < MARGIN && MARGIN + why.length() <= Folded.WIDTH)
      out.println(left + " ".repeat(MARGIN - wide) + why);
    else if (wide + GAP + brief.length() <= Folded.WIDTH)
      out.println(left + " ".repeat(Math.max(GAP, MARGIN - wide)) + brief);
    else {
      fold(left, stem + "    ");
      out.println(stem + " ".repeat(Math.max(4, MARGIN - stem.length())) + brief);
    }
  }

  /** Of a law the equation, without how it is meant. */
  private static String briefly(String why) {
    int meant = why.indexOf(": ", "law: ".length());
    return why.startsWith("law: ") && meant > 0 ? why.substring(0, meant) : why;
  }

  /** The length of the bars before a line, which go on beside what is folded. */
  private static int stem(String line) {
    int i = 0;
    while (i < line.length() && "│ ".indexOf(line.charAt(i)) >= 0) i++;
    return i;
  }
}
