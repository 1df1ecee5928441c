package io.leibniz;

import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;

/**
 * A tree without its tensors, for calls that come again and again: tells whether another tree is alike, takes its leaves, and
 * puts leaves into one, without paths and with as little garbage as the result needs.
 */
@NullUnmarked // components of a record may be null, and are structure then
sealed interface Skeleton {
  record Leaf(Type type) implements Skeleton {}

  record Parts(Class<?> type, Tree.Shaper shaper, Skeleton[] parts) implements Skeleton {}

  record Items(Skeleton[] items) implements Skeleton {}

  record Entries(List<String> keys, Skeleton[] values) implements Skeleton {}

  record Other(Object value) implements Skeleton {}

  static Skeleton of(Object tree) {
    return switch (tree) {
      case Tensor t -> new Leaf(t.type());
      case Record r -> {
        var shaper = Tree.Shaper.of(r.getClass());
        var parts = new Skeleton[shaper.size()];
        for (int i = 0; i < parts.length; i++) parts[i] = of(shaper.part(r, i));
        yield new Parts(r.getClass(), shaper, parts);
      }
      case List<?> l -> new Items(l.stream().map(Skeleton::of).toArray(Skeleton[]::new));
      case Map<?, ?> m ->
          new Entries(
              m.keySet().stream().map(String.class::cast).toList(),
              m.values().stream().map(Skeleton::of).toArray(Skeleton[]::new));
      case null, default -> new Other(tree);
    };
  }

  /** Whether {@code tree} is like this; its leaves are added to {@code leaves}. */
  default boolean matches(Object tree, List<Tensor> leaves) {
    switch (this) {
      case Leaf(var type) -> {
        if (!(tree instanceof Tensor t)) return false;
        Type other = t.type();
        leaves.add(t);
        return other == type || other.equals(type);
      }
      case Parts(var type, var shaper, var parts) -> {
        if (tree == null || tree.getClass() != type) return false;
        for (int i = 0; i < parts.length; i++)
          if (!parts[i].matches(shaper.part(tree, i), leaves)) return false;
        return true;
      }
      case Items(var items) -> {
        if (!(tree instanceof List<?> l) || l.size() != items.length) return false;
        for (int i = 0; i < items.length; i++)
          if (!items[i].matches(l.get(i), leaves)) return false;
        return true;
      }
      case Entries(var keys, var values) -> {
        if (!(tree instanceof Map<?, ?> m) || m.size() != values.length) return false;
        int i = 0;
        for (var e : m.entrySet()) {
          if (!keys.get(i).equals(e.getKey()) || !values[i].matches(e.getValue(), leaves))
            return false;
          i++;
        }
        return true;
      }
      case Other(var value) -> {
        return !(tree instanceof Tensor) && Objects.equals(tree, value);
      }
    }
  }

  /** For messages. */
  default String describe() {
    return switch (this) {
      case Leaf(var type) -> type.toString();
      case Parts(var type, _, var parts) ->
          type.getSimpleName() + Arrays.stream(parts).map(Skeleton::describe).toList();
      case Items(var items) -> Arrays.stream(items).map(Skeleton::describe).toList().toString();
      case Entries(var keys, _) -> "a map of " + keys;
      case Other(var value) -> String.valueOf(value);
    };
  }

  /** The leaves that a tree gets, one after another. */
  final class Next {
    private final List<Tensor> leaves;
    private int at;

    Next(List<Tensor> leaves) {
      this.leaves = leaves;
    }
  }

  /** The tree with these leaves. */
  default Object with(Next next) {
    return switch (this) {
      case Leaf _ -> next.leaves.get(next.at++);
      case Parts(_, var shaper, var parts) -> {
        var args = new Object[parts.length];
        for (int i = 0; i < args.length; i++) args[i] = parts[i].with(next);
        yield shaper.make(args);
      }
      case Items(var items) -> {
        var out = new ArrayList<Object>(items.length);
        for (Skeleton s : items) out.add(s.with(next));
        yield Collections.unmodifiableList(out);
      }
      case Entries(var keys, var values) -> {
        var out = new LinkedHashMap<String, Object>();
        for (int i = 0; i < values.length; i++) out.put(keys.get(i), values[i].with(next));
        yield Collections.unmodifiableMap(out);
      }
      case Other(var value) -> value;
    };
  }
}
