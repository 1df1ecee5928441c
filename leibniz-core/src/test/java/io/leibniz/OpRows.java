package io.leibniz;

import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Contraction.Conv;
import io.leibniz.ir.Contraction.Conv.Stencil;
import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Factoring;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Linalg;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Order;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Random;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The table of ops under test: each with operands at which it is smooth. Which ops there are is read off the
 * sealed families, so that a new op without a row fails the build.
 */
final class OpRows {
  private OpRows() {}

  /** An op on operands; the float ones are differentiated. */
  record Row(Op op, List<Tensor> operands) {
    @Override
    public String toString() {
      return op + " on " + operands.stream().map(t -> t.type().toString()).toList();
    }

    /** The op as a function of its float operands, the others held. */
    Tensor apply(List<Tensor> floats) {
      var next = floats.iterator();
      return Tensor.op(
          op,
          operands.stream().map(t -> t.dtype().isFloat() ? next.next() : t).toArray(Tensor[]::new));
    }

    List<Tensor> floats() {
      return operands.stream().filter(t -> t.dtype().isFloat()).toList();
    }
  }

  /** Points inside the domain of each function, away from kinks, where differences see the derivatives. */
  static double[] smooth(Unary u) {
    return switch (u) {
      case NEG,
          ABS,
          SIGN,
          EXP,
          EXPM1,
          SIN,
          COS,
          TAN,
          ATAN,
          SINH,
          COSH,
          TANH,
          ASINH,
          SECH,
          SIGMOID,
          SOFTPLUS,
          GAUSS,
          ERF,
          ERFC ->
          new double[] {-1.3, -0.4, 0.2, 0.9};
      case FLOOR, CEIL, ROUND -> new double[] {-1.3, -0.4, 0.2, 0.8};
      case LOG, LOG2, LOG10, SQRT, RSQRT, CBRT, GAMMA, LGAMMA -> new double[] {0.4, 0.9, 1.7, 3.2};
      case LOG1P -> new double[] {-0.5, 0.3, 1.2, 4};
      case ASIN, ACOS, ATANH, ERFINV, ONE_MINUS_SQUARE -> new double[] {-0.7, -0.2, 0.1, 0.6};
      case ACOSH -> new double[] {1.3, 1.8, 2.5, 4};
    };
  }

  private static double[][] smooth(Binary b) {
    return switch (b) {
      case ADD, SUB, MUL, MAX, MIN, HYPOT ->
          new double[][] {{-1.3, 0.4, 0.7, 2}, {0.5, -0.8, 1.1, -0.6}};
      case DIV, ATAN2 -> new double[][] {{-1.3, 0.4, 0.7, 2}, {1.2, -1.4, 1.1, 0.9}};
      case REM -> new double[][] {{-5.3, 4.4, 7.7, 2}, {1.2, -1.7, 2.1, 0.9}};
      case POW, XLOGY -> new double[][] {{0.6, 1.4, 0.9, 2}, {1.2, 1.7, 0.4, 3.1}};
    };
  }

