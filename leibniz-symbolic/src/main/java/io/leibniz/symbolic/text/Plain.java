package io.leibniz.symbolic.text;

import io.leibniz.ir.Pointwise.Compare;
import io.leibniz.symbolic.text.Phrase.*;
import io.leibniz.symbolic.text.Style.Form;
import io.leibniz.symbolic.text.Style.Hole;
import io.leibniz.symbolic.text.Style.Layout;
import io.leibniz.symbolic.text.Style.Level;
import io.leibniz.symbolic.text.Style.Opener;
import java.util.ArrayList;
import java.util.List;

/** The expression language: what is written is read back as the same graph, op by op, as far as a text can be its origin. */
final class Plain implements Layout {

  @Override
  public Form form(Phrase p, Opener inside) {
    return switch (p) {
      case Of _ -> throw new AssertionError("not opened");
      case Numeral(var k) -> number(k);
      case Truth(var holds) ->
          Form.of(Level.RELATION, holds ? "0 == 0" : "0 != 0"); // no word for it
      case Name(var name) -> Form.of(Level.ATOM, name);
      case Negative(var a) -> Form.of(Level.SIGNED, "-", new Hole(a, Level.SIGNED));
      case Sum(var a, var minus, var b) -> sum(a, minus, b, inside);
      case Product _, Quotient _ when Signs.off(p, inside, false) instanceof Phrase q ->
          Form.of(Level.SIGNED, "-", new Hole(q, Level.PRODUCT));
      case Product(var a, var b) ->
          Form.of(Level.PRODUCT, new Hole(a, Level.PRODUCT), "*", new Hole(b, Level.POWER));
      case Quotient(var a, var b) ->
          Form.of(Level.PRODUCT, new Hole(a, Level.PRODUCT), "/", new Hole(b, Level.POWER));
      case Power(var a, var b) -> power(a, b, inside);
      case Call(var f, var args) -> call(f, args);
      case Relation(var r, var a, var b) ->
          Form.of(
              Level.RELATION, new Hole(a, Level.SUM), " " + sign(r) + " ", new Hole(b, Level.SUM));
      case Not(var a) -> Form.of(Level.RELATION, "not ", new Hole(a, Level.RELATION));
      case Both(var a, var b) ->
          Form.of(Level.AND, new Hole(a, Level.AND), " and ", new Hole(b, Level.RELATION));
      case Either(var a, var b) ->
          Form.of(Level.OR, new Hole(a, Level.OR), " or ", new Hole(b, Level.AND));
      case If(var c, var a, var b) -> Form.of(Level.ATOM, "if(", c, ", ", a, ", ", b, ")");
    };
  }

  @Override
  public String open() {
    return "(";
  }

  @Override
  public String close() {
    return ")";
  }

  private static Form number(double k) {
    if (k == Math.PI) return Form.of(Level.ATOM, "pi");
    if (k == Math.E) return Form.of(Level.ATOM, "e");
    if (Double.isNaN(k)) return Form.of(Level.PRODUCT, "0/0");
    if (Double.isInfinite(k))
      return Form.of(k > 0 ? Level.PRODUCT : Level.SIGNED, k > 0 ? "1/0" : "-1/0");
    return Form.of(Digits.negative(k) ? Level.SIGNED : Level.ATOM, Digits.shortest(k));
  }

  private static Form sum(Phrase a, boolean minus, Phrase b, Opener inside) {
    if (!minus && Signs.off(b, inside, false) instanceof Phrase term) // no text's graph
    return Form.of(Level.SUM, new Hole(a, Level.SUM), " - ", new Hole(term, Level.PRODUCT));
    return Form.of(
        Level.SUM, new Hole(a, Level.SUM), minus ? " - " : " + ", new Hole(b, Level.SIGNED));
  }

  /** A sign may stand in an exponent: x^-2. And (e)^x is a power, which e^x is not: that is exp(x). */
  private static Form power(Phrase a, Phrase b, Opener inside) {
    boolean e = inside.open(a) instanceof Numeral(var k) && k == Math.E;
    Object base = e ? "(e)" : new Hole(a, Level.ATOM);
    return inside.open(b) instanceof Negative(var exponent)
        ? Form.of(Level.POWER, base, "^-", new Hole(exponent, Level.POWER))
        : Form.of(Level.POWER, base, "^", new Hole(b, Level.POWER));
  }

  private static Form call(String f, List<Phrase> args) {
    var pieces = new ArrayList<Object>();
    pieces.add(f + "(");
    for (int i = 0; i < args.size(); i++) {
      if (i > 0) pieces.add(", ");
      pieces.add(args.get(i));
    }
    pieces.add(")");
    return Form.of(Level.ATOM, pieces.toArray());
  }

  private static String sign(Compare r) {
    return switch (r) {
      case LT -> "<";
      case LE -> "<=";
      case GT -> ">";
      case GE -> ">=";
      case EQ -> "==";
      case NE -> "!=";
    };
  }
}
