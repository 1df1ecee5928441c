package io.leibniz;

import io.leibniz.ir.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A point at which an op has no derivative, and that a run hit: what {@link Leibniz#kinks} finds.
 *
 * @param op the op, as graphs print it
 * @param operand which of its operands is at such a point
 * @param value that operand's value there
 * @param used the slope in that operand that derivatives use, by convention
 * @param left the op's slope in that operand just below the value; NaN outside of the op's domain
 * @param right likewise, just above
 * @param convention what the convention is, in words
 * @param count how many elements, or turns of a loop, hit it
 * @param where the user's line; null if unknown
 */
public record Kink(
    String op,
    int operand,
    double value,
    double used,
    double left,
    double right,
    String convention,
    int count,
    @Nullable Origin where) {

  @Override
  public String toString() {
    return "%s at %s%s: %s; slope %s, from the left %s, from the right %s%s"
        .formatted(
            op,
            value,
            where == null ? "" : " (" + where + ")",
            convention,
            used,
            left,
            right,
            count == 1 ? "" : "; " + count + " times");
  }
}
