package io.leibniz.ir;

import static io.leibniz.ir.Dependence.Zeros.ENDED;
import static io.leibniz.ir.Dependence.linear;

import java.util.List;

/** Bilinear ops: sums of products. Each is a trilinear form with one of its three slots left open. */
public sealed interface Contraction extends Op {

  /**
   * {@code result[c] = Σ left[a] · right[b]}, where equal labels run together and those not in the
   * result are summed over, in rising order. Matmul is {@code ij,jk->ik}. A label is one character, at
   * most once in each of the three, and in two of them at least: so any two of them determine the
   * third, and the adjoints are contractions with the labels permuted.
   */
  record Contract(String left, String right, String result) implements Contraction {
    @Override
    public Type type(List<Type> x) {
      Type l = x.get(0), r = x.get(1);
      if (l.dtype() != r.dtype() || !l.dtype().isFloat())
        throw new ShapeException(
            this + " needs floats of one dtype, got " + l + " and " + r + "; cast one of them");
      labelled(left, l, "left");
      labelled(right, r, "right");
      for (String labels : List.of(left, right, result))
        if (labels.chars().distinct().count() != labels.length())
          throw new ShapeException(
              this + ": a label stands twice in " + labels + "; take the diagonal first");
      for (char c : (left + right + result).toCharArray())
        if (has(left, c) + has(right, c) + has(result, c) < 2)
          throw new ShapeException(
              this + ": axis " + c + " stands in one place only; sum or broadcast it apart");
      for (int i = 0; i < left.length(); i++) {
        int j = right.indexOf(left.charAt(i));
        if (j >= 0 && l.shape().dim(i) != r.shape().dim(j))
          throw new ShapeException(
              "%s: axis %s is %d on the left but %d on the right"
                  .formatted(this, left.charAt(i), l.shape().dim(i), r.shape().dim(j)));
      }
      int[] dims = new int[result.length()];
      for (int i = 0; i < dims.length; i++) {
        int j = left.indexOf(result.charAt(i));
        dims[i] = j >= 0 ? l.shape().dim(j) : r.shape().dim(right.indexOf(result.charAt(i)));
      }
      return l.with(Shape.of(dims));
    }

    private void labelled(String labels, Type t, String side) {
      if (labels.length() != t.shape().rank())
        throw new ShapeException(
            "%s: the %s operand has shape %s, but %d labels; give one label for each axis"
                .formatted(this, side, t.shape(), labels.length()));
    }

    private static int has(String labels, char c) {
      return labels.indexOf(c) >= 0 ? 1 : 0;
    }

    @Override
    public Dependence on(int operand) {
      return operand == 0
          ? linear(0, ENDED, (ct, y) -> Node.of(new Contract(result, right, left), ct, y.x(1)))
          : linear(1, ENDED, (ct, y) -> Node.of(new Contract(left, result, right), y.x(0), ct));
    }

    @Override
    public String toString() {
      return "contract " + left + "," + right + "->" + result;
    }
  }
}
