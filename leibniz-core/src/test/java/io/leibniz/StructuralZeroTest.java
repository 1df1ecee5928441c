package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Type;
import io.leibniz.transform.Jvp;
import io.leibniz.transform.Taylor;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands outside the support of a tangent or cotangent never gets in, through any op; and every graph that a transform makes is well formed. */
class StructuralZeroTest {

  static Stream<OpRows.Row> rows() {
    return EveryOpTest.differentiable();
  }

  /** The row's op as a graph of its float operands, the others constants in it. */
  private static Graph graph(OpRows.Row row) {
    var types = row.floats().stream().map(Tensor::type).toList();
    return Graph.close(
            types, ps -> List.of(row.apply(ps.stream().map(Tensor::new).toList()).node()))
        .graph()
        .verify();
  }

  /** Numbers with NaN where the support is false, or, if {@code clean}, with 0. */
  private static Delta delta(Type type, Random random, boolean clean) {
    int n = type.shape().size();
    boolean[] support = new boolean[n];
    double[] value = new double[n];
    for (int i = 0; i < n; i++) {
      support[i] = random.nextInt(3) > 0;
      double x = random.nextGaussian();
      value[i] = support[i] ? x : clean ? 0 : Double.NaN;
    }
    Node v = Node.constant(Array.of(type.shape(), value));
    return clean ? Delta.of(v) : Delta.of(v, Node.constant(Array.of(type.shape(), support)));
  }

  private static List<Array> values(Supplier<List<Node>> body) {
    Scope root = Interpreter.scope();
    return root.in(body).stream().map(y -> (Array) root.value(y)).toList();
  }

  private static List<Node> filled(List<@Nullable Delta> deltas) {
    return deltas.stream().filter(d -> d != null).map(Delta::filled).toList();
  }

  /** Results of (co)tangents with NaN outside their supports, and of the same with 0 there. */
  private interface Transformed {
    List<@Nullable Delta> of(List<Node> xs, Random random, boolean clean);
  }

  private static void ignored(OpRows.Row row, Transformed transform) {
    for (int seed = 0; seed < 8; seed++) {
      int s = seed;
      var results =
          Stream.of(true, false)
              .map(
                  clean ->
                      values(
                          () -> {
                            var xs = row.floats().stream().map(Tensor::node).toList();
                            return filled(transform.of(xs, new Random(s), clean));
                          }))
              .toList();
      same(row, results);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void pushIgnoresWhatIsUnsupported(OpRows.Row row) {
    ignored(
        row,
        (xs, random, clean) -> {
          // some operands do not move at all
          var dxs = new ArrayList<@Nullable Delta>();
          for (Node x : xs) {
            Delta d = delta(x.type(), random, clean);
            dxs.add(!dxs.isEmpty() && random.nextInt(3) == 0 ? null : d);
          }
          return Jvp.of(graph(row), xs, dxs).dys();
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void seriesIgnoreWhatIsUnsupported(OpRows.Row row) {
    ignored(
        row,
        (xs, random, clean) -> {
          var dxs = xs.stream().map(x -> delta(x.type(), random, clean)).toList();
          return Taylor.of(graph(row), xs, dxs, 4).stream().map(List::getFirst).toList();
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void pullIgnoresWhatIsUnsupported(OpRows.Row row) {
    ignored(
        row,
        (xs, random, clean) -> {
          Graph f = graph(row);
          Delta ct = delta(f.results().getFirst().type(), random, clean);
          return Transpose.vjp(f, xs, xs.stream().map(_ -> true).toList(), List.of(ct)).cts();
        });
  }

  private static void same(OpRows.Row row, List<List<Array>> results) {
    assertThat(results.get(0)).hasSameSizeAs(results.get(1));
    for (int i = 0; i < results.get(0).size(); i++) {
      Array clean = results.get(0).get(i), masked = results.get(1).get(i);
      for (int k = 0; k < clean.size(); k++) {
        assertThat(masked.number(k) == clean.number(k))
            .as("%s: %s and %s at %d", row, clean.number(k), masked.number(k), k)
            .isTrue();
      }
    }
  }

  /** A jvp, a vjp and a vjp of a jvp, each traced to a graph and given to the verifier. */
  @ParameterizedTest
  @MethodSource("rows")
  void transformsMakeWellFormedGraphs(OpRows.Row row) {
    Interpreter.scope()
        .in(
            () -> {
              Graph f = graph(row);
              var types = new ArrayList<Type>();
              for (Node p : f.params()) types.add(p.type());
              for (Node p : f.params()) types.add(p.type());
              for (Node p : f.params()) types.add(p.type().with(DType.BOOL));
              int n = f.params().size();
              Graph pushed =
                  Graph.close(
                          types,
                          ps -> {
                            var dxs = new ArrayList<Delta>();
                            for (int i = 0; i < n; i++)
                              dxs.add(Delta.of(ps.get(n + i), ps.get(2 * n + i)));
                            return filled(Jvp.of(f, ps.subList(0, n), dxs).dys());
                          })
                      .graph()
                      .verify();
              if (pushed.results().isEmpty()) return pushed;
              Type result = pushed.results().getFirst().type();
              var with = new ArrayList<>(pushed.params().stream().map(Node::type).toList());
              with.add(result);
              Graph pulled =
                  Graph.close(
                          with,
                          ps -> {
                            int m = ps.size() - 1;
                            var moves =
                                Stream.iterate(0, i -> i + 1).limit(m).map(i -> i < 2 * n).toList();
                            return filled(
                                Transpose.vjp(
                                        pushed,
                                        ps.subList(0, m),
                                        moves,
                                        List.of(Delta.of(ps.get(m))))
                                    .cts());
                          })
                      .graph()
                      .verify();
              assertThat(pulled.results()).isNotEmpty();
              return pulled;
            });
  }
}
