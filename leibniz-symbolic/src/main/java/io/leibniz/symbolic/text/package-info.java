/**
 * Text to graphs and back: the expression language, its errors, and formulas as plain text, for the
 * screen and in LaTeX.
 */
@NullMarked
package io.leibniz.symbolic.text;

import org.jspecify.annotations.NullMarked;
