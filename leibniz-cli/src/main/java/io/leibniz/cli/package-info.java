/**
 * The {@code leibniz} command line: one class for each command, {@link io.leibniz.cli.Main} above them.
 *
 * <p>{@link io.leibniz.cli.Train} is {@code leibniz train}: a {@code Recipe} says what is trained and how, a {@code
 * Run} is how far it has come, {@code Training} takes it further, a {@code Story} tells of it.
 */
@NullMarked
package io.leibniz.cli;

import org.jspecify.annotations.NullMarked;
