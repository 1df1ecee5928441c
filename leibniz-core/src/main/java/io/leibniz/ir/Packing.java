package io.leibniz.ir;

import static io.leibniz.ir.Dependence.Zeros.MOVED;
import static io.leibniz.ir.Dependence.jointly;

import java.util.List;

/** Ops from one {@link Kind} to another: they move whole arrays. */
public sealed interface Packing extends Op {

  /** Result {@code index} of an op that has several. */
  record Part(int index) implements Packing {
    @Override
    public Kind kind(List<Kind> x) {
      return x.getFirst() instanceof Kind.Tuple(var parts)
          ? parts.get(index)
          : fail(this, "an op of several results", x.getFirst());
    }

    /** The transforms take the op and its parts together. */
    @Override
    public Dependence on(int operand) {
      throw new AssertionError("a part has no rule of its own");
    }

    @Override
    public String toString() {
      return "part " + index;
    }
  }

  /** The rows of an array as a stack; zeros follow. Its adjoint is {@link Pile}. */
  record Rows() implements Packing {
    @Override
    public Kind kind(List<Kind> x) {
      return x.getFirst() instanceof Type t && t.shape().rank() > 0
          ? new Kind.Stack(t.with(t.shape().without(List.of(0))))
          : fail(this, "an array with a leading axis", x.getFirst());
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, y) -> Node.of(new Pile(y.x(0).shape().dim(0)), ct));
    }

    @Override
    public String toString() {
      return "rows";
    }
  }

  /** The first {@code n} elements of a stack as the rows of one array. Its adjoint is {@link Rows}. */
  record Pile(int n) implements Packing {
    @Override
    public Kind kind(List<Kind> x) {
      return x.getFirst() instanceof Kind.Stack(Type t)
          ? t.with(t.shape().prepend(n))
          : fail(this, "a stack of arrays", x.getFirst());
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, _) -> Node.of(new Rows(), ct));
    }

    @Override
    public String toString() {
      return "pile " + n;
    }
  }

  private static Kind fail(Op op, String needs, Kind got) {
    throw new ShapeException(op + " needs " + needs + ", got " + got);
  }

  @Override
  default Type type(List<Type> x) {
    return kind(List.copyOf(x)).array();
  }
}
