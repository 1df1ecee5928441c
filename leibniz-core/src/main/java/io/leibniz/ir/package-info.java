/**
 * The language that functions are traced to: immutable graphs of tensor operations.
 *
 * <h2>The grammar</h2>
 *
 * <pre>
 * graph   = parameters, results            closed: results reach nothing but parameters and constants
 * node    = op, operands                   of one {@link io.leibniz.ir.Scope}, made once, compared by identity
 * type    = dtype, shape                   f64[3, 4]
 * op      = source | pointwise | movement | reduction | contraction | indexing | linalg | random | packing | control
 * linalg  = op of one result | factoring     several results, each a {@link io.leibniz.ir.Packing.Part} of the node
 * </pre>
 *
 * <p>Two independent questions are asked of an op. <em>How does it iterate?</em> Its sealed family answers: the
 * interpreter, {@code vmap} and a compiler switch on it, without {@code default}, so that {@code javac} names
 * every place that a new op must reach. <em>How does its result depend on operand i?</em> Its {@link
 * io.leibniz.ir.Dependence} answers: constant, linear, smooth or curved. Differentiation asks nothing else.
 *
 * <p>There is no implicit broadcasting, and no promotion between dtypes: a {@link
 * io.leibniz.ir.Movement.Broadcast} stands where an operand is repeated, and its adjoint is the sum.
 *
 * <h2>Structural zeros</h2>
 *
 * A tangent or cotangent is a {@link io.leibniz.ir.Delta}: absent, or a node with a support. Outside its
 * support it is zero whatever it is multiplied by, which the number 0.0 is not. So {@code select(x > 0, √x, x)}
 * has slope 1 at −4 and slope 1 at 0, not NaN, in every mode and at every order. What becomes of a support on its way
 * through a linear op is part of the op's {@code Dependence}: {@link io.leibniz.ir.Dependence.Zeros}.
 *
 * <h2>Reading order</h2>
 *
 * {@link io.leibniz.ir.Dependence}, {@link io.leibniz.ir.Pointwise} (the derivative table), {@link
 * io.leibniz.ir.Delta}, {@link io.leibniz.ir.Scope}; then {@code io.leibniz.transform}.
 */
@NullMarked
package io.leibniz.ir;

import org.jspecify.annotations.NullMarked;
