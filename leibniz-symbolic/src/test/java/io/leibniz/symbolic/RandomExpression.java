package io.leibniz.symbolic;

import java.util.List;
import java.util.SplittableRandom;

/** Expressions of all kinds, as text, by a seed. */
public final class RandomExpression {
  private static final List<String> NAMES = List.of("x", "y", "z"),
      NUMBERS =
          List.of(
              "0", "1", "2", "3", "5", "0.5", "1.5", "0.1", "12", "pi", "e", "2.75", "1e-3", "7"),
      SMOOTH =
          List.of(
              "sin",
              "cos",
              "tan",
              "sec",
              "csc",
              "cot",
              "asin",
              "acos",
              "atan",
              "sinh",
              "cosh",
              "tanh",
              "asinh",
              "acosh",
              "atanh",
              "exp",
              "expm1",
              "log",
              "log10",
              "log2",
              "log1p",
              "sqrt",
              "cbrt",
              "erf",
              "erfc",
              "erfinv",
              "gamma",
              "lgamma",
              "digamma",
              "sech",
              "sigmoid",
              "softplus",
              "gelu"),
      ROUGH = List.of("abs", "sign", "relu", "floor", "ceil", "round"),
      TWO = List.of("atan2", "min", "max", "pow", "hypot", "xlogy");

  private final SplittableRandom random;

  public RandomExpression(long seed) {
    random = new SplittableRandom(seed);
  }

  public String next() {
    return next(1 + random.nextInt(5));
  }

  private String pick(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String next(int depth) {
    if (depth <= 0 || random.nextInt(12) == 0)
      return random.nextInt(3) == 0 ? pick(NUMBERS) : pick(NAMES);
    int kind = random.nextInt(100);
    if (kind < 18) return "(" + next(depth - 1) + " + " + next(depth - 1) + ")";
    if (kind < 32) return "(" + next(depth - 1) + " - " + next(depth - 1) + ")";
    if (kind < 50) return next(depth - 1) + "*" + next(depth - 1);
    if (kind < 60) return next(depth - 1) + "/(" + next(depth - 1) + ")";
    if (kind < 68)
      return "("
          + next(depth - 1)
          + ")^"
          + (random.nextInt(3) > 0
              ? String.valueOf(2 + random.nextInt(3))
              : "(" + next(depth - 2) + ")");
    if (kind < 71) return "(-" + next(depth - 1) + ")";
    if (kind < 90) return pick(SMOOTH) + "(" + next(depth - 1) + ")";
    if (kind < 94) return pick(ROUGH) + "(" + next(depth - 1) + ")";
    if (kind < 98) return pick(TWO) + "(" + next(depth - 1) + ", " + next(depth - 1) + ")";
    String relation = pick(List.of("<", "<=", ">", ">=", "==", "!="));
    return "if("
        + next(depth - 2)
        + " "
        + relation
        + " "
        + next(depth - 2)
        + ", "
        + next(depth - 1)
        + ", "
        + next(depth - 1)
        + ")";
  }
}
