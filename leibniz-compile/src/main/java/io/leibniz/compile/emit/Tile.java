package io.leibniz.compile.emit;

import static io.leibniz.compile.emit.Lanes.ALL;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A register tile of a contraction, {@code rows} × {@code columns} elements of C, each one chain of fused multiply-adds in
 * increasing k: {@code total = Σ a[i, k] b[k, j]}; then {@code stores} of expressions in the total. The accumulators are locals of one method: handed to a
 * helper, they would be boxed. Distances are constants of the code, so that C2 merges addresses and range checks; k is an
 * argument, so that the warm-up takes three steps of it.
 *
 * @param vectors how many vectors the columns take
 * @param aRow from A[i, k] to A[i + 1, k]; {@code aStep} to A[i, k + 1]; {@code bStep} from B[k, j] to B[k + 1, j]
 */
public record Tile(
    DType type,
    int rows,
    int vectors,
    int columns,
    int aRow,
    int aStep,
    int bStep,
    List<Ref> refs,
    List<Loop.Store> stores) {

  /** An array that the end reads or writes: {@code row} from row to row, {@code lane} (0 or 1) from column to column. */
  public record Ref(DType type, int row, int lane) {}

  /** The emitted code. */
  public interface Body {
    int width();

    /** One tile. {@code arrays} and {@code at}: A, B, then the refs; where the tile's first element is. */
    void run(Object[] arrays, int[] at, int k);
  }

  private static final int ARRAYS = 1, AT = 2, K = 3;

  /** Equal for tiles of equal code. */
  public Object key() {
    return List.of(
        type,
        List.of(rows, vectors, columns, aRow, aStep, bStep),
        refs,
        stores.stream().map(Loop.Store::ref).toList(),
        Keys.of(stores.stream().map(Loop.Store::value).toList()));
  }

  /** How many elements of {@code type} a vector has; 1 for scalars. */
  public static int width(DType type, boolean vectors) {
    return vectors ? new Vectors(type).width() : 1;
  }

  public Body emit(boolean vectors) {
    return emit(vectors ? new Vectors(type) : new Scalars());
  }

  private Body emit(Lanes lanes) {
    var functions = new Functions(Hidden.name(Body.class, lanes));
    return Hidden.define(
        Body.class,
        lanes,
        functions.handles(),
        cb -> {
          cb.withMethodBody(
              "run",
              MethodTypeDesc.of(CD_void, CD_Object.arrayType(), CD_int.arrayType(), CD_int),
              ClassFile.ACC_PUBLIC,
              c -> new Code(c, lanes, functions).body());
          functions.define(cb);
        });
  }

  private final class Code {
    private final CodeBuilder c;
    private final Lanes lanes;
    private final Functions functions;
    private final int w;
    private int mask = ALL;
    private final int[] arrays = new int[refs.size() + 2], at = new int[refs.size() + 2];

    Code(CodeBuilder c, Lanes lanes, Functions functions) {
      this.c = c;
      this.lanes = lanes;
      this.functions = functions;
      w = lanes.width();
    }

    void body() {
      for (int r = 0; r < arrays.length; r++) {
        DType t = r < 2 ? type : refs.get(r - 2).type;
        c.aload(ARRAYS).loadConstant(r).aaload().checkcast(Lanes.array(t));
        arrays[r] = c.allocateLocal(TypeKind.REFERENCE);
        c.astore(arrays[r]);
        c.aload(AT).loadConstant(r).iaload();
        at[r] = c.allocateLocal(TypeKind.INT);
        c.istore(at[r]);
      }
      if (columns < vectors * w) {
        lanes.mask(c, b -> b.loadConstant((vectors - 1) * w), b -> b.loadConstant(columns));
        mask = lanes.keep(c, DType.BOOL);
      }
      int[][] sum = new int[rows][vectors];
      for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) {
          lanes.spread(c, type, b -> Lanes.constant(b, type, 0));
          sum[r][v] = lanes.keep(c, type);
        }
      chain(sum);

      var same = new HashMap<Expr, Integer>(); // what all elements share
      var ends = new ArrayList<Map<Expr, Integer>>();
      // all reads before the first store: a load near a masked store waits for it
      for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) ends.add(finish(same, sum[r][v], r, v));
      for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
          for (Loop.Store s : stores)
            lanes.store(
                c,
                refs.get(s.ref()).type,
                arrays[s.ref() + 2],
                place(s.ref(), r, v),
                Objects.requireNonNull(ends.get(r * vectors + v).get(s.value())),
                last(v));
      c.return_();
    }

    private int last(int v) {
      return v == vectors - 1 ? mask : ALL;
    }

    private void chain(int[][] sum) {
      int i = c.allocateLocal(TypeKind.INT);
      c.iconst_0().istore(i);
      int[] bs = new int[vectors];
      Label top = c.newLabel(), done = c.newLabel();
      c.labelBinding(top).iload(i).iload(K).if_icmpge(done);
      for (int v = 0; v < vectors; v++) {
        lanes.load(c, type, arrays[1], plus(at[1], v * w), last(v));
        bs[v] = lanes.keep(c, type);
      }
      for (int r = 0; r < rows; r++) {
        Lanes.Push index = plus(at[0], r * aRow);
        lanes.spread(c, type, b -> Lanes.element(b, type, arrays[0], index));
        int x = lanes.keep(c, type);
        for (int v = 0; v < vectors; v++) {
          lanes.step(c, Prim.Step.FMA, type, x, bs[v], sum[r][v]);
          c.storeLocal(lanes.kind(type), sum[r][v]);
        }
      }
      c.iload(at[0]).loadConstant(aStep).iadd().istore(at[0]);
      c.iload(at[1]).loadConstant(bStep).iadd().istore(at[1]);
      c.iinc(i, 1).goto_(top).labelBinding(done);
    }

    private static Lanes.Push plus(int start, int more) {
      return b -> {
        b.iload(start);
        if (more != 0) b.loadConstant(more).iadd();
      };
    }

    private Lanes.Push place(int ref, int r, int v) {
      Ref of = refs.get(ref);
      return plus(at[ref + 2], r * of.row + v * w * of.lane);
    }

    private void load(int ref, int r, int v) {
      Ref of = refs.get(ref);
      if (of.lane == 0)
        lanes.spread(c, of.type, b -> Lanes.element(b, of.type, arrays[ref + 2], place(ref, r, v)));
      else lanes.load(c, of.type, arrays[ref + 2], place(ref, r, v), last(v));
    }

    /** The locals of one vector's end. */
    private Map<Expr, Integer> finish(Map<Expr, Integer> same, int sum, int r, int v) {
      var made = new HashMap<>(same);
      for (Expr e : Expr.order(stores.stream().map(Loop.Store::value).toList())) {
        if (made.containsKey(e)) continue;
        int[] x = e.operands().stream().mapToInt(made::get).toArray();
        switch (e.op()) {
          case Prim.Total _ -> {
            made.put(e, sum);
            continue;
          }
          case Prim.Load(_, int ref) -> load(ref, r, v);
          case Prim.Const(var t, long bits) -> lanes.spread(c, t, b -> Lanes.constant(b, t, bits));
          case Prim.Step s -> lanes.step(c, s, e.x(s == Prim.Step.SELECT ? 1 : 0).type(), x);
          case Prim.Shift s -> lanes.shift(c, s, e.type(), x[0]);
          case Prim.Convert(var to) -> {
            c.loadLocal(lanes.kind(e.x(0).type()), x[0]);
            Functions.convert(c, e.x(0).type(), to);
          }
          case Prim.Call call -> functions.call(c, call, e.x(0).type(), x);
          case Prim.Inside _, Prim.Rare _ ->
              throw new AssertionError(e + " at the end of a contraction");
        }
        made.put(e, lanes.keep(c, e.type()));
        if (shared(e, same)) same.put(e, made.get(e));
      }
      return made;
    }

    private boolean shared(Expr e, Map<Expr, Integer> same) {
      return switch (e.op()) {
        case Prim.Const _ -> true;
        case Prim.Load(_, int ref) -> refs.get(ref).lane == 0 && refs.get(ref).row == 0;
        case Prim.Total _, Prim.Inside _ -> false;
        case Prim.Step _, Prim.Shift _, Prim.Convert _, Prim.Call _, Prim.Rare _ ->
            e.operands().stream().allMatch(same::containsKey);
      };
    }
  }
}
