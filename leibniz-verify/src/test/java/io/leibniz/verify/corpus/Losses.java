package io.leibniz.verify.corpus;

import io.leibniz.Tensor;
import io.leibniz.ir.DType;

/** PyTorch's losses, to be reduced as the case says. */
final class Losses {
  private Losses() {}

  interface Loss {
    Tensor of(Values v);
  }

  /** The mean of all elements; or their sum; or that over the extent of the first axis. */
  static Tensor reduced(Values v, Tensor each) {
    String reduction = v.attr("", "reduction"), formula = v.of().formula();
    if (reduction.equals("sum") || reduction.isEmpty() && v.of().id().matches(".*_sum(_.*)?"))
      return each.sum();
    if (reduction.equals("batchmean") || reduction.isEmpty() && formula.contains("over the batch"))
      return each.sum().over(each.dim(0));
    return each.mean();
  }

  private static Tensor prediction(Values v) {
    return v.get("out", "logits", "z", "yhat", "input", "x", "q");
  }

  private static Tensor target(Values v) {
    return v.get("y", "target", "t", "labels", "s");
  }

  static Tensor error(Values v) {
    return prediction(v).minus(target(v));
  }

  // ---- regression

  static Tensor huber(Values v) {
    double delta = v.attr(1, "delta");
    Tensor e = error(v), size = e.abs();
    Tensor far = size.minus(0.5 * delta).times(delta);
    return reduced(v, size.le(delta).select(e.square().times(0.5), far));
  }

  static Tensor smoothL1(Values v) {
    double beta = v.attr(1, "beta");
    Tensor e = error(v), size = e.abs();
    Tensor near = e.square().times(0.5 / beta);
    return reduced(v, size.lt(beta).select(near, size.minus(0.5 * beta)));
  }

  static Tensor logCosh(Values v) {
    Tensor e = error(v);
    return reduced(v, e.plus(e.times(-2).softplus()).minus(Math.log(2)));
  }

  static Tensor quantile(Values v) {
    double tau = v.attr(0.5, "tau", "q", "quantile");
    Tensor e = target(v).minus(prediction(v));
    return reduced(v, e.gt(0).select(e.times(tau), e.times(tau - 1)));
  }

  static Tensor gaussian(Values v) {
    Tensor e = error(v);
    Tensor s = v.has("s") ? v.get("s") : v.get("var", "v").log();
    return reduced(v, s.plus(e.square().times(s.neg().exp())).times(0.5));
  }

  /** Of the logarithm of the rate, as PyTorch's default is, or of the rate. */
  static Tensor poisson(Values v) {
    Tensor out = prediction(v), y = target(v);
    return v.attr("true", "log_input").equals("true")
        ? reduced(v, out.exp().minus(y.times(out)))
        : reduced(v, out.minus(y.times(out.plus(v.attr(1e-8, "eps")).log())));
  }

  // ---- two classes

  /** Labels −1 and 1. */
  static Tensor logistic(Values v) {
    Tensor z = v.get("x").matmul(v.get("w")).plus(v.get("b"));
    return z.times(v.get("s", "y")).neg().softplus().mean();
  }

  static Tensor binary(Values v) {
    Tensor p = v.get("p", "out", "yhat", "x"), y = target(v);
    return reduced(v, y.xlogy(p).plus(y.neg().plus(1).xlogy(p.neg().plus(1))).neg());
  }

  /** softplus(−z) for ones, by their weight, and softplus(z) for zeros. */
  static Tensor binaryOfLogits(Values v) {
    Tensor z = prediction(v), y = target(v);
    Tensor ones = y.times(z.neg().softplus()), zeros = y.neg().plus(1).times(z.softplus());
    Tensor each = (v.has("pos_weight") ? ones.times(v.get("pos_weight")) : ones).plus(zeros);
    return reduced(v, v.has("weight") ? each.times(v.get("weight")) : each);
  }

  static Tensor hinge(Values v) {
    Tensor each = target(v).times(prediction(v)).neg().plus(v.attr(1, "margin")).relu();
    return reduced(v, v.says("squared") ? each.square() : each);
  }

  // ---- many classes

  /** True at each label's place; nowhere for a label outside of the classes. */
  private static Tensor hot(Tensor logits, Tensor labels) {
    return labels.oneHot(logits.dim(-1), DType.BOOL);
  }

  /** log softmax at each label; of a label that is {@code ignored}, 0. */
  static Tensor ofLabels(Tensor logits, Tensor labels, long ignored) {
    Tensor logp = logits.logSoftmax(-1);
    Tensor at = hot(logits, labels).and(labels.ne(Tensor.of(ignored)).expand(-1));
    return at.select(logp, Tensor.of(0.0)).sum(-1);
  }

