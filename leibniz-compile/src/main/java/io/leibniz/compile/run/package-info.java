/**
 * What runs: loops and contractions over the emitted code, the memory of one call, and how vector code is warmed before
 * it takes over from its scalar twin.
 */
@NullMarked
package io.leibniz.compile.run;

import org.jspecify.annotations.NullMarked;
