/**
 * {@code leibniz bench}: works, contestants, and rounds in which they take turns. {@link io.leibniz.verify.bench.Work} says what
 * is measured, {@link io.leibniz.verify.bench.Entrant} who takes part, {@link io.leibniz.verify.bench.Heat} how.
 */
@NullMarked
package io.leibniz.verify.bench;

import org.jspecify.annotations.NullMarked;
