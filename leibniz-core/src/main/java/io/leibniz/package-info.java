/**
 * The façade: tensors, the transforms of {@link io.leibniz.Leibniz}, and records as trees of tensors.
 *
 * <pre>{@code
 * record Linear(Tensor w, Tensor b) {
 *   Tensor apply(Tensor x) { return x.matmul(w).plus(b); }
 * }
 *
 * Linear gradient = grad((Linear l) -> l.apply(x).minus(y).square().mean()).of(linear);
 * }</pre>
 *
 * <p>Start with {@link io.leibniz.Tensor} and {@link io.leibniz.Leibniz}; loops and branches that stay in the graph are in {@link
 * io.leibniz.Flow}, matrices in {@link io.leibniz.Linalg}, equations in {@link io.leibniz.Implicit}. What differentiation rests on is in {@link io.leibniz.ir}.
 */
@NullMarked
package io.leibniz;

import org.jspecify.annotations.NullMarked;
