package io.leibniz.symbolic.explain;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.symbolic.explain.Derivation.Action.Differentiated;
import io.leibniz.symbolic.explain.Derivation.Action.Rewritten;
import io.leibniz.symbolic.text.Formula;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The derivative of a part of a function, and inside it those of its own parts: the log, as a lesson tells it. The derivative of
 * {@code function} is {@code raw}, by {@code rule}; by the laws it is {@code simple}.
 *
 * @param outer of the chain rule, the derivatives of the outer function by the inner ones
 * @param where the place in the function, as a path of operand indices
 * @param again whether it has been derived in an earlier part
 */
public record Lesson(
    String variable,
    String rule,
    Formula function,
    Formula raw,
    Formula simple,
    List<Outer> outer,
    List<Lesson> inside,
    List<Law> laws,
    List<Integer> where,
    boolean again) {

  /** The derivative of the outer function by {@code u}, which stands for {@code inner}. */
  public record Outer(String u, Formula inner, String rule, Formula function, Formula slope) {}

  /** By the law, {@code before} is {@code after}. */
  public record Law(String name, Formula before, Formula after) {}

  static Lesson of(List<String> variables, Differentiation engine, Derivation d) {
    return engine.in(() -> new Teacher(variables, engine, d).lesson());
  }

  /** Turns a log into lessons. */
  private static final class Teacher {
    /** Deeper nested parts are told by their result alone. */
    private static final int DEEPEST = 200;

    private final Differentiation engine;
    private final Derivation log;
    private final String variable;
    private final Map<Node, String> names = new HashMap<>();
    private final Map<Node, Differentiated> steps = new HashMap<>();
    private final Map<Node, List<Rewritten>> laws = new HashMap<>();
    private final Replay replay = new Replay();
    private final Set<Node> told = new HashSet<>();

    Teacher(List<String> variables, Differentiation engine, Derivation log) {
      this.engine = engine;
      this.log = log;
      for (int i = 0; i < variables.size(); i++)
        names.put(engine.params().get(i), variables.get(i));
      variable = String.valueOf(names.get(log.x()));
      List<Rewritten> now = new ArrayList<>();
      laws.put(log.x(), now); // what happens before the first step: the function is simplified
      for (Derivation.Action a : log.actions())
        switch (a) {
          case Differentiated s -> {
            steps.put(s.y(), s);
            laws.put(s.y(), now = new ArrayList<>());
          }
          case Rewritten r -> {
            replay.add(r);
            now.add(r);
          }
        }
    }

    Lesson lesson() {
      if (log.from() == log.y()) return lesson(log.from(), List.of(), 0);
      Lesson of = lesson(log.from(), List.of(), 0);
      var first = laws.getOrDefault(log.x(), List.of());
      return new Lesson(
          variable,
          "simplify",
          formula(log.y()),
          formula(log.from()),
          formula(log.formula()),
          List.of(),
          List.of(of),
          told(first),
          List.of(),
          false);
    }

    private Formula formula(Node n) {
      return new Formula(n, names);
    }

    private List<Law> told(List<Rewritten> laws) {
      return laws.stream()
          .map(r -> new Law(r.law(), formula(r.before()), formula(r.after())))
          .toList();
    }

    private Lesson lesson(Node y, List<Integer> where, int depth) {
      Differentiated step = steps.get(y);
      if (step == null) {
        Node dy = y == log.x() ? y.like(1) : y.like(0);
        String rule = y == log.x() ? "power" : "constant";
        return new Lesson(
            variable,
            rule,
            formula(y),
            formula(dy),
            formula(dy),
            List.of(),
            List.of(),
            List.of(),
            where,
            false);
      }
      Node simple = replay.of(step.raw());
      if (simple == null) simple = step.raw();
      boolean again = !told.add(y);
      var inside = new ArrayList<Lesson>();
      if (!again && depth < DEEPEST) parts(y, where, inside, depth);
      return new Lesson(
          variable,
          rule(y),
          formula(y),
          formula(step.raw()),
          formula(simple),
          again ? List.of() : outer(y),
          inside,
          again ? List.of() : told(laws.getOrDefault(y, List.of())),
          where,
          again);
    }

    /** The moving parts; of a sum all its terms. */
    private void parts(Node y, List<Integer> where, List<Lesson> out, int depth) {
      for (int i = 0; i < y.operands().size(); i++) {
        Node x = y.x(i);
        var place = new ArrayList<>(where);
        place.add(i);
        if (steps.containsKey(x)) out.add(lesson(x, place, depth + 1));
      }
    }

    private boolean moves(Node x) {
      return x == log.x() || steps.containsKey(x);
    }

    private String rule(Node y) {
      boolean first = moves(y.x(0)), second = y.operands().size() > 1 && moves(y.x(1));
      if (y.op() == Binary.ADD || y.op() == Binary.SUB || y.op() == Unary.NEG) return "sum";
      if (y.op() == Binary.MUL) return first && second ? "product" : "constant";
      if (y.op() == Binary.DIV) return second ? "quotient" : "constant";
      if (y.op() == Choice.SELECT) return "table:if";
      if (isPower(y) && y.x(0) == log.x()) return "power";
      boolean inner = y.operands().stream().anyMatch(steps::containsKey);
      return inner ? "chain" : "table:" + name(y);
    }

    private boolean isPower(Node y) {
      return y.op() == Binary.POW && !moves(y.x(1));
    }

    private static String name(Node y) {
      return y.op().toString();
    }

    private List<Outer> outer(Node y) {
      if (!rule(y).equals("chain")) return List.of();
      var out = new ArrayList<Outer>();
      var inner = new HashMap<Node, Node>();
      var xs = new ArrayList<Node>();
      var named = new HashMap<>(names);
      for (Node x : y.operands()) {
        if (!moves(x)) {
          xs.add(x);
          continue;
        }
        Node u = inner.computeIfAbsent(x, _ -> engine.parameter());
        if (!named.containsKey(u)) named.put(u, letter(named));
        xs.add(u);
      }
      Node alone = Node.of(y.op(), xs);
      for (int i = 0; i < xs.size(); i++)
        if (moves(y.x(i)) && xs.indexOf(xs.get(i)) == i) {
          Node slope = engine.slope(y.op(), xs, i);
          String rule = isPower(y) ? "power" : "table:" + name(y);
          out.add(
              new Outer(
                  String.valueOf(named.get(xs.get(i))),
                  formula(y.x(i)),
                  rule,
                  new Formula(alone, named),
                  new Formula(slope, named)));
        }
      return out;
    }

    private static String letter(Map<Node, String> named) {
      for (String u : List.of("u", "v", "w", "p", "q", "r")) if (!named.containsValue(u)) return u;
      int i = 1;
      while (named.containsValue("u" + i)) i++;
      return "u" + i;
    }
  }

  /** In the order in which they were taken: those of the parts first. */
  List<Step> steps() {
    var out = new ArrayList<Step>();
    collect(out);
    return out;
  }

  private void collect(List<Step> out) {
    if (rule.equals("simplify"))
      for (Law l : laws) out.add(new Step("law:" + l.name, text(l.before), text(l.after), where));
    inside.forEach(part -> part.collect(out));
    if (again || rule.equals("simplify")) return;
    for (Outer o : outer) out.add(new Step(o.rule, text(o.function), text(o.slope), where));
    out.add(new Step(rule, text(function), text(raw), where));
    for (Law l : laws) out.add(new Step("law:" + l.name, text(l.before), text(l.after), where));
  }

  /** Of a formula that is too long to be read, how long it is. */
  private static String text(Formula f) {
    long size = f.nodes();
    return size > 2000 ? "(a formula of %,d parts)".formatted(size) : f.text();
  }
}
