package io.leibniz.compile.run;

import io.leibniz.backend.Backend;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * A compiled graph: kernels in order, and where their arrays lie. Safe for use by several threads; each call has a frame of
 * its own, kept for the next.
 */
public final class Program {
  private static final int KEPT = 8;

  private final List<Work> works;
  private final Memory memory;
  private final Pool pool;
  private final ArrayBlockingQueue<Frame> frames = new ArrayBlockingQueue<>(KEPT);

  /** Where something is: in a buffer, or a value of its own. */
  public sealed interface Place {
    /** A buffer in the arena of its dtype, from {@code offset} on. */
    record Arena(int buffer, DType dtype, int offset) implements Place {}

    /** A buffer that is argument {@code argument}. */
    record Argument(int buffer, int argument) implements Place {}

    /** A buffer that is known. */
    record Known(int buffer, Object array) implements Place {}

    /** A buffer of a result, made anew; or in the memory of argument {@code over}, if that may be overwritten (−1: none). */
    record Fresh(int buffer, Type type, int over) implements Place {}
  }

  /** Where a result comes from. */
  public sealed interface Result {
    /** The buffer of a {@link Place.Fresh}; or of what an interpreted op returned, which others may have too. */
    record Buffer(int buffer, Type type, boolean shared) implements Result {}

    record Argument(int argument) implements Result {}

    record Known(Value value) implements Result {}

    /** A value that is no array. */
    record Held(int value) implements Result {}
  }

  /**
   * @param buffers how many there are; {@code values} likewise; {@code slots}: passes of kernels
   * @param arenas the length of each
   * @param argumentValues of each argument that is no array, the number of the value; −1 for arrays
   * @param known values that are no arrays and known, by their number
   */
  public record Memory(
      int buffers,
      int values,
      int slots,
      Map<DType, Integer> arenas,
      List<Place> places,
      int[] argumentValues,
      Map<Integer, Value> known,
      List<Result> results,
      List<Kind> kinds) {
    /** The bytes of one call's arena. */
    public long bytes() {
      long sum = 0;
      for (var e : arenas.entrySet()) sum += (long) e.getKey().bytes() * e.getValue();
      return sum;
    }

    /** The bytes of the results that each call makes anew. */
    public long fresh() {
      long sum = 0;
      for (Place p : places)
        if (p instanceof Place.Fresh(_, var type, int over) && over < 0)
          sum += (long) type.dtype().bytes() * type.shape().size();
      return sum;
    }
  }

  public Program(List<Work> works, Memory memory, Pool pool) {
    this.pool = pool;
    this.works = works;
    this.memory = memory;
  }

  public List<Work> works() {
    return works;
  }

  public Memory memory() {
    return memory;
  }

  private Frame frame() {
    Frame known = frames.poll();
    if (known != null) return known;
    var f = new Frame(memory.buffers, memory.values, memory.slots, pool);
    var arenas = new EnumMap<DType, Object>(DType.class);
    memory.arenas.forEach((d, n) -> arenas.put(d, Array.zeros(Type.of(d, n)).data()));
    for (Place p : memory.places)
      switch (p) {
        case Place.Arena(int b, var dtype, int offset) ->
            f.put(b, Objects.requireNonNull(arenas.get(dtype)), offset);
        case Place.Known(int b, var array) -> f.put(b, array, 0);
        case Place.Argument _, Place.Fresh _ -> {}
      }
    return f;
  }

  /** {@code free}: which arguments may be overwritten. */
  public List<Value> run(List<? extends Value> args, boolean[] free) {
    Frame f = frame();
    for (int i = 0; i < memory.argumentValues.length; i++)
      if (memory.argumentValues[i] >= 0) f.values[memory.argumentValues[i]] = args.get(i);
    memory.known.forEach((i, v) -> f.values[i] = v);
    for (Place p : memory.places)
      switch (p) {
        case Place.Argument(int b, int i) -> f.put(b, ((Array) args.get(i)).data(), 0);
        case Place.Fresh(int b, var type, int over) ->
            f.put(
                b,
                over >= 0 && free[over]
                    ? ((Array) args.get(over)).data()
                    : Array.zeros(type).data(),
                0);
        case Place.Arena _, Place.Known _ -> {}
      }
    for (int i = 0; i < works.size(); i++) works.get(i).run(f);
    var out = new ArrayList<Value>(memory.results.size());
    for (Result r : memory.results)
      out.add(
          switch (r) {
            case Result.Buffer(int b, var type, boolean shared) -> {
              Array made = Array.of(type, f.data[b]);
              yield shared ? made.share() : made;
            }
            case Result.Argument(int i) -> args.get(i);
            case Result.Known(var v) -> v instanceof Array a ? a.share() : v;
            case Result.Held(int v) -> (Value) Objects.requireNonNull(f.values[v]);
          });
    release(f);
    return out;
  }

  /** A frame of its own, on the caller's arrays. Of a graph whose arguments and results are arrays. */
  public Backend.Session session() {
    Frame f = frame();
    var arguments = new ArrayList<Place.Argument>();
    var fresh = new ArrayList<Place.Fresh>();
    for (Place p : memory.places)
      switch (p) {
        case Place.Argument a -> arguments.add(a);
        case Place.Fresh a -> fresh.add(a);
        case Place.Arena _, Place.Known _ -> {}
      }
    int[] from = arguments.stream().mapToInt(Place.Argument::argument).toArray();
    int[] given = arguments.stream().mapToInt(Place.Argument::buffer).toArray();
    int[] made = fresh.stream().mapToInt(Place.Fresh::buffer).toArray();
    var steps = works.toArray(Work[]::new);
    int[] into = new int[fresh.size()];
    boolean[] direct = new boolean[memory.results.size()];
    for (int k = 0; k < into.length; k++)
      for (int r = direct.length - 1; r >= 0; r--)
        if (memory.results.get(r) instanceof Result.Buffer(int b, _, _) && b == fresh.get(k).buffer)
          into[k] = r;
    for (int r : into) direct[r] = true;
    memory.known.forEach((i, v) -> f.values[i] = v);
    return (args, results) -> {
      for (int i = 0; i < given.length; i++) f.put(given[i], args[from[i]], 0);
      for (int k = 0; k < into.length; k++) f.put(made[k], results[into[k]], 0);
      for (Work w : steps) w.run(f);
      for (int r = 0; r < direct.length; r++) if (!direct[r]) copy(f, args, r, results[r]);
    };
  }

  private void copy(Frame f, Object[] args, int r, Object to) {
    Object from =
        switch (memory.results.get(r)) {
          case Result.Buffer(int b, _, _) -> f.data[b];
          case Result.Argument(int i) -> args[i];
          case Result.Known(var v) -> ((Array) v).data();
          case Result.Held _ -> throw new AssertionError("no array");
        };
    System.arraycopy(from, 0, to, 0, memory.kinds.get(r).array().shape().size());
  }

  /** Nothing of the caller's is kept. A frame whose call failed is not used again. */
  private void release(Frame f) {
    for (Place p : memory.places)
      switch (p) {
        case Place.Argument(int b, _) -> f.forget(b);
        case Place.Fresh(int b, _, _) -> f.forget(b);
        case Place.Arena _, Place.Known _ -> {}
      }
    f.forgetValues();
    frames.offer(f);
  }

  @Override
  public String toString() {
    return works.size() + " kernels";
  }
}
