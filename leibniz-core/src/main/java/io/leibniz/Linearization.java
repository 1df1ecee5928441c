package io.leibniz;

/**
 * The derivative at a point: the value there, and a linear map with its transpose. {@code push} takes a
 * tangent of the argument to that of the result, {@code pull} a cotangent of the result to that of the argument.
 */
public record Linearization<A, B>(B value, Fn<A, B> push, Fn<B, A> pull) {}
