package io.leibniz.ir;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Short lists of axes and extents, as the attributes of ops hold them: immutable and equal by value. */
public final class Ints {
  private Ints() {}

  public static List<Integer> list(int... xs) {
    return IntStream.of(xs).boxed().toList();
  }

  public static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  public static List<Integer> repeat(int n, int x) {
    return Collections.nCopies(n, x);
  }

  public static int[] array(List<Integer> xs) {
    return xs.stream().mapToInt(i -> i).toArray();
  }

  public static List<Integer> shift(List<Integer> xs, int by) {
    return xs.stream().map(x -> x + by).toList();
  }

  public static List<Integer> prepend(int x, List<Integer> xs) {
    return IntStream.concat(IntStream.of(x), xs.stream().mapToInt(i -> i)).boxed().toList();
  }
}
