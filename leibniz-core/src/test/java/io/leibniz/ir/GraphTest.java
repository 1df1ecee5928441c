package io.leibniz.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Pointwise.Unary;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final Type VECTOR = Type.of(DType.F64, 3);

  private static Graph graph(List<Type> types, Function<List<Node>, List<Node>> body) {
    return Interpreter.scope().in(() -> Graph.close(types, body).graph().verify());
  }

  @Test
  void equalNodesAreMadeOnce() {
    graph(
        List.of(VECTOR, VECTOR),
        p -> {
          assertThat(p.get(0).add(p.get(1))).isSameAs(p.get(0).add(p.get(1)));
          assertThat(p.get(0).add(p.get(1))).isNotSameAs(p.get(1).add(p.get(0)));
          assertThat(p.get(0).times(2)).isSameAs(p.get(0).times(2));
          assertThat(p.get(0).times(0.0)).isNotSameAs(p.get(0).times(-0.0));
          return List.of(p.get(0));
        });
  }

  @Test
  void parametersAreNeverMerged() {
    graph(
        List.of(VECTOR, VECTOR),
        p -> {
          assertThat(p.get(0)).isNotSameAs(p.get(1));
          return p;
        });
  }

  @Test
  void anOuterNodeBecomesACapture() {
    Interpreter.scope()
        .in(
            () -> {
              Node outer = Scope.current().parameter(VECTOR);
              var closed =
                  Graph.close(List.of(VECTOR), p -> List.of(p.get(0).mul(outer).add(outer)));
              assertThat(closed.captures()).containsExactly(outer);
              assertThat(closed.graph().params()).hasSize(2);
              assertThat(closed.graph().order()).allMatch(n -> n.scope() != outer.scope());
              return outer;
            });
  }

  @Test
  void literalsAreMadeAnewInsteadOfCaptured() {
    Interpreter.scope()
        .in(
            () -> {
              Node two = Node.full(VECTOR, 2);
              var closed = Graph.close(List.of(VECTOR), p -> List.of(p.get(0).mul(two)));
              assertThat(closed.captures()).isEmpty();
              return two;
            });
  }

  @Test
  void aNodeOfATraceThatIsOverIsCaught() {
    Node leaked = Interpreter.scope().in(() -> Scope.current().parameter(VECTOR).neg());
    assertThatThrownBy(() -> Interpreter.scope().in(() -> leaked.neg()))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("trace that is over");
    assertThatThrownBy(leaked::neg).isInstanceOf(TraceException.class);
  }

  @Test
  void aGraphMustBeClosed() {
    Interpreter.scope()
        .in(
            () -> {
              Node p = Scope.current().parameter(VECTOR), q = Scope.current().parameter(VECTOR);
              assertThatThrownBy(() -> new Graph(List.of(p), List.of(p.add(q))))
                  .hasMessageContaining("not closed");
              return p;
            });
  }

  /** One rule per op: the verifier asks it again. */
  @Test
  void theVerifierFindsAWrongType() {
    Interpreter.scope()
        .in(
            () -> {
              Scope scope = Scope.current();
              Node p = scope.parameter(VECTOR);
              Node wrong =
                  new Node(scope, p.number(), 0, Unary.SIN, List.of(p), Type.of(DType.F64, 4));
              assertThatThrownBy(() -> Graph.verify(wrong)).hasMessageContaining("made after it");
              Node later =
                  new Node(scope, p.number() + 1, 0, Unary.SIN, List.of(p), Type.of(DType.F64, 4));
              assertThatThrownBy(() -> Graph.verify(later)).hasMessageContaining("ill-typed");
              return p;
            });
  }

  @Test
  void itPrintsOneLineANode() {
    Graph g =
        graph(List.of(VECTOR), p -> List.of(p.get(0).sin().mul(p.get(0)).sum(List.of(0)).times(2)));
    assertThat(g.toString())
        .isEqualTo(
            """
            (x0: f64[3]) {
              a = sin x0    : f64[3]
              b = mul a x0  : f64[3]
              c = sum [0] b : f64[]
              d = mul c 2.0 : f64[]
              return d
            }""");
  }

  @Test
  void inliningComputesTheSame() {
    Interpreter.scope()
        .in(
            () -> {
              Graph g =
                  Graph.close(List.of(VECTOR), p -> List.of(p.get(0).sin(), p.get(0))).graph();
              Node x = Node.constant(Array.of(Shape.of(3), new double[] {1, 2, 3}));
              var ys = g.inline(List.of(x));
              assertThat(ys.get(0)).isSameAs(x.sin());
              assertThat(ys.get(1)).isSameAs(x);
              return x;
            });
  }

  @Test
  void shapesAreChecked() {
    assertThatThrownBy(() -> Shape.of(-1)).isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> Shape.of(1 << 20, 1 << 20)).hasMessageContaining("2^31");
    assertThat(Shape.of(1 << 20, 1 << 20, 0).size()).isZero();
    assertThat(Shape.of().size()).isOne();
    assertThat(Shape.of(2, 3).strides()).containsExactly(3, 1);
  }
}
