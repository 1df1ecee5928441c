package io.leibniz;

/** A function of two arguments; transforms differentiate the first. */
@FunctionalInterface
public interface Fn2<A, X, B> {
  B of(A a, X x);
}
