package io.leibniz.symbolic.algebra;

import static io.leibniz.transform.Law.any;
import static io.leibniz.transform.Law.full;
import static io.leibniz.transform.Law.term;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.ir.Pointwise.Binary;
import io.leibniz.ir.Pointwise.Bitwise;
import io.leibniz.ir.Pointwise.Choice;
import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.ir.Pointwise.Not;
import io.leibniz.ir.Pointwise.Unary;
import io.leibniz.transform.Law;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The laws of mathematics by which a formula is made as short as one would write it. Each holds wherever its left side is
 * defined; the right side may be defined in more places. None holds bit for bit, so only explanations use them.
 */
final class Rearranging {
  private static final Set<Unary>
      ODD =
          EnumSet.of(
              Unary.SIN,
              Unary.TAN,
              Unary.ASIN,
              Unary.ATAN,
              Unary.SINH,
              Unary.TANH,
              Unary.ASINH,
              Unary.ATANH,
              Unary.CBRT,
              Unary.ERF,
              Unary.ERFINV,
              Unary.SIGN,
              Unary.ROUND),
      EVEN =
          EnumSet.of(
              Unary.COS, Unary.COSH, Unary.SECH, Unary.GAUSS, Unary.ABS, Unary.ONE_MINUS_SQUARE);
  private static final Law.Term X = any("x"), A = any("a"), B = any("b"), P = any("p");

  private final Algebra algebra;
  private final Factoring factoring;
  private final Pairs pairs;
  private final Known known;
  private final Changes changes;
  private final Map<Node, Node> found = new HashMap<>();

  private final boolean shortest;

  Rearranging(Algebra algebra, boolean shortest) {
    this.algebra = algebra;
    this.shortest = shortest;
    this.pairs = new Pairs(algebra);
    this.factoring = new Factoring(algebra, pairs);
    this.known = new Known(algebra);
    this.changes = new Changes(algebra);
  }

