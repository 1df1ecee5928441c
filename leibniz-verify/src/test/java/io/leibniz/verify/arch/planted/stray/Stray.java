package io.leibniz.verify.arch.planted.stray;

/** Stands in no layer. */
record Stray() {}
