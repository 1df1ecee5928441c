package io.leibniz.cli.tour;

import io.leibniz.Tensor;

/** Two dense layers, sigmoid after each; z = W·x + b, weights [out, in]. */
record Net(Tensor w1, Tensor b1, Tensor w2, Tensor b2) {
  static final double TARGET = 0.8;

  /** 1-1-1: the net that the lecture's program trains on one example. */
  static final Net TOY =
      new Net(
          Tensor.of(new double[][] {{0.5}}),
          Tensor.vector(0.1),
          Tensor.of(new double[][] {{1.5}}),
          Tensor.vector(0.2));

  /** 3-2-1: wide enough for a transpose to matter. */
  static final Net WIDE =
      new Net(
          Tensor.of(new double[][] {{0.5, -0.25, 0.75}, {1, 0.125, -0.5}}),
          Tensor.vector(0.1, -0.2),
          Tensor.of(new double[][] {{1.5, -0.75}}),
          Tensor.vector(0.2));

  static Tensor toyInput() {
    return Tensor.vector(1);
  }

  static Tensor wideInput() {
    return Tensor.vector(1, -2, 0.5);
  }

  /** ½‖a² − y‖². */
  static Tensor loss(Net n, Tensor x) {
    Tensor a1 = n.w1.matmul(x).plus(n.b1).sigmoid();
    Tensor a2 = n.w2.matmul(a1).plus(n.b2).sigmoid();
    return a2.minus(TARGET).square().sum().times(0.5);
  }

  /** A backward pass by hand, all its stations at hand to get one wrong. */
  record Pass(Net n, Tensor x, Tensor a1, Tensor a2, Tensor delta2, Tensor delta1) {
    static Pass of(Net n, Tensor x) {
      Tensor a1 = n.w1.matmul(x).plus(n.b1).sigmoid();
      Tensor a2 = n.w2.matmul(a1).plus(n.b2).sigmoid();
      Tensor delta2 = a2.minus(TARGET).times(slope(a2));
      Tensor delta1 = n.w2.transpose().matmul(delta2).times(slope(a1));
      return new Pass(n, x, a1, a2, delta2, delta1);
    }

    /** s(1 − s), by the value of σ. */
    static Tensor slope(Tensor s) {
      return s.times(s.neg().plus(1));
    }

    Net gradient() {
      return gradient(delta1);
    }

    Net gradient(Tensor d1) {
      return new Net(d1.outer(x), d1, delta2.outer(a1), delta2);
    }
  }
}
