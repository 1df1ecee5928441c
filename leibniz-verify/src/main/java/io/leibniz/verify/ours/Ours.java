package io.leibniz.verify.ours;

import static io.leibniz.Leibniz.jit;

import io.leibniz.Fn2;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.verify.contest.Contest;
import io.leibniz.verify.contest.Data;
import io.leibniz.verify.contest.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Leibniz itself: each work as a user would write it. Streams of {@link Data}: parameters from 0 on, data from 100 on. */
public final class Ours {
  private static final int DATA = 100;

  private Ours() {}

  /** {@code WORK THREADS DATA}. */
  public static void main(String[] args) throws IOException {
    Contest.serve(args, work -> work(work, Path.of(args[2])));
  }

  /** {@code data} is the folder of MNIST, which one work needs. */
  static Step work(String work, Path data) {
    return switch (work) {
      case "idle" -> new Descent((p, _) -> p.getFirst().square(), List.of(normal(0, 1)), List.of());
      case "784-30-10" -> sigmoidNet(10, 784, 30, 10);
      case "784-128-10" -> reluNet(64, 784, 128, 10);
      case "784-1024-1024-10" -> reluNet(256, 784, 1024, 1024, 10);
      case "transformer" -> Transformer.block();
      case "pointwise" ->
          new Descent(
              (p, _) -> pointwise(p.get(0), p.get(1)),
              List.of(normal(0, 1, 1_000_000), normal(1, 1, 1_000_000)),
              List.of());
      case "rosenbrock" -> onArrays(Primitive.of(Ours::rosenbrock, 100), 100);
      case "rosenbrock-tensor" ->
          new Descent((p, _) -> rosenbrock(p.getFirst()), List.of(normal(0, 1, 100)), List.of());
      case "log-sum-exp" ->
          new Descent((p, _) -> p.getFirst().logSumExp(), List.of(normal(0, 1, 10_000)), List.of());
      case "gemm-512" -> product(512);
      case "gemm-1024" -> product(1024);
      case "train-mnist" -> Digits.of(data);
      default -> throw new IllegalArgumentException("no work " + work);
    };
  }

  static Tensor normal(int stream, double scale, int... dims) {
    int n = 1;
    for (int d : dims) n *= d;
    return Tensor.of(Data.normal(stream, scale, n), dims);
  }

  /** x, then y, one of ten classes a row. */
  private static List<Tensor> examples(int batch, int pixels) {
    return List.of(
        normal(DATA, 1, batch, pixels), Tensor.of(Data.oneHot(DATA + 1, batch, 10), batch, 10));
  }

  /** Matrices and biases in turn; the last matrix of a net starts wider if its inputs are few. */
  private static List<Tensor> layers(double last, int... sizes) {
    var params = new ArrayList<Tensor>();
    for (int i = 1; i < sizes.length; i++) {
      double scale = i == 1 ? 0.04 : last;
      params.add(normal(params.size(), scale, sizes[i - 1], sizes[i]));
      params.add(normal(params.size(), 0.01, sizes[i]));
    }
    return params;
  }

  private static Tensor affine(List<Tensor> p, int layer, Tensor x) {
    return x.matmul(p.get(2 * layer)).plus(p.get(2 * layer + 1));
  }

  /** Quadratic cost, summed over the batch. */
  private static Step sigmoidNet(int batch, int... sizes) {
    Fn2<List<Tensor>, List<Tensor>, Tensor> loss =
        (p, data) -> {
          Tensor h = affine(p, 0, data.get(0)).sigmoid();
          return affine(p, 1, h).sigmoid().minus(data.get(1)).square().sum().times(0.5);
        };
    return new Descent(loss, layers(0.1, sizes), examples(batch, sizes[0]));
  }

  /** Cross-entropy, averaged over the batch. */
  private static Step reluNet(int batch, int... sizes) {
    int last = sizes.length - 2;
    Fn2<List<Tensor>, List<Tensor>, Tensor> loss =
        (p, data) -> {
          Tensor h = data.get(0);
          for (int i = 0; i < last; i++) h = affine(p, i, h).relu();
          return affine(p, last, h).logSoftmax(1).times(data.get(1)).sum().neg().over(batch);
        };
    return new Descent(loss, layers(last > 1 ? 0.03 : 0.1, sizes), examples(batch, sizes[0]));
  }

  private static Tensor pointwise(Tensor x, Tensor y) {
    return x.tanh().times(y.sigmoid()).plus(x.square().neg().exp()).sum();
  }

  /** Made small, so that descent does not run away. */
  private static Tensor rosenbrock(Tensor x) {
    int n = x.dim(0);
    Tensor a = x.slice(Range.of(0, n - 1)), b = x.slice(Range.of(1, n));
    return b.minus(a.square())
        .square()
        .times(100)
        .plus(a.neg().plus(1).square())
        .sum()
        .times(Rosenbrock.SMALL);
  }

  private static Step onArrays(Primitive f, int n) {
    return new Rosenbrock(f::at, n);
  }

  private static Step product(int n) {
    var f = jit((Tensor a, Tensor b) -> a.matmul(b));
    Tensor a = normal(0, 1, n, n), b = normal(1, 1, n, n);
    return new Step() {
      private Tensor c = a;

      @Override
      public void run() {
        c = f.of(a, b);
      }

      @Override
      public double value() {
        return c.at(0, 0).item();
      }
    };
  }
}
