package io.leibniz.compile.plan;

import io.leibniz.compile.emit.Loop;
import io.leibniz.compile.emit.Tile;
import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.compile.run.Kernels;
import io.leibniz.compile.run.Product;
import io.leibniz.compile.run.Product.Operand;
import io.leibniz.compile.run.Work.Cost;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A contraction seen as matrix products: which axes are rows, columns and summed, and which are left over, around them. The
 * last axis of the result is the columns'; the operands change places where it is the left one's. An operand whose columns lie apart
 * is packed.
 */
final class Gemm {
  /** From so many columns on, rows of B lie so far apart that panels pay, if enough rows of A use them. */
  private static final int FAR = 512, OFTEN = 32;

  private final Shape result;
  private final Shape full;
  private final Access a, b;
  private final List<Integer> rows = new ArrayList<>(), columns = new ArrayList<>();
  private final List<Integer> summed = new ArrayList<>(), outer = new ArrayList<>();
  private boolean possible = true;

  private Gemm(Shape result, Node c, Map<Node, Buffer> buffers, List<Access> ends) {
    this.result = result;
    Contract op = (Contract) c.op();
    String labels = Root.labels(op);
    Shape all = Root.full(c, op);
    int kept = op.result().length(), dims = result.rank() + all.rank() - kept;
    full = result.concat(all.sub(kept, all.rank()));
    var made =
        Affine.split(
            Affine.flat(result, Affine.identity(result), result.rank()), c.shape(), result);
    if (made == null) throw new AssertionError("a finer shape has the axes of the coarser");
    var index = new ArrayList<Affine>(); // of each label
    for (Affine m : made) {
      var coefs = new ArrayList<>(m.coefs());
      while (coefs.size() < dims) coefs.add(0);
      index.add(new Affine(m.constant(), coefs));
    }
    for (int i = kept; i < all.rank(); i++) index.add(Affine.axis(dims, result.rank() + i - kept));
    Access left = access(c.x(0), op.left(), labels, index, buffers);
    Access right = access(c.x(1), op.right(), labels, index, buffers);
    if (left == null || right == null) {
      // the operand is going to get memory: what is laid out now is not final
      a = b = new Access(buffers.values().iterator().next(), Affine.zero(dims), null);
      possible = false;
      return;
    }
    int lane = result.rank() - 1;
    while (lane > 0 && result.dim(lane) == 1) lane--;
    boolean swap = coef(left, lane) != 0;
    a = swap ? right : left;
    b = swap ? left : right;
    if (coef(a, lane) != 0) {
      possible = false;
      return;
    }
    sort(lane, ends);
  }

  private @Nullable Access access(
      Node n, String labels, String all, List<Affine> index, Map<Node, Buffer> buffers) {
    Region region = new Region(full, buffers, _ -> false, new HashSet<>(), Map.of());
    var at = new ArrayList<Affine>();
    for (char l : labels.toCharArray()) at.add(index.get(all.indexOf(l)));
    return region.of(n, at).op() instanceof Prim.Load && region.accesses().size() == 1
        ? region.accesses().getFirst()
        : null;
  }

  private static int coef(Access x, int axis) {
    return x.flat().coefs().get(axis);
  }

  private void sort(int lane, List<Access> ends) {
    columns.add(lane);
    int size = result.dim(lane), d = lane - 1;
    for (; d >= 0; d--) {
      if (result.dim(d) == 1) continue;
      if (coef(a, d) != 0 || !merges(b, d, lane, size) || !merge(ends, d, lane, size)) break;
      columns.add(d);
      size *= result.dim(d);
    }
    int row = -1;
    size = 0;
    for (; d >= 0; d--) {
      if (result.dim(d) == 1) continue;
      if (row < 0 && coef(b, d) == 0) {
        row = d;
        size = result.dim(d);
        rows.add(d);
      } else if (row >= 0
          && outer.isEmpty()
          && coef(b, d) == 0
          && merges(a, d, row, size)
          && coefsRow(d, row, size)
          && merge(ends, d, row, size)) {
        rows.add(d);
        size *= result.dim(d);
      } else outer.addFirst(d);
    }
    size = 0;
    int last = -1;
    for (int k = full.rank() - 1; k >= result.rank(); k--) {
      if (full.dim(k) == 1) continue;
      if (last < 0) {
        last = k;
        size = full.dim(k);
      } else if (merges(a, k, last, size) && merges(b, k, last, size)) size *= full.dim(k);
      else possible = false;
      summed.add(k);
    }
  }

  /** Rows of the result may only be merged if they follow one another. */
  private boolean coefsRow(int d, int row, int size) {
    int[] strides = result.strides();
    return strides[d] == strides[row] * size;
  }

