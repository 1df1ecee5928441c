package io.leibniz;

/** A point and a direction, or a result and how it moves along it: two trees of one shape. */
public record Dual<T>(T value, T tangent) {}
