/**
 * Neural networks as records: a layer holds its tensors, and the gradient of a model is a model.
 *
 * <p>Read {@link io.leibniz.nn.Dense} and {@link io.leibniz.nn.Mlp} (what a network is), {@link io.leibniz.nn.Losses}
 * (what it is to make small), {@link io.leibniz.nn.Optimizer} (how it moves), {@link io.leibniz.nn.Trainer} (all of it
 * together). {@link io.leibniz.nn.data} has examples to learn from, {@link io.leibniz.nn.file} what lies on disk.
 */
@NullMarked
package io.leibniz.nn;

import org.jspecify.annotations.NullMarked;
