package io.leibniz.ir;

import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Unary;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One application of an op, in one scope. Nodes are immutable and compared by identity; a scope makes
 * equal ones only once, and numbers them as it makes them, operands before results.
 */
public final class Node {
  private final Scope scope;
  private final int number;
  private final Op op;
  private final List<Node> operands;
  private final Kind kind;
  private final int hash;

  Node(Scope scope, int number, int hash, Op op, List<Node> operands, Kind kind) {
    this.scope = scope;
    this.number = number;
    this.hash = hash;
    this.op = op;
    this.operands = operands;
    this.kind = kind;
  }

  /** An op applied in the current scope. */
  public static Node of(Op op, Node... operands) {
    return Scope.current().node(op, List.of(operands));
  }

  public static Node of(Op op, List<Node> operands) {
    return Scope.current().node(op, operands);
  }

  public static Node constant(Value v) {
    return of(new Source.Constant(v));
  }

  /** The scalar {@code k}; of an integer type its integer part, of truth values whether it is not 0. */
  public static Node literal(DType dtype, double k) {
    return of(
        dtype.isFloat()
            ? new Source.Literal(dtype, k, 0)
            : new Source.Literal(dtype, 0, dtype == DType.BOOL ? (k != 0 ? 1 : 0) : (long) k));
  }

  /** The scalar {@code k}, exactly. */
  public static Node literal(DType dtype, long k) {
    return dtype.isFloat() ? literal(dtype, (double) k) : of(new Source.Literal(dtype, 0, k));
  }

  /** Every element {@code k}. */
  public static Node full(Type type, double k) {
    return literal(type.dtype(), k).spread(type.shape());
  }

  /** Likewise, of any kind but a tuple. */
  public static Node full(Kind kind, double k) {
    return switch (kind) {
      case Type t -> full(t, k);
      case Kind.Stack s -> of(new Source.Endless(s, k));
      case Kind.Tuple t -> throw new AssertionError(t);
    };
  }

  public Scope scope() {
    return scope;
  }

  /** Its place in the order in which its scope made nodes. */
  public int number() {
    return number;
  }

  public Op op() {
    return op;
  }

  public List<Node> operands() {
    return operands;
  }

  /** Operand {@code i}. */
  public Node x(int i) {
    return operands.get(i);
  }

  public Kind kind() {
    return kind;
  }

  /** The type of the array that it stands for; of a stack, that of its elements. */
  public Type type() {
    return kind instanceof Type t ? t : kind.array();
  }

  public DType dtype() {
    return type().dtype();
  }

  public Shape shape() {
    return type().shape();
  }

  /** Whether its op has several results. */
  public boolean hasParts() {
    return kind instanceof Kind.Tuple;
  }

  /** Result {@code i} of several. */
  public Node part(int i) {
    return of(new Packing.Part(i), this);
  }

  public List<Node> parts() {
    if (!(kind instanceof Kind.Tuple(var parts))) throw new AssertionError(this + " is no tuple");
    return IntStream.range(0, parts.size()).mapToObj(this::part).toList();
  }

  /** The same op on other operands in the current scope; if this node's value is known, so is the copy's. */
  public Node copy(List<Node> xs) {
    Node made = of(op, xs);
    made.scope.know(made, scope.known(this));
    return made;
  }

  // ---- arithmetic, for the rules of the ops and the transforms

  public Node apply(Unary f) {
    return of(f, this);
  }

  public Node neg() {
    return apply(Unary.NEG);
  }

  public Node abs() {
    return apply(Unary.ABS);
  }

  public Node sign() {
    return apply(Unary.SIGN);
  }

  public Node round() {
    return apply(Unary.ROUND);
  }

  public Node exp() {
    return apply(Unary.EXP);
  }

  public Node log() {
    return apply(Unary.LOG);
  }

  public Node rsqrt() {
    return apply(Unary.RSQRT);
  }

  public Node sin() {
    return apply(Unary.SIN);
  }

  public Node cos() {
    return apply(Unary.COS);
  }

  public Node sinh() {
    return apply(Unary.SINH);
  }

  public Node cosh() {
    return apply(Unary.COSH);
  }

  public Node tanh() {
    return apply(Unary.TANH);
  }

  public Node sech() {
    return apply(Unary.SECH);
  }

  public Node sigmoid() {
    return apply(Unary.SIGMOID);
  }

  public Node gauss() {
    return apply(Unary.GAUSS);
  }

  public Node polygamma(int n) {
    return of(new Pointwise.Polygamma(n), this);
  }

  /** 1 − x² without cancellation at ±1. */
  public Node oneMinusSquare() {
    return apply(Unary.ONE_MINUS_SQUARE);
  }

  public Node square() {
    return mul(this);
  }

  public Node add(Node b) {
    return of(Binary.ADD, this, b);
  }

  public Node sub(Node b) {
    return of(Binary.SUB, this, b);
  }

  public Node mul(Node b) {
    return of(Binary.MUL, this, b);
  }

  public Node div(Node b) {
    return of(Binary.DIV, this, b);
  }

