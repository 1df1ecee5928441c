package io.leibniz.eval;

import io.leibniz.ir.Array;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Op;
import io.leibniz.ir.Packing;
import io.leibniz.ir.Type;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** Sequences of values, and what has several results. */
final class Stacks {
  private Stacks() {}

  static Value value(Packing op, Kind kind, Value x) {
    return switch (op) {
      case Packing.Part(var i) -> ((Value.Tuple) x).parts().get(i);
      case Packing.Rows _ -> rows((Array) x);
      case Packing.Pile(var n) -> pile(x, kind.array(), n);
    };
  }

  /** An op on stacks, element by element, and once on what follows them. */
  static Value.Stack each(Op op, Kind kind, List<? extends Value> x) {
    Kind element = ((Kind.Stack) kind).element();
    int length = 0;
    for (Value v : x)
      if (v instanceof Value.Stack s) length = Math.max(length, s.items().size());
      else if (v instanceof Value.Turns) throw new AssertionError("only a loop reads the turns");
    var items = new ArrayList<Value>(length);
    for (int i = 0; i < length; i++) items.add(Interpreter.value(op, element, at(x, i)));
    return new Value.Stack(element, items, Interpreter.value(op, element, at(x, length)));
  }

  private static List<Value> at(List<? extends Value> x, int i) {
    var out = new ArrayList<Value>(x.size());
    for (Value v : x) out.add(v instanceof Value.Stack s ? s.at(i) : v);
    return out;
  }

  private static Value.Stack rows(Array a) {
    Type row = a.type().with(a.shape().without(List.of(0)));
    var items = new ArrayList<Value>();
    for (int i = 0; i < a.shape().dim(0); i++) {
      Array item = Array.zeros(row);
      a.copyTo(i * item.size(), item, 0, item.size());
      items.add(item);
    }
    return new Value.Stack(row, items, Array.zeros(row));
  }

  private static Array pile(Value stack, Type type, int n) {
    Array out = Array.zeros(type);
    int row = n == 0 ? 0 : out.size() / n;
    for (int i = 0; i < n; i++) element(stack, i).copyTo(0, out, i * row, row);
    return out;
  }

  private static Array element(Value stack, int i) {
    return switch (stack) {
      case Value.Stack s -> (Array) s.at(i);
      case Value.Turns t -> t.at(i);
      case Array _, Value.Tuple _ -> throw new AssertionError(stack);
    };
  }
}
