package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.symbolic.explain.Backprop.Quantity;
import io.leibniz.symbolic.text.Digits;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** The story for people, in two columns of an 80-column screen: down on the left, up on the right. */
final class BackpropText {
  private static final int WIDTH = 80;
  private static final int LEFT = 37;
  private static final int RIGHT = WIDTH - LEFT - 2;
  private static final int MOST_NUMBERS = 8;

  private final PrintWriter out;

  private BackpropText(PrintWriter out) {
    this.out = out;
  }

  static void print(BackpropStory story, PrintWriter out) {
    new BackpropText(out).print(story);
  }

  private void print(BackpropStory story) {
    NetExample e = story.example();
    for (String line : wrapped(header(e), WIDTH)) out.println(line);
    out.println();
    beside(List.of("forward ↓"), List.of("backward ↑"));
    beside(shown("x", e.x(), LEFT), shown(story.ofInput(), RIGHT));
    for (var l : story.layers()) layer(l);
    String a = story.layers().getLast().a().symbol();
    String cost = "L = " + e.cost().formula(a, e.net().output(), e.examples());
    var loss = new ArrayList<>(wrapped(cost, LEFT));
    loss.add("  = " + Digits.six(story.loss().cast(DType.F64).item()));
    beside(loss, shown("y", e.y(), RIGHT));
    out.println();
    out.println(Ansi.AUTO.string("@|bold %s|@".formatted(last(story))));
  }

  private static String header(NetExample e) {
    String sizes = e.net().sizes().stream().map(String::valueOf).collect(Collectors.joining("-"));
    String activations =
        String.join(
            ", ",
            new LinkedHashSet<>(e.net().activations()).size() == 1
                ? List.of(e.net().output())
                : e.net().activations());
    return "%s, %s, %s · %s parameters, %s%s"
        .formatted(
            sizes,
            activations,
            e.cost(),
            String.format(Locale.ROOT, "%,d", e.net().parameters()),
            e.net().origin(),
            e.examples() == 1 ? "" : " · a batch of " + e.examples());
  }

  private void layer(BackpropStory.Told l) {
    out.println();
    out.println(
        Ansi.AUTO.string("@|bold layer %d|@".formatted(l.number()))
            + "   %s %s, %s %s"
                .formatted(
                    l.w().path(),
                    Digits.shape(l.w().value().shape()),
                    l.b().path(),
                    Digits.shape(l.b().value().shape())));
    var forward = new ArrayList<>(shown(l.z(), LEFT));
    forward.addAll(shown(l.a(), LEFT));
    var backward = new ArrayList<>(shown(l.delta(), RIGHT));
    backward.addAll(shown(l.w().gradient(), RIGHT));
    backward.addAll(shown(l.b().gradient(), RIGHT));
    beside(forward, backward);
  }

  /** What a hurried reader wants to know. */
  private static String last(BackpropStory story) {
    double sum = 0;
    for (var l : story.layers())
      sum = Math.hypot(sum, Math.hypot(l.w().gradient().norm(), l.b().gradient().norm()));
    return "loss %s   ‖∇L‖ %s over %s parameters"
        .formatted(
            Digits.six(story.loss().cast(DType.F64).item()),
            Digits.six(sum),
            String.format(Locale.ROOT, "%,d", story.example().net().parameters()));
  }

  // ---- columns

  private void beside(List<String> left, List<String> right) {
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String l = i < left.size() ? left.get(i) : "", r = i < right.size() ? right.get(i) : "";
      out.println((l + " ".repeat(Math.max(0, LEFT + 2 - l.length())) + r).stripTrailing());
    }
  }

  private static List<String> shown(Quantity q, int width) {
    return shown(q.toString(), q.value(), width);
  }

  /** On one line where there is room: {@code z¹ = W¹·x + b¹  [2] 1.475 0.3}; else the numbers below, a matrix row by row. */
  private static List<String> shown(String head, Tensor value, int width) {
    String named = head + "  " + Digits.shape(value.shape()) + " ";
    if (value.size() > MOST_NUMBERS)
      return one(named, "‖·‖ " + Digits.six(new Quantity("", "", value).norm()), width);
    double[] x = value.cast(DType.F64).flatten().doubles();
    int columns = value.rank() < 2 ? x.length : value.dim(-1);
    var rows = new ArrayList<String>();
    for (int i = 0; i < x.length; i += columns)
      rows.add(
          Arrays.stream(x, i, i + columns).mapToObj(Digits::six).collect(Collectors.joining(" ")));
    if (rows.size() == 1) return one(named, rows.getFirst(), width);
    var out = new ArrayList<>(wrapped(named, width));
    for (String row : rows) for (String line : wrapped(row, width - 2)) out.add("  " + line);
    return out;
  }

  private static List<String> one(String head, String numbers, int width) {
    if (head.length() + numbers.length() <= width) return List.of(head + numbers);
    var out = new ArrayList<>(wrapped(head.stripTrailing(), width));
    for (String line : wrapped(numbers, width - 2)) out.add("  " + line);
    return out;
  }

  /** Broken at blanks. */
  private static List<String> wrapped(String text, int width) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder();
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
