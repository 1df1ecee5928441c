package io.leibniz.transform;

import io.leibniz.ir.Control;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Points on a curve, x(t) = x + Σ t^k·x_k: the points, and for each order k = 1 … n one coefficient of each. Forward mode moves
 * along jets of order 1, whose one coefficient is the tangent, Taylor mode along longer ones.
 */
record Jet(List<Node> points, List<List<@Nullable Delta>> coefficients) {

  static Jet of(Jvp.Dual d) {
    return new Jet(d.ys(), List.of(d.dys()));
  }

  /** The curve that {@code f} makes of this one. */
  Jet through(Graph f) {
    return coefficients.size() == 1
        ? of(Jvp.of(f, points, coefficients.getFirst()))
        : Taylor.through(f, this);
  }

  /** The tangents, of a jet of order 1. */
  Jvp.Dual dual() {
    return new Jvp.Dual(points, coefficients.getFirst());
  }

  int order() {
    return coefficients.size();
  }

  /** Some entries of a list that has one for each operand. */
  interface Choice {
    <T extends @Nullable Object> List<T> of(List<T> xs);
  }

  /** Some of the points, with theirs. */
  Jet some(Choice which) {
    var rows = new ArrayList<List<@Nullable Delta>>();
    for (var row : coefficients) rows.add(which.<@Nullable Delta>of(row));
    return new Jet(which.of(points), rows);
  }

  /** Those from one place to another. */
  Jet some(int from, int to) {
    var rows = new ArrayList<List<@Nullable Delta>>();
    for (var row : coefficients) rows.add(row.subList(from, to));
    return new Jet(points.subList(from, to), rows);
  }

  /** Points of this and then of the other, of the same order. */
  Jet and(Jet o) {
    var rows = new ArrayList<List<@Nullable Delta>>();
    for (int k = 0; k < order(); k++)
      rows.add(Lists.<@Nullable Delta>concat(coefficients.get(k), o.coefficients.get(k)));
    return new Jet(Lists.concat(points, o.points), rows);
  }

  /** All coefficients, order by order. */
  List<@Nullable Delta> flat() {
    var all = new ArrayList<@Nullable Delta>();
    for (var row : coefficients) all.addAll(row);
    return all;
  }

  /** The kinds of what {@link #flat} lists. */
  List<Kind> kinds() {
    var all = new ArrayList<Kind>();
    for (int k = 0; k < order(); k++) all.addAll(Control.kinds(points));
    return all;
  }

  /** A jet of {@code order}, its coefficients flat. */
  static Jet of(List<Node> points, List<@Nullable Delta> flat, int order) {
    var rows = new ArrayList<List<@Nullable Delta>>();
    int n = points.size();
    for (int k = 0; k < order; k++) rows.add(flat.subList(k * n, k * n + n));
    return new Jet(points, rows);
  }

  /** Points that stay where they are. */
  static Jet still(List<Node> points, int order) {
    return new Jet(
        points,
        Collections.nCopies(order, Collections.<@Nullable Delta>nCopies(points.size(), null)));
  }

  boolean moves() {
    return flat().stream().anyMatch(Objects::nonNull);
  }
}
