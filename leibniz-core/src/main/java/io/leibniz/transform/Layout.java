package io.leibniz.transform;

import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Kind;
import io.leibniz.ir.Node;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How (co)tangents cross the border of a graph, which only nodes can: which of them are there, which have a
 * support beside them, and which are 0 where they are not supported. A structural zero on one side is one on the other.
 */
record Layout(List<Slot> slots) {

  /**
   * How one of them crosses. One that is {@code late} has a support that need not be carried from turn to turn:
   * "where it was supported at the start, or any turn but the first".
   */
  record Slot(boolean there, boolean masked, boolean zeroed, boolean late) {
    static final Slot ABSENT = new Slot(false, false, true, false);

    static Slot of(@Nullable Delta d) {
      return d == null ? ABSENT : new Slot(true, d.support() != null, d.zeroed(), false);
    }

    /** Able to hold either; what only one of them has, has a support if {@code maskAbsent}. */
    Slot join(Slot o, boolean maskAbsent) {
      return new Slot(
          there || o.there,
          masked || o.masked || maskAbsent && there != o.there,
          zeroed && o.zeroed,
          late);
    }

    /** Able to hold {@code next} after a turn too. */
    Slot after(Slot next, boolean maskAbsent) {
      Slot both = join(next, maskAbsent);
      boolean starts = maskAbsent && !there || masked || late;
      boolean later = starts && next.there && !next.masked;
      return new Slot(both.there, !later && (both.masked || late), both.zeroed, later);
    }
  }

  static Layout of(List<? extends @Nullable Delta> ds) {
    var slots = new ArrayList<Slot>();
    for (Delta d : ds) slots.add(Slot.of(d));
    return new Layout(slots);
  }

  private interface Combine {
    Slot of(Slot a, Slot b);
  }

  private Layout with(Layout o, Combine f) {
    var out = new ArrayList<Slot>();
    for (int i = 0; i < slots.size(); i++) out.add(f.of(slots.get(i), o.slots.get(i)));
    return new Layout(out);
  }

  /** Able to hold either. */
  Layout join(Layout o) {
    return with(o, (a, b) -> a.join(b, true));
  }

  /** Of carries, able to hold what a turn makes of them. */
  Layout carried(Layout next) {
    return with(next, (a, b) -> a.after(b, true));
  }

  /** Likewise of sums, which start at the number 0. */
  Layout summed(Layout next) {
    return with(next, (a, b) -> a.after(b, false));
  }

  /** Values, then supports; what is absent is zero and supported nowhere. {@code kinds} are those of the values. */
  List<Node> nodes(List<? extends @Nullable Delta> ds, List<Kind> kinds) {
    var out = new ArrayList<Node>();
    for (int i = 0; i < slots.size(); i++)
      if (slots.get(i).there)
        out.add(ds.get(i) instanceof Delta d ? kept(d, slots.get(i)) : Node.full(kinds.get(i), 0));
    for (int i = 0; i < slots.size(); i++)
      if (slots.get(i).masked)
        out.add(
            ds.get(i) instanceof Delta d ? d.where() : Node.full(kinds.get(i).with(DType.BOOL), 0));
    return out;
  }

  /** What is to be 0 outside of a support that it leaves behind, has to be so now. */
  private static Node kept(Delta d, Slot slot) {
    return slot.masked || slot.late ? d.value() : d.filled();
  }

  List<@Nullable Delta> deltas(List<Node> nodes) {
    return deltas(nodes, null, List.of());
  }

  /** Of carries, after turns of which {@code notFirst} says whether there were any (null: yes), and which began as {@code starts}. */
  List<@Nullable Delta> deltas(
      List<Node> nodes, @Nullable Node notFirst, List<? extends @Nullable Delta> starts) {
    int there = (int) slots.stream().filter(Slot::there).count();
    Iterator<Node> values = nodes.iterator(), supports = nodes.listIterator(there);
    var out = new ArrayList<@Nullable Delta>();
    for (int i = 0; i < slots.size(); i++) {
      Slot s = slots.get(i);
      if (!s.there) {
        out.add(null);
        continue;
      }
      Node value = values.next(), support = null;
      if (s.masked) support = supports.next();
      else if (s.late && notFirst != null) {
        Node ran = notFirst.across(value.shape());
        support = starts.get(i) instanceof Delta d ? d.where().or(ran) : ran;
      }
      out.add(new Delta(value, support, s.zeroed || support == null));
    }
    return out;
  }

  /** How many nodes they take. */
  int size() {
    int n = 0;
    for (Slot s : slots) n += (s.there ? 1 : 0) + (s.masked ? 1 : 0);
    return n;
  }
}
