package io.leibniz.compile.emit;

import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The steps of a long straight line cut into methods that the JIT will compile: none over 8000 bytes of code. What one
 * method needs of another goes through memory.
 */
final class Chunks {
  private static final int STEPS = 250, STORES = 100;

  private final Loop loop;
  private final List<Expr> order;
  private final int bodies, writers;
  private final Map<Expr, Integer> slots = new HashMap<>();
  private int numbers, integers;

  Chunks(Loop loop) {
    this.loop = loop;
    order = Expr.order(loop.roots());
    bodies = (order.size() + STEPS - 1) / STEPS;
    boolean one = bodies <= 1 && loop.stores().size() <= STORES;
    writers = one ? 0 : (loop.stores().size() + STORES - 1) / STORES;
    if (one) return;
    Map<Expr, Integer> home = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      Expr e = order.get(i);
      home.put(e, i / STEPS);
      for (Expr x : e.operands()) if (home.getOrDefault(x, 0) != i / STEPS) spill(x);
    }
    loop.roots().forEach(this::spill);
  }

  private void spill(Expr e) {
    if (e.op() instanceof Prim.Const || slots.containsKey(e)) return;
    slots.put(e, e.type().isFloat() ? numbers++ : integers++);
  }

  /** How many methods; the last ones store what the others have found. */
  int count() {
    return bodies + writers + ((bodies > 1 || writers > 0) && !loop.folds().isEmpty() ? 1 : 0);
  }

  int[] sizes() {
    return new int[] {numbers, integers};
  }

  List<Expr> steps(int k) {
    return k < bodies
        ? order.subList(k * STEPS, Math.min(order.size(), (k + 1) * STEPS))
        : List.of();
  }

  List<Loop.Store> stores(int k) {
    int w = k - bodies;
    return w >= 0 && w < writers
        ? loop.stores().subList(w * STORES, Math.min(loop.stores().size(), (w + 1) * STORES))
        : List.of();
  }

  List<Loop.Fold> folds(int k) {
    return k == bodies + writers ? loop.folds() : List.of();
  }

  boolean spilled(Expr e) {
    return slots.containsKey(e);
  }

  int slot(Expr e) {
    Integer slot = slots.get(e);
    if (slot == null) throw new AssertionError(e + " is not kept");
    return slot;
  }
}
