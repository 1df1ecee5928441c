package io.leibniz.eval;

import io.leibniz.ir.Control;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import io.leibniz.ir.Op;
import io.leibniz.ir.Source;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A graph laid out for the interpreter: nodes in order, each with the slots of its operands; a value is
 * dropped after its last use. What depends on no parameter is computed once. Safe for use by several threads.
 */
public final class Program {
  private record Step(Op op, Kind kind, int[] operands, int to, int[] dead) {}

  private final List<Step> steps = new ArrayList<>();
  private final @Nullable Value[] known;
  private final int[] params;
  private final int[] results;

  private Program(Graph graph) {
    var slots = new Slots(graph);
    known = new Value[slots.count];
    params = slots.of(graph.params());
    results = slots.of(graph.results());
    var running = new ArrayList<Node>();
    for (Node n : graph.order())
      if (!(n.op() instanceof Source.Parameter) && !know(n, slots)) running.add(n);

    int[] last = new int[slots.count]; // the step after which a value is dead
    Arrays.fill(last, -1);
    for (int i = 0; i < running.size(); i++)
      for (Node x : running.get(i).operands())
        if (known[slots.of(x)] == null) last[slots.of(x)] = i;
    for (int r : results) last[r] = Integer.MAX_VALUE;
    for (int i = 0; i < running.size(); i++) {
      Node n = running.get(i);
      int now = i;
      int[] operands = slots.of(n.operands());
      int[] dead = Arrays.stream(operands).distinct().filter(s -> last[s] == now).toArray();
      steps.add(new Step(n.op(), n.kind(), operands, slots.of(n), dead));
    }
  }

  /** The program of a graph, laid out once. */
  public static Program of(Graph graph) {
    return graph.prepared(Program.class, Program::new);
  }

  /** Computes the node now if all its operands are known; a loop may have no end, and waits. */
  private boolean know(Node n, Slots slots) {
    if (n.op() instanceof Control) return false;
    var xs = new ArrayList<Value>();
    for (Node x : n.operands())
      if (known[slots.of(x)] instanceof Value v) xs.add(v);
      else return false;
    known[slots.of(n)] = Interpreter.value(n.op(), n.kind(), xs);
    return true;
  }

  /** A place for each node: parameters first. */
  private static final class Slots {
    private final int[] slots;
    private int count;

    Slots(Graph graph) {
      int last = graph.params().stream().mapToInt(Node::number).max().orElse(0);
      if (!graph.order().isEmpty()) last = Math.max(last, graph.order().getLast().number());
      slots = new int[last + 1];
      for (Node p : graph.params()) slots[p.number()] = count++;
      for (Node n : graph.order())
        if (!(n.op() instanceof Source.Parameter)) slots[n.number()] = count++;
    }

    int of(Node n) {
      return slots[n.number()];
    }

    int[] of(List<Node> nodes) {
      return nodes.stream().mapToInt(this::of).toArray();
    }
  }

  /** How many ops a run executes. */
  public int size() {
    return steps.size();
  }

  public List<Value> run(List<? extends Value> args) {
    @Nullable Value[] values = known.clone();
    for (int i = 0; i < params.length; i++) values[params[i]] = args.get(i);
    var xs = new ArrayList<Value>();
    for (Step s : steps) {
      xs.clear();
      for (int x : s.operands) xs.add(Objects.requireNonNull(values[x]));
      values[s.to] = Interpreter.value(s.op, s.kind, xs);
      for (int x : s.dead) values[x] = null;
    }
    var out = new ArrayList<Value>(results.length);
    for (int r : results) out.add(Objects.requireNonNull(values[r]));
    return out;
  }
}
