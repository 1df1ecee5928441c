package io.leibniz.compile.run;

import io.leibniz.backend.Backend.Kernel;
import io.leibniz.ir.Indexing;

/** Copies {@code count} rows of a table, of {@code length} elements each. One outside raises. */
public record Gather(int table, int index, int out, int rows, int length, int count, Cost cost)
    implements Work {

  @Override
  public Kernel kernel() {
    return cost.of(Kernel.Kind.SCALAR);
  }

  @Override
  public void run(Frame f) {
    Object from = f.data[table], to = f.data[out];
    int start = f.base[table], end = f.base[out], at = f.base[index];
    switch (f.data[index]) {
      case long[] places -> {
        for (int i = 0; i < count; i++) {
          int row = checked(places[at + i]);
          System.arraycopy(from, start + row * length, to, end + i * length, length);
        }
      }
      case int[] places -> {
        for (int i = 0; i < count; i++) {
          int row = checked(places[at + i]);
          System.arraycopy(from, start + row * length, to, end + i * length, length);
        }
      }
      default -> throw new AssertionError("an index of integers");
    }
  }

  private int checked(long row) {
    if (row < 0 || row >= rows) throw Indexing.outside(new Indexing.Gather(0), row, rows);
    return (int) row;
  }
}
