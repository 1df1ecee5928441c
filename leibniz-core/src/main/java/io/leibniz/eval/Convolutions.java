package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Contraction.Conv;
import io.leibniz.ir.Contraction.Conv.Slot;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.List;

/**
 * Convolutions as matrix products, one for each image and group: the image's windows are the columns of a matrix, which
 * the kernel, a matrix with a row for each output channel, multiplies from the left. With another slot open it is the same
 * product, solved for another factor.
 */
final class Convolutions {
  private final Conv conv;
  private final Type type;
  private final Array x;
  private final Array y;
  private final int lanes;
  private final int images;
  private final int rows; // output channels of a group
  private final int terms; // input channels of a group times elements of the window
  private final int places;
  private final int image; // elements of an image's group
  private final int[]
      from; // [terms, places]: the element of the image's group that stands there; −1 outside

  private Convolutions(Conv conv, Type type, List<Array> xs) {
    this.conv = conv;
    this.type = type;
    x = xs.get(0);
    y = xs.get(1);
    var shapes = xs.stream().map(Array::shape).toList();
    Shape in = conv.shape(Slot.INPUT, shapes), kernel = conv.shape(Slot.KERNEL, shapes);
    Shape out = conv.shape(Slot.OUTPUT, shapes);
    int b = conv.batch();
    lanes = in.sub(0, b).size();
    images = in.dim(b);
    rows = kernel.dim(b) / conv.stencil().groups();
    Shape space = in.sub(b + 2, in.rank()), window = kernel.sub(b + 2, kernel.rank());
    Shape spots = out.sub(b + 2, out.rank());
    int channels = kernel.dim(b + 1);
    terms = channels * window.size();
    places = spots.size();
    image = channels * space.size();
    from = from(channels, space, window, spots);
  }

  static Array value(Conv conv, Type type, List<Array> xs) {
    return new Convolutions(conv, type, xs).run();
  }

  private int[] from(int channels, Shape space, Shape window, Shape spots) {
    int d = space.rank();
    int[] from = new int[terms * places];
    int[] k = new int[d], t = new int[d], strides = space.strides();
    int at = 0;
    for (int c = 0; c < channels; c++)
      for (int w = 0; w < window.size(); w++) {
        index(w, window, k);
        for (int s = 0; s < places; s++) {
          index(s, spots, t);
          int place = c * space.size();
          for (int i = 0; i < d && place >= 0; i++) {
            int p =
                t[i] * conv.stencil().strides().get(i)
                    - conv.stencil().low().get(i)
                    + k[i] * conv.stencil().dilation().get(i);
            place = p < 0 || p >= space.dim(i) ? -1 : place + p * strides[i];
          }
          from[at++] = place;
        }
      }
    return from;
  }

  private static void index(int flat, Shape s, int[] index) {
    for (int i = index.length - 1; i >= 0; i--) {
      index[i] = flat % s.dim(i);
      flat /= s.dim(i);
    }
  }

  private Array run() {
    Array out = Array.zeros(type);
    int groups = conv.stencil().groups();
    Array columns = Array.zeros(type.with(Shape.of(terms * places)));
    for (int lane = 0; lane < lanes; lane++)
      for (int n = 0; n < images; n++)
        for (int g = 0; g < groups; g++) {
          int in = ((lane * images + n) * groups + g) * image;
          int kernel = (lane * groups + g) * rows * terms;
          int to = ((lane * images + n) * groups + g) * rows * places;
          switch (conv.open()) {
            case OUTPUT -> {
              gather(x, in, columns, false);
              Products.multiply(type.dtype(), y, kernel, columns, 0, out, to, rows, terms, places);
            }
            case KERNEL -> {
              gather(x, in, columns, true);
              Products.multiply(type.dtype(), y, to, columns, 0, out, kernel, rows, places, terms);
            }
            case INPUT -> {
              Array turned = transposed(x, kernel);
              Array made = Array.zeros(columns.type());
              Products.multiply(type.dtype(), turned, 0, y, to, made, 0, terms, rows, places);
              scatter(made, out, in);
            }
          }
        }
    return out;
  }

  /** The windows of one image's group as columns, or, {@code transposed}, as rows. */
  private void gather(Array image, int at, Array columns, boolean transposed) {
    for (int k = 0, i = 0; k < terms; k++)
      for (int t = 0; t < places; t++, i++) {
        int to = transposed ? t * terms + k : i;
        switch (type.dtype()) {
          case F64 -> columns.f64()[to] = from[i] < 0 ? 0 : image.f64()[at + from[i]];
          case F32 -> columns.f32()[to] = from[i] < 0 ? 0 : image.f32()[at + from[i]];
          case I64, I32, BOOL -> throw new AssertionError(type);
        }
      }
  }

  private void scatter(Array columns, Array image, int at) {
    for (int i = 0; i < from.length; i++)
      if (from[i] >= 0)
        switch (type.dtype()) {
          case F64 -> image.f64()[at + from[i]] += columns.f64()[i];
          case F32 -> image.f32()[at + from[i]] += columns.f32()[i];
          case I64, I32, BOOL -> throw new AssertionError(type);
        }
  }

  /** The kernel of one group, [terms, rows]. */
  private Array transposed(Array kernel, int at) {
    int[] map = Moves.map(Shape.of(terms, rows), new int[] {1, terms}, at);
    return kernel.take(Shape.of(terms, rows), map);
  }
}
