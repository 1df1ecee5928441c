package io.leibniz.ir;

import static io.leibniz.ir.Dependence.*;
import static io.leibniz.ir.Dependence.Zeros.*;

import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Ops that compute each element of the result from the same element of each operand. This file is the
 * derivative table: a function and its slope stand on one line.
 *
 * <p>Slopes keep their digits: σ(x)σ(−x) and sech² rather than y(1 − y) and 1 − y², which cancel. F32
 * is computed in double precision and rounded once; integers have Java's semantics.
 */
public sealed interface Pointwise extends Op {

  /**
   * Functions of one number, {@code (x, y) -> dy/dx} with {@code y} the result. Sources of the
   * formulas: Abramowitz and Stegun, chapters 4, 6 and 7.
   */
  enum Unary implements Pointwise {
    // spotless:off
    NEG     (a -> -a,              a -> -a,      jointly(KEPT, (ct, y) -> ct.neg())),
    ABS     (Math::abs,            Math::abs,    (x, y) -> x.sign()),                                   // 0 at 0
    SIGN    (Math::signum,         Long::signum, CONSTANT),
    FLOOR   (Math::floor),
    CEIL    (Math::ceil),
    ROUND   (Math::rint),                                                                               // half to even
    EXP     (StrictMath::exp,      (x, y) -> y),
    EXPM1   (StrictMath::expm1,    (x, y) -> x.exp()),
    LOG     (StrictMath::log,      (x, y) -> x.ge(0).domain(x.recip(1))),                               // +∞ at 0
    LOG1P   (StrictMath::log1p,    (x, y) -> x.ge(-1).domain(x.plus(1).recip(1))),                      // +∞ at −1
    LOG2    (Special::log2,        (x, y) -> x.ge(0).domain(x.recip(1 / StrictMath.log(2)))),
    LOG10   (StrictMath::log10,    (x, y) -> x.ge(0).domain(x.recip(1 / StrictMath.log(10)))),
    SQRT    (Math::sqrt,           (x, y) -> y.recip(0.5)),                                             // +∞ at 0, then −∞, +∞, …
    RSQRT   (Special::rsqrt,       (x, y) -> y.div(x).times(-0.5)),
    CBRT    (StrictMath::cbrt,     (x, y) -> y.recip(1.0 / 3).div(y)),                                  // +∞ at 0, then −∞, +∞, …
    SIN     (StrictMath::sin,      (x, y) -> x.cos()),
    COS     (StrictMath::cos,      (x, y) -> x.sin().neg()),
    TAN     (StrictMath::tan,      (x, y) -> y.square().plus(1)),
    ASIN    (StrictMath::asin,     (x, y) -> x.oneMinusSquare().rsqrt()),
    ACOS    (StrictMath::acos,     (x, y) -> x.oneMinusSquare().rsqrt().neg()),
    ATAN    (StrictMath::atan,     (x, y) -> x.square().plus(1).recip(1)),
    SINH    (StrictMath::sinh,     (x, y) -> x.cosh()),
    COSH    (StrictMath::cosh,     (x, y) -> x.sinh()),
    TANH    (StrictMath::tanh,     (x, y) -> x.sech().square()),
    ASINH   (Special::asinh,       (x, y) -> x.hypot(x.like(1)).recip(1)),
    ACOSH   (Special::acosh,       (x, y) -> x.plus(-1).rsqrt().mul(x.plus(1).rsqrt())),
    ATANH   (Special::atanh,       (x, y) -> x.abs().le(1).domain(x.oneMinusSquare().recip(1))),
    ONE_MINUS_SQUARE(x -> (1 - x) * (1 + x), (x, y) -> x.times(-2)),                                    // its digits at ±1, its slope's at 0
    SECH    (Special::sech,        (x, y) -> y.mul(x.tanh()).neg()),
    SIGMOID (Special::sigmoid,     (x, y) -> y.mul(x.neg().sigmoid())),
    SOFTPLUS(Special::softplus,    (x, y) -> x.sigmoid()),
    GAUSS   (Special::gauss,       (x, y) -> x.mul(y).times(-2)),                                       // e^(−x²)
    ERF     (Special::erf,         (x, y) -> x.gauss().times(2 / Math.sqrt(Math.PI))),
    ERFC    (Special::erfc,        (x, y) -> x.gauss().times(-2 / Math.sqrt(Math.PI))),
    ERFINV  (Special::erfinv,      (x, y) -> y.gauss().recip(Math.sqrt(Math.PI) / 2)),
    GAMMA   (Special::gamma,       (x, y) -> y.mul(x.polygamma(0))),
    LGAMMA  (Special::lgamma,      (x, y) -> x.polygamma(0));                                           // log |Γ|
    // spotless:on

