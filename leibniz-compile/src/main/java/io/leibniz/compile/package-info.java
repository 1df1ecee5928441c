/** The compiler's door: {@link io.leibniz.compile.Compiler}, which {@code jit} finds on the module path. */
@NullMarked
package io.leibniz.compile;

import org.jspecify.annotations.NullMarked;
