/**
 * Is a derivative right? {@link io.leibniz.check.Check} compares both modes with each other and with differences of the
 * function itself, at any order. For users' own ops as for ours.
 */
@NullMarked
package io.leibniz.check;

import org.jspecify.annotations.NullMarked;
