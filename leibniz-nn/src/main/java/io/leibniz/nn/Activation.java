package io.leibniz.nn;

import io.leibniz.Tensor;
import java.util.function.UnaryOperator;

/** A function of one number, applied to each element. In a record it is structure: it is carried along, not differentiated. */
public enum Activation {
  IDENTITY(x -> x),
  SIGMOID(Tensor::sigmoid),
  TANH(Tensor::tanh),
  RELU(Tensor::relu),
  SOFTPLUS(Tensor::softplus),
  GELU(Tensor::gelu),
  SILU(Tensor::silu);

  private final UnaryOperator<Tensor> f;

  Activation(UnaryOperator<Tensor> f) {
    this.f = f;
  }

  public Tensor apply(Tensor x) {
    return f.apply(x);
  }
}
