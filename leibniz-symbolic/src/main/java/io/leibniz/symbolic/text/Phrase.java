package io.leibniz.symbolic.text;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is written for a node: mathematics with one op at its top, whatever it looks like in the end. */
sealed interface Phrase {

  /** A node that is not looked into yet. */
  record Of(Node node) implements Phrase {}

  record Numeral(double k) implements Phrase {}

  record Truth(boolean holds) implements Phrase {}

  record Name(String name) implements Phrase {}

  record Negative(Phrase a) implements Phrase {}

  /** {@code a + b}, or {@code a − b}. */
  record Sum(Phrase a, boolean minus, Phrase b) implements Phrase {}

  record Product(Phrase a, Phrase b) implements Phrase {}

  record Quotient(Phrase a, Phrase b) implements Phrase {}

  record Power(Phrase a, Phrase b) implements Phrase {}

  record Call(String function, List<Phrase> args) implements Phrase {
    Phrase arg() {
      return args.getFirst();
    }
  }

  record Relation(Compare relation, Phrase a, Phrase b) implements Phrase {}

  record Not(Phrase a) implements Phrase {}

  record Both(Phrase a, Phrase b) implements Phrase {}

  record Either(Phrase a, Phrase b) implements Phrase {}

  record If(Phrase condition, Phrase a, Phrase b) implements Phrase {}

  /** The phrases that this one is made of. */
  default List<Phrase> parts() {
    return switch (this) {
      case Of _, Numeral _, Truth _, Name _ -> List.of();
      case Negative(var a) -> List.of(a);
      case Not(var a) -> List.of(a);
      case Sum(var a, _, var b) -> List.of(a, b);
      case Product(var a, var b) -> List.of(a, b);
      case Quotient(var a, var b) -> List.of(a, b);
      case Power(var a, var b) -> List.of(a, b);
      case Relation(_, var a, var b) -> List.of(a, b);
      case Both(var a, var b) -> List.of(a, b);
      case Either(var a, var b) -> List.of(a, b);
      case If(var c, var a, var b) -> List.of(c, a, b);
      case Call(_, var args) -> args;
    };
  }

  /** What is written for {@code y}, its operands not looked into. */
  static Phrase of(Node y) {
    Node n = shown(y);
    if (n.op() instanceof Source.Literal l && l.dtype() == DType.BOOL)
      return new Truth(l.integer() != 0);
    if (n.op() instanceof Source.Literal l)
      return l.dtype().isFloat() ? number(l.number()) : new Numeral(l.integer());
    if (n.op() instanceof Pointwise p) return pointwise(p, n);
    throw new IllegalArgumentException(
        "%s is no function of numbers; formulas are made of pointwise ops on named parameters"
            .formatted(n));
  }

  /** A number; those of the derivative table that have a formula, by it: 2/√π rather than 1.12838. */
  private static Phrase number(double k) {
    Phrase one = new Numeral(1), two = new Numeral(2), rootPi = call("sqrt", new Numeral(Math.PI));
    double size = Math.abs(k);
    Phrase formula =
        size == 2 / Math.sqrt(Math.PI)
            ? new Quotient(two, rootPi)
            : size == Math.sqrt(Math.PI) / 2
                ? new Quotient(rootPi, two)
                : size == 1 / StrictMath.log(2)
                    ? new Quotient(one, call("log", two))
                    : size == 1 / StrictMath.log(10)
                        ? new Quotient(one, call("log", new Numeral(10)))
                        : null;
    return formula == null ? new Numeral(k) : k < 0 ? new Negative(formula) : formula;
  }

  /** The formula without where it holds: slopes carry their domains and conventions. */
  static Node shown(Node n) {
    while (true)
      if (n.op() instanceof Pointwise.Domain) n = n.x(1);
      else if (n.op() == Choice.CONVENTION) n = n.x(2);
      else if (n.op() instanceof Pointwise.Stop) n = n.x(0);
      else if (n.op() instanceof Pointwise.Cast && n.x(0).dtype() != DType.BOOL) n = n.x(0);
      else return n;
  }

