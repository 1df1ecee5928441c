/**
 * Text to graphs and back: the expression language, its errors, and formulas as plain text, for the
 * screen and in LaTeX.
 *
 * <p>The language: numbers ({@code 12}, {@code .5}, {@code 1e-3}), {@code pi}, {@code e}, names, {@code + - * /}, {@code ^} or
 * {@code **}, comparisons, {@code and or not}, {@code if(c, a, b)} and functions. Powers bind tighter than a sign ({@code -x^2} is
 * −(x²), {@code 2^-x} is 2^(−x)) and group from the right; a sign binds less than a product ({@code -a*b} is −(ab)). A number directly
 * before a name or a parenthesis stands for a product with it, written out: {@code 1/2x} is {@code 1/2*x}. {@code e^u} is
 * {@code exp(u)}. Numbers and conditions are two types. {@code · × − √ ² ≤ ≥ ≠ π} mean what they look like.
 */
@NullMarked
package io.leibniz.symbolic.text;

import org.jspecify.annotations.NullMarked;
