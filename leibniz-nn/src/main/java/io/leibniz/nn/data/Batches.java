package io.leibniz.nn.data;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.ShapeException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;

/** The numbers 0 … n − 1 in a random order, {@code size} at a time, each an i64 vector; the last may be shorter. */
public final class Batches implements Iterable<Tensor> {
  private final long[] order;
  private final int size;

  private Batches(long[] order, int size) {
    if (size < 1 || size > order.length)
      throw new ShapeException(
          "batches of %d examples need a size from 1 to %d, got %d"
              .formatted(order.length, order.length, size));
    this.order = order;
    this.size = size;
  }

  /** Epoch {@code e}'s order is drawn from {@code key.fold(e)}: it does not depend on the epochs before. */
  public static Batches shuffled(Key key, int epoch, int examples, int size) {
    return new Batches(key.fold(epoch).permutation(examples).longs(), size);
  }

  /** How many there are. */
  public int count() {
    return Math.ceilDiv(order.length, size);
  }

  @Override
  public Iterator<Tensor> iterator() {
    return IntStream.range(0, count()).mapToObj(this::batch).iterator();
  }

  private Tensor batch(int i) {
    return Tensor.of(Arrays.copyOfRange(order, i * size, Math.min(order.length, (i + 1) * size)));
  }
}
