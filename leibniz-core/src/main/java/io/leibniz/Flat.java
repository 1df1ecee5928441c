package io.leibniz;

import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.List;

/** A tree of floats of one dtype, and the vector of all its numbers: leaves in order, each in row-major order. */
record Flat<T>(T tree, List<Shape> shapes, Type type) {

  /** {@code what} the tree is, for messages. */
  static <T> Flat<T> of(String what, T tree) {
    var leaves = Tree.leaves(tree);
    if (leaves.isEmpty())
      throw new ShapeException(what + " needs a tensor, got a tree without one");
    var first = leaves.getFirst().tensor();
    var shapes = new ArrayList<Shape>();
    int size = 0;
    for (var leaf : leaves) {
      var t = leaf.tensor().type();
      if (!t.dtype().isFloat() || t.dtype() != first.dtype())
        throw new ShapeException(
            "%s needs floats of one dtype, but %s is %s; cast it"
                .formatted(what, Tree.named(leaf.path()), t));
      shapes.add(t.shape());
      size += t.shape().size();
    }
    if (size == 0) throw new ShapeException(what + " needs one number or more, got none");
    return new Flat<>(tree, List.copyOf(shapes), new Type(first.dtype(), Shape.of(size)));
  }

  int size() {
    return type.shape().size();
  }

  /** The numbers of a tree of the same leaves. */
  Tensor vector(T other) {
    var all = Tree.paired("flatten", tree, other).stream().map(Tensor::flatten);
    return Tensor.concat(0, all.toArray(Tensor[]::new));
  }

  /** The tree of these numbers. */
  T tree(Tensor vector) {
    var out = new ArrayList<Tensor>();
    int from = 0;
    for (Shape s : shapes) {
      out.add(vector.slice(Range.of(from, from + s.size())).reshape(s));
      from += s.size();
    }
    return Tree.with(tree, out);
  }
}
