package io.leibniz.compile;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.Call;
import io.leibniz.ir.Cond;
import io.leibniz.ir.Contraction;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import io.leibniz.transform.Simplify;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A graph drawn from a seed, of ops of all families on arrays of awkward sizes, and arguments for it. Its numbers are of
 * moderate size; in one graph of six, some are infinite or NaN.
 */
record RandomGraph(long seed, Graph graph, List<Array> args) {

  static RandomGraph of(long seed) {
    return new Maker(seed).make();
  }

  /** The gradient of a weighted sum of all float results in all float arguments; null where there is nothing to move. */
  @Nullable RandomGraph gradient() {
    var moves = graph.params().stream().map(p -> p.dtype().isFloat()).toList();
    if (!moves.contains(true) || graph.results().stream().noneMatch(r -> r.dtype().isFloat()))
      return null;
    Scope scope = Interpreter.scope();
    Graph g =
        scope.in(
            () -> {
              var xs = graph.params().stream().map(p -> scope.parameter(p.kind())).toList();
              var cts = new ArrayList<@Nullable Delta>();
              for (Node y : graph.results())
                cts.add(y.dtype().isFloat() ? Delta.of(Node.constant(weights(y.type()))) : null);
              var pulled = Transpose.vjp(graph, xs, moves, cts);
              var out = new ArrayList<Node>();
              int moved = 0;
              for (int i = 0; i < xs.size(); i++)
                if (moves.get(i))
                  out.add(
                      pulled.cts().get(moved++) instanceof Delta d
                          ? d.filled()
                          : xs.get(i).like(0));
              return new Graph(xs, out);
            });
    return new RandomGraph(seed, g, args).simplified();
  }

  /** As {@code jit} simplifies it. */
  RandomGraph simplified() {
    return new RandomGraph(
        seed, Interpreter.scope().in(() -> Simplify.of(graph, Simplify.EXACT)), args);
  }

  private static boolean real(Node n) {
    return n.kind() instanceof Type t && t.dtype().isFloat();
  }

  private static Array weights(Type t) {
    Array w = Array.zeros(new Type(DType.F64, t.shape()));
    for (int i = 0; i < w.size(); i++) w.f64()[i] = Math.cos(1.7 * i + 0.3);
    return Interpreter.apply(new Pointwise.Cast(t.dtype()), List.of(w));
  }

  @Override
  public String toString() {
    return "seed " + seed + "\n" + graph;
  }

  /** Draws one. */
  private static final class Maker {
    private static final int[] SIZES = {1, 1, 2, 2, 3, 3, 7, 16, 17, 31, 33, 64, 65, 100};
    private static final int MOST = 5000, PRODUCTS = 200_000;

    private final long seed;
    private final SplittableRandom random;
    private final DType real;
    private final boolean wild;
    private final Scope scope = Interpreter.scope();
    private final List<Node> params = new ArrayList<>();
    private final List<Array> args = new ArrayList<>();
    private final List<Node> pool = new ArrayList<>();
    private final Map<Node, Value> values = new HashMap<>();

    Maker(long seed) {
      this.seed = seed;
      random = new SplittableRandom(seed);
      real = random.nextBoolean() ? DType.F32 : DType.F64;
      wild = random.nextInt(6) == 0;
    }

    RandomGraph make() {
      return scope.in(
          () -> {
            for (int i = 1 + random.nextInt(3); i > 0; i--)
              pool.add(input(once(5) ? choose(DType.values()) : real, shape()));
            int length = pool.size() + 2 + random.nextInt(once(6) ? 30 : 9);
            for (int tries = 0; pool.size() < length && tries < 300; tries++) step();
            var g = new RandomGraph(seed, new Graph(params, results()), List.copyOf(args));
            g.graph.verify();
            return random.nextBoolean() ? g : g.simplified();
          });
    }

    /** Up to four that nothing else uses, the last of all among them; sometimes an inner one, one twice, or an argument. */
    private List<Node> results() {
      var used = new HashSet<Node>();
      for (Node n : pool) used.addAll(n.operands());
      var out = new ArrayList<>(List.of(pool.getLast()));
      for (Node n : pool.reversed())
        if (!used.contains(n) && !out.contains(n) && out.size() < 4 && random.nextInt(4) > 0)
          out.add(n);
      if (random.nextInt(8) == 0) out.add(pool.get(random.nextInt(pool.size())));
      if (random.nextInt(30) == 0) out.add(out.getFirst());
      return out;
    }

