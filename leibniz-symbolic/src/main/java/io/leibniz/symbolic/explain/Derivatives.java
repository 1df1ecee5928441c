package io.leibniz.symbolic.explain;

import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The derivatives of one expression, of any order, as formulas. What one of them needed of another is found once. Not for
 * several threads at once.
 */
public final class Derivatives {
  /** From which order on formulas are shortened at the end only: the shortest forms grow when they are differentiated. */
  private static final int HIGH = 3;

  private final Expression f;
  private final Differentiation engine;
  private final Map<List<String>, Found> found = new HashMap<>(), collected = new HashMap<>();
  private @Nullable Differentiation collecting;

  public Derivatives(Expression f) {
    this.f = f;
    this.engine = new Differentiation(f);
  }

  private record Found(Node formula, Set<Node> conditions, List<Derivation> derivations) {}

  /** The function itself, as simple as it can be written. */
  public Expression simplified() {
    return engine.expression(f.variables(), engine.simple(engine.root()));
  }

  /** The derivative by {@code wrt}, one after the other: {@code [x, x, y]} is ∂³f/∂x²∂y. */
  public Derivative by(List<String> wrt) {
    for (String x : wrt)
      if (!f.variables().contains(x))
        throw new IllegalArgumentException("there is no variable " + x);
    var names = new HashMap<Node, String>();
    for (int i = 0; i < f.variables().size(); i++)
      names.put(engine.params().get(i), f.variables().get(i));
    Found d = wrt.size() < HIGH ? found(wrt) : high(wrt);
    var conditions = conditions(d).stream().map(c -> new Formula(c, names)).toList();
    return new Derivative(
        f,
        List.copyOf(wrt),
        engine.expression(f.variables(), d.formula),
        conditions,
        d.derivations,
        engine,
        wrt.size() < HIGH ? engine : collector());
  }

  /** Those of the slopes, and of the formula itself; none that follows from another. */
  private Set<Node> conditions(Found d) {
    return engine.in(
        () -> {
          var all = new LinkedHashSet<>(d.conditions);
          for (Node c : RealDomain.of(d.formula)) {
            Node simple = engine.simple(c);
            if (!simple.isFull(1)) all.add(simple);
          }
          return RealDomain.reduced(all, engine::simple);
        });
  }

  private Differentiation collector() {
    if (collecting == null) collecting = Differentiation.collecting(f);
    return collecting;
  }

  /** Found with terms collected, and shortened then. */
  private Found high(List<String> wrt) {
    var plain = collector();
    Found d = found(wrt, plain, collected);
    var all = new ArrayList<Node>(List.of(d.formula));
    all.addAll(d.conditions);
    return engine.in(
        () -> {
          var here = new Graph(plain.params(), all).inline(engine.params());
          return new Found(
              engine.simple(here.getFirst()),
              new LinkedHashSet<>(here.subList(1, here.size())),
              d.derivations);
        });
  }

  /** All partial derivatives of an order by some of the variables; of those that differ in the order of variables only one. */
  public List<Derivative> all(List<String> variables, int order) {
    var out = new ArrayList<Derivative>();
    collect(variables, 0, order, List.of(), out);
    return out;
  }

  private void collect(
      List<String> variables, int from, int order, List<String> wrt, List<Derivative> out) {
    if (wrt.size() == order) {
      out.add(by(wrt));
      return;
    }
    for (int i = from; i < variables.size(); i++) {
      var more = new ArrayList<>(wrt);
      more.add(variables.get(i));
      collect(variables, i, order, more, out);
    }
  }

  private Found found(List<String> wrt) {
    return found(wrt, engine, found);
  }

  private Found found(List<String> wrt, Differentiation engine, Map<List<String>, Found> found) {
    Found known = found.get(wrt);
    if (known != null) return known;
    if (wrt.isEmpty()) return new Found(engine.root(), Set.of(), List.of());
    Found before = found(wrt.subList(0, wrt.size() - 1), engine, found);
    Node x = engine.params().get(f.variables().indexOf(wrt.getLast()));
    var derived = engine.derivative(before.formula, x);
    var conditions = new LinkedHashSet<>(before.conditions);
    conditions.addAll(derived.conditions());
    var derivations = new ArrayList<>(before.derivations);
    derivations.add(derived.derivation());
    Found now = new Found(derived.formula(), conditions, derivations);
    found.put(List.copyOf(wrt), now);
    return now;
  }
}
