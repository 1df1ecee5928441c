package io.leibniz.transform;

import io.leibniz.ir.Call;
import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Each rule of a call is a call of what the transform makes of the body. */
record CallRules(Call op) implements ControlRules {

  @Override
  public Jet forward(Jet xs) {
    var layout = new ArrayList<Layout>();
    var out =
        Call.of(
            op.recompute(),
            () -> {
              var ys = xs.through(op.body());
              layout.add(Layout.of(ys.flat()));
              return Lists.concat(ys.points(), layout.getFirst().nodes(ys.flat(), ys.kinds()));
            });
    int n = op.body().results().size();
    return Jet.of(
        out.subList(0, n), layout.getFirst().deltas(out.subList(n, out.size())), xs.order());
  }

  /** A checkpoint's linear part keeps nothing, and so computes all again from the captures. */
  @Override
  public List<Marked> split(List<Marked> xs) {
    var ys = new ArrayList<Marked>();
    var cut = new ArrayList<Split.Cut>();
    var known =
        Call.of(
            op.recompute(),
            () -> {
              var args = Marked.dummies(xs);
              ys.addAll(Split.of(op.body(), args));
              cut.add(
                  op.recompute()
                      ? Split.Cut.of(Marked.on(ys), Marked.on(args), _ -> false)
                      : Split.Cut.keeping(Marked.on(ys), Marked.on(args)));
              return Lists.concat(Marked.off(ys), cut.getFirst().kept());
            });
    int n = Marked.off(ys).size();
    var kept = known.subList(n, known.size());
    var linear = Call.of(op.recompute(), () -> cut.getFirst().replay(Marked.on(xs), kept));
    return Marked.merge(Marked.flags(ys), known.subList(0, n), linear);
  }

  @Override
  public List<@Nullable Delta> transpose(List<Marked> xs, List<@Nullable Delta> cts, Seeds seeds) {
    var start = seeds.takeAll(0, xs.size());
    var layout = new ArrayList<Layout>();
    var out =
        Call.of(
            op.recompute(),
            () -> {
              var back = ControlRules.pulled(op.body(), xs, cts, start);
              layout.add(Layout.of(back));
              return layout.getFirst().nodes(back, Control.kinds(Marked.on(xs)));
            });
    return Marked.spread(Marked.flags(xs), layout.getFirst().deltas(out));
  }

  @Override
  public List<Marked> batch(List<Marked> xs, int n, @Nullable Node mask) {
    var ys = new ArrayList<Marked>();
    var out =
        Call.of(
            op.recompute(),
            () -> {
              ys.addAll(Vmap.of(op.body(), xs, n, mask));
              return Marked.nodes(ys);
            });
    return Marked.of(out, Marked.flags(ys));
  }
}