    // ---- shapes and numbers

    private boolean once(int of) {
      return random.nextInt(of) == 0;
    }

    private int size() {
      return once(50) ? 0 : SIZES[random.nextInt(SIZES.length)];
    }

    private Shape shape() {
      if (once(25)) return once(2) ? Shape.of(4097) : Shape.of(once(2) ? 2 : 1, 4097);
      int[] dims = new int[random.nextInt(6)];
      do for (int i = 0; i < dims.length; i++) dims[i] = size();
      while (product(dims) > MOST);
      return Shape.of(dims);
    }

    private static long product(int... dims) {
      return Arrays.stream(dims).asLongStream().reduce(1, (a, b) -> a * b);
    }

    private Array numbers(Type t) {
      Array a = Array.zeros(t);
      for (int i = 0; i < a.size(); i++)
        switch (a.data()) {
          case double[] d -> d[i] = random.nextDouble(-2, 2);
          case float[] d -> d[i] = (float) random.nextDouble(-2, 2);
          case long[] d -> d[i] = random.nextInt(-5, 6);
          case int[] d -> d[i] = random.nextInt(-5, 6);
          case boolean[] d -> d[i] = random.nextBoolean();
          default -> throw new AssertionError(t);
        }
      if (wild && t.dtype().isFloat() && a.size() > 0 && once(3)) {
        double odd = new double[] {0, -0.0, 1 / 0.0, -1 / 0.0, 0.0 / 0}[random.nextInt(5)];
        int at = random.nextInt(a.size());
        if (a.data() instanceof double[] d) d[at] = odd;
        if (a.data() instanceof float[] d) d[at] = (float) odd;
      }
      return a;
    }

    private Node input(DType d, Shape s) {
      return input(numbers(new Type(d, s)));
    }

    /** A parameter; once there are some, rather a constant. */
    private Node input(Array a) {
      if (params.size() > 5) {
        Node c = Node.constant(a.share());
        values.put(c, a);
        return c;
      }
      Node p = scope.parameter(a.type());
      params.add(p);
      args.add(a);
      values.put(p, a);
      return p;
    }

    private Node places(Shape s, int rows) {
      Array a = Array.zeros(new Type(once(2) ? DType.I64 : DType.I32, s));
      for (int i = 0; i < a.size(); i++)
        if (a.data() instanceof long[] d) d[i] = random.nextInt(rows);
        else a.i32()[i] = random.nextInt(rows);
      return input(a);
    }

    // ---- values

    private Value value(Node n) {
      Value known = values.get(n);
      if (known != null) return known;
      Value v =
          Interpreter.value(n.op(), n.kind(), n.operands().stream().map(this::value).toList());
      values.put(n, v);
      return v;
    }

    private boolean all(Node n, DoublePredicate p) {
      Array a = (Array) value(n);
      for (int i = 0; i < a.size(); i++) if (!p.test(a.number(i))) return false;
      return true;
    }

    private boolean finite(Node n) {
      return !n.dtype().isFloat() || all(n, Double::isFinite);
    }

    /** Takes the op if its value is of moderate size, and does not change at once when its operands move a little. */
    private boolean add(Op op, Node... xs) {
      try {
        return take(Node.of(op, xs));
      } catch (ShapeException | ArithmeticException | IndexOutOfBoundsException e) {
        return false;
      }
    }

    private boolean take(Node n) {
      if (pool.contains(n) || !(n.kind() instanceof Type)) return false;
      if (n.shape().size() > MOST || n.shape().rank() > 6) return false;
      if (n.dtype().isFloat()
          && !all(n, v -> Double.isFinite(v) ? v == 0 || within(Math.abs(v)) : wild)) return false;
      if (!stable(n)) return false;
      pool.add(n);
      return true;
    }

    private static boolean within(double v) {
      return v < 3e3 && v > 1e-12;
    }

