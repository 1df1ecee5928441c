/**
 * What one lane of a kernel computes: {@link io.leibniz.compile.lane.Expr}, a graph of steps that have one meaning in
 * scalars and in vectors of any width, and the elementary functions written in such steps.
 */
@NullMarked
package io.leibniz.compile.lane;

import org.jspecify.annotations.NullMarked;
