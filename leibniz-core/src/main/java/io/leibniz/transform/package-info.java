/**
 * Graph in, graph out: the transforms.
 *
 * <p>{@link io.leibniz.transform.Jvp} puts tangents beside points; it asks each op how its result depends on each
 * operand and knows no op by name. {@link io.leibniz.transform.Transpose} reads a linear map backwards. Reverse mode
 * is the one, then the other. {@link io.leibniz.transform.Taylor} reads the same tangents as recurrences of power
 * series, for all orders at once. {@link io.leibniz.transform.Vmap} gives every op one more axis: a Jacobian is the
 * pull-back, mapped over the unit vectors. {@link io.leibniz.transform.Linearized} cuts the linear part out, so that a
 * function is evaluated once however often its derivative is applied. {@link io.leibniz.transform.Simplify} rewrites
 * by {@link io.leibniz.transform.Law laws}.
 *
 * <p>All of them emit into the current {@link io.leibniz.ir.Scope}, so that they nest freely.
 */
@NullMarked
package io.leibniz.transform;

import org.jspecify.annotations.NullMarked;
