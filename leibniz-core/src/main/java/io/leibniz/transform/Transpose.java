package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Dependence.Adjoint;
import io.leibniz.ir.Dependence.Linear;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import io.leibniz.ir.NodeSet;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The adjoint of a linear map, read backwards: cotangents of the results in, cotangents of the arguments
 * out. Reverse mode is forward mode, then transposed.
 */
public final class Transpose {
  private Transpose() {}

  /** Results, and the cotangents of those arguments that move. */
  public record Pulled(List<Node> ys, List<@Nullable Delta> cts) {}

  /** Reverse mode: {@code f} at {@code xs}, where those that {@code moves} names move, pulled back along {@code cts}. */
  public static Pulled vjp(
      Graph f, List<Node> xs, List<Boolean> moves, List<? extends @Nullable Delta> cts) {
    Scope scope = Scope.current();
    var moving = new ArrayList<Node>();
    var dxs = new ArrayList<@Nullable Delta>();
    for (int i = 0; i < xs.size(); i++) {
      dxs.add(null);
      if (!moves.get(i)) continue;
      Node dx = scope.parameter(xs.get(i).type());
      moving.add(dx);
      if (dx.dtype().isFloat()) dxs.set(i, Delta.of(dx)); // integers do not move
    }
    var dual = Split.jvp(f, xs, dxs);
    return new Pulled(dual.ys(), of(dual.dys(), moving, cts));
  }

  /**
   * {@code dys} are linear in the parameters {@code dxs}, in the current scope; an absent result or
   * cotangent is zero.
   */
  public static List<@Nullable Delta> of(
      List<? extends @Nullable Delta> dys, List<Node> dxs, List<? extends @Nullable Delta> cts) {
    return of(dys, dxs, cts, Collections.nCopies(dxs.size(), null));
  }

  /** Likewise, added to {@code seeds} (null: none). */
  static List<@Nullable Delta> of(
      List<? extends @Nullable Delta> dys,
      List<Node> dxs,
      List<? extends @Nullable Delta> cts,
      List<? extends @Nullable Delta> seeds) {
    var gathered = new HashMap<Node, Delta>();
    var several = new HashMap<Node, List<@Nullable Delta>>();
    for (int i = 0; i < dxs.size(); i++)
      if (seeds.get(i) instanceof Delta seed) gathered.put(dxs.get(i), seed);
    var ends = new ArrayList<Node>();
    for (int i = 0; i < dys.size(); i++) {
      Delta dy = dys.get(i), ct = cts.get(i);
      if (dy == null || ct == null) continue;
      // a structural zero of the tangent transposes to one of the cotangent
      gather(gathered, dy.value(), dy.support() == null ? ct : ct.under(dy.support()));
      ends.add(dy.value());
    }
    var order = Node.order(ends);
    var linear = NodeSet.dependent(order, dxs);
    for (Node y : order.reversed()) {
      if (!linear.contains(y)) continue;
      if (several.get(y) instanceof List<@Nullable Delta> cotangents) {
        if (!(y.op() instanceof Control c))
          throw new IllegalStateException(y.op() + " is not linear in its operands");
        var xs = y.operands().stream().map(x -> new Marked(x, linear.contains(x))).toList();
        var from = new Seeds(xs, gathered);
        Scope.current()
            .at(
                y.scope().origin(y),
                () -> {
                  Log.write(Log.Stage.TRANSPOSE, "inside", y, -1, null, null);
                  from.give(ControlRules.of(c).transpose(xs, cotangents, from));
                  return y;
                });
        continue;
      }
      Delta ct = gathered.get(y);
      if (ct == null) continue;
      if (y.op() instanceof Packing.Part(var i)) {
        int parts = ((Kind.Tuple) y.x(0).kind()).parts().size();
        several
            .computeIfAbsent(y.x(0), _ -> new ArrayList<>(Collections.nCopies(parts, null)))
            .set(i, ct);
        continue;
      }
      Scope.current()
          .at(
              y.scope().origin(y),
              () -> {
                // what is read from a cotangent comes before what overwrites it
                for (int i = y.operands().size() - 1; i >= 0; i--)
                  if (linear.contains(y.x(i))) {
                    Delta term = through(y, i, ct);
                    Log.write(Log.Stage.TRANSPOSE, "adjoint", y, i, ct.value(), term.value());
                    gather(gathered, y.x(i), term);
                  }
                return y;
              });
    }
    var out = new ArrayList<@Nullable Delta>();
    for (Node dx : dxs) out.add(gathered.get(dx));
    return out;
  }

  /** The touched of some split results as tangents without structural zeros; what is known is absent. */
  static List<@Nullable Delta> deltas(List<Marked> ys) {
    var out = new ArrayList<@Nullable Delta>();
    for (Marked y : ys) out.add(y.on() ? Delta.of(y.node()) : null);
    return out;
  }

  private static void gather(Map<Node, Delta> gathered, Node x, Delta ct) {
    gathered.put(x, Objects.requireNonNull(Delta.sum(gathered.get(x), ct)));
  }

  private static Delta through(Node y, int operand, Delta ct) {
    if (!(y.op().on(operand) instanceof Linear(_, var zeros, var adjoint)))
      throw new IllegalStateException(y.op() + " is not linear in operand " + operand);
    return switch (zeros) {
      case KEPT -> new Delta(adjoint.of(ct.value(), y), ct.support(), ct.zeroed());
      case SCALED -> Delta.of(adjoint.of(ct.value(), y), ct.support());
      case MOVED, PADDED ->
          ct.support() == null ? Delta.of(adjoint.of(ct.value(), y)) : moved(y, adjoint, ct);
      case PICKED -> moved(y, adjoint, ct);
      case ENDED -> Delta.of(adjoint.of(ct.filled(), y));
    };
  }

  /** Where elements go, supports go; what the op did not pick has a structural zero. */
  private static Delta moved(Node y, Adjoint adjoint, Delta ct) {
    return new Delta(adjoint.of(ct.filled(), y), adjoint.of(ct.where(), y), true);
  }
}
