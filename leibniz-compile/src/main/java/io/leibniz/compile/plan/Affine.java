package io.leibniz.compile.plan;

import io.leibniz.ir.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code constant + Σ coefs[d] · i[d]}, i the place in the domain of a kernel. */
record Affine(int constant, List<Integer> coefs) {

  static Affine zero(int dims) {
    return new Affine(0, Collections.nCopies(dims, 0));
  }

  /** The coordinate along axis {@code d}. */
  static Affine axis(int dims, int d) {
    var coefs = new ArrayList<>(Collections.nCopies(dims, 0));
    coefs.set(d, 1);
    return new Affine(0, coefs);
  }

  Affine plus(Affine b) {
    var sum = new ArrayList<Integer>();
    for (int d = 0; d < coefs.size(); d++) sum.add(coefs.get(d) + b.coefs.get(d));
    return new Affine(constant + b.constant, sum);
  }

  Affine times(int k) {
    return new Affine(constant * k, coefs.stream().map(c -> c * k).toList());
  }

  Affine plus(int k) {
    return new Affine(constant + k, coefs);
  }

  /** The coordinates of a place in {@code shape}, each along one axis of the domain. */
  static List<Affine> identity(Shape shape) {
    var all = new ArrayList<Affine>();
    for (int d = 0; d < shape.rank(); d++) all.add(axis(shape.rank(), d));
    return all;
  }

  /** The place of an element in the row-major order of {@code shape}. */
  static Affine flat(Shape shape, List<Affine> index, int dims) {
    Affine sum = zero(dims);
    int[] strides = shape.strides();
    for (int a = 0; a < strides.length; a++) sum = sum.plus(index.get(a).times(strides[a]));
    return sum;
  }

  /** The same places of {@code domain}: along an axis of one place nothing changes. */
  Affine in(Shape domain) {
    var out = new ArrayList<Integer>();
    for (int d = 0; d < coefs.size(); d++) out.add(domain.dim(d) <= 1 ? 0 : coefs.get(d));
    return new Affine(constant, out);
  }

  /** The coordinates in {@code shape} of row-major place {@code flat}; null where they are not affine in the domain. */
  static @Nullable List<Affine> split(Affine flat, Shape shape, Shape domain) {
    int[] strides = shape.strides();
    int rank = strides.length, dims = domain.rank();
    if (shape.size() == 0) return Collections.nCopies(rank, zero(dims)); // of no place
    int[][] coefs = new int[rank][dims];
    int[] constants = new int[rank];
    long[] reach = new long[rank];
    int rest = flat.constant;
    if (rest < 0) return null;
    for (int a = 0; a < rank; a++) {
      if (shape.dim(a) == 1) continue;
      constants[a] = rest / strides[a];
      rest -= constants[a] * strides[a];
      reach[a] = constants[a];
    }
    if (rest != 0) return null;
    for (int d = 0; d < dims; d++) {
      int c = flat.coefs.get(d);
      if (c == 0 || domain.dim(d) <= 1) continue;
      if (c < 0) return null;
      boolean placed = false;
      for (int a = 0; a < rank && !placed; a++) {
        if (shape.dim(a) == 1 || c % strides[a] != 0) continue;
        long more = (long) (c / strides[a]) * (domain.dim(d) - 1);
        if (reach[a] + more >= shape.dim(a)) continue;
        coefs[a][d] = c / strides[a];
        reach[a] += more;
        placed = true;
      }
      if (!placed) return null;
    }
    var out = new ArrayList<Affine>();
    for (int a = 0; a < rank; a++)
      out.add(new Affine(constants[a], Arrays.stream(coefs[a]).boxed().toList()));
    return out;
  }
}
