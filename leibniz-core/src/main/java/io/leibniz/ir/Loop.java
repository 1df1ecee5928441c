package io.leibniz.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code (carries, elements) -> (carries, outs)}, {@code limit} of them at most, while {@code condition} holds of the
 * carries (null: always). Turn t reads element t of every stack and writes element t of every out; a reversed loop counts t
 * from {@code limit − 1} down to 0.
 *
 * <p>Operands: limit (i64), carries, stacks, what the body captures, what the condition captures. Results: how many turns
 * ran (i64), the last carries, the outs as stacks. {@code scan} is a loop that reads the rows of an array and piles its outs
 * up; {@code whileLoop} is one without a limit.
 *
 * <h2>Its derivatives</h2>
 *
 * Forward mode runs the same loop with a tangent beside each carry that moves. That joint loop is then <em>split</em>:
 * the known loop keeps, as outs, what the linear loop needs of each turn; the linear loop has no condition, but as its limit the number of turns
 * that the known one counted. <em>Transposed</em>, the linear loop runs the other way: the cotangents of its carries go from turn
 * to turn, those of captures add up, and stacks that were read are written. Nothing has to be known of the number of turns before it
 * runs, so that {@code while} has a reverse mode, and since the result is made of loops again, it has every order.
 */
public record Loop(@Nullable Graph condition, Graph body, int carries, int stacks, boolean reversed)
    implements Control {

  /** The limit of a loop that has none. */
  public static final long ENDLESS = Long.MAX_VALUE;

  /** Whether to go on. */
  public interface Test {
    Node of(List<Node> carries);
  }

  /** One turn. */
  public interface Body {
    Turn of(List<Node> carries, List<Node> elements);
  }

  /** What one turn returns. */
  public record Turn(List<Node> carries, List<Node> outs) {
    /** What a trial body returns once it is clear that the trial has failed. */
    public static Turn idle(List<Node> carries) {
      return new Turn(carries, List.of());
    }
  }

  /** What a loop returns. */
  public record Ran(Node count, List<Node> carries, List<Node> outs) {}

  /** Traces condition and body, and runs them; outer nodes are simply used inside. */
  public static Ran of(
      Node limit,
      boolean reversed,
      List<Node> carries,
      List<Node> stacks,
      @Nullable Test condition,
      Body body) {
    int k = carries.size();
    var kinds = Control.kinds(carries);
    var elements = new ArrayList<Kind>();
    for (Node s : stacks)
      elements.add(
          s.kind() instanceof Kind.Stack(var element) ? element : fail("loop reads " + s.kind()));
    var b =
        Graph.close(
            Lists.concat(kinds, elements),
            ps -> {
              var turn = body.of(ps.subList(0, k), ps.subList(k, ps.size()));
              return Lists.concat(turn.carries, turn.outs);
            });
    var c = condition == null ? null : Graph.close(kinds, ps -> List.of(condition.of(ps)));
    var loop = new Loop(c == null ? null : c.graph(), b.graph(), k, stacks.size(), reversed);
    var xs =
        Lists.concat(
            List.of(limit), carries, stacks, b.captures(), c == null ? List.of() : c.captures());
    var ys = Node.of(loop, xs).parts();
    return new Ran(ys.getFirst(), ys.subList(1, 1 + k), ys.subList(1 + k, ys.size()));
  }

  private static Kind fail(String what) {
    throw new ShapeException(what + ", which is no stack");
  }

  /** Of one entry for each operand, those of the carries; so are the next three. */
  public <T extends @Nullable Object> List<T> carries(List<T> xs) {
    return xs.subList(1, 1 + carries);
  }

  public <T extends @Nullable Object> List<T> stacks(List<T> xs) {
    return xs.subList(1 + carries, 1 + carries + stacks);
  }

  /** What the body captures. */
  public <T extends @Nullable Object> List<T> captures(List<T> xs) {
    return xs.subList(1 + carries + stacks, 1 + body.params().size());
  }

  /** What the condition captures. */
  public <T extends @Nullable Object> List<T> tested(List<T> xs) {
    return xs.subList(1 + body.params().size(), xs.size());
  }

  /** How many stacks it writes. */
  public int outs() {
    return body.results().size() - carries;
  }

  /** The kind of the elements of out {@code i}. */
  public Kind out(int i) {
    return body.results().get(carries + i).kind();
  }

  @Override
  public Kind.Tuple kind(List<Kind> x) {
    Type count = Type.of(DType.I64);
    if (!x.getFirst().equals(count))
      throw new ShapeException("a loop needs an i64 limit, got " + x.getFirst() + "; cast it");
    var elements = new ArrayList<Kind>();
    for (Kind s : stacks(x))
      elements.add(s instanceof Kind.Stack(var element) ? element : fail("a loop reads " + s));
    Control.fits("loop", body, Lists.concat(carries(x), elements, captures(x)));
    if (condition != null) {
      Control.fits("loop", condition, Lists.concat(carries(x), tested(x)));
      Kind test = condition.results().getFirst().kind();
      if (!test.equals(Type.of(DType.BOOL)))
        throw new ShapeException(
            "a loop's condition needs to be one truth value, got "
                + test
                + "; reduce it with all() or any()");
    }
    var out = new ArrayList<Kind>(List.of(count));
    for (int i = 0; i < carries; i++) {
      Kind next = body.results().get(i).kind();
      if (!next.equals(carries(x).get(i)))
        throw new ShapeException(
            "a loop needs carries that keep their type, but carry %d starts as %s and comes back as %s"
                .formatted(i, carries(x).get(i), next));
      out.add(next);
    }
    for (int i = 0; i < outs(); i++) out.add(new Kind.Stack(out(i)));
    return new Kind.Tuple(out);
  }

  @Override
  public String toString() {
    return (condition == null ? "loop" : "while")
        + " of "
        + carries
        + " carries"
        + (reversed ? ", backwards" : "");
  }
}
