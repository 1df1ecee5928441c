package io.leibniz.symbolic.explain;

import io.leibniz.Fn;
import io.leibniz.Tensor;
import io.leibniz.Tree;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import io.leibniz.ir.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * A function with a scalar result, run once at a point: its graph, the leaves that its first parameters stand for, and the
 * nodes outside that all parameters stand for.
 */
record Traced(Graph graph, List<Tree.Leaf> leaves, List<Node> args) {

  /** Traces in a scope of its own inside the current one; plain Java can branch on the tensors. */
  static <A> Traced of(String what, Fn<A, Tensor> f, A a) {
    var leaves = Tree.leaves(a);
    Scope scope = Interpreter.scope();
    var args = new ArrayList<Node>(leaves.stream().map(l -> l.tensor().node()).toList());
    var params = args.stream().map(scope::parameter).toList();
    Tensor y = scope.in(() -> f.of(Tree.with(a, params.stream().map(Tensor::of).toList())));
    if (y.rank() != 0 || !y.dtype().isFloat())
      throw new ShapeException(
          "%s needs a scalar float result, but this one is %s; reduce it with sum() or mean()"
              .formatted(what, y.type()));
    var closed = Graph.close(scope, params, List.of(scope.in(y::node)));
    args.addAll(closed.captures());
    return new Traced(closed.graph(), leaves, List.copyOf(args));
  }

  /** The parameter of a leaf. */
  Node param(int leaf) {
    return graph.params().get(leaf);
  }

  Node result() {
    return graph.results().getFirst();
  }

  /** Fresh parameters of the current scope that stand for the same nodes as those of the graph: no two are one, as constants may be. */
  List<Node> arguments() {
    return args.stream().map(Scope.current()::parameter).toList();
  }
}
