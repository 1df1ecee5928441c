package io.leibniz;

import io.leibniz.ir.ShapeException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Anything seen as a tree of tensors. Tensors are leaves; records, lists, and maps with string keys are
 * walked, components and entries in order; anything else is structure and carried along. A path such as {@code layers[2].w}
 * names a leaf; errors, diagnostics and checkpoints speak in paths.
 */
@NullUnmarked // components of a record may be null, and are structure then
public final class Tree {
  private Tree() {}

  /** A leaf and its path. */
  public record Leaf(String path, Tensor tensor) {}

  /** The same tree with {@code f} applied to every leaf. */
  public static <T> T map(T tree, UnaryOperator<Tensor> f) {
    return walk(tree, "", (_, t) -> f.apply(t));
  }

  /** The leaves of two trees of one structure combined, in the structure of the first. */
  public static <T> T map(T a, T b, BinaryOperator<Tensor> f) {
    Iterator<Tensor> next = paired("Tree.map", a, b).iterator();
    return map(a, t -> f.apply(t, next.next()));
  }

  /** The tensors of {@code other} in the order of those of {@code tree}: they pair by path, since maps may differ in order. */
  static List<Tensor> paired(String what, Object tree, Object other) {
    var byPath = new HashMap<String, Tensor>();
    for (Leaf l : leaves(other)) byPath.put(l.path, l.tensor);
    var out = new ArrayList<Tensor>();
    for (Leaf l : leaves(tree)) {
      Tensor t = byPath.remove(l.path);
      if (t == null)
        throw new ShapeException(
            "%s needs trees of one structure, but one has the leaf %s and the other has not"
                .formatted(what, named(l.path)));
      out.add(t);
    }
    if (!byPath.isEmpty())
      throw new ShapeException(
          "%s needs trees of one structure, but only one has the leaf %s"
              .formatted(what, named(byPath.keySet().iterator().next())));
    return out;
  }

  /** The tensors of a tree, in order. */
  public static List<Tensor> tensors(Object tree) {
    return leaves(tree).stream().map(Leaf::tensor).toList();
  }

  /** The tensors of a tree with their paths, in order. */
  public static List<Leaf> leaves(Object tree) {
    var leaves = new ArrayList<Leaf>();
    walk(
        tree,
        "",
        (path, t) -> {
          leaves.add(new Leaf(path, t));
          return t;
        });
    return leaves;
  }

  /** The same tree with other tensors for leaves, in order. */
  public static <T> T with(T tree, List<Tensor> leaves) {
    Iterator<Tensor> next = leaves.iterator();
    return map(tree, _ -> next.next());
  }

  /** All but the leaves: each other thing that a walk meets, with its path. Two trees are of one structure if these are equal. */
  static List<Map.Entry<String, @Nullable Object>> structure(Object tree) {
    var out = new ArrayList<Map.Entry<String, @Nullable Object>>();
    structure(tree, "", out);
    return out;
  }

  private static void structure(
      Object tree, String path, List<Map.Entry<String, @Nullable Object>> out) {
    switch (tree) {
      case Tensor _ -> out.add(entry(path, Tensor.class));
      case Record r -> {
        out.add(entry(path, r.getClass()));
        Shaper.of(r.getClass()).each(r, (name, part) -> structure(part, join(path, name), out));
      }
      case List<?> l -> {
        out.add(entry(path, "list of " + l.size()));
        for (int i = 0; i < l.size(); i++) structure(l.get(i), path + "[" + i + "]", out);
      }
      case Map<?, ?> m -> {
        out.add(entry(path, "map of " + m.size()));
        m.forEach((k, v) -> structure(v, join(path, key(k)), out));
      }
      case null, default -> out.add(entry(path, tree));
    }
  }

  private static Map.Entry<String, @Nullable Object> entry(String path, Object what) {
    return new AbstractMap.SimpleImmutableEntry<>(path, what);
  }

  private interface Visit {
    Tensor of(String path, Tensor leaf);
  }

  @SuppressWarnings("unchecked") // every case makes a tree of the class of the one it got
  private static <T> T walk(T tree, String path, Visit visit) {
    return (T)
        switch (tree) {
          case Tensor t -> visit.of(path, t);
          case Record r -> Shaper.of(r.getClass()).map(r, path, visit);
          case List<?> l -> {
            var out = new ArrayList<>(l.size());
            for (int i = 0; i < l.size(); i++) out.add(walk(l.get(i), path + "[" + i + "]", visit));
            yield Collections.unmodifiableList(out);
          }
          case Map<?, ?> m -> {
            var out = new LinkedHashMap<String, Object>();
            m.forEach((k, v) -> out.put(key(k), walk(v, join(path, key(k)), visit)));
            yield Collections.unmodifiableMap(out);
          }
          case null, default -> tree;
        };
  }

  private static String key(Object key) {
    if (key instanceof String s) return s;
    throw new ShapeException(
        "a map in a tree of tensors needs string keys, got " + key + "; use a list or a record");
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** For messages: a leaf without a path is the argument itself. */
  static String named(String path) {
    return path.isEmpty() ? "the argument" : path;
  }

  private interface Part {
    void of(String name, Object part);
  }

  /** How to take one record class apart and put it together again; found once per class. */
  record Shaper(List<String> names, List<MethodHandle> parts, MethodHandle make) {
    private static final ClassValue<Shaper> OF =
        new ClassValue<>() {
          @Override
          protected Shaper computeValue(Class<?> c) {
            Tree.class.getModule().addReads(c.getModule()); // a lookup needs it besides the opens
            try {
              var lookup = MethodHandles.privateLookupIn(c, MethodHandles.lookup());
              RecordComponent[] components = c.getRecordComponents();
              var names = new ArrayList<String>();
              var parts = new ArrayList<MethodHandle>();
              for (RecordComponent rc : components) {
                names.add(rc.getName());
                parts.add(
                    lookup
                        .unreflect(rc.getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class)));
              }
              var types =
                  Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
              var make =
                  lookup
                      .unreflectConstructor(c.getDeclaredConstructor(types))
                      .asSpreader(Object[].class, types.length)
                      .asType(MethodType.methodType(Object.class, Object[].class));
              return new Shaper(names, parts, make);
            } catch (ReflectiveOperationException e) {
              throw new IllegalArgumentException(
                  "%s is not open to Leibniz; add `opens %s to io.leibniz.core;` to the module-info.java of %s"
                      .formatted(c.getName(), c.getPackageName(), c.getModule().getName()),
                  e);
            }
          }
        };

    static Shaper of(Class<?> c) {
      return OF.get(c);
    }

    int size() {
      return parts.size();
    }

    Object part(Object r, int i) {
      MethodHandle get = parts.get(i);
      return call(() -> get.invokeExact(r));
    }

    Object make(Object[] args) {
      return call(() -> make.invokeExact(args));
    }

    Object map(Record r, String path, Visit visit) {
      var args = new ArrayList<>(parts.size());
      each(r, (name, part) -> args.add(walk(part, join(path, name), visit)));
      return make(args.toArray());
    }

    void each(Record r, Part part) {
      for (int i = 0; i < parts.size(); i++) part.of(names.get(i), part(r, i));
    }

    private interface Call {
      Object of() throws Throwable;
    }

    /** A record's own constructor and accessors throw what they like; unchecked things pass as they are. */
    private static Object call(Call c) {
      try {
        return c.of();
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
