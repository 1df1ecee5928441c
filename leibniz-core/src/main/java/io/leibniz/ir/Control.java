package io.leibniz.ir;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Ops with graphs inside, all of several results. What a graph needs from outside is an operand: a
 * <em>capture</em>. They have no {@link Dependence}; instead each transform has a rule for each of them, see {@code
 * io.leibniz.transform.ControlRules}.
 */
public sealed interface Control extends Op permits Call, Cond, Loop, Custom, External, LinearSolve {

  @Override
  Kind.Tuple kind(List<Kind> operands);

  @Override
  default Type type(List<Type> operands) {
    throw new AssertionError(this + " has several results");
  }

  @Override
  default Dependence on(int operand) {
    throw new AssertionError(this + " has rules of its own");
  }

  /** The graphs inside. */
  static List<Graph> graphs(Control c) {
    return switch (c) {
      case Call(var body, _) -> List.of(body);
      case Cond(var then, var otherwise) -> List.of(then, otherwise);
      case Loop loop ->
          loop.condition() == null ? List.of(loop.body()) : List.of(loop.condition(), loop.body());
      case Custom custom -> List.of(custom.body(), custom.tangent());
      case External _ -> List.of();
      case LinearSolve s -> List.of(s.map(), s.solver(), s.transposedMap(), s.transposedSolver());
    };
  }

  /** The same op with {@code f} applied to the graphs inside, whose parameters and results must keep their kinds. */
  static Control map(Control c, UnaryOperator<Graph> f) {
    return switch (c) {
      case Call(var body, var recompute) -> new Call(f.apply(body), recompute);
      case Cond(var then, var otherwise) -> new Cond(f.apply(then), f.apply(otherwise));
      case Loop(var condition, var body, var carries, var stacks, var reversed) ->
          new Loop(
              condition == null ? null : f.apply(condition),
              f.apply(body),
              carries,
              stacks,
              reversed);
      case Custom(var name, var body, var tangent, var args) ->
          new Custom(name, f.apply(body), f.apply(tangent), args);
      case External e -> e;
      case LinearSolve(var map, var solver, var transposedMap, var transposedSolver) ->
          new LinearSolve(
              f.apply(map), f.apply(solver), f.apply(transposedMap), f.apply(transposedSolver));
    };
  }

  /** The kinds of nodes. */
  static List<Kind> kinds(List<Node> nodes) {
    return nodes.stream().map(Node::kind).toList();
  }

  /** Raises unless the graph takes what it is given. */
  static void fits(String op, Graph graph, List<Kind> operands) {
    if (!kinds(graph.params()).equals(operands))
      throw new ShapeException(
          "%s needs operands %s, got %s".formatted(op, kinds(graph.params()), operands));
  }
}
