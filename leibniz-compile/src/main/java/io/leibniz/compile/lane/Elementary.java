package io.leibniz.compile.lane;

import io.leibniz.ir.Pointwise;
import org.jspecify.annotations.Nullable;

/** Core's functions of floats, written in steps that vectors can do. */
public final class Elementary {
  private Elementary() {}

  /** f(x), or null where core's own function must be called. */
  public static @Nullable Expr unary(Pointwise.Unary f, Expr x) {
    return switch (f) {
      case NEG -> x.negate();
      case ABS -> x.abs();
      case SIGN -> Rounding.sign(x);
      case FLOOR -> Rounding.floor(x);
      case CEIL -> Rounding.ceil(x);
      case ROUND -> Rounding.round(x);
      case EXP -> Exponential.exp(x);
      case EXPM1 -> Exponential.expm1(x);
      case LOG -> Logarithm.log(x);
      case LOG1P -> Logarithm.log1p(x);
      case SQRT -> x.sqrt();
      case RSQRT -> x.like(1).over(x.sqrt());
      case SIN -> Trigonometric.sin(x);
      case COS -> Trigonometric.cos(x);
      case TAN -> Trigonometric.tan(x);
      case TANH -> Exponential.tanh(x);
      case ONE_MINUS_SQUARE -> x.negate().fma(x, x.like(1));
      case SECH -> Exponential.sech(x);
      case SIGMOID -> Exponential.sigmoid(x);
      case SOFTPLUS -> Exponential.softplus(x);
      case GAUSS -> Exponential.gauss(x);
      case LOG2 -> Logarithm.log2(x);
      case LOG10 -> Logarithm.log10(x);
      case SINH -> Exponential.sinh(x);
      case COSH -> Exponential.cosh(x);
      case ASINH -> Logarithm.asinh(x);
      case ACOSH -> Logarithm.acosh(x);
      case ATANH -> Logarithm.atanh(x);
      case ERF -> ErrorFunction.erf(x);
      case ERFC -> ErrorFunction.erfc(x);
      case CBRT, ASIN, ACOS, ATAN -> null;
      case ERFINV, GAMMA, LGAMMA -> null;
    };
  }

  /**
   * Where {@link #unary} gives f(x); null where that is everywhere. Elsewhere it gives NaN, and core's own function must be
   * called: sin, cos and tan of an x so large that its remainder by π/2 would need many more steps.
   */
  public static @Nullable Expr covers(Pointwise.Unary f, Expr x) {
    return switch (f) {
      case SIN, COS, TAN -> Trigonometric.covers(x);
      default -> null;
    };
  }

  /** f(a, b), or null where core's own function must be called. */
  public static @Nullable Expr binary(Pointwise.Binary f, Expr a, Expr b) {
    return switch (f) {
      case ADD -> a.plus(b);
      case SUB -> a.minus(b);
      case MUL -> a.times(b);
      case DIV -> a.over(b);
      case MAX -> Rounding.max(a, b);
      case MIN -> Rounding.min(a, b);
      case XLOGY -> Logarithm.xlogy(a, b);
      case POW -> Powers.pow(a, b);
      case ATAN2, HYPOT, REM -> null;
    };
  }
}
