package io.leibniz.symbolic.explain;

import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Contraction.Conv;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes nodes as the field writes networks: {@code (W²)ᵀ·δ² ⊙ σ′(z¹)}. What stands in a formula is what was computed: a
 * transpose is where the contraction that ran has one. Some nodes have names; a formula ends at them.
 */
final class Notation {
  private static final int MOST_NODES = 24;

  private static final int SUM = 0;
  private static final int ENTRYWISE = 1;
  private static final int PRODUCT = 2;
  private static final int ATOM = 3;

  private final int longest;
  private final Map<Node, String> names = new HashMap<>();

  /** {@code longest}: how many characters of a formula can be read. */
  Notation(int longest) {
    this.longest = longest;
  }

  /** A formula, and how tightly its outermost operation binds. */
  private record Text(String text, int level) {
    String within(int outer) {
      return level < outer ? "(" + text + ")" : text;
    }
  }

  /** Says that a formula would be too long, or that its ops have no notation. */
  private static final class Unwritable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unwritable() {
      super(null, null, false, false);
    }
  }

  /** The first name of a node stays. */
  void name(Node n, String name) {
    names.putIfAbsent(n, name);
  }

  @Nullable String name(Node n) {
    return names.get(n);
  }

  /** The superscript {@code n}. */
  static String raised(int n) {
    var out = new StringBuilder();
    for (char c : Integer.toString(n).toCharArray()) out.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
    return out.toString();
  }

  /** The formula of {@code n}, its own name aside; absent if it is too long to be read. */
  Optional<String> of(Node n) {
    return written(n, SUM);
  }

  /** Likewise, as a factor of an entrywise product. */
  Optional<String> factor(Node n) {
    return written(n, ENTRYWISE);
  }

  /** Its name, or else its formula. */
  Optional<String> reference(Node n) {
    String name = names.get(n);
    return name == null ? of(n) : Optional.of(name);
  }

  private Optional<String> written(Node n, int outer) {
    try {
      var writer = new Writer(n);
      String text = writer.inside(n, false).within(outer);
      return text.length() > longest ? Optional.empty() : Optional.of(text);
    } catch (Unwritable _) {
      return Optional.empty();
    }
  }

  private final class Writer {
    private final Node self;
    private int left = MOST_NODES;

    Writer(Node self) {
      this.self = self;
    }

    /** {@code n}, or its transpose. */
    private Text text(Node n, boolean turned) {
      String name = names.get(n);
      if (name != null && n != self) return turned ? transposed(name) : new Text(name, ATOM);
      return inside(n, turned);
    }

    private Text transposed(String name) {
      boolean plain = name.length() == 1 || name.codePoints().allMatch(Character::isLetter);
      return new Text((plain ? name : "(" + name + ")") + "ᵀ", ATOM);
    }

    Text inside(Node n, boolean turned) {
      if (--left < 0) throw new Unwritable();
      if (n.op() instanceof Contract c) return contract(c, n, turned);
      if (n.op() instanceof Movement.Permute p && p.order().equals(List.of(1, 0)))
        return text(n.x(0), !turned);
      if (n.op() instanceof Movement.Broadcast) return text(n.x(0), false);
      if (n.op() instanceof Source.Literal l) return new Text(number(l), ATOM);
      if (turned && n.op() instanceof Pointwise) return turned(n);
      if (turned) throw new Unwritable();
      if (n.op() instanceof Conv c) return convolution(c, n);
      if (n.op() instanceof Reduction.Sum s)
        return new Text(
            (s.axes().equals(List.of(0)) && n.x(0).shape().rank() > 1 ? "Σₙ " : "Σ ")
                + text(n.x(0), false).within(ATOM),
            PRODUCT);
      if (n.op() instanceof Movement.Reshape && ones(n.shape()).equals(ones(n.x(0).shape())))
        return text(n.x(0), false);
      if (n.op() instanceof Movement.Reshape)
        return new Text("reshape(" + text(n.x(0), false).text + ")", ATOM);
      return pointwise(n);
    }

    /** The extents that are not 1. */
    private static List<Integer> ones(Shape s) {
      return s.list().stream().filter(d -> d != 1).toList();
    }

    /** Of an entrywise op the transpose is that of its operands. */
    private Text turned(Node n) {
      if (n.op() == Binary.ADD) return both(n, " + ", SUM, SUM, true);
      if (n.op() == Binary.MUL) return both(n, " ⊙ ", ENTRYWISE, ENTRYWISE, true);
      throw new Unwritable();
    }

    private Text pointwise(Node n) {
      if (n.op() instanceof Binary b) return binary(b, n);
      if (n.op() == Unary.NEG) return new Text("−" + text(n.x(0), false).within(PRODUCT), PRODUCT);
      if (!(n.op() instanceof Unary u)) throw new Unwritable();
      String name = u == Unary.SIGMOID ? "σ" : u.toString();
      return new Text("%s(%s)".formatted(name, text(n.x(0), false).text), ATOM);
    }

    private Text binary(Binary b, Node n) {
      return switch (b) {
        case ADD -> sum(n);
        case SUB -> both(n, " − ", SUM, ENTRYWISE, false);
        case MUL -> times(n);
        case DIV -> both(n, "/", PRODUCT, ATOM, false);
        case MAX, MIN, REM, POW, ATAN2, HYPOT, XLOGY ->
            new Text(
                "%s(%s, %s)".formatted(b, text(n.x(0), false).text, text(n.x(1), false).text),
                ATOM);
      };
    }

    private Text sum(Node n) {
      Text a = text(n.x(0), false);
      return a.equals(text(n.x(1), false))
          ? new Text("2·" + a.within(PRODUCT), PRODUCT)
          : both(n, " + ", SUM, SUM, false);
    }

    /** Numbers first, and 1 not at all. */
    private Text times(Node n) {
      if (n.x(0).isFull(1)) return text(n.x(1), false);
      if (n.x(1).isFull(1)) return text(n.x(0), false);
      if (n.x(0) == n.x(1) && n.shape().rank() == 0)
        return new Text(text(n.x(0), false).within(ATOM) + "²", PRODUCT);
      boolean scalar =
          n.shape().rank() == 0
              || n.x(0).op() instanceof Movement.Broadcast
              || n.x(1).op() instanceof Movement.Broadcast;
      if (!scalar) return both(n, " ⊙ ", ENTRYWISE, ENTRYWISE, false);
      boolean last = Layers.leaf(n.x(1)).op() instanceof Source.Literal;
      Node a = n.x(last ? 1 : 0), b = n.x(last ? 0 : 1);
      return new Text(
          text(a, false).within(PRODUCT) + "·" + text(b, false).within(PRODUCT), PRODUCT);
    }

    private Text both(Node n, String sign, int level, int second, boolean turned) {
      return new Text(
          text(n.x(0), turned).within(level) + sign + text(n.x(1), turned).within(second), level);
    }

    private Text contract(Contract c, Node n, boolean turned) {
      String l = c.left(), r = c.right(), out = c.result();
      if (l.length() > 2 || r.length() > 2 || out.length() > 2) return einsum(c, n, turned);
      String shared = l.replaceAll("[^" + r + "]", "");
      if (l.length() == 1 && r.length() == 1) {
        if (out.isEmpty()) return product(n.x(0), true, n.x(1), false); // uᵀ·v
        if (!shared.isEmpty()) return einsum(c, n, turned);
        return outer(n, l.equals(out.substring(0, 1)) != turned);
      }
      if (shared.length() != 1 || out.contains(shared)) return einsum(c, n, turned);
      char s = shared.charAt(0);
      boolean left =
          l.length() == 2 && l.charAt(0) == s; // the left one is summed over its first axis
      boolean right = r.length() == 2 && r.charAt(1) == s;
      if (out.length() < 2) return product(n.x(0), left, n.x(1), right); // with a vector
      boolean straight = l.indexOf(out.charAt(0)) >= 0;
      return straight != turned
          ? product(n.x(0), left, n.x(1), right)
          : product(n.x(1), !right, n.x(0), !left);
    }

    private Text product(Node a, boolean turnA, Node b, boolean turnB) {
      return new Text(
          text(a, turnA).within(PRODUCT) + "·" + text(b, turnB).within(PRODUCT), PRODUCT);
    }

    /** u·vᵀ of columns, uᵀ·v of rows; δ says which are meant, as it comes from the side where the sum would stand. */
    private Text outer(Node n, boolean straight) {
      Node u = straight ? n.x(0) : n.x(1), v = straight ? n.x(1) : n.x(0);
      boolean rows = text(v, false).text.startsWith("δ") && !text(u, false).text.startsWith("δ");
      return product(u, rows, v, !rows);
    }

    private Text einsum(Contract c, Node n, boolean turned) {
      if (turned) throw new Unwritable();
      return new Text(
          "einsum(%s,%s→%s; %s, %s)"
              .formatted(
                  c.left(),
                  c.right(),
                  c.result(),
                  text(n.x(0), false).text,
                  text(n.x(1), false).text),
          ATOM);
    }

    private Text convolution(Conv c, Node n) {
      String x = text(n.x(0), false).text, y = text(n.x(1), false).text;
      return new Text(
          switch (c.open()) {
            case OUTPUT -> "conv(%s, %s)".formatted(x, y);
            case INPUT -> "convᵀ(%s, %s)".formatted(y, x);
            case KERNEL -> "conv(%s, %s)".formatted(x, y);
          },
          ATOM);
    }

    private String number(Source.Literal l) {
      double k = l.dtype().isFloat() ? l.number() : l.integer();
      return k == Math.rint(k) && Math.abs(k) < 1e9
          ? Long.toString((long) k).replace('-', '−')
          : l.toString().replace('-', '−');
    }
  }
}
