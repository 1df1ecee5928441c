package io.leibniz;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Contraction.Conv;
import io.leibniz.ir.DType;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Ints;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Source;
import io.leibniz.ir.TraceException;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable array of numbers, or, while a function is traced, what stands for one. Outside a trace every
 * op is computed at once.
 *
 * <p>Operands are broadcast by NumPy's rule: aligned at the last axis, an axis of extent 1 is repeated. Dtypes are
 * never promoted: cast one operand. A Java number takes the tensor's dtype. Axes may be negative and
 * then count from the end. Operands that do not fit raise {@link ShapeException}; a place outside of a tensor, found while
 * running, an {@link IndexOutOfBoundsException}; an integer division by 0 an {@link ArithmeticException}.
 */
public final class Tensor {
  /** An {@link Array}, a {@link Node}, or {@link Donated}. */
  private volatile Object held;

  private record Donated(String to) {}

  Tensor(Array array) {
    held = array.hold();
  }

  Tensor(Node node) {
    held = node;
  }

  // ---- from Java and back

  public static Tensor of(double x) {
    return new Tensor(Array.of(Shape.SCALAR, new double[] {x}));
  }

  public static Tensor of(float x) {
    return new Tensor(Array.of(Shape.SCALAR, new float[] {x}));
  }

  public static Tensor of(long x) {
    return new Tensor(Array.of(Shape.SCALAR, new long[] {x}));
  }

  public static Tensor of(int x) {
    return new Tensor(Array.of(Shape.SCALAR, new int[] {x}));
  }

  public static Tensor of(boolean x) {
    return new Tensor(Array.of(Shape.SCALAR, new boolean[] {x}));
  }

  /** A vector, f64[n]. The array is copied, here and in the methods below. */
  public static Tensor of(double[] x) {
    return of(x, x.length);
  }

  public static Tensor of(float[] x) {
    return of(x, x.length);
  }

  public static Tensor of(long[] x) {
    return of(x, x.length);
  }

  public static Tensor of(int[] x) {
    return of(x, x.length);
  }

  public static Tensor of(boolean[] x) {
    return of(x, x.length);
  }

  /** {@code x} in row-major order, in the shape {@code dims}. */
  public static Tensor of(double[] x, int... dims) {
    return new Tensor(Array.of(Shape.of(dims), x.clone()));
  }

  public static Tensor of(float[] x, int... dims) {
    return new Tensor(Array.of(Shape.of(dims), x.clone()));
  }

  public static Tensor of(long[] x, int... dims) {
    return new Tensor(Array.of(Shape.of(dims), x.clone()));
  }

  public static Tensor of(int[] x, int... dims) {
    return new Tensor(Array.of(Shape.of(dims), x.clone()));
  }

  public static Tensor of(boolean[] x, int... dims) {
    return new Tensor(Array.of(Shape.of(dims), x.clone()));
  }