  static List<Row> all() {
    var rows = new ArrayList<Row>();
    Key key = Key.of(7);
    for (Unary u : Unary.values()) rows.add(new Row(u, List.of(Tensor.of(smooth(u)))));
    for (Binary b : Binary.values()) {
      double[][] at = smooth(b);
      rows.add(new Row(b, List.of(Tensor.of(at[0]), Tensor.of(at[1]))));
    }
    Tensor v = Tensor.vector(-1.3, 0.4, 0.7, 2), w = Tensor.vector(0.5, 0.5, -0.7, 3);
    for (Compare c : Compare.values()) rows.add(new Row(c, List.of(v, w)));
    for (Order o : Order.values()) rows.add(new Row(o, List.of(v, w)));
    for (int n : new int[] {0, 1, 2, 5})
      rows.add(new Row(new Pointwise.Polygamma(n), List.of(Tensor.vector(0.7, 1.3, 2.5, 4))));
    Tensor p = Tensor.of(new boolean[] {true, false, false, true});
    Tensor i = Tensor.of(new long[] {3, -7, 12, 5}), j = Tensor.of(new long[] {2, 5, -3, 1});
    for (Bitwise b : Bitwise.values()) rows.add(new Row(b, List.of(i, j)));
    rows.add(new Row(new Pointwise.Not(), List.of(p)));
    for (DType d : DType.values()) rows.add(new Row(new Pointwise.Cast(d), List.of(v)));
    for (Choice c : Choice.values()) rows.add(new Row(c, List.of(p, v, w)));
    rows.add(
        new Row(
            new Pointwise.Domain(), List.of(Tensor.of(new boolean[] {true, true, true, true}), v)));
    rows.add(new Row(new Pointwise.Stop(), List.of(v)));
    rows.add(new Row(new Random.Threefry(), List.of(i, j)));

    Tensor m = key.fold(1).normal(DType.F64, 3, 4), n = key.fold(2).normal(DType.F64, 2, 3, 4);
    rows.add(new Row(new Movement.Reshape(Shape.of(2, 6)), List.of(m)));
    rows.add(new Row(new Movement.Permute(List.of(2, 0, 1)), List.of(n)));
    rows.add(new Row(new Movement.Broadcast(Shape.of(3, 2, 4), List.of(1)), List.of(m)));
    rows.add(new Row(new Movement.Slice(List.of(0, 1), List.of(2, 2), List.of(2, 2)), List.of(m)));
    rows.add(new Row(new Movement.Pad(List.of(1, 0), List.of(0, 2), List.of(1, 0)), List.of(m)));
    rows.add(new Row(new Movement.Concat(1), List.of(m, key.fold(3).normal(DType.F64, 3, 2), m)));
    rows.add(new Row(new Movement.Flip(List.of(0, 1)), List.of(m)));

    var windows = new Movement.Windows(List.of(2, 2), List.of(1, 2), List.of(1, 1));
    rows.add(new Row(windows, List.of(n)));
    rows.add(new Row(new Movement.Windows(List.of(2), List.of(2), List.of(2)), List.of(m)));
    rows.add(new Row(new Movement.Fold(windows, n.shape()), List.of(Tensor.op(windows, n))));

    rows.add(new Row(new Reduction.Sum(List.of(0, 2)), List.of(n)));
    rows.add(new Row(new Reduction.Extreme(List.of(1), false), List.of(n)));
    rows.add(new Row(new Reduction.Extreme(List.of(0, 1), true), List.of(m)));
    rows.add(new Row(new Reduction.Arg(1, false), List.of(n)));
    rows.add(new Row(new Reduction.Arg(0, true), List.of(m)));
    rows.add(new Row(new Reduction.CumSum(1, false), List.of(n)));
    rows.add(new Row(new Reduction.CumSum(0, true), List.of(m)));
    rows.add(new Row(new Reduction.ArgSort(1, false), List.of(m)));
    rows.add(new Row(new Reduction.ArgSort(0, true), List.of(m)));

    Tensor k = key.fold(4).normal(DType.F64, 4, 2);
    rows.add(new Row(new Contract("ij", "jk", "ik"), List.of(m, k)));
    rows.add(
        new Row(new Contract("ij", "ij", ""), List.of(m, key.fold(5).normal(DType.F64, 3, 4))));
    rows.add(
        new Row(
            new Contract("bij", "bkj", "kbi"), List.of(n, key.fold(6).normal(DType.F64, 2, 5, 4))));
    rows.add(new Row(new Contract("i", "j", "ji"), List.of(v, Tensor.vector(1, 2))));

    convolutions(rows, key);

    Tensor at = Tensor.of(new int[] {2, 0, 2, 1, 2}),
        ats = Tensor.of(new long[] {1, 0, 2, 2, 1, 1}, 3, 2);
    rows.add(new Row(new Indexing.Gather(0), List.of(m, at)));
    rows.add(new Row(new Indexing.Gather(1), List.of(m, ats)));
    rows.add(
        new Row(new Indexing.ScatterAdd(0), List.of(m, at, key.fold(8).normal(DType.F64, 5, 4))));
    rows.add(
        new Row(new Indexing.ScatterAdd(1), List.of(m, ats, key.fold(9).normal(DType.F64, 3, 2))));
    Tensor start = Tensor.of(new long[] {1, 2}), starts = Tensor.of(new long[] {2, 0, 1}, 3, 1);
    rows.add(new Row(new Indexing.DynamicSlice(0, List.of(2, 2)), List.of(m, start)));
    rows.add(new Row(new Indexing.DynamicSlice(1, List.of(2)), List.of(m, starts)));
    Tensor block = key.fold(10).normal(DType.F64, 2, 2),
        blocks = key.fold(11).normal(DType.F64, 3, 2);
    rows.add(new Row(new Indexing.DynamicUpdate(0), List.of(m, block, start)));
    rows.add(new Row(new Indexing.DynamicUpdate(1), List.of(m, blocks, starts)));
    rows.add(new Row(new Indexing.DynamicAdd(0), List.of(m, block, start)));
    rows.add(new Row(new Indexing.DynamicAdd(1), List.of(m, blocks, starts)));

    linearAlgebra(rows, key);
    return rows;
  }

