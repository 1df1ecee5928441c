package io.leibniz.ir;

import static io.leibniz.ir.Dependence.Zeros.*;
import static io.leibniz.ir.Dependence.jointly;

import java.util.List;
import java.util.stream.IntStream;

/** Ops that only move elements: linear, and closed under adjoints. Elements may be of any type. */
public sealed interface Movement extends Op {

  /** The same elements, in the same order, in another shape. */
  record Reshape(Shape to) implements Movement {
    @Override
    public Type type(List<Type> x) {
      Shape from = x.getFirst().shape();
      if (to.size() != from.size())
        throw new ShapeException(
            "cannot reshape %s (%d elements) to %s (%d elements); the numbers of elements must agree"
                .formatted(from, from.size(), to, to.size()));
      return x.getFirst().with(to);
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, y) -> ct.reshape(y.x(0).shape()));
    }

    @Override
    public String toString() {
      return "reshape " + to;
    }
  }

  /** Axis i of the result is axis {@code order[i]} of the operand. */
  record Permute(List<Integer> order) implements Movement {
    @Override
    public Type type(List<Type> x) {
      Shape s = x.getFirst().shape();
      if (!order.stream().sorted().toList().equals(s.axes()))
        throw new ShapeException(
            this
                + " needs each axis of "
                + s
                + " once; name the axes "
                + s.axes()
                + " in some order");
      return x.getFirst().with(Shape.of(order.stream().map(s::dim).toList()));
    }

    public List<Integer> inverse() {
      return IntStream.range(0, order.size()).mapToObj(order::indexOf).toList();
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, y) -> ct.permute(inverse()));
    }

    @Override
    public String toString() {
      return "permute " + order;
    }
  }

  /** Repeats the operand along the new {@code axes} of {@code to}; its adjoint is the sum over them. */
  record Broadcast(Shape to, List<Integer> axes) implements Movement {
    @Override
    public Type type(List<Type> x) {
      if (!to.without(axes).equals(x.getFirst().shape()))
        throw new ShapeException(
            "cannot broadcast " + x.getFirst().shape() + " to " + to + " along new axes " + axes);
      return x.getFirst().with(to);
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, y) -> ct.sum(axes));
    }

    @Override
    public String toString() {
      return "broadcast " + to + " along " + axes;
    }
  }

  /** {@code sizes[i]} elements along axis i, from {@code starts[i]} on, {@code strides[i]} apart. */
  record Slice(List<Integer> starts, List<Integer> sizes, List<Integer> strides)
      implements Movement {
    @Override
    public Type type(List<Type> x) {
      Shape s = x.getFirst().shape();
      boolean fits =
          starts.size() == s.rank() && sizes.size() == s.rank() && strides.size() == s.rank();
      for (int i = 0; fits && i < s.rank(); i++)
        fits =
            starts.get(i) >= 0
                && sizes.get(i) >= 0
                && strides.get(i) >= 1
                && starts.get(i) + Math.max(0, (sizes.get(i) - 1L) * strides.get(i))
                    <= s.dim(i) - (sizes.get(i) > 0 ? 1 : 0);
      if (!fits)
        throw new ShapeException(this + " reaches outside of " + s + "; stay within its extents");
      return x.getFirst().with(Shape.of(sizes));
    }

    @Override
    public Dependence on(int operand) {
      return jointly(
          PICKED,
          (ct, y) -> {
            Shape s = y.x(0).shape();
            var high =
                IntStream.range(0, s.rank())
                    .mapToObj(
                        i -> s.dim(i) - starts.get(i) - Pad.span(sizes.get(i), strides.get(i)))
                    .toList();
            return Node.of(new Pad(starts, high, Ints.shift(strides, -1)), ct);
          });
    }

    @Override
    public String toString() {
      return "slice from " + starts + " size " + sizes + " stride " + strides;
    }
  }

  /** Zeros around the operand, {@code low} before and {@code high} after it, and {@code interior} between its elements. */
  record Pad(List<Integer> low, List<Integer> high, List<Integer> interior) implements Movement {
    @Override
    public Type type(List<Type> x) {
      Shape s = x.getFirst().shape();
      boolean fits =
          low.size() == s.rank() && high.size() == s.rank() && interior.size() == s.rank();
      for (var some : List.of(low, high, interior)) fits &= some.stream().allMatch(n -> n >= 0);
      if (!fits)
        throw new ShapeException(
            this
                + " does not fit "
                + s
                + "; give as many widths as it has axes, none of them negative");
      return x.getFirst()
          .with(
              Shape.of(
                  IntStream.range(0, s.rank())
                      .map(i -> low.get(i) + span(s.dim(i), interior.get(i) + 1) + high.get(i))
                      .toArray()));
    }

    /** How many places {@code n} elements take that are {@code stride} apart. */
    static int span(int n, int stride) {
      return n == 0 ? 0 : (n - 1) * stride + 1;
    }

    @Override
    public Dependence on(int operand) {
      return jointly(
          PADDED, (ct, y) -> ct.slice(low, y.x(0).shape().list(), Ints.shift(interior, 1)));
    }

    @Override
    public String toString() {
      return "pad " + low + " " + high + " interior " + interior;
    }
  }

  /** The operands one after another along {@code axis}. */
  record Concat(int axis) implements Movement {
    @Override
    public Type type(List<Type> x) {
      if (x.isEmpty()) throw new ShapeException("concat needs one tensor or more, got none");
      Type first = x.getFirst();
      int total = 0;
      for (Type t : x) {
        if (axis < 0
            || axis >= first.shape().rank()
            || t.dtype() != first.dtype()
            || t.shape().rank() != first.shape().rank()
            || !t.shape().without(List.of(axis)).equals(first.shape().without(List.of(axis))))
          throw new ShapeException(
              "concat along axis %d needs tensors of one dtype that differ along that axis only, got %s"
                  .formatted(axis, x));
        total += t.shape().dim(axis);
      }
      return first.with(first.shape().with(axis, total));
    }

    @Override
    public Dependence on(int operand) {
      return jointly(
          MOVED,
          (ct, y) -> {
            int before = 0;
            for (int i = 0; i < operand; i++) before += y.x(i).shape().dim(axis);
            int[] starts = new int[y.shape().rank()];
            starts[axis] = before;
            return ct.slice(
                Ints.list(starts), y.x(operand).shape().list(), Ints.repeat(starts.length, 1));
          });
    }

    @Override
    public String toString() {
      return "concat along " + axis;
    }
  }

  /** The elements along {@code axes} in reverse order. */
  record Flip(List<Integer> axes) implements Movement {
    @Override
    public Type type(List<Type> x) {
      Reduction.check(this, axes, x.getFirst().shape());
      return x.getFirst();
    }

    @Override
    public Dependence on(int operand) {
      return jointly(MOVED, (ct, y) -> Node.of(this, ct));
    }

    @Override
    public String toString() {
      return "flip " + axes;
    }
  }

  /**
   * Every place of a window on the last axes, {@code strides} apart, its elements {@code dilation} apart:
   * {@code [lead…, space…]} becomes {@code [lead…, places…, window…]}. Pooling is a reduction over the window.
   */
  record Windows(List<Integer> sizes, List<Integer> strides, List<Integer> dilation)
      implements Movement {
    @Override
    public Type type(List<Type> x) {
      Shape s = x.getFirst().shape();
      int d = sizes.size(), lead = s.rank() - d;
      boolean fits = lead >= 0 && strides.size() == d && dilation.size() == d;
      for (var some : List.of(sizes, strides, dilation))
        fits &= some.stream().allMatch(n -> n >= 1);
      int[] places = new int[fits ? d : 0];
      for (int i = 0; i < places.length; i++) {
        int room = s.dim(lead + i) - Pad.span(sizes.get(i), dilation.get(i));
        fits &= room >= 0;
        places[i] = room / strides.get(i) + 1;
      }
      if (!fits)
        throw new ShapeException(
            this
                + " does not fit "
                + s
                + "; the window must lie within its last axes: pad it, or take a smaller one");
      return x.getFirst().with(s.sub(0, lead).concat(Shape.of(places)).concat(Shape.of(sizes)));
    }

    @Override
    public Dependence on(int operand) {
      return jointly(PICKED, (ct, y) -> Node.of(new Fold(this, y.x(0).shape()), ct));
    }

    @Override
    public String toString() {
      return "windows " + sizes + " stride " + strides + " dilation " + dilation;
    }
  }

  /** The adjoint of {@link Windows}: the elements of all windows added up where they came from. Of truth values: or. */
  record Fold(Windows windows, Shape to) implements Movement {
    @Override
    public Type type(List<Type> x) {
      Type needs = windows.type(List.of(x.getFirst().with(to)));
      if (!needs.equals(x.getFirst()))
        throw new ShapeException(this + " needs " + needs + ", got " + x.getFirst());
      return x.getFirst().with(to);
    }

    @Override
    public Dependence on(int operand) {
      return jointly(PADDED, (ct, y) -> Node.of(windows, ct));
    }

    @Override
    public String toString() {
      return "fold " + windows + " to " + to;
    }
  }
}
