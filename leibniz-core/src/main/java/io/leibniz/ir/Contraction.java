package io.leibniz.ir;

import static io.leibniz.ir.Dependence.Zeros.ENDED;
import static io.leibniz.ir.Dependence.linear;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Bilinear ops: sums of products. Each is a trilinear form with one of its three slots left open. */
public sealed interface Contraction extends Op {

  /**
   * {@code result[c] = Σ left[a] · right[b]}, where equal labels run together and those not in the
   * result are summed over, in rising order. Matmul is {@code ij,jk->ik}. A label is one character, at
   * most once in each of the three, and in two of them at least: so any two of them determine the
   * third, and the adjoints are contractions with the labels permuted.
   */
  record Contract(String left, String right, String result) implements Contraction {
    @Override
    public Type type(List<Type> x) {
      Type l = x.get(0), r = x.get(1);
      if (l.dtype() != r.dtype() || !l.dtype().isFloat())
        throw new ShapeException(
            this + " needs floats of one dtype, got " + l + " and " + r + "; cast one of them");
      labelled(left, l, "left");
      labelled(right, r, "right");
      for (String labels : List.of(left, right, result))
        if (labels.chars().distinct().count() != labels.length())
          throw new ShapeException(
              this + ": a label stands twice in " + labels + "; take the diagonal first");
      for (char c : (left + right + result).toCharArray())
        if (has(left, c) + has(right, c) + has(result, c) < 2)
          throw new ShapeException(
              this + ": axis " + c + " stands in one place only; sum or broadcast it apart");
      for (int i = 0; i < left.length(); i++) {
        int j = right.indexOf(left.charAt(i));
        if (j >= 0 && l.shape().dim(i) != r.shape().dim(j))
          throw new ShapeException(
              "%s: axis %s is %d on the left but %d on the right"
                  .formatted(this, left.charAt(i), l.shape().dim(i), r.shape().dim(j)));
      }
      int[] dims = new int[result.length()];
      for (int i = 0; i < dims.length; i++) {
        int j = left.indexOf(result.charAt(i));
        dims[i] = j >= 0 ? l.shape().dim(j) : r.shape().dim(right.indexOf(result.charAt(i)));
      }
      return l.with(Shape.of(dims));
    }

    private void labelled(String labels, Type t, String side) {
      if (labels.length() != t.shape().rank())
        throw new ShapeException(
            "%s: the %s operand has shape %s, but %d labels; give one label for each axis"
                .formatted(this, side, t.shape(), labels.length()));
    }

    private static int has(String labels, char c) {
      return labels.indexOf(c) >= 0 ? 1 : 0;
    }

    @Override
    public Dependence on(int operand) {
      return operand == 0
          ? linear(0, ENDED, (ct, y) -> Node.of(new Contract(result, right, left), ct, y.x(1)))
          : linear(1, ENDED, (ct, y) -> Node.of(new Contract(left, result, right), y.x(0), ct));
    }

    @Override
    public String toString() {
      return "contract " + left + "," + right + "->" + result;
    }
  }

  /**
   * Convolution (cross-correlation, as networks have it) over one to three spatial axes:
   * {@code output[n, o, t] = Σ input[n, c, t · stride − low + k · dilation] · kernel[o, c, k]}, zeros outside, channels in
   * {@code groups}. Any two of input, kernel and output determine the third. Leaving {@code OUTPUT} open is the
   * forward pass; leaving {@code INPUT} or {@code KERNEL} open is a backward pass, so that the family is closed under adjoints.
   * Operands are the held slots in order; {@code to} is the shape of the open one.
   *
   * <p>Input is {@code [n, c, space…]}, kernel {@code [o, c / groups, window…]}, output {@code [n, o, places…]}; {@code batch} axes before
   * them run together in all three.
   */
  record Conv(Stencil stencil, Slot open, Shape to, int batch) implements Contraction {
    /** The three places of the trilinear form. */
    public enum Slot {
      INPUT,
      KERNEL,
      OUTPUT
    }

    /** Which element of the input each element of the kernel meets, along each spatial axis. */
    public record Stencil(
        List<Integer> strides,
        List<Integer> low,
        List<Integer> high,
        List<Integer> dilation,
        int groups) {
      /** How many places the window has along spatial axis i. */
      public int places(int i, int extent, int window) {
        int reach = (window - 1) * dilation.get(i) + 1;
        int room = extent + low.get(i) + high.get(i) - reach;
        return room < 0 ? 0 : room / strides.get(i) + 1;
      }
    }

    /** The slots of the two operands, in order. */
    public List<Slot> held() {
      return Arrays.stream(Slot.values()).filter(s -> s != open).toList();
    }

    /** The shape of a slot, the operands having the shapes {@code x}. */
    public Shape shape(Slot slot, List<Shape> x) {
      return slot == open ? to : x.get(held().indexOf(slot));
    }

    @Override
    public Type type(List<Type> x) {
      Type left = x.get(0), right = x.get(1);
      if (left.dtype() != right.dtype() || !left.dtype().isFloat())
        throw new ShapeException(
            "conv needs floats of one dtype, got " + left + " and " + right + "; cast one of them");
      var shapes = x.stream().map(Type::shape).toList();
      Shape in = shape(Slot.INPUT, shapes), kernel = shape(Slot.KERNEL, shapes);
      Shape out = shape(Slot.OUTPUT, shapes);
      int d = stencil.strides.size(), rank = batch + 2 + d, g = stencil.groups;
      boolean fits =
          in.rank() == rank
              && kernel.rank() == rank
              && out.rank() == rank
              && d >= 1
              && d <= 3
              && g >= 1;
      for (int i = 0; fits && i < batch; i++)
        fits = in.dim(i) == kernel.dim(i) && in.dim(i) == out.dim(i);
      fits =
          fits
              && in.dim(batch) == out.dim(batch)
              && in.dim(batch + 1) == kernel.dim(batch + 1) * g
              && kernel.dim(batch) == out.dim(batch + 1)
              && kernel.dim(batch) % g == 0;
      for (int i = 0, a = batch + 2; fits && i < d; i++, a++)
        fits = kernel.dim(a) >= 1 && out.dim(a) == stencil.places(i, in.dim(a), kernel.dim(a));
      if (!fits)
        throw new ShapeException(
            "%s needs an input [n, c, space…], a kernel [o, c / %d, window…] and an output [n, o, places…] that fit, got %s, %s and %s"
                .formatted(this, g, in, kernel, out));
      return left.with(to);
    }

    /** The open slot takes the cotangent; the operand's slot opens in its stead. */
    @Override
    public Dependence on(int operand) {
      return linear(
          operand,
          ENDED,
          (ct, y) -> {
            Slot opened = held().get(operand);
            Node other = y.x(1 - operand);
            boolean first = open.compareTo(held().get(1 - operand)) < 0;
            var op = new Conv(stencil, opened, y.x(operand).shape(), batch);
            return first ? Node.of(op, ct, other) : Node.of(op, other, ct);
          });
    }

    @Override
    public String toString() {
      return "conv to %s stride %s pad %s %s dilation %s groups %d"
          .formatted(
              open.name().toLowerCase(Locale.ROOT),
              stencil.strides,
              stencil.low,
              stencil.high,
              stencil.dilation,
              stencil.groups);
    }
  }
}
