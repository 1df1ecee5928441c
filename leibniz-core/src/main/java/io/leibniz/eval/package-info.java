/**
 * The reference interpreter: what every op means. One class for each family of ops; {@link
 * io.leibniz.eval.Interpreter} is the way in, {@link io.leibniz.eval.Program} runs a whole graph.
 */
@NullMarked
package io.leibniz.eval;

import org.jspecify.annotations.NullMarked;
