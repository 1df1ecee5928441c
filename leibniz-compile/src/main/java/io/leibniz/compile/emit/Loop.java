package io.leibniz.compile.emit;

import static io.leibniz.compile.emit.Lanes.ALL;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.DType;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of lanes 0 ≤ i &lt; n, computed in one pass: everything that is stored, and everything that is folded, from one
 * reading of the arrays. A sum has {@link #partials} partial sums, lane i going to number i mod so many, whatever the width.
 *
 * @param refs the arrays that are read and written, each with the distance between neighbouring lanes
 * @param ranges how many ranges of lanes {@link Prim.Inside} tells apart
 */
public record Loop(List<Ref> refs, List<Store> stores, List<Fold> folds, int ranges) {

  /** An array seen along the lanes: lane i's element is at {@code at + stride · i}, and may be read in the lanes of {@code range} (−1: all). */
  public record Ref(DType type, int stride, int range) {}

  public record Store(int ref, Expr value) {}

  /** Values of all lanes combined into one. */
  public record Fold(Kind kind, Expr value) {
    public enum Kind {
      /** Of truth values: or. */
      SUM,
      /** NaN if any is. */
      MAX,
      MIN
    }

    /** Keeps {@code old} and {@code x} combined in a new local. */
    static int combine(CodeBuilder c, Lanes lanes, Kind kind, DType type, int old, int x) {
      if (kind == Kind.SUM) {
        lanes.step(c, type == DType.BOOL ? Prim.Step.OR : Prim.Step.ADD, type, old, x);
        return lanes.keep(c, type);
      }
      lanes.step(c, kind == Kind.MAX ? Prim.Step.GT : Prim.Step.LT, type, x, old);
      int wins = lanes.keep(c, DType.BOOL);
      if (type.isFloat()) {
        lanes.step(c, Prim.Step.NE, type, x, x);
        int nan = lanes.keep(c, DType.BOOL);
        lanes.step(c, Prim.Step.OR, DType.BOOL, wins, nan);
        wins = lanes.keep(c, DType.BOOL);
      }
      lanes.step(c, Prim.Step.SELECT, type, wins, x, old);
      return lanes.keep(c, type);
    }
  }

  /** The emitted code. No vector crosses its border, and both methods are entered from small ones. */
  public interface Body {
    int width();

    /**
     * Blocks of {@code width} lanes, all of them inside every range: i, i + width, … ≤ last.
     *
     * @param arrays of each ref; then the partial sums, if any
     * @param at of each ref where lane 0 is; then the ends of each range
     */
    void whole(Object[] arrays, int[] at, int i, int last);

    /** One block that may reach outside of a range, or beyond {@code end}. */
    void edge(Object[] arrays, int[] at, int i, int end);
  }

  /** How many partial results a fold has: a block of 4096 lanes sums lane i into number i mod so many. */
  public static int partials(DType type) {
    return type == DType.F64 || type == DType.I64 ? 16 : 32;
  }

  private static final int ARRAYS = 1, AT = 2, I = 3, END = 4; // locals of the emitted methods
  private static final ClassDesc OBJECTS = CD_Object.arrayType(), INTS = CD_int.arrayType();

  /** What is stored and folded. */
  public List<Expr> roots() {
    var all = new ArrayList<Expr>();
    stores.forEach(s -> all.add(s.value));
    folds.forEach(f -> all.add(f.value));
    return all;
  }

  /** Equal for loops of equal code. */
  public Object key() {
    return List.of(
        refs,
        stores.stream().map(Store::ref).toList(),
        folds.stream().map(Fold::kind).toList(),
        ranges,
        Keys.of(roots()));
  }

  /** What the internal names of all vector classes begin with. */
  public static String vectorNames() {
    return Hidden.class.getPackageName().replace('.', '/') + "/" + Hidden.VECTORS;
  }

  /** To be called before vector code is warmed. */
  public static void loadVectors() {
    Species.load();
  }

  /** Its scalar twin. */
  public Body scalars() {
    return emit(new Scalars());
  }

  /** Its vector twin, of lanes that {@link #vectors} has named. */
  public Body vectors(DType lane) {
    return emit(new Vectors(lane));
  }

  /** The lane type of its vector twin: F32 or F64; null where it has none. */
  public @Nullable DType vectors() {
    var types = new HashSet<DType>();
    for (Ref r : refs) {
      if (r.type == DType.BOOL || r.stride != 0 && r.stride != 1) return null;
      types.add(r.type);
    }
    for (Expr e : Expr.order(roots())) {
      if (!e.op().vectors()) return null;
      if (e.type() != DType.BOOL) types.add(e.type());
    }
    boolean single = types.contains(DType.F32) || types.contains(DType.I32);
    boolean wide = types.contains(DType.F64) || types.contains(DType.I64);
    return single == wide ? null : single ? DType.F32 : DType.F64;
  }

  /** How many numbers, and how many integers, its scalar twin keeps between its methods; they follow the partial sums. */
  public int[] spills() {
    return new Chunks(this).sizes();
  }

  private static final MethodTypeDesc TYPE =
      MethodTypeDesc.of(CD_void, OBJECTS, INTS, CD_int, CD_int);

  private Body emit(Lanes lanes) {
    var functions = new Functions(Hidden.name(Body.class, lanes));
    var order = Expr.order(roots());
    var chunks = new Chunks(this);
    return Hidden.define(
        Body.class,
        lanes,
        functions.handles(),
        cb -> {
          if (lanes.width() == 1 && chunks.count() > 1) chunked(cb, lanes, functions, chunks);
          else
            cb.withMethodBody(
                    "whole",
                    TYPE,
                    ClassFile.ACC_PUBLIC,
                    c -> {
                      var block = new Block(c, lanes, functions, false, null);
                      block.hoist(order);
                      Label top = c.newLabel(), end = c.newLabel();
                      c.labelBinding(top).iload(I).iload(END).if_icmpgt(end);
                      block.emit(order, stores, folds);
                      c.iinc(I, lanes.width()).goto_(top).labelBinding(end).return_();
                    })
                .withMethodBody(
                    "edge",
                    TYPE,
                    ClassFile.ACC_PUBLIC,
                    c -> {
                      var block = new Block(c, lanes, functions, true, null);
                      block.hoist(order);
                      block.emit(order, stores, folds);
                      c.return_();
                    });
          if (lanes.width() > 1 && order.stream().anyMatch(e -> e.op() instanceof Prim.Rare))
            slow(cb, functions, order);
          functions.define(cb);
        });
  }

  /** Scalar code for the lanes from I to END, in a vector class: for a block with a rare case. */
  private void slow(ClassBuilder cb, Functions functions, List<Expr> order) {
    cb.withMethodBody(
        "slow",
        TYPE,
        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
        c -> {
          shifted(c);
          var block = new Block(c, new Scalars(), functions, true, null);
          Label top = c.newLabel(), end = c.newLabel();
          block.hoist(order);
          c.labelBinding(top).iload(I).iload(END).if_icmpge(end);
          block.emit(order, stores, folds);
          c.iinc(I, 1).goto_(top).labelBinding(end).return_();
        });
  }

  /** The arguments of a static method begin at 0, but a block wants them from 1 on. */
  private static void shifted(CodeBuilder c) {
    c.iload(3).iload(2).aload(1).aload(0);
    c.astore(ARRAYS).astore(AT).istore(I).istore(END);
    for (int free = 0; free < 2; free++) c.allocateLocal(TypeKind.INT);
  }

  /** Straight-line code that is too long for one method: several, one after another for each lane. */
  private void chunked(ClassBuilder cb, Lanes lanes, Functions functions, Chunks chunks) {
    ClassDesc self = Hidden.name(Body.class, lanes);
    for (boolean edge : List.of(false, true)) {
      String name = edge ? "e" : "w";
      for (int k = 0; k < chunks.count(); k++) {
        int chunk = k;
        cb.withMethodBody(
            name + k,
            TYPE,
            ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
            c -> {
              shifted(c);
              new Block(c, lanes, functions, edge, chunks)
                  .emit(chunks.steps(chunk), chunks.stores(chunk), chunks.folds(chunk));
              c.return_();
            });
      }
    }
    cb.withMethodBody(
            "whole",
            TYPE,
            ClassFile.ACC_PUBLIC,
            c -> {
              Label top = c.newLabel(), end = c.newLabel();
              c.labelBinding(top).iload(I).iload(END).if_icmpgt(end);
              for (int k = 0; k < chunks.count(); k++)
                c.aload(ARRAYS).aload(AT).iload(I).iload(END).invokestatic(self, "w" + k, TYPE);
              c.iinc(I, 1).goto_(top).labelBinding(end).return_();
            })
        .withMethodBody(
            "edge",
            TYPE,
            ClassFile.ACC_PUBLIC,
            c -> {
              for (int k = 0; k < chunks.count(); k++)
                c.aload(ARRAYS).aload(AT).iload(I).iload(END).invokestatic(self, "e" + k, TYPE);
              c.return_();
            });
  }

  /** One block of lanes, the first at I. */
  private final class Block {
    private final CodeBuilder c;
    private final Lanes lanes;
    private final Functions functions;
    private final boolean edge;
    private final @Nullable Chunks chunks;
    private final Map<Integer, Integer> masks = new HashMap<>();
    private final Map<Expr, Integer> locals = new HashMap<>();
    private final List<Integer> covered = new ArrayList<>(); // masks: where a rare case is not met
    private final Map<Integer, Integer> arrays = new HashMap<>(), starts = new HashMap<>();

    Block(CodeBuilder c, Lanes lanes, Functions functions, boolean edge, @Nullable Chunks chunks) {
      this.c = c;
      this.lanes = lanes;
      this.functions = functions;
      this.edge = edge;
      this.chunks = chunks;
    }

    /** Arrays, places, and all that is the same for every lane. */
    void hoist(List<Expr> order) {
      var written = new HashSet<Integer>();
      stores.forEach(s -> written.add(s.ref));
      for (int r = 0; r < refs.size(); r++) start(r);
      if (!folds.isEmpty()) array(refs.size());
      Set<Integer> uniform = new HashSet<>();
      for (int r = 0; r < refs.size(); r++)
        if (refs.get(r).stride == 0 && !written.contains(r)) uniform.add(r);
      for (Expr e : order)
        if (uniform(e, uniform)) {
          expression(e);
          locals.put(e, lanes.keep(c, e.type()));
        }
    }

    private int start(int r) {
      array(r);
      Integer known = starts.get(r);
      if (known != null) return known;
      c.aload(AT).loadConstant(r).iaload();
      int local = c.allocateLocal(TypeKind.INT);
      c.istore(local);
      starts.put(r, local);
      return local;
    }

    /** The local of array {@code number}: a ref's, then the partial sums, then what is kept between methods. */
    private int array(int number) {
      Integer known = arrays.get(number);
      if (known != null) return known;
      int after = number - refs.size();
      DType type =
          after < 0
              ? refs.get(number).type
              : after == 0 ? folds.getFirst().value.type() : after == 1 ? DType.F64 : DType.I64;
      c.aload(ARRAYS).loadConstant(number).aaload().checkcast(Lanes.array(type));
      int local = c.allocateLocal(TypeKind.REFERENCE);
      c.astore(local);
      arrays.put(number, local);
      return local;
    }

    /** Operands come first, so that each is decided when it is asked. */
    private boolean uniform(Expr e, Set<Integer> refs) {
      return switch (e.op()) {
        case Prim.Const _ -> true;
        case Prim.Load(_, int ref) -> refs.contains(ref);
        case Prim.Inside _, Prim.Total _ -> false;
        case Prim.Shift _, Prim.Convert _, Prim.Call _, Prim.Rare _, Prim.Step _ ->
            e.operands().stream().allMatch(locals::containsKey);
      };
    }

    /** The lanes of range {@code k} that lie before the end; {@code STORED}: those before the end. */
    private static final int STORED = -1;

    private int mask(int range) {
      Integer known = masks.get(range);
      if (known != null) return known;
      if (range == STORED) lanes.mask(c, b -> b.iconst_0(), b -> b.iload(END).iload(I).isub());
      else {
        Lanes.Push low = b -> b.aload(AT).loadConstant(refs.size() + 2 * range).iaload();
        Lanes.Push high =
            b ->
                b.aload(AT)
                    .loadConstant(refs.size() + 2 * range + 1)
                    .iaload()
                    .iload(END)
                    .invokestatic(
                        ClassDesc.of("java.lang.Math"),
                        "min",
                        MethodTypeDesc.of(CD_int, CD_int, CD_int));
        lanes.mask(
            c,
            b -> {
              b.iload(I);
              low.accept(b);
              b.isub();
            },
            b -> {
              high.accept(b);
              low.accept(b);
              b.isub();
            });
      }
      int local = lanes.keep(c, DType.BOOL);
      masks.put(range, local);
      return local;
    }

    private Lanes.Push at(int ref) {
      int stride = refs.get(ref).stride, start = start(ref);
      return b -> {
        b.iload(start);
        if (stride == 0) return;
        b.iload(I);
        if (stride != 1) b.loadConstant(stride).imul();
        b.iadd();
      };
    }

    /** Where a value is; one of an earlier method is fetched. */
    private int local(Expr e) {
      Integer known = locals.get(e);
      if (known != null) return known;
      if (e.op() instanceof Prim.Const) expression(e);
      else if (chunks == null) throw new AssertionError(e + " comes later");
      else {
        int spill = array(refs.size() + (e.type().isFloat() ? 1 : 2));
        int slot = chunks.slot(e);
        if (e.type().isFloat()) {
          c.aload(spill).loadConstant(slot).daload();
          Functions.convert(c, DType.F64, e.type());
        } else {
          c.aload(spill).loadConstant(slot).laload();
          Functions.convert(c, DType.I64, e.type());
        }
      }
      int local = lanes.keep(c, e.type());
      locals.put(e, local);
      return local;
    }

    private void keep(Expr e, int local) {
      if (chunks == null || !chunks.spilled(e)) return;
      boolean real = e.type().isFloat();
      c.aload(array(refs.size() + (real ? 1 : 2))).loadConstant(chunks.slot(e));
      c.loadLocal(lanes.kind(e.type()), local);
      Functions.convert(c, e.type(), real ? DType.F64 : DType.I64);
      if (real) c.dastore();
      else c.lastore();
    }

    private void expression(Expr e) {
      int[] x = e.operands().stream().mapToInt(this::local).toArray();
      switch (e.op()) {
        case Prim.Const(var type, long bits) ->
            lanes.spread(c, type, b -> Lanes.constant(b, type, bits));
        case Prim.Load(var type, int ref) -> {
          start(ref);
          if (refs.get(ref).stride == 0)
            lanes.spread(c, type, b -> Lanes.element(b, type, array(ref), at(ref)));
          else lanes.load(c, type, array(ref), at(ref), edge ? mask(refs.get(ref).range) : ALL);
        }
        case Prim.Inside(int range) -> {
          if (edge) c.loadLocal(lanes.kind(DType.BOOL), mask(range));
          else lanes.spread(c, DType.BOOL, b -> b.iconst_1());
        }
        case Prim.Step s -> lanes.step(c, s, e.x(s == Prim.Step.SELECT ? 1 : 0).type(), x);
        case Prim.Shift s -> lanes.shift(c, s, e.type(), x[0]);
        case Prim.Convert(var to) -> {
          c.loadLocal(lanes.kind(e.x(0).type()), x[0]);
          Functions.convert(c, e.x(0).type(), to);
        }
        case Prim.Call call -> functions.call(c, call, e.x(0).type(), x);
        case Prim.Rare(var type, var function) -> {
          if (lanes.width() > 1) {
            covered.add(x[0]);
            c.loadLocal(lanes.kind(type), x[1]);
          } else
            c.iload(x[0])
                .ifThenElse(
                    b -> b.loadLocal(lanes.kind(type), x[1]),
                    b -> functions.core(b, function, type, type, x[2]));
        }
        case Prim.Total _ -> throw new AssertionError("no contraction here");
      }
    }

    void emit(List<Expr> order, List<Store> stores, List<Fold> folded) {
      if (edge) mask(STORED);
      for (Expr e : order) {
        if (locals.containsKey(e)) continue;
        if (!edge && e.op() == Prim.Step.SELECT && e.x(0).op() instanceof Prim.Inside) {
          locals.put(e, local(e.x(1)));
          keep(e, local(e.x(1)));
          continue;
        }
        expression(e);
        int local = lanes.keep(c, e.type());
        locals.put(e, local);
        keep(e, local);
      }
      if (!covered.isEmpty()) {
        Label covers = c.newLabel(), done = c.newLabel();
        Vectors.all(c, covered);
        c.ifne(covers);
        c.aload(ARRAYS).aload(AT).iload(I).iload(I).loadConstant(lanes.width()).iadd();
        if (edge)
          c.iload(END)
              .invokestatic(
                  ClassDesc.of("java.lang.Math"), "min", MethodTypeDesc.of(CD_int, CD_int, CD_int));
        c.invokestatic(Hidden.name(Body.class, lanes), "slow", TYPE).goto_(done);
        c.labelBinding(covers);
        written(stores, folded);
        c.labelBinding(done);
      } else written(stores, folded);
    }

    private void written(List<Store> stores, List<Fold> folded) {
      for (Store s : stores) {
        int x = local(s.value), array = array(s.ref);
        lanes.store(c, refs.get(s.ref).type, array, at(s.ref), x, edge ? mask(STORED) : ALL);
      }
      int from = 0;
      for (Fold f : folds) {
        if (folded.contains(f)) fold(f, from);
        from += partials(f.value.type());
      }
    }

    private void fold(Fold f, int from) {
      DType type = f.value.type();
      Lanes.Push slot =
          b -> {
            b.iload(I).loadConstant(partials(type) - 1).iand();
            if (from > 0) b.loadConstant(from).iadd();
          };
      int x = local(f.value), partials = array(refs.size());
      lanes.load(c, type, partials, slot, ALL);
      int old = lanes.keep(c, type);
      int made = Fold.combine(c, lanes, f.kind, type, old, x);
      if (edge) {
        lanes.step(c, Prim.Step.SELECT, type, mask(STORED), made, old);
        made = lanes.keep(c, type);
      }
      lanes.store(c, type, partials, slot, made, ALL);
    }
  }
}
