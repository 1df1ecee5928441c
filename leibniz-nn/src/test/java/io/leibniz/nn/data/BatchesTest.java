package io.leibniz.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Key;
import io.leibniz.Tensor;
import io.leibniz.ir.ShapeException;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

final class BatchesTest {
  private static long[] order(Key key, int epoch, int n, int size) {
    return StreamSupport.stream(Batches.shuffled(key, epoch, n, size).spliterator(), false)
        .map(Tensor::longs)
        .flatMapToLong(Arrays::stream)
        .toArray();
  }

  @Test
  void everyExampleComesOnceAnEpoch() {
    assertThat(Arrays.stream(order(Key.of(1), 1, 103, 10)).sorted())
        .containsExactlyElementsOf(LongStream.range(0, 103).boxed().toList());
  }

  @Test
  void theLastBatchHoldsTheRest() {
    var batches = Batches.shuffled(Key.of(1), 1, 103, 10);
    assertThat(batches.count()).isEqualTo(11);
    assertThat(batches).last().extracting(Tensor::size).isEqualTo(3);
  }

  @Test
  void theOrderIsTheKeysAndTheEpochsAndNotTheSizes() {
    long[] order = order(Key.of(1), 1, 100, 10);
    assertThat(order(Key.of(1), 1, 100, 7)).isEqualTo(order);
    assertThat(order(Key.of(1), 2, 100, 10)).isNotEqualTo(order);
    assertThat(order(Key.of(2), 1, 100, 10)).isNotEqualTo(order);
  }

  @Test
  void aBatchHasFromOneToAllExamples() {
    assertThat(Batches.shuffled(Key.of(1), 1, 5, 5).count()).isEqualTo(1);
    for (int size : new int[] {0, -1, 6})
      assertThatThrownBy(() -> Batches.shuffled(Key.of(1), 1, 5, size))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("from 1 to 5");
  }
}
