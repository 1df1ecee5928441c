package io.leibniz.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lists of operands and results that ops with graphs inside are put together from. */
public final class Lists {
  private Lists() {}

  /** One after another. */
  @SafeVarargs
  public static <T extends @Nullable Object> List<T> concat(List<? extends T>... parts) {
    var all = new ArrayList<T>();
    for (var p : parts) all.addAll(p);
    return all;
  }
}
