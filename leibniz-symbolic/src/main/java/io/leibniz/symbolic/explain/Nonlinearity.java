package io.leibniz.symbolic.explain;

import io.leibniz.Tensor;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a layer does to z: the function's name, and whether it takes each element on its own, so that its derivative is a
 * factor of each element.
 */
record Nonlinearity(String name, boolean elementwise) {
  static final Nonlinearity NONE = new Nonlinearity("", true);

  private record Known(Nonlinearity is, UnaryOperator<Tensor> f) {
    static Known elementwise(String name, UnaryOperator<Tensor> f) {
      return new Known(new Nonlinearity(name, true), f);
    }

    static Known mixing(String name, UnaryOperator<Tensor> f) {
      return new Known(new Nonlinearity(name, false), f);
    }
  }

  private static final List<Known> KNOWN =
      List.of(
          Known.elementwise("σ", Tensor::sigmoid),
          Known.elementwise("tanh", Tensor::tanh),
          Known.elementwise("relu", Tensor::relu),
          Known.elementwise("relu", x -> x.maximum(0)),
          Known.elementwise("softplus", Tensor::softplus),
          Known.elementwise("gelu", Tensor::gelu),
          Known.elementwise("silu", Tensor::silu),
          Known.mixing("softmax", x -> x.softmax(-1)),
          Known.mixing("log softmax", x -> x.logSoftmax(-1)));

  /** {@code z} and what comes of it. */
  record Found(Nonlinearity is, Node a) {}

  /**
   * Recognises by structure what is done to {@code z}: what a known function is traced to, the longest that fits, or else a
   * function of one number. {@code ends} are the nodes that all that comes of z passes through, first to last.
   */
  static Found of(Node z, List<Node> ends) {
    if (!(z.kind() instanceof Type)) return new Found(NONE, z);
    var known = known(z.kind());
    for (Node a : ends.reversed())
      for (var k : known)
        if (k.graph.results().getFirst() instanceof Node m
            && same(a, m, Map.of(k.graph.params().getFirst(), z))) return new Found(k.is, a);
    return !ends.isEmpty() && ends.getFirst().op() instanceof Unary u && u != Unary.NEG
        ? new Found(new Nonlinearity(u.toString(), true), ends.getFirst())
        : new Found(NONE, z);
  }

  private record Traced(Nonlinearity is, Graph graph) {}

  private static List<Traced> known(Kind kind) {
    var out = new ArrayList<Traced>();
    for (Known k : KNOWN)
      if (k.is.elementwise || kind.array().shape().rank() > 0)
        out.add(
            new Traced(
                k.is,
                Graph.close(List.of(kind), p -> List.of(k.f.apply(Tensor.of(p.getFirst())).node()))
                    .graph()));
    return out;
  }

  private static boolean same(Node n, Node m, Map<Node, Node> start) {
    return same(n, m, new HashMap<>(start));
  }

  private static boolean same(Node n, Node m, HashMap<Node, @Nullable Node> matched) {
    Node known = matched.get(m);
    if (known != null) return known == n;
    if (!n.op().equals(m.op()) || n.operands().size() != m.operands().size()) return false;
    for (int i = 0; i < n.operands().size(); i++) if (!same(n.x(i), m.x(i), matched)) return false;
    matched.put(m, n);
    return true;
  }
}
