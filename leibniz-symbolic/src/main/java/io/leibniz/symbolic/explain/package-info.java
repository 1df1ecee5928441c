/**
 * Derivatives, shown: formulas with the steps that led to them, tree diagrams, implicit curves, claims, networks.
 */
@NullMarked
package io.leibniz.symbolic.explain;

import org.jspecify.annotations.NullMarked;
