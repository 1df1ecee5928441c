package io.leibniz.compile.emit;

import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.DEFAULT_NAME;

import io.leibniz.compile.lane.Elementary;
import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.DType;
import io.leibniz.ir.Pointwise;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The functions that a class calls, and how numbers change their type. Our own elementary functions become methods of the
 * class; the others are core's, whose handles are the class's data, so that the JIT sees constants.
 */
final class Functions {
  private static final DirectMethodHandleDesc CLASS_DATA_AT =
      ConstantDescs.ofConstantBootstrap(
          MethodHandles.class.describeConstable().orElseThrow(),
          "classDataAt",
          ConstantDescs.CD_Object,
          ConstantDescs.CD_int);

  private record Own(Pointwise function, DType type) {}

  private final List<Pointwise> functions = new ArrayList<>();
  private final List<MethodHandle> handles = new ArrayList<>();
  private final List<Own> own = new ArrayList<>();
  private final ClassDesc self;

  /** Of the class that is named {@code self}. */
  Functions(ClassDesc self) {
    this.self = self;
  }

  List<MethodHandle> handles() {
    return handles;
  }

  /** Pushes {@code call} of the operands, which are scalars of type {@code from}. */
  void call(CodeBuilder c, Prim.Call call, DType from, int... x) {
    if (from.isFloat() && graph(call.function(), from) != null) {
      var of = new Own(call.function(), from);
      int k = own.indexOf(of);
      if (k < 0) {
        k = own.size();
        own.add(of);
      }
      for (int local : x) c.loadLocal(new Scalars().kind(from), local);
      c.invokestatic(self, "f" + k, type(of, x.length));
      return;
    }
    core(c, call.function(), call.type(), from, x);
  }

  /** Pushes core's own function of the operands. */
  void core(CodeBuilder c, Pointwise function, DType to, DType from, int... x) {
    int i = functions.indexOf(function);
    if (i < 0) {
      i = functions.size();
      functions.add(function);
      handles.add(handle(function, from));
    }
    c.ldc(DynamicConstantDesc.ofNamed(CLASS_DATA_AT, DEFAULT_NAME, CD_MethodHandle, i));
    boolean real = from.isFloat();
    for (int local : x) {
      c.loadLocal(new Scalars().kind(from), local);
      convert(c, from, real ? DType.F64 : DType.I64);
    }
    var wide = real ? CD_double : CD_long;
    c.invokevirtual(
        CD_MethodHandle,
        "invokeExact",
        x.length == 1 ? MethodTypeDesc.of(wide, wide) : MethodTypeDesc.of(wide, wide, wide));
    convert(c, real ? DType.F64 : DType.I64, to);
  }

  private static MethodTypeDesc type(Own of, int arity) {
    ClassDesc d = of.type == DType.F32 ? CD_float : CD_double;
    return arity == 1 ? MethodTypeDesc.of(d, d) : MethodTypeDesc.of(d, d, d);
  }

  /** The operands are loads 0 and 1. */
  private static @Nullable Expr graph(Pointwise f, DType type) {
    var block = new Expr.Block();
    Expr a = block.load(type, 0), b = block.load(type, 1);
    return switch (f) {
      case Pointwise.Unary u -> Elementary.unary(u, a);
      case Pointwise.Binary o -> Elementary.binary(o, a, b);
      case Pointwise.Polygamma _,
          Pointwise.Order _,
          Pointwise.Compare _,
          Pointwise.Bitwise _,
          Pointwise.Not _,
          Pointwise.Cast _,
          Pointwise.Choice _,
          Pointwise.Domain _,
          Pointwise.Stop _ ->
          null;
    };
  }

