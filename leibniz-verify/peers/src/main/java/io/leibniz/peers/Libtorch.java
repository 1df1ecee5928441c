package io.leibniz.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.LayerNorm;
import io.leibniz.verify.contest.Contest;
import io.leibniz.verify.contest.Data;
import io.leibniz.verify.contest.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** libtorch through DJL. What a step leaves behind is freed at its end, by an {@link NDScope}: else it piles up, and takes ten times as long. */
public final class Libtorch {
  private static final float RATE = 0.01f;

  private final NDManager manager = NDManager.newBaseManager();
  private final List<NDArray> params = new ArrayList<>();

  private Libtorch() {}

  public static void main(String[] args) throws IOException {
    Contest.serve(args, work -> new Libtorch().work(work));
  }

  private Step work(String work) {
    return switch (work) {
      case "idle" -> {
        NDArray x = param(1, 1);
        yield descent(() -> x.square().sum());
      }
      case "784-30-10" -> sigmoidNet();
      case "784-128-10" -> reluNet(64, 784, 128, 10);
      case "784-1024-1024-10" -> reluNet(256, 784, 1024, 1024, 10);
      case "transformer" -> transformer();
      case "pointwise" -> {
        NDArray x = param(1, 1_000_000), y = param(1, 1_000_000);
        yield descent(() -> x.tanh().mul(Activation.sigmoid(y)).add(x.square().neg().exp()).sum());
      }
      case "rosenbrock", "rosenbrock-tensor" -> {
        NDArray x = param(1, 100);
        yield descent(() -> rosenbrock(x));
      }
      default -> throw new IllegalArgumentException("no work " + work);
    };
  }

  private Step descent(Supplier<NDArray> loss) {
    return new Step() {
      private NDArray value = manager.create(Float.NaN);

      @Override
      public void run() {
        value.close();
        try (var _ = new NDScope()) {
          try (var gradients = Engine.getInstance().newGradientCollector()) {
            gradients.zeroGradients();
            value = loss.get();
            gradients.backward(value);
            NDScope.unregister(value);
          }
          for (NDArray p : params)
            try (NDArray g = p.getGradient();
                NDArray change = g.mul(RATE)) {
              p.subi(change);
            }
        }
      }

      @Override
      public double value() {
        return value.getFloat();
      }
    };
  }

  /** The next parameter. */
  private NDArray param(double scale, int... dims) {
    NDArray p = normal(params.size(), scale, dims);
    p.setRequiresGradient(true);
    params.add(p);
    return p;
  }

  private NDArray normal(int stream, double scale, int... dims) {
    var shape = new Shape(Arrays.stream(dims).asLongStream().toArray());
    return manager.create(Data.normal(stream, scale, (int) shape.size()), shape);
  }

  private NDArray labels(int batch) {
    return manager.create(Data.oneHot(101, batch, 10), new Shape(batch, 10));
  }

  private Step sigmoidNet() {
    int batch = 10;
    NDArray x = normal(100, 1, batch, 784), y = labels(batch);
    NDArray w1 = param(0.04, 784, 30), b1 = param(0.01, 30);
    NDArray w2 = param(0.1, 30, 10), b2 = param(0.01, 10);
    return descent(
        () -> {
          NDArray h = Activation.sigmoid(x.matMul(w1).add(b1));
          NDArray out = Activation.sigmoid(h.matMul(w2).add(b2));
          return out.sub(y).square().sum().mul(0.5f);
        });
  }

  private Step reluNet(int batch, int... sizes) {
    NDArray x = normal(100, 1, batch, sizes[0]), y = labels(batch);
    int last = sizes.length - 2;
    for (int i = 0; i <= last; i++) {
      param(i == 0 ? 0.04 : last > 1 ? 0.03 : 0.1, sizes[i], sizes[i + 1]);
      param(0.01, sizes[i + 1]);
    }
    return descent(
        () -> {
          NDArray h = x;
          for (int i = 0; i <= last; i++) {
            h = h.matMul(params.get(2 * i)).add(params.get(2 * i + 1));
            if (i < last) h = Activation.relu(h);
          }
          return h.logSoftmax(1).mul(y).sum().neg().div(batch);
        });
  }

  private static NDArray rosenbrock(NDArray x) {
    NDArray b = x.get("1:"), a = x.get(":-1");
    return b.sub(a.square()).square().mul(100f).add(a.neg().add(1f).square()).sum().mul(1e-6f);
  }

  private Step transformer() {
    int batch = 8, time = 128, rows = batch * time, d = 256, heads = 8, head = d / heads;
    NDArray x = normal(100, 1, batch, time, d);
    NDArray wq = param(0.05, d, d), wk = param(0.05, d, d), wv = param(0.05, d, d);
    NDArray wo = param(0.05, d, d), w1 = param(0.05, d, 4 * d), w2 = param(0.03, 4 * d, d);
    NDArray gain = param(1, d), bias = param(0.01, d);
    UnaryOperator<NDArray> normalised =
        v -> LayerNorm.layerNorm(v, new Shape(d), gain, bias, 1e-5f).singletonOrThrow();
    UnaryOperator<NDArray> apart = v -> v.reshape(batch, time, heads, head).transpose(0, 2, 1, 3);
    return descent(
        () -> {
          NDArray n = normalised.apply(x).reshape(rows, d);
          NDArray q = apart.apply(n.matMul(wq)),
              k = apart.apply(n.matMul(wk)),
              v = apart.apply(n.matMul(wv));
          NDArray weights =
              q.matMul(k.transpose(0, 1, 3, 2)).mul(1 / (float) Math.sqrt(head)).softmax(3);
          NDArray mixed = weights.matMul(v).transpose(0, 2, 1, 3).reshape(rows, d);
          NDArray h = mixed.matMul(wo).reshape(batch, time, d).add(x);
          NDArray m = normalised.apply(h).reshape(rows, d);
          NDArray f = Activation.gelu(m.matMul(w1)).matMul(w2).reshape(batch, time, d).add(h);
          return f.square().mean();
        });
  }
}
