package io.leibniz.symbolic.text;

import io.leibniz.ir.Node;
import io.leibniz.symbolic.text.Style.Form;
import io.leibniz.symbolic.text.Style.Hole;
import io.leibniz.symbolic.text.Style.Opener;
import io.leibniz.symbolic.text.Style.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A node as mathematics, made of the parameters and other nodes that have {@code names}. Where a slope carries its domain or a
 * convention, the formula is that of the slope alone.
 *
 * <p>A formula is a tree, and a graph of n nodes may be one of 2ⁿ: {@link #nodes} tells before it is written, and {@link #shared}
 * writes what occurs several times once.
 */
public record Formula(Node y, Map<Node, String> names) {
  private static final int LONG = 2_000;
  private static final long LONGEST = 50_000_000;

  public Formula {
    names = Map.copyOf(names);
  }

  /** The result of an expression, in its variables. */
  public static Formula of(Expression f) {
    var names = new HashMap<Node, String>();
    for (int i = 0; i < f.variables().size(); i++)
      names.put(f.graph().params().get(i), f.variables().get(i));
    return new Formula(f.graph().results().getFirst(), names);
  }

  /** In the expression language. */
  public String text() {
    return in(Style.TEXT);
  }

  /** For the eye. */
  public String screen() {
    return in(Style.SCREEN);
  }

  public String latex() {
    return in(Style.LATEX);
  }

  /**
   * @throws IllegalArgumentException if it is longer than any memory: use {@link #shared}
   */
  public String in(Style style) {
    if (nodes() > LONGEST)
      throw new IllegalArgumentException(
          "the formula has %,d parts written out; write its shared parts once".formatted(nodes()));
    return written(new Phrase.Of(y), style, names);
  }

  // ---- sizes

  /** How many numbers, names, signs and functions it has written out; {@code Long.MAX_VALUE} if more than that. */
  public long nodes() {
    return measured(y, names);
  }

  private static long measured(Node y, Map<Node, String> names) {
    var sizes = new HashMap<Node, Long>();
    for (Node n : Node.order(List.of(y), names::containsKey))
      if (!names.containsKey(n) && Phrase.shown(n) == n)
        sizes.put(n, size(Phrase.of(n), names, sizes));
    return size(new Phrase.Of(y), names, sizes);
  }

  private static long size(Phrase p, Map<Node, String> names, Map<Node, Long> sizes) {
    if (p instanceof Phrase.Of(var n))
      return names.containsKey(n) || names.containsKey(Phrase.shown(n))
          ? 1
          : sizes.get(Phrase.shown(n)) instanceof Long s ? s : 1;
    long sum = 1;
    for (Phrase part : p.parts()) sum = sum(sum, size(part, names, sizes));
    return sum;
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  // ---- shared parts

  /** A formula that uses the names {@code where} gives to its parts, each made of those before it. */
  public record Shared(List<Part> where, String formula) {}

  public record Part(String name, String formula) {}

  /** Written out if that takes at most 2,000 characters; otherwise what occurs several times has a name. */
  public Shared shared(Style style) {
    if (nodes() <= LONG) {
      String all = in(style);
      if (all.length() <= LONG) return new Shared(List.of(), all);
    }
    var uses = uses();
    var known = new HashMap<>(names);
    Set<String> taken = new HashSet<>(names.values());
    var parts = new ArrayList<Part>();
    for (Node n : Node.order(List.of(y))) {
      if (uses.getOrDefault(n, 0) < 2 || n == Phrase.shown(y) || small(n, known)) continue;
      String formula = written(Phrase.of(n), style, known);
      String name = "t" + (parts.size() + 1);
      while (!taken.add(name)) name += "_";
      parts.add(new Part(name, formula));
      known.put(n, name);
    }
    return new Shared(parts, written(new Phrase.Of(y), style, known));
  }

  /** Whether a name would be no shorter. */
  private static boolean small(Node n, Map<Node, String> known) {
    return measured(n, known) <= 3;
  }

  /** How often each node is written, were it written once. */
  private Map<Node, Integer> uses() {
    var uses = new LinkedHashMap<Node, Integer>();
    var pending = new ArrayDeque<Phrase>(List.of(new Phrase.Of(y)));
    for (Phrase p = pending.poll(); p != null; p = pending.poll())
      if (!(p instanceof Phrase.Of(var n))) pending.addAll(p.parts());
      else if (!names.containsKey(n) && uses.merge(Phrase.shown(n), 1, Integer::sum) == 1)
        if (!names.containsKey(Phrase.shown(n))) pending.add(Phrase.of(n));
    return uses;
  }

  // ---- writing

  /** Without recursion: a sum of ten thousand terms is ten thousand deep. */
  private static String written(Phrase root, Style style, Map<Node, String> names) {
    var layout = style.layout();
    var inside = new Names(names);
    var out = new StringBuilder();
    var pending = new ArrayDeque<Style.Piece>();
    pending.push(new Hole(root, 0));
    while (!pending.isEmpty())
      switch (pending.pop()) {
        case Text(var text) -> out.append(text);
        case Hole(var phrase, var least) -> {
          Form form = layout.form(inside.open(phrase), inside);
          boolean loose = form.level() < least;
          if (loose) pending.push(new Text(layout.close()));
          for (Style.Piece piece : form.pieces().reversed()) pending.push(piece);
          if (loose) pending.push(new Text(layout.open()));
        }
      }
    return out.toString();
  }

  private record Names(Map<Node, String> names, boolean letters) implements Opener {
    Names(Map<Node, String> names) {
      this(names, names.values().stream().allMatch(n -> n.length() == 1));
    }

    @Override
    public Phrase open(Phrase p) {
      if (!(p instanceof Phrase.Of(var n))) return p;
      if (names.get(n) instanceof String name) return new Phrase.Name(name);
      Node shown = Phrase.shown(n);
      return names.get(shown) instanceof String name ? new Phrase.Name(name) : Phrase.of(shown);
    }
  }
}