  List<Law> laws() {
    var laws = new ArrayList<Law>();
    // spotless:off
    // numbers
    laws.add(law("a number as one writes it",   any("y"),                                     m -> written(m.at("y"))));
    laws.add(law("numbers are compared",        any("y"),                                     m -> compared(m.at("y"))));
    laws.add(law("a function's known value",    any("y"),                                     m -> known.value(m.at("y"))));
    // choices
    laws.add(law("if(true, a, b) = a",          term(Choice.SELECT, full(1), A, B),           m -> m.at("a")));
    laws.add(law("if(false, a, b) = b",         term(Choice.SELECT, full(0), A, B),           m -> m.at("b")));
    laws.add(law("if(p, a, a) = a",             term(Choice.SELECT, P, A, A),                 m -> m.at("a")));
    laws.add(law("if(not p, a, b) = if(p, b, a)", term(Choice.SELECT, term(new Not(), P), A, B), m -> m.at("p").select(m.at("b"), m.at("a"))));
    laws.add(law("not x = y is x != y",         term(new Not(), P),                           m -> Comparison.opposite(m.at("p"))));
    laws.add(law("not not p = p",               term(new Not(), term(new Not(), P)),          m -> m.at("p")));
    laws.add(law("p and true = p",              term(Bitwise.AND, P, full(1)),                m -> m.at("p")));
    laws.add(law("true and p = p",              term(Bitwise.AND, full(1), P),                m -> m.at("p")));
    laws.add(law("p and false = false",         term(Bitwise.AND, P, full(0)),                m -> m.at("p").like(0)));
    laws.add(law("false and p = false",         term(Bitwise.AND, full(0), P),                m -> m.at("p").like(0)));
    laws.add(law("p or false = p",              term(Bitwise.OR, P, full(0)),                 m -> m.at("p")));
    laws.add(law("false or p = p",              term(Bitwise.OR, full(0), P),                 m -> m.at("p")));
    laws.add(law("p or true = true",            term(Bitwise.OR, P, full(1)),                 m -> m.at("p").like(1)));
    laws.add(law("true or p = true",            term(Bitwise.OR, full(1), P),                 m -> m.at("p").like(1)));
    laws.add(law("p and p = p",                 term(Bitwise.AND, P, P),                      m -> m.at("p")));
    laws.add(law("p or p = p",                  term(Bitwise.OR, P, P),                       m -> m.at("p")));
    laws.add(law("if(p, if(q, a, b), b) = if(p and q, a, b)", term(Choice.SELECT, P, term(Choice.SELECT, any("q"), A, B), B), m -> m.at("q").and(m.at("p")).select(m.at("a"), m.at("b"))));
    laws.add(law("x > y and x > z = x > max(y, z)", term(Bitwise.AND, A, B),                  m -> Comparison.both(m.at("a"), m.at("b"))));
    laws.add(law("if(x > 0, x, 0) = relu(x)",   term(Choice.SELECT, P, A, full(0)),           m -> relu(m)));
    laws.add(law("if(p, a, if(p, b, c)) = if(p, a, c)", term(Choice.SELECT, P, A, term(Choice.SELECT, P, B, any("c"))), m -> m.at("p").select(m.at("a"), m.at("c"))));
    laws.add(law("if(p, if(p, a, b), c) = if(p, a, c)", term(Choice.SELECT, P, term(Choice.SELECT, P, A, B), any("c")), m -> m.at("p").select(m.at("a"), m.at("c"))));
    // functions and their inverses, each where its left side is defined
    laws.add(law("log(exp(x)) = x",             term(Unary.LOG, term(Unary.EXP, X)),          m -> m.at("x")));
    laws.add(law("exp(log(x)) = x",             term(Unary.EXP, term(Unary.LOG, X)),          m -> m.at("x")));
    laws.add(law("e^x = exp(x)",                term(Binary.POW, full(Math.E), X),            m -> m.at("x").exp()));
    laws.add(law("exp(k*log(x) + y) = x^k*exp(y)", term(Unary.EXP, X),                        m -> logsOut(m.at("x"))));
    laws.add(law("log(1 + exp(x)) = softplus(x)", term(Unary.LOG, any("s")),                  m -> logOfSum(m)));
    laws.add(law("log(sigmoid(x)) = -softplus(-x)", term(Unary.LOG, term(Unary.SIGMOID, X)),  m -> algebra.negated(algebra.negated(m.at("x")).apply(Unary.SOFTPLUS))));
    laws.add(law("log1p(exp(x)) = softplus(x)", term(Unary.LOG1P, term(Unary.EXP, X)),        m -> m.at("x").apply(Unary.SOFTPLUS)));
    laws.add(law("log1p(expm1(x)) = x",         term(Unary.LOG1P, term(Unary.EXPM1, X)),      m -> m.at("x")));
    laws.add(law("expm1(log1p(x)) = x",         term(Unary.EXPM1, term(Unary.LOG1P, X)),      m -> m.at("x")));
    laws.add(law("log(x^k) = k*log(x) for x > 0", term(Unary.LOG, term(Binary.POW, X, A)),    m -> m.at("a").mul(m.at("x").log()), m -> algebra.bounds.isPositive(m.at("x"))));
    laws.add(law("log(sqrt(x)) = log(x)/2",     term(Unary.LOG, term(Unary.SQRT, X)),         m -> m.at("x").log().div(Numbers.of(2))));
    laws.add(law("sin(asin(x)) = x",            term(Unary.SIN, term(Unary.ASIN, X)),         m -> m.at("x")));
    laws.add(law("cos(acos(x)) = x",            term(Unary.COS, term(Unary.ACOS, X)),         m -> m.at("x")));
    laws.add(law("tan(atan(x)) = x",            term(Unary.TAN, term(Unary.ATAN, X)),         m -> m.at("x")));
    laws.add(law("cos(asin(x)) = sqrt(1 - x^2)", term(Unary.COS, term(Unary.ASIN, X)),        m -> m.at("x").oneMinusSquare().apply(Unary.SQRT)));
    laws.add(law("sin(acos(x)) = sqrt(1 - x^2)", term(Unary.SIN, term(Unary.ACOS, X)),        m -> m.at("x").oneMinusSquare().apply(Unary.SQRT)));
    laws.add(law("sinh(asinh(x)) = x",          term(Unary.SINH, term(Unary.ASINH, X)),       m -> m.at("x")));
    laws.add(law("asinh(sinh(x)) = x",          term(Unary.ASINH, term(Unary.SINH, X)),       m -> m.at("x")));
    laws.add(law("cosh(acosh(x)) = x",          term(Unary.COSH, term(Unary.ACOSH, X)),       m -> m.at("x")));
    laws.add(law("tanh(atanh(x)) = x",          term(Unary.TANH, term(Unary.ATANH, X)),       m -> m.at("x")));
    laws.add(law("atanh(tanh(x)) = x",          term(Unary.ATANH, term(Unary.TANH, X)),       m -> m.at("x")));
    laws.add(law("erf(erfinv(x)) = x",          term(Unary.ERF, term(Unary.ERFINV, X)),       m -> m.at("x")));
    laws.add(law("cbrt(x^3) = x",               term(Unary.CBRT, term(Binary.POW, X, full(3))), m -> m.at("x")));
    // signs
    laws.add(law("an odd function takes the sign out", any("y"),                              m -> odd(m.at("y"))));
    laws.add(law("an even function forgets the sign",  any("y"),                              m -> even(m.at("y"))));
    laws.add(law("abs(x) = x for x >= 0",       term(Unary.ABS, X),                           m -> algebra.abs(m.at("x")), m -> algebra.abs(m.at("x")).op() != Unary.ABS));
    laws.add(law("abs(x)^2 = x^2, abs(k*x) = k*abs(x)", term(Unary.ABS, X),                   m -> absOfProduct(m.at("x"))));
    laws.add(law("sign(x) = 1 for x > 0",       term(Unary.SIGN, X),                          m -> Numbers.of(1), m -> algebra.bounds.isPositive(m.at("x"))));
    laws.add(law("sign(x) = -1 for x < 0",      term(Unary.SIGN, X),                          m -> Numbers.of(-1), m -> algebra.bounds.of(m.at("x")).isNegative()));
    laws.add(law("sign(sign(x)) = sign(x)",     term(Unary.SIGN, term(Unary.SIGN, X)),        m -> m.at("x").sign()));
    laws.add(law("max(x, x) = x",               term(Binary.MAX, X, X),                       m -> m.at("x")));
    laws.add(law("min(x, x) = x",               term(Binary.MIN, X, X),                       m -> m.at("x")));
    laws.add(law("hypot(x, 0) = abs(x)",        term(Binary.HYPOT, X, full(0)),               m -> algebra.abs(m.at("x"))));
    laws.add(law("hypot(0, x) = abs(x)",        term(Binary.HYPOT, full(0), X),               m -> algebra.abs(m.at("x"))));
    laws.add(law("both sides over what they share", any("y"),                                 m -> comparison(m.at("y"))));
    // sums and products
    for (String name : Changes.OF_PRODUCTS) laws.add(law(name, any("y"),                      m -> product(m.at("y")), m -> isProduct(m.at("y")) && changes.ofProduct(m.at("y"), product(m.at("y"))).equals(name)));
    for (String name : Changes.OF_SUMS) laws.add(law(name,     any("y"),                      m -> sum(m.at("y")),     m -> Sum.is(m.at("y")) && changes.ofSum(m.at("y"), sum(m.at("y"))).equals(name)));
    // spotless:on
    return laws;
  }

