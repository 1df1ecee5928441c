/** Architecture rules, benchmarks and time budgets, and the recorded results of other systems. */
@NullMarked
package io.leibniz.verify;

import org.jspecify.annotations.NullMarked;
