package io.leibniz;

import static io.leibniz.Trace.nodes;
import static io.leibniz.Trace.tensors;

import io.leibniz.ir.Call;
import io.leibniz.ir.Cond;
import io.leibniz.ir.Control;
import io.leibniz.ir.Custom;
import io.leibniz.ir.DType;
import io.leibniz.ir.External;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Ints;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Control flow that depends on data and stays in the graph: branches and loops that {@code vmap} and {@code jit} can
 * trace, that have every derivative in every mode, and whose reverse mode needs no bound on the number of turns.
 *
 * <p>What branches and turns return are trees, as arguments are: a carry must come back with the leaves it had, of the same
 * types, and with the same structure. Tensors from outside are simply used inside.
 *
 * {@snippet :
 * Tensor root = whileLoop(a, x -> x.square().minus(a).abs().gt(1e-12), x -> x.plus(a.over(x)).times(0.5));
 * }
 */
public final class Flow {
  private Flow() {}

  /** {@code then()} if {@code p}, a scalar truth value, holds, else {@code otherwise()}; the other one does not run. */
  public static <T> T cond(Tensor p, Supplier<T> then, Supplier<T> otherwise) {
    if (p.dtype() != DType.BOOL || p.rank() != 0)
      throw new ShapeException(
          "cond needs one truth value, got %s; reduce it with all() or any(), or choose elements with where"
              .formatted(p.type()));
    var tree = new ArrayList<T>();
    var out =
        run(
            () ->
                Cond.of(
                    p.node(),
                    () -> {
                      tree.add(then.get());
                      return nodes(tree.getFirst());
                    },
                    () -> like("cond", "the branches", tree.getFirst(), otherwise.get(), "gives")));
    return Tree.with(tree.getFirst(), out);
  }

  /** {@code body} again and again while {@code condition} holds. */
  public static <T> T whileLoop(T init, Fn<T, Tensor> condition, Fn<T, T> body) {
    return whileLoop(init, condition, body, Loop.ENDLESS);
  }

  /** Likewise, {@code limit} turns at most. */
  public static <T> T whileLoop(T init, Fn<T, Tensor> condition, Fn<T, T> body, long limit) {
    return Tree.with(
        init,
        run(
            () ->
                Loop.of(
                        Node.literal(DType.I64, limit),
                        false,
                        nodes(init),
                        List.of(),
                        c -> truth(condition.of(Tree.with(init, tensors(c)))),
                        (c, _) ->
                            new Loop.Turn(
                                like(
                                    "whileLoop",
                                    "the carry",
                                    init,
                                    body.of(Tree.with(init, tensors(c))),
                                    "starts as"),
                                List.of()))
                    .carries()));
  }

  private static Node truth(Tensor p) {
    if (p.dtype() != DType.BOOL || p.rank() != 0)
      throw new ShapeException(
          "whileLoop needs a condition of one truth value, got %s; compare, then reduce with all() or any()"
              .formatted(p.type()));
    return p.node();
  }

  /** {@code body(i, carry)} for i = 0 … n − 1; i is an i64 scalar. */
  public static <T> T fori(long n, T init, Fn2<Tensor, T, T> body) {
    return fori(Tensor.of(n), init, body);
  }

  /** Likewise, with a number of turns that depends on data: an i64 scalar. */
  public static <T> T fori(Tensor n, T init, Fn2<Tensor, T, T> body) {
    if (!n.type().equals(Type.of(DType.I64)))
      throw new ShapeException(
          "fori needs its number of turns as one i64, got %s; cast it".formatted(n.type()));
    return Tree.with(
        init,
        run(
            () ->
                Loop.of(
                        n.node(),
                        false,
                        nodes(init),
                        List.of(Node.of(new Source.Turns())),
                        null,
                        (c, e) ->
                            new Loop.Turn(
                                like(
                                    "fori",
                                    "the carry",
                                    init,
                                    body.of(new Tensor(e.getFirst()), Tree.with(init, tensors(c))),
                                    "starts as"),
                                List.of()))
                    .carries()));
  }