  private static Law law(String name, Law.Term left, Law.Right right) {
    return new Law(name, Law.Kind.REARRANGING, left, right, _ -> true);
  }

  private static Law law(
      String name, Law.Term left, Law.Right right, Predicate<Law.Match> condition) {
    return new Law(name, Law.Kind.REARRANGING, left, right, condition);
  }

  // ---- numbers

  private static Node written(Node y) {
    if (Numbers.written(y) instanceof Node formula) return formula;
    if (y.op() == Unary.NEG || y.op() == Binary.DIV)
      return Numbers.rational(y) instanceof Rational r && Numbers.writable(r) ? Numbers.node(r) : y;
    return Numbers.literal(y) != null
            && Numbers.rational(y) instanceof Rational r
            && Numbers.writable(r)
        ? Numbers.node(r)
        : y;
  }

  private static Node compared(Node y) {
    if (y.op() instanceof Compare c
        && Numbers.rational(y.x(0)) instanceof Rational a
        && Numbers.rational(y.x(1)) instanceof Rational b) {
      int order = a.compareTo(b);
      return Node.literal(DType.BOOL, c.of(order, 0.0) ? 1.0 : 0.0);
    }
    if (y.op() instanceof Not && (y.x(0).isFull(0) || y.x(0).isFull(1)))
      return Node.literal(DType.BOOL, y.x(0).isFull(0) ? 1.0 : 0.0);
    return y;
  }

  private Node comparison(Node y) {
    return Comparison.shortest(algebra, y);
  }

  private Node relu(Law.Match m) {
    Node p = m.at("p"), a = m.at("a");
    if (p.op() == Compare.GT && p.x(0) == a && p.x(1).isFull(0)) {
      Node decided = comparison(p);
      return decided.isFull(1) ? a : decided.isFull(0) ? a.like(0) : p.select(a, a.like(0));
    }
    return comparison(a.gt(0)) == p ? Relu.of(a) : p.select(a, a.like(0));
  }

  // ---- functions

  private Node logsOut(Node x) {
    var rest = new Sum(algebra);
    var out = new Product(algebra);
    algebra
        .sum(x)
        .terms
        .forEach(
            (m, c) -> {
              if (m.op() == Unary.LOG) out.times(m.x(0), c);
              else rest.add(m, c);
            });
    if (out.powers.isEmpty() && out.k.isOne()) return x.exp();
    return out.raise(Numbers.of(Math.E), rest.node()).node();
  }

