/**
 * What lies on disk: IDX (the format of MNIST), safetensors, and checkpoints made of them. A file is not trusted: every
 * length and offset that it claims is checked, and {@link io.leibniz.nn.file.BadFile} says what is wrong with it.
 */
@NullMarked
package io.leibniz.nn.file;

import org.jspecify.annotations.NullMarked;
