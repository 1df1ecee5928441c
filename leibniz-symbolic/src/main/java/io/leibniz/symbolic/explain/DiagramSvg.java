package io.leibniz.symbolic.explain;

import io.leibniz.symbolic.explain.Diagram.Edge;
import io.leibniz.symbolic.explain.Layered.Box;
import io.leibniz.symbolic.text.Digits;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A diagram as a picture in SVG: the function on top, partials on the edges, the most important path in colour. */
public final class DiagramSvg {
  private static final double FONT = 14;
  private static final double LINE = 18;
  private static final double CHARACTER = 8.2; // generous: fonts differ
  private static final double MARGIN = 24;
  private static final int LONGEST = 44;

  private final StringBuilder out = new StringBuilder();
  private final Layered layout;
  private final List<Edge> edges;
  private final Set<Edge> best;

  private DiagramSvg(Diagram d, Set<Edge> best) {
    this.best = best;
    this.edges = d.edges();
    layout = new Layered(d, lines -> box(lines, 20, 14), lines -> box(lines, 8, 4));
  }

  /** All of a diagram. */
  public static String of(Diagram d) {
    return new DiagramSvg(d, Set.of()).draw(List.of());
  }

  /** Likewise, with what the paths amount to beneath. */
  public static String of(Diagram d, Paths p) {
    var best = p.shown().isEmpty() ? Set.<Edge>of() : new HashSet<>(p.shown().getFirst().edges());
    return new DiagramSvg(d, best).draw(caption(d, p));
  }

  private static List<String> caption(Diagram d, Paths p) {
    String sum = "%s = %s".formatted(d.symbol(p.of(), p.wrt()), Digits.six(p.total()));
    String count =
        "%s path%s"
            .formatted(p.count(), p.count().bitLength() > 1 || p.count().signum() == 0 ? "s" : "");
    if (p.shown().isEmpty()) return List.of(sum + ", " + count);
    var first = p.shown().getFirst();
    return List.of(
        sum + ", " + count,
        "largest: %s, %s"
            .formatted(DiagramText.shortened(first.vertices(), 60), Digits.six(first.product())));
  }

  private static Box box(List<String> lines, double across, double down) {
    int wide = lines.stream().mapToInt(l -> Math.min(LONGEST, l.length())).max().orElse(0);
    return new Box(lines, wide * CHARACTER + across, lines.size() * LINE + down);
  }

  private String draw(List<String> caption) {
    double left = 0, right = 0, bottom = 0;
    for (var chain : layout.edges)
      for (Box b : chain) {
        left = Math.min(left, b.x - b.width / 2);
        right = Math.max(right, b.x + b.width / 2);
      }
    for (Box b : layout.vertices) {
      left = Math.min(left, b.x - b.width / 2);
      right = Math.max(right, b.x + b.width / 2);
      bottom = Math.max(bottom, b.y + b.height / 2);
    }
    double wide = caption.stream().mapToInt(String::length).max().orElse(0) * CHARACTER;
    if (right - left < wide) {
      double more = (wide - (right - left)) / 2;
      left -= more;
      right += more;
    }
    double height = bottom + (caption.isEmpty() ? 0 : caption.size() * LINE + 16);
    out.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"%.1f %.1f %.1f %.1f\" width=\"%.0f\" height=\"%.0f\" font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\" font-size=\"%.0f\">\n",
            left - MARGIN,
            -MARGIN,
            right - left + 2 * MARGIN,
            height + 2 * MARGIN,
            right - left + 2 * MARGIN,
            height + 2 * MARGIN,
            FONT));
    out.append(
        format(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            left - MARGIN, -MARGIN));
    for (int i = 0; i < layout.edges.size(); i++)
      line(layout.edges.get(i), best.contains(edges.get(i)));
    for (int i = 0; i < edges.size(); i++) label(layout.labels.get(i), best.contains(edges.get(i)));
    layout.vertices.forEach(this::vertex);
    double y = bottom + 16 + FONT;
    for (String s : caption) {
      text((left + right) / 2, y, s, "#1f4e79");
      y += LINE;
    }
    return out.append("</svg>\n").toString();
  }

  /** Between ranks a curve, through a rank straight down. */
  private void line(List<Box> chain, boolean strong) {
    Box top = chain.getFirst();
    var path = new StringBuilder(format("M%.1f %.1f", top.x, top.y));
    for (int i = 1; i < chain.size(); i++) {
      Box a = chain.get(i - 1), b = chain.get(i);
      double from = a.y + a.band / 2, to = b.y - b.band / 2, middle = (from + to) / 2;
      path.append(
          format("V%.1f C%.1f %.1f %.1f %.1f %.1f %.1f", from, a.x, middle, b.x, middle, b.x, to));
    }
    path.append(format("V%.1f", chain.getLast().y));
    out.append(
        format(
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>\n",
            path, strong ? "#c0562f" : "#888888", strong ? "2" : "1.2"));
  }

  private void label(Box b, boolean strong) {
    out.append(
        format(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"white\"/>\n",
            b.x - b.width / 2, b.y - b.height / 2, b.width, b.height));
    lines(b, strong ? "#c0562f" : "#333333");
  }

  private void vertex(Box b) {
    out.append(
        format(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"7\" fill=\"#eef3f8\" stroke=\"#1f4e79\"/>\n",
            b.x - b.width / 2, b.y - b.height / 2, b.width, b.height));
    lines(b, "#111111");
  }

  private void lines(Box b, String color) {
    double y = b.y - (b.lines.size() - 1) * LINE / 2 + FONT * 0.35;
    for (String line : b.lines) {
      text(b.x, y, line, color);
      y += LINE;
    }
  }

  private void text(double x, double y, String s, String color) {
    boolean cut = s.length() > LONGEST && !s.startsWith("largest") && !s.contains(" path");
    out.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"%s\">%s%s</text>\n",
            x,
            y,
            color,
            cut ? "<title>" + escaped(s) + "</title>" : "",
            escaped(cut ? s.substring(0, LONGEST - 1) + "…" : s)));
  }

  private static String format(String s, Object... values) {
    return String.format(Locale.ROOT, s, values);
  }

  /** XML takes no control characters, not even escaped. */
  static String escaped(String s) {
    var out = new StringBuilder();
    s.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> {
                  boolean odd = c < ' ' || c >= 0xd800 && c <= 0xdfff || c == 0xfffe || c == 0xffff;
                  out.appendCodePoint(odd ? 0xfffd : c);
                }
              }
            });
    return out.toString();
  }
}
