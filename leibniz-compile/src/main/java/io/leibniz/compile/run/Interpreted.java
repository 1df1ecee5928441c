package io.leibniz.compile.run;

import io.leibniz.backend.Backend.Kernel;
import io.leibniz.eval.Controls;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.Control;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Op;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An op that has no kernel yet: the interpreter runs it; the graphs inside a control op are compiled.
 *
 * @param operands where each is
 * @param result likewise
 * @param inside the compiled graphs of a control op
 */
public record Interpreted(
    Op op, Kind kind, List<Slot> operands, Slot result, Map<Graph, Inside> inside, Cost cost)
    implements Work {

  /** A buffer and its type; or, with the type null, one of the frame's values. */
  public sealed interface Slot {
    /** {@code arena}: the memory is not an array of its own, and has to be copied. */
    record Of(int buffer, Type type, boolean arena) implements Slot {}

    record Held(int value) implements Slot {}
  }

  /** Something that runs on values. */
  public interface Inside {
    List<Value> run(List<? extends Value> args);
  }

  @Override
  public Kernel kernel() {
    return cost.of(inside.isEmpty() ? Kernel.Kind.INTERPRETED : Kernel.Kind.CONTROL);
  }

  @Override
  public void run(Frame f) {
    var xs = new ArrayList<Value>(operands.size());
    for (Slot s : operands) xs.add(get(f, s));
    Value y =
        op instanceof Control c && !inside.isEmpty()
            ? new Value.Tuple(
                Controls.run(
                    c, xs, (graph, args) -> Objects.requireNonNull(inside.get(graph)).run(args)))
            : Interpreter.value(op, kind, xs);
    switch (result) {
      case Slot.Of(int buffer, _, _) -> f.put(buffer, ((Array) y).data(), 0);
      case Slot.Held(int value) -> f.values[value] = y;
    }
  }

  static Value get(Frame f, Slot slot) {
    return switch (slot) {
      case Slot.Held(int value) -> (Value) Objects.requireNonNull(f.values[value]);
      case Slot.Of(int buffer, Type type, boolean arena) -> {
        Object data = f.data[buffer];
        if (!arena) yield Array.of(type, data).share();
        Array copy = Array.zeros(type);
        System.arraycopy(data, f.base[buffer], copy.data(), 0, copy.size());
        yield copy;
      }
    };
  }
}
