package io.leibniz.transform;

import io.leibniz.ir.Node;
import io.leibniz.ir.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the transforms did, step by step, written down by the code that did it. Forward mode, transposition and
 * simplification write, in all graphs inside graphs too, if they are asked to by {@link #of}; else nothing is kept.
 */
public final class Log {
  private static final ScopedValue<Log> ASKED = ScopedValue.newInstance();

  private final List<Step> steps = new ArrayList<>();

  private Log() {}

  /** Who took a step. */
  public enum Stage {
    FORWARD,
    TRANSPOSE,
    SIMPLIFY
  }

  /**
   * One step: by {@code rule}, {@code before} became {@code after}.
   *
   * <ul>
   *   <li>Forward: of the op {@code at} the tangent of an operand (null: of all that move, see {@code at}'s operands) became
   *       a term of the tangent of its result. The rules are {@code slope}, {@code linear} and {@code tangent}, for smooth, linear and
   *       curved operands, and {@code constant}, of which the term is absent.
   *   <li>Transpose: the cotangent of the result {@code at} became a term of the cotangent of an operand; the rule is
   *       {@code adjoint}.
   *   <li>Simplify: {@code at} is what was rewritten, by the law of that name.
   * </ul>
   *
   * @param operand which operand of {@code at}; −1 for all together
   * @param after null where nothing came of it
   * @param where in the user's text {@code at} comes from; null if unknown
   */
  public record Step(
      Stage stage,
      String rule,
      Node at,
      int operand,
      @Nullable Node before,
      @Nullable Node after,
      @Nullable Origin where) {
    @Override
    public String toString() {
      return "%s %s: %s%s%s"
          .formatted(
              stage,
              rule,
              at,
              operand < 0 ? "" : " in operand " + operand,
              where == null ? "" : " (" + where + ")");
    }
  }

  /** A result, and the steps that led to it. */
  public record Logged<T>(T result, List<Step> steps) {}

  /** Runs {@code body} and writes down the steps of all transforms in it. */
  public static <T> Logged<T> of(Supplier<T> body) {
    var log = new Log();
    T result = ScopedValue.where(ASKED, log).call(body::get);
    return new Logged<>(result, List.copyOf(log.steps));
  }

  static void write(
      Stage stage, String rule, Node at, int operand, @Nullable Node before, @Nullable Node after) {
    if (ASKED.isBound())
      ASKED
          .get()
          .steps
          .add(new Step(stage, rule, at, operand, before, after, at.scope().origin(at)));
  }

  /** How much has been written. */
  static int length() {
    return ASKED.isBound() ? ASKED.get().steps.size() : 0;
  }

  /** Forgets all that was written after {@code length}: what led nowhere. */
  static void cut(int length) {
    if (!ASKED.isBound()) return;
    var steps = ASKED.get().steps;
    steps.subList(length, steps.size()).clear();
  }
}
