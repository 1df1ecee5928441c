/**
 * Graphs of numbers as mathematics: exact rationals, sums and products with any number of terms, and the
 * laws that rearrange them until they are as simple as one would write them.
 */
@NullMarked
package io.leibniz.symbolic.algebra;

import org.jspecify.annotations.NullMarked;
