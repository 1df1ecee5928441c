package io.leibniz;

/** A function of four arguments; transforms differentiate the first. */
@FunctionalInterface
public interface Fn4<A, X, Y, Z, B> {
  B of(A a, X x, Y y, Z z);
}
