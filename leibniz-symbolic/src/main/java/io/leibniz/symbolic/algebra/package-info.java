/**
 * Graphs of numbers as mathematics: exact rationals, sums and products with any number of terms, and the
 * laws that rearrange them until they are as simple as one would write them.
 *
 * <p>Read {@code Sum} and {@code Product}, the two ways to look at a node; {@code Rearranging}, the list of laws; {@code Factoring}, the search for the
 * shortest form; {@link io.leibniz.symbolic.algebra.Tidy}, which applies them all.
 */
@NullMarked
package io.leibniz.symbolic.algebra;

import org.jspecify.annotations.NullMarked;
