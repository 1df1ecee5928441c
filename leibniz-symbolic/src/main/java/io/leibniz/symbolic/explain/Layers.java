package io.leibniz.symbolic.explain;

import io.leibniz.ir.Contraction;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Indexing;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.NodeSet;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Cast;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the layers of a network in its graph. A layer starts where something made of parameters alone meets data: it is
 * contracted, convolved or multiplied with them, or looked up by them. A sum with parameters is its bias, and what is done to the result alone its
 * activation.
 */
final class Layers {
  private static final int LONGEST_ACTIVATION = 24;

  /** One layer: {@code z = weight ∘ data + bias}, {@code a} = activation of z. */
  record Found(
      String what,
      Node product,
      Node weight,
      Node data,
      @Nullable Node bias,
      Node z,
      Nonlinearity activation,
      Node a) {}

  private final NodeSet moving = new NodeSet();
  private final NodeSet flow = new NodeSet();
  private final Map<Node, List<Node>> users = new HashMap<>();
  private final List<Found> found = new ArrayList<>();
  private final boolean anyLeaf;

  private Layers(Graph graph, Collection<Node> params, Collection<Node> data) {
    anyLeaf = data.isEmpty();
    params.forEach(moving::add);
    data.forEach(flow::add);
    for (Node n : graph.order())
      for (Node x : new HashSet<>(n.operands()))
        users.computeIfAbsent(x, _ -> new ArrayList<>()).add(n);
  }

  /** The layers, first to last; {@code params} are learnt, {@code data} are not. */
  static List<Found> of(Graph graph, Collection<Node> params, Collection<Node> data) {
    var layers = new Layers(graph, params, data);
    for (Node n : graph.order()) layers.visit(n);
    return layers.found;
  }

  /** The parameters that {@code n} is made of. */
  static Set<Node> sources(Node n) {
    var out = new LinkedHashSet<Node>();
    for (Node x : Node.order(List.of(n))) if (x.op() instanceof Source.Parameter) out.add(x);
    return out;
  }

  private void visit(Node n) {
    if (moving.containsAny(n.operands())) moving.add(n);
    if (flow.containsAny(n.operands())) flow.add(n);
    if (!(n.kind() instanceof Type)) return;
    String what = what(n);
    if (what.isEmpty()) return;
    int w = weight(n);
    if (w < 0) return;
    flow.add(n);
    found.add(layer(what, n, n.x(w), n.x(1 - w)));
  }

  /** Which operand is made of parameters, and meets data; −1 if none. */
  private int weight(Node n) {
    boolean left = made(n.x(0)), right = made(n.x(1));
    if (left && meets(n, n.x(1))) return 0;
    if (right && meets(n, n.x(0)) && !(n.op() instanceof Indexing)) return 1;
    if (!anyLeaf || !left || !right || !(n.op() instanceof Contraction)) return -1;
    // a leaf is the data, and nobody says which: a matrix rather than a vector is the weight, else
    // the right one
    boolean first = parameter(n.x(0)), second = parameter(n.x(1));
    if (!first && !second) return -1;
    return first && (!second || n.x(0).shape().rank() > n.x(1).shape().rank()) ? 0 : 1;
  }

  private static boolean parameter(Node x) {
    return leaf(x).op() instanceof Source.Parameter;
  }

  /** Made of parameters alone. */
  private boolean made(Node x) {
    return moving.contains(x) && !flow.contains(x);
  }

  /** Data: what depends on the input, or was there before; of a plain product only the former, since any number is the latter. */
  private boolean meets(Node n, Node x) {
    return flow.contains(x) || !moving.contains(x) && n.op() != Binary.MUL;
  }

  private static String what(Node n) {
    if (n.op() == Binary.MUL) return "scale";
    if (n.op() instanceof Indexing.Gather) return "lookup";
    return n.op() instanceof Contraction c
        ? switch (c) {
          case Contraction.Conv conv ->
              conv.open() == Contraction.Conv.Slot.OUTPUT ? "convolution" : "";
          case Contraction.Contract e ->
              e.left().length() <= 2 && e.right().length() <= 2 ? "dense" : "contraction";
        }
        : "";
  }

  private Found layer(String what, Node product, Node weight, Node data) {
    Node z = product;
    Node at = product;
    while (only(at) instanceof Node u && u.op() instanceof Movement) at = u;
    Node bias = null;
    if (only(at) instanceof Node u && u.op() == Binary.ADD && u.x(0) != u.x(1)) {
      Node other = u.x(0) == at ? u.x(1) : u.x(0);
      if (other.op() instanceof Source.Parameter ? moving.contains(other) : bias(other)) {
        z = u;
        bias = other;
      }
    }
    var f = Nonlinearity.of(z, ends(z));
    return new Found(what, product, weight, data, bias, z, f.is(), f.a());
  }

  /** Comes later in the order, so that nothing is noted of it yet: a parameter, moved about. */
  private boolean bias(Node x) {
    Node leaf = leaf(x);
    return leaf.op() instanceof Source.Parameter && moving.contains(leaf);
  }

  /** What is moved about. */
  static Node leaf(Node x) {
    while ((x.op() instanceof Movement || x.op() instanceof Cast) && x.operands().size() == 1)
      x = x.x(0);
    return x;
  }

  private @Nullable Node only(Node x) {
    return users(x).size() == 1 ? users(x).getFirst() : null;
  }

  /** Those nodes, made of {@code z} and numbers alone, that all that becomes of z passes through. */
  private List<Node> ends(Node z) {
    var inside = new HashSet<Node>(Set.of(z));
    var next = new TreeMap<Integer, Node>();
    var ends = new ArrayList<Node>();
    users(z).forEach(u -> next.put(u.number(), u));
    while (!next.isEmpty() && inside.size() <= LONGEST_ACTIVATION) {
      Node n = next.pollFirstEntry().getValue();
      if (!n.operands().stream().allMatch(x -> inside.contains(x) || number(x))) continue;
      inside.add(n);
      users(n).forEach(u -> next.put(u.number(), u));
      if (inside.stream().allMatch(x -> x == n || inside.containsAll(users(x)))) ends.add(n);
    }
    return ends;
  }

  private List<Node> users(Node x) {
    return users.getOrDefault(x, List.of());
  }

  private static boolean number(Node x) {
    return leaf(x).op() instanceof Source.Literal;
  }
}
