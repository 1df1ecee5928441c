package io.leibniz.verify.corpus;

import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.Window;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Convolutions, poolings and small networks of them, [n, channels, space…]. */
final class Images {
  private Images() {}

  /** What the attributes say of the window: a number for all axes, or one for each. */
  private static Window window(Values v, int stride) {
    return Window.stride(numbers(v, "stride", stride))
        .padding(numbers(v, "padding", 0))
        .dilation(numbers(v, "dilation", 1))
        .groups((int) v.attr(1, "groups"));
  }

  private static int[] numbers(Values v, String name, int otherwise) {
    JsonNode n = v.of().attrs().path(name);
    if (n.isArray()) return IntStream.range(0, n.size()).map(i -> n.get(i).asInt()).toArray();
    return new int[] {n.isNumber() ? n.asInt() : otherwise};
  }

  private static Tensor biased(Tensor y, Tensor b) {
    int[] dims = new int[y.rank() - 1];
    java.util.Arrays.fill(dims, 1);
    dims[0] = b.size();
    return y.plus(b.reshape(dims));
  }

  static Tensor conv(Values v) {
    Tensor y = v.get("x").conv(v.get("W", "K"), window(v, 1));
    return v.has("b") ? biased(y, v.get("b")) : y;
  }

  private static int[] sizes(Values v) {
    int[] k = numbers(v, "kernel", 2);
    int axes = v.get("x").rank() - 2;
    return k.length == axes ? k : IntStream.generate(() -> k[0]).limit(axes).toArray();
  }

  private static Window pooling(Values v) {
    Window w = window(v, sizes(v)[0]);
    return v.of().attrs().path("ceil_mode").asBoolean(false) ? w.ceiling() : w;
  }

  static Tensor maxPool(Values v) {
    return v.get("x").maxPool(pooling(v), sizes(v));
  }

  static Tensor meanPool(Values v) {
    boolean padding = v.of().attrs().path("count_include_pad").asBoolean(true);
    return v.get("x").meanPool(pooling(v), padding, sizes(v));
  }

  /** Place i of n is the mean, or the greatest, of rows ⌊i·H/n⌋ to ⌈(i+1)·H/n⌉ − 1, along both axes. */
  static Tensor adaptive(Values v) {
    Tensor x = v.get("x");
    int[] to = numbers(v, "output_size", 1);
    int rows = to[0], columns = to[to.length - 1];
    var all = new Tensor[rows];
    for (int i = 0; i < rows; i++) {
      var row = new Tensor[columns];
      for (int j = 0; j < columns; j++) {
        Tensor cell =
            x.slice(Range.all(), Range.all(), part(i, rows, x.dim(2)), part(j, columns, x.dim(3)));
        row[j] = v.of().id().contains("max") ? cell.max(2, 3) : cell.mean(2, 3);
      }
      all[i] = Tensor.stack(2, row);
    }
    return Tensor.stack(2, all);
  }

  private static Range part(int i, int n, int extent) {
    return Range.of(i * extent / n, ((i + 1) * extent + n - 1) / n);
  }

  private static Tensor padded(Values v, Tensor x, String kernel, String bias) {
    Tensor k = v.get(kernel);
    Tensor y = x.conv(k, Window.dense().padding(k.dim(-1) / 2));
    return v.has(bias) ? biased(y, v.get(bias)) : y;
  }

  static Tensor lenet(Values v) {
    Tensor h = padded(v, v.get("x"), "K1", "c1").relu().maxPool(Window.stride(2), 2, 2);
    h = biased(h.conv(v.get("K2"), Window.dense()), v.get("c2")).relu();
    h = h.maxPool(Window.stride(2), 2, 2);
    return h.reshape(h.dim(0), -1).matmul(v.get("W").transpose()).plus(v.get("b"));
  }

  /** The shortcut is projected by a kernel of its own, or is the identity. */
  static Tensor residual(Values v) {
    Tensor x = v.get("x");
    Tensor y = padded(v, padded(v, x, "K1", "c1").relu(), "K2", "c2");
    return y.plus(v.has("Ks") ? padded(v, x, "Ks", "cs") : x).relu();
  }
}
