package io.leibniz;

/** A function of three arguments; transforms differentiate the first. */
@FunctionalInterface
public interface Fn3<A, X, Y, B> {
  B of(A a, X x, Y y);
}
