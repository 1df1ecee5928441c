package io.leibniz.verify.ours;

import static io.leibniz.verify.ours.Ours.normal;

import io.leibniz.Tensor;
import io.leibniz.verify.contest.Step;
import java.util.List;

/** One block: attention, then two dense layers, each after a layer norm and added to what came in. */
final class Transformer {
  private static final int BATCH = 8;
  private static final int TIME = 128;
  private static final int WIDTH = 256;
  private static final int HEADS = 8;

  private Transformer() {}

  static Step block() {
    var params =
        List.of(
            normal(0, 0.05, WIDTH, WIDTH),
            normal(1, 0.05, WIDTH, WIDTH),
            normal(2, 0.05, WIDTH, WIDTH),
            normal(3, 0.05, WIDTH, WIDTH),
            normal(4, 0.05, WIDTH, 4 * WIDTH),
            normal(5, 0.03, 4 * WIDTH, WIDTH),
            normal(6, 1, WIDTH),
            normal(7, 0.01, WIDTH));
    return new Descent(
        (p, data) -> loss(p, data.getFirst()), params, List.of(normal(100, 1, BATCH, TIME, WIDTH)));
  }

  private static Tensor loss(List<Tensor> p, Tensor x) {
    Tensor gain = p.get(6), bias = p.get(7);
    Tensor n = normalised(x, gain, bias).reshape(BATCH * TIME, WIDTH);
    Tensor q = heads(n.matmul(p.get(0))),
        k = heads(n.matmul(p.get(1))),
        v = heads(n.matmul(p.get(2)));
    Tensor weights = // [b, h, t, t]
        q.matmul(k.transpose(0, 1, 3, 2)).times(1 / Math.sqrt(WIDTH / HEADS)).softmax(3);
    Tensor mixed = weights.matmul(v).transpose(0, 2, 1, 3).reshape(BATCH * TIME, WIDTH);
    Tensor h = mixed.matmul(p.get(3)).reshape(BATCH, TIME, WIDTH).plus(x);
    Tensor m = normalised(h, gain, bias).reshape(BATCH * TIME, WIDTH);
    Tensor f = m.matmul(p.get(4)).gelu().matmul(p.get(5)).reshape(BATCH, TIME, WIDTH).plus(h);
    return f.square().mean();
  }

  private static Tensor heads(Tensor x) { // [b t, d] -> [b, h, t, d/h]
    return x.reshape(BATCH, TIME, HEADS, WIDTH / HEADS).transpose(0, 2, 1, 3);
  }

  private static Tensor normalised(Tensor x, Tensor gain, Tensor bias) {
    int[] last = {-1};
    Tensor centred = x.minus(x.mean(last, true));
    return centred
        .times(centred.square().mean(last, true).plus(1e-5).rsqrt())
        .times(gain)
        .plus(bias);
  }
}
