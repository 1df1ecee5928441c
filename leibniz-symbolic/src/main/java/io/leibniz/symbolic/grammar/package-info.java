/** The grammar of expressions ({@code Math.g4}), and lexer and parser that ANTLR makes of it. */
@NullMarked
package io.leibniz.symbolic.grammar;

import org.jspecify.annotations.NullMarked;