    /** What is discrete must not hang on the last digits. */
    private boolean stable(Node n) {
      boolean discrete =
          !n.dtype().isFloat()
              || Reference.discrete(n.op())
              || n.op() instanceof Linalg
              || n.op() == Binary.REM;
      if (!discrete || n.operands().stream().noneMatch(RandomGraph::real)) return true;
      for (int run = 0; run < 2; run++) {
        Map<Node, Value> moved = new HashMap<>();
        for (Node x : n.operands()) moved.computeIfAbsent(x, this::moved);
        Array was = (Array) value(n);
        Array is =
            (Array)
                Interpreter.value(n.op(), n.kind(), n.operands().stream().map(moved::get).toList());
        if (n.op() == Binary.REM || n.op() instanceof Linalg) {
          for (int i = 0; i < is.size(); i++)
            if (Math.abs(was.number(i) - is.number(i)) > 0.01 * (1 + Math.abs(was.number(i))))
              return false;
        } else if (!was.same(is)) return false;
      }
      return true;
    }

    private Value moved(Node x) {
      Value v = value(x);
      if (!(v instanceof Array a) || !a.dtype().isFloat()) return v;
      Array out = a.copy();
      for (int i = 0; i < out.size(); i++) {
        double by = 1 + 1e-5 * random.nextDouble(-1, 1);
        if (out.data() instanceof double[] d) d[i] *= by;
        if (out.data() instanceof float[] d) d[i] *= (float) by;
      }
      return out;
    }

    // ---- operands

    private Node any() {
      int n = pool.size();
      return pool.get(once(3) ? random.nextInt(n) : n - 1 - random.nextInt(Math.min(4, n)));
    }

    private @Nullable Node find(Predicate<Node> fits) {
      for (int i = 0; i < 6; i++) {
        Node n = any();
        if (fits.test(n)) return n;
      }
      return pool.stream().filter(fits).findFirst().orElse(null);
    }

    private Node some(Predicate<Node> fits) {
      Node n = find(x -> x.dtype().isFloat() && fits.test(x));
      while (n == null) {
        Node made = input(real, shape());
        if (fits.test(made)) n = made;
      }
      return n;
    }

    private Node some() {
      return some(_ -> true);
    }

    private List<Integer> axes(Shape s) {
      return s.axes().stream().filter(_ -> once(2)).toList();
    }

    private List<Integer> shuffled(List<Integer> of) {
      var out = new ArrayList<>(of);
      for (int i = out.size() - 1; i > 0; i--) Collections.swap(out, i, random.nextInt(i + 1));
      return out;
    }

    private String shuffled(String of) {
      var out = new StringBuilder();
      for (int i : shuffled(IntStream.range(0, of.length()).boxed().toList()))
        out.append(of.charAt(i));
      return out.toString();
    }

    /** Something of this type, often spread from fewer elements. */
    private Node like(Type t) {
      var axes = axes(t.shape());
      return switch (random.nextInt(6)) {
        case 0, 1 -> {
          Node n = find(x -> x.kind().equals(t));
          yield n == null ? input(t.dtype(), t.shape()) : n;
        }
        case 2 -> Node.full(t, t.dtype() == DType.BOOL ? random.nextInt(2) : random.nextInt(-2, 4));
        case 3 -> {
          if (t.dtype() == DType.BOOL || t.shape().rank() == 0) yield input(t.dtype(), t.shape());
          Node i = Node.of(new Source.Iota(t.dtype(), t.shape(), random.nextInt(t.shape().rank())));
          yield t.dtype().isFloat() ? i.times(0.013).plus(-0.31) : i;
        }
        default -> {
          Type less = t.with(t.shape().without(axes));
          Node n = find(x -> x.kind().equals(less));
          if (n == null || once(2)) n = input(less.dtype(), less.shape());
          yield n.broadcast(t.shape(), axes);
        }
      };
    }

    private Node predicate(Shape s) {
      Type t = new Type(DType.BOOL, s);
      Node n = find(x -> x.kind().equals(t));
      if (n != null && once(2)) return n;
      Node x = find(y -> y.shape().equals(s) && y.dtype().isFloat());
      if (x == null || once(3)) return like(t);
      Node p = Node.of(choose(Compare.values()), x, like(x.type()));
      return stable(p) ? p : like(t);
    }

    private <T> T choose(T[] of) {
      return of[random.nextInt(of.length)];
    }

