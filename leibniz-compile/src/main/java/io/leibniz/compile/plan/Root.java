package io.leibniz.compile.plan;

import io.leibniz.compile.emit.Loop.Fold;
import io.leibniz.compile.lane.Expr;
import io.leibniz.compile.lane.Prim;
import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Node;
import io.leibniz.ir.Reduction;
import io.leibniz.ir.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that a kernel writes: the product of {@code factors}, most often only one, at each place of {@code domain}, to element
 * {@code to} of {@code out}; or, where {@code fold} says so, all values that meet in one element combined.
 *
 * @param owner the node whose memory {@code out} is
 * @param clear whether other elements of {@code out} are 0
 * @param lanes the places along the last axis that count; null for all
 */
record Root(
    Node owner,
    List<Factor> factors,
    Shape domain,
    Buffer out,
    Affine to,
    Fold.@Nullable Kind fold,
    boolean clear,
    Access.@Nullable Guard lanes) {
  Root(
      Node owner,
      List<Factor> factors,
      Shape domain,
      Buffer out,
      Affine to,
      Fold.@Nullable Kind fold,
      boolean clear) {
    this(owner, factors, domain, out, to, fold, clear, null);
  }

  Root {
    to = to.in(domain);
  }

  /** A node, and the places in its shape. */
  record Factor(Node node, List<Affine> index) {}

  /** All elements of {@code n}, as they are. */
  static Root whole(Node n, Buffer out) {
    Shape s = n.shape();
    var index = Affine.identity(s);
    return new Root(
        n, List.of(new Factor(n, index)), s, out, Affine.flat(s, index, s.rank()), null, false);
  }

  /** The operand of a pad among zeros. */
  static Root pad(Node n, Movement.Pad pad, Buffer out) {
    Shape from = n.x(0).shape();
    var index = Affine.identity(from);
    var to = new ArrayList<Affine>();
    for (int i = 0; i < from.rank(); i++)
      to.add(index.get(i).times(pad.interior().get(i) + 1).plus(pad.low().get(i)));
    return new Root(
        n,
        List.of(new Factor(n.x(0), index)),
        from,
        out,
        Affine.flat(n.shape(), to, from.rank()),
        null,
        true);
  }

  /** The operands of a concatenation, one after another. */
  static List<Root> concat(Node n, int axis, Buffer out) {
    var all = new ArrayList<Root>();
    int before = 0;
    for (Node x : n.operands()) {
      Shape s = x.shape();
      var index = Affine.identity(s);
      var to = new ArrayList<>(index);
      to.set(axis, index.get(axis).plus(before));
      before += s.dim(axis);
      all.add(
          new Root(
              n,
              List.of(new Factor(x, index)),
              s,
              out,
              Affine.flat(n.shape(), to, s.rank()),
              null,
              false));
    }
    return all;
  }

  static Root reduction(Node n, List<Integer> axes, Fold.Kind kind, Buffer out) {
    Shape s = n.x(0).shape();
    var index = Affine.identity(s);
    var kept = new ArrayList<Affine>();
    for (int a = 0; a < s.rank(); a++) if (!axes.contains(a)) kept.add(index.get(a));
    return new Root(
        n,
        List.of(new Factor(n.x(0), index)),
        s,
        out,
        Affine.flat(n.shape(), kept, s.rank()),
        kind,
        false);
  }

  static Root reduction(Node n, Buffer out) {
    return n.op() instanceof Reduction.Extreme(var axes, var least)
        ? reduction(n, axes, least ? Fold.Kind.MIN : Fold.Kind.MAX, out)
        : reduction(n, ((Reduction.Sum) n.op()).axes(), Fold.Kind.SUM, out);
  }

  /** A contraction as a sum of products over its own axes and those that are summed. */
  static Root products(Node n, Contract c, Buffer out) {
    String labels = labels(c);
    Shape full = full(n, c);
    String made = c.result();
    var to = new ArrayList<Affine>();
    for (int i = 0; i < made.length(); i++) to.add(Affine.axis(full.rank(), i));
    boolean summed = labels.length() > made.length();
    return new Root(
        n,
        List.of(
            new Factor(n.x(0), places(c.left(), labels)),
            new Factor(n.x(1), places(c.right(), labels))),
        full,
        out,
        Affine.flat(n.shape(), to, full.rank()),
        summed ? Fold.Kind.SUM : null,
        false);
  }

  /** The labels of the result, then those that are summed over. */
  static String labels(Contract c) {
    var all = new StringBuilder(c.result());
    for (char l : c.left().toCharArray()) if (c.result().indexOf(l) < 0) all.append(l);
    return all.toString();
  }

  /** The extents along {@link #labels}. */
  static Shape full(Node n, Contract c) {
    String labels = labels(c);
    int[] dims = new int[labels.length()];
    for (int i = 0; i < dims.length; i++) {
      int l = c.left().indexOf(labels.charAt(i)), r = c.right().indexOf(labels.charAt(i));
      dims[i] = l >= 0 ? n.x(0).shape().dim(l) : n.x(1).shape().dim(r);
    }
    return Shape.of(dims);
  }

  static List<Affine> places(String of, String labels) {
    var out = new ArrayList<Affine>();
    for (char l : of.toCharArray()) out.add(Affine.axis(labels.length(), labels.indexOf(l)));
    return out;
  }

  /** Whether each element is stored where it is computed, and all of them are. */
  boolean plain() {
    return fold == null && factors.size() == 1 && factors.getFirst().node == owner;
  }

  /** The value to store or fold, in a region of the root's domain; 0 in the lanes that are none of its own. */
  Expr value(Region region) {
    Expr e = null;
    for (Factor f : factors) {
      Expr x = region.of(f.node, f.index, lanes);
      e = e == null ? x : e.times(x);
    }
    Expr value = Objects.requireNonNull(e);
    return lanes == null
        ? value
        : region.block().of(new Prim.Inside(region.guard(lanes))).choose(value, value.like(0));
  }

  /** The same sum in a domain with a few more places along the last axis; null if it is none. */
  @Nullable Root within(Shape wider) {
    int last = domain.rank() - 1;
    if (fold != Fold.Kind.SUM
        || lanes != null
        || last < 0
        || wider.rank() != domain.rank()
        || !wider.with(last, domain.dim(last)).equals(domain)
        || domain.dim(last) <= 1
        || to.coefs().get(last) != 0
        || wider.dim(last) <= domain.dim(last)
        || wider.dim(last) - domain.dim(last) > MORE) return null;
    return new Root(
        owner, factors, wider, out, to, fold, clear, new Access.Guard(0, domain.dim(last)));
  }

  private static final int MORE = 16;

  /** The same in a domain of as many places whose axes are finer; null where this one's are no parts of it. */
  @Nullable Root in(Shape finer) {
    if (finer.equals(domain)) return this;
    if (!plain()) return null;
    int dims = finer.rank();
    Affine flat = Affine.flat(finer, Affine.identity(finer), dims);
    var index = Affine.split(flat, domain, finer);
    return index == null
        ? null
        : new Root(owner, List.of(new Factor(owner, index)), finer, out, flat, null, false);
  }
}