  /** The methods that have been called. */
  void define(ClassBuilder cb) {
    for (int k = 0; k < own.size(); k++) {
      Own of = own.get(k);
      Expr e = Objects.requireNonNull(graph(of.function, of.type));
      int arity = of.function instanceof Pointwise.Binary ? 2 : 1;
      cb.withMethodBody(
          "f" + k,
          type(of, arity),
          ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
          c -> {
            var lanes = new Scalars();
            var locals = new HashMap<Expr, Integer>();
            Expr covers =
                of.function instanceof Pointwise.Unary u
                    ? Elementary.covers(u, e.block().load(of.type, 0))
                    : null;
            for (Expr x : Expr.order(covers == null ? List.of(e) : List.of(e, covers))) {
              int[] xs = x.operands().stream().mapToInt(locals::get).toArray();
              switch (x.op()) {
                case Prim.Load(var t, int ref) ->
                    c.loadLocal(lanes.kind(t), ref * lanes.kind(t).slotSize());
                case Prim.Const(var t, long bits) -> Lanes.constant(c, t, bits);
                case Prim.Step s -> lanes.step(c, s, x.x(s == Prim.Step.SELECT ? 1 : 0).type(), xs);
                case Prim.Shift s -> lanes.shift(c, s, x.type(), xs[0]);
                case Prim.Inside _, Prim.Total _, Prim.Convert _, Prim.Call _, Prim.Rare _ ->
                    throw new AssertionError(x + " in an elementary function");
              }
              locals.put(x, lanes.keep(c, x.type()));
            }
            int found = Objects.requireNonNull(locals.get(e));
            if (covers == null) c.loadLocal(lanes.kind(of.type), found);
            else
              c.iload(Objects.requireNonNull(locals.get(covers)))
                  .ifThenElse(
                      b -> b.loadLocal(lanes.kind(of.type), found),
                      b -> core(b, of.function, of.type, of.type, 0));
            if (of.type == DType.F32) c.freturn();
            else c.dreturn();
          });
    }
  }

  private static MethodHandle handle(Pointwise f, DType from) {
    boolean real = from.isFloat();
    return switch (f) {
      case Pointwise.Unary u when real -> bound(DoubleUnaryOperator.class, u.f(), 1);
      case Pointwise.Unary u -> bound(LongUnaryOperator.class, present(u.integer(), u), 1);
      case Pointwise.Binary b when real -> bound(DoubleBinaryOperator.class, b.f(), 2);
      case Pointwise.Binary b -> bound(LongBinaryOperator.class, present(b.integer(), b), 2);
      case Pointwise.Polygamma p -> bound(DoubleUnaryOperator.class, p::of, 1);
      case Pointwise.Order o -> bound(DoubleBinaryOperator.class, (a, b) -> o.of(a, b), 2);
      case Pointwise.Compare _,
          Pointwise.Bitwise _,
          Pointwise.Not _,
          Pointwise.Cast _,
          Pointwise.Choice _,
          Pointwise.Domain _,
          Pointwise.Stop _ ->
          throw new AssertionError(f + " is a step");
    };
  }

  private static <T> T present(@Nullable T f, Pointwise op) {
    if (f == null) throw new AssertionError(op + " is not defined on integers");
    return f;
  }

  private static <T> MethodHandle bound(Class<T> type, T f, int arity) {
    boolean real = type.getSimpleName().startsWith("Double");
    Class<?> wide = real ? double.class : long.class;
    var shape =
        arity == 1 ? MethodType.methodType(wide, wide) : MethodType.methodType(wide, wide, wide);
    try {
      return MethodHandles.publicLookup()
          .findVirtual(type, real ? "applyAsDouble" : "applyAsLong", shape)
          .bindTo(f);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Turns the pushed scalar into one of another type, as core's cast does. */
  static void convert(CodeBuilder c, DType from, DType to) {
    if (from == to) return;
    if (to == DType.BOOL) {
      switch (from) {
        case F64 -> c.dconst_0().dcmpl();
        case F32 -> c.fconst_0().fcmpl();
        case I64 -> c.lconst_0().lcmp();
        case I32, BOOL -> {}
      }
      c.ifThenElse(java.lang.classfile.Opcode.IFNE, b -> b.iconst_1(), b -> b.iconst_0());
      return;
    }
    switch (from) {
      case F64 -> {
        switch (to) {
          case F32 -> c.d2f();
          case I64 -> c.d2l();
          case I32 -> c.d2i();
          case F64, BOOL -> {}
        }
      }
      case F32 -> {
        switch (to) {
          case F64 -> c.f2d();
          case I64 -> c.f2l();
          case I32 -> c.f2i();
          case F32, BOOL -> {}
        }
      }
      case I64 -> {
        switch (to) {
          case F64 -> c.l2d();
          case F32 -> c.l2f();
          case I32 -> c.l2i();
          case I64, BOOL -> {}
        }
      }
      case I32, BOOL -> {
        switch (to) {
          case F64 -> c.i2d();
          case F32 -> c.i2f();
          case I64 -> c.i2l();
          case I32, BOOL -> {}
        }
      }
    }
  }
}