    // ---- steps

    private void step() {
      switch (random.nextInt(36)) {
        case 0, 1, 2, 3, 4, 5 -> unary();
        case 6, 7, 8, 9, 10 -> binary();
        case 11, 12 -> logic();
        case 13, 14 -> choice();
        case 15 -> cast();
        case 16, 17, 18, 19 -> movement();
        case 20, 21, 22, 23 -> reduction();
        case 24, 25, 26 -> contract();
        case 27 -> {
          if (once(2)) conv();
          else product();
        }
        case 28, 29, 30 -> indexing();
        case 31 -> {
          if (once(3)) linalg();
        }
        case 32 -> softmax();
        case 33 -> normal();
        default -> {
          if (once(2)) control();
        }
      }
    }

    private void unary() {
      Node x = any();
      if (x.dtype() == DType.BOOL) return;
      if (x.dtype().isInteger()) {
        add(choose(new Unary[] {Unary.NEG, Unary.ABS, Unary.SIGN}), x);
        return;
      }
      if (once(30)) {
        add(new Pointwise.Polygamma(random.nextInt(3)), into(x, v -> v > 0.2, s -> s.plus(1.2)));
        return;
      }
      if (once(40)) {
        add(new Pointwise.Stop(), x);
        return;
      }
      Unary f = choose(Unary.values());
      DoublePredicate in =
          switch (f) {
            case LOG, LOG2, LOG10, SQRT, RSQRT -> v -> v > 0.02;
            case GAMMA, LGAMMA -> v -> v > 0.1 && v < 6;
            case LOG1P -> v -> v > -0.9;
            case ACOSH -> v -> v > 1.05;
            case ASIN, ACOS, ATANH, ERFINV -> v -> Math.abs(v) < 0.95;
            case TAN -> v -> Math.abs(v) < 1.3;
            case EXP, EXPM1, SINH, COSH, SECH -> v -> Math.abs(v) < 7;
            case ERFC -> v -> v < 4;
            case GAUSS -> v -> Math.abs(v) < 4;
            case CBRT -> v -> Math.abs(v) > 0.02;
            default -> _ -> true;
          };
      add(
          f,
          wild && once(4)
              ? x
              : into(
                  x,
                  in,
                  s ->
                      f == Unary.ACOSH
                          ? s.plus(2)
                          : in.test(1.2) && !in.test(-0.7) ? s.plus(1.2) : s));
    }

    /** {@code x}, or where it leaves the domain something made of it that does not. */
    private Node into(Node x, DoublePredicate in, UnaryOperator<Node> shift) {
      return all(x, in) ? x : shift.apply(x.sin().times(0.7));
    }

    private void binary() {
      Node x = any();
      if (x.dtype() == DType.BOOL) return;
      Binary f =
          once(2)
              ? choose(Binary.values())
              : choose(new Binary[] {Binary.ADD, Binary.SUB, Binary.MUL});
      if (x.dtype().isInteger() && f.integer() == null) return;
      Node y = like(x.type());
      if (x.dtype().isFloat() && !wild)
        switch (f) {
          case DIV -> y = into(y, v -> Math.abs(v) > 0.05, s -> s.plus(1.2));
          case POW -> {
            x = into(x, v -> v > 0.1 && v < 20, s -> s.plus(1.2));
            y = into(y, v -> Math.abs(v) < 3, s -> s);
          }
          case XLOGY -> y = into(y, v -> v > 0.05, s -> s.plus(1.2));
          case REM -> {
            y = into(y, v -> Math.abs(v) > 0.3, s -> s.plus(1.2));
          }
          default -> {}
        }
      if (once(2)) add(f, x, y);
      else if (f != Binary.DIV && f != Binary.POW && f != Binary.XLOGY && f != Binary.REM)
        add(f, y, x);
    }

    private void logic() {
      Node whole = once(2) ? find(n -> !n.dtype().isFloat()) : null;
      Node x = whole == null ? any() : whole;
      Node y = like(x.type());
      if (x.dtype().isFloat()) {
        if (once(4)) add(choose(Pointwise.Order.values()), x, y);
        else add(choose(Compare.values()), x, y);
      } else if (once(3)) add(choose(Compare.values()), x, y);
      else if (once(4)) add(new Pointwise.Not(), x);
      else add(choose(Pointwise.Bitwise.values()), x, y);
    }

