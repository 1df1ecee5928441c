/** The {@code leibniz} command line: one class for each command, {@link io.leibniz.cli.Main} above them. */
@NullMarked
package io.leibniz.cli;

import org.jspecify.annotations.NullMarked;
