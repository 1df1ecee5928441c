package io.leibniz.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where nodes live: a trace, or the inside of a batched or compiled function. A scope makes equal nodes
 * only once. A node of an enclosing scope that is used here becomes a parameter here, so that nothing
 * in a scope refers to anything outside it, and a tensor that has leaked from its trace is caught at its first use.
 *
 * <p>A scope is either transparent (a function traced at a point: a node's value can be asked for, is
 * found then and remembered) or blind (under {@code vmap} and {@code jit}: there is no value yet). The
 * current scope is known to the thread, not to the nodes: an op on constants alone must know it too.
 */
public final class Scope {

  /** How a transparent scope finds values; the interpreter, which packages below it cannot name. */
  public interface Evaluator {
    Value value(Op op, Kind kind, List<Value> operands);
  }

  private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();

  private final @Nullable Scope parent;
  private final @Nullable String blind;
  private final Evaluator evaluator;
  private final Interned table = new Interned();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Node> captured = new LinkedHashMap<>();
  private final Map<Node, Node> stands = new HashMap<>();
  private final ArrayList<@Nullable Value> values = new ArrayList<>();
  private final ArrayList<@Nullable Origin> origins = new ArrayList<>();
  private @Nullable Origin origin;

  private Scope(@Nullable Scope parent, @Nullable String blind, Evaluator evaluator) {
    this.parent = parent;
    this.blind = blind;
    this.evaluator = evaluator;
  }

  /** The scope that ops of this thread are made in. */
  public static Scope current() {
    if (!tracing())
      throw new TraceException(
          "this tensor is being traced by another thread, or its trace is over; return it from the function that is traced, and use it only there");
    return CURRENT.get();
  }

  /** Whether this thread is tracing a function. */
  public static boolean tracing() {
    return enclosing() != null;
  }

  private static @Nullable Scope enclosing() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /** Runs {@code body} as if no function were being traced: a function on arrays, called while a value is found. */
  public static <R> R untraced(Supplier<R> body) {
    return ScopedValue.where(CURRENT, null).call(body::get);
  }

  /** A scope for a function applied to known nodes: its nodes have values where those have. */
  public static Scope transparent(Evaluator evaluator) {
    return new Scope(enclosing(), null, evaluator);
  }

  /** A scope without values; {@code transform} names, for messages, what is being traced. */
  public static Scope blind(String transform, Evaluator evaluator) {
    return new Scope(enclosing(), transform, evaluator);
  }

  /** A blind scope inside the current one, for the inside of a control op or a transform's own use. */
  public static Scope inner() {
    return new Scope(current(), "a loop, a branch or a transform", current().evaluator);
  }

  /** Runs {@code body} with this as the current scope. */
  public <R> R in(Supplier<R> body) {
    return ScopedValue.where(CURRENT, this).call(body::get);
  }

  public Node parameter(Kind kind) {
    return make(new Source.Parameter(kind), List.of(), kind, Interned.spread(nodes.size()));
  }

  /** A parameter that stands for {@code bound}, a node of the enclosing scope. */
  public Node parameter(Node bound) {
    Node p = parameter(bound.kind());
    stands.put(p, bound);
    return p;
  }

  /** The node outside that a parameter stands for; null for one that stands for none. */
  public @Nullable Node outer(Node parameter) {
    return stands.get(parameter);
  }

  /** Outer nodes used here, each with the parameter that stands for it, in order of their first use. */
  public Map<Node, Node> captured() {
    return captured;
  }

  Node node(Op op, List<Node> operands) {
    boolean own = true;
    for (int i = 0; i < operands.size(); i++) own &= operands.get(i).scope() == this;
    List<Node> xs = own ? operands : operands.stream().map(this::local).toList();
    int hash = Interned.hash(op, xs);
    Node known = table.find(hash, op, xs);
    if (known == null) {
      var kinds = new Kind[xs.size()];
      for (int i = 0; i < kinds.length; i++) kinds[i] = xs.get(i).kind();
      return table.put(make(op, xs, op.kind(List.of(kinds)), hash));
    }
    if (origin != null) origins.set(known.number(), union(origins.get(known.number()), origin));
    return known;
  }

  private Node make(Op op, List<Node> xs, Kind kind, int hash) {
    Node n = new Node(this, nodes.size(), hash, op, xs, kind);
    nodes.add(n);
    values.add(null);
    origins.add(origin);
    return n;
  }

  Node node(int number) {
    return nodes.get(number);
  }

  /** How many nodes it has made. */
  public int size() {
    return nodes.size();
  }

  /** {@code x} as seen from here. A capture of a capture passes through every scope between. */
  public Node local(Node x) {
    if (x.scope() == this) return x;
    // what costs nothing is made anew, so that it can be seen to be constant
    if (x.op() instanceof Source.Literal
        || x.op() instanceof Source.Iota
        || x.op() instanceof Source.Endless
        || x.op() instanceof Source.Turns) return node(x.op(), List.of());
    if (x.op() instanceof Movement.Broadcast && x.x(0).op() instanceof Source.Literal)
      return node(x.op(), List.of(local(x.x(0))));
    if (parent == null)
      throw new TraceException(
          "this tensor "
              + x.kind()
              + " belongs to a trace that is over; return it from the traced function instead of keeping it");
    Node outer = parent.local(x);
    Node known = captured.get(outer);
    if (known != null) return known;
    Node p = parameter(outer);
    captured.put(outer, p);
    return p;
  }

