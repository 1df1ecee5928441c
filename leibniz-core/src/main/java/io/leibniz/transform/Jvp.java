package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Dependence.Constant;
import io.leibniz.ir.Dependence.Curved;
import io.leibniz.ir.Dependence.Linear;
import io.leibniz.ir.Dependence.Smooth;
import io.leibniz.ir.Dependence.Zeros;
import io.leibniz.ir.Factoring;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Forward mode: a graph on points and tangents. The chain rule is the sum over the operands; what each
 * contributes follows from the op's {@link io.leibniz.ir.Dependence} on it.
 */
public final class Jvp {
  private Jvp() {}

  /** Results and their tangents; an absent tangent (null) does not move. */
  public record Dual(List<Node> ys, List<@Nullable Delta> dys) {}

  /** Emits {@code f} at {@code xs}, moving along {@code dxs}, into the current scope. */
  public static Dual of(Graph f, List<Node> xs, List<? extends @Nullable Delta> dxs) {
    Scope scope = Scope.current();
    var args = new ArrayList<Moving>();
    for (int i = 0; i < xs.size(); i++) args.add(new Moving(scope.local(xs.get(i)), dxs.get(i)));
    return dual(Walk.over(f, args, Jvp::step));
  }

  /** A point and its tangent. */
  private record Moving(Node point, @Nullable Delta tangent) {}

  private static Dual dual(List<Moving> all) {
    var ys = new ArrayList<Node>(all.size());
    var dys = new ArrayList<@Nullable Delta>(all.size());
    for (Moving m : all) {
      ys.add(m.point);
      dys.add(m.tangent);
    }
    return new Dual(ys, dys);
  }

  private static List<Moving> step(Node y, List<Moving> xs) {
    var x = dual(xs);
    if (y.op() instanceof Control c && x.dys.stream().anyMatch(Objects::nonNull)) {
      Log.write(Log.Stage.FORWARD, "inside", y, -1, null, null);
      return moving(ControlRules.of(c).forward(Jet.of(x)).dual());
    }
    Node at = y.copy(x.ys);
    return at.hasParts()
        ? moving(new Dual(at.parts(), tangents(at, x.dys)))
        : List.of(new Moving(at, tangent(at, x.dys)));
  }

  private static List<Moving> moving(Dual d) {
    var out = new ArrayList<Moving>();
    for (int i = 0; i < d.ys.size(); i++) out.add(new Moving(d.ys.get(i), d.dys.get(i)));
    return out;
  }

  /** How the results of an op move, one or several. */
  static List<@Nullable Delta> tangents(Node y, List<@Nullable Delta> dxs) {
    if (!(y.kind() instanceof Kind.Tuple(var parts)))
      return Collections.singletonList(tangent(y, dxs));
    if (!(y.op() instanceof Factoring f && dxs.getFirst() instanceof Delta da))
      return Collections.nCopies(parts.size(), null);
    Log.write(Log.Stage.FORWARD, "tangent", y, -1, null, null);
    return f.tangents(y.parts(), da.filled());
  }

  static @Nullable Delta tangent(Node y, List<@Nullable Delta> dxs) {
    for (int i = 0; i < dxs.size(); i++)
      if (dxs.get(i) != null && y.op().on(i) instanceof Curved)
        return logged("tangent", y, -1, null, y.op().tangent(y, dxs));
    Delta sum = null;
    var done = new HashSet<Integer>();
    for (int i = 0; i < dxs.size(); i++) {
      Delta dx = dxs.get(i);
      if (dx == null) continue;
      sum =
          Delta.sum(
              sum,
              switch (y.op().on(i)) {
                case Constant() -> logged("constant", y, i, dx, null);
                case Smooth(var slope) -> logged("slope", y, i, dx, dx.times(slope.at(y)));
                case Linear(var group, var zeros, _) -> {
                  if (!done.add(group)) yield null;
                  int own = together(y, group, dxs) ? -1 : i;
                  yield logged("linear", y, own, dx, along(y, group, zeros, dxs));
                }
                case Curved() -> throw new AssertionError("handled above");
              });
    }
    return sum;
  }

