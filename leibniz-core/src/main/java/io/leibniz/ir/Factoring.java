package io.leibniz.ir;

import static io.leibniz.ir.Dependence.CURVED;
import static io.leibniz.ir.Matrix.columns;
import static io.leibniz.ir.Matrix.places;
import static io.leibniz.ir.Matrix.product;
import static io.leibniz.ir.Matrix.rows;
import static io.leibniz.ir.Matrix.transpose;
import static io.leibniz.ir.Pointwise.Compare.EQ;
import static io.leibniz.ir.Pointwise.Compare.GE;
import static io.leibniz.ir.Pointwise.Compare.GT;
import static io.leibniz.ir.Pointwise.Compare.LE;
import static io.leibniz.ir.Pointwise.Compare.LT;

import io.leibniz.ir.Pointwise.Binary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A matrix written as a product of several, which are the op's results and move together: the product rule for dA, split by what
 * the factors are (Qᵀ·dQ is antisymmetric where Q has orthonormal columns, dR is upper triangular), gives all their tangents at
 * once, linear in dA. These are products of the factors themselves, so that the family is closed.
 *
 * <p>Equal eigenvalues leave open which vectors span their space: such vectors have no derivative, and theirs is NaN. The other
 * vectors have theirs, and a symmetric function of the values, Σ f(wᵢ), has its first derivative everywhere. In its second one stand the
 * tangents of the vectors, so that it is NaN even where it exists: the limit of (f′(wⱼ) − f′(wᵢ)) / (wⱼ − wᵢ) is not to be had from the
 * numbers f′(wᵢ).
 *
 * <p>The rules are those of Walter and Lehmann, <em>Algorithmic differentiation of linear algebra functions with application in
 * optimum experimental design</em> (2010) for QR, of Giles (2008) for eigenvectors, and of Townsend, <em>Differentiating the singular
 * value decomposition</em> (2016).
 */
public sealed interface Factoring extends Linalg {

  /** The types of the results, of a matrix of this type. */
  List<Type> types(Type a);

  /** How the results {@code ys} move when the matrix moves by {@code da}. */
  List<@Nullable Delta> tangents(List<Node> ys, Node da);

  /**
   * A = Q·R of a matrix with no more columns than rows: Q [.., m, n] has orthonormal columns, R [.., n, n] is upper triangular and
   * its diagonal not negative. A matrix of dependent columns is factored, too, but its tangents divide by a zero of R.
   */
  record Qr() implements Factoring {
    @Override
    public List<Type> types(Type a) {
      tall(this, a);
      return List.of(a, squareOf(a));
    }

    /**
     * C = dA·R⁻¹ = dQ + Q·dR·R⁻¹, where X = dR·R⁻¹ is upper triangular and Qᵀ·C is X and something antisymmetric: X is its upper
     * triangle and what is below, reflected.
     */
    @Override
    public List<@Nullable Delta> tangents(List<Node> ys, Node da) {
      Node q = ys.get(0), r = ys.get(1);
      Node c = transpose(Node.of(new TriangularSolve(false, true), r, transpose(da)));
      Node within = product(q, true, c);
      Node diagonal = places(EQ, r.shape()), above = places(LT, r.shape());
      Node x = diagonal.select(within, above.select(within.add(transpose(within)), r.like(0)));
      return List.of(
          Delta.of(c.sub(product(q, x))), Delta.of(product(x, r), places(LE, r.shape())));
    }

    @Override
    public String toString() {
      return "qr";
    }
  }

  /**
   * A = V·diag(w)·Vᵀ of the symmetric matrix that the lower triangle of A [.., n, n] describes; the other triangle is not read.
   * Eigenvalues w [.., n] rise; in the columns of V [.., n, n] stand orthonormal vectors, the component of greatest magnitude positive.
   */
  record Eigh() implements Factoring {
    @Override
    public List<Type> types(Type a) {
      Linalg.square(this, a);
      return List.of(valuesOf(a), a);
    }

    /** Of M = Vᵀ·dA·V the diagonal is dw, and mᵢⱼ / (wⱼ − wᵢ), off the diagonal, is Vᵀ·dV. */
    @Override
    public List<@Nullable Delta> tangents(List<Node> ys, Node da) {
      Node w = ys.get(0), v = ys.get(1);
      Shape s = v.shape();
      Node av = product(places(GE, s).select(da, transpose(da)), v);
      Node apart = apart(w, s), m = product(v, true, av);
      Node turn = quotient(apart, m, columns(w, s).sub(rows(w, s)));
      Node dv = product(v, turn).add(columns(unresolved(apart, m), s));
      return List.of(Delta.of(diagonal(v, av)), Delta.of(dv));
    }

    @Override
    public String toString() {
      return "eigh";
    }
  }

  /**
   * A = U·diag(s)·Vᵀ of a matrix with no more columns than rows: U [.., m, n] and V [.., n, n] have orthonormal columns, singular values s
   * [.., n] fall, none negative. The results are U, s and Vᵀ; the component of greatest magnitude in each column of U is positive.
   *
   * <p>A singular value 0 has a kink, as |x| does at 0, and gets the slope of one side. Where A has more rows than columns, the
   * column of U beside it could be any, and its tangent is NaN.
   */
  record Svd() implements Factoring {
    @Override
    public List<Type> types(Type a) {
      tall(this, a);
      return List.of(a, valuesOf(a), squareOf(a));
    }