  private static Phrase pointwise(Pointwise op, Node n) {
    return switch (op) {
      case Unary u -> unary(u, x(n, 0));
      case Binary b -> binary(b, n);
      case Pointwise.Polygamma(var order) ->
          order == 0 ? call("digamma", x(n, 0)) : call("polygamma", new Numeral(order), x(n, 0));
      case Compare c -> new Relation(c, x(n, 0), x(n, 1));
      case Choice _ -> choice(n);
      case Pointwise.Not _ -> new Not(x(n, 0));
      case Pointwise.Bitwise b ->
          switch (b) {
            case AND -> new Both(x(n, 0), x(n, 1));
            case OR -> new Either(x(n, 0), x(n, 1));
            case XOR, SHL, SHR, USHR -> call(b.name().toLowerCase(Locale.ROOT), x(n, 0), x(n, 1));
          };
      case Pointwise.Order _ -> call("sign", new Sum(x(n, 0), true, x(n, 1)));
      case Pointwise.Cast _ -> new If(x(n, 0), new Numeral(1), new Numeral(0)); // of a truth value
      case Pointwise.Domain _, Pointwise.Stop _ -> throw new AssertionError("not shown");
    };
  }

  private static Phrase unary(Unary u, Phrase x) {
    return switch (u) {
      case NEG -> new Negative(x);
      case RSQRT -> new Quotient(new Numeral(1), call("sqrt", x));
      case ONE_MINUS_SQUARE -> new Sum(new Numeral(1), true, square(x));
      case GAUSS -> call("exp", new Negative(square(x)));
      case ABS, SIGN, FLOOR, CEIL, ROUND, EXP, EXPM1, LOG, LOG1P, LOG2, LOG10, SQRT, CBRT ->
          call(u.toString(), x);
      case SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH, ASINH, ACOSH, ATANH, SECH ->
          call(u.toString(), x);
      case SIGMOID, SOFTPLUS, ERF, ERFC, ERFINV, GAMMA, LGAMMA -> call(u.toString(), x);
    };
  }

  private static Phrase binary(Binary b, Node n) {
    Phrase x = x(n, 0), y = x(n, 1);
    return switch (b) {
      case ADD -> new Sum(x, false, y);
      case SUB -> new Sum(x, true, y);
      case MUL -> gelu(n) instanceof Node of ? call("gelu", new Of(of)) : new Product(x, y);
      case DIV -> new Quotient(x, y);
      case POW -> new Power(x, y);
      case REM, MAX, MIN, ATAN2, HYPOT, XLOGY -> call(b.toString(), x, y);
    };
  }

  private static Phrase choice(Node n) {
    Node c = n.x(0), a = n.x(1), b = n.x(2);
    if (c.op() == Compare.GT && c.x(0) == a && c.x(1).isFull(0) && b.isFull(0))
      return call("relu", new Of(a));
    if (c.op() == Compare.LE
        && c.x(1) == a
        && b.op() == Choice.SELECT
        && b.x(0).op() == Compare.GE
        && b.x(0).x(0) == c.x(0)
        && b.x(0).x(1) == b.x(1)
        && b.x(2) == c.x(0)) return call("clamp", new Of(c.x(0)), new Of(a), new Of(b.x(1)));
    return new If(new Of(c), new Of(a), new Of(b));
  }

  /** x of x · erfc(−x/√2) / 2 as the library writes it; null if this is something else. */
  private static @Nullable Node gelu(Node n) {
    if (!n.x(1).isFull(0.5) || n.x(0).op() != Binary.MUL) return null;
    Node x = n.x(0).x(0), tail = n.x(0).x(1);
    if (tail.op() != Unary.ERFC || tail.x(0).op() != Binary.MUL) return null;
    return tail.x(0).x(0) == x && tail.x(0).x(1).isFull(-Math.sqrt(0.5)) ? x : null;
  }

  private static Phrase x(Node n, int i) {
    return new Of(n.x(i));
  }

  private static Phrase square(Phrase x) {
    return new Power(x, new Numeral(2));
  }

  private static Phrase call(String function, Phrase... args) {
    return new Call(function, List.of(args));
  }
}