  /** A matrix; rows must be of one length. */
  public static Tensor of(double[][] rows) {
    int n = rows.length == 0 ? 0 : rows[0].length;
    for (double[] r : rows)
      if (r.length != n)
        throw new ShapeException(
            "a matrix needs rows of one length, got %d and %d".formatted(n, r.length));
    return of(Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), rows.length, n);
  }

  public static Tensor of(float[][] rows) {
    int n = rows.length == 0 ? 0 : rows[0].length;
    float[] all = new float[rows.length * n];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != n)
        throw new ShapeException(
            "a matrix needs rows of one length, got %d and %d".formatted(n, rows[i].length));
      System.arraycopy(rows[i], 0, all, i * n, n);
    }
    return of(all, rows.length, n);
  }

  /** {@code vector(1, 2, 3)} is f64[3]. */
  public static Tensor vector(double... x) {
    return of(x);
  }

  /** Wraps {@code array}, which must not be written to from then on. */
  public static Tensor of(Array array) {
    return new Tensor(array);
  }

  /** What stands for a node while its function is traced: for front ends that build graphs themselves. */
  public static Tensor of(Node node) {
    return new Tensor(node);
  }

  /** Every element {@code k}, which an integer type must be able to hold; of truth values whether it is not 0. */
  public static Tensor full(DType dtype, double k, int... dims) {
    if (dtype == DType.BOOL) k = k != 0 ? 1 : 0;
    double most = dtype == DType.I32 ? 0x1p31 : 0x1p63;
    if (dtype.isInteger() && !(k == Math.rint(k) && k >= -most && k < most))
      throw new ShapeException(
          "%s does not fit a tensor of %s; cast the tensor first".formatted(k, dtype));
    return op(new Source.Literal(dtype, dtype.isFloat() ? k : 0, dtype.isFloat() ? 0 : (long) k))
        .broadcastTo(Shape.of(dims));
  }

  public static Tensor zeros(DType dtype, int... dims) {
    return full(dtype, 0, dims);
  }

  public static Tensor ones(DType dtype, int... dims) {
    return full(dtype, 1, dims);
  }

  /** 0, 1, … n − 1, i64; cast it to compute with it. */
  public static Tensor arange(int n) {
    return op(new Source.Iota(DType.I64, Shape.of(n), 0));
  }

  /** {@code n} numbers from {@code from} to {@code to}, both included, f64. */
  public static Tensor linspace(double from, double to, int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++)
      x[i] = n == 1 ? from : i == n - 1 ? to : from + i * ((to - from) / (n - 1));
    return of(x);
  }

  public static Tensor eye(DType dtype, int n) {
    return index(n, n, 0).eq(index(n, n, 1)).cast(dtype);
  }

  private static Tensor index(int rows, int columns, int axis) {
    return op(new Source.Iota(DType.I64, Shape.of(rows, columns), axis));
  }

  /** The only element, as a double. */
  public double item() {
    if (size() != 1)
      throw new ShapeException(
          "item needs a tensor of one element, but this one is " + shape() + "; index it first");
    return array().number(0);
  }

  /** The elements in row-major order, copied; floats and integers alike, widened. */
  public double[] doubles() {
    Array a = array();
    return IntStream.range(0, a.size()).mapToDouble(a::number).toArray();
  }

  /** The elements of an f32 tensor, copied; the next three likewise. */
  public float[] floats() {
    return of(DType.F32, "floats").f32().clone();
  }

  public long[] longs() {
    return of(DType.I64, "longs").i64().clone();
  }

  public int[] ints() {
    return of(DType.I32, "ints").i32().clone();
  }

  public boolean[] booleans() {
    return of(DType.BOOL, "booleans").bool().clone();
  }

  private Array of(DType needs, String what) {
    if (dtype() != needs)
      throw new ShapeException(
          what
              + "() needs a tensor of "
              + needs
              + ", but this one is "
              + type()
              + "; cast it first");
    return array();
  }

  /** The numbers themselves; of a traced tensor, found when asked for. Not to be written to. */
  public Array array() {
    return switch (held()) {
      case Array a -> a;
      case Node n -> {
        if (n.scope() == Scope.current()) yield (Array) n.scope().value(n);
        yield (Array) Scope.current().value(Scope.current().local(n));
      }
      default -> throw new AssertionError();
    };
  }

  /** This tensor in the current trace. */
  public Node node() {
    return switch (held()) {
      case Node n -> Scope.current().local(n);
      case Array a when a.shape().rank() == 0 -> Node.of(literal(a));
      case Array a -> Node.constant(a.share());
      default -> throw new AssertionError();
    };
  }

  private static Source.Literal literal(Array a) {
    return switch (a.dtype()) {
      case F64, F32 -> new Source.Literal(a.dtype(), a.number(0), 0);
      case I64, I32 -> new Source.Literal(a.dtype(), 0, a.integer(0));
      case BOOL -> new Source.Literal(a.dtype(), 0, (long) a.number(0));
    };
  }

  private Object held() {
    Object h = held;
    if (h instanceof Donated(var to))
      throw new TraceException(
          "this tensor was given up to "
              + to
              + "; use what that call returned, or do not donate it");
    return h;
  }

  /** Gives the memory up: any further use raises. */
  void donate(String to) {
    held = new Donated(to);
  }

  public Type type() {
    return switch (held()) {
      case Array a -> a.type();
      case Node n -> n.type();
      default -> throw new AssertionError();
    };
  }

  public Shape shape() {
    return type().shape();
  }

  public DType dtype() {
    return type().dtype();
  }

  public int rank() {
    return shape().rank();
  }

  public int size() {
    return shape().size();
  }

  /** The extent of an axis. */
  public int dim(int axis) {
    return shape().dim(axis(axis));
  }

  /** An op applied to tensors: a node while a function is traced, else a value. */
  public static Tensor op(Op op, Tensor... xs) {
    if (Scope.tracing()) {
      if (xs.length == 0) return new Tensor(Node.of(op));
      Scope scope = Scope.current();
      return new Tensor(
          scope.at(Origin.here(), () -> Node.of(op, Arrays.stream(xs).map(Tensor::node).toList())));
    }
    return new Tensor(Interpreter.apply(op, Arrays.stream(xs).map(Tensor::array).toList()));
  }

  /** Likewise, an op of several results. */
  public static List<Tensor> several(Op op, Tensor... xs) {
    if (Scope.tracing()) {
      Scope scope = Scope.current();
      var operands = Arrays.stream(xs).map(Tensor::node).toList();
      return scope.at(
          Origin.here(), () -> Node.of(op, operands).parts().stream().map(Tensor::of).toList());
    }
    var operands = Arrays.stream(xs).map(Tensor::array).toList();
    var kinds = operands.stream().<Kind>map(Array::type).toList();
    var results = (Value.Tuple) Interpreter.value(op, op.kind(kinds), operands);
    return results.parts().stream().map(y -> new Tensor((Array) y)).toList();
  }

  // ---- arithmetic

  private Tensor unary(Unary f) {
    return op(f, this);
  }

  private Tensor binary(Op op, Tensor o) {
    if (shape().equals(o.shape())) return op(op, this, o);
    Shape both = broadcast(op, shape(), o.shape());
    return op(op, broadcastTo(both), o.broadcastTo(both));
  }

  /** A Java number takes this tensor's dtype; it is not rounded to get there. */
  private Tensor like(double k) {
    if (dtype() == DType.BOOL)
      throw new ShapeException(
          "%s does not fit a tensor of bool; cast the tensor first".formatted(k));
    return full(dtype(), k);
  }

  static Shape broadcast(Object op, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int p = i <= a.rank() ? a.dim(a.rank() - i) : 1, q = i <= b.rank() ? b.dim(b.rank() - i) : 1;
      if (p != q && p != 1 && q != 1)
        throw new ShapeException(
            "%s: shapes %s and %s do not broadcast: axis -%d is %d in one and %d in the other; reshape one of them"
                .formatted(op, a, b, i, p, q));
      dims[rank - i] = p == 1 ? q : p;
    }
    return Shape.of(dims);
  }

  public Tensor plus(Tensor o) {
    return binary(Binary.ADD, o);
  }

  public Tensor plus(double k) {
    return plus(like(k));
  }

  public Tensor minus(Tensor o) {
    return binary(Binary.SUB, o);
  }

  public Tensor minus(double k) {
    return minus(like(k));
  }

  public Tensor times(Tensor o) {
    return binary(Binary.MUL, o);
  }

  public Tensor times(double k) {
    return times(like(k));
  }

  /** Quotients; of integers truncated, division by 0 raises. */
  public Tensor over(Tensor o) {
    return binary(Binary.DIV, o);
  }

  public Tensor over(double k) {
    return over(like(k));
  }

  /** Java's {@code %}: the remainder has the sign of the dividend. */
  public Tensor rem(Tensor o) {
    return binary(Binary.REM, o);
  }

  public Tensor rem(double k) {
    return rem(like(k));
  }

  /** Slope at 0 where the exponent is constant: 0 if the derivative vanishes identically, else the limit from the right. */
  public Tensor pow(Tensor o) {
    return binary(Binary.POW, o);
  }

  public Tensor pow(double k) {
    return pow(like(k));
  }

  /** The greater of each pair; equals share the slope evenly, a NaN wins. */
  public Tensor maximum(Tensor o) {
    return binary(Binary.MAX, o);
  }

  public Tensor maximum(double k) {
    return maximum(like(k));
  }

  public Tensor minimum(Tensor o) {
    return binary(Binary.MIN, o);
  }

  public Tensor minimum(double k) {
    return minimum(like(k));
  }

  /** The angle of the point (o, this). */
  public Tensor atan2(Tensor o) {
    return binary(Binary.ATAN2, o);
  }

  public Tensor atan2(double k) {
    return atan2(like(k));
  }

  /** √(this² + o²) without overflow; slope 0 at (0, 0). */
  public Tensor hypot(Tensor o) {
    return binary(Binary.HYPOT, o);
  }

  /** this · log o, and 0 where this is 0. */
  public Tensor xlogy(Tensor o) {
    return binary(Binary.XLOGY, o);
  }

  public Tensor neg() {
    return unary(Unary.NEG);
  }

  /** Slope 0 at 0. */
  public Tensor abs() {
    return unary(Unary.ABS);
  }

  public Tensor sign() {
    return unary(Unary.SIGN);
  }

  public Tensor floor() {
    return unary(Unary.FLOOR);
  }

  public Tensor ceil() {
    return unary(Unary.CEIL);
  }

  /** To the nearest integer, halves to the even one. */
  public Tensor round() {
    return unary(Unary.ROUND);
  }

  public Tensor exp() {
    return unary(Unary.EXP);
  }

  public Tensor expm1() {
    return unary(Unary.EXPM1);
  }

  public Tensor log() {
    return unary(Unary.LOG);
  }

  public Tensor log1p() {
    return unary(Unary.LOG1P);
  }

  public Tensor log2() {
    return unary(Unary.LOG2);
  }

  public Tensor log10() {
    return unary(Unary.LOG10);
  }

  public Tensor sqrt() {
    return unary(Unary.SQRT);
  }

  public Tensor rsqrt() {
    return unary(Unary.RSQRT);
  }

  public Tensor cbrt() {
    return unary(Unary.CBRT);
  }

  public Tensor square() {
    return times(this);
  }

  public Tensor sin() {
    return unary(Unary.SIN);
  }

  public Tensor cos() {
    return unary(Unary.COS);
  }

  public Tensor tan() {
    return unary(Unary.TAN);
  }

  public Tensor asin() {
    return unary(Unary.ASIN);
  }

  public Tensor acos() {
    return unary(Unary.ACOS);
  }

  public Tensor atan() {
    return unary(Unary.ATAN);
  }

  public Tensor sinh() {
    return unary(Unary.SINH);
  }

  public Tensor cosh() {
    return unary(Unary.COSH);
  }

  public Tensor tanh() {
    return unary(Unary.TANH);
  }

  public Tensor asinh() {
    return unary(Unary.ASINH);
  }

  public Tensor acosh() {
    return unary(Unary.ACOSH);
  }

  public Tensor atanh() {
    return unary(Unary.ATANH);
  }

  /** 1 / cosh. */
  public Tensor sech() {
    return unary(Unary.SECH);
  }

  /** 1 / (1 + e^−x). */
  public Tensor sigmoid() {
    return unary(Unary.SIGMOID);
  }

  /** log(1 + eˣ). */
  public Tensor softplus() {
    return unary(Unary.SOFTPLUS);
  }

  public Tensor erf() {
    return unary(Unary.ERF);
  }

  public Tensor erfc() {
    return unary(Unary.ERFC);
  }

  public Tensor erfinv() {
    return unary(Unary.ERFINV);
  }

  public Tensor gamma() {
    return unary(Unary.GAMMA);
  }

  /** log |Γ(x)|. */
  public Tensor lgamma() {
    return unary(Unary.LGAMMA);
  }

  public Tensor digamma() {
    return polygamma(0);
  }

  public Tensor polygamma(int n) {
    return op(new Pointwise.Polygamma(n), this);
  }

  /** x where it is positive, else 0, with slope 0 at 0: a select, so that the dead half cannot spoil the slope. */
  public Tensor relu() {
    return gt(0).select(this, like(0));
  }

  /** Within the bounds; slope 0 at and beyond them. A NaN stays one. */
  public Tensor clamp(double low, double high) {
    if (!(low <= high))
      throw new ShapeException("clamp needs bounds in order, got %s and %s".formatted(low, high));
    return le(low).select(like(low), ge(high).select(like(high), this));
  }

  /** x · Φ(x), Φ the normal distribution function (Hendrycks and Gimpel, 2016), by erf. */
  public Tensor gelu() {
    return times(times(-Math.sqrt(0.5)).erfc()).times(0.5);
  }

  /** x · σ(x). */
  public Tensor silu() {
    return times(sigmoid());
  }

  // ---- comparison, logic, choice

  public Tensor lt(Tensor o) {
    return binary(Compare.LT, o);
  }

  public Tensor lt(double k) {
    return lt(like(k));
  }

  public Tensor le(Tensor o) {
    return binary(Compare.LE, o);
  }

  public Tensor le(double k) {
    return le(like(k));
  }

  public Tensor gt(Tensor o) {
    return binary(Compare.GT, o);
  }

  public Tensor gt(double k) {
    return gt(like(k));
  }

  public Tensor ge(Tensor o) {
    return binary(Compare.GE, o);
  }

  public Tensor ge(double k) {
    return ge(like(k));
  }

  public Tensor eq(Tensor o) {
    return binary(Compare.EQ, o);
  }

  public Tensor eq(double k) {
    return eq(like(k));
  }

  public Tensor ne(Tensor o) {
    return binary(Compare.NE, o);
  }

  public Tensor ne(double k) {
    return ne(like(k));
  }

  public Tensor isNaN() {
    return op(Compare.NE, this, this);
  }

  public Tensor isFinite() {
    return abs().lt(Double.POSITIVE_INFINITY);
  }

  public Tensor and(Tensor o) {
    return binary(Bitwise.AND, o);
  }

  public Tensor or(Tensor o) {
    return binary(Bitwise.OR, o);
  }

  public Tensor xor(Tensor o) {
    return binary(Bitwise.XOR, o);
  }

  public Tensor not() {
    return op(new Pointwise.Not(), this);
  }

  public Tensor shl(Tensor o) {
    return binary(Bitwise.SHL, o);
  }

  public Tensor shr(Tensor o) {
    return binary(Bitwise.SHR, o);
  }

  public Tensor ushr(Tensor o) {
    return binary(Bitwise.USHR, o);
  }

  /** Where this predicate holds {@code a}, else {@code b}; the slope of the one not taken never gets in. */
  public Tensor select(Tensor a, Tensor b) {
    Shape all = broadcast("select", shape(), broadcast("select", a.shape(), b.shape()));
    return op(Pointwise.Choice.SELECT, broadcastTo(all), a.broadcastTo(all), b.broadcastTo(all));
  }

  public static Tensor where(Tensor p, Tensor a, Tensor b) {
    return p.select(a, b);
  }

  /** −1, 0, 1 (i32) as this is less, equal or greater; −1 with a NaN. */
  public Tensor compareLess(Tensor o) {
    return binary(Pointwise.Order.LESS, o);
  }

  /** Likewise; 1 with a NaN. */
  public Tensor compareGreater(Tensor o) {
    return binary(Pointwise.Order.GREATER, o);
  }

  /** Rounded to nearest; a float becomes an integer by truncation, saturating, NaN to 0. */
  public Tensor cast(DType to) {
    return to == dtype() ? this : op(new Pointwise.Cast(to), this);
  }

  // ---- movement

  /** In another shape; one extent may be −1, and is worked out. */
  public Tensor reshape(int... dims) {
    int[] d = dims.clone();
    int open = -1;
    long rest = 1;
    for (int i = 0; i < d.length; i++)
      if (d[i] == -1 && open < 0) open = i;
      else rest *= d[i];
    if (open >= 0) {
      if (rest == 0 || size() % rest != 0)
        throw new ShapeException(
            "cannot reshape %s (%d elements) to %s: no extent for -1 fits"
                .formatted(shape(), size(), Arrays.toString(dims)));
      d[open] = (int) (size() / rest);
    }
    return reshape(Shape.of(d));
  }

  public Tensor reshape(Shape to) {
    return to.equals(shape()) ? this : op(new Movement.Reshape(to), this);
  }

  /** As one vector. */
  public Tensor flatten() {
    return reshape(Shape.of(size()));
  }

  /** Axis i of the result is axis {@code order[i]}; with no arguments, all axes reversed. */
  public Tensor transpose(int... order) {
    var axes =
        order.length == 0
            ? shape().axes().reversed()
            : Arrays.stream(order).map(this::axis).boxed().toList();
    return op(new Movement.Permute(List.copyOf(axes)), this);
  }

  /** The axis {@code from} moved to place {@code to}. */
  public Tensor moveAxis(int from, int to) {
    var order = new ArrayList<>(shape().axes());
    order.add(axis(to), order.remove(axis(from)));
    return op(new Movement.Permute(List.copyOf(order)), this);
  }

  /** Repeated to a shape that NumPy's rule makes of it. */
  public Tensor broadcastTo(Shape to) {
    if (to.equals(shape())) return this;
    int lead = to.rank() - rank();
    var axes = new ArrayList<Integer>();
    var kept = new ArrayList<Integer>();
    boolean fits = lead >= 0;
    for (int i = 0; fits && i < to.rank(); i++) {
      int own = i < lead ? 1 : shape().dim(i - lead);
      fits = own == to.dim(i) || own == 1;
      if (i < lead || own != to.dim(i)) axes.add(i);
      else kept.add(own);
    }
    if (!fits)
      throw new ShapeException(
          "cannot broadcast %s to %s; axes are aligned at the last, and only an extent of 1 is repeated"
              .formatted(shape(), to));
    return op(new Movement.Broadcast(to, List.copyOf(axes)), reshape(Shape.of(kept)));
  }

  /** One more axis, of extent 1, at place {@code axis}. */
  public Tensor expand(int axis) {
    int at = axis < 0 ? axis + rank() + 1 : axis;
    var dims = new ArrayList<>(shape().list());
    if (at < 0 || at > rank())
      throw new ShapeException("expand needs a place from 0 to " + rank() + ", got " + axis);
    dims.add(at, 1);
    return reshape(Shape.of(dims));
  }

  /** Without the axes of extent 1, or without those named. */
  public Tensor squeeze(int... axes) {
    var drop =
        axes.length == 0
            ? IntStream.range(0, rank()).filter(i -> shape().dim(i) == 1).boxed().toList()
            : axes(axes);
    for (int a : drop)
      if (shape().dim(a) != 1)
        throw new ShapeException(
            "squeeze needs an axis of extent 1, but axis " + a + " of " + shape() + " is not");
    return reshape(shape().without(drop));
  }

  /** Row {@code i} of the first axis, then of the next, …; negative indices count from the end. */
  public Tensor at(int... index) {
    return slice(Arrays.stream(index).mapToObj(Range::at).toArray(Range[]::new));
  }

  /** NumPy's basic slicing, one range for each of the first axes. */
  public Tensor slice(Range... ranges) {
    if (ranges.length > rank())
      throw new ShapeException(
          "slice of %s takes at most %d ranges, got %d".formatted(shape(), rank(), ranges.length));
    int n = rank();
    int[] starts = new int[n], sizes = shape().dims(), strides = new int[n];
    Arrays.fill(strides, 1);
    var flipped = new ArrayList<Integer>();
    var dropped = new ArrayList<Integer>();
    for (int i = 0; i < ranges.length; i++) {
      var r = ranges[i].places(shape().dim(i), i);
      starts[i] = r.start();
      sizes[i] = r.size();
      strides[i] = r.stride();
      if (r.reversed()) flipped.add(i);
      if (r.single()) dropped.add(i);
    }
    Tensor x =
        op(new Movement.Slice(Ints.list(starts), Ints.list(sizes), Ints.list(strides)), this);
    if (!flipped.isEmpty()) x = op(new Movement.Flip(List.copyOf(flipped)), x);
    return x.reshape(x.shape().without(dropped));
  }

  /** Along {@code axes} in reverse order. */
  public Tensor flip(int... axes) {
    return op(new Movement.Flip(axes(axes)), this);
  }

  /** {@code low[i]} zeros before and {@code high[i]} after along each axis. */
  public Tensor pad(int[] low, int[] high) {
    return op(new Movement.Pad(Ints.list(low), Ints.list(high), Ints.repeat(rank(), 0)), this);
  }

  /** One after another along {@code axis}. */
  public static Tensor concat(int axis, Tensor... xs) {
    if (xs.length == 0) throw new ShapeException("concat needs one tensor or more, got none");
    return op(new Movement.Concat(xs[0].axis(axis)), xs);
  }

  /** Tensors of one shape along a new axis. */
  public static Tensor stack(int axis, Tensor... xs) {
    return concat(axis, Arrays.stream(xs).map(x -> x.expand(axis)).toArray(Tensor[]::new));
  }

  /** The lower triangle of each matrix, k diagonals above it included; zero elsewhere. */
  public Tensor tril(int k) {
    int m = dim(-2), n = dim(-1);
    return index(m, n, 1).minus(k).le(index(m, n, 0)).select(this, like(0));
  }

  /** The upper triangle of each matrix, from diagonal k on; zero elsewhere. */
  public Tensor triu(int k) {
    int m = dim(-2), n = dim(-1);
    return index(m, n, 1).minus(k).ge(index(m, n, 0)).select(this, like(0));
  }

  // ---- reduction

  /** Checks and counts axes: negative ones from the end. */
  private int axis(int axis) {
    int a = axis < 0 ? axis + rank() : axis;
    if (a < 0 || a >= rank())
      throw new ShapeException(
          "axis %d is outside of %s, which has axes 0 to %d".formatted(axis, shape(), rank() - 1));
    return a;
  }

  private List<Integer> axes(int[] axes) {
    if (axes.length == 0) return shape().axes();
    return Arrays.stream(axes).map(this::axis).sorted().boxed().toList();
  }

  private Tensor reduce(int[] axes, boolean keepDims, Function<List<Integer>, Op> op) {
    var over = axes(axes);
    Tensor y = op(op.apply(over), this);
    if (!keepDims) return y;
    Shape s = shape();
    for (int a : over) s = s.with(a, 1);
    return y.reshape(s);
  }

  /** Over the axes named, or all; of truth values how many are true, i64. */
  public Tensor sum(int... axes) {
    return sum(axes, false);
  }

  public Tensor sum(int[] axes, boolean keepDims) {
    return (dtype() == DType.BOOL ? cast(DType.I64) : this)
        .reduce(axes, keepDims, Reduction.Sum::new);
  }

  public Tensor mean(int... axes) {
    return mean(axes, false);
  }

  public Tensor mean(int[] axes, boolean keepDims) {
    if (!dtype().isFloat())
      throw new ShapeException("mean needs floats, got %s; cast it to f64 first".formatted(type()));
    return sum(axes, keepDims).over(count(axes));
  }

  private double count(int[] axes) {
    return axes(axes).stream().mapToInt(shape()::dim).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  /** The mean square distance from the mean, divided by n − {@code ddof}: 0 for the population's, 1 for the unbiased. */
  public Tensor variance(int ddof, int... axes) {
    return variance(ddof, axes, false);
  }

  public Tensor variance(int ddof, int[] axes, boolean keepDims) {
    return minus(mean(axes, true)).square().sum(axes, keepDims).over(count(axes) - ddof);
  }

  /** The greatest element; those that attain it share the slope evenly. */
  public Tensor max(int... axes) {
    return max(axes, false);
  }

  public Tensor max(int[] axes, boolean keepDims) {
    return reduce(axes, keepDims, over -> new Reduction.Extreme(over, false));
  }

  public Tensor min(int... axes) {
    return min(axes, false);
  }

  public Tensor min(int[] axes, boolean keepDims) {
    return reduce(axes, keepDims, over -> new Reduction.Extreme(over, true));
  }

  public Tensor any(int... axes) {
    return any(axes, false);
  }

  public Tensor any(int[] axes, boolean keepDims) {
    return cast(DType.BOOL).reduce(axes, keepDims, Reduction.Sum::new);
  }

  public Tensor all(int... axes) {
    return all(axes, false);
  }

  public Tensor all(int[] axes, boolean keepDims) {
    return cast(DType.BOOL).not().any(axes, keepDims).not();
  }

  /** Where the greatest element along {@code axis} is, i64; the first of equals, a NaN wins. */
  public Tensor argmax(int axis) {
    return op(new Reduction.Arg(axis(axis), false), this);
  }

  public Tensor argmin(int axis) {
    return op(new Reduction.Arg(axis(axis), true), this);
  }

  public Tensor cumsum(int axis) {
    return op(new Reduction.CumSum(axis(axis), false), this);
  }

  /** The product, as a tree of multiplications: right where factors are 0, at every order. */
  public Tensor prod(int... axes) {
    return prod(axes, false);
  }

  public Tensor prod(int[] axes, boolean keepDims) {
    Tensor x = this;
    Reduction.check(new Reduction.Sum(axes(axes)), axes(axes), shape());
    for (int a : axes(axes)) x = x.product(a);
    return keepDims ? x : x.reshape(x.shape().without(axes(axes)));
  }

  /** Halves the extent of {@code axis} until it is 1. */
  private Tensor product(int axis) {
    if (dim(axis) == 0) {
      Shape s = shape().with(axis, 1);
      return full(dtype(), 1, s.dims());
    }
    Tensor x = this;
    while (x.dim(axis) > 1) {
      int n = x.dim(axis), half = n / 2;
      Tensor pairs = x.part(axis, 0, half).times(x.part(axis, half, 2 * half));
      x = n % 2 == 0 ? pairs : concat(axis, pairs, x.part(axis, n - 1, n));
    }
    return x;
  }

  /** Running products along {@code axis}, in log n steps of multiplications: right where factors are 0, at every order. */
  public Tensor cumprod(int axis) {
    int a = axis(axis), n = dim(a);
    Tensor x = this;
    for (int by = 1; by < n; by *= 2)
      x = concat(a, x.part(a, 0, by), x.part(a, by, n).times(x.part(a, 0, n - by)));
    return x;
  }

  private Tensor part(int axis, int from, int to) {
    var r = new Range[axis + 1];
    Arrays.fill(r, Range.all());
    r[axis] = Range.of(from, to);
    return slice(r);
  }

  /** The places of the elements in rising order along {@code axis}, i64; stable, NaN last. */
  public Tensor argsort(int axis) {
    return op(new Reduction.ArgSort(axis(axis), false), this);
  }

  /** In rising order along {@code axis}; the slope follows the permutation. */
  public Tensor sort(int axis) {
    return takeAlong(argsort(axis), axis);
  }

  /** The k greatest along {@code axis}, in falling order. */
  public TopK topk(int k, int axis) {
    int a = axis(axis);
    if (k < 0 || k > dim(a))
      throw new ShapeException(
          "topk needs a k from 0 to %d, the extent of axis %d of %s, got %d"
              .formatted(dim(a), a, shape(), k));
    Tensor places = op(new Reduction.ArgSort(a, true), this).part(a, 0, k);
    return new TopK(takeAlong(places, a), places);
  }

  /** The greatest elements and where they were. */
  public record TopK(Tensor values, Tensor indices) {}

  /** log Σ eˣ without overflow: −∞ over nothing but −∞, with slope 0 there. */
  public Tensor logSumExp(int... axes) {
    return logSumExp(axes, false);
  }

  public Tensor logSumExp(int[] axes, boolean keepDims) {
    Tensor top = Leibniz.stopGradient(max(axes, true));
    Tensor shift = top.isFinite().select(top, like(0));
    Tensor sum = minus(shift).exp().sum(axes, true);
    Tensor y = sum.eq(0).select(like(Double.NEGATIVE_INFINITY), sum.log()).plus(shift);
    return keepDims ? y : y.reshape(shape().without(axes(axes)));
  }

  /** eˣ / Σ eˣ along {@code axis}. */
  public Tensor softmax(int axis) {
    Tensor e = minus(Leibniz.stopGradient(max(new int[] {axis}, true))).exp();
    return e.over(e.sum(new int[] {axis}, true));
  }

  public Tensor logSoftmax(int axis) {
    int[] axes = {axis};
    Tensor top = Leibniz.stopGradient(max(axes, true));
    Tensor x =
        minus(
            top.isFinite()
                .select(top, like(0))); // not x − log-sum-exp: that rounds to the size of x
    return x.minus(x.exp().sum(axes, true).log());
  }

  /** √Σx², with slope 0 at 0; scaled where squares would overflow or underflow. */
  public Tensor norm(int... axes) {
    boolean empty = axes(axes).stream().anyMatch(a -> dim(a) == 0);
    double small = dtype() == DType.F32 ? 0x1p-40 : 0x1p-300;
    Tensor top = empty ? like(1) : Leibniz.stopGradient(abs()).max(axes, true);
    Tensor plain = top.ge(small).and(top.le(1 / small)).or(top.eq(0)).or(top.isFinite().not());
    Tensor scale = plain.select(like(1), top);
    Tensor s = over(scale).square().sum(axes, true);
    Tensor y = s.eq(0).select(like(0), s.sqrt()).times(scale);
    return y.reshape(shape().without(axes(axes)));
  }

  // ---- contraction

  /** NumPy's matmul: vectors, matrices, and stacks of matrices, whose leading axes broadcast. */
  public Tensor matmul(Tensor o) {
    if (rank() == 0 || o.rank() == 0)
      throw new ShapeException(
          "matmul needs vectors or matrices, got %s and %s; use times"
              .formatted(shape(), o.shape()));
    String l = rank() == 1 ? "j" : "ij", r = o.rank() == 1 ? "j" : "jk";
    String out = (rank() == 1 ? "" : "i") + (o.rank() == 1 ? "" : "k");
    int lead = Math.max(rank(), o.rank()) - 2;
    if (lead <= 0 || rank() <= 2 && o.rank() <= 2) return op(new Contract(l, r, out), this, o);
    Shape a = shape().sub(0, Math.max(0, rank() - 2)),
        b = o.shape().sub(0, Math.max(0, o.rank() - 2));
    Shape both = broadcast("matmul", a, b);
    String labels =
        IntStream.range(0, both.rank())
            .mapToObj(i -> String.valueOf((char) ('A' + i)))
            .reduce("", String::concat);
    // a side whose leading axes are absent is shared by all, and not copied
    Tensor x = a.rank() == 0 ? this : broadcastTo(both.concat(shape().sub(a.rank(), rank())));
    Tensor y = b.rank() == 0 ? o : o.broadcastTo(both.concat(o.shape().sub(b.rank(), o.rank())));
    return op(
        new Contract(a.rank() == 0 ? l : labels + l, b.rank() == 0 ? r : labels + r, labels + out),
        x,
        y);
  }

  /** Σ x·y over everything. */
  public Tensor dot(Tensor o) {
    return flatten().matmul(o.flatten());
  }

  /** All products of two vectors. */
  public Tensor outer(Tensor o) {
    return op(new Contract("i", "j", "ij"), flatten(), o.flatten());
  }

  /**
   * Einstein's sum: {@code einsum("bij,bjk->bik", a, b)}. Any number of operands, contracted from the left;
   * without an arrow the labels that stand once, in alphabetical order.
   */
  public static Tensor einsum(String formula, Tensor... xs) {
    return Einsum.of(formula, xs);
  }

  /**
   * Convolution (cross-correlation) of images {@code [n, c, space…]}, of one to three spatial axes, with a kernel {@code [o, c /
   * groups, window…]}: {@code [n, o, places…]}. Zeros outside.
   */
  public Tensor conv(Tensor kernel, Window window) {
    int d = rank() - 2;
    if (d < 1 || d > 3 || kernel.rank() != rank())
      throw new ShapeException(
          "conv needs images [n, c, space…] of one to three spatial axes and a kernel of as many axes, got %s and %s"
              .formatted(shape(), kernel.shape()));
    var stencil = window.stencil(d);
    int[] to = new int[rank()];
    to[0] = dim(0);
    to[1] = kernel.dim(0);
    for (int i = 0; i < d; i++) to[2 + i] = stencil.places(i, dim(2 + i), kernel.dim(2 + i));
    return op(new Conv(stencil, Conv.Slot.OUTPUT, Shape.of(to), 0), this, kernel);
  }

  /** The greatest element of each window over the last axes; padding is never it. */
  public Tensor maxPool(Window window, int... sizes) {
    Tensor inside = window.over(full(DType.BOOL, 1, shape().dims()), sizes);
    Tensor all = inside.select(window.over(this, sizes), like(Double.NEGATIVE_INFINITY));
    return all.max(last(sizes.length), false);
  }

  public Tensor sumPool(Window window, int... sizes) {
    return window.over(this, sizes).sum(last(sizes.length), false);
  }

  /** The mean of each window over the last axes; of all its elements, or without the padding. */
  public Tensor meanPool(Window window, boolean countPadding, int... sizes) {
    int[] dims = shape().dims(), none = new int[rank()];
    var s = window.stencil(sizes.length);
    int[] low = none.clone(), high = none.clone();
    for (int i = 0, a = rank() - sizes.length; countPadding && i < sizes.length; i++, a++) {
      low[a] = s.low().get(i);
      high[a] = s.high().get(i);
      dims[a] += low[a] + high[a];
    }
    // what counts: the image, or with its padding; what a last window reaches beyond that never
    // does
    Window bare = countPadding ? window.padding(0) : window;
    Tensor one = full(dtype(), 1, dims);
    Tensor count = bare.over(one, sizes).sum(last(sizes.length), false);
    Tensor sum =
        bare.over(countPadding ? pad(low, high) : this, sizes).sum(last(sizes.length), false);
    return sum.over(count);
  }

  /** The {@code n} axes that windows have added. */
  private static int[] last(int n) {
    return IntStream.range(-n, 0).toArray();
  }

  // ---- indexing

  /** Rows of {@code axis} at integer places of any shape, whose axes take that axis' place. */
  public Tensor take(Tensor index, int axis) {
    int a = axis(axis), k = index.rank();
    Tensor y = op(new Indexing.Gather(0), moveAxis(a, 0), index); // [index…, before…, after…]
    int[] order = new int[y.rank()];
    for (int i = 0; i < order.length; i++) order[i] = i < a ? k + i : i < a + k ? i - a : i;
    return y.transpose(order);
  }

  /** Along {@code axis}, for each line its own places: NumPy's take_along_axis. */
  public Tensor takeAlong(Tensor index, int axis) {
    int a = axis(axis), last = rank() - 1;
    return op(new Indexing.Gather(last), moveAxis(a, last), index.moveAxis(a, last))
        .moveAxis(last, a);
  }

  /** This, with rows of {@code update} added at the places of the first axis that {@code index} names; what meets is added up. */
  public Tensor scatterAdd(Tensor index, Tensor update) {
    return op(new Indexing.ScatterAdd(0), this, index, update);
  }

  /** 1 at the place that each integer names, along a new last axis of extent n. */
  public Tensor oneHot(int n, DType dtype) {
    Tensor places = op(new Source.Iota(dtype().isInteger() ? dtype() : DType.I64, Shape.of(n), 0));
    return expand(-1).eq(places).cast(dtype);
  }

  /** The block of the given sizes at {@code starts}, an integer vector; one that reaches outside raises. */
  public Tensor dynamicSlice(Tensor starts, int... sizes) {
    return op(new Indexing.DynamicSlice(0, Ints.list(sizes)), this, starts);
  }

  /** With a block overwritten. */
  public Tensor dynamicUpdate(Tensor block, Tensor starts) {
    return op(new Indexing.DynamicUpdate(0), this, block, starts);
  }

  /** With a block added to. */
  public Tensor dynamicAdd(Tensor block, Tensor starts) {
    return op(new Indexing.DynamicAdd(0), this, block, starts);
  }

  /** The element at a computed place, one integer scalar for each axis; a place outside raises. */
  public Tensor read(Tensor... place) {
    int[] one = new int[rank()];
    Arrays.fill(one, 1);
    return dynamicSlice(place("read", place), one).reshape(Shape.SCALAR);
  }

  /** This with the element at a computed place overwritten by the scalar {@code value}. */
  public Tensor write(Tensor value, Tensor... place) {
    return dynamicUpdate(element(value), place("write", place));
  }

  /** This with the scalar {@code value} added to the element at a computed place. */
  public Tensor addAt(Tensor value, Tensor... place) {
    return dynamicAdd(element(value), place("addAt", place));
  }

  private Tensor element(Tensor value) {
    int[] one = new int[rank()];
    Arrays.fill(one, 1);
    if (value.rank() != 0)
      throw new ShapeException(
          "one element needs a scalar, got " + value.shape() + "; use dynamicUpdate for a block");
    return value.reshape(Shape.of(one));
  }

  private Tensor place(String what, Tensor[] place) {
    if (place.length != rank())
      throw new ShapeException(
          "%s needs a place for each of the %d axes of %s, got %d"
              .formatted(what, rank(), shape(), place.length));
    return place.length == 0 ? of(new long[0]) : stack(0, place);
  }

  // ---- what every value has

  /** Same dtype, shape and bits; raises on a traced tensor without a value. */
  @Override
  public boolean equals(@Nullable Object o) {
    return o == this || o instanceof Tensor t && array().same(t.array());
  }

  @Override
  public int hashCode() {
    return array().bitsHash();
  }

  /** Like NumPy's arrays; a traced tensor shows its type. */
  @Override
  public String toString() {
    return switch (held) {
      case Array a -> Printing.of(a);
      case Node n -> "traced " + n.type();
      default -> "given up";
    };
  }
}
