package io.leibniz.transform;

import static io.leibniz.transform.Law.any;
import static io.leibniz.transform.Law.exact;
import static io.leibniz.transform.Law.full;
import static io.leibniz.transform.Law.some;
import static io.leibniz.transform.Law.term;

import io.leibniz.ir.Array;
import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Movement.Broadcast;
import io.leibniz.ir.Movement.Concat;
import io.leibniz.ir.Movement.Flip;
import io.leibniz.ir.Movement.Pad;
import io.leibniz.ir.Movement.Permute;
import io.leibniz.ir.Movement.Reshape;
import io.leibniz.ir.Movement.Slice;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.PerNode;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Cast;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Domain;
import io.leibniz.ir.Pointwise.Not;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Shape;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a graph by laws, operands first, until none applies. Equal nodes are merged and unused ones
 * dropped on the way, since every scope interns its nodes; pointwise ops on written numbers are worked out.
 */
public final class Simplify {
  private Simplify() {}

  private static final Law.Term X = any("x"),
      A = any("a"),
      B = any("b"),
      C = any("c"),
      P = any("p");

  /** Laws that hold bit for bit. {@code x + 0 = x} is none of them: −0 + 0 is 0. */
  public static final List<Law> EXACT =
      // spotless:off
      List.of(
          exact("x · 1 = x",                  term(Binary.MUL, X, full(1)),                        m -> m.at("x")),
          exact("1 · x = x",                  term(Binary.MUL, full(1), X),                        m -> m.at("x")),
          exact("x · (−1) = −x",              term(Binary.MUL, X, full(-1)),                       m -> m.at("x").neg()),
          exact("(−1) · x = −x",              term(Binary.MUL, full(-1), X),                       m -> m.at("x").neg()),
          exact("(−a) · (−b) = a · b",        term(Binary.MUL, neg(A), neg(B)),                    m -> m.at("a").mul(m.at("b"))),
          exact("x / 1 = x",                  term(Binary.DIV, X, full(1)),                        m -> m.at("x")),
          exact("x / (−1) = −x",              term(Binary.DIV, X, full(-1)),                       m -> m.at("x").neg()),
          exact("x − 0 = x",                  term(Binary.SUB, X, full(0)),                        m -> m.at("x")),
          exact("x + (−0) = x",               term(Binary.ADD, X, full(-0.0)),                     m -> m.at("x")),
          exact("(−0) + x = x",               term(Binary.ADD, full(-0.0), X),                     m -> m.at("x")),
          exact("a + (−b) = a − b",           term(Binary.ADD, A, neg(B)),                         m -> m.at("a").sub(m.at("b"))),
          exact("(−a) + b = b − a",           term(Binary.ADD, neg(A), B),                         m -> m.at("b").sub(m.at("a"))),
          exact("a − (−b) = a + b",           term(Binary.SUB, A, neg(B)),                         m -> m.at("a").add(m.at("b"))),
          exact("x^1 = x",                    term(Binary.POW, X, full(1)),                        m -> m.at("x")),
          exact("x^0 = 1",                    term(Binary.POW, X, full(0)),                        m -> m.at("x").like(1)),
          exact("max(x, x) = x",              term(Binary.MAX, X, X),                              m -> m.at("x")),
          exact("min(x, x) = x",              term(Binary.MIN, X, X),                              m -> m.at("x")),
          exact("−(−x) = x",                  neg(neg(X)),                                         m -> m.at("x")),
          exact("|−x| = |x|",                 term(Unary.ABS, neg(X)),                             m -> m.at("x").abs()),
          exact("||x|| = |x|",                term(Unary.ABS, term(Unary.ABS, X)),                 m -> m.at("x").abs()),
          exact("¬¬p = p",                    term(new Not(), term(new Not(), P)),                 m -> m.at("p")),
          exact("p ∧ p = p",                  term(Bitwise.AND, P, P),                             m -> m.at("p")),
          exact("p ∨ p = p",                  term(Bitwise.OR, P, P),                              m -> m.at("p")),
          exact("p ∧ true = p",               term(Bitwise.AND, P, full(1)),                       m -> m.at("p"), Simplify::logical),
          exact("true ∧ p = p",               term(Bitwise.AND, full(1), P),                       m -> m.at("p"), Simplify::logical),
          exact("p ∨ false = p",              term(Bitwise.OR, P, full(0)),                        m -> m.at("p")),
          exact("false ∨ p = p",              term(Bitwise.OR, full(0), P),                        m -> m.at("p")),
          exact("p ∧ false = false",          term(Bitwise.AND, P, full(0)),                       m -> m.at("p").like(0)),
          exact("false ∧ p = false",          term(Bitwise.AND, full(0), P),                       m -> m.at("p").like(0)),
          exact("select(true, a, b) = a",     term(Choice.SELECT, full(1), A, B),                  m -> m.at("a")),
          exact("select(false, a, b) = b",    term(Choice.SELECT, full(0), A, B),                  m -> m.at("b")),
          exact("select(p, x, x) = x",        term(Choice.SELECT, P, X, X),                        m -> m.at("x")),
          exact("select(¬p, a, b) = select(p, b, a)", term(Choice.SELECT, term(new Not(), P), A, B), m -> m.at("p").select(m.at("b"), m.at("a"))),
          exact("select(p, select(p, a, b), c) = select(p, a, c)", term(Choice.SELECT, P, term(Choice.SELECT, P, A, B), C), m -> m.at("p").select(m.at("a"), m.at("c"))),
          exact("select(p, a, select(p, b, c)) = select(p, a, c)", term(Choice.SELECT, P, A, term(Choice.SELECT, P, B, C)), m -> m.at("p").select(m.at("a"), m.at("c"))),
          exact("select(p, true, false) = p", term(Choice.SELECT, P, A, B),                        m -> m.at("p"), m -> m.at("a").dtype() == DType.BOOL && m.at("a").isFull(1) && m.at("b").isFull(0)),
          exact("convention(false, a, b) = b", term(Choice.CONVENTION, full(0), A, B),             m -> m.at("b")),
          exact("domain(true, x) = x",        term(new Domain(), full(1), X),                      m -> m.at("x")),
          exact("cast of a cast to itself",   some(Cast.class, "y", X),                            m -> m.at("x"), m -> m.at("x").dtype() == m.at("y").dtype()),
          exact("reshape of a reshape",       some(Reshape.class, "y", some(Reshape.class, "z", X)), m -> m.at("x").reshape(m.at("y").shape())),
          exact("reshape to the same shape",  some(Reshape.class, "y", X),                         m -> m.at("x"), m -> m.at("x").shape().equals(m.at("y").shape())),
          exact("permute of a permute",       some(Permute.class, "y", some(Permute.class, "z", X)), Simplify::permuted),
          exact("permute that leaves all",    some(Permute.class, "y", X),                         m -> m.at("x"), m -> m.op("y", Permute.class).order().equals(m.at("x").shape().axes())),
          exact("flip of the same flip",      some(Flip.class, "y", some(Flip.class, "z", X)),     m -> m.at("x"), m -> m.at("y").op().equals(m.at("z").op())),
          exact("broadcast along no axis",    some(Broadcast.class, "y", X),                       m -> m.at("x"), m -> m.op("y", Broadcast.class).axes().isEmpty()),
          exact("slice of all",               some(Slice.class, "y", X),                           m -> m.at("x"), m -> m.at("x").shape().equals(m.at("y").shape())),
          exact("pad by nothing",             some(Pad.class, "y", X),                             m -> m.at("x"), m -> m.at("x").shape().equals(m.at("y").shape())),
          exact("concat of one",              some(Concat.class, "y", X),                          m -> m.at("x")));
      // spotless:on

