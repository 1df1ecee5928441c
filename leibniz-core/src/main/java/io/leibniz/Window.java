package io.leibniz;

import io.leibniz.ir.Contraction.Conv.Stencil;
import io.leibniz.ir.Ints;
import io.leibniz.ir.Movement.Windows;
import io.leibniz.ir.ShapeException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a window goes over the spatial axes of an image in a convolution or a pooling: {@code
 * Window.stride(2).padding(1)}. One number serves all axes; otherwise there is one for each.
 */
public record Window(
    List<Integer> strides,
    List<Integer> low,
    List<Integer> high,
    List<Integer> dilation,
    int groups,
    boolean ceil) {

  /** Every place, no padding. */
  public static Window dense() {
    return new Window(List.of(1), List.of(0), List.of(0), List.of(1), 1, false);
  }

  /** Places this far apart. */
  public static Window stride(int... strides) {
    return dense().strides(strides);
  }

  public Window strides(int... strides) {
    return new Window(Ints.list(strides), low, high, dilation, groups, ceil);
  }

  /** Zeros on both sides. */
  public Window padding(int... both) {
    return padding(both, both);
  }

  /** Zeros before and after. */
  public Window padding(int[] low, int[] high) {
    return new Window(strides, Ints.list(low), Ints.list(high), dilation, groups, ceil);
  }

  /** Elements of the window this far apart. */
  public Window dilation(int... dilation) {
    return new Window(strides, low, high, Ints.list(dilation), groups, ceil);
  }

  /** Channels in so many groups that do not meet; of a convolution only. */
  public Window groups(int groups) {
    return new Window(strides, low, high, dilation, groups, ceil);
  }

  /** Also the last window that does not fit whole; of a pooling only. */
  public Window ceiling() {
    return new Window(strides, low, high, dilation, groups, true);
  }

  Stencil stencil(int axes) {
    return new Stencil(
        each(strides, axes), each(low, axes), each(high, axes), each(dilation, axes), groups);
  }

  private static List<Integer> each(List<Integer> numbers, int axes) {
    if (numbers.size() != 1 && numbers.size() != axes)
      throw new ShapeException(
          "a window over %d axes needs one number or one for each, got %s"
              .formatted(axes, numbers));
    return numbers.size() == axes ? numbers : Ints.repeat(axes, numbers.getFirst());
  }

  /** How many zeros after an axis of extent {@code n} a window of {@code size} needs, and no more. */
  int high(Stencil s, int axis, int n, int size) {
    int stride = s.strides().get(axis), before = n + s.low().get(axis);
    int all = before + s.high().get(axis), reach = (size - 1) * s.dilation().get(axis) + 1;
    if (!ceil || all < reach) return s.high().get(axis);
    int places = (all - reach + stride - 1) / stride + 1;
    if ((places - 1) * stride >= before) places--; // a window must begin within the image
    return s.high().get(axis) + Math.max(0, (places - 1) * stride + reach - all);
  }

  /** The windows of a tensor's last axes, padded: {@code [lead…, places…, window…]}. */
  Tensor over(Tensor x, int[] sizes) {
    int d = sizes.length, lead = x.rank() - d;
    if (lead < 0)
      throw new ShapeException(
          "a window of %d axes needs a tensor with as many, got %s".formatted(d, x.shape()));
    var s = stencil(d);
    int[] before = new int[x.rank()], after = new int[x.rank()];
    for (int i = 0; i < d; i++) {
      before[lead + i] = s.low().get(i);
      after[lead + i] = high(s, i, x.shape().dim(lead + i), sizes[i]);
    }
    boolean padded =
        IntStream.concat(IntStream.of(before), IntStream.of(after)).anyMatch(n -> n != 0);
    Tensor y = padded ? x.pad(before, after) : x;
    return Tensor.op(new Windows(Ints.list(sizes), s.strides(), s.dilation()), y);
  }
}
