package io.leibniz.ir;

import static io.leibniz.ir.Dependence.*;
import static io.leibniz.ir.Dependence.Zeros.*;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Ops that read and write at computed places. Places are i64 or i32; one outside raises. The first {@code batch}
 * axes of all operands and of the result run together. Closed under adjoints: gather and scatterAdd
 * are each other's, and so are dynamicSlice and dynamicAdd.
 */
public sealed interface Indexing extends Op {
  int batch();

  /** {@code result[b, i, r] = table[b, index[b, i], r]}: b the batch axes, i any axes, r the rest of the table's. */
  record Gather(int batch) implements Indexing {
    @Override
    public Type type(List<Type> x) {
      Type table = x.get(0), index = x.get(1);
      rows(this, table, index, batch);
      return table.with(index.shape().concat(table.shape().sub(batch + 1, table.shape().rank())));
    }

    @Override
    public Dependence on(int operand) {
      return operand == 1
          ? CONSTANT
          : jointly(
              PICKED,
              (ct, y) -> Node.of(new ScatterAdd(batch), ct.zeros(y.x(0).shape()), y.x(1), ct));
    }

    @Override
    public String toString() {
      return "gather" + over(batch);
    }
  }

  /**
   * {@code result = base; result[b, index[b, i], r] += update[b, i, r]}, in the order of the index: what
   * meets in one place is added up. Of truth values: or.
   */
  record ScatterAdd(int batch) implements Indexing {
    @Override
    public Type type(List<Type> x) {
      Type base = x.get(0), index = x.get(1), update = x.get(2);
      rows(this, base, index, batch);
      Shape needs = index.shape().concat(base.shape().sub(batch + 1, base.shape().rank()));
      if (!update.equals(base.with(needs)))
        throw new ShapeException(
            this
                + " into "
                + base
                + " at "
                + index
                + " needs an update "
                + base.with(needs)
                + ", got "
                + update);
      return base;
    }

    @Override
    public Dependence on(int operand) {
      return switch (operand) {
        case 0 -> jointly(MOVED, (ct, y) -> ct);
        case 1 -> CONSTANT;
        default -> jointly(MOVED, (ct, y) -> Node.of(new Gather(batch), ct, y.x(1)));
      };
    }

    @Override
    public String toString() {
      return "scatterAdd" + over(batch);
    }
  }

  /** The block of the given sizes that begins at {@code starts[b]}, one start for each axis. Operands: array, starts. */
  record DynamicSlice(int batch, List<Integer> sizes) implements Indexing {
    @Override
    public Type type(List<Type> x) {
      Shape block =
          x.get(0).shape().sub(0, Math.min(batch, x.get(0).shape().rank())).concat(Shape.of(sizes));
      block(this, x.get(0), x.get(0).with(block), x.get(1), batch);
      return x.get(0).with(block);
    }

    @Override
    public Dependence on(int operand) {
      return operand == 1
          ? CONSTANT
          : jointly(
              PICKED,
              (ct, y) -> Node.of(new DynamicAdd(batch), ct.zeros(y.x(0).shape()), ct, y.x(1)));
    }

    @Override
    public String toString() {
      return "dynamicSlice " + sizes + over(batch);
    }
  }

  /** The array with a block overwritten. Operands: array, block, starts. */
  record DynamicUpdate(int batch) implements Indexing {
    @Override
    public Type type(List<Type> x) {
      block(this, x.get(0), x.get(1), x.get(2), batch);
      return x.get(0);
    }

    @Override
    public Dependence on(int operand) {
      return switch (operand) {
        case 0 -> jointly(PICKED, (ct, y) -> Node.of(this, ct, ct.zeros(y.x(1).shape()), y.x(2)));
        case 1 -> jointly(MOVED, (ct, y) -> read(batch, ct, y));
        default -> CONSTANT;
      };
    }

    @Override
    public String toString() {
      return "dynamicUpdate" + over(batch);
    }
  }

  /** The array with a block added to. Operands: array, block, starts. */
  record DynamicAdd(int batch) implements Indexing {
    @Override
    public Type type(List<Type> x) {
      block(this, x.get(0), x.get(1), x.get(2), batch);
      return x.get(0);
    }

    @Override
    public Dependence on(int operand) {
      return switch (operand) {
        case 0 -> jointly(MOVED, (ct, y) -> ct);
        case 1 -> jointly(MOVED, (ct, y) -> read(batch, ct, y));
        default -> CONSTANT;
      };
    }

    @Override
    public String toString() {
      return "dynamicAdd" + over(batch);
    }
  }

  /** The block of {@code ct} that {@code y} wrote. */
  private static Node read(int batch, Node ct, Node y) {
    Shape block = y.x(1).shape();
    return Node.of(new DynamicSlice(batch, block.sub(batch, block.rank()).list()), ct, y.x(2));
  }

  /** What is raised for a row that is not there. */
  static IndexOutOfBoundsException outside(Indexing op, long index, int rows) {
    return new IndexOutOfBoundsException(
        Origin.located(
            "%s: index %d is outside of axis %d, which has %d rows; indices run from 0 to %d"
                .formatted(op, index, op.batch(), rows, rows - 1)));
  }

  private static void rows(Op op, Type table, Type index, int batch) {
    if (!index.dtype().isInteger()
        || table.shape().rank() <= batch
        || index.shape().rank() < batch
        || !table.shape().sub(0, batch).equals(index.shape().sub(0, batch)))
      throw new ShapeException(
          op
              + " needs a table and integer indices that begin with the same "
              + batch
              + " axes, the table with one axis more, got "
              + table
              + " and "
              + index);
  }

  private static void block(Op op, Type array, Type block, Type starts, int batch) {
    Shape a = array.shape(), b = block.shape();
    boolean fits =
        starts.dtype().isInteger()
            && array.dtype() == block.dtype()
            && a.rank() == b.rank()
            && a.rank() >= batch
            && a.sub(0, batch).equals(b.sub(0, batch))
            && starts.shape().equals(a.sub(0, batch).concat(Shape.of(a.rank() - batch)))
            && IntStream.range(0, a.rank()).allMatch(i -> b.dim(i) <= a.dim(i));
    if (!fits)
      throw new ShapeException(
          op
              + " needs a block that fits into the array and one integer start for each of its axes, got array "
              + array
              + ", block "
              + block
              + ", starts "
              + starts);
  }

  private static String over(int batch) {
    return batch == 0 ? "" : " over " + batch + " axes";
  }
}
