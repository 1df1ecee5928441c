package io.leibniz;

/** A value to differentiate, and whatever else the function found on the way: statistics, metrics, new state. */
public record Aux<S>(Tensor value, S aux) {

  /** The value, the gradient, and the rest, which was not differentiated. */
  public record Valued<S, G>(Tensor value, S aux, G grad) {}
}
