package io.leibniz.transform;

import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node that a transform made, and whether it is touched: under {@link Split} it is part of the linear map,
 * under {@link Vmap} it differs from lane to lane and has the lane axis.
 */
public record Marked(Node node, boolean on) {

  Marked local() {
    return new Marked(Scope.current().local(node), on);
  }

  public static List<Marked> all(List<Node> xs, boolean on) {
    return xs.stream().map(x -> new Marked(x, on)).toList();
  }

  static List<Marked> of(List<Node> xs, List<Boolean> on) {
    var out = new ArrayList<Marked>();
    for (int i = 0; i < on.size(); i++) out.add(new Marked(xs.get(i), on.get(i)));
    return out;
  }

  static boolean any(List<Marked> xs) {
    return xs.stream().anyMatch(Marked::on);
  }

  static List<Boolean> flags(List<Marked> xs) {
    return xs.stream().map(Marked::on).toList();
  }

  static List<Node> nodes(List<Marked> xs) {
    return xs.stream().map(Marked::node).toList();
  }

  /** Those that are touched. */
  static List<Node> on(List<Marked> xs) {
    return xs.stream().filter(Marked::on).map(Marked::node).toList();
  }

  static List<Node> off(List<Marked> xs) {
    return xs.stream().filter(x -> !x.on).map(Marked::node).toList();
  }

  /** One for each flag: the next of {@code up} where it is up, else the next of {@code down}. */
  static List<Marked> merge(List<Boolean> on, List<Node> down, List<Node> up) {
    Iterator<Node> d = down.iterator(), u = up.iterator();
    var out = new ArrayList<Marked>();
    for (boolean b : on) out.add(new Marked(b ? u.next() : d.next(), b));
    return out;
  }

  /** One for each flag: the next of {@code xs} where it is up, else null. */
  static <T> List<@Nullable T> spread(List<Boolean> on, List<? extends @Nullable T> xs) {
    Iterator<? extends @Nullable T> next = xs.iterator();
    var out = new ArrayList<@Nullable T>();
    for (boolean b : on) out.add(b ? next.next() : null);
    return out;
  }

  /** Inside a graph: a parameter without a value for what is touched, the node itself for the rest. */
  static List<Marked> dummies(List<Marked> xs) {
    var out = new ArrayList<Marked>();
    for (Marked x : xs)
      out.add(x.on ? new Marked(Scope.current().parameter(x.node.kind()), true) : x.local());
    return out;
  }
}