  private static Tensor weights(Values v, Tensor logits) {
    return v.has("class_weight") || v.has("weight")
        ? v.get("class_weight", "weight")
        : Tensor.ones(DType.F64, logits.dim(-1));
  }

  /** Σ of weighted rows over Σ of their labels' weights, rows of an ignored label left out; or the sum alone. */
  private static Tensor overLabels(Values v, Tensor logp, Tensor labels, double smoothing) {
    Tensor none = Tensor.of(0.0), w = weights(v, logp);
    Tensor kept = labels.ne(Tensor.of((long) v.attr(-100, "ignore_index"))).expand(-1);
    Tensor at = hot(logp, labels).and(kept);
    Tensor target = at.cast(DType.F64).times(1 - smoothing).plus(smoothing / logp.dim(-1));
    Tensor each = kept.select(target.times(w).times(logp).neg(), none);
    if (smoothing == 0) each = at.select(w.times(logp).neg(), none);
    String reduction = v.attr(v.of().id().contains("sum") ? "sum" : "mean", "reduction");
    return reduction.equals("sum") ? each.sum() : each.sum().over(at.select(w, none).sum());
  }

  static Tensor crossEntropy(Values v) {
    Tensor logp = prediction(v).logSoftmax(-1);
    Tensor target = v.get("labels", "target", "p", "y");
    if (target.dtype().isFloat()) return reduced(v, target.times(logp).sum(-1).neg()); // soft
    return overLabels(v, logp, target, v.attr(0, "label_smoothing"));
  }

  static Tensor negativeLogLikelihood(Values v) {
    return overLabels(v, v.get("logp", "log_p", "out", "x", "input"), v.get("labels", "y"), 0);
  }

  /** (1 − p)^γ of the cross-entropy, p the probability of the truth (Lin et al., 2017). */
  static Tensor focal(Values v) {
    Tensor z = prediction(v);
    double gamma = v.attr(2, "gamma");
    if (v.has("labels")) {
      Tensor logp = ofLabels(z, v.get("labels"), -1);
      Tensor each = logp.expm1().neg().pow(gamma).times(logp).neg();
      return reduced(v, each.times(v.attr(1, "alpha")));
    }
    Tensor y = v.get("y", "target", "t"), other = y.neg().plus(1);
    double alpha = v.attr(0.25, "alpha");
    Tensor ones = z.neg().sigmoid().pow(gamma).times(z.neg().softplus()).times(y);
    Tensor zeros = z.sigmoid().pow(gamma).times(z.softplus()).times(other);
    return reduced(
        v, v.hasAttr("alpha") ? ones.times(alpha).plus(zeros.times(1 - alpha)) : ones.plus(zeros));
  }

  /** Σ p (log p − log q), q the softmax of logits, or given by its logarithm. */
  static Tensor divergence(Values v) {
    Tensor logq =
        v.has("logq") || v.has("logp") || v.has("log_q")
            ? v.get("logq", "log_q", "logp")
            : v.get("logits", "z", "out").logSoftmax(-1);
    Tensor p = v.get("p", "target", "t", "y");
    Tensor each = p.xlogy(p).minus(p.times(logq));
    return v.of().formula().contains("batch") ? each.sum().over(each.dim(0)) : reduced(v, each);
  }

  static Tensor multiclassHinge(Values v) {
    Tensor z = prediction(v), labels = v.get("labels", "y"), none = Tensor.of(0.0);
    Tensor at = hot(z, labels);
    Tensor truth = at.select(z, none).sum(new int[] {-1}, true);
    Tensor each = at.select(none, z.minus(truth).plus(v.attr(1, "margin")).relu());
    return reduced(v, each);
  }

  // ---- distances

  private static Tensor cosineOf(Tensor a, Tensor b) {
    return a.times(b).sum(-1).over(a.norm(-1).times(b.norm(-1)));
  }

  /** 1 − cos for a pair alike (y = 1, or no y), max(0, cos − margin) for one that is not (y = −1). */
  static Tensor cosine(Values v) {
    Tensor cos = cosineOf(v.get("a", "x1", "u", "x"), v.get("b", "x2", "w", "y"));
    Tensor alike = cos.neg().plus(1);
    if (!v.has("s") && !(v.has("y") && v.get("y").rank() == 1)) return reduced(v, alike);
    Tensor unlike = cos.minus(v.attr(0, "margin")).relu();
    return reduced(v, v.get("s", "y").cast(DType.F64).gt(0).select(alike, unlike));
  }

  static Tensor triplet(Values v) {
    Tensor a = v.get("a", "anchor");
    Tensor near = a.minus(v.get("p", "pos", "positive")).plus(v.attr(0, "eps")).norm(-1);
    Tensor far = a.minus(v.get("n", "neg", "negative")).plus(v.attr(0, "eps")).norm(-1);
    return reduced(v, near.minus(far).plus(v.attr(1, "margin")).relu());
  }
}
