/**
 * The {@code leibniz} command line: one class for each command, {@link io.leibniz.cli.Main} above them.
 *
 * <p>{@link io.leibniz.cli.Train} is {@code leibniz train}: a {@code Recipe} says what is trained and how, a {@code
 * Run} is how far it has come, {@code Training} takes it further, a {@code Story} tells of it.
 *
 * <p>{@link io.leibniz.cli.BackpropCommand} is {@code leibniz backprop}: a {@code NetRequest} and perhaps a {@code NetFile} make a {@code
 * NetExample}, whose {@code BackpropStory} is told as {@code BackpropText} or {@code BackpropJson}.
 */
@NullMarked
package io.leibniz.cli;

import org.jspecify.annotations.NullMarked;
