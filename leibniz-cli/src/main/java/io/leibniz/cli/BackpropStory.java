package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.symbolic.explain.Backprop;
import io.leibniz.symbolic.explain.Backprop.Layer;
import io.leibniz.symbolic.explain.Backprop.Parameter;
import io.leibniz.symbolic.explain.Backprop.Quantity;
import java.util.ArrayList;
import java.util.List;

/**
 * The story of a dense network with its loss. Where the loss takes the last z, the output that belongs to it is shown
 * beside it.
 */
record BackpropStory(NetExample example, Tensor loss, List<Told> layers, Quantity ofInput) {

  /** One layer: what was computed, forwards and backwards. */
  record Told(
      int number,
      String activation,
      Quantity z,
      Quantity a,
      Quantity delta,
      Parameter w,
      Parameter b) {}

  static BackpropStory of(NetExample e) {
    Backprop story = e.story();
    var told = new ArrayList<Told>();
    for (Layer l : story.layers())
      told.add(
          new Told(
              l.number(),
              e.net().activations().get(l.number() - 1),
              l.z(),
              output(e, l),
              delta(e, l),
              l.weights().getFirst(),
              l.biases().getFirst()));
    return new BackpropStory(
        e, story.loss(), List.copyOf(told), story.inputs().getFirst().gradient());
  }

  private static boolean last(NetExample e, Layer l) {
    return l.number() == e.net().activations().size();
  }

  private static Quantity output(NetExample e, Layer l) {
    if (!last(e, l) || !e.cost().takesLogits()) return l.a();
    String z = l.z().symbol();
    String formula =
        switch (e.net().output()) {
          case "identity" -> z;
          case "sigmoid" -> "σ(" + z + ")";
          default -> e.net().output() + "(" + z + ")";
        };
    return new Quantity(
        "a" + z.substring(1), formula, Net.activate(e.net().output(), l.z().value()));
  }

  private static Quantity delta(NetExample e, Layer l) {
    if (!last(e, l)) return l.delta();
    String a = e.cost().takesLogits() ? "a" + l.z().symbol().substring(1) : l.a().symbol();
    String slope = e.cost().slope(a, e.net().output(), e.examples(), e.y().size());
    String formula =
        !e.cost().takesLogits()
            ? l.activation().isEmpty()
                ? slope
                : l.delta().formula().replace("∂L/∂" + a + " ", "(" + slope + ") ")
            : e.net().output().equals("sigmoid") || e.sharesOfOne()
                ? slope
                : "∂L/∂" + l.z().symbol();
    return new Quantity(l.delta().symbol(), formula, l.delta().value());
  }
}