  private static Law.Term neg(Law.Term x) {
    return term(Unary.NEG, x);
  }

  private static boolean logical(Law.Match m) {
    return m.at("p").dtype() == DType.BOOL;
  }

  private static Node permuted(Law.Match m) {
    var outer = m.op("y", Permute.class).order();
    var inner = m.op("z", Permute.class).order();
    return m.at("x").permute(outer.stream().map(inner::get).toList());
  }

  /** The graph rewritten by {@code laws}, and all graphs inside it, in a scope of its own inside the current one. */
  public static Graph of(Graph f, List<Law> laws) {
    Scope scope = Scope.inner();
    var made = new PerNode<Node>(f);
    var params = new ArrayList<Node>();
    for (Node p : f.params()) {
      params.add(scope.parameter(p.kind()));
      made.put(p, params.getLast());
    }
    var results =
        scope.in(
            () -> {
              for (Node n : f.order())
                if (!(n.op() instanceof Source.Parameter))
                  made.put(n, scope.at(n.scope().origin(n), () -> rewrite(n, made, laws)));
              return made.at(f.results());
            });
    return new Graph(params, results);
  }

  private static Node rewrite(Node n, PerNode<Node> made, List<Law> laws) {
    Op op = n.op() instanceof Control c ? Control.map(c, g -> of(g, laws)) : n.op();
    Node y = Node.of(op, made.at(n.operands()));
    for (Node next = step(y, laws); next != y; next = step(y, laws)) y = next;
    return y;
  }

  /** Every law makes the graph smaller, or moves a negation outwards, so that this ends. */
  private static Node step(Node y, List<Law> laws) {
    if (foldable(y)) return logged("numbers are worked out", y, fold(y));
    for (Law law : laws) if (law.apply(y) instanceof Node next) return logged(law.name(), y, next);
    return y;
  }

  private static Node logged(String rule, Node before, Node after) {
    Log.write(Log.Stage.SIMPLIFY, rule, before, -1, before, after);
    return after;
  }

  private static boolean foldable(Node y) {
    return y.op() instanceof Pointwise
        && y.kind() instanceof Type
        && y.operands().stream().allMatch(x -> literal(x) != null);
  }

  private static Node fold(Node y) {
    var xs = new ArrayList<Value>();
    for (Node x : y.operands()) xs.add(Objects.requireNonNull(literal(x)).array());
    var value = (Array) Scope.current().evaluate(y.op(), new Type(y.dtype(), Shape.SCALAR), xs);
    Node scalar =
        y.dtype().isFloat()
            ? Node.literal(y.dtype(), value.number(0))
            : y.dtype() == DType.BOOL
                ? Node.literal(DType.BOOL, value.number(0))
                : Node.literal(y.dtype(), value.integer(0));
    return scalar.spread(y.shape());
  }

  private static Source.@Nullable Literal literal(Node n) {
    Node x = n.op() instanceof Broadcast ? n.x(0) : n;
    return x.op() instanceof Source.Literal l ? l : null;
  }
}
