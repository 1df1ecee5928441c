package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.symbolic.explain.Backprop.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The story as JSON: every number as it was computed, tensors as lists of lists. */
record BackpropJson(
    List<LayerJson> layers,
    double loss,
    String cost,
    Object input,
    Object target,
    Object gradInput) {

  record LayerJson(
      int layer,
      String activation,
      Object z,
      Object a,
      Object delta,
      Object gradW,
      Object gradB,
      Map<String, Double> norms,
      Map<String, List<Integer>> shapes,
      Map<String, String> equations) {}

  static BackpropJson of(BackpropStory story) {
    var e = story.example();
    return new BackpropJson(
        story.layers().stream().map(BackpropJson::layer).toList(),
        story.loss().cast(DType.F64).item(),
        e.cost().toString(),
        nested(e.x()),
        nested(e.y()),
        nested(story.ofInput().value()));
  }

  private static LayerJson layer(BackpropStory.Told l) {
    var all = new LinkedHashMap<String, Quantity>();
    all.put("z", l.z());
    all.put("a", l.a());
    all.put("delta", l.delta());
    all.put("gradW", l.w().gradient());
    all.put("gradB", l.b().gradient());
    var norms = new LinkedHashMap<String, Double>();
    var shapes = new LinkedHashMap<String, List<Integer>>();
    var equations = new LinkedHashMap<String, String>();
    all.forEach(
        (name, q) -> {
          norms.put(name, q.norm());
          shapes.put(name, q.value().shape().list());
          equations.put(name, q.toString());
        });
    return new LayerJson(
        l.number(),
        l.activation(),
        nested(l.z().value()),
        nested(l.a().value()),
        nested(l.delta().value()),
        nested(l.w().gradient().value()),
        nested(l.b().gradient().value()),
        norms,
        shapes,
        equations);
  }

  /** Numbers in lists in lists, one level for each axis. */
  private static Object nested(Tensor t) {
    Array a = t.array();
    return nested(a, 0, 0, a.size());
  }

  private static Object nested(Array a, int axis, int from, int size) {
    if (axis == a.shape().rank()) return a.number(from);
    int n = a.shape().dim(axis);
    var out = new ArrayList<>(n);
    for (int i = 0; i < n; i++) out.add(nested(a, axis + 1, from + i * (size / n), size / n));
    return out;
  }
}
