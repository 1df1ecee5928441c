package io.leibniz.check;

import java.util.Locale;

/**
 * What a check found: the worst of all comparisons.
 *
 * @param passed whether every comparison was within the tolerance
 * @param error the worst relative error: of either mode against differences where these resolve it, of the modes against each other everywhere
 * @param where the direction or the entry it was found at: {@code direction 3}, {@code layers[2].w[4, 0]}
 * @param map which derivative it was: {@code f}, or {@code push pull f} for one of order 3
 * @param forward the derivative by pushing
 * @param reverse the derivative by pulling
 * @param numeric the derivative from differences
 * @param noise how far off the differences may be there
 * @param kink whether the function has a kink there: left and right slopes differ
 * @param comparisons how many comparisons were made
 * @param unresolved how many of them differences cannot resolve: their noise is greater than the tolerance
 */
public record Report(
    boolean passed,
    double error,
    String where,
    String map,
    double forward,
    double reverse,
    double numeric,
    double noise,
    boolean kink,
    int comparisons,
    int unresolved) {

  /** Raises with the whole story unless the check passed. */
  public Report orThrow() {
    if (!passed) throw new AssertionError(toString());
    return this;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: worst relative error %.2g of %d comparisons, at %s of %s: forward %s, reverse %s, differences %s ± %.1g%s%s",
        passed ? "derivatives agree" : "derivatives disagree",
        error,
        comparisons,
        where,
        map,
        forward,
        reverse,
        numeric,
        noise,
        kink ? "; this point is a kink, where left and right slopes differ" : "",
        unresolved == 0 ? "" : "; " + unresolved + " too small for differences to resolve");
  }
}
