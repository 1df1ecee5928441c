/** Examples to learn from, and the order in which to take them. */
@NullMarked
package io.leibniz.nn.data;

import org.jspecify.annotations.NullMarked;
