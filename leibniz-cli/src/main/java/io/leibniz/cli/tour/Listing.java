package io.leibniz.cli.tour;

/**
 * The lecture's program, line by line in plain Java doubles: no tensor, no engine. That every layer is one number wide is what makes it
 * right.
 */
record Listing(
    double z1,
    double a1,
    double z2,
    double yHat,
    double loss,
    double dLdYHat,
    double dYHatDz2,
    double dLdZ2,
    double dLdW2,
    double dLdB2,
    double dLdA1,
    double dA1dZ1,
    double dLdZ1,
    double dLdW1,
    double dLdB1) {

  static double outer(double u) {
    return Math.sin(u);
  }

  static double inner(double x) {
    return x * x;
  }

  static double chainDeriv(double x) {
    double u = inner(x), dyDu = Math.cos(u), duDx = 2 * x;
    return dyDu * duDx;
  }

  static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  static double sigmoidPrime(double z) {
    double s = sigmoid(z);
    return s * (1 - s);
  }

  static Listing run(double x) {
    double w1 = 0.5, b1 = 0.1, z1 = w1 * x + b1, a1 = sigmoid(z1);
    double w2 = 1.5, b2 = 0.2, z2 = w2 * a1 + b2, yHat = sigmoid(z2);
    double yTrue = 0.8, loss = 0.5 * (yHat - yTrue) * (yHat - yTrue);
    double dLdYHat = yHat - yTrue, dYHatDz2 = sigmoidPrime(z2), dLdZ2 = dLdYHat * dYHatDz2;
    double dLdA1 = w2 * dLdZ2, dA1dZ1 = sigmoidPrime(z1), dLdZ1 = dLdA1 * dA1dZ1;
    return new Listing(
        z1,
        a1,
        z2,
        yHat,
        loss,
        dLdYHat,
        dYHatDz2,
        dLdZ2,
        dLdZ2 * a1,
        dLdZ2,
        dLdA1,
        dA1dZ1,
        dLdZ1,
        dLdZ1 * x,
        dLdZ1);
  }
}
