package io.leibniz.verify.ours;

import io.leibniz.verify.contest.Data;
import io.leibniz.verify.contest.Step;

/** A step of the sigmoid network 784-30-10 on ten images. The innermost loops run along rows, so that javac's code is vectorised. */
final class ByHand implements Step {
  private static final int BATCH = 10;
  private static final int IN = 784;
  private static final int HIDDEN = 30;
  private static final int OUT = 10;

  private final float[] x = Data.normal(100, 1, BATCH * IN);
  private final float[] y = Data.oneHot(101, BATCH, OUT);
  private final float[] w1 = Data.normal(0, 0.04, IN * HIDDEN);
  private final float[] b1 = Data.normal(1, 0.01, HIDDEN);
  private final float[] w2 = Data.normal(2, 0.1, HIDDEN * OUT);
  private final float[] b2 = Data.normal(3, 0.01, OUT);
  private final float[] h = new float[BATCH * HIDDEN];
  private final float[] out = new float[BATCH * OUT];
  private final float[] dh = new float[BATCH * HIDDEN];
  private final float[] dout = new float[BATCH * OUT];
  private double loss;

  @Override
  public void run() {
    layer(x, w1, b1, h, IN, HIDDEN);
    layer(h, w2, b2, out, HIDDEN, OUT);
    loss = 0;
    for (int i = 0; i < out.length; i++) {
      float e = out[i] - y[i];
      loss += 0.5 * e * e;
      dout[i] = e * out[i] * (1 - out[i]);
    }
    for (int i = 0; i < BATCH; i++)
      for (int j = 0; j < HIDDEN; j++) {
        float sum = 0;
        for (int k = 0; k < OUT; k++) sum += dout[i * OUT + k] * w2[j * OUT + k];
        float a = h[i * HIDDEN + j];
        dh[i * HIDDEN + j] = sum * a * (1 - a);
      }
    descend(h, dout, w2, b2, HIDDEN, OUT);
    descend(x, dh, w1, b1, IN, HIDDEN);
  }

  /** σ(x·w + b) into {@code to}. */
  private static void layer(float[] x, float[] w, float[] b, float[] to, int in, int out) {
    for (int i = 0; i < BATCH; i++) {
      System.arraycopy(b, 0, to, i * out, out);
      for (int k = 0; k < in; k++) {
        float v = x[i * in + k];
        for (int j = 0; j < out; j++) to[i * out + j] += v * w[k * out + j];
      }
      for (int j = i * out; j < (i + 1) * out; j++) to[j] = (float) (1 / (1 + Math.exp(-to[j])));
    }
  }

  /** w − η xᵀ·δ and b − η Σ δ. */
  private static void descend(float[] x, float[] d, float[] w, float[] b, int in, int out) {
    float rate = (float) Descent.RATE;
    for (int i = 0; i < BATCH; i++) {
      for (int k = 0; k < in; k++) {
        float v = rate * x[i * in + k];
        for (int j = 0; j < out; j++) w[k * out + j] -= v * d[i * out + j];
      }
      for (int j = 0; j < out; j++) b[j] -= rate * d[i * out + j];
    }
  }

  @Override
  public double value() {
    return loss;
  }
}
