package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Indexing.DynamicAdd;
import io.leibniz.ir.Indexing.DynamicSlice;
import io.leibniz.ir.Indexing.DynamicUpdate;
import io.leibniz.ir.Indexing.Gather;
import io.leibniz.ir.Indexing.ScatterAdd;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Type;
import java.util.List;

/** Reads and writes at computed places; every place is checked. */
final class Places {
  private Places() {}

  static Array value(Indexing op, Type type, List<Array> x) {
    return switch (op) {
      case Gather(var batch) -> gather(type, x.get(0), x.get(1), batch);
      case ScatterAdd(var batch) -> {
        Array out = x.get(0).copy();
        int[] to = rows(op, out.shape(), x.get(1), batch);
        add(out, x.get(2), to);
        yield out;
      }
      case DynamicSlice(var batch, _) ->
          x.get(0).take(type.shape(), block(op, x.get(0).shape(), type.shape(), x.get(1), batch));
      case DynamicUpdate(var batch) -> {
        Array out = x.get(0).copy();
        int[] to = block(op, type.shape(), x.get(1).shape(), x.get(2), batch);
        for (int i = 0; i < to.length; i++) x.get(1).copyTo(i, out, to[i], 1);
        yield out;
      }
      case DynamicAdd(var batch) -> {
        Array out = x.get(0).copy();
        add(out, x.get(1), block(op, type.shape(), x.get(1).shape(), x.get(2), batch));
        yield out;
      }
    };
  }

  private static Array gather(Type type, Array table, Array index, int batch) {
    return table.take(type.shape(), rows(new Gather(batch), table.shape(), index, batch));
  }

  /** For each element of the rows that the index names, in order, its place in the table. */
  private static int[] rows(Indexing op, Shape table, Array index, int batch) {
    int n = table.dim(batch), row = table.sub(batch + 1, table.rank()).size();
    int lanes = table.sub(0, batch).size(), each = lanes == 0 ? 0 : index.size() / lanes;
    int[] at = new int[index.size() * row];
    for (int i = 0; i < index.size(); i++) {
      long r = index.integer(i);
      if (r < 0 || r >= n) throw Indexing.outside(op, r, n);
      int start = (i / each * n + (int) r) * row;
      for (int k = 0; k < row; k++) at[i * row + k] = start + k;
    }
    return at;
  }

  /** For each element of the block, its place in the array. */
  private static int[] block(Indexing op, Shape array, Shape block, Array starts, int batch) {
    int axes = array.rank() - batch, lanes = array.sub(0, batch).size();
    Shape one = block.sub(batch, block.rank());
    int[] strides = array.sub(batch, array.rank()).strides();
    int size = array.sub(batch, array.rank()).size();
    int[] at = new int[block.size()];
    for (int lane = 0; lane < lanes; lane++) {
      int base = lane * size;
      for (int a = 0; a < axes; a++) {
        long start = starts.integer(lane * axes + a);
        int room = array.dim(batch + a) - one.dim(a);
        if (start < 0 || start > room)
          throw new IndexOutOfBoundsException(
              Origin.located(
                  "%s: start %d puts the block outside of axis %d; it may be 0 to %d"
                      .formatted(op, start, batch + a, room)));
        base += (int) start * strides[a];
      }
      int[] places = Moves.map(one, strides, base);
      System.arraycopy(places, 0, at, lane * places.length, places.length);
    }
    return at;
  }

  private static void add(Array out, Array update, int[] to) {
    switch (out.dtype()) {
      case F64 -> {
        double[] r = out.f64(), u = update.f64();
        for (int i = 0; i < to.length; i++) r[to[i]] += u[i];
      }
      case F32 -> {
        float[] r = out.f32(), u = update.f32();
        for (int i = 0; i < to.length; i++) r[to[i]] += u[i];
      }
      case I64 -> {
        long[] r = out.i64(), u = update.i64();
        for (int i = 0; i < to.length; i++) r[to[i]] += u[i];
      }
      case I32 -> {
        int[] r = out.i32(), u = update.i32();
        for (int i = 0; i < to.length; i++) r[to[i]] += u[i];
      }
      case BOOL -> {
        boolean[] r = out.bool(), u = update.bool();
        for (int i = 0; i < to.length; i++) r[to[i]] |= u[i];
      }
    }
  }
}
