/** The door through which a compiler comes in: {@link io.leibniz.backend.Backend}. */
@NullMarked
package io.leibniz.backend;

import org.jspecify.annotations.NullMarked;
