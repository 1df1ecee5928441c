package io.leibniz.verify.ours;

import io.leibniz.verify.contest.Data;
import io.leibniz.verify.contest.Step;

/** Descent on plain arrays, along a gradient that anybody may have written. */
final class Rosenbrock implements Step {
  static final double SMALL = 1e-6;

  private final Gradient f;
  private final float[] x;
  private final float[] gradient;
  private double value;

  /** The value at x; the gradient there goes into the second array. */
  interface Gradient {
    float at(float[] x, float[] gradient);
  }

  Rosenbrock(Gradient f, int n) {
    this.f = f;
    x = Data.normal(0, 1, n);
    gradient = new float[n];
  }

  @Override
  public void run() {
    value = f.at(x, gradient);
    for (int i = 0; i < x.length; i++) x[i] -= (float) Descent.RATE * gradient[i];
  }

  @Override
  public double value() {
    return value;
  }

  /** By hand: Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², in one pass. */
  static float byHand(float[] x, float[] gradient) {
    float small = (float) SMALL, sum = 0, left = 0;
    for (int i = 0; i < x.length - 1; i++) {
      float a = x[i], t = x[i + 1] - a * a, u = 1 - a;
      sum += 100 * t * t + u * u;
      gradient[i] = small * (left - 400 * a * t - 2 * u);
      left = 200 * t;
    }
    gradient[x.length - 1] = small * left;
    return small * sum;
  }
}
