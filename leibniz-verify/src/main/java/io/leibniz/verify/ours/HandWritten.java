package io.leibniz.verify.ours;

import io.leibniz.verify.contest.Contest;
import io.leibniz.verify.contest.Data;
import io.leibniz.verify.contest.Step;
import java.io.IOException;

/** What one writes without a library: loops over arrays, the derivatives worked out on paper. */
public final class HandWritten {
  private HandWritten() {}

  public static void main(String[] args) throws IOException {
    Contest.serve(args, HandWritten::work);
  }

  static Step work(String work) {
    return switch (work) {
      case "idle" -> new Rosenbrock((_, _) -> 0, 1);
      case "784-30-10" -> new ByHand();
      case "rosenbrock", "rosenbrock-tensor" -> new Rosenbrock(Rosenbrock::byHand, 100);
      case "log-sum-exp" -> new LogSumExp(Data.normal(0, 1, 10_000));
      default -> throw new IllegalArgumentException("no work " + work);
    };
  }

  /** log Σ exp x; its gradient is the softmax. */
  private static final class LogSumExp implements Step {
    private final float[] x;
    private final float[] e;
    private double value;

    LogSumExp(float[] x) {
      this.x = x;
      e = new float[x.length];
    }

    @Override
    public void run() {
      float max = Float.NEGATIVE_INFINITY, sum = 0;
      for (float v : x) max = Math.max(max, v);
      for (int i = 0; i < x.length; i++) sum += e[i] = (float) Math.exp(x[i] - max);
      float rate = (float) Descent.RATE / sum;
      for (int i = 0; i < x.length; i++) x[i] -= rate * e[i];
      value = max + Math.log(sum);
    }

    @Override
    public double value() {
      return value;
    }
  }
}
