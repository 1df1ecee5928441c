/** Contestants in Java without a library: ours, what one writes by hand, and the machine's roofs. */
@NullMarked
package io.leibniz.verify.ours;

import org.jspecify.annotations.NullMarked;