    private void choice() {
      Node x = once(6) ? any() : some();
      Node p = predicate(x.shape());
      if (x.dtype().isFloat() && once(8))
        add(new Pointwise.Domain(), once(2) ? p : p.or(p.not()), x);
      else {
        Node y = like(x.type());
        boolean first = once(2);
        add(choose(Pointwise.Choice.values()), p, first ? x : y, first ? y : x);
      }
    }

    private void cast() {
      Node x = any();
      DType to = once(2) ? real : choose(DType.values());
      if (to != x.dtype()) add(new Pointwise.Cast(to), x);
    }

    private void movement() {
      Node x = any();
      Shape s = x.shape();
      int r = s.rank();
      switch (random.nextInt(9)) {
        case 0 -> add(new Movement.Reshape(refactored(s.size())), x);
        case 1, 2 -> add(new Movement.Permute(shuffled(s.axes())), x);
        case 3 -> {
          int[] dims = new int[r + 1 + random.nextInt(2)];
          var fresh =
              shuffled(IntStream.range(0, dims.length).boxed().toList())
                  .subList(0, dims.length - r)
                  .stream()
                  .sorted()
                  .toList();
          int old = 0;
          for (int i = 0; i < dims.length; i++) dims[i] = fresh.contains(i) ? size() : s.dim(old++);
          if (product(dims) <= MOST) add(new Movement.Broadcast(Shape.of(dims), fresh), x);
        }
        case 4 -> {
          var starts = new ArrayList<Integer>();
          var sizes = new ArrayList<Integer>();
          var strides = new ArrayList<Integer>();
          for (int d : s.dims()) {
            int stride = once(3) ? 1 + random.nextInt(3) : 1,
                start = d == 0 || once(3) ? 0 : random.nextInt(d);
            int most = d == 0 ? 0 : (d - start - 1) / stride + 1;
            starts.add(start);
            strides.add(stride);
            sizes.add(most == 0 || once(25) ? 0 : once(2) ? most : 1 + random.nextInt(most));
          }
          add(new Movement.Slice(starts, sizes, strides), x);
        }
        case 5 -> {
          var widths =
              List.of(new ArrayList<Integer>(), new ArrayList<Integer>(), new ArrayList<Integer>());
          int only = r == 0 || once(3) ? -1 : once(2) ? r - 1 : random.nextInt(r);
          for (int i = 0; i < r; i++)
            for (int k = 0; k < 3; k++)
              widths
                  .get(k)
                  .add(only >= 0 && i != only || k == 2 && !once(4) ? 0 : random.nextInt(3));
          add(new Movement.Pad(widths.get(0), widths.get(1), widths.get(2)), x);
        }
        case 6 -> {
          if (r == 0) return;
          int axis = random.nextInt(r);
          var parts = new ArrayList<>(List.of(x));
          for (int i = 1 + random.nextInt(3); i > 0; i--)
            parts.add(
                once(3)
                    ? x
                    : like(x.type().with(s.with(axis, once(2) ? s.dim(axis) : size() % 20))));
          add(
              new Movement.Concat(axis),
              shuffled(IntStream.range(0, parts.size()).boxed().toList()).stream()
                  .map(parts::get)
                  .toArray(Node[]::new));
        }
        case 7 -> add(new Movement.Flip(axes(s)), x);
        default -> {
          if (r == 0) return;
          int d = 1 + random.nextInt(Math.min(2, r));
          var sizes = new ArrayList<Integer>();
          var strides = new ArrayList<Integer>();
          var dilation = new ArrayList<Integer>();
          for (int i = 0; i < d; i++) {
            sizes.add(1 + random.nextInt(3));
            strides.add(1 + random.nextInt(3));
            dilation.add(once(3) ? 2 : 1);
          }
          var w = new Movement.Windows(sizes, strides, dilation);
          if (add(w, x) && once(3)) {
            Node y = pool.getLast();
            if (x.dtype().isFloat()) add(new Movement.Fold(w, s), y.sin());
          }
        }
      }
    }

