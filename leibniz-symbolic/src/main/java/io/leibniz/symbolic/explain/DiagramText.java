package io.leibniz.symbolic.explain;

import io.leibniz.symbolic.explain.Diagram.Edge;
import io.leibniz.symbolic.explain.Diagram.Vertex;
import io.leibniz.symbolic.explain.Paths.Path;
import io.leibniz.symbolic.text.Digits;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A diagram on an 80-column screen: a tree of the paths from the function down, its partials, and the product of each path at its
 * end. Where the tree would be too deep or too wide, the paths alone, one a line.
 */
public final class DiagramText {
  private static final int WIDTH = 80;
  private static final int DEEPEST = 12;
  private static final int GAP = 3;
  private static final int EQUALS = 3;
  private static final String ARROW = " ← ";

  private final Diagram diagram;
  private final Paths paths;

  private DiagramText(Diagram diagram, Paths paths) {
    this.diagram = diagram;
    this.paths = paths;
  }

  /** The lines, none longer than 80 characters but for names that are. */
  public static List<String> lines(Diagram diagram, Paths paths) {
    var text = new DiagramText(diagram, paths);
    var out = new ArrayList<String>();
    out.add(text.head());
    var body = text.tree();
    out.addAll(body.isEmpty() ? text.list() : body);
    return out.stream().map(String::stripTrailing).toList();
  }

  private String head() {
    Vertex v = diagram.vertex(paths.of());
    String text = v.name() + (v.formula().isEmpty() ? "" : " = " + v.formula());
    return cut(DiagramDot.array(v) ? text : text + " = " + Digits.six(v.value()), WIDTH);
  }

  // ---- the tree

  /** A fork of the tree: the edges that the paths take next, and the path that ends here. */
  private static final class Fork {
    private final Map<Edge, Fork> next = new LinkedHashMap<>();
    private int end = -1;
  }

  /** A line of the tree, before its columns are aligned. */
  private record Line(String stem, String symbol, String formula, String value, int end) {}

  private List<String> tree() {
    var root = new Fork();
    for (int i = 0; i < paths.shown().size(); i++) {
      Fork at = root;
      if (paths.shown().get(i).edges().size() > DEEPEST) return List.of();
      for (Edge e : paths.shown().get(i).edges()) at = at.next.computeIfAbsent(e, _ -> new Fork());
      if (at.end >= 0) return List.of(); // equal edges between the same two
      at.end = i;
    }
    var lines = new ArrayList<Line>();
    draw(root, "", lines);
    return aligned(lines);
  }

  private void draw(Fork fork, String stem, List<Line> out) {
    int left = fork.next.size();
    for (var e : fork.next.entrySet()) {
      boolean last = --left == 0;
      out.add(
          new Line(
              stem + (last ? "└─ " : "├─ "),
              diagram.symbol(e.getKey()),
              e.getKey().formula(),
              DiagramDot.matrix(e.getKey()) ? "" : Digits.six(e.getKey().partial()),
              e.getValue().end));
      draw(e.getValue(), stem + (last ? "   " : "│  "), out);
    }
  }

  /** Empty if it is too wide. */
  private List<String> aligned(List<Line> lines) {
    if (lines.isEmpty()) return List.of();
    int heads = 0;
    var texts = new ArrayList<String>();
    for (Line l : lines)
      if (!l.value.isEmpty()) heads = Math.max(heads, (l.stem + l.symbol + formula(l)).length());
    for (Line l : lines)
      texts.add(
          l.value.isEmpty()
              ? l.stem + l.symbol + formula(l)
              : padded(l.stem + l.symbol + formula(l), heads) + " = " + l.value);
    int wide = texts.stream().mapToInt(String::length).max().orElse(0);
    if (wide > WIDTH) return List.of();
    if (matrices()) return texts;
    var names = paths.shown().stream().map(Path::toString).toList();
    var factors = paths.shown().stream().map(DiagramText::factors).toList();
    int nameWide = longest(names), factorWide = longest(factors);
    int productWide = longest(products());
    int full = wide + GAP + nameWide + GAP + factorWide + GAP + productWide;
    int at = wide + GAP + nameWide + (full <= WIDTH ? GAP + factorWide : 0);
    var out = new ArrayList<String>();
    boolean beside = at + GAP + productWide <= WIDTH;
    for (int i = 0; i < lines.size(); i++) {
      String text = texts.get(i);
      if (beside && lines.get(i).end >= 0) {
        Path p = paths.shown().get(lines.get(i).end);
        String right =
            padded(names.get(lines.get(i).end), nameWide)
                + (full <= WIDTH
                    ? " ".repeat(GAP) + padded(factors.get(lines.get(i).end), factorWide)
                    : "")
                + " = "
                + Digits.six(p.product());
        text = padded(text, wide) + " ".repeat(GAP) + right;
      }
      out.add(text);
    }
    if (beside) out.addAll(sums(at));
    else out.addAll(list());
    return out;
  }

