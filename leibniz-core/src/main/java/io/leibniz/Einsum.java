package io.leibniz;

import io.leibniz.ir.Contraction.Contract;
import io.leibniz.ir.DType;
import io.leibniz.ir.Movement;
import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Einstein's sum convention on top of {@code Contract}: diagonals are taken and axes that stand in one
 * operand only are summed before operands meet, two at a time from the left.
 */
final class Einsum {
  private Einsum() {}

  private record Labelled(Tensor x, String labels) {}

  static Tensor of(String formula, Tensor... xs) {
    String text = formula.replace(" ", "");
    int arrow = text.indexOf("->");
    String[] in = (arrow < 0 ? text : text.substring(0, arrow)).split(",", -1);
    String out = arrow < 0 ? implied(String.join("", in)) : text.substring(arrow + 2);
    if (in.length != xs.length)
      throw new ShapeException(
          "einsum %s names %d operands, but %d were given"
              .formatted(formula, in.length, xs.length));
    if (out.chars().distinct().count() != out.length())
      throw new ShapeException(
          "einsum %s: a label stands twice in the result; name each once".formatted(formula));
    for (char c : out.toCharArray())
      if (String.join("", in).indexOf(c) < 0)
        throw new ShapeException(
            "einsum %s: the result's label %s stands in no operand".formatted(formula, c));
    var left = new ArrayList<Labelled>();
    for (int i = 0; i < xs.length; i++) {
      if (!in[i].chars().allMatch(Character::isLetter) || in[i].length() != xs[i].rank())
        throw new ShapeException(
            "einsum %s: operand %d has shape %s but labels \"%s\"; give one letter for each axis"
                .formatted(formula, i, xs[i].shape(), in[i]));
      left.add(diagonal(new Labelled(xs[i], in[i])));
    }
    while (left.size() > 1) {
      Labelled a = left.removeFirst(), b = left.removeFirst();
      left.addFirst(
          meet(a, b, left.stream().map(Labelled::labels).collect(Collectors.joining()) + out));
    }
    Labelled y = summed(left.getFirst(), out);
    return y.labels.equals(out) ? y.x : y.x.transpose(out.chars().map(y.labels::indexOf).toArray());
  }

  /** The labels that stand once, in alphabetical order. */
  private static String implied(String all) {
    return all.chars()
        .filter(c -> all.indexOf(c) == all.lastIndexOf(c))
        .sorted()
        .mapToObj(c -> String.valueOf((char) c))
        .collect(Collectors.joining());
  }

  private static Labelled meet(Labelled a, Labelled b, String later) {
    Labelled l = summed(a, b.labels + later), r = summed(b, a.labels + later);
    String out =
        (l.labels + r.labels)
            .chars()
            .distinct()
            .filter(c -> later.indexOf(c) >= 0)
            .mapToObj(c -> String.valueOf((char) c))
            .collect(Collectors.joining());
    return new Labelled(Tensor.op(new Contract(l.labels, r.labels, out), l.x, r.x), out);
  }

  /** Without the axes that nothing else names. */
  private static Labelled summed(Labelled a, String needed) {
    int[] axes =
        a.labels.chars().filter(c -> needed.indexOf(c) < 0).map(a.labels::indexOf).toArray();
    if (axes.length == 0) return a;
    String kept =
        a.labels
            .chars()
            .filter(c -> needed.indexOf(c) >= 0)
            .mapToObj(c -> String.valueOf((char) c))
            .collect(Collectors.joining());
    return new Labelled(a.x.sum(axes), kept);
  }

  /** Where a label stands twice, the elements whose two indices agree: the others masked and the axis summed away. */
  private static Labelled diagonal(Labelled a) {
    for (int j = 0; j < a.labels.length(); j++) {
      int i = a.labels.indexOf(a.labels.charAt(j));
      if (i == j) continue;
      if (a.x.dim(i) != a.x.dim(j))
        throw new ShapeException(
            "einsum: axis %s is %d and %d in one operand"
                .formatted(a.labels.charAt(j), a.x.dim(i), a.x.dim(j)));
      Shape s = Shape.of(a.x.dim(i), a.x.dim(j));
      Tensor same =
          Tensor.op(new Source.Iota(DType.I64, s, 0))
              .eq(Tensor.op(new Source.Iota(DType.I64, s, 1)));
      var others = new ArrayList<>(a.x.shape().axes());
      others.removeAll(List.of(i, j));
      Tensor mask = Tensor.op(new Movement.Broadcast(a.x.shape(), List.copyOf(others)), same);
      Tensor x = mask.select(a.x, Tensor.zeros(a.x.dtype())).sum(j);
      return diagonal(new Labelled(x, a.labels.substring(0, j) + a.labels.substring(j + 1)));
    }
    return a;
  }
}
