package io.leibniz;

import io.leibniz.ir.DType;

/** A·x = b for a matrix that is known as a function only, by products with it. */
final class Krylov {
  private Krylov() {}

  private static final int BASIS = 30;

  private static Tensor scalar(Tensor like, double k) {
    return Tensor.full(like.dtype(), k);
  }

  private static Tensor size(Tensor x) {
    return x.square().sum().sqrt();
  }

  /**
   * Conjugate gradients, for a symmetric positive definite A: Hestenes and Stiefel (1952). Stops at a residual of {@code
   * tolerance} times the size of b, or where A curves downwards, with the x it has.
   */
  static Tensor cg(Fn<Tensor, Tensor> a, Tensor b, double tolerance) {
    record State(Tensor x, Tensor r, Tensor p, Tensor rr, Tensor up) {}
    Tensor zero = b.times(0), enough = b.square().sum().times(tolerance * tolerance);
    return Flow.whileLoop(
            new State(zero, b, b, b.square().sum(), Tensor.of(true)),
            s -> s.rr.gt(enough).and(s.up),
            s -> {
              Tensor ap = a.of(s.p), curve = s.p.dot(ap);
              Tensor up = curve.gt(0);
              Tensor step = up.select(s.rr.over(curve), scalar(b, 0));
              Tensor r = s.r.minus(ap.times(step)), rr = r.square().sum();
              return new State(
                  s.x.plus(s.p.times(step)), r, r.plus(s.p.times(rr.over(s.rr))), rr, up);
            },
            10L * b.size() + 10)
        .x;
  }

  /**
   * GMRES, begun anew every {@value #BASIS} products: Saad and Schultz (1986). Each vector of the basis is made orthogonal twice.
   * Stops at a residual of {@code tolerance} times the size of b, or where a new start no longer helps.
   */
  static Tensor gmres(Fn<Tensor, Tensor> a, Tensor b, double tolerance) {
    record State(Tensor x, Tensor r, Tensor size, Tensor helps) {}
    int n = b.size(), m = Math.min(n, BASIS);
    Tensor enough = size(b).times(tolerance);
    return Flow.whileLoop(
            new State(b.times(0), b, size(b), Tensor.of(true)),
            s -> s.size.gt(enough).and(s.helps),
            s -> {
              Tensor x = s.x.plus(step(a, s.r, s.size, n, m));
              Tensor r = b.minus(a.of(x)), size = size(r);
              Tensor helps = size.lt(s.size.times(0.9));
              Tensor better = size.lt(s.size);
              return new State(
                  better.select(x, s.x), better.select(r, s.r), better.select(size, s.size), helps);
            },
            10L * n + 10)
        .x;
  }

  /** The vector of the space that r, A·r, A²·r, … span which brings A·x nearest to r. */
  private static Tensor step(Fn<Tensor, Tensor> a, Tensor r, Tensor size, int n, int m) {
    record Basis(Tensor v, Tensor h, Tensor grows) {}
    DType t = r.dtype();
    Tensor first = r.over(size).reshape(1, n);
    var built =
        Flow.fori(
            m,
            new Basis(
                Tensor.concat(0, first, Tensor.zeros(t, m, n)),
                Tensor.zeros(t, m + 1, m),
                Tensor.of(true)),
            (Tensor j, Basis s) -> {
              Tensor w = a.of(s.v.take(j, 0));
              Tensor h1 = s.v.matmul(w), w1 = w.minus(h1.matmul(s.v));
              Tensor h2 = s.v.matmul(w1), w2 = w1.minus(h2.matmul(s.v));
              Tensor next = size(w2);
              // what is left of A·v is rounding: the space is complete
              Tensor grows = s.grows.and(next.gt(size(w).times(t == DType.F64 ? 1e-14 : 1e-6)));
              Tensor unit = grows.select(w2.over(next), scalar(r, 0));
              Tensor below = Tensor.arange(m + 1).eq(j.plus(1));
              Tensor column =
                  h1.plus(h2).plus(below.select(grows.select(next, scalar(r, 0)), scalar(r, 0)));
              Tensor kept = s.grows.select(column, scalar(r, 0)).reshape(m + 1, 1);
              Tensor zero = Tensor.of(0L), place = Tensor.stack(0, zero, j);
              Tensor row = Tensor.stack(0, j.plus(1), zero);
              return new Basis(
                  s.v.dynamicUpdate(unit.reshape(1, n), row),
                  s.h.dynamicUpdate(kept, place),
                  grows);
            });
    // least squares |size·e₁ − H·y| without squaring H: the rest and y together
    Tensor h = built.h;
    Tensor used = h.abs().max(new int[] {0}, false).gt(0);
    Tensor idle = used.not().cast(t).times(Tensor.eye(t, m)).neg();
    Tensor all =
        Tensor.concat(
            0, Tensor.concat(1, Tensor.eye(t, m + 1), h), Tensor.concat(1, h.transpose(), idle));
    Tensor right = Tensor.concat(0, size.reshape(1), Tensor.zeros(t, 2 * m));
    Tensor y = Linalg.solve(all, right).slice(Range.from(m + 1));
    return y.matmul(built.v.slice(Range.to(m)));
  }

  /** The greatest factor by which A lengthens a vector, from below, by {@code turns} products with A and Aᵀ. */
  static Tensor norm(Fn<Tensor, Tensor> a, Fn<Tensor, Tensor> transposed, Tensor start, int turns) {
    record State(Tensor v, Tensor factor) {}
    return Flow.fori(
            turns,
            new State(start.over(size(start)), scalar(start, 0)),
            (Tensor i, State s) -> {
              Tensor w = a.of(s.v), back = transposed.of(w), length = size(back);
              Tensor alive = length.gt(0);
              return new State(alive.select(back.over(length), s.v), size(w));
            })
        .factor;
  }
}
