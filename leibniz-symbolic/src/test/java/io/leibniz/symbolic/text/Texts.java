package io.leibniz.symbolic.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Expressions to test with. */
final class Texts {
  private static final String[] UNARY = {
    "sin",
    "cos",
    "tan",
    "exp",
    "log",
    "sqrt",
    "cbrt",
    "abs",
    "sign",
    "erf",
    "gamma",
    "relu",
    "gelu",
    "sigmoid",
    "sech",
    "sec",
    "csc",
    "cot",
    "log2",
    "floor",
    "digamma",
    "asinh",
    "softplus",
  };
  private static final String[] BINARY = {"+", "-", "*", "/", "^", " - ", "**"};
  private static final String[] CALLS = {"max", "min", "hypot", "atan2", "pow", "xlogy"};
  private static final String[] LEAVES = {
    "x", "y", "2", "3", "0.5", "1e300", "2.5e-7", "pi", "e", "0", "123456789", "x", "y", "0.1",
  };
  private static final String[] RELATIONS = {" < ", " <= ", " > ", " >= ", " == ", " != "};

  private Texts() {}

  static List<String> corpus() {
    try (var in = Objects.requireNonNull(Texts.class.getResourceAsStream("expressions.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An expression in x and y. */
  static String random(Random r, int depth) {
    if (depth == 0) return one(r, LEAVES);
    return switch (r.nextInt(12)) {
      case 0, 1, 2, 3 -> random(r, depth - 1) + one(r, BINARY) + random(r, depth - 1);
      case 4, 5 ->
          "(" + random(r, depth - 1) + ")" + one(r, BINARY) + "(" + random(r, depth - 1) + ")";
      case 6 -> "-" + random(r, depth - 1);
      case 7, 8 -> one(r, UNARY) + "(" + random(r, depth - 1) + ")";
      case 9 -> one(r, CALLS) + "(" + random(r, depth - 1) + "," + random(r, depth - 1) + ")";
      case 10 ->
          "if("
              + condition(r, depth - 1)
              + ","
              + random(r, depth - 1)
              + ","
              + random(r, depth - 1)
              + ")";
      default ->
          r.nextBoolean()
              ? "clamp(" + random(r, depth - 1) + ",0," + random(r, depth - 1) + ")"
              : "polygamma(" + r.nextInt(4) + "," + random(r, depth - 1) + ")";
    };
  }

  private static String condition(Random r, int depth) {
    return switch (depth == 0 ? 0 : r.nextInt(5)) {
      case 1 -> "not (" + condition(r, depth - 1) + ")";
      case 2 -> condition(r, depth - 1) + " and " + condition(r, depth - 1);
      case 3 -> "(" + condition(r, depth - 1) + " or " + condition(r, depth - 1) + ")";
      case 4 -> condition(r, depth - 1) + " or " + condition(r, depth - 1);
      default -> random(r, depth) + one(r, RELATIONS) + random(r, depth);
    };
  }

  private static String one(Random r, String[] of) {
    return of[r.nextInt(of.length)];
  }
}
