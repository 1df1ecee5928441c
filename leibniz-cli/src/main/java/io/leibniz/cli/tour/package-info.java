/**
 * The lecture on the chain rule and back-propagation as fourteen short programs: what it computes, computed; where it errs, caught by
 * the library. {@link io.leibniz.cli.tour.Section} is one of them, {@link io.leibniz.cli.tour.Stage} where they print.
 */
@NullMarked
package io.leibniz.cli.tour;

import org.jspecify.annotations.NullMarked;