    /**
     * Of P = Uᵀ·dA·V the diagonal is ds. With E and K, its symmetric and its antisymmetric part, and G = eᵢⱼ / (sⱼ − sᵢ), H = kᵢⱼ /
     * (sⱼ + sᵢ) off the diagonal: Uᵀ·dU = G + H, Vᵀ·dV = G − H, without the squares sⱼ² − sᵢ² of the usual form. What of dA·V is
     * outside of U's columns turns them out of their space.
     */
    @Override
    public List<@Nullable Delta> tangents(List<Node> ys, Node da) {
      Node u = ys.get(0), s = ys.get(1), vt = ys.get(2);
      Shape square = vt.shape(), tall = u.shape();
      Node av = product(da, transpose(vt)), p = product(u, true, av), pt = transpose(p);
      Node apart = apart(s, square), unresolved = unresolved(apart, p);
      Node left = rows(s, square), right = columns(s, square);
      Node g = quotient(apart, p.add(pt).times(0.5), right.sub(left));
      Node h = quotient(apart, p.sub(pt).times(0.5), right.add(left));
      Node du = product(u, g.add(h)).add(columns(unresolved, tall));
      Node dvt = product(h.sub(g), vt).add(rows(unresolved, square));
      if (!tall.equals(square)) {
        Node outside = av.sub(product(u, p)).div(columns(s, tall));
        du = du.add(columns(counts(s), tall).domain(outside));
      }
      return List.of(Delta.of(du), Delta.of(diagonal(u, av)), Delta.of(dvt));
    }

    @Override
    public String toString() {
      return "svd";
    }
  }

  @Override
  default Kind.Tuple kind(List<Kind> x) {
    if (x.getFirst() instanceof Type a) return new Kind.Tuple(List.copyOf(types(a)));
    throw new AssertionError(this + " of " + x.getFirst());
  }

  @Override
  default Type type(List<Type> x) {
    throw new AssertionError(this + " has several results");
  }

  @Override
  default Dependence on(int operand) {
    return CURVED;
  }

  // ---- shapes

  private static void tall(Factoring op, Type a) {
    Linalg.matrices(op, a);
    int r = a.shape().rank();
    if (a.shape().dim(r - 2) < a.shape().dim(r - 1))
      throw new ShapeException(
          op + " needs no more columns than rows, got " + a + "; transpose it, or slice a block");
  }

  /** [.., m, n] -> [.., n, n]. */
  private static Type squareOf(Type a) {
    Shape s = a.shape();
    int r = s.rank();
    return a.with(s.sub(0, r - 2).concat(Shape.of(s.dim(r - 1), s.dim(r - 1))));
  }

  /** [.., m, n] -> [.., n]. */
  private static Type valuesOf(Type a) {
    Shape s = a.shape();
    return a.with(s.without(List.of(s.rank() - 2)));
  }

  // ---- the algebra of the rules

  /** The diagonal of aᵀ·b, element by element, so that structural zeros stay what they are. */
  private static Node diagonal(Node a, Node b) {
    return a.mul(b).sum(List.of(a.shape().rank() - 2));
  }

  /**
   * Whether w_i and w_j are told apart; nothing is from itself. What differs by no more than rounding counts as equal, and so do two values that
   * are 0 but for the rounding of the greatest: no digit of a difference quotient would be left, and NaN is better than noise.
   */
  private static Node apart(Node w, Shape to) {
    Node left = rows(w, to), right = columns(w, to), counts = counts(w);
    Node size = Node.of(Binary.MAX, left.abs(), right.abs());
    return right
        .sub(left)
        .abs()
        .compare(GT, size.times(rounding(w.type())))
        .and(rows(counts, to).or(columns(counts, to)));
  }

  /** Whether w_j is more than the rounding of the greatest. */
  private static Node counts(Node w) {
    Shape s = w.shape();
    int axis = s.rank() - 1;
    if (s.dim(axis) == 0) return w.gt(0);
    Node top = Node.of(new Reduction.Extreme(List.of(axis), false), w.abs());
    return w.abs().compare(GT, top.times(rounding(w.type())).broadcast(s, List.of(axis)));
  }

  /** By which part of the greater one two of the values {@code w} [.., n] may differ and still count as equal. */
  static double rounding(Type w) {
    int n = w.shape().dim(w.shape().rank() - 1);
    return 4 * n * (w.dtype() == DType.F32 ? 0x1p-23 : 0x1p-52);
  }

  /** a / b where {@code p} holds, elsewhere 0; nothing is divided by 0. */
  private static Node quotient(Node p, Node a, Node b) {
    return p.select(a.div(p.select(b, b.like(1))), a.like(0));
  }

  /**
   * For each j NaN if w_j is not apart from all others, else 0: what is added to the tangent of vector j. Linear in {@code m}, so that pulled
   * back it is NaN, too, but not for a vector whose cotangent is a structural zero; a NaN in {@link #quotient} would meet the number 0 there.
   */
  private static Node unresolved(Node apart, Node m) {
    Shape s = m.shape();
    return apart.or(places(EQ, s)).domain(m.times(0)).sum(List.of(s.rank() - 2));
  }
}
