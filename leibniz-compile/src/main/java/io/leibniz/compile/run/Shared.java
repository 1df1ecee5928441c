package io.leibniz.compile.run;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is made once for equal keys, as long as somebody has it. Nobody's is forgotten, its key too: then its classes can be unloaded. */
final class Shared<V> {
  private final Map<Object, Held<V>> all = new ConcurrentHashMap<>();
  private final ReferenceQueue<V> gone = new ReferenceQueue<>();

  private static final class Held<V> extends WeakReference<V> {
    final Object key;

    Held(Object key, V value, ReferenceQueue<V> gone) {
      super(value, gone);
      this.key = key;
    }
  }

  V get(Object key, Supplier<V> make) {
    while (gone.poll() instanceof Held<?> h) all.remove(h.key, h);
    var found = new AtomicReference<@Nullable V>(); // holds on to it until the caller does
    all.compute(
        key,
        (_, held) -> {
          V known = held == null ? null : held.get();
          found.set(known == null ? make.get() : known);
          return known == null || held == null
              ? new Held<>(key, Objects.requireNonNull(found.get()), gone)
              : held;
        });
    return Objects.requireNonNull(found.get());
  }
}