  // ---- values

  /** Whether its nodes, and those that its parameters stand for, have values. */
  public boolean hasValues() {
    return blind == null && (parent == null || parent.hasValues());
  }

  void know(Node n, @Nullable Value v) {
    if (v != null && values.get(n.number()) == null) values.set(n.number(), v);
  }

  /** The value, if it has been asked for before. */
  public @Nullable Value known(Node n) {
    return values.get(n.number());
  }

  /** The value of a node of this scope: found when asked for, then remembered. */
  public Value value(Node y) {
    Value known = known(y);
    if (known != null) return known;
    // what a branch or a loop captures is the same in all turns and lanes; nothing made inside has
    // a value
    if (blind != null && parent != null && stands.get(y) instanceof Node outer)
      return parent.value(outer);
    if (blind != null)
      throw new TraceException(
          "this tensor "
              + y.kind()
              + " has no value while "
              + blind
              + " traces the function; use select, cond or whileLoop instead of branching on it");
    // an explicit stack: chains of 10⁶ nodes are common
    var pending = new ArrayDeque<Node>();
    pending.push(y);
    while (!pending.isEmpty()) {
      Node n = pending.peek();
      if (known(n) == null) {
        boolean ready = true;
        for (Node x : n.operands())
          if (known(x) == null) {
            pending.push(x);
            ready = false;
          }
        if (!ready) continue;
        know(n, evaluate(n));
      }
      pending.pop();
    }
    return Objects.requireNonNull(known(y));
  }

  /** The values of several nodes; of what lies between nothing is remembered, and each value is dropped after its last use. */
  public List<Value> values(List<Node> ys) {
    if (blind != null) return ys.stream().map(this::value).toList();
    var order = Node.order(ys, n -> known(n) != null);
    int[] last = new int[nodes.size()]; // the step after which a value is dead
    for (int i = 0; i < order.size(); i++)
      for (Node x : order.get(i).operands()) last[x.number()] = i;
    for (Node y : ys) last[y.number()] = Integer.MAX_VALUE;
    var found = new @Nullable Value[nodes.size()];
    for (int i = 0; i < order.size(); i++) {
      Node n = order.get(i);
      found[n.number()] = evaluate(n, x -> found[x.number()] instanceof Value v ? v : known(x));
      for (Node x : n.operands()) if (last[x.number()] == i) found[x.number()] = null;
    }
    var out = new ArrayList<Value>();
    for (Node y : ys)
      out.add(Objects.requireNonNull(found[y.number()] instanceof Value v ? v : known(y)));
    return out;
  }

  private Value evaluate(Node n) {
    return evaluate(n, this::known);
  }

  private Value evaluate(Node n, Function<Node, @Nullable Value> known) {
    if (n.op() instanceof Source.Parameter) {
      Node outer = stands.get(n);
      if (outer == null || parent == null)
        throw new TraceException(
            "this tensor "
                + n.kind()
                + " is a tangent, which has no value while the function is traced");
      return parent.value(outer);
    }
    var xs = new ArrayList<Value>(n.operands().size());
    for (Node x : n.operands()) xs.add(Objects.requireNonNull(known.apply(x)));
    return evaluator.value(n.op(), n.kind(), xs);
  }

  /** The value of an op on values. */
  public Value evaluate(Op op, Kind kind, List<Value> operands) {
    return evaluator.value(op, kind, operands);
  }

  // ---- origins

  /** Where the nodes made by {@code body} come from. Nodes that exist already come from there, too. */
  public <R> R at(@Nullable Origin from, Supplier<R> body) {
    Origin before = origin;
    origin = from;
    try {
      return body.get();
    } finally {
      origin = before;
    }
  }

  /** Where a node comes from; null if unknown. */
  public @Nullable Origin origin(Node n) {
    return origins.get(n.number());
  }

  private static @Nullable Origin union(@Nullable Origin a, Origin b) {
    return a == null ? b : Origin.both(a, b);
  }

  /** The nodes of a scope by op and operands: an open-addressing table, half the memory of a HashMap. */
  private static final class Interned {
    private @Nullable Node[] slots = new Node[64];
    private int used;

    @Nullable Node find(int hash, Op op, List<Node> xs) {
      for (int i = hash & slots.length - 1; ; i = i + 1 & slots.length - 1) {
        Node n = slots[i];
        if (n == null || n.hashCode() == hash && same(n, op, xs)) return n;
      }
    }

    Node put(Node n) {
      if (++used * 2 > slots.length) grow();
      insert(n);
      return n;
    }

    private void insert(Node n) {
      int i = n.hashCode() & slots.length - 1;
      while (slots[i] != null) i = i + 1 & slots.length - 1;
      slots[i] = n;
    }

    private void grow() {
      @Nullable Node[] old = slots;
      slots = new Node[old.length * 2];
      for (Node n : old) if (n != null) insert(n);
    }

    private static boolean same(Node n, Op op, List<Node> xs) {
      if (n.operands().size() != xs.size()) return false;
      for (int i = 0; i < xs.size(); i++) if (n.x(i) != xs.get(i)) return false;
      return n.op().equals(op);
    }

    static int hash(Op op, List<Node> xs) {
      int h = op.hashCode();
      for (int i = 0; i < xs.size(); i++) h = h * 31 + xs.get(i).number();
      return spread(h);
    }

    static int spread(int h) {
      h *= 0x9E3779B9;
      return h ^ h >>> 15;
    }
  }
}