  private static boolean merges(Access x, int d, int inner, int size) {
    return coef(x, d) == coef(x, inner) * size;
  }

  private static boolean merge(List<Access> all, int d, int inner, int size) {
    for (Access x : all) if (!merges(x, d, inner, size)) return false;
    return true;
  }

  private int size(List<Integer> dims) {
    int size = 1;
    for (int d : dims) size *= full.dim(d);
    return size;
  }

  /** Whether the contraction, without anything at its end, is a product. */
  static boolean possible(Node c, Map<Node, Buffer> buffers) {
    return new Gemm(c.shape(), c, buffers, List.of()).possible;
  }

  /** Whether what is done at its end reads and writes rows of columns. */
  static boolean fits(Group g, Region region, Node c, Map<Node, Buffer> buffers) {
    for (Root r : g.phases.getFirst()) r.value(region);
    var gemm = new Gemm(g.domain, c, buffers, region.accesses());
    if (!gemm.possible) return false;
    for (Access x : region.accesses()) {
      int column = coef(x, gemm.columns.getFirst());
      if (column != 0 && column != 1 || x.guard() != null) return false;
    }
    return true;
  }

  private Operand operand(Access x, List<Integer> row, List<Integer> column) {
    int[] strides = new int[outer.size()];
    for (int d = 0; d < strides.length; d++) strides[d] = coef(x, outer.get(d));
    return new Operand(
        x.buffer().id(),
        x.flat().constant(),
        row.isEmpty() ? 0 : coef(x, row.getFirst()),
        column.isEmpty() ? 0 : coef(x, column.getFirst()),
        strides);
  }

  /**
   * The kernel of a contraction and its end.
   *
   * @param own where the sums themselves go; null where nobody reads them
   * @param memory makes a buffer of so many elements
   */
  static Product build(
      Group g,
      Region region,
      Node c,
      Map<Node, Buffer> buffers,
      @Nullable Buffer own,
      Kernels kernels,
      int slot,
      IntFunction<Buffer> memory) {
    DType type = c.dtype();
    var values = new ArrayList<Expr>();
    for (Root r : g.phases.getFirst()) values.add(r.value(region));
    var ends = new ArrayList<>(region.accesses());
    var gemm = new Gemm(g.domain, c, buffers, ends);
    var stores = new ArrayList<Loop.Store>();
    if (own != null) {
      stores.add(new Loop.Store(ends.size(), region.block().of(new Prim.Total(type))));
      ends.add(new Access(own, region.identity(), null));
    }
    for (int i = 0; i < values.size(); i++) {
      stores.add(new Loop.Store(ends.size(), values.get(i)));
      ends.add(new Access(g.phases.getFirst().get(i).out(), region.identity(), null));
    }
    int m = gemm.size(gemm.rows), n = gemm.size(gemm.columns), k = gemm.size(gemm.summed);
    int[] outer = gemm.outer.stream().mapToInt(d -> gemm.full.dim(d)).toArray();
    var none = List.<Integer>of();
    Operand a = gemm.operand(gemm.a, gemm.rows, none);
    Operand b = gemm.operand(gemm.b, none, gemm.columns);
    int aStep = coef(gemm.a, gemm.summed.getFirst()), bStep = coef(gemm.b, gemm.summed.getFirst());
    boolean packed = b.column() != 1 || n >= FAR && m >= OFTEN;
    Product.Pack pack =
        packed
            ? new Product.Pack(
                memory.apply(Product.packed(type, k, n)).id(), Product.panel(type, n))
            : null;
    var refs = new ArrayList<Operand>();
    var shapes = new ArrayList<Tile.Ref>();
    for (Access x : ends) {
      Operand o = gemm.operand(x, gemm.rows, gemm.columns);
      refs.add(o);
      shapes.add(new Tile.Ref(x.buffer().type().dtype(), o.row(), o.column()));
    }
    int turns = 1;
    for (int d : outer) turns *= d;
    double flops = 2.0 * turns * m * n * k;
    double bytes =
        (double) type.bytes()
            * turns
            * ((double) m * k + (double) k * n + (double) ends.size() * m * n);
    String name =
        "product [%d, %d] · [%d, %d]%s%s"
            .formatted(m, k, k, n, turns > 1 ? " × " + turns : "", packed ? ", right packed" : "");
    return Product.of(
        kernels,
        slot,
        type,
        m,
        n,
        k,
        outer,
        a,
        aStep,
        b,
        bStep,
        pack,
        refs,
        shapes,
        stores,
        new Cost(name, flops, bytes));
  }
}
