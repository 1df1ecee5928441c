package io.leibniz.compile;

import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.valueAndGrad;

import io.leibniz.Fn3;
import io.leibniz.Jit;
import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.backend.Backend;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Trains two networks, their parameters donated, and prints what became of them. */
final class TrainingRun {
  private TrainingRun() {}

  /** A network, its loss, and an optimizer's step. */
  record Training(
      String name,
      Jit.Of3<List<Tensor>, Tensor, Tensor, List<Tensor>> step,
      List<Tensor> start,
      int inputs,
      int classes,
      int batch,
      DType type) {

    /** Inputs and one-hot targets of step {@code i}. */
    List<Tensor> data(int i) {
      Key key = Key.of(77).fold(i);
      Tensor x = key.uniform(DType.F64, batch, inputs).cast(type);
      Tensor y = key.fold(1).uniform(DType.F64, batch, classes).argmax(1).oneHot(classes, type);
      return List.of(x, y);
    }
  }

  /** 784-30-10 as in Nielsen's book: sigmoids, quadratic loss, plain descent. */
  static Training quadratic() {
    return training(
        "784-30-10",
        (w, x, y) ->
            dense(dense(x, w, 0).sigmoid(), w, 2).sigmoid().minus(y).square().sum().times(0.05),
        3,
        DType.F32,
        10,
        784,
        30,
        10);
  }

  /** A layer of relus, softmax and cross-entropy; sizes that no tile likes. */
  static Training entropy(DType type) {
    return training(
        "33-65-7 " + type,
        (w, x, y) -> dense(dense(x, w, 0).relu(), w, 2).logSoftmax(1).times(y).sum(1).mean().neg(),
        0.3,
        type,
        13,
        33,
        65,
        7);
  }

  private static Tensor dense(Tensor x, List<Tensor> w, int i) {
    return x.matmul(w.get(i)).plus(w.get(i + 1));
  }

  private static Training training(
      String name,
      Fn3<List<Tensor>, Tensor, Tensor, Tensor> loss,
      double rate,
      DType type,
      int batch,
      int... sizes) {
    var start = new ArrayList<Tensor>();
    for (int l = 1; l < sizes.length; l++) {
      Tensor w = Key.of(5).fold(l).normal(DType.F64, sizes[l - 1], sizes[l]);
      start.add(w.times(1 / Math.sqrt(sizes[l - 1])).cast(type));
      start.add(Tensor.zeros(type, sizes[l]));
    }
    Fn3<List<Tensor>, Tensor, Tensor, List<Tensor>> step =
        (w, x, y) -> {
          var g = valueAndGrad(loss).of(w, x, y).grad();
          var next = new ArrayList<Tensor>();
          for (int i = 0; i < w.size(); i++) next.add(w.get(i).minus(g.get(i).times(rate)));
          return next;
        };
    return new Training(
        name, jit(step).donating(0), start, sizes[0], sizes[sizes.length - 1], batch, type);
  }

  /** {@code args}: how many steps before the vector code has been waited for, and after. */
  public static void main(String[] args) throws InterruptedException {
    for (var t : List.of(quadratic(), entropy(DType.F32), entropy(DType.F64))) {
      var w = t.start();
      for (int i = 0; i < Integer.parseInt(args[0]) + Integer.parseInt(args[1]); i++) {
        if (i == Integer.parseInt(args[0])) warmed();
        var data = t.data(i);
        w = t.step().of(w, data.get(0), data.get(1));
      }
      var data = t.data(0);
      var plan = t.step().plan(w, data.get(0), data.get(1));
      var kernels = plan.program().kernels();
      long vectors = kernels.stream().filter(k -> k.kind() == Backend.Kernel.Kind.VECTOR).count();
      System.out.println(
          "%s %s vectors: %d of %d".formatted(t.name(), hash(w), vectors, kernels.size()));
    }
  }

  /** Waits until vector code has taken over, but not for kernels that have to be defined anew. */
  private static void warmed() throws InterruptedException {
    var warmup = ((Compiler) Backend.find()).kernels().warmup();
    long limit = System.nanoTime() + 8_000_000_000L;
    while (warmup.pending() > 0 && System.nanoTime() < limit) Thread.sleep(50);
  }

  private static String hash(List<Tensor> w) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      for (Tensor t : w) {
        Array a = t.array();
        var bytes = ByteBuffer.allocate(8 * a.size());
        for (int i = 0; i < a.size(); i++) bytes.putDouble(a.number(i));
        sha.update(bytes.array());
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
