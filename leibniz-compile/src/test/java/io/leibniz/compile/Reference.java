package io.leibniz.compile;

import io.leibniz.eval.Controls;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.Contraction;
import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A graph computed in double precision, F32 too, by the interpreter's ops; with {@code noise}, each element of what an op has
 * rounded is multiplied by 1 + u·2⁻⁵² (of F32: 1 + u·2⁻²³), |u| ≤ 1. An op that only moves or chooses elements rounds nothing.
 */
final class Reference {
  private final @Nullable SplittableRandom noise;
  private final List<Object> choices = new ArrayList<>();
  private boolean fits = true;

  private Reference(@Nullable SplittableRandom noise) {
    this.noise = noise;
  }

  /**
   * @param choices all that is discrete on the way: elements of other types, whole numbers, and which are finite
   * @param fits whether all that is F32 lies well within what F32 can express
   */
  record Run(List<Value> results, List<Object> choices, boolean fits) {}

  static Run of(Graph g, List<Array> args, @Nullable SplittableRandom noise) {
    var r = new Reference(noise);
    var xs = new ArrayList<Value>();
    for (int i = 0; i < args.size(); i++)
      xs.add(r.rounded(wide(args.get(i)), args.get(i).dtype(), 1));
    return new Run(r.run(g, xs), r.choices, r.fits);
  }

  private List<Value> run(Graph g, List<? extends Value> args) {
    Map<Node, Value> values = new HashMap<>();
    for (int i = 0; i < args.size(); i++) values.put(g.params().get(i), wide(args.get(i)));
    for (Node n : g.order())
      if (!(n.op() instanceof Source.Parameter))
        values.put(n, value(n, n.operands().stream().map(values::get).toList()));
    return g.results().stream().map(values::get).toList();
  }

  private Value value(Node n, List<Value> xs) {
    if (n.op() instanceof Control c) return wide(new Value.Tuple(Controls.run(c, xs, this::run)));
    Value v = Interpreter.value(wide(n.op()), wide(n.kind()), xs);
    if (!(v instanceof Array a) || n.op() instanceof Packing) return v;
    if (rounds(n)) a = rounded(a, n.dtype(), Math.max(1, repeated(n, xs) / 64));
    if (!a.dtype().isFloat() || discrete(n.op())) choices.add(new Bits(a));
    else {
      choices.add(new Bits(odd(a)));
      if (n.dtype() == DType.F32) fits &= fits(a);
    }
    if (n.op() == Binary.REM && a.dtype().isFloat()) choices.add(new Bits(turns(a, xs)));
    return a;
  }

  private record Bits(Array array) {
    @Override
    public boolean equals(@Nullable Object o) {
      return o instanceof Bits(var other) && array.same(other);
    }

    @Override
    public int hashCode() {
      return array.bitsHash();
    }
  }

  /** ∞, −∞ and NaN where they are. */
  private static Array odd(Array a) {
    boolean all = true;
    for (double x : a.f64()) all &= Double.isFinite(x);
    Array out = Array.zeros(all ? Type.of(DType.F64) : a.type());
    if (!all)
      for (int i = 0; i < out.size(); i++)
        if (!Double.isFinite(a.f64()[i])) out.f64()[i] = a.f64()[i];
    return out;
  }

  private static boolean fits(Array a) {
    for (double x : a.f64())
      if (Double.isFinite(x) && x != 0 && (Math.abs(x) > 1e37 || Math.abs(x) < 1e-36)) return false;
    return true;
  }

  /** How often the divisor of a remainder went in. */
  private static Array turns(Array r, List<Value> xs) {
    Array out = Array.zeros(r.type());
    for (int i = 0; i < out.size(); i++)
      out.f64()[i] =
          Math.rint((((Array) xs.get(0)).number(i) - r.number(i)) / ((Array) xs.get(1)).number(i));
    return out;
  }

  // ---- precision