  private Node logOfSum(Law.Match m) {
    Node s = m.at("s");
    return pairs.exponentOfOnePlusExp(s) instanceof Node u ? u.apply(Unary.SOFTPLUS) : s.log();
  }

  private Node odd(Node y) {
    if (!(y.op() instanceof Unary f) || !ODD.contains(f) || !algebra.isNegative(y.x(0))) return y;
    return algebra.negated(algebra.negated(y.x(0)).apply(f));
  }

  private Node even(Node y) {
    if (y.op() == Binary.HYPOT) {
      Node a = algebra.isNegative(y.x(0)) ? algebra.negated(y.x(0)) : y.x(0);
      Node b = algebra.isNegative(y.x(1)) ? algebra.negated(y.x(1)) : y.x(1);
      return a.hypot(b);
    }
    if (!(y.op() instanceof Unary f) || !EVEN.contains(f)) return y;
    if (y.x(0).op() == Unary.ABS) return y.x(0).x(0).apply(f);
    return algebra.isNegative(y.x(0)) ? algebra.negated(y.x(0)).apply(f) : y;
  }

  private Node absOfProduct(Node x) {
    var p = algebra.product(x);
    if (p.powers.isEmpty()) return x.abs();
    var out = new Product(algebra);
    out.k = p.k.abs();
    var inside = new Product(algebra);
    p.powers.forEach(
        (b, e) -> {
          var one = new Product(algebra).raise(b, e);
          Rational r = Numbers.rational(e);
          if (r != null && r.isEven() || algebra.bounds.isNotNegative(one.node())) out.raise(b, e);
          else inside.raise(b, e);
        });
    if (out.powers.isEmpty() && out.k.isOne()) return x.abs();
    if (!inside.powers.isEmpty()) out.raise(inside.node().abs(), Numbers.of(1));
    return out.node();
  }

  // ---- sums and products

  static boolean isProduct(Node y) {
    return y.op() == Binary.MUL
        || y.op() == Binary.DIV
        || y.op() == Binary.POW
        || y.op() == Unary.NEG
        || y.op() == Unary.SQRT
        || y.op() == Unary.RSQRT
        || y.op() == Unary.GAUSS
        || y.op() == Unary.ONE_MINUS_SQUARE && !Product.isKept(y.x(0));
  }

  private Node product(Node y) {
    Node known = found.get(y);
    if (known == null) found.put(y, known = shortestProduct(y));
    return known;
  }

  private Node shortestProduct(Node y) {
    if (algebra.size.of(y) > Tidy.MOST) return y;
    Product p = algebra.product(y);
    pairs.join(p);
    Node best = p.node();
    if (!shortest) return factoring.distributed(p) instanceof Sum s ? s.node() : best;
    // each sum over a common denominator
    for (Node sum : List.copyOf(p.powers.keySet())) {
      // p changes on the way, and with it the exponents
      if (!Sum.is(sum) || !(p.exponent(sum) instanceof Rational e) || !e.isInteger() || e.isZero())
        continue;
      Node together = factoring.best(algebra.sum(sum));
      Node over = over(sum);
      Product from = p;
      for (Node form : together == over ? List.of(together) : List.of(together, over)) {
        if (form == sum) continue;
        Product q = from.copy();
        q.powers.remove(sum);
        q.times(form, e);
        pairs.join(q);
        Node tried = q.node();
        if (algebra.size.less(tried, best)) {
          best = tried;
          p = q;
        }
      }
    }
    if (factoring.expanded(p) instanceof Sum s) {
      Node tried = factoring.best(s);
      if (algebra.size.less(tried, best)) best = tried;
    }
    if (pairs.chosen(p) instanceof Node n && algebra.size.less(n, best)) best = n;
    if (pairs.doubled(p) instanceof Product q && algebra.size.less(q.node(), best)) best = q.node();
    return best;
  }

  /** A sum over its common denominator, even if that is longer. */
  private Node over(Node sum) {
    return factoring.together(algebra.sum(sum));
  }

  private Node sum(Node y) {
    Node known = found.get(y);
    if (known == null) found.put(y, known = shortestSum(y));
    return known;
  }

  private Node shortestSum(Node y) {
    if (algebra.size.of(y) > Tidy.MOST) return y;
    Sum s = algebra.sum(y);
    pairs.join(s);
    if (!shortest) return s.node();
    Node best = factoring.best(s);
    if (algebra.size.less(y, best)) return y;
    if (pairs.chosen(s) instanceof Node n && algebra.size.less(n, best)) best = n;
    return best;
  }
}
