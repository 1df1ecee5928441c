/**
 * Derivatives, shown: formulas with the steps that led to them, tree diagrams, implicit curves, claims, networks.
 *
 * <p>{@link io.leibniz.symbolic.explain.Derivatives} gives formulas of any order. Each is found by forward mode over one op at a time ({@code Differentiation}),
 * whose log ({@link io.leibniz.symbolic.explain.Derivation}) is told as nested lessons ({@link io.leibniz.symbolic.explain.Lesson}) or as steps ({@link
 * io.leibniz.symbolic.explain.Step}), and checked by somebody who knows no derivative ({@link io.leibniz.symbolic.explain.Checker}). {@link
 * io.leibniz.symbolic.explain.ChainRule} is about several equations, {@link io.leibniz.symbolic.explain.ImplicitFunction} about equations that define,
 * {@link io.leibniz.symbolic.explain.Claim} about claimed derivatives.
 *
 * <p>{@link io.leibniz.symbolic.explain.Backprop} tells one reverse pass through a network layer by layer: which layers there are
 * ({@code Layers}, {@code Nonlinearity}), what arrived in their middle ({@code Probed}), in the notation of the field ({@code Notation}).
 *
 * <p>{@link io.leibniz.symbolic.explain.Diagram} is the tree diagram of the chain rule: quantities, partials, and the sum over the
 * paths between them ({@link io.leibniz.symbolic.explain.Paths}). It can be drawn on the screen ({@link
 * io.leibniz.symbolic.explain.DiagramText}), as a picture ({@link io.leibniz.symbolic.explain.DiagramSvg}), or left to Graphviz ({@link
 * io.leibniz.symbolic.explain.DiagramDot}).
 *
 * <p>What somebody says about a derivative is judged by {@link io.leibniz.symbolic.explain.Claim}, a formula, or by {@link
 * io.leibniz.symbolic.explain.GradientClaim}, a backward pass in Java.
 */
@NullMarked
package io.leibniz.symbolic.explain;

import org.jspecify.annotations.NullMarked;
