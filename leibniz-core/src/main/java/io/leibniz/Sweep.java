package io.leibniz;

import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import io.leibniz.transform.Marked;
import io.leibniz.transform.Vmap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A linear map along many directions at once, each a sum of unit vectors: how Jacobians are found. */
final class Sweep {
  private Sweep() {}

  /**
   * The results of {@code linear} in {@code n} lanes. {@code masks[i]}, truth values [n, …], says for each lane in which
   * elements its direction is 1, of the shape of {@code like[i]}; elsewhere it is structurally zero.
   */
  static List<Node> of(
      List<Node> like, List<Node> masks, int n, Function<List<Delta>, List<Node>> linear) {
    var kinds = new ArrayList<Kind>();
    var lanes = new ArrayList<Marked>();
    for (int i = 0; i < like.size(); i++) {
      Node x = like.get(i), mask = masks.get(i);
      kinds.add(x.kind());
      kinds.add(x.kind().with(DType.BOOL));
      lanes.add(new Marked(mask.cast(x.dtype()), true));
      lanes.add(new Marked(mask, true));
    }
    var closed =
        Graph.close(
            kinds,
            ps -> {
              var directions = new ArrayList<Delta>();
              for (int i = 0; i < like.size(); i++)
                directions.add(Delta.zeroed(ps.get(2 * i), ps.get(2 * i + 1)));
              return linear.apply(directions);
            });
    for (Node c : closed.captures()) lanes.add(new Marked(c, false));
    return Vmap.of(closed.graph(), lanes, n).stream().map(y -> Vmap.spread(y, n)).toList();
  }
}
