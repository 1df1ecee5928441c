package io.leibniz.ir;

import java.util.List;

/**
 * What a node stands for: an array, a sequence whose length only the run knows, or the several results of one
 * op. Users see arrays only; loops make and read the sequences.
 */
public sealed interface Kind permits Type, Kind.Stack, Kind.Tuple {

  /**
   * One value for each turn of a loop, and beyond its end one more that is repeated for ever. Other ops act on it
   * element by element, and what is no stack is the same for all elements; only a loop reads it.
   */
  record Stack(Kind element) implements Kind {
    @Override
    public String toString() {
      return "stack of " + element;
    }
  }

  /** Several results; {@link Packing.Part} takes one. */
  record Tuple(List<Kind> parts) implements Kind {
    @Override
    public String toString() {
      return parts.toString();
    }
  }

  /** The type of the array, or of the arrays that a stack is made of. */
  default Type array() {
    return switch (this) {
      case Type t -> t;
      case Stack(var element) -> element.array();
      case Tuple t -> throw new IllegalStateException("a tuple " + t + " is no array; take a part");
    };
  }

  /** The same with arrays of another dtype. */
  default Kind with(DType dtype) {
    return of(array().with(dtype));
  }

  /** The same with a leading axis more on its arrays. */
  default Kind prepend(int n) {
    return of(array().with(array().shape().prepend(n)));
  }

  private Kind of(Type array) {
    return this instanceof Stack(var element) ? new Stack(element.of(array)) : array;
  }
}