  // ---- scan

  /**
   * One turn for each row of {@code xs}: {@code f(carry, row)} gives the next carry and an out, and the outs become
   * the rows of the result. All leaves of {@code xs} have one leading axis.
   */
  public static <C, X, Y> Step<C, Y> scan(C init, X xs, Fn2<C, X, Step<C, Y>> f) {
    int n = rows(xs);
    var tree = new ArrayList<Y>();
    var out =
        run(
            () -> {
              var ran = turns(Node.literal(DType.I64, (long) n), init, xs, nodes(xs), f, tree);
              return Lists.concat(ran.carries(), piled(ran.outs(), n));
            });
    return step(init, tree.getFirst(), out);
  }

  /** Likewise, keeping fewer carries for the reverse mode than all. The same result and derivatives. */
  public static <C, X, Y> Step<C, Y> scan(
      C init, X xs, Fn2<C, X, Step<C, Y>> f, Checkpoints checkpoints) {
    int n = rows(xs), k = checkpoints.distance(n), blocks = (n + k - 1) / k;
    if (n <= k) return scan(init, xs, f);
    var tree = new ArrayList<Y>();
    var out =
        run(
            () -> {
              var blocked = new ArrayList<Node>();
              for (Node x : nodes(xs))
                blocked.add(Node.of(new Packing.Rows(), blocks(x, blocks, k)));
              blocked.add(Node.of(new Source.Turns()));
              var ran =
                  Loop.of(
                      Node.literal(DType.I64, (long) blocks),
                      false,
                      nodes(init),
                      blocked,
                      null,
                      (c, e) -> {
                        var ys =
                            Call.of(
                                true,
                                () -> {
                                  // the last block may be shorter
                                  Node left = e.getLast().times(-k).plus(n);
                                  Node turns = Node.of(Pointwise.Binary.MIN, left.like(k), left);
                                  var inner =
                                      turns(
                                          turns,
                                          Tree.with(init, tensors(c)),
                                          xs,
                                          e.subList(0, e.size() - 1),
                                          f,
                                          tree);
                                  return Lists.concat(inner.carries(), piled(inner.outs(), k));
                                });
                        return new Loop.Turn(
                            ys.subList(0, c.size()), ys.subList(c.size(), ys.size()));
                      });
              var outs = new ArrayList<Node>();
              for (Node y : piled(ran.outs(), blocks)) outs.add(unblocked(y, n));
              return Lists.concat(ran.carries(), outs);
            });
    return step(init, tree.getFirst(), out);
  }

  private static <C, X, Y> Loop.Ran turns(
      Node limit, C init, X xs, List<Node> rows, Fn2<C, X, Step<C, Y>> f, List<Y> tree) {
    return Loop.of(
        limit,
        false,
        nodes(init),
        rows.stream().map(x -> Node.of(new Packing.Rows(), x)).toList(),
        null,
        (c, e) -> {
          var step = f.of(Tree.with(init, tensors(c)), Tree.with(xs, tensors(e)));
          tree.add(step.out());
          return new Loop.Turn(
              like("scan", "the carry", init, step.carry(), "starts as"), nodes(step.out()));
        });
  }

  private static List<Node> piled(List<Node> stacks, int n) {
    return stacks.stream().map(s -> Node.of(new Packing.Pile(n), s)).toList();
  }

  /** {@code [n, …]} as {@code [blocks, k, …]}, with zeros at the end that no turn reads. */
  private static Node blocks(Node x, int blocks, int k) {
    Shape s = x.shape();
    int[] high = new int[s.rank()];
    high[0] = blocks * k - s.dim(0);
    Node whole =
        high[0] == 0
            ? x
            : Node.of(
                new Movement.Pad(
                    Ints.repeat(s.rank(), 0), Ints.list(high), Ints.repeat(s.rank(), 0)),
                x);
    return whole.reshape(Shape.of(blocks, k).concat(s.sub(1, s.rank())));
  }

