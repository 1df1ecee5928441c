/**
 * From expressions to code: {@link io.leibniz.compile.emit.Loop} over rows of lanes, tiles of contractions, and how both
 * are said in scalars and in vectors.
 */
@NullMarked
package io.leibniz.compile.emit;

import org.jspecify.annotations.NullMarked;
