/**
 * The language that functions are traced to: immutable graphs of tensor operations.
 *
 * <h2>The grammar</h2>
 *
 * <pre>
 * graph   = parameters, results            closed: results reach nothing but parameters and constants
 * node    = op, operands                   of one {@link io.leibniz.ir.Scope}, made once, compared by identity
 * kind    = type | stack of kind | tuple   what a node stands for
 * type    = dtype, shape                   f64[3, 4]
 * op      = source | pointwise | movement | reduction | contraction | indexing | linalg | random
 *         | packing                        part of a tuple; rows of an array as a stack, and back
 *         | control                        call, cond, loop, custom, external, linearSolve: ops with graphs inside
 * linalg  = of one result | factoring       of several, each a {@link io.leibniz.ir.Packing.Part} of the node
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
 * <h2>Control flow</h2>
 *
 * A {@link io.leibniz.ir.Control} op holds closed graphs; what they need from outside are operands, so nothing in a scope
 * refers to another. Every loop is a {@link io.leibniz.ir.Loop}: it counts its turns, and what its turns write are
 * stacks, sequences as long as the run. That is all that reverse mode through a data-dependent loop takes; {@code
 * io.leibniz.transform.Split} says how.
 *
 * <h2>Reading order</h2>
 *
 * {@link io.leibniz.ir.Dependence}, {@link io.leibniz.ir.Pointwise} (the derivative table), {@link
 * io.leibniz.ir.Delta}, {@link io.leibniz.ir.Scope}; then {@code io.leibniz.transform}; then {@link io.leibniz.ir.Loop}.
 */
@NullMarked
package io.leibniz.ir;

import org.jspecify.annotations.NullMarked;
