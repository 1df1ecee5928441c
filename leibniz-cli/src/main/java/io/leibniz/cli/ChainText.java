package io.leibniz.cli;

import io.leibniz.nn.file.AtomicFile;
import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Diagram;
import io.leibniz.symbolic.explain.DiagramDot;
import io.leibniz.symbolic.explain.DiagramSvg;
import io.leibniz.symbolic.explain.DiagramText;
import io.leibniz.symbolic.explain.Paths;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import io.leibniz.symbolic.text.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tree diagram of ∂top/∂by, on the terminal or in a file; without a point symbols stand for the values. */
record ChainText(ChainRule rule, String top, String by, Map<String, Double> point, int paths) {
  private static final long LONG = 200;

  private Diagram diagram() {
    return rule.diagram(point, f -> f.nodes() > LONG ? "…" : f.screen()).between(top, by);
  }

  void save(@Nullable Path svg, @Nullable Path dot) throws IOException {
    if (svg == null && dot == null) return;
    Diagram d = diagram();
    if (svg != null) write(svg, DiagramSvg.of(d, d.paths(top, by, paths)));
    if (dot != null) write(dot, DiagramDot.of(d));
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
          while (bytes.hasRemaining()) out.write(bytes);
        });
  }

  /** The quantities that have no equation of the user's: f = sin(u), u = x². */
  void define(PrintWriter out) {
    var names = new ArrayList<>(rule.defined()).reversed();
    if (names.size() == 1) return;
    for (String name : names)
      if (point.isEmpty() || !name.equals(top))
        fold(name + " = " + written(rule.definition(name)), "    ", out);
  }

  private static String written(Expression e) {
    Formula f = Formula.of(e);
    return f.nodes() > LONG ? "…" : f.screen();
  }

  void print(PrintWriter out) {
    Diagram d = diagram();
    Paths p = d.paths(top, by, paths);
    if (point.isEmpty() && !rule.leaves().isEmpty()) symbols(d, p, out);
    else DiagramText.lines(d, p).forEach(out::println);
    var shared = Formula.of(rule.total(top, by).formula()).shared(Style.SCREEN);
    fold(d.symbol(top, by) + " = " + shared.formula(), "    ", out);
    shared
        .where()
        .forEach(part -> fold("  where " + part.name() + " = " + part.formula(), "      ", out));
  }

  private static void fold(String text, String indent, PrintWriter out) {
    Folded.lines(text, indent).forEach(out::println);
  }

  /** Without a point: the edges, and each path as a product of symbols. */
  private static void symbols(Diagram d, Paths p, PrintWriter out) {
    if (d.edges().size() < 2) return;
    d.edges()
        .reversed()
        .forEach(e -> fold("  " + d.symbol(e) + " = " + e.formula(), "      ", out));
    var products =
        p.shown().stream()
            .map(path -> path.edges().stream().map(d::symbol).collect(Collectors.joining("·")))
            .toList();
    fold(
        d.symbol(p.of(), p.wrt())
            + " = "
            + (products.isEmpty() ? "0" : String.join(" + ", products))
            + (p.others().signum() > 0 ? " + … (" + p.others() + " more paths)" : ""),
        "    ",
        out);
  }
}
