package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Contraction;
import io.leibniz.ir.Control;
import io.leibniz.ir.Factoring;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.List;

/**
 * The reference interpreter: it defines what every op means, simply, and every compiled result is
 * judged against it. Sums run in row-major order, in double precision also for F32, which is rounded at the end.
 */
public final class Interpreter {
  private Interpreter() {}

  /** The result of one op; {@code kind} is what {@link Op#kind} gives. */
  public static Value value(Op op, Kind kind, List<? extends Value> x) {
    return switch (op) {
      case Source s -> source(s, kind);
      case Packing p -> Stacks.value(p, kind, x.getFirst());
      case Control c -> new Value.Tuple(Controls.run(c, x));
      case Factoring f -> new Value.Tuple(Matrices.values(f, f.types(type(x)), arrays(x)));
      case Pointwise _, Movement _, Reduction _, Contraction _, Indexing _, Linalg _, Random _ ->
          kind instanceof Type type ? array(op, type, arrays(x)) : Stacks.each(op, kind, x);
    };
  }

  /** For a kind that is a type, all operands are arrays. */
  @SuppressWarnings("unchecked")
  private static List<Array> arrays(List<? extends Value> x) {
    return (List<Array>) x;
  }

  private static Type type(List<? extends Value> x) {
    return ((Array) x.getFirst()).type();
  }

  private static Array array(Op op, Type type, List<Array> x) {
    return switch (op) {
      case Source _, Packing _, Control _ -> throw new AssertionError(op);
      case Pointwise p -> Elements.value(p, type, x);
      case Random.Threefry _ -> Elements.threefry(type, x.get(0), x.get(1));
      case Movement m -> Moves.value(m, type, x);
      case Reduction r -> Reductions.value(r, type, x.getFirst());
      case Contraction.Contract c -> Products.contract(c, type, x.get(0), x.get(1));
      case Contraction.Conv c -> Convolutions.value(c, type, x);
      case Indexing i -> Places.value(i, type, x);
      case Linalg l -> Matrices.values(l, List.of(type), x).getFirst();
    };
  }

  /** Applies an op to arrays. */
  public static Array apply(Op op, List<Array> x) {
    return (Array) value(op, op.type(x.stream().map(Array::type).toList()), x);
  }

  /** A transparent scope whose values this interpreter finds. */
  public static Scope scope() {
    return Scope.transparent(Interpreter::value);
  }

  private static Value source(Source s, Kind kind) {
    return switch (s) {
      case Source.Endless(_, var k) -> Value.full(kind, k);
      case Source.Turns _ -> new Value.Turns();
      case Source.Parameter p ->
          throw new AssertionError("a parameter has no value of its own: " + p);
      case Source.Literal l -> l.array();
      case Source.Constant(var a) -> a;
      case Source.Iota(var dtype, var shape, var axis) -> {
        int[] at = Moves.map(shape, unit(shape.rank(), axis), 0);
        long[] n = new long[at.length];
        for (int i = 0; i < n.length; i++) n[i] = at[i];
        yield Elements.cast(dtype, Array.of(shape, n));
      }
    };
  }

  private static int[] unit(int rank, int axis) {
    int[] strides = new int[rank];
    strides[axis] = 1;
    return strides;
  }
}
