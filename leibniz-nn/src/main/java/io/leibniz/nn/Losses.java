package io.leibniz.nn;

import io.leibniz.Tensor;
import io.leibniz.ir.ShapeException;

/** What training makes small: scalars, averaged over the batch. They take logits where that keeps the digits. */
public final class Losses {
  private Losses() {}

  /** Nielsen's quadratic cost ½‖a − y‖², summed over the outputs and averaged over the batch; a and y are [n, out]. */
  public static Tensor quadratic(Tensor a, Tensor y) {
    alike("the quadratic cost", a, y);
    return a.minus(y).square().sum().over(2.0 * a.dim(0));
  }

  /** (a − y)², averaged over everything. */
  public static Tensor meanSquared(Tensor a, Tensor y) {
    alike("the mean squared error", a, y);
    return a.minus(y).square().mean();
  }

  /**
   * −log softmax(logits)[label], written log Σ exp − logit so that no logit is too large.
   *
   * @param logits [n, classes]
   * @param labels [n], integers
   */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    if (logits.rank() != 2
        || labels.rank() != 1
        || logits.dim(0) != labels.dim(0)
        || !labels.dtype().isInteger())
      throw new ShapeException(
          "cross-entropy needs logits [n, classes] and integer labels [n], got %s and %s"
              .formatted(logits.type(), labels.type()));
    Tensor right = logits.takeAlong(labels.expand(-1), -1).squeeze(-1);
    return logits.logSumExp(-1).minus(right).mean();
  }

  /**
   * −y·log σ(z) − (1 − y)·log σ(−z), averaged over everything. Each logarithm is a softplus of its own: softplus(z) − y·z is
   * shorter, and 0 where 1 − σ(z) has been rounded away.
   */
  public static Tensor binaryCrossEntropy(Tensor logits, Tensor y) {
    alike("the binary cross-entropy", logits, y);
    return y.times(logits.neg().softplus()).plus(y.neg().plus(1).times(logits.softplus())).mean();
  }

  /** Broadcasting [n] against [n, 1] would average over n² pairs in silence. */
  private static void alike(String loss, Tensor a, Tensor y) {
    if (!a.type().equals(y.type()))
      throw new ShapeException(
          "%s needs predictions and targets of one type, got %s and %s; reshape or cast one of them"
              .formatted(loss, a.type(), y.type()));
  }
}
