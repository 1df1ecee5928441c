package io.leibniz.symbolic.text;

import static io.leibniz.symbolic.grammar.MathParser.*;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Not;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.symbolic.grammar.MathParser;
import io.leibniz.symbolic.grammar.Meaning;
import io.leibniz.symbolic.text.SyntaxException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Makes nodes of what the parser comes across, in a scope of its own. Nothing is worked out: −2 is the negative of 2. */
final class Builder implements Meaning {
  private static final int GREATEST_ORDER = 100;

  /** A level of parentheses takes seven of the parser's methods, about 2 KiB before they are compiled. */
  private static final int USUAL_DEPTH = 25;

  private static final long STACK = 8L << 20;

  private final Scope scope = Scope.blind("an expression", Interpreter::value);
  private final Map<String, Node> variables = new HashMap<>();
  private final List<Node> params = new ArrayList<>();

  Builder(List<String> variables) {
    for (String v : variables) {
      Node p = scope.parameter(Type.of(DType.F64));
      params.add(p);
      this.variables.put(v, p);
    }
  }

  /** The names in a text that no constant has: its variables, in alphabetical order. */
  static SortedSet<String> names(List<Token> words) {
    var names = new TreeSet<String>();
    for (Token w : words)
      if (w.getType() == NAME && constant(w.getText()) == null) names.add(w.getText());
    names.removeIf(n -> Functions.named(n) != null);
    return names;
  }

  static @Nullable Double constant(String name) {
    return switch (name) {
      case "pi", "π" -> Math.PI;
      case "e" -> Math.E;
      default -> null;
    };
  }

