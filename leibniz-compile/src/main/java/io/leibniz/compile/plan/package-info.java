/**
 * From a graph to kernels: which nodes get memory, which are computed within others' kernels, and where the memory
 * lies. {@link io.leibniz.compile.plan.Fusion} decides.
 */
@NullMarked
package io.leibniz.compile.plan;

import org.jspecify.annotations.NullMarked;
