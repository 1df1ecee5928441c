package io.leibniz.symbolic.text;

import static io.leibniz.symbolic.grammar.MathParser.*;

import io.leibniz.ir.Node;
import io.leibniz.symbolic.text.SyntaxException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.antlr.v4.runtime.Token;

/**
 * Several equations, in the order in which they were written. They can be read in two ways: as {@link #definitions} of
 * names, for the chain rule, or as functions that are 0 ({@link #implicit}).
 */
public final class Equations {
  private final List<Sides> all;

  private Equations(List<Sides> all) {
    if (all.isEmpty())
      throw new SyntaxException(
          Kind.EMPTY, 0, "there is no equation; write one, such as `y = x^2`");
    this.all = List.copyOf(all);
  }

  /** The words on both sides; without a right side it is 0. */
  private record Sides(Words left, Words right) {
    SortedSet<String> names() {
      var names = Builder.names(left.all());
      names.addAll(Builder.names(right.all()));
      return names;
    }

    int start() {
      return left.all().getFirst().getStartIndex();
    }
  }

  /**
   * Equations separated by {@code ;} or by ends of lines.
   *
   * @throws SyntaxException if there is none, or one is wrong
   */
  public static Equations parse(String text) {
    return checked(sides(text));
  }

  /** One or several equations in each text; places in errors count from the start of the text they are in. */
  public static Equations parse(List<String> texts) {
    return checked(texts.stream().flatMap(t -> sides(t).stream()).toList());
  }

  private static Equations checked(List<Sides> all) {
    var equations = new Equations(all);
    equations.implicit();
    return equations;
  }

  private static List<Sides> sides(String text) {
    Words words = Words.lines(text);
    var sides = new ArrayList<Sides>();
    int from = 0;
    for (int i = 0; i < words.all().size(); i++) {
      int type = words.all().get(i).getType();
      if (type != END && type != LINE && type != EOF) continue;
      if (i > from) sides.add(sides(words, from, i));
      from = i + 1;
    }
    return sides;
  }

  private static Sides sides(Words words, int from, int to) {
    int equals = from;
    while (equals < to && words.all().get(equals).getType() != EQUALS) equals++;
    Words left = words.part(from, equals);
    Words right = equals == to ? words.part(to, to) : words.part(equals + 1, to);
    if (equals == from)
      throw new SyntaxException(
          Kind.UNEXPECTED_TOKEN,
          words.all().get(equals).getStartIndex(),
          "nothing stands before `=`; write the left side of the equation");
    if (equals < to && right.all().size() == 1)
      throw new SyntaxException(
          Kind.UNEXPECTED_END,
          right.all().getFirst().getStartIndex(),
          "the equation ends after `=`; write its right side");
    return new Sides(left, right);
  }

  public int size() {
    return all.size();
  }

  /** All names in them that no constant has, in alphabetical order. */
  public List<String> names() {
    var names = new TreeSet<String>();
    for (Sides s : all) names.addAll(s.names());
    return List.copyOf(names);
  }

  // ---- definitions

  /**
   * Each equation as the definition of the name on its left: its right side, a function of the names in it. In such an order
   * that a name is defined before it is used.
   *
   * @throws SyntaxException if one is no definition, a name is defined twice, or names are defined by each other
   */
  public SequencedMap<String, Expression> definitions() {
    var written = new LinkedHashMap<String, Sides>();
    for (Sides s : all) {
      String name = defined(s);
      if (written.put(name, s) != null)
        throw marked(
            Kind.UNEXPECTED_TOKEN,
            s,
            "%s is defined twice; remove one of its equations".formatted(Quoted.of(name)));
    }
    var sorted = new LinkedHashMap<String, Expression>();
    var order = new Order(written);
    written.keySet().forEach(order::add);
    for (String name : order.done) {
      Words right = Objects.requireNonNull(written.get(name)).right;
      sorted.put(name, Expression.parse(right, List.copyOf(Builder.names(right.all()))));
    }
    return sorted;
  }

  private static String defined(Sides s) {
    var left = s.left.all();
    if (s.right.all().size() == 1)
      throw marked(
          Kind.UNEXPECTED_TOKEN, s, "this is no equation; write what it defines, as in `z = x*y`");
    Token name = left.getFirst();
    if (left.size() != 2 || name.getType() != NAME || Builder.names(left).isEmpty())
      throw marked(
          Kind.UNEXPECTED_TOKEN,
          s,
          "the left side of a definition is one name, as in `z = x*y`, not %s"
              .formatted(Quoted.of(text(s.left))));
    return name.getText();
  }

  private static String text(Words words) {
    return words
        .text()
        .substring(words.all().getFirst().getStartIndex(), words.all().getLast().getStartIndex());
  }

  private static SyntaxException marked(Kind kind, Sides s, String message) {
    return new SyntaxException(
        kind, s.start(), s.start(), s.left.all().getLast().getStartIndex(), message);
  }

  /** Depth first, without recursion: chains of definitions may be long. */
  private static final class Order {
    private final SequencedMap<String, Sides> written;
    private final Set<String> done = new LinkedHashSet<>();

    Order(SequencedMap<String, Sides> written) {
      this.written = written;
    }

    void add(String name) {
      var path = new ArrayList<String>(List.of(name));
      var open = new HashSet<String>(path);
      while (!path.isEmpty()) {
        String last = path.getLast();
        Sides s = Objects.requireNonNull(written.get(last));
        String next = null;
        if (!done.contains(last))
          for (String n : Builder.names(s.right.all()))
            if (written.containsKey(n) && !done.contains(n)) next = n;
        if (next == null) {
          done.add(last);
          open.remove(path.removeLast());
        } else if (open.add(next)) {
          path.add(next);
        } else {
          var cycle = path.subList(path.indexOf(next), path.size());
          throw marked(
              Kind.CYCLE,
              s,
              "%s is defined by itself: %s"
                  .formatted(
                      Quoted.of(next),
                      cycle.size() > 8
                          ? cycle.size() + " names define each other"
                          : String.join(" <- ", cycle) + " <- " + next));
        }
      }
    }
  }

  // ---- functions that are 0

  /** For each equation its left side minus its right side, a function of all {@link #names}. */
  public List<Expression> implicit() {
    return implicit(names());
  }

  /**
   * Likewise, functions of {@code variables}.
   *
   * @throws SyntaxException if another name is used
   */
  public List<Expression> implicit(List<String> variables) {
    return all.stream().map(s -> zero(s, variables)).toList();
  }

  private static Expression zero(Sides s, List<String> variables) {
    var builder = new Builder(variables);
    Node left = builder.parse(s.left);
    Node zero = s.right.all().size() == 1 ? left : builder.minus(left, builder.parse(s.right));
    return new Expression(variables, builder.graph(zero));
  }
}
