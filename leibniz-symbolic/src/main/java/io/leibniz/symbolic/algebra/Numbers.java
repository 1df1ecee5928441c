package io.leibniz.symbolic.algebra;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Numbers in graphs: which nodes are rationals, and how a rational is written. */
final class Numbers {
  private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(53);

  /** Numbers that derivatives bring with them, as one writes them. */
  private static final Map<Double, Supplier<Node>> WRITTEN =
      Map.of(
          2 / Math.sqrt(Math.PI),
          () -> of(2).div(sqrt(Math.PI)),
          -2 / Math.sqrt(Math.PI),
          () -> of(-2).div(sqrt(Math.PI)),
          Math.sqrt(Math.PI) / 2,
          () -> sqrt(Math.PI).div(of(2)),
          1 / StrictMath.log(2),
          () -> of(1).div(of(2).log()),
          1 / StrictMath.log(10),
          () -> of(1).div(of(10).log()),
          Math.sqrt(0.5),
          () -> of(1).div(sqrt(2)),
          -Math.sqrt(0.5),
          () -> of(-1).div(sqrt(2)));

  private Numbers() {}

  private static Node sqrt(double x) {
    return of(x).apply(Unary.SQRT);
  }

  static Node of(double k) {
    return Node.literal(DType.F64, k);
  }

  static @Nullable Double literal(Node n) {
    return n.op() instanceof Source.Literal l && l.dtype().isFloat() ? l.number() : null;
  }

  static boolean isE(Node n) {
    return n.op() instanceof Source.Literal l && l.is(Math.E);
  }

  /** What is a number of a formula's own, not a rational: π, e. */
  static boolean isNamed(double x) {
    return Math.abs(x) == Math.PI || Math.abs(x) == Math.E;
  }

  /** A literal that stands for a short formula; null for all others. */
  static @Nullable Node written(Node n) {
    Double x = literal(n);
    if (x == null) return null;
    Supplier<Node> formula = WRITTEN.get(x);
    if (formula != null) return formula.get();
    if (x == -Math.PI || x == -Math.E) return of(-x).neg();
    return null;
  }

  /** The rational that a node is: a literal, a quotient of two, or the negative of one. */
  static @Nullable Rational rational(Node n) {
    Double x = literal(n);
    if (x != null)
      return Double.isFinite(x)
              && !isNamed(x)
              && !WRITTEN.containsKey(x)
              && Double.compare(x, -0.0) != 0
          ? Rational.of(x)
          : null;
    if (n.op() == Unary.NEG)
      return rational(n.x(0)) instanceof Rational r && !r.isZero() ? r.negated() : null;
    if (n.op() == Binary.DIV
        && rational(n.x(0)) instanceof Rational a
        && rational(n.x(1)) instanceof Rational b
        && !b.isZero()) return a.over(b);
    return null;
  }

  /** Whether a rational can be written without rounding, or is a decimal, which may be rounded as doubles are. */
  static boolean writable(Rational r) {
    return r.decimal()
        ? Double.isFinite(r.toDouble())
            && (r.isZero() || Math.abs(r.toDouble()) >= Double.MIN_NORMAL)
        : exact(r.over()) && exact(r.under());
  }

  private static boolean exact(BigInteger n) {
    return n.abs().compareTo(LIMIT) <= 0;
  }

  /** A rational as a node. */
  static Node node(Rational r) {
    if (r.decimal()) {
      double x = r.toDouble();
      if (exact(r.over()) && exact(r.under()) && !terminates(r)) return quotient(r);
      return of(x);
    }
    return quotient(r);
  }

  private static Node quotient(Rational r) {
    Node p = of(r.over().doubleValue());
    return r.isInteger() ? p : p.div(of(r.under().doubleValue()));
  }

  /** Whether its decimal ends, after a few digits. */
  private static boolean terminates(Rational r) {
    try {
      return new BigDecimal(r.over()).divide(new BigDecimal(r.under())).precision() <= 17;
    } catch (ArithmeticException _) {
      return false;
    }
  }
}
