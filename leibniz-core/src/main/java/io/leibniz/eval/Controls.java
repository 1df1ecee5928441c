package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Call;
import io.leibniz.ir.Cond;
import io.leibniz.ir.Control;
import io.leibniz.ir.Custom;
import io.leibniz.ir.External;
import io.leibniz.ir.Graph;
import io.leibniz.ir.LinearSolve;
import io.leibniz.ir.Lists;
import io.leibniz.ir.Loop;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.TraceException;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** Runs the ops that have graphs inside. */
public final class Controls {
  private Controls() {}

  /** How a graph inside is run. */
  public interface Runner {
    List<Value> run(Graph graph, List<? extends Value> args);
  }

  static List<Value> run(Control op, List<? extends Value> x) {
    return run(op, x, (graph, args) -> Program.of(graph).run(args));
  }

  /** The results of an op, the graphs inside being run by {@code runner}. */
  public static List<Value> run(Control op, List<? extends Value> x, Runner runner) {
    return switch (op) {
      case Call(var body, _) -> runner.run(body, x);
      case Cond cond ->
          truth(x.getFirst())
              ? runner.run(cond.then(), cond.left(x))
              : runner.run(cond.otherwise(), cond.right(x));
      case Loop loop -> loop(loop, x, runner);
      case Custom custom -> runner.run(custom.body(), custom.taken(x));
      case External external -> external(external, x);
      case LinearSolve solve -> runner.run(solve.solver(), x);
    };
  }

  private static boolean truth(Value p) {
    return ((Array) p).bool()[0];
  }

  private static List<Value> loop(Loop op, List<? extends Value> x, Runner runner) {
    long limit = ((Array) x.getFirst()).integer(0);
    List<Value> carry = List.copyOf(op.carries(x));
    var outs = new ArrayList<List<Value>>();
    for (int i = 0; i < op.outs(); i++) outs.add(new ArrayList<>());
    long count = 0;
    for (; count < limit && goesOn(op, carry, x, runner); count++) {
      if ((count & 1023) == 1023 && Thread.currentThread().isInterrupted())
        throw new TraceException(op + " was interrupted after " + count + " turns");
      var args = new ArrayList<Value>(op.body().params().size());
      args.addAll(carry);
      long turn = op.reversed() ? limit - 1 - count : count;
      for (Value s : op.stacks(x)) args.add(element(s, turn));
      args.addAll(op.captures(x));
      var ys = runner.run(op.body(), args);
      carry = ys.subList(0, op.carries());
      for (int i = 0; i < outs.size(); i++) outs.get(i).add(ys.get(op.carries() + i));
    }
    var all = new ArrayList<Value>(List.of(Array.of(Shape.SCALAR, new long[] {count})));
    all.addAll(carry);
    for (int i = 0; i < outs.size(); i++) {
      var items = outs.get(i);
      all.add(
          new Value.Stack(
              op.out(i), op.reversed() ? items.reversed() : items, Value.full(op.out(i), 0)));
    }
    return all;
  }

  private static boolean goesOn(
      Loop op, List<Value> carry, List<? extends Value> x, Runner runner) {
    return op.condition() == null
        || truth(runner.run(op.condition(), Lists.concat(carry, op.tested(x))).getFirst());
  }

  private static Value element(Value stack, long turn) {
    return switch (stack) {
      case Value.Stack s -> s.at(turn);
      case Value.Turns t -> t.at(turn);
      case Array _, Value.Tuple _ -> throw new AssertionError(stack);
    };
  }

  private static List<Value> external(External op, List<? extends Value> x) {
    var ys = op.function().of(x.stream().map(Array.class::cast).toList());
    var types = ys.stream().map(Array::type).toList();
    if (!types.equals(op.results()))
      throw new ShapeException(
          "%s needs results %s as declared, but its function returned %s"
              .formatted(op, op.results(), types));
    return List.copyOf(ys);
  }
}
