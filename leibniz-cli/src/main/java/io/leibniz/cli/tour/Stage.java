package io.leibniz.cli.tour;

import io.leibniz.symbolic.text.Digits;
import java.io.PrintWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** 80 columns to print on. It remembers what was computed, and which slips were caught. */
public final class Stage {
  private static final int WIDTH = 80;
  private static final String INDENT = "  ";

  private final PrintWriter out;
  private final Ansi style;
  private final List<Double> computed = new ArrayList<>();
  private int slips;
  private int sections;
  private int lines;
  private int words;

  public Stage(PrintWriter out, boolean colour) {
    this.out = out;
    this.style = colour ? Ansi.ON : Ansi.OFF;
  }

  /** One that shows nothing. */
  static Stage silent() {
    return new Stage(new PrintWriter(Writer.nullWriter()), false);
  }

  public void title(int number, Section section) {
    sections++;
    print(style.new Text("@|bold %d  %s|@".formatted(number, section.title())).toString());
    print("");
  }

  /** Prose. */
  void say(String text, Object... args) {
    wrapped(text.formatted(args), "", "");
  }

  /** A line as it is. */
  void show(String text, Object... args) {
    print((INDENT + (args.length == 0 ? text : text.formatted(args))).stripTrailing());
  }

  void show(List<String> lines) {
    lines.forEach(l -> print(l.stripTrailing()));
  }

  void blank() {
    print("");
  }

  /** A name and a number with all its digits. */
  void number(String name, double x) {
    number(name, x, "");
  }

  void number(String name, double x, String note) {
    show("%-24s %-24s %s", name, plain(keep(x)), note);
  }

  /** A name and numbers of six digits, in columns. */
  void row(String name, double... xs) {
    var cells = new StringBuilder();
    for (double x : xs) cells.append("%12s".formatted(Digits.six(keep(x))));
    show("%-18s%s", name, cells);
  }

  void heads(String name, String... heads) {
    var cells = new StringBuilder();
    for (String h : heads) cells.append("%12s".formatted(h));
    show("%-18s%s", name, cells);
  }

  /** What the lecture says, and how the library finds out. */
  void caught(String said, String verdict) {
    slips++;
    print("");
    var lines = lines(said, WIDTH - 2);
    for (int i = 0; i < lines.size(); i++)
      print(style.new Text("@|red %s|@ ".formatted(i == 0 ? "✗" : " ")) + lines.get(i));
    wrapped(verdict, "→ ", INDENT);
  }

  /** Remembers a number that was computed. */
  double keep(double x) {
    computed.add(x);
    return x;
  }

  void keep(double[] xs) {
    for (double x : xs) keep(x);
  }

  List<Double> computed() {
    return List.copyOf(computed);
  }

  int slips() {
    return slips;
  }

  /** How many have begun. */
  int sections() {
    return sections;
  }

  int lines() {
    return lines;
  }

  int words() {
    return words;
  }

  private void print(String line) {
    lines++;
    if (!line.isBlank()) words += line.strip().split("\\s+").length;
    out.println(line);
  }

  /** All digits, without an exponent where people write none: as Python and Rust print it. */
  static String plain(double x) {
    if (!Double.isFinite(x) || x != 0 && (Math.abs(x) < 1e-5 || Math.abs(x) >= 1e16))
      return Double.toString(x).replace("E", "e");
    String text = new BigDecimal(Double.toString(x)).toPlainString();
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** {@code 3e−12}; of nothing 0. */
  static String small(double x) {
    return x == 0 ? "0" : "%.0e".formatted(x).replace("e-0", "e-").replace("-", "−");
  }

  static String six(double... xs) {
    return Arrays.stream(xs).mapToObj(Digits::six).collect(Collectors.joining(", "));
  }

  private void wrapped(String text, String first, String indent) {
    var lines = lines(text, WIDTH - Math.max(first.length(), indent.length()));
    for (int i = 0; i < lines.size(); i++) print((i == 0 ? first : indent) + lines.get(i));
  }

  private static List<String> lines(String text, int width) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : text.strip().split("\\s+")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
