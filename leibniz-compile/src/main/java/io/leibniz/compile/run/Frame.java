package io.leibniz.compile.run;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The memory of one call of a program: where each buffer lies, and what kernels need besides. One call at a time uses it. */
public final class Frame {
  /** A value for each buffer that an interpreted op made, and each node that is no array. */
  public final @Nullable Object[] values;

  /** Where no array is: of a buffer that a call has not reached, or has let go of. */
  private static final Object NONE = new Object();

  final Object[] data;
  final int[] base;
  int version; // changes when an array does
  final Pool pool;
  int pass; // of the loop that runs now
  int turn; // of the product that runs now
  @Nullable Tiles tiles; // of the product that runs now
  private final @Nullable Place[] places;
  private final int slots;

  /** The arguments of one pass of a kernel. */
  static final class Place {
    final Object[] arrays;
    final int[] at;
    final int[] step;
    final int[] index;
    @Nullable Object totals; // of each block of lanes, where several threads fold them
    int version = -1; // of the frame when it was last filled in

    Place(int arrays, int at, int dims) {
      this.arrays = new Object[arrays];
      Arrays.fill(this.arrays, NONE);
      this.at = new int[at];
      this.step = new int[at];
      this.index = new int[dims];
    }
  }

  /** For so many buffers, values and passes of kernels. */
  public Frame(int buffers, int values, int slots, Pool pool) {
    this.pool = pool;
    data = new Object[buffers];
    Arrays.fill(data, NONE);
    base = new int[buffers];
    this.values = new Object[values];
    this.slots = slots;
    places = new Place[slots * pool.threads()];
  }

  /** Says where buffer {@code b} begins. */
  public void put(int b, Object array, int offset) {
    if (data[b] == array && base[b] == offset) return;
    data[b] = array;
    base[b] = offset;
    version++;
  }

  /** Lets go of what belongs to the caller. */
  public void forget(int b) {
    data[b] = NONE;
    version++;
  }

  public void forgetValues() {
    Arrays.fill(values, null);
  }

  @Nullable Place place(int thread, int slot) {
    return places[thread * slots + slot];
  }

  Place keep(int thread, int slot, Place place) {
    places[thread * slots + slot] = place;
    return place;
  }
}
