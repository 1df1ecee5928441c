package io.leibniz.verify.arch.planted.compile;

/** What a network must not see. */
public record Jit() {}