  /** The number that the words stand for. What is deep is parsed on a stack that holds the deepest, whatever is left of the caller's. */
  Node parse(Words words) {
    if (words.depth() <= USUAL_DEPTH) return parsed(words);
    try {
      return CompletableFuture.supplyAsync(
              () -> parsed(words), run -> new Thread(null, run, "deep expression", STACK).start())
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SyntaxException wrong) throw wrong;
      throw e;
    }
  }

  private Node parsed(Words words) {
    return scope.in(
        () -> {
          var parser =
              new MathParser(new CommonTokenStream(new ListTokenSource(words.all())), this);
          parser.removeErrorListeners();
          parser.setErrorHandler(new Refusal(words));
          parser.setBuildParseTree(false);
          Node y = parser.whole().n;
          Token first = words.all().getFirst(), last = words.all().getLast();
          if (y.dtype() == DType.BOOL)
            throw new SyntaxException(
                Kind.UNEXPECTED_TOKEN,
                first.getStartIndex(),
                first.getStartIndex(),
                last.getStartIndex(),
                "the expression is true or false, not a number; write if(…, 1, 0) to make it one");
          return y;
        });
  }

  Node minus(Node a, Node b) {
    return scope.in(() -> a.sub(b));
  }

  Graph graph(Node y) {
    return new Graph(params, List.of(y));
  }

  // ---- what the phrases become

  @Override
  public Node number(Token digits) {
    double k = Double.parseDouble(digits.getText());
    if (Double.isInfinite(k))
      throw error(
          Kind.OVERFLOW,
          digits,
          "%s is greater than any double; the greatest is 1.8e308"
              .formatted(Quoted.of(digits.getText())));
    return at(digits, digits, () -> Node.literal(DType.F64, k));
  }

  @Override
  public Node name(Token name) {
    String text = name.getText();
    Node variable = variables.get(text);
    if (variable != null) return variable;
    Double constant = constant(text);
    if (constant != null) return at(name, name, () -> Node.literal(DType.F64, constant));
    var function = Functions.named(text);
    if (function != null)
      throw new SyntaxException(
          Kind.WRONG_ARITY,
          name.getStopIndex() + 1,
          name.getStartIndex(),
          name.getStopIndex() + 1,
          "%s is a function and needs its arguments in parentheses: %s"
              .formatted(Quoted.of(text), function.usage()));
    Optional<String> meant = Nearest.to(text, variables.keySet());
    throw error(
        Kind.UNKNOWN_VARIABLE,
        name,
        "unknown variable %s; %s"
            .formatted(
                Quoted.of(text),
                meant
                    .map("did you mean `%s`?"::formatted)
                    .orElseGet(
                        () ->
                            variables.isEmpty()
                                ? "there are no variables here"
                                : "known: " + some(variables.keySet()))));
  }

  private static String some(Collection<String> names) {
    String first = names.stream().sorted().limit(10).collect(Collectors.joining(", "));
    return names.size() <= 10 ? first : first + ", …";
  }

  @Override
  public void function(Token name) {
    String text = name.getText();
    if (Functions.named(text) != null) return;
    if (variables.containsKey(text) || constant(text) != null || text.length() == 1)
      if (Functions.ours(text) == null)
        throw new SyntaxException(
            Kind.UNEXPECTED_TOKEN,
            name.getStopIndex() + 1,
            name.getStartIndex(),
            name.getStopIndex() + 2,
            "%s is no function; for a product write `%s*(`".formatted(Quoted.of(text), text));
    String ours = Functions.ours(text);
    Optional<String> meant =
        ours != null
            ? Optional.of(ours)
            : Nearest.to(text.toLowerCase(Locale.ROOT), Functions.names());
    throw error(
        Kind.UNKNOWN_FUNCTION,
        name,
        "unknown function %s; %s"
            .formatted(
                Quoted.of(text),
                meant
                    .map("did you mean `%s`?"::formatted)
                    .orElse(
                        "functions are sin, cos, exp, log, sqrt and the like; a product needs `*`")));
  }

  @Override
  public Node call(Token name, List<Node> args, List<Token> commas, Token close) {
    var f = Objects.requireNonNull(Functions.named(name.getText()));
    int arity = f.parameters().size();
    if (args.size() != arity)
      throw error(
          Kind.WRONG_ARITY,
          args.size() < arity ? close : commas.get(arity - 1),
          "`%s` takes %d argument%s, not %d: %s"
              .formatted(f.name(), arity, arity == 1 ? "" : "s", args.size(), f.usage()));
    boolean choice = f.name().equals("if");
    for (int i = 0; i < arity; i++) {
      Node x = args.get(i);
      if (choice && i == 0) condition("if", name, x);
      else if (!choice) numeric(f.name(), name, x);
    }
    if (choice && args.get(1).dtype() != args.get(2).dtype())
      throw error(
          Kind.UNEXPECTED_TOKEN,
          name,
          "`if` needs two numbers or two conditions to choose from, not one of each");
    if (f.name().equals("polygamma")) order(name, args.getFirst());
    return at(name, close, () -> f.graph().of(args));
  }

  private static void order(Token name, Node n) {
    if (!(n.op() instanceof Source.Literal l
        && l.number() == Math.rint(l.number())
        && l.number() <= GREATEST_ORDER))
      throw error(
          Kind.UNEXPECTED_TOKEN,
          name,
          "`polygamma` needs its order written as a whole number from 0 to %d: polygamma(1, x)"
              .formatted(GREATEST_ORDER));
  }

  @Override
  public Node prefix(Token op, Node x, Token last) {
    return switch (op.getType()) {
      case PLUS -> numeric("+", op, x);
      case MINUS -> at(op, last, () -> numeric("-", op, x).neg());
      case ROOT -> at(op, last, () -> numeric("√", op, x).apply(Unary.SQRT));
      case NOT -> at(op, last, () -> Node.of(new Not(), condition("not", op, x)));
      default -> throw new AssertionError(op);
    };
  }

  @Override
  public Node infix(Token first, Token op, Node a, Node b, Token last) {
    return at(
        first,
        last,
        () ->
            switch (op.getType()) {
              case OR -> logic(Bitwise.OR, op, a, b);
              case AND -> logic(Bitwise.AND, op, a, b);
              case RELATION -> arithmetic(relation(op.getText()), op, a, b);
              case PLUS -> arithmetic(Binary.ADD, op, a, b);
              case MINUS -> arithmetic(Binary.SUB, op, a, b);
              case TIMES -> arithmetic(Binary.MUL, op, a, b);
              case OVER -> arithmetic(Binary.DIV, op, a, b);
              case TO ->
                  first.getText().equals("e") && op.getTokenIndex() == first.getTokenIndex() + 1
                      ? numeric("^", op, b).exp()
                      : arithmetic(Binary.POW, op, a, b);
              default -> throw new AssertionError(op);
            });
  }

  @Override
  public Node superscript(Token first, Node a, Token exponent) {
    var digits = new StringBuilder();
    for (char c : exponent.getText().toCharArray())
      digits.append(
          switch (c) {
            case '⁻' -> '-';
            case '¹' -> '1';
            case '²' -> '2';
            case '³' -> '3';
            default -> (char) ('0' + (c - '⁰'));
          });
    double k = Double.parseDouble(digits.toString());
    if (Double.isInfinite(k))
      throw error(Kind.OVERFLOW, exponent, "the exponent is greater than any double");
    return at(
        first,
        exponent,
        () -> {
          Node n = Node.literal(DType.F64, Math.abs(k));
          Node signed = digits.charAt(0) == '-' ? n.neg() : n;
          boolean e =
              first.getText().equals("e") && exponent.getTokenIndex() == first.getTokenIndex() + 1;
          return e ? signed.exp() : numeric("^", exponent, a).pow(signed);
        });
  }

  private static Compare relation(String text) {
    return switch (text) {
      case "<" -> Compare.LT;
      case "<=", "≤" -> Compare.LE;
      case ">" -> Compare.GT;
      case ">=", "≥" -> Compare.GE;
      case "==" -> Compare.EQ;
      default -> Compare.NE;
    };
  }

  private static Node arithmetic(Op op, Token at, Node a, Node b) {
    String sign = at.getText().isEmpty() ? "*" : at.getText();
    return Node.of(op, numeric(sign, at, a), numeric(sign, at, b));
  }

  private static Node logic(Bitwise op, Token at, Node a, Node b) {
    return Node.of(op, condition(at.getText(), at, a), condition(at.getText(), at, b));
  }

  /** {@code x}, which must be a number. */
  private static Node numeric(String what, Token at, Node x) {
    if (x.dtype() != DType.BOOL) return x;
    throw error(
        Kind.UNEXPECTED_TOKEN,
        at,
        "`%s` needs numbers, but a comparison is true or false; write if(…, 1, 0) to make it a number"
            .formatted(what));
  }

  /** {@code x}, which must be true or false. */
  private static Node condition(String what, Token at, Node x) {
    if (x.dtype() == DType.BOOL) return x;
    throw error(
        Kind.UNEXPECTED_TOKEN,
        at,
        "`%s` needs a condition, such as x > 0, but got a number; compare it with something"
            .formatted(what));
  }

  private static SyntaxException error(Kind kind, Token at, String message) {
    return new SyntaxException(
        kind,
        at.getStartIndex(),
        at.getStartIndex(),
        Math.max(at.getStopIndex(), at.getStartIndex()) + 1,
        message);
  }

  private Node at(Token first, Token last, Supplier<Node> made) {
    return scope.at(new Origin.Span(first.getStartIndex(), last.getStopIndex() + 1), made);
  }
}