    private Shape refactored(int n) {
      if (n == 0) return once(2) ? Shape.of(0) : Shape.of(3, 0, 2);
      var dims = new ArrayList<Integer>();
      for (int p = 2; n > 1; p++)
        while (n % p == 0) {
          n /= p;
          if (dims.isEmpty() || dims.size() < 4 && once(2)) dims.add(p);
          else {
            int i = random.nextInt(dims.size());
            dims.set(i, dims.get(i) * p);
          }
        }
      if (once(3)) dims.add(1);
      return Shape.of(shuffled(dims));
    }

    private void reduction() {
      Node x = any();
      Shape s = x.shape();
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> add(new Reduction.Sum(axes(s)), x);
        case 4, 5, 6 -> add(new Reduction.Extreme(axes(s), once(2)), x);
        default -> {
          if (s.rank() == 0) return;
          int axis = random.nextInt(s.rank());
          if (once(3)) add(new Reduction.Arg(axis, once(2)), x);
          else if (once(2)) add(new Reduction.CumSum(axis, once(2)), x);
          else if (add(new Reduction.ArgSort(axis, once(2)), x)
              && axis == 0
              && s.rank() == 1
              && x.dtype().isFloat()) add(new Indexing.Gather(0), x, pool.getLast());
        }
      }
    }

    /** Along one axis; or the cross-entropy that its logarithm is for. */
    private void softmax() {
      Node x = some(y -> y.shape().rank() > 0 && y.shape().size() > 0);
      var axis = List.of(once(2) ? x.shape().rank() - 1 : random.nextInt(x.shape().rank()));
      Shape s = x.shape();
      Node top = Node.of(new Reduction.Extreme(axis, false), x);
      Node e = x.sub(top.broadcast(s, axis)).exp(), sum = e.sum(axis);
      if (once(2)) add(Binary.DIV, e, sum.broadcast(s, axis));
      else add(Binary.ADD, sum.log(), top);
    }

    /** Less its mean, over its deviation. */
    private void normal() {
      Node x = some(y -> y.shape().rank() > 0 && y.shape().size() > 0);
      var axes = once(2) ? List.of(x.shape().rank() - 1) : axes(x.shape());
      Shape s = x.shape();
      double n = (double) s.size() / s.without(axes).size();
      Node off = x.sub(x.sum(axes).times(1 / n).broadcast(s, axes));
      Node scale = off.square().sum(axes).times(1 / n).plus(1e-2).rsqrt();
      add(Binary.MUL, off, scale.broadcast(s, axes));
    }

    private void contract() {
      Node l = some(x -> x.shape().rank() <= 4);
      int r = l.shape().rank();
      String left = "abcd".substring(0, r), right = "", result = "";
      var dims = new HashMap<Character, Integer>();
      for (int i = 0; i < r; i++) dims.put(left.charAt(i), l.shape().dim(i));
      if (once(6)) { // with itself
        for (int i = 0; i < r; i++) {
          char c = left.charAt(i);
          int role = random.nextInt(3);
          right += role == 2 ? (char) ('p' + i) : c;
          if (role != 1) result += c;
          if (role == 2) result += (char) ('p' + i);
          dims.put((char) ('p' + i), l.shape().dim(i));
        }
        contract(l, left, right, shuffled(result), dims, l);
        return;
      }
      for (int i = 0; i < r; i++) {
        char c = left.charAt(i);
        int role = random.nextInt(5);
        if (role != 1 && role != 2) right += c; // 0: batch, 1, 2: row, 3, 4: summed
        if (role <= 2) result += c;
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        char c = (char) ('p' + i);
        dims.put(c, size());
        right += c;
        result += c;
      }
      right = shuffled(right);
      int[] shape = right.chars().map(c -> dims.get((char) c)).toArray();
      if (product(shape) > MOST) return;
      Type t = l.type().with(Shape.of(shape));
      Node other;
      if (once(3) && shape.length > 1) { // lying otherwise in memory
        var order = shuffled(t.shape().axes());
        int[] lying = new int[shape.length];
        for (int i = 0; i < shape.length; i++) lying[order.get(i)] = shape[i];
        other = input(t.dtype(), Shape.of(lying)).permute(order);
      } else other = like(t);
      contract(l, left, right, once(2) ? result : shuffled(result), dims, other);
    }