  private Array rounded(Array a, DType as, double times) {
    if (noise == null || !as.isFloat()) return a;
    Array out = Array.zeros(a.type());
    double eps = times * (as == DType.F32 ? 0x1p-23 : 0x1p-52);
    for (int i = 0; i < out.size(); i++)
      out.f64()[i] = a.f64()[i] * (1 + noise.nextDouble(-1, 1) * eps);
    return out;
  }

  /**
   * How many terms of a sum are numbers that it adds before too; 0 for what is no sum. Adding one number n times rounds to the
   * same side each time, and is off by up to n / 4 ulps; other roundings cancel.
   */
  private static double repeated(Node n, List<Value> xs) {
    if (!(n.op() instanceof Reduction
        || n.op() instanceof Contraction
        || n.op() instanceof Indexing)) return 0;
    double least = Double.POSITIVE_INFINITY;
    for (Value x : xs)
      if (x instanceof Array a && a.dtype().isFloat()) least = Math.min(least, repeated(a.f64()));
    return least;
  }

  private static int repeated(double[] x) {
    if (x.length < 64) return 0;
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    int most = 0;
    for (int i = 1; i < sorted.length; i++)
      if (sorted[i] == sorted[i - 1] && sorted[i] != 0) most++;
    return most;
  }

  /** Whole numbers in a float type. */
  static boolean discrete(Op op) {
    return op == Unary.FLOOR || op == Unary.CEIL || op == Unary.ROUND || op == Unary.SIGN;
  }

  private static boolean rounds(Node n) {
    return n.dtype().isFloat()
        && switch (n.op()) {
          case Source.Constant _ -> true;
          case Source _ -> false;
          case Unary u -> u != Unary.NEG && u != Unary.ABS && !discrete(u);
          case Binary b -> b != Binary.MAX && b != Binary.MIN;
          case Pointwise.Polygamma _ -> true;
          case Pointwise.Cast(var to) ->
              !n.x(0).dtype().isFloat() || n.x(0).dtype() == DType.F64 && to == DType.F32;
          case Pointwise _ -> false;
          case Movement m -> m instanceof Movement.Fold;
          case Reduction r -> !(r instanceof Reduction.Extreme);
          case Contraction _, Linalg _ -> true;
          case Indexing i -> i instanceof Indexing.ScatterAdd || i instanceof Indexing.DynamicAdd;
          case Random _, Packing _, Control _ -> false;
        };
  }

  private static DType wide(DType d) {
    return d == DType.F32 ? DType.F64 : d;
  }

  private static Kind wide(Kind k) {
    return k instanceof Kind.Tuple(var parts)
        ? new Kind.Tuple(parts.stream().map(Reference::wide).toList())
        : k.with(wide(k.array().dtype()));
  }

  private static Op wide(Op op) {
    return switch (op) {
      case Source.Literal l -> new Source.Literal(wide(l.dtype()), l.number(), l.integer());
      case Source.Constant(var v) -> new Source.Constant(wide(v));
      case Source.Iota(var d, var shape, var axis) -> new Source.Iota(wide(d), shape, axis);
      case Source.Endless(var stack, var k) -> new Source.Endless((Kind.Stack) wide(stack), k);
      case Pointwise.Cast(var to) -> new Pointwise.Cast(wide(to));
      default -> op;
    };
  }

  static Array wide(Array a) {
    return a.dtype() == DType.F32
        ? Interpreter.apply(new Pointwise.Cast(DType.F64), List.of(a))
        : a;
  }

  private static Value wide(Value v) {
    return switch (v) {
      case Array a -> wide(a);
      case Value.Stack(var element, var items, var rest) ->
          new Value.Stack(wide(element), items.stream().map(Reference::wide).toList(), wide(rest));
      case Value.Turns t -> t;
      case Value.Tuple(var parts) -> new Value.Tuple(parts.stream().map(Reference::wide).toList());
    };
  }
}
