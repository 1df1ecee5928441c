package io.leibniz.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the interpreter computes with, one for each {@link Kind}. Values are never written to once they are shared. */
public sealed interface Value permits Array, Value.Stack, Value.Turns, Value.Tuple {
  Kind kind();

  /** Some elements, and the one that all further ones are equal to. */
  record Stack(Kind element, List<? extends Value> items, Value rest) implements Value {
    /** Element {@code i}, from 0 on without end. */
    public Value at(long i) {
      return i < items.size() ? items.get((int) i) : rest;
    }

    @Override
    public Kind kind() {
      return new Kind.Stack(element);
    }

    /** Equal only to itself, as arrays are. */
    @Override
    public boolean equals(@Nullable Object o) {
      return this == o;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** 0, 1, 2, … without end: the numbers of the turns, i64. */
  record Turns() implements Value {
    /** Turn {@code i}. */
    public Array at(long i) {
      return Array.of(Shape.SCALAR, new long[] {i});
    }

    @Override
    public Kind kind() {
      return new Kind.Stack(Type.of(DType.I64));
    }
  }

  record Tuple(List<? extends Value> parts) implements Value {
    @Override
    public Kind kind() {
      var kinds = new ArrayList<Kind>();
      for (Value v : parts) kinds.add(v.kind());
      return new Kind.Tuple(kinds);
    }
  }

  /** Every element of every array {@code k}. */
  static Value full(Kind kind, double k) {
    return switch (kind) {
      case Type t -> Array.full(t, k);
      case Kind.Stack(var element) -> new Stack(element, List.of(), full(element, k));
      case Kind.Tuple(var parts) -> new Tuple(parts.stream().map(p -> full(p, k)).toList());
    };
  }

  /** How many numbers it holds. */
  default long numbers() {
    return switch (this) {
      case Array a -> a.size();
      case Stack s -> s.items.stream().mapToLong(Value::numbers).sum();
      case Turns _ -> 0;
      case Tuple(var parts) -> parts.stream().mapToLong(Value::numbers).sum();
    };
  }
}