    private void contract(
        Node l, String left, String right, String result, Map<Character, Integer> dims, Node r) {
      int[] full = (left + right).chars().distinct().map(c -> dims.get((char) c)).toArray();
      if (product(full) > PRODUCTS) return;
      boolean turned = once(2);
      add(
          new Contraction.Contract(turned ? right : left, turned ? left : right, result),
          turned ? r : l,
          turned ? l : r);
    }

    /** A matrix product of the sizes at which tiles end, and often something at its end. */
    private void product() {
      int m = size(), n = size(), k = size();
      if (product(m, n, k) > PRODUCTS) return;
      Node x = input(real, Shape.of(m, k)), y = input(real, Shape.of(k, n));
      if (!add(new Contraction.Contract("ik", "kj", once(3) ? "ji" : "ij"), x, y)) return;
      Node z = pool.getLast();
      if (once(2)) add(Binary.ADD, z, like(z.type()));
      if (once(2)) add(Binary.MAX, pool.getLast(), pool.getLast().like(0));
    }

    private void conv() {
      int d = 1 + random.nextInt(2), g = once(3) ? 2 : 1;
      int[] in = new int[2 + d], kernel = new int[2 + d], out = new int[2 + d];
      var ones = Collections.nCopies(d, 1);
      var strides = ones.stream().map(_ -> 1 + random.nextInt(2)).toList();
      var low = ones.stream().map(_ -> random.nextInt(2)).toList();
      var high = ones.stream().map(_ -> random.nextInt(2)).toList();
      var stencil =
          new Contraction.Conv.Stencil(
              strides, low, high, ones.stream().map(_ -> once(4) ? 2 : 1).toList(), g);
      in[0] = out[0] = 1 + random.nextInt(3);
      kernel[1] = 1 + random.nextInt(3);
      in[1] = kernel[1] * g;
      kernel[0] = out[1] = g * (1 + random.nextInt(2));
      for (int i = 0; i < d; i++) {
        in[2 + i] = 3 + random.nextInt(7);
        kernel[2 + i] = 1 + random.nextInt(3);
        out[2 + i] = stencil.places(i, in[2 + i], kernel[2 + i]);
      }
      Shape s = Shape.of(in);
      Node x = find(y -> y.dtype() == real && y.shape().equals(s));
      add(
          new Contraction.Conv(stencil, Contraction.Conv.Slot.OUTPUT, Shape.of(out), 0),
          x == null ? input(real, s) : x,
          input(real, Shape.of(kernel)));
    }

    private void indexing() {
      Node x = once(3) ? any() : some();
      Shape s = x.shape();
      int batch = s.rank() > 1 && once(3) ? 1 : 0;
      if (s.rank() == 0 || s.size() == 0) return;
      Shape lead = s.sub(0, batch), rest = s.sub(batch + 1, s.rank());
      switch (random.nextInt(6)) {
        case 0, 1 -> add(new Indexing.Gather(batch), x, places(lead.concat(index()), s.dim(batch)));
        case 2, 3 -> {
          Shape i = lead.concat(index());
          if (product(i.concat(rest).dims()) > MOST) return;
          add(
              new Indexing.ScatterAdd(batch),
              x,
              places(i, s.dim(batch)),
              like(x.type().with(i.concat(rest))));
        }
        default -> {
          var sizes = new ArrayList<Integer>();
          int room = Integer.MAX_VALUE;
          for (int a = batch; a < s.rank(); a++) {
            int n = 1 + random.nextInt(s.dim(a));
            sizes.add(n);
            room = Math.min(room, s.dim(a) - n + 1);
          }
          Node starts = places(lead.concat(Shape.of(s.rank() - batch)), room);
          Type block = x.type().with(lead.concat(Shape.of(sizes)));
          switch (random.nextInt(3)) {
            case 0 -> add(new Indexing.DynamicSlice(batch, sizes), x, starts);
            case 1 -> add(new Indexing.DynamicUpdate(batch), x, like(block), starts);
            default -> {
              if (x.dtype() != DType.BOOL)
                add(new Indexing.DynamicAdd(batch), x, like(block), starts);
            }
          }
        }
      }
    }

