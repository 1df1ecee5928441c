package io.leibniz.ir;

import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.Pointwise.Compare;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The algebra of the rules of {@link Linalg}: the last two axes hold a matrix, those before run together. */
final class Matrix {
  private Matrix() {}

  /** a·b. */
  static Node product(Node a, Node b) {
    return product(a, false, b);
  }

  /** a·b or aᵀ·b. */
  static Node product(Node a, boolean transposed, Node b) {
    String lead = leading(a);
    return Node.of(new Contract(lead + (transposed ? "ji" : "ij"), lead + "jk", lead + "ik"), a, b);
  }

  static Node transpose(Node x) {
    int r = x.shape().rank();
    return x.permute(
        IntStream.range(0, r).map(i -> i < r - 2 ? i : 2 * r - 3 - i).boxed().toList());
  }

  /** One label for each axis before the last two. */
  static String leading(Node x) {
    return IntStream.range(0, x.shape().rank() - 2)
        .mapToObj(i -> String.valueOf((char) ('A' + i)))
        .collect(Collectors.joining());
  }

  /** Where the row's index stands in this relation to the column's: GE is the lower triangle, EQ the diagonal. */
  static Node places(Compare relation, Shape s) {
    int r = s.rank();
    return Node.of(new Source.Iota(DType.I64, s, r - 2))
        .compare(relation, Node.of(new Source.Iota(DType.I64, s, r - 1)));
  }

  /** A matrix of shape {@code to} with w_i in all of row i. */
  static Node rows(Node w, Shape to) {
    return w.broadcast(to, List.of(to.rank() - 1));
  }

  /** A matrix of shape {@code to} with w_j in all of column j. */
  static Node columns(Node w, Shape to) {
    return w.broadcast(to, List.of(to.rank() - 2));
  }
}
