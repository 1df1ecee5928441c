package io.leibniz;

/** A function of one argument, which may be a tensor or any tree of tensors. */
@FunctionalInterface
public interface Fn<A, B> {
  B of(A a);
}
