package io.leibniz;

/** The value at a point, and the map from cotangents of the result to cotangents of the argument. */
public record Pullback<A, B>(B value, Fn<B, A> pull) {}