    private Shape index() {
      return switch (random.nextInt(4)) {
        case 0 -> Shape.SCALAR;
        case 1 -> Shape.of(2, 3);
        default -> Shape.of(size());
      };
    }

    private void linalg() {
      int n = 1 + random.nextInt(4);
      Shape lead = once(3) ? Shape.of(2) : Shape.SCALAR;
      Node raw = input(real, lead.concat(Shape.of(n, n)));
      Array eye = Array.zeros(new Type(DType.F64, raw.shape()));
      for (int i = 0; i < eye.size(); i++) if (i / n % n == i % n) eye.f64()[i] = 3;
      Node a = raw.times(0.3).add(Node.constant(eye.share()).cast(real));
      Node b = input(real, lead.concat(Shape.of(n, 2)));
      switch (random.nextInt(4)) {
        case 0 -> add(new Linalg.Solve(once(2)), a, b);
        case 1 -> add(new Linalg.LogAbsDet(), a);
        case 2 -> add(new Linalg.TriangularSolve(once(2), once(2)), a, b);
        default -> add(new Linalg.Cholesky(), a);
      }
    }

    // ---- graphs inside

    /** A little arithmetic on values of one type. */
    private Node chain(List<Node> xs) {
      Node x = xs.get(random.nextInt(xs.size()));
      for (int i = random.nextInt(4); i > 0; i--) {
        Node y = xs.get(random.nextInt(xs.size()));
        x =
            switch (random.nextInt(6)) {
              case 0 -> x.sin();
              case 1 -> x.tanh().times(0.9);
              case 2 -> x.sigmoid().mul(y);
              case 3 -> x.add(y).times(0.5);
              case 4 -> x.sub(y).tanh();
              default -> x.gt(0.37).select(x.times(0.7), y);
            };
      }
      return x;
    }

    private void control() {
      Node x = some(y -> y.shape().size() <= 1000 && finite(y)), y = like(x.type());
      switch (random.nextInt(4)) {
        case 0 ->
            taken(
                Call.of(
                    once(2),
                    () ->
                        once(2)
                            ? List.of(chain(List.of(x, y)))
                            : List.of(x.sin(), chain(List.of(y, x)))));
        case 1 -> {
          Node p =
              Node.of(
                  choose(new Compare[] {Compare.LT, Compare.GT}),
                  x.sum(x.shape().axes()),
                  Node.literal(x.dtype(), 0.123));
          if (stable(p))
            taken(
                Cond.of(
                    p, () -> List.of(chain(List.of(x, y))), () -> List.of(chain(List.of(y, x)))));
        }
        case 2 -> {
          int turns = random.nextInt(4);
          boolean counted = once(2);
          var carries = counted ? List.of(x, Node.literal(DType.I64, 0L)) : List.of(x);
          var ran =
              Loop.of(
                  Node.literal(DType.I64, counted ? Loop.ENDLESS : turns),
                  false,
                  carries,
                  List.of(),
                  counted
                      ? c -> Node.of(Compare.LT, c.get(1), Node.literal(DType.I64, (long) turns))
                      : null,
                  (c, _) -> {
                    Node next = chain(List.of(c.getFirst(), y));
                    return new Loop.Turn(
                        counted ? List.of(next, c.get(1).plus(1)) : List.of(next), List.of());
                  });
          taken(ran.carries());
        }
        default -> {
          if (x.shape().rank() == 0 || x.shape().dim(0) > 8) return;
          int n = x.shape().dim(0);
          Node first = input(x.dtype(), x.shape().sub(1, x.shape().rank()));
          var ran =
              Loop.of(
                  Node.literal(DType.I64, (long) n),
                  once(2),
                  List.of(first),
                  List.of(Node.of(new Packing.Rows(), x)),
                  null,
                  (c, e) -> {
                    Node next = chain(List.of(e.getFirst(), c.getFirst()));
                    return new Loop.Turn(
                        List.of(next), List.of(chain(List.of(next, e.getFirst()))));
                  });
          taken(
              List.of(
                  ran.carries().getFirst(), Node.of(new Packing.Pile(n), ran.outs().getFirst())));
        }
      }
    }

    private void taken(List<Node> ys) {
      try {
        for (Node y : ys) take(y);
      } catch (ShapeException e) {
        Objects.requireNonNull(e);
      }
    }
  }
}
