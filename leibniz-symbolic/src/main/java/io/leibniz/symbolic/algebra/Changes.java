package io.leibniz.symbolic.algebra;

import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Unary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** By which law a sum or a product became what it is now: the name under which a reader knows it. */
final class Changes {
  private static final String NONE = "",
      ZERO_FACTOR = "0*a = 0",
      ONE_FACTOR = "1*a = a",
      POWER_OF_ONE = "a^1 = a, a^0 = 1",
      NUMBERS = "numbers are multiplied",
      ORDER = "a*b = b*a: numbers first, then names, then functions",
      POWERS = "a^m*a^n = a^(m + n)",
      ROOTS = "a^(1/2) = sqrt(a)",
      CHOICES = "a*if(p, b, c) = if(p, a*b, a*c)",
      OPENED = "a*(b + c) = a*b + a*c",
      DOUBLED = "2*sin(x)*cos(x) = sin(2*x)",
      FACTORS = "factors that make one",
      ZERO_TERM = "a + 0 = a",
      ADDED = "numbers are added",
      LIKE = "m*a + n*a = (m + n)*a",
      COMMON = "a*b + a*c = a*(b + c)",
      CHOSEN = "if(p, a, b) + if(p, c, d) = if(p, a + c, b + d)",
      SUM_ORDER = "a + b = b + a: by falling degree, numbers last",
      TERMS = "terms that make one";
  static final List<String>
      OF_PRODUCTS =
          List.of(
              ZERO_FACTOR,
              ONE_FACTOR,
              POWER_OF_ONE,
              NUMBERS,
              ORDER,
              POWERS,
              ROOTS,
              CHOICES,
              OPENED,
              DOUBLED,
              FACTORS),
      OF_SUMS = List.of(ZERO_TERM, ADDED, LIKE, COMMON, CHOSEN, SUM_ORDER, TERMS);

  private final Algebra algebra;

  Changes(Algebra algebra) {
    this.algebra = algebra;
  }

  String ofProduct(Node y, Node now) {
    if (y == now) return NONE;
    var before = leaves(y, Binary.MUL, Binary.DIV);
    if (now.isFull(0) && before.stream().anyMatch(n -> n.isFull(0))) return ZERO_FACTOR;
    if (y.op() == Binary.POW && (y.x(1).isFull(1) || y.x(1).isFull(0))) return POWER_OF_ONE;
    if (y.op() == Binary.POW && now.op() == Unary.SQRT) return ROOTS;
    if (Numbers.rational(now) != null) return NUMBERS;
    if (now.op() == Choice.SELECT) return CHOICES;
    if (Sum.is(now)) return OPENED;
    var after = leaves(now, Binary.MUL, Binary.DIV);
    if (before.stream().anyMatch(n -> n.isFull(1)) && before.size() == after.size() + 1)
      return ONE_FACTOR;
    if (new HashSet<>(before).equals(new HashSet<>(after)) && before.size() == after.size())
      return ORDER;
    Product p = algebra.product(y), q = algebra.product(now);
    for (Node base : q.powers.keySet()) {
      if (p.powers.containsKey(base) || Sum.is(base)) continue;
      boolean doubled = base.op() == Unary.SIN || base.op() == Unary.SINH;
      if (doubled && p.powers.keySet().stream().anyMatch(b -> b.op() == base.op())) return DOUBLED;
      return FACTORS;
    }
    if (numbers(before) > numbers(after)) return NUMBERS;
    return p.powers.keySet().containsAll(q.powers.keySet()) ? POWERS : FACTORS;
  }

  String ofSum(Node y, Node now) {
    if (y == now) return NONE;
    var before = leaves(y, Binary.ADD, Binary.SUB);
    if (before.stream().anyMatch(n -> n.isFull(0))) return ZERO_TERM;
    if (Numbers.rational(now) != null && numbers(before) == before.size()) return ADDED;
    if (now.op() == Choice.SELECT) return CHOSEN;
    if (now.op() == Binary.MUL || now.op() == Binary.DIV || now.op() == Unary.NEG) {
      var terms = algebra.sum(y).terms.keySet();
      return terms.size() < 2 ? LIKE : COMMON;
    }
    var after = leaves(now, Binary.ADD, Binary.SUB);
    if (new HashSet<>(before).equals(new HashSet<>(after)) && before.size() == after.size())
      return SUM_ORDER;
    if (numbers(before) > 1
        && numbers(after) < numbers(before)
        && before.size() - after.size() == numbers(before) - numbers(after)) return ADDED;
    if (after.size() < before.size())
      return algebra.sum(y).terms.size() < before.size() ? LIKE : TERMS;
    return after.size() == before.size() ? COMMON : TERMS;
  }

  private static long numbers(List<Node> leaves) {
    return leaves.stream().filter(n -> Numbers.rational(n) != null).count();
  }

  private static List<Node> leaves(Node y, Binary a, Binary b) {
    var out = new ArrayList<Node>();
    var open = new ArrayDeque<Node>();
    open.push(y);
    while (open.poll() instanceof Node n) {
      if (n.op() == a || n.op() == b && Numbers.rational(n) == null) {
        open.push(n.x(1));
        open.push(n.x(0));
      } else if (n.op() == Unary.NEG) open.push(n.x(0));
      else out.add(n);
    }
    return out;
  }
}
