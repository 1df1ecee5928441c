package io.leibniz.symbolic.explain;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.ir.Source;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which parts of an expression a person would call u and v: what stands inside of a function, a power, a root or below a fraction,
 * and what occurs twice. Not 2x or x + 1: their slopes are factors of the edge.
 */
final class InnerFunctions {
  private final Node root;
  private final Set<Node> moving = new LinkedHashSet<>();
  private final Map<Node, Integer> uses = new HashMap<>();

  private InnerFunctions(Node root, List<Node> variables) {
    this.root = root;
    moving.addAll(variables);
    for (Node n : Node.order(List.of(root))) {
      n.operands().forEach(x -> uses.merge(x, 1, Integer::sum));
      if (n.operands().stream().anyMatch(moving::contains)) moving.add(n);
    }
  }

  /** Each before those that are made of it; the root is the last. */
  static Set<Node> of(Node root, List<Node> variables) {
    return new InnerFunctions(root, variables).found(new LinkedHashSet<>(variables));
  }

  private Set<Node> found(Set<Node> variables) {
    var inside = new LinkedHashSet<Node>();
    for (Node n : moving)
      for (int i = 0; i < n.operands().size(); i++)
        if (isInside(n, i) || uses.getOrDefault(n.x(i), 0) > 1) inside.add(n.x(i));
    var out = new LinkedHashSet<Node>();
    for (Node n : moving) {
      if (variables.contains(n) || !n.dtype().isFloat()) continue;
      if (n == root || inside.contains(n) && !isLine(n, variables, out)) out.add(n);
    }
    return out;
  }

  /** Whether operand i stands inside of something that bends. */
  private static boolean isInside(Node n, int i) {
    return switch (n.op()) {
      case Unary u -> u != Unary.NEG;
      case Binary b ->
          switch (b) {
            case ADD, SUB, MUL -> false;
            case DIV -> i == 1;
            default -> true;
          };
      default -> false;
    };
  }

  /** Whether it is k·u + c for a quantity u that has a name already. */
  private boolean isLine(Node n, Set<Node> variables, Set<Node> named) {
    if (variables.contains(n) || named.contains(n)) return true;
    if (!(n.op() instanceof Pointwise)) return false;
    return switch (n.op()) {
      case Unary u -> u == Unary.NEG && isLine(n.x(0), variables, named);
      case Binary b ->
          switch (b) {
            case ADD, SUB, MUL ->
                isConstant(n.x(0)) && isLine(n.x(1), variables, named)
                    || isConstant(n.x(1)) && isLine(n.x(0), variables, named);
            case DIV -> isConstant(n.x(1)) && isLine(n.x(0), variables, named);
            default -> false;
          };
      default -> false;
    };
  }

  private boolean isConstant(Node n) {
    return !moving.contains(n) && !(n.op() instanceof Source.Parameter);
  }
}