  public Node pow(Node b) {
    return of(Binary.POW, this, b);
  }

  public Node hypot(Node b) {
    return of(Binary.HYPOT, this, b);
  }

  public Node plus(double k) {
    return add(like(k));
  }

  public Node times(double k) {
    return mul(like(k));
  }

  /** {@code k} divided by this. */
  public Node recip(double k) {
    return like(k).div(this);
  }

  public Node compare(Compare relation, Node b) {
    return of(relation, this, b);
  }

  public Node eq(double k) {
    return compare(Compare.EQ, like(k));
  }

  public Node gt(double k) {
    return compare(Compare.GT, like(k));
  }

  public Node ge(double k) {
    return compare(Compare.GE, like(k));
  }

  public Node le(double k) {
    return compare(Compare.LE, like(k));
  }

  public Node isNaN() {
    return compare(Compare.NE, this);
  }

  public Node not() {
    return of(new Pointwise.Not(), this);
  }

  public Node and(Node b) {
    return isFull(1) ? b : b.isFull(1) ? this : of(Bitwise.AND, this, b);
  }

  public Node or(Node b) {
    return isFull(1) ? this : b.isFull(1) ? b : of(Bitwise.OR, this, b);
  }

  /** {@code this ? a : b}. */
  public Node select(Node a, Node b) {
    if (a.dtype() == DType.BOOL && a.isFull(1) && b.isFull(0)) return this;
    if (a.dtype() == DType.BOOL && a.isFull(0) && b.isFull(1)) return not();
    return of(Choice.SELECT, this, a, b);
  }

  /** Inside a slope: {@code value} everywhere but where this condition holds; there {@code at}, and of slope 0. */
  public Node convention(double at, Node value) {
    return of(Choice.CONVENTION, this, value.like(at), value);
  }

  /** Inside a slope: {@code value} where this condition holds, NaN elsewhere. */
  public Node domain(Node value) {
    return of(new Pointwise.Domain(), this, value);
  }

  // ---- movement

  public Node cast(DType to) {
    return to == dtype() ? this : of(new Pointwise.Cast(to), this);
  }

  public Node sum(List<Integer> axes) {
    return axes.isEmpty() ? this : of(new Reduction.Sum(axes), this);
  }

  public Node broadcast(Shape to, List<Integer> axes) {
    return axes.isEmpty() ? this : of(new Movement.Broadcast(to, axes), this);
  }

  public Node permute(List<Integer> order) {
    return order.equals(shape().axes()) ? this : of(new Movement.Permute(order), this);
  }

  public Node reshape(Shape to) {
    return to.equals(shape()) ? this : of(new Movement.Reshape(to), this);
  }

  public Node slice(List<Integer> starts, List<Integer> sizes, List<Integer> strides) {
    return of(new Movement.Slice(starts, sizes, strides), this);
  }

  /** A scalar in every place of {@code to}. */
  public Node spread(Shape to) {
    return broadcast(to, to.axes());
  }

  /** This predicate, one for each element along the leading axes, for all elements of {@code to}. */
  public Node across(Shape to) {
    return broadcast(to, Ints.range(shape().rank(), to.rank()));
  }

  /** Every element {@code k}, of this node's type. */
  public Node like(double k) {
    return full(type(), k);
  }

  /** Zeros of this node's dtype. */
  public Node zeros(Shape shape) {
    return full(type().with(shape), 0);
  }

  /** Whether every element is the number {@code k} written in the program (−0 is not 0). */
  public boolean isFull(double k) {
    Node n = op instanceof Movement.Broadcast ? x(0) : this;
    return n.op instanceof Source.Literal l && l.is(k)
        || n.op instanceof Source.Endless e && Double.compare(e.k(), k) == 0;
  }

  /** Everything {@code outputs} depend on, operands before results: the order in which the scope made them. */
  public static List<Node> order(Collection<Node> outputs) {
    return order(outputs, _ -> false);
  }

  /** Likewise, but nothing for which {@code done} holds, nor what only it needs. All outputs belong to one scope. */
  public static List<Node> order(Collection<Node> outputs, Predicate<Node> done) {
    if (outputs.isEmpty()) return List.of();
    Scope scope = outputs.iterator().next().scope;
    var seen = new BitSet();
    var pending = new ArrayDeque<Node>();
    for (Node n : outputs) visit(n, scope, seen, done, pending);
    for (Node n = pending.poll(); n != null; n = pending.poll())
      for (Node x : n.operands) visit(x, scope, seen, done, pending);
    return seen.stream().mapToObj(scope::node).toList();
  }

  private static void visit(
      Node n, Scope scope, BitSet seen, Predicate<Node> done, ArrayDeque<Node> pending) {
    if (n.scope != scope) throw new AssertionError(n + " is of another scope");
    if (seen.get(n.number) || done.test(n)) return;
    seen.set(n.number);
    pending.push(n);
  }

  /** Of op and operands, found once; equality is identity. */
  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return this == o;
  }

  @Override
  public String toString() {
    return op + " " + kind;
  }
}