    private final DoubleUnaryOperator f;
    private final @Nullable LongUnaryOperator integer;
    private final Dependence on;

    Unary(DoubleUnaryOperator f, @Nullable LongUnaryOperator integer, Dependence on) {
      this.f = f;
      this.integer = integer;
      this.on = on;
    }

    Unary(DoubleUnaryOperator f, @Nullable LongUnaryOperator integer, BinaryOperator<Node> slope) {
      this(f, integer, new Smooth(y -> slope.apply(y.x(0), y)));
    }

    Unary(DoubleUnaryOperator f, BinaryOperator<Node> slope) {
      this(f, null, slope);
    }

    Unary(DoubleUnaryOperator f) {
      this(f, null, CONSTANT);
    }

    public double of(double x) {
      return f.applyAsDouble(x);
    }

    public DoubleUnaryOperator f() {
      return f;
    }

    /** What it means on integers; null where it needs floats. */
    public @Nullable LongUnaryOperator integer() {
      return integer;
    }

    @Override
    public Type type(List<Type> x) {
      DType d = x.getFirst().dtype();
      require(d.isFloat() || integer != null && d.isInteger(), this, x, "cast it");
      return x.getFirst();
    }

    @Override
    public Dependence on(int operand) {
      return on;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The {@code n}-th derivative of digamma ψ = (log Γ)′; ψ itself for 0. Closed under differentiation. */
  record Polygamma(int n) implements Pointwise {
    public Polygamma {
      if (n < 0) throw new ShapeException("polygamma needs an order of 0 or more, got " + n);
    }

    @Override
    public Type type(List<Type> x) {
      require(x.getFirst().dtype().isFloat(), this, x, "cast it");
      return x.getFirst();
    }

    public double of(double x) {
      return Special.polygamma(n, x);
    }

    @Override
    public Dependence on(int operand) {
      return new Smooth(y -> y.x(0).polygamma(n + 1));
    }

    @Override
    public String toString() {
      return n == 0 ? "digamma" : "polygamma " + n;
    }
  }

  /** Functions of two numbers, with the dependence on each. */
  enum Binary implements Pointwise {
    // spotless:off
    ADD  (Double::sum,        Long::sum,        jointly(KEPT, (ct, y) -> ct),                jointly(KEPT, (ct, y) -> ct)),
    SUB  ((a, b) -> a - b,    (a, b) -> a - b,  jointly(KEPT, (ct, y) -> ct),                jointly(KEPT, (ct, y) -> ct.neg())),
    MUL  ((a, b) -> a * b,    (a, b) -> a * b,  linear(0, SCALED, (ct, y) -> ct.mul(y.x(1))), linear(1, SCALED, (ct, y) -> y.x(0).mul(ct))),
    DIV  ((a, b) -> a / b,    (a, b) -> a / b,  linear(0, SCALED, (ct, y) -> ct.div(y.x(1))), smooth((a, b, y) -> y.div(b).neg())),
    REM  ((a, b) -> a % b,    (a, b) -> a % b,  smooth((a, b, y) -> y.like(1)),              smooth((a, b, y) -> y.sub(a).div(b).round())), // sign of a
    MAX  (Math::max,          Math::max,        CURVED,                                      CURVED),
    MIN  (Math::min,          Math::min,        CURVED,                                      CURVED),
    POW  (StrictMath::pow,    null,             smooth((x, p, y) -> p.eq(0).convention(0, p.mul(x.pow(p.plus(-1))))),
                                                smooth((x, p, y) -> x.eq(0).and(p.gt(0)).convention(0, y.mul(x.log())))),
    ATAN2(StrictMath::atan2,  null,             smooth((a, b, y) -> b.div(a.hypot(b)).div(a.hypot(b))),
                                                smooth((a, b, y) -> a.div(a.hypot(b)).div(a.hypot(b)).neg())),                      // NaN at (0, 0)
    HYPOT(StrictMath::hypot,  null,             smooth((a, b, y) -> y.eq(0).convention(0, a.div(y))),
                                                smooth((a, b, y) -> y.eq(0).convention(0, b.div(y)))),
    XLOGY(Special::xlogy,     null,             smooth((a, b, y) -> b.log()),
                                                smooth((a, b, y) -> a.eq(0).and(b.eq(0)).convention(0, b.ge(0).or(a.eq(0)).domain(a.div(b)))));
    // spotless:on

    private interface Partial {
      Node at(Node a, Node b, Node y);
    }

    private final DoubleBinaryOperator f;
    private final @Nullable LongBinaryOperator integer;
    private final Dependence left, right;

    Binary(
        DoubleBinaryOperator f,
        @Nullable LongBinaryOperator integer,
        Dependence left,
        Dependence right) {
      this.f = f;
      this.integer = integer;
      this.left = left;
      this.right = right;
    }

    private static Dependence smooth(Partial slope) {
      return new Smooth(y -> slope.at(y.x(0), y.x(1), y));
    }

    public double of(double a, double b) {
      return f.applyAsDouble(a, b);
    }

    public DoubleBinaryOperator f() {
      return f;
    }

    /** What it means on longs, and on ints as well once the result is narrowed; null where it needs floats. */
    public @Nullable LongBinaryOperator integer() {
      return integer;
    }

    @Override
    public Type type(List<Type> x) {
      DType d = alike(this, x).dtype();
      require(d.isFloat() || integer != null && d.isInteger(), this, x, "cast them");
      return x.getFirst();
    }

    @Override
    public Dependence on(int operand) {
      return operand == 0 ? left : right;
    }

    /** Of max and min: all to the one that wins, half to each where both do, NaN to both where one is NaN. */
    @Override
    public @Nullable Delta tangent(Node y, List<@Nullable Delta> dxs) {
      return Delta.sum(share(y, dxs.get(0), y.x(0), y.x(1)), share(y, dxs.get(1), y.x(1), y.x(0)));
    }

    private @Nullable Delta share(Node y, @Nullable Delta dx, Node x, Node other) {
      if (dx == null) return null;
      Node less = x.compare(Compare.LT, other), more = x.compare(Compare.GT, other);
      Node wins = this == MAX ? more : less, loses = this == MAX ? less : more;
      Node tie = x.compare(Compare.EQ, other).select(y.like(0.5), y.like(Double.NaN));
      return dx.times(wins.select(y.like(1), tie)).under(loses.not());
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Piecewise constant in every operand: no derivative flows. */
  sealed interface Flat extends Pointwise {
    @Override
    default Dependence on(int operand) {
      return CONSTANT;
    }
  }

  /** Predicates; false where an operand is NaN, but for {@code NE}. So the opposite of {@code a > b} is not {@code a <= b}. */
  enum Compare implements Flat {
    // spotless:off
    LT((a, b) -> a <  b, (a, b) -> a <  b), LE((a, b) -> a <= b, (a, b) -> a <= b),
    GT((a, b) -> a >  b, (a, b) -> a >  b), GE((a, b) -> a >= b, (a, b) -> a >= b),
    EQ((a, b) -> a == b, (a, b) -> a == b), NE((a, b) -> a != b, (a, b) -> a != b);
    // spotless:on

    /** A relation of two floats. */
    public interface Relation {
      boolean holds(double a, double b);
    }

    /** A relation of two integers. */
    public interface IntegerRelation {
      boolean holds(long a, long b);
    }

    private final Relation f;
    private final IntegerRelation integer;

    Compare(Relation f, IntegerRelation integer) {
      this.f = f;
      this.integer = integer;
    }

    public boolean of(double a, double b) {
      return f.holds(a, b);
    }

    public boolean of(long a, long b) {
      return integer.holds(a, b);
    }

    @Override
    public Type type(List<Type> x) {
      return alike(this, x).with(DType.BOOL);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** −1, 0 or 1 (i32) as the first operand is less, equal or greater; with a NaN, what the name says. */
  enum Order implements Flat {
    LESS(-1),
    GREATER(1);

    private final int nan;

    Order(int nan) {
      this.nan = nan;
    }

    public int of(double a, double b) {
      return a < b ? -1 : a > b ? 1 : a == b ? 0 : nan;
    }

    @Override
    public Type type(List<Type> x) {
      require(alike(this, x).dtype().isFloat(), this, x, "use lt, gt and eq on integers");
      return x.getFirst().with(DType.I32);
    }

    @Override
    public String toString() {
      return "order, nan " + name().toLowerCase(Locale.ROOT);
    }
  }

  /** Logic on truth values, bit by bit on integers; shifts, by the low bits of the second operand, on integers only. */
  enum Bitwise implements Flat {
    // spotless:off
    AND ((a, b) -> a & b,   (a, b) -> a & b,   true),
    OR  ((a, b) -> a | b,   (a, b) -> a | b,   true),
    XOR ((a, b) -> a ^ b,   (a, b) -> a ^ b,   true),
    SHL ((a, b) -> a << b,  (a, b) -> a << b,  false),
    SHR ((a, b) -> a >> b,  (a, b) -> a >> b,  false),
    USHR((a, b) -> a >>> b, (a, b) -> a >>> b, false);
    // spotless:on

    private final LongBinaryOperator longs;
    private final IntBinaryOperator ints;
    private final boolean onBool;

    Bitwise(LongBinaryOperator longs, IntBinaryOperator ints, boolean onBool) {
      this.longs = longs;
      this.ints = ints;
      this.onBool = onBool;
    }

    public long of(long a, long b) {
      return longs.applyAsLong(a, b);
    }

    public int of(int a, int b) {
      return ints.applyAsInt(a, b);
    }

    @Override
    public Type type(List<Type> x) {
      DType d = alike(this, x).dtype();
      require(
          d.isInteger() || onBool && d == DType.BOOL,
          this,
          x,
          onBool ? "cast them" : "shift integers");
      return x.getFirst();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The opposite of a truth value; all bits of an integer flipped. */
  record Not() implements Flat {
    @Override
    public Type type(List<Type> x) {
      require(!x.getFirst().dtype().isFloat(), this, x, "compare it with something first");
      return x.getFirst();
    }

    @Override
    public String toString() {
      return "not";
    }
  }

  /**
   * The same numbers in another type, rounded to nearest; a float becomes an integer by truncation,
   * saturating, NaN to 0; a truth value is 1 or 0, and any number but 0 is true.
   */
  record Cast(DType to) implements Pointwise {
    @Override
    public Type type(List<Type> x) {
      return x.getFirst().with(to);
    }

    @Override
    public Dependence on(int operand) {
      return to.isFloat() ? jointly(KEPT, (ct, y) -> ct.cast(y.x(0).dtype())) : CONSTANT;
    }

    @Override
    public String toString() {
      return "cast " + to;
    }
  }

  /**
   * {@code predicate ? a : b}, element by element; linear in a and b together, and the one not taken
   * is structurally zero. A {@code CONVENTION} is the same choice inside a slope, {@code (where it
   * holds, the conventional value, the formula)}: explanations print the formula and say where it is not used.
   */
  enum Choice implements Pointwise {
    SELECT,
    CONVENTION;

    @Override
    public Type type(List<Type> x) {
      Type p = x.get(0), a = x.get(1);
      if (p.dtype() != DType.BOOL || !a.equals(x.get(2)) || !p.shape().equals(a.shape()))
        throw new ShapeException(
            this
                + " needs a bool predicate and two branches of one type and the predicate's shape, got "
                + x
                + "; compare to get a predicate, broadcast or cast to make them alike");
      return a;
    }

    @Override
    public Dependence on(int operand) {
      return switch (operand) {
        case 0 -> CONSTANT;
        case 1 -> jointly(PICKED, (ct, y) -> y.x(0).select(ct, ct.like(0)));
        default -> jointly(PICKED, (ct, y) -> y.x(0).select(ct.like(0), ct));
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@code condition ? value : NaN}: a slope and the set where its function is defined. */
  record Domain() implements Pointwise {
    @Override
    public Type type(List<Type> x) {
      require(
          x.get(0).dtype() == DType.BOOL
              && x.get(1).dtype().isFloat()
              && x.get(0).shape().equals(x.get(1).shape()),
          this,
          x,
          "give a bool condition and a float value of one shape");
      return x.get(1);
    }

    @Override
    public Dependence on(int operand) {
      return operand == 0 ? CONSTANT : linear(1, SCALED, (ct, y) -> y.x(0).domain(ct));
    }

    @Override
    public String toString() {
      return "domain";
    }
  }

  /** The same elements, held constant: no derivative flows. */
  record Stop() implements Flat {
    @Override
    public Type type(List<Type> x) {
      return x.getFirst();
    }

    @Override
    public String toString() {
      return "stop";
    }
  }

  private static Type alike(Op op, List<Type> x) {
    if (!x.get(0).equals(x.get(1)))
      throw new ShapeException(
          op
              + " needs operands of one type, got "
              + x.get(0)
              + " and "
              + x.get(1)
              + (x.get(0).dtype() == x.get(1).dtype()
                  ? "; broadcast or reshape one of them"
                  : "; cast one of them"));
    return x.getFirst();
  }

  private static void require(boolean holds, Op op, List<Type> x, String way) {
    if (!holds) throw new ShapeException(op + " is not defined on " + x + "; " + way);
  }
}
