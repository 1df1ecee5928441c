package io.leibniz;

import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A function run once on parameters: a closed graph; the nodes it is applied to, its {@code own} arguments
 * before what it captured; and the tree of its results.
 */
record Trace<B>(Graph graph, List<Node> args, int own, B tree) {

  /** At a point: traced tensors have values, so that plain Java can branch on them. */
  static <A, B> Trace<B> at(A a, Fn<A, B> f) {
    Scope scope = Interpreter.scope();
    var args = nodes(a);
    return of(scope, a, args, args.stream().map(scope::parameter).toList(), f);
  }

  /** On types alone, for {@code transform}; parameter i stands for one of {@code args[i]}'s lanes, or for all of it. */
  static <A, B> Trace<B> blind(String transform, A a, List<Type> types, Fn<A, B> f) {
    Scope scope = Scope.blind(transform, Interpreter::value);
    return of(scope, a, nodes(a), types.stream().map(scope::parameter).toList(), f);
  }

  /** Likewise, for a program to be called later: these arguments are not applied, and keep their memory to themselves. */
  static <A, B> Trace<B> unapplied(String transform, A a, List<Type> types, Fn<A, B> f) {
    Scope scope = Scope.blind(transform, Interpreter::value);
    return of(scope, a, List.of(), types.stream().map(scope::parameter).toList(), f);
  }

  private static <A, B> Trace<B> of(
      Scope scope, A a, List<Node> args, List<Node> params, Fn<A, B> f) {
    B tree = scope.in(() -> f.of(Tree.with(a, tensors(params))));
    var closed = Graph.close(scope, params, scope.in(() -> nodes(tree)));
    var all = new ArrayList<>(args);
    all.addAll(closed.captures());
    return new Trace<>(closed.graph(), List.copyOf(all), params.size(), tree);
  }

  /** The function's own arguments. */
  List<Node> moving() {
    return args.subList(0, own);
  }

  List<Boolean> moves() {
    return IntStream.range(0, args.size()).mapToObj(i -> i < own).toList();
  }

  /** Tangents for all of {@code args}: those of what is captured are absent, and so are those of integers. */
  List<@Nullable Delta> along(List<? extends @Nullable Delta> dxs) {
    var all = new ArrayList<@Nullable Delta>();
    for (int i = 0; i < own; i++) all.add(args.get(i).dtype().isFloat() ? dxs.get(i) : null);
    all.addAll(Collections.nCopies(args.size() - own, null));
    return all;
  }

  static List<Node> nodes(@Nullable Object tree) {
    return tree == null ? List.of() : Tree.tensors(tree).stream().map(Tensor::node).toList();
  }

  static List<Tensor> tensors(List<Node> nodes) {
    return nodes.stream().map(Tensor::new).toList();
  }

  /** The numbers of each delta; zeros, of the type of {@code like}, for one that is absent. */
  static List<Node> filled(List<? extends @Nullable Delta> deltas, List<Node> like) {
    var out = new ArrayList<Node>();
    for (int i = 0; i < like.size(); i++)
      out.add(deltas.get(i) instanceof Delta d ? d.filled() : like.get(i).like(0));
    return out;
  }

  /** What outlives the code that made it: a node of the trace that goes on, or, where there is none, a value. */
  record Kept(Object held) {
    Node node() {
      return held instanceof Node n ? Scope.current().local(n) : Node.constant((Value) held);
    }

    Tensor tensor() {
      return held instanceof Node n ? new Tensor(n) : new Tensor((Array) held);
    }
  }

  /** Emits into the current trace; or, where there is none, into one of its own, and evaluates the results. */
  static List<Kept> keep(Supplier<List<Node>> body) {
    if (Scope.tracing()) return body.get().stream().map(Kept::new).toList();
    Scope root = Interpreter.scope();
    return root.in(
        () -> {
          var ys = body.get().stream().map(root::local).toList();
          return root.values(ys).stream().map(Kept::new).toList();
        });
  }

  /** Likewise, of results that are arrays. */
  static List<Tensor> run(Supplier<List<Node>> body) {
    return keep(body).stream().map(Kept::tensor).toList();
  }

  /** Raises, naming the leaf, unless all leaves can be differentiated. */
  static void differentiable(String transform, Object a) {
    for (var leaf : Tree.leaves(a))
      if (!leaf.tensor().dtype().isFloat())
        throw new ShapeException(
            "%s needs float leaves, but %s is %s; cast it to f64, or pass it as a further argument"
                .formatted(transform, Tree.named(leaf.path()), leaf.tensor().type()));
    if (Tree.leaves(a).isEmpty())
      throw new ShapeException(
          transform
              + " needs a tensor in its first argument, but a "
              + a.getClass().getSimpleName()
              + " holds none; a tree is made of tensors, records, lists and maps");
  }

  /** Raises, naming the leaf, unless all results are floats. */
  static void floatResults(String transform, Trace<?> t) {
    for (var leaf : Tree.leaves(t.tree))
      if (!leaf.tensor().dtype().isFloat())
        throw new ShapeException(
            "%s needs float results, but %s is %s; leave it out, or return it through valueAndGradAux"
                .formatted(
                    transform,
                    leaf.path().isEmpty() ? "the result" : leaf.path(),
                    leaf.tensor().type()));
  }

  static Node one(DType dtype) {
    return Node.literal(dtype, 1.0);
  }
}
