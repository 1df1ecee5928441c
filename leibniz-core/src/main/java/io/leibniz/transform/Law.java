package io.leibniz.transform;

import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An equation read from left to right. {@code left} says which nodes it is about, {@code condition} when it
 * holds besides, and {@code right} makes the node to put in their place.
 */
public record Law(String name, Kind kind, Term left, Right right, Predicate<Match> condition) {

  /** How equal the two sides are. */
  public enum Kind {
    /** Bit for bit, signed zeros, infinities and NaN included. */
    EXACT,
    /** Within stated ulps. */
    ROUNDING,
    /** Equal as mathematics only. */
    REARRANGING
  }

  /** What a node may look like. */
  public sealed interface Term {
    /** Any node; the same one wherever the name stands again. */
    record Any(String name) implements Term {}

    /** Every element the number {@code k}. */
    record Full(double k) implements Term {}

    /** This op on operands that look so. */
    record Apply(Op op, List<Term> operands) implements Term {}

    /** Any op of a class, whose node is bound to {@code name}, on operands that look so; on any if there are none. */
    record Of(Class<? extends Op> family, String name, List<Term> operands) implements Term {}
  }

  /** Makes the right side, in the current scope. */
  public interface Right {
    Node of(Match m);
  }

  /** The nodes that the names of a term are bound to. */
  public static final class Match {
    private final Map<String, Node> bound = new HashMap<>();

    private Match() {}

    /** The node bound to {@code name}. */
    public Node at(String name) {
      return Objects.requireNonNull(bound.get(name), name);
    }

    /** The op of the node bound to {@code name}, as one of a class. */
    public <T extends Op> T op(String name, Class<T> family) {
      return family.cast(at(name).op());
    }

    boolean matches(Term t, Node n) {
      return switch (t) {
        case Term.Any(var name) -> same(name, n);
        case Term.Full(var k) -> n.isFull(k);
        case Term.Apply(var op, var xs) -> n.op().equals(op) && all(xs, n);
        case Term.Of(var family, var name, var xs) ->
            family.isInstance(n.op()) && same(name, n) && (xs.isEmpty() || all(xs, n));
      };
    }

    private boolean same(String name, Node n) {
      Node before = bound.putIfAbsent(name, n);
      return before == null || before == n;
    }

    private boolean all(List<Term> xs, Node n) {
      if (xs.size() != n.operands().size()) return false;
      for (int i = 0; i < xs.size(); i++) if (!matches(xs.get(i), n.x(i))) return false;
      return true;
    }
  }

  /** The right side for {@code n}; null where the law does not apply. */
  public @Nullable Node apply(Node n) {
    var m = new Match();
    return m.matches(left, n) && condition.test(m) ? right.of(m) : null;
  }

  /** A law that holds bit for bit. */
  public static Law exact(String name, Term left, Right right) {
    return exact(name, left, right, _ -> true);
  }

  public static Law exact(String name, Term left, Right right, Predicate<Match> condition) {
    return new Law(name, Kind.EXACT, left, right, condition);
  }

  public static Term any(String name) {
    return new Term.Any(name);
  }

  public static Term full(double k) {
    return new Term.Full(k);
  }

  public static Term term(Op op, Term... operands) {
    return new Term.Apply(op, List.of(operands));
  }

  public static Term some(Class<? extends Op> family, String name, Term... operands) {
    return new Term.Of(family, name, List.of(operands));
  }

  @Override
  public String toString() {
    return name;
  }
}