  /** Regular matrices, and positive definite ones, also when each entry is replaced by its sine. */
  private static void linearAlgebra(List<Row> rows, Key key) {
    int seed = 60;
    for (int[] lead : new int[][] {{}, {2}}) {
      int[] square = Arrays.copyOf(lead, lead.length + 2), sides = square.clone();
      Arrays.fill(square, lead.length, lead.length + 2, lead.length == 0 ? 3 : 2);
      System.arraycopy(square, 0, sides, 0, lead.length + 1);
      sides[lead.length + 1] = 2;
      int n = square[lead.length];
      Tensor noise = key.fold(seed++).normal(DType.F64, square).times(0.2);
      Tensor a = Tensor.eye(DType.F64, n).plus(noise); // its upper triangle is not its lower one
      Tensor b = key.fold(seed++).normal(DType.F64, sides);
      rows.add(new Row(new Linalg.Cholesky(), List.of(a)));
      for (boolean transposed : new boolean[] {false, true}) {
        for (boolean lower : new boolean[] {false, true})
          rows.add(new Row(new Linalg.TriangularSolve(lower, transposed), List.of(a, b)));
        rows.add(new Row(new Linalg.Solve(transposed), List.of(a, b)));
      }
      rows.add(new Row(new Linalg.LogAbsDet(), List.of(a)));
      rows.add(new Row(new Linalg.SignDet(), List.of(a)));
    }
  }

  /** One, two and three axes, strides that leave something over, uneven padding, dilation, groups; each slot open. */
  private static void convolutions(List<Row> rows, Key key) {
    record Case(Stencil stencil, int[] input, int[] kernel) {}
    var cases =
        List.of(
            new Case(
                new Stencil(List.of(2), List.of(1), List.of(0), List.of(2), 1),
                new int[] {2, 2, 7},
                new int[] {3, 2, 2}),
            new Case(
                new Stencil(List.of(1, 2), List.of(1, 0), List.of(2, 1), List.of(1, 1), 2),
                new int[] {1, 2, 3, 4},
                new int[] {4, 1, 2, 2}),
            new Case(
                new Stencil(
                    List.of(1, 1, 1), List.of(0, 0, 0), List.of(0, 0, 0), List.of(1, 1, 1), 1),
                new int[] {1, 1, 2, 3, 2},
                new int[] {2, 1, 1, 2, 2}));
    int seed = 20;
    for (Case c : cases)
      for (int batch = 0; batch < 2; batch++) {
        int[] in = batched(batch, c.input), kernel = batched(batch, c.kernel);
        int[] out = batched(batch, c.input);
        out[batch + 1] = c.kernel[0];
        for (int i = 0; i < c.stencil.strides().size(); i++)
          out[batch + 2 + i] = c.stencil.places(i, c.input[2 + i], c.kernel[2 + i]);
        Tensor x = key.fold(seed++).normal(DType.F64, in),
            w = key.fold(seed++).normal(DType.F64, kernel);
        Tensor y = key.fold(seed++).normal(DType.F64, out);
        rows.add(new Row(new Conv(c.stencil, Conv.Slot.OUTPUT, y.shape(), batch), List.of(x, w)));
        rows.add(new Row(new Conv(c.stencil, Conv.Slot.KERNEL, w.shape(), batch), List.of(x, y)));
        rows.add(new Row(new Conv(c.stencil, Conv.Slot.INPUT, x.shape(), batch), List.of(w, y)));
      }
  }

  private static int[] batched(int batch, int[] dims) {
    int[] all = new int[batch + dims.length];
    Arrays.fill(all, 0, batch, 2);
    System.arraycopy(dims, 0, all, batch, dims.length);
    return all;
  }

  /**
   * What every op is, as the sealed families tell it: an enum's constants, or a record class. Sources have no operands;
   * control flow, and what moves arrays in and out of it, has a table of its own in {@link ControlTest}, and what has several
   * results in {@link FactoringTest}.
   */
  static Set<Object> kinds() {
    var kinds = new LinkedHashSet<Object>();
    collect(Op.class, kinds);
    return kinds;
  }

  private static void collect(Class<?> c, Set<Object> kinds) {
    if (c == Source.class || c == Control.class || c == Packing.class) return;
    if (c == Factoring.class) return;
    if (c.isEnum()) kinds.addAll(List.of(c.getEnumConstants()));
    else if (c.isRecord()) kinds.add(c);
    else for (Class<?> sub : c.getPermittedSubclasses()) collect(sub, kinds);
  }

  static Object kind(Op op) {
    return op instanceof Enum<?> e ? e : op.getClass();
  }
}
