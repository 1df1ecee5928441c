/**
 * Graph in, graph out: the transforms.
 *
 * <p>{@link io.leibniz.transform.Jvp} puts tangents beside points; it asks each op how its result depends on each
 * operand and knows no op by name. {@link io.leibniz.transform.Transpose} reads a linear map backwards. Reverse mode
 * is the one, then the other. {@link io.leibniz.transform.Taylor} reads the same tangents as recurrences of power
 * series, for all orders at once. {@link io.leibniz.transform.Vmap} gives every op one more axis: a Jacobian is the
 * pull-back, mapped over the unit vectors. {@link io.leibniz.transform.Linearized} cuts the linear part out, so that a
 * function is evaluated once however often its derivative is applied. {@link io.leibniz.transform.Simplify} rewrites
 * by {@link io.leibniz.transform.Law laws}. {@link io.leibniz.transform.Sparsity} tells which derivatives are 0 whatever
 * the numbers. {@link io.leibniz.transform.Log} is where they write down their steps when asked.
 *
 * <p>Ops with graphs inside have a rule for each transform: {@code ControlRules}. Forward mode through a loop gives one
 * loop on points and tangents; {@link io.leibniz.transform.Split} makes of it a loop that is known and one that is linear, and only
 * that is transposed. On straight-line code splitting changes nothing.
 *
 * <p>All of them emit into the current {@link io.leibniz.ir.Scope}, so that they nest freely.
 */
@NullMarked
package io.leibniz.transform;

import org.jspecify.annotations.NullMarked;
