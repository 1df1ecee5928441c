package io.leibniz.cli;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import io.leibniz.symbolic.text.Expression;
import java.util.HashMap;
import java.util.Map;

/**
 * The derivative as Im f(x + ih) / h: nothing is subtracted, so that h may be as small as a double (Squire and Trapp, 1998).
 * For functions with a continuation to complex numbers that is written here; |x|, max, a choice and the like have none, and the
 * gamma and error functions have none here.
 */
final class ComplexStep {
  private final Expression f;

  ComplexStep(Expression f) {
    this.f = f;
  }

  /** That there is no complex step through an op. */
  static final class None extends Exception {
    private static final long serialVersionUID = 1;

    None(String op) {
      super(op + " has no continuation to complex numbers here", null, false, false);
    }
  }

  /** The slope along variable {@code i} by a step of h. */
  double slope(double[] point, int i, double h) throws None {
    Map<Node, Complex> values = new HashMap<>();
    for (int j = 0; j < point.length; j++)
      values.put(f.graph().params().get(j), new Complex(point[j], j == i ? h : 0));
    for (Node n : f.graph().order())
      if (!(n.op() instanceof Source.Parameter)) values.put(n, value(n, values));
    return at(values, f.graph().results().getFirst()).im() / h;
  }

  private static Complex at(Map<Node, Complex> values, Node n) {
    if (values.get(n) instanceof Complex z) return z;
    throw new AssertionError(n);
  }

  private static Complex value(Node n, Map<Node, Complex> values) throws None {
    if (n.op() instanceof Source.Literal l && l.dtype().isFloat()) return Complex.of(l.number());
    if (n.op() instanceof Unary u) return unary(u, at(values, n.x(0)));
    if (n.op() instanceof Binary b) return binary(b, at(values, n.x(0)), at(values, n.x(1)));
    throw new None(n.op() instanceof Pointwise.Compare ? "a choice" : n.op().toString());
  }

  private static Complex unary(Unary u, Complex z) throws None {
    return switch (u) {
      case NEG -> z.neg();
      case EXP -> z.exp();
      case EXPM1 -> z.expm1();
      case LOG -> z.log();
      case LOG1P -> z.log1p();
      case LOG2 -> z.log().times(1 / StrictMath.log(2));
      case LOG10 -> z.log().times(1 / StrictMath.log(10));
      case SQRT -> z.sqrt();
      case RSQRT -> Complex.ONE.over(z.sqrt());
      case CBRT -> z.cbrt();
      case SIN -> z.sin();
      case COS -> z.cos();
      case TAN -> z.tan();
      case ASIN -> z.asin();
      case ACOS -> z.acos();
      case ATAN -> z.atan();
      case SINH -> z.sinh();
      case COSH -> z.cosh();
      case TANH -> z.tanh();
      case ASINH -> z.asinh();
      case ACOSH -> z.acosh();
      case ATANH -> z.atanh();
      case ONE_MINUS_SQUARE -> Complex.ONE.minus(z).times(Complex.ONE.plus(z));
      case SECH -> Complex.ONE.over(z.cosh());
      case SIGMOID -> sigmoid(z);
      case SOFTPLUS -> z.re() > 0 ? z.plus(z.neg().exp().log1p()) : z.exp().log1p();
      case GAUSS -> z.times(z).neg().exp();
      case ABS, SIGN, FLOOR, CEIL, ROUND, ERF, ERFC, ERFINV, GAMMA, LGAMMA ->
          throw new None(u.toString());
    };
  }

  private static Complex sigmoid(Complex z) {
    Complex e = (z.re() > 0 ? z.neg() : z).exp();
    return (z.re() > 0 ? Complex.ONE : e).over(Complex.ONE.plus(e));
  }

  private static Complex binary(Binary b, Complex x, Complex y) throws None {
    return switch (b) {
      case ADD -> x.plus(y);
      case SUB -> x.minus(y);
      case MUL -> x.times(y);
      case DIV -> x.over(y);
      case POW -> x.pow(y);
      case HYPOT -> x.times(x).plus(y.times(y)).sqrt();
      case XLOGY -> x.times(y.log());
      case ATAN2 ->
          new Complex(
              StrictMath.atan2(x.re(), y.re()),
              Math.abs(y.re()) >= Math.abs(x.re())
                  ? x.over(y).atan().im()
                  : -y.over(x).atan().im());
      case REM, MAX, MIN -> throw new None(b.toString());
    };
  }
}
