package io.leibniz.compile.lane;

import io.leibniz.ir.Pointwise;
import org.jspecify.annotations.Nullable;

/**
 * Core's functions of floats, written in steps that vectors can do: within 2 ulps of the truth, and with core's NaN, infinities and
 * signs of zero. Functions of the same exponential, logarithm or remainder by π/2 share its steps when they are made in one block.
 *
 * <p>Worst errors in ulps, and steps without loads and constants, measured 2026-11-24: F32 at every 977th float, at every
 * one where the error is largest, and at 8 million pairs; F64 at some thousand points recorded to 230 bits or more, spread and
 * beside the hard places, so that its figures may be a little low.
 *
 * <table>
 * <caption>F32 error, steps; F64 error, steps</caption>
 * <tr><td>exp<td>0.85<td>25<td>0.81<td>30<td><td>sin<td>1.47<td>31<td>1.30<td>37
 * <tr><td>expm1<td>1.63<td>31<td>1.48<td>36<td><td>cos<td>1.44<td>30<td>1.38<td>36
 * <tr><td>log<td>0.80<td>34<td>0.74<td>37<td><td>tan<td>1.50<td>32<td>1.42<td>34
 * <tr><td>log1p<td>1.38<td>40<td>1.31<td>43<td><td>asin<td>1.29<td>23<td>1.44<td>31
 * <tr><td>log2<td>0.93<td>35<td>0.92<td>38<td><td>acos<td>1.02<td>29<td>0.99<td>37
 * <tr><td>log10<td>0.86<td>36<td>0.83<td>39<td><td>atan<td>1.25<td>23<td>1.29<td>34
 * <tr><td>sinh<td>1.62<td>40<td>1.58<td>48<td><td>atan2<td>1.44<td>40<td>1.21<td>51
 * <tr><td>cosh<td>1.24<td>27<td>1.09<td>32<td><td>hypot<td>0.92<td>21<td>0.79<td>21
 * <tr><td>tanh<td>1.57<td>45<td>1.40<td>52<td><td>pow<td>0.90<td>119<td>0.82<td>128
 * <tr><td>asinh<td>1.71<td>52<td>1.34<td>55<td><td>xlogy<td>1.64<td>39<td>1.26<td>42
 * <tr><td>acosh<td>1.90<td>55<td>1.31<td>58<td><td>cbrt<td>0.73<td>49<td>0.71<td>52
 * <tr><td>atanh<td>1.69<td>50<td>1.27<td>53<td><td>rsqrt<td>1.47<td>2<td>1.38<td>2
 * <tr><td>sigmoid<td>1.51<td>35<td>1.41<td>40<td><td>gauss<td>0.89<td>30<td>0.81<td>35
 * <tr><td>softplus<td>1.63<td>47<td>1.46<td>55<td><td>erf<td>0.95<td>62<td>0.74<td>85
 * <tr><td>sech<td>1.60<td>36<td>1.45<td>41<td><td>erfc<td>1.99<td>65<td>1.85<td>88
 * </table>
 *
 * <p>(1 − x)(1 + x) is one FMA and rounded once; wholes, signs and the larger of two are exact.
 */
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
      case ATAN -> InverseTrigonometric.atan(x);
      case ASIN -> InverseTrigonometric.asin(x);
      case ACOS -> InverseTrigonometric.acos(x);
      case CBRT -> Powers.cbrt(x);
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
      case ATAN2 -> InverseTrigonometric.atan2(a, b);
      case HYPOT -> Powers.hypot(a, b);
      case REM -> null;
    };
  }
}
