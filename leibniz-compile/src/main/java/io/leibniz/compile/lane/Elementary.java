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
      case TANH -> Exponential.tanh(x);
      case ONE_MINUS_SQUARE -> x.negate().fma(x, x.like(1));
      case SECH -> Exponential.sech(x);
      case SIGMOID -> Exponential.sigmoid(x);
      case SOFTPLUS -> Exponential.softplus(x);
      case GAUSS -> Exponential.gauss(x);
      case LOG2,
          LOG10,
          CBRT,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          ASINH,
          ACOSH,
          ATANH,
          ERF,
          ERFC,
          ERFINV,
          GAMMA,
          LGAMMA ->
          null;
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
      case REM, POW, ATAN2, HYPOT, XLOGY -> null;
    };
  }
}