  /** Whether several operands of the group move. */
  private static boolean together(Node y, int group, List<@Nullable Delta> dxs) {
    int n = 0;
    for (int i = 0; i < dxs.size(); i++)
      if (dxs.get(i) != null && y.op().on(i) instanceof Linear(var g, _, _) && g == group) n++;
    return n > 1;
  }

  private static @Nullable Delta logged(
      String rule, Node y, int operand, @Nullable Delta dx, @Nullable Delta term) {
    Log.write(
        Log.Stage.FORWARD,
        rule,
        y,
        operand,
        dx == null || operand < 0 ? null : dx.value(),
        term == null ? null : term.value());
    return term;
  }

  /** A linear op is its own derivative: apply it to the tangents of one group, the other operands held. */
  static Delta along(Node y, int group, Zeros zeros, List<@Nullable Delta> dxs) {
    var own = new ArrayList<Integer>();
    for (int i = 0; i < dxs.size(); i++)
      if (y.op().on(i) instanceof Linear(var g, _, _) && g == group) own.add(i);
    var moving = own.stream().map(dxs::get).filter(Objects::nonNull).toList();
    Node support = moving.getFirst().support();
    boolean everywhere =
        moving.size() == own.size() && moving.stream().allMatch(d -> d.support() == null);
    return switch (zeros) {
      case KEPT -> moving.size() < own.size() ? alone(y, own, dxs) : together(y, own, moving, dxs);
      case SCALED -> Delta.of(apply(y, own, dxs, false), support);
      case MOVED, PICKED ->
          everywhere
              ? Delta.of(apply(y, own, dxs, true))
              : new Delta(apply(y, own, dxs, true), supports(y, own, dxs), true);
      case PADDED -> new Delta(apply(y, own, dxs, true), supports(y, own, dxs), true);
      case ENDED -> Delta.of(apply(y, own, dxs, true));
    };
  }

  /** An elementwise sum one of whose terms does not move. An elementwise linear map is its own adjoint. */
  private static Delta alone(Node y, List<Integer> own, List<@Nullable Delta> dxs) {
    for (int i : own)
      if (dxs.get(i) instanceof Delta d && y.op().on(i) instanceof Linear(_, _, var adjoint))
        return new Delta(adjoint.of(d.value(), y), d.support(), d.zeroed());
    throw new AssertionError("nothing moves");
  }

  private static Delta together(
      Node y, List<Integer> own, List<Delta> moving, List<@Nullable Delta> dxs) {
    boolean alike = moving.stream().map(Delta::support).distinct().count() == 1;
    Node support = moving.getFirst().support();
    for (Delta d : moving) support = Delta.union(support, d.support());
    boolean zeroed = !alike || moving.stream().allMatch(Delta::zeroed);
    return new Delta(apply(y, own, dxs, !alike), support, zeroed);
  }

  private static Node apply(Node y, List<Integer> own, List<@Nullable Delta> dxs, boolean fill) {
    var xs = new ArrayList<>(y.operands());
    for (int i : own)
      xs.set(i, dxs.get(i) instanceof Delta d ? fill ? d.filled() : d.value() : y.x(i).like(0));
    return Node.of(y.op(), xs);
  }

  /** Where elements go, supports go: the op itself, on truth values. */
  private static Node supports(Node y, List<Integer> own, List<@Nullable Delta> dxs) {
    var xs = new ArrayList<>(y.operands());
    for (int i : own)
      xs.set(
          i,
          dxs.get(i) instanceof Delta d ? d.where() : Node.full(y.x(i).kind().with(DType.BOOL), 0));
    return Node.of(y.op(), xs);
  }

  /** Tangents that start everywhere. */
  public static List<@Nullable Delta> moving(List<Node> dxs) {
    return new ArrayList<>(Arrays.asList(dxs.stream().map(Delta::of).toArray(Delta[]::new)));
  }
}
