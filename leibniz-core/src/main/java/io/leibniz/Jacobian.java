package io.leibniz;

import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Ints;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Source;
import io.leibniz.transform.Jvp;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * All partial derivatives, in blocks: one for each leaf of the result and each leaf of the argument, of shape
 * {@code [result…, argument…]}; {@code shapes} are those of the result's leaves.
 */
public record Jacobian(
    List<String> outputs, List<String> inputs, List<Shape> shapes, List<List<Tensor>> blocks) {

  /** How it is found. */
  public enum Mode {
    /** One push for each element of the argument. */
    FORWARD,
    /** One pull for each element of the result. */
    REVERSE,
    /** Whichever takes fewer. */
    BY_SHAPE
  }

  /** A function's Jacobian, not yet applied. */
  public record Of<A, B>(Fn<A, B> f, String transform, Mode mode) implements Fn<A, Jacobian> {
    public Of<A, B> forward() {
      return new Of<>(f, transform, Mode.FORWARD);
    }

    public Of<A, B> reverse() {
      return new Of<>(f, transform, Mode.REVERSE);
    }

    /** As a sparse matrix: as many pushes or pulls as it takes to tell its entries apart; see {@link Sparse}. */
    public Sparse.Of<A, B> sparse() {
      return new Sparse.Of<>(f, transform, transform.equals("hessian"));
    }

    /** Evaluates the function once and maps its linear part over the unit vectors. */
    @Override
    public Jacobian of(A a) {
      return Jacobian.of(transform, f, a, mode);
    }
  }

  /** The block of the result's leaf {@code output} and the argument's leaf {@code input}, by path. */
  public Tensor at(String output, String input) {
    int i = outputs.indexOf(output), j = inputs.indexOf(input);
    if (i < 0 || j < 0)
      throw new ShapeException(
          "the Jacobian has no block (%s, %s); results are %s, arguments %s"
              .formatted(output, input, outputs, inputs));
    return blocks.get(i).get(j);
  }

  /** The only block, of a function from one tensor to one tensor. */
  public Tensor tensor() {
    if (outputs.size() != 1 || inputs.size() != 1)
      throw new ShapeException(
          "tensor() needs one leaf each, but results are %s and arguments %s; use at or matrix"
              .formatted(outputs, inputs));
    return blocks.getFirst().getFirst();
  }

  /** All blocks as one matrix: leaves flattened, in the order of the trees. */
  public Tensor matrix() {
    var rows = new ArrayList<Tensor>();
    for (int i = 0; i < shapes.size(); i++) {
      Shape s = shapes.get(i);
      rows.add(
          Tensor.concat(1, blocks.get(i).stream().map(b -> flat(b, s)).toArray(Tensor[]::new)));
    }
    return Tensor.concat(0, rows.toArray(Tensor[]::new));
  }

  private static Tensor flat(Tensor block, Shape result) {
    Shape s = block.shape();
    return block.reshape(Shape.of(result.size(), s.sub(result.rank(), s.rank()).size()));
  }

  private static <A, B> Jacobian of(String transform, Fn<A, B> f, A a, Mode mode) {
    Trace.differentiable(transform, a);
    var outputs = new ArrayList<String>();
    var shapes = new ArrayList<Shape>();
    var blocks =
        Trace.run(
            () -> {
              var t = Trace.at(a, f);
              Trace.floatResults(transform, t);
              for (var leaf : Tree.leaves(t.tree())) {
                outputs.add(leaf.path());
                shapes.add(leaf.tensor().shape());
              }
              int rows = size(t.graph().results()), columns = size(t.moving());
              boolean reverse = mode == Mode.REVERSE || mode == Mode.BY_SHAPE && rows < columns;
              return reverse ? reverse(t) : forward(t);
            });
    var inputs = Tree.leaves(a).stream().map(Tree.Leaf::path).toList();
    int n = inputs.size();
    var table =
        IntStream.range(0, outputs.size())
            .mapToObj(i -> List.copyOf(blocks.subList(i * n, i * n + n)));
    return new Jacobian(List.copyOf(outputs), inputs, List.copyOf(shapes), table.toList());
  }

  private static int size(List<Node> nodes) {
    return nodes.stream().mapToInt(n -> n.shape().size()).sum();
  }

  private static List<Node> reverse(Trace<?> t) {
    var ys = t.graph().results();
    var xs = t.moving();
    var pulled =
        mapped(
            ys, cts -> Trace.filled(Transpose.vjp(t.graph(), t.args(), t.moves(), cts).cts(), xs));
    var out = new ArrayList<Node>();
    int row = 0;
    for (Node y : ys) {
      for (int j = 0; j < xs.size(); j++)
        out.add(
            rows(pulled.get(j), row, y.shape().size())
                .reshape(y.shape().concat(xs.get(j).shape())));
      row += y.shape().size();
    }
    return out;
  }

  private static List<Node> forward(Trace<?> t) {
    var ys = t.graph().results();
    var xs = t.moving();
    var pushed =
        mapped(xs, dxs -> Trace.filled(Jvp.of(t.graph(), t.args(), t.along(dxs)).dys(), ys));
    var out = new ArrayList<Node>();
    for (int i = 0; i < ys.size(); i++) {
      Shape s = ys.get(i).shape();
      int row = 0;
      for (Node x : xs) {
        Node block = rows(pushed.get(i), row, x.shape().size()); // [argument, result…]
        var order = new ArrayList<>(block.shape().axes());
        order.add(order.removeFirst());
        out.add(block.permute(List.copyOf(order)).reshape(s.concat(x.shape())));
        row += x.shape().size();
      }
    }
    return out;
  }

  private static Node rows(Node x, int from, int n) {
    int[] starts = new int[x.shape().rank()];
    starts[0] = from;
    return x.slice(Ints.list(starts), x.shape().with(0, n).list(), Ints.repeat(starts.length, 1));
  }

  /**
   * {@code linear} at every unit vector of the space of {@code seeds}, each a lane. Zeros are structural:
   * a unit vector is supported in one place.
   */
  private static List<Node> mapped(List<Node> seeds, Function<List<Delta>, List<Node>> linear) {
    int n = size(seeds), before = 0;
    var units = new ArrayList<Node>();
    for (Node s : seeds) {
      Shape table = Shape.of(n, s.shape().size());
      Node lane = Node.of(new Source.Iota(DType.I64, table, 0));
      Node place = Node.of(new Source.Iota(DType.I64, table, 1)).plus(before);
      units.add(lane.compare(Compare.EQ, place).reshape(s.shape().prepend(n)));
      before += s.shape().size();
    }
    return Sweep.of(seeds, units, n, linear);
  }
}
