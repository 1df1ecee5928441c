package io.leibniz;

/** A function's value and its gradient. */
public record Valued<V, G>(V value, G grad) {}
