package io.leibniz.symbolic.text;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The functions of the language, each with the graph that it stands for. */
final class Functions {
  private Functions() {}

  /** A function of as many numbers as it has parameters. */
  record Function(String name, List<String> parameters, Rule graph) {
    /** {@code atan2(y, x)}. */
    String usage() {
      return name + "(" + String.join(", ", parameters) + ")";
    }
  }

  interface Rule {
    Node of(List<Node> x);
  }

  private static final Map<String, Function> ALL = all();

  private static Map<String, Function> all() {
    var all = new TreeMap<String, Function>();
    for (Unary u : Unary.values())
      switch (u) {
        case NEG, RSQRT, ONE_MINUS_SQUARE, GAUSS -> {} // what slopes are made of
        case ABS, SIGN, FLOOR, CEIL, ROUND, EXP, EXPM1, LOG, LOG1P, LOG2, LOG10, SQRT, CBRT ->
            unary(all, u);
        case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH, ASINH, ACOSH, ATANH, SECH ->
            unary(all, u);
        case SIGMOID, SOFTPLUS, ERF, ERFC, ERFINV, GAMMA, LGAMMA -> unary(all, u);
      }
    add(all, "ln", List.of("x"), x -> x.get(0).log());
    add(all, "sec", List.of("x"), x -> x.get(0).cos().recip(1));
    add(all, "csc", List.of("x"), x -> x.get(0).sin().recip(1));
    add(all, "cot", List.of("x"), x -> x.get(0).apply(Unary.TAN).recip(1));
    add(all, "digamma", List.of("x"), x -> x.get(0).polygamma(0));
    add(all, "relu", List.of("x"), x -> select(x.get(0).gt(0), x.get(0), x.get(0).like(0)));
    add(all, "gelu", List.of("x"), x -> gelu(x.get(0)));
    add(all, "min", List.of("a", "b"), x -> Node.of(Binary.MIN, x));
    add(all, "max", List.of("a", "b"), x -> Node.of(Binary.MAX, x));
    add(all, "pow", List.of("a", "b"), x -> Node.of(Binary.POW, x));
    add(all, "atan2", List.of("y", "x"), x -> Node.of(Binary.ATAN2, x));
    add(all, "hypot", List.of("a", "b"), x -> Node.of(Binary.HYPOT, x));
    add(all, "xlogy", List.of("x", "y"), x -> Node.of(Binary.XLOGY, x));
    add(all, "polygamma", List.of("n", "x"), x -> x.get(1).polygamma(order(x.get(0))));
    add(all, "clamp", List.of("x", "low", "high"), x -> clamp(x.get(0), x.get(1), x.get(2)));
    add(all, "if", List.of("condition", "a", "b"), x -> select(x.get(0), x.get(1), x.get(2)));
    return all;
  }

  private static void unary(Map<String, Function> all, Unary u) {
    add(all, u.toString(), List.of("x"), x -> x.get(0).apply(u));
  }

  private static void add(
      Map<String, Function> all, String name, List<String> parameters, Rule graph) {
    all.put(name, new Function(name, parameters, graph));
  }

  static @Nullable Function named(String name) {
    return ALL.get(name);
  }

  static Collection<String> names() {
    return ALL.keySet();
  }

  /** What others call a function: our name for it. */
  static @Nullable String ours(String theirs) {
    return switch (theirs) {
      case "arcsin" -> "asin";
      case "arccos" -> "acos";
      case "arctan" -> "atan";
      case "arcsinh", "arsinh" -> "asinh";
      case "arccosh", "arcosh" -> "acosh";
      case "arctanh", "artanh" -> "atanh";
      case "arctan2" -> "atan2";
      case "tg" -> "tan";
      case "ctg" -> "cot";
      case "cosec" -> "csc";
      case "sgn", "signum" -> "sign";
      case "lg" -> "log10";
      case "ld" -> "log2";
      case "σ", "logistic", "expit" -> "sigmoid";
      case "Γ" -> "gamma";
      case "ψ" -> "digamma";
      case "fabs" -> "abs";
      case "clip" -> "clamp";
      default -> null;
    };
  }

  // ---- as Tensor builds them

  private static Node select(Node condition, Node a, Node b) {
    return Node.of(Choice.SELECT, condition, a, b);
  }

  private static Node gelu(Node x) {
    return x.mul(x.times(-Math.sqrt(0.5)).apply(Unary.ERFC)).times(0.5);
  }

  private static Node clamp(Node x, Node low, Node high) {
    return select(x.compare(Compare.LE, low), low, select(x.compare(Compare.GE, high), high, x));
  }

  /** The order of a polygamma function, which is written as a number: see {@link Builder}. */
  private static int order(Node n) {
    return (int) ((Source.Literal) n.op()).number();
  }
}
