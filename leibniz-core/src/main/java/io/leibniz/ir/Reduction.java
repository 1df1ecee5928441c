package io.leibniz.ir;

import static io.leibniz.ir.Dependence.*;
import static io.leibniz.ir.Dependence.Zeros.*;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ops that combine the elements along some axes: into one, into running totals, or into an order. */
public sealed interface Reduction extends Op {

  /** The sum over {@code axes}, in row-major order; 0 over none. Of truth values: whether any is true. */
  record Sum(List<Integer> axes) implements Reduction {
    @Override
    public Type type(List<Type> x) {
      check(this, axes, x.getFirst().shape());
      return x.getFirst().with(x.getFirst().shape().without(axes));
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, y) -> ct.broadcast(y.x(0).shape(), axes));
    }

    @Override
    public String toString() {
      return "sum " + axes;
    }
  }

  /** The greatest element over {@code axes}, or the {@code least}; NaN if any is. Over none it raises. */
  record Extreme(List<Integer> axes, boolean least) implements Reduction {
    @Override
    public Type type(List<Type> x) {
      Shape s = x.getFirst().shape();
      check(this, axes, s);
      number(this, x.getFirst());
      for (int a : axes) nonEmpty(this, s, a);
      return x.getFirst().with(s.without(axes));
    }

    @Override
    public Dependence on(int operand) {
      return CURVED;
    }

    /** The mean over the elements that attain it; NaN to all where one is NaN. */
    @Override
    public @Nullable Delta tangent(Node y, List<@Nullable Delta> dxs) {
      Delta dx = dxs.getFirst();
      if (dx == null) return null;
      Node x = y.x(0), top = y.broadcast(x.shape(), axes);
      Node attains = x.compare(Pointwise.Compare.EQ, top);
      Node share = attains.select(x.like(1), x.like(0)).sum(axes).recip(1);
      Node weight = attains.select(share.broadcast(x.shape(), axes), x.like(Double.NaN));
      Delta d = dx.times(weight).under(attains.or(top.isNaN()));
      return new Delta(
          d.filled().sum(axes), dx.support() == null ? null : d.where().sum(axes), true);
    }

    @Override
    public String toString() {
      return (least ? "min " : "max ") + axes;
    }
  }

  /** Where along {@code axis} the greatest (or {@code least}) element is, i64; the first of equals; a NaN wins. */
  record Arg(int axis, boolean least) implements Reduction {
    @Override
    public Type type(List<Type> x) {
      Shape s = x.getFirst().shape();
      check(this, List.of(axis), s);
      number(this, x.getFirst());
      nonEmpty(this, s, axis);
      return new Type(DType.I64, s.without(List.of(axis)));
    }

    @Override
    public Dependence on(int operand) {
      return CONSTANT;
    }

    @Override
    public String toString() {
      return (least ? "argmin " : "argmax ") + axis;
    }
  }

  /** Running sums along {@code axis}, from its end if {@code reverse}. Of truth values: whether any so far is true. */
  record CumSum(int axis, boolean reverse) implements Reduction {
    @Override
    public Type type(List<Type> x) {
      check(this, List.of(axis), x.getFirst().shape());
      return x.getFirst();
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, y) -> Node.of(new CumSum(axis, !reverse), ct));
    }

    @Override
    public String toString() {
      return "cumsum " + axis + (reverse ? " from the end" : "");
    }
  }

  /**
   * The places of the elements along {@code axis} in rising (or {@code descending}) order, i64; equals
   * keep their order, NaN counts as the greatest, −0 as 0. A sorted tensor is gathered by it, so that its slope
   * follows the permutation.
   */
  record ArgSort(int axis, boolean descending) implements Reduction {
    @Override
    public Type type(List<Type> x) {
      check(this, List.of(axis), x.getFirst().shape());
      number(this, x.getFirst());
      return x.getFirst().with(DType.I64);
    }

    @Override
    public Dependence on(int operand) {
      return CONSTANT;
    }

    @Override
    public String toString() {
      return "argsort " + axis + (descending ? " descending" : "");
    }
  }

  /** Axes must be within {@code s}, rising, each once. */
  static void check(Op op, List<Integer> axes, Shape s) {
    int last = -1;
    for (int a : axes) {
      if (a <= last || a >= s.rank())
        throw new ShapeException(
            op + " needs different axes of " + s + " in rising order, but it has axes " + s.axes());
      last = a;
    }
  }

  private static void number(Op op, Type t) {
    if (t.dtype() == DType.BOOL)
      throw new ShapeException(op + " needs numbers, got " + t + "; cast it, or use any and all");
  }

  private static void nonEmpty(Op op, Shape s, int axis) {
    if (s.dim(axis) == 0)
      throw new ShapeException(
          op
              + " needs one element or more along axis "
              + axis
              + ", got "
              + s
              + "; an empty one has none");
  }
}
