package io.leibniz.symbolic.explain;

import io.leibniz.Tensor;
import io.leibniz.ir.Array;
import io.leibniz.ir.Node;
import io.leibniz.ir.NodeSet;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import io.leibniz.symbolic.explain.Backprop.Layer;
import io.leibniz.symbolic.explain.Backprop.Parameter;
import io.leibniz.symbolic.explain.Backprop.Quantity;
import io.leibniz.symbolic.explain.Layers.Found;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gives names to what a reverse pass computed, and writes it down layer by layer. */
final class Narration {
  private static final int INLINE = 16;
  private static final int LONGEST = 72;

  private final Traced traced;
  private final int learnt;
  private final List<Found> found;
  private final Probed pass;
  private final NodeSet afterDelta;
  private final Notation notation = new Notation(LONGEST);
  private final Map<Node, String> symbols = new HashMap<>();
  private final Map<Found, String> via = new HashMap<>();

  /** The first {@code learnt} leaves are parameters, the others inputs. */
  private Narration(Traced traced, int learnt) {
    this.traced = traced;
    this.learnt = learnt;
    int n = traced.leaves().size();
    var params = leaves(0, learnt);
    found = Layers.of(traced.graph(), params, traced.graph().params().subList(learnt, n));
    var probed = new LinkedHashSet<Node>();
    var seen = new LinkedHashSet<Node>();
    for (Found f : found) {
      probed.add(f.z());
      probed.add(f.a());
      seen.add(f.data());
    }
    var moves =
        IntStream.range(0, traced.args().size())
            .mapToObj(i -> i < n && traced.param(i).dtype().isFloat())
            .toList();
    pass = Probed.of(traced, moves, probed, seen);
    afterDelta = afterDelta();
    nameLeaves();
    for (int k = 1; k <= found.size(); k++) name(k);
  }

  /** Of a function that was traced in the current scope. */
  static Backprop of(Traced traced, int learnt) {
    return new Narration(traced, learnt).story();
  }

  private Backprop story() {
    var layers = new ArrayList<Layer>();
    for (int k = 1; k <= found.size(); k++) layers.add(layer(k));
    var told = new HashSet<Node>();
    for (Found f : found) {
      told.addAll(Layers.sources(f.weight()));
      if (f.bias() instanceof Node b) told.addAll(Layers.sources(b));
    }
    var others = leaves(0, learnt).stream().filter(p -> !told.contains(p)).toList();
    return new Backprop(
        value(pass.now(traced.result())),
        layers,
        parameters(others),
        parameters(leaves(learnt, traced.leaves().size())));
  }

  /** The parameters of the graph that stand for leaves of floats. */
  private List<Node> leaves(int from, int to) {
    return traced.graph().params().subList(from, to).stream()
        .filter(p -> p.dtype().isFloat())
        .toList();
  }

  // ---- names

  /** What is computed from some δ, not counting it itself. */
  private NodeSet afterDelta() {
    var deltas = new NodeSet();
    var ends = new ArrayList<Node>();
    for (Found f : found)
      for (Node n : List.of(f.z(), f.a()))
        if (pass.cotangent(n) instanceof Node ct) {
          ends.add(ct);
          if (n == f.z()) deltas.add(ct);
        }
    var after = new NodeSet();
    for (Node n : Node.order(ends))
      if (deltas.containsAny(n.operands()) || after.containsAny(n.operands())) after.add(n);
    return after;
  }

  private void nameLeaves() {
    for (int k = 1; k <= found.size(); k++) {
      Found f = found.get(k - 1);
      symbol(f.weight(), letter(f, true) + Notation.raised(k));
      if (f.bias() instanceof Node b) symbol(b, letter(f, false) + Notation.raised(k));
    }
    for (int i = 0; i < traced.leaves().size(); i++)
      symbols.putIfAbsent(traced.param(i), shown(traced.leaves().get(i).path(), i));
    for (int i = 0; i < traced.leaves().size(); i++)
      notation.name(pass.xs().get(i), symbol(traced.param(i)));
  }

  /** An input is called by the last part of its path. */
  private String shown(String path, int leaf) {
    String own = path(path);
    if (leaf < learnt) return own.isEmpty() ? "w" : own;
    String last = own.substring(own.lastIndexOf('.') + 1);
    return last.isEmpty() ? "x" : last;
  }

  /** Without the place in the pair of parameters and inputs. */
  private static String path(String path) {
    String own = path.substring(path.indexOf(']') + 1);
    return own.startsWith(".") ? own.substring(1) : own;
  }

  private static String letter(Found f, boolean weight) {
    return switch (f.what()) {
      case "convolution" -> weight ? "K" : "b";
      case "scale" -> scalar(f) ? weight ? "w" : "b" : weight ? "γ" : "β";
      case "lookup" -> weight ? "E" : "b";
      default -> weight ? "W" : "b";
    };
  }

  private static boolean scalar(Found f) {
    return f.z().shape().rank() == 0;
  }

  private void symbol(Node made, String symbol) {
    Node leaf = Layers.leaf(made);
    if (leaf.op() instanceof Source.Parameter) symbols.putIfAbsent(leaf, symbol);
  }

  private String symbol(Node param) {
    return symbols.getOrDefault(param, "");
  }