  /** Whether matrices lie on the paths, so that their products are no numbers. */
  private boolean matrices() {
    return paths.shown().stream().anyMatch(p -> p.edges().stream().anyMatch(DiagramDot::matrix));
  }

  private static String formula(Line l) {
    return l.formula.isEmpty() || l.formula.equals(l.value) ? "" : " = " + l.formula;
  }

  private static String factors(Path p) {
    return p.edges().stream().map(e -> Digits.six(e.partial())).collect(Collectors.joining(" · "));
  }

  // ---- the list

  private List<String> list() {
    var products = products();
    int room = WIDTH - EQUALS - longest(products);
    var names = new ArrayList<String>();
    for (Path p : paths.shown()) names.add(named(p, room));
    int left = longest(names);
    var out = new ArrayList<String>();
    for (int i = 0; i < names.size(); i++)
      out.add(padded(names.get(i), left) + " = " + Digits.six(paths.shown().get(i).product()));
    if (matrices()) return names;
    out.addAll(sums(left));
    return out;
  }

  /** A path that is too long is told by what it does not share with the first. */
  private String named(Path p, int room) {
    String name = shortened(p.vertices(), room);
    if (!name.contains("…") || p == paths.shown().getFirst()) return name;
    var first = new HashSet<>(paths.shown().getFirst().vertices());
    var own = p.vertices().stream().filter(v -> !first.contains(v)).limit(room).toList();
    return own.isEmpty() ? name : cut("the same by way of " + String.join(", ", own), room);
  }

  /** All numbers that stand at the right. */
  private List<String> products() {
    var out = new ArrayList<String>();
    for (Path p : paths.shown()) out.add(Digits.six(p.product()));
    out.add(Digits.six(paths.total()));
    out.add(Digits.six(paths.remainder()));
    return out;
  }

  /** What is not shown, and the sum; their numbers stand below those of the paths, whose sign of equality is in column {@code at}. */
  private List<String> sums(int at) {
    var out = new ArrayList<String>();
    if (paths.others().signum() > 0)
      out.add(
          right(
                  "and %s more path%s"
                      .formatted(
                          grouped(paths.others().toString()),
                          paths.others().equals(BigInteger.ONE) ? "" : "s"),
                  at)
              + " = "
              + Digits.six(paths.remainder()));
    out.add(right(diagram.symbol(paths.of(), paths.wrt()), at) + " = " + Digits.six(paths.total()));
    return out;
  }

  /** Names from both ends, as many as there is room for, the middle left out. */
  static String shortened(List<String> names, int room) {
    int length = -ARROW.length();
    for (String n : names) length += n.length() + ARROW.length();
    if (length <= room) return String.join(ARROW, names);
    String text = "…";
    for (int front = 1, back = 0; front + back < names.size(); ) {
      String longer =
          String.join(ARROW, names.subList(0, front))
              + ARROW
              + "…"
              + (back == 0 ? "" : ARROW)
              + String.join(ARROW, names.subList(names.size() - back, names.size()));
      if (longer.length() > room) break;
      text = longer;
      if (front <= back) front++;
      else back++;
    }
    return text;
  }

  private static String grouped(String digits) {
    if (digits.length() > 15)
      return digits.charAt(0) + "." + digits.substring(1, 4) + "e" + (digits.length() - 1);
    return digits.replaceAll("\\B(?=(\\d{3})+$)", ",");
  }

  private static String cut(String s, int room) {
    return s.length() <= room ? s : s.substring(0, Math.max(0, room - 1)) + "…";
  }

  private static int longest(List<String> all) {
    return all.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String padded(String s, int width) {
    return s + " ".repeat(Math.max(0, width - s.length()));
  }

  private static String right(String s, int width) {
    return " ".repeat(Math.max(0, width - s.length())) + s;
  }
}
