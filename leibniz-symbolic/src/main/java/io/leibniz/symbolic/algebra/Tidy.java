package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Source;
import io.leibniz.transform.Law;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes formulas as simple as one would write them: applies the laws, operands first, until none applies, and writes
 * each application down. For the nodes of one scope, which must be the current one; what was simplified once is remembered.
 */
public final class Tidy {
  /** Of what is longer than this, sums and products are not rearranged as wholes. */
  static final long MOST = 3000;

  private static final int DEEPEST = 60;

  private final Algebra algebra = new Algebra();
  private final List<Law> laws;
  private final Map<Node, Node> done = new HashMap<>();
  private final Set<Node> open = new HashSet<>();
  private final List<Rewrite> rewrites = new ArrayList<>();
  private int depth;

  public Tidy() {
    this(true);
  }

  private Tidy(boolean shortest) {
    laws = new Rearranging(algebra, shortest).laws();
  }

  /**
   * One that collects like terms and powers, and looks no further for the shortest form: what is differentiated again and again keeps
   * the same few kinds of terms so, while the shortest forms grow with every turn.
   */
  public static Tidy collecting() {
    return new Tidy(false);
  }

  /** By {@code law}, {@code before} became {@code after}, wherever it stood. */
  public record Rewrite(String law, Node before, Node after) {}

  /** The simplest form of {@code root} that the laws find. */
  public Node of(Node root) {
    for (Node n : Node.order(List.of(root), done::containsKey)) {
      if (n.op() instanceof Source.Parameter) {
        done.put(n, n);
        continue;
      }
      Node y =
          Relu.is(n)
              ? Relu.of(simple(Relu.inside(n)))
              : Node.of(n.op(), n.operands().stream().map(this::simple).toList());
      done.put(n, rest(y));
    }
    return simple(root);
  }

  /** How long the formula is, in numbers, names, signs and functions. */
  public long size(Node n) {
    return algebra.size.of(n);
  }

  /** The terms of a formula, its products of sums multiplied out where that is short; at least one. */
  public List<Node> terms(Node n) {
    Sum s = algebra.sum(n);
    Sum open = new Factoring(algebra, new Pairs(algebra)).expanded(s);
    var out = new ArrayList<Node>();
    for (Product p : (open == null ? s : open).products()) out.add(of(p.node()));
    return out.isEmpty() ? List.of(n.like(0)) : out;
  }

  /** All rewrites so far. */
  public List<Rewrite> rewrites() {
    return rewrites;
  }

  private Node simple(Node n) {
    return Objects.requireNonNull(done.get(n));
  }

  /** A node whose operands are simple, rewritten until no law applies. */
  private Node rest(Node y) {
    Node known = done.get(y);
    if (known != null) return known;
    if (depth > DEEPEST || !open.add(y)) return y;
    depth++;
    try {
      for (Law law : laws)
        if (law.apply(y) instanceof Node next && next != y) {
          int at = rewrites.size();
          rewrites.add(new Rewrite(law.name(), y, next));
          Node simple = of(next);
          if (simple == y)
            rewrites.remove(at); // one of two equally short forms: the way back is enough
          done.put(y, simple);
          return simple;
        }
      done.put(y, y);
      return y;
    } finally {
      depth--;
      open.remove(y);
    }
  }
}
