package io.leibniz.compile.plan;

import io.leibniz.ir.Node;
import io.leibniz.ir.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Roots that become one kernel: in one pass, or in several over each row. */
final class Group {
  final @Nullable Node
      single; // a contraction, with what is done at its end; or an op for the interpreter
  final boolean product;
  Shape domain;
  final List<List<Root>> phases = new ArrayList<>();
  final Map<Node, Integer> phase = new HashMap<>(); // of each owner
  final List<Integer> weights = new ArrayList<>();

  private Group(@Nullable Node single, boolean product, Shape domain) {
    this.single = single;
    this.product = product;
    this.domain = domain;
  }

  static Group loop(Shape domain) {
    return new Group(null, false, domain);
  }

  static Group product(Node contraction) {
    var g = new Group(contraction, true, contraction.shape());
    g.phases.add(new ArrayList<>());
    g.weights.add(0);
    return g;
  }

  static Group interpreted(Node n) {
    return new Group(n, false, Shape.SCALAR);
  }

  boolean loop() {
    return single == null;
  }

  void add(Root r, int at, int weight) {
    while (phases.size() <= at) {
      phases.add(new ArrayList<>());
      weights.add(0);
    }
    phases.get(at).add(r);
    weights.set(at, weights.get(at) + weight);
    phase.put(r.owner(), at);
  }

  /** Takes back all passes but the first, and with them {@code owner}. */
  void only(Node owner) {
    while (phases.size() > 1) {
      phases.removeLast();
      weights.removeLast();
    }
    phase.remove(owner);
  }
}