  private static Node unblocked(Node y, int n) {
    Shape s = y.shape();
    Node flat = y.reshape(Shape.of(s.dim(0) * s.dim(1)).concat(s.sub(2, s.rank())));
    return flat.slice(
        Ints.repeat(s.rank() - 1, 0), flat.shape().with(0, n).list(), Ints.repeat(s.rank() - 1, 1));
  }

  private static <C, Y> Step<C, Y> step(C init, Y out, List<Tensor> all) {
    int k = Tree.leaves(init).size();
    return new Step<>(
        Tree.with(init, all.subList(0, k)), Tree.with(out, all.subList(k, all.size())));
  }

  /** The extent that the leading axes of all leaves have. */
  private static int rows(Object xs) {
    Tree.@Nullable Leaf first = null;
    for (var leaf : Tree.leaves(xs)) {
      if (leaf.tensor().rank() == 0)
        throw new ShapeException(
            "scan needs rows to go through, but %s is a scalar; use it inside instead"
                .formatted(Tree.named(leaf.path())));
      if (first == null) first = leaf;
      else if (first.tensor().dim(0) != leaf.tensor().dim(0))
        throw new ShapeException(
            "scan needs leaves of one number of rows, but %s has %d and %s has %d"
                .formatted(
                    Tree.named(first.path()),
                    first.tensor().dim(0),
                    Tree.named(leaf.path()),
                    leaf.tensor().dim(0)));
    }
    if (first == null)
      throw new ShapeException(
          "scan needs a tensor whose rows it goes through, got none; use fori for a number of turns");
    return first.tensor().dim(0);
  }

  // ---- calls

  /** The same function, kept as one call in the graph. */
  public static <A, B> Fn<A, B> call(Fn<A, B> f) {
    return a -> call(false, f, a);
  }

  /** The same function, whose reverse mode keeps its arguments alone and computes the rest again: memory for time. */
  public static <A, B> Fn<A, B> checkpoint(Fn<A, B> f) {
    return a -> call(true, f, a);
  }

  private static <A, B> B call(boolean recompute, Fn<A, B> f, A a) {
    var tree = new ArrayList<B>();
    var out =
        run(
            () -> {
              var xs = nodes(a);
              return Call.of(
                  recompute,
                  () -> {
                    tree.add(f.of(Tree.with(a, tensors(xs))));
                    return nodes(tree.getFirst());
                  });
            });
    return Tree.with(tree.getFirst(), out);
  }

  /**
   * {@code f} with a derivative of one's own: {@code tangent(x, f(x), dx)} is the tangent of the result, linear in dx. Every mode
   * and order follows from it. What moves must be an argument: a captured tensor that moves raises.
   */
  public static <A, B> Fn<A, B> custom(Fn<A, B> f, Fn3<A, B, A, B> tangent) {
    return a -> {
      var tree = new ArrayList<B>();
      var out = run(() -> custom(f, tangent, a, tree));
      return Tree.with(tree.getFirst(), out);
    };
  }

  private static <A, B> List<Node> custom(Fn<A, B> f, Fn3<A, B, A, B> tangent, A a, List<B> tree) {
    var xs = nodes(a);
    var kinds = Control.kinds(xs);
    var body =
        Graph.close(
            kinds,
            ps -> {
              tree.add(f.of(Tree.with(a, tensors(ps))));
              return nodes(tree.getFirst());
            });
    B result = tree.getFirst();
    var results = Control.kinds(body.graph().results());
    var moving = xs.stream().filter(x -> x.dtype().isFloat()).map(Node::kind).toList();
    var rule =
        Graph.close(
            Lists.concat(kinds, results, moving),
            ps -> {
              int n = xs.size(), m = n + results.size();
              var next = ps.subList(m, ps.size()).iterator();
              var dxs = new ArrayList<Node>();
              for (Node x : xs) dxs.add(x.dtype().isFloat() ? next.next() : x.like(0));
              B ys = Tree.with(result, tensors(ps.subList(n, m)));
              B dys =
                  tangent.of(
                      Tree.with(a, tensors(ps.subList(0, n))), ys, Tree.with(a, tensors(dxs)));
              var out = new ArrayList<Node>();
              for (Node dy : like("custom", "result and tangent", ys, dys, "is"))
                if (dy.dtype().isFloat()) out.add(dy);
              return out;
            });
    var op = new Custom("function", body.graph(), rule.graph(), xs.size());
    return Node.of(op, Lists.concat(xs, body.captures(), rule.captures())).parts();
  }

