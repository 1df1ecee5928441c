package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Movement.Broadcast;
import io.leibniz.ir.Movement.Concat;
import io.leibniz.ir.Movement.Flip;
import io.leibniz.ir.Movement.Fold;
import io.leibniz.ir.Movement.Pad;
import io.leibniz.ir.Movement.Permute;
import io.leibniz.ir.Movement.Reshape;
import io.leibniz.ir.Movement.Slice;
import io.leibniz.ir.Movement.Windows;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.Arrays;
import java.util.List;

/** Movements: for each element of the result, where it comes from. */
final class Moves {
  private Moves() {}

  static Array value(Movement op, Type type, List<Array> xs) {
    Array x = xs.getFirst();
    Shape in = x.shape(), out = type.shape();
    int[] from = in.strides();
    return switch (op) {
      case Reshape _ -> x.reshape(out);
      case Permute(var order) -> {
        int[] strides = new int[from.length];
        for (int i = 0; i < strides.length; i++) strides[i] = from[order.get(i)];
        yield x.take(out, map(out, strides, 0));
      }
      case Broadcast(_, var axes) ->
          x.size() == 1 ? x.fill(out) : x.take(out, map(out, kept(from, out.rank(), axes), 0));
      case Slice(var starts, _, var strides) -> {
        int base = 0;
        for (int i = 0; i < from.length; i++) {
          base += starts.get(i) * from[i];
          from[i] *= strides.get(i);
        }
        yield x.take(out, map(out, from, base));
      }
      case Flip(var axes) -> {
        int base = 0;
        for (int a : axes) {
          base += (in.dim(a) - 1) * from[a];
          from[a] = -from[a];
        }
        yield x.take(out, map(out, from, base));
      }
      case Windows w -> x.take(out, map(out, windows(w, from), 0));
      case Fold(var w, _) -> Reductions.sum(type, x, map(in, windows(w, out.strides()), 0));
      case Pad(var low, _, var interior) -> pad(x, out, low, interior);
      case Concat(var axis) -> concat(xs, type, axis);
    };
  }

  /** {@code base + Σ index[i] · strides[i]} for every index of {@code shape}, in row-major order. */
  static int[] map(Shape shape, int[] strides, int base) {
    int[] map = new int[shape.size()];
    int rank = shape.rank();
    if (map.length == 0 || rank == 0) {
      Arrays.fill(map, base);
      return map;
    }
    int last = rank - 1, inner = shape.dim(last), step = strides[last];
    int[] index = new int[rank];
    int at = base;
    for (int i = 0; i < map.length; ) {
      for (int k = 0, a = at; k < inner; k++, a += step) map[i++] = a;
      for (int axis = last - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < shape.dim(axis)) break;
        at -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
    return map;
  }

  /** The strides of an operand as seen from a shape that has {@code axes} more than it: 0 along those. */
  static int[] kept(int[] strides, int rank, List<Integer> axes) {
    int[] kept = new int[rank];
    for (int i = 0, k = 0; i < rank; i++) if (!axes.contains(i)) kept[i] = strides[k++];
    return kept;
  }

  /** The strides, in an array with strides {@code own}, of the axes that windows on it have. */
  private static int[] windows(Windows w, int[] own) {
    int d = w.sizes().size(), lead = own.length - d;
    int[] strides = Arrays.copyOf(own, own.length + d);
    for (int i = 0; i < d; i++) {
      strides[lead + i] = own[lead + i] * w.strides().get(i);
      strides[lead + d + i] = own[lead + i] * w.dilation().get(i);
    }
    return strides;
  }

  private static Array pad(Array x, Shape out, List<Integer> low, List<Integer> interior) {
    int[] strides = out.strides();
    int base = 0;
    for (int i = 0; i < strides.length; i++) {
      base += low.get(i) * strides[i];
      strides[i] *= interior.get(i) + 1;
    }
    int[] to = map(x.shape(), strides, base);
    int[] from = new int[out.size()];
    Arrays.fill(from, -1);
    for (int i = 0; i < to.length; i++) from[to[i]] = i;
    return x.take(out, from);
  }

  private static Array concat(List<Array> xs, Type type, int axis) {
    Array out = Array.zeros(type);
    int outer = type.shape().sub(0, axis).size();
    int row = outer == 0 ? 0 : out.size() / outer;
    int at = 0;
    for (Array x : xs) {
      int block = outer == 0 ? 0 : x.size() / outer;
      for (int i = 0; i < outer; i++) x.copyTo(i * block, out, i * row + at, block);
      at += block;
    }
    return out;
  }
}