  private void name(int k) {
    Found f = found.get(k - 1);
    Node data = pass.now(f.data());
    via.put(f, "");
    if (notation.name(data) == null) {
      boolean first = data.op() instanceof Source.Constant;
      Optional<String> text = first ? Optional.empty() : notation.of(data);
      if (first) notation.name(data, "x");
      else if (text.isEmpty() || text.get().length() > INLINE) {
        via.put(f, way(data));
        notation.name(data, "h" + Notation.raised(k));
      }
    }
    name(f.z(), "z", k);
    if (f.a() != f.z()) name(f.a(), "a", k);
    if (pass.cotangent(f.z()) instanceof Node ct && !number(ct))
      notation.name(ct, "δ" + Notation.raised(k));
  }

  private void name(Node n, String letter, int k) {
    notation.name(pass.now(n), letter + Notation.raised(k));
    notation.name(pass.bare(n), letter + Notation.raised(k));
  }

  /** Such a node is the same wherever it stands, and has no name. */
  private static boolean number(Node n) {
    return Layers.leaf(n).op() instanceof Source;
  }

  /** The ops between {@code data} and what has a name. */
  private String way(Node data) {
    var ops = new LinkedHashSet<String>();
    var from = new LinkedHashSet<String>();
    var pending = new ArrayDeque<Node>(List.of(data));
    var seen = new NodeSet();
    for (Node n = pending.poll(); n != null; n = pending.poll()) {
      if (!seen.add(n)) continue;
      String name = notation.name(n);
      if (name != null) from.add(name);
      else {
        if (!(n.op() instanceof Source)) ops.add(n.op().toString().split(" ")[0]);
        pending.addAll(n.operands());
      }
    }
    var words = new ArrayList<>(ops).reversed();
    return words.stream().limit(6).collect(Collectors.joining(", "))
        + (words.size() > 6 ? ", …" : "")
        + " of "
        + String.join(", ", from);
  }

  // ---- quantities

  private Layer layer(int k) {
    Found f = found.get(k - 1);
    String up = Notation.raised(k), z = "z" + up, a = f.a() == f.z() ? z : "a" + up;
    String name = f.activation().name();
    Node ofZ = pass.cotangent(f.z()), ofA = pass.cotangent(f.a());
    Node slope = name.isEmpty() || f.a().x(0) != f.z() ? null : pass.slope(f.a());
    var quantity =
        new Quantity(z, notation.of(pass.bare(f.z())).orElse(""), value(pass.now(f.z())));
    return new Layer(
        k,
        f.what(),
        name,
        via.getOrDefault(f, ""),
        quantity,
        new Quantity(
            f.a() == f.z() ? "a" + up : a,
            name.isEmpty() ? z : "%s(%s)".formatted(name, z),
            value(pass.now(f.a()))),
        slope == null
            ? null
            : new Quantity(prime(name, z), notation.of(slope).orElse(""), value(slope)),
        new Quantity("∂L/∂" + a, formula(ofA), arrived(ofA, f.a())),
        new Quantity("δ" + up, delta(f, z, a, ofZ, ofA), arrived(ofZ, f.z())),
        parameters(List.copyOf(Layers.sources(f.weight()))),
        f.bias() instanceof Node b ? parameters(List.copyOf(Layers.sources(b))) : List.of());
  }

  private static String prime(String name, String z) {
    return "%s′(%s)".formatted(name, z);
  }

  private String delta(Found f, String z, String a, @Nullable Node ofZ, @Nullable Node ofA) {
    if (ofZ == null) return "0";
    if (f.a() == f.z()) {
      String text = formula(ofZ);
      return text.isEmpty() ? "∂L/∂" + z : text;
    }
    String name = f.activation().name();
    if (!f.activation().elementwise()) return "(∂%s/∂%s)ᵀ·∂L/∂%s".formatted(a, z, a);
    String factor = ofA != null && afterDelta.contains(ofA) ? notation.factor(ofA).orElse("") : "";
    return (factor.isEmpty() ? "∂L/∂" + a : factor) + (scalar(f) ? "·" : " ⊙ ") + prime(name, z);
  }

  /** In terms of the δ of other layers, if that is what it was computed from. */
  private String formula(@Nullable Node ct) {
    return ct == null ? "0" : afterDelta.contains(ct) ? notation.of(ct).orElse("") : "";
  }

  private List<Parameter> parameters(List<Node> params) {
    var out = new ArrayList<Parameter>();
    for (Node p : params) {
      int i = traced.graph().params().indexOf(p);
      if (i >= traced.leaves().size() || !p.dtype().isFloat()) continue;
      Node ct = pass.cotangent(p);
      out.add(
          new Parameter(
              path(traced.leaves().get(i).path()),
              symbol(p),
              traced.leaves().get(i).tensor(),
              new Quantity(
                  "∂L/∂" + symbol(p),
                  ct == null ? "0" : notation.reference(ct).orElse(""),
                  arrived(ct, p))));
    }
    return out;
  }

  private Tensor arrived(@Nullable Node ct, Node of) {
    return ct == null ? Tensor.of(Array.zeros(of.type())) : value(ct);
  }

  private static Tensor value(Node n) {
    return Tensor.of((Array) Scope.current().value(n));
  }
}