  /**
   * A Java function on tensors that Leibniz does not look into, of results of the given types. It must be pure: equal arguments
   * give equal results, and it may run any number of times, by several threads, or not at all. Differentiating it raises.
   */
  public static Fn<List<Tensor>, List<Tensor>> customCall(
      String name, List<Type> results, Fn<List<Tensor>, List<Tensor>> f) {
    return xs -> external(name, results, f, null, xs);
  }

  /** Likewise, with the tangents of its float results given by {@code tangent(xs, ys, dxs)}, linear in dxs, in tensor ops. */
  public static Fn<List<Tensor>, List<Tensor>> customCall(
      String name,
      List<Type> results,
      Fn<List<Tensor>, List<Tensor>> f,
      Fn3<List<Tensor>, List<Tensor>, List<Tensor>, List<Tensor>> tangent) {
    return xs ->
        external(
            name,
            results,
            f,
            (x, y, dx) -> nodes(tangent.of(tensors(x), tensors(y), tensors(dx))),
            xs);
  }

  private static List<Tensor> external(
      String name,
      List<Type> results,
      Fn<List<Tensor>, List<Tensor>> f,
      External.@Nullable Tangent tangent,
      List<Tensor> xs) {
    External.Function function =
        arrays ->
            Scope.untraced(
                () ->
                    f.of(arrays.stream().map(Tensor::new).toList()).stream()
                        .map(Tensor::array)
                        .toList());
    var types = xs.stream().map(Tensor::type).toList();
    var op = new External(name, types, List.copyOf(results), function, tangent);
    return run(() -> Node.of(op, nodes(xs)).parts());
  }

  // ---- small things

  private static List<Tensor> run(Supplier<List<Node>> body) {
    Origin here = Origin.here();
    return Trace.run(() -> Scope.current().at(here, body));
  }

  /** The nodes of {@code other}, which must have the structure and the types of {@code tree}. */
  private static List<Node> like(
      String op, String what, @Nullable Object tree, @Nullable Object other, String verb) {
    if (tree == null || other == null)
      throw new ShapeException(op + " needs " + what + " as a tree, got null");
    var out = nodes(Tree.paired(op, tree, other));
    var leaves = Tree.leaves(tree);
    for (int i = 0; i < out.size(); i++) {
      var leaf = leaves.get(i);
      if (!leaf.tensor().type().equals(out.get(i).type()))
        throw new ShapeException(
            "%s needs %s to keep its types, but %s %s %s and comes back as %s; cast or reshape it"
                .formatted(
                    op,
                    what,
                    leaf.path().isEmpty() ? "it" : leaf.path(),
                    verb,
                    leaf.tensor().type(),
                    out.get(i).type()));
    }
    var before = Tree.structure(tree);
    var after = Tree.structure(other);
    if (before.size() == after.size())
      for (int i = 0; i < before.size(); i++)
        if (Objects.equals(before.get(i).getKey(), after.get(i).getKey())
            && !Objects.equals(before.get(i).getValue(), after.get(i).getValue()))
          throw new ShapeException(
              "%s needs %s to keep all that is no tensor, but %s is %s, then %s; make it a tensor"
                  .formatted(
                      op,
                      what,
                      before.get(i).getKey(),
                      before.get(i).getValue(),
                      after.get(i).getValue()));
    return out;
  }
}
