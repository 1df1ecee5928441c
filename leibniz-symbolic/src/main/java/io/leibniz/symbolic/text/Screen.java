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
import org.jspecify.annotations.Nullable;

/** For people at a terminal: products without signs where they need none, powers raised where letters for them exist. */
final class Screen implements Layout {
  private static final double EXACT = 1e15;

  private static final String PLAIN = "0123456789−abcdefghijklmnoprstuvwxyz";
  private static final String RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ";

  @Override
  public Form form(Phrase p, Opener inside) {
    return switch (p) {
      case Of _ -> throw new AssertionError("not opened");
      case Numeral(var k) -> number(k);
      case Truth(var holds) -> Form.of(Level.ATOM, String.valueOf(holds));
      case Name(var name) -> Form.of(Level.ATOM, name);
      case Negative(var a) -> Form.of(Level.SIGNED, "−", new Hole(a, Level.PRODUCT));
      case Sum(var a, var minus, var b) -> sum(a, minus, b, inside);
      case Product _, Quotient _ when Signs.off(p, inside, true) instanceof Phrase q ->
          Form.of(Level.SIGNED, "−", new Hole(q, Level.PRODUCT));
      case Product(var a, var b) ->
          Form.of(
              Level.PRODUCT,
              new Hole(a, Level.PRODUCT),
              touch(inside.open(a), inside.open(b), inside) ? "" : "·",
              new Hole(b, Level.POWER));
      case Quotient(var a, var b) ->
          Form.of(Level.PRODUCT, new Hole(a, Level.PRODUCT), "/", new Hole(b, Level.POWER));
      case Power(var a, var b) -> power(new Hole(a, Level.ATOM), b, inside);
      case Call(var f, var args) -> call(f, args, inside);
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
    if (k == Math.PI) return Form.of(Level.ATOM, "π");
    if (k == Math.E) return Form.of(Level.ATOM, "e");
    if (Double.isNaN(k)) return Form.of(Level.ATOM, "NaN");
    String sign = Digits.negative(k) ? "−" : "";
    double size = Math.abs(k);
    boolean whole = size == Math.rint(size) && size < EXACT; // coefficients are exact
    String digits = whole ? Long.toString((long) size) : Digits.six(size);
    return Form.of(sign.isEmpty() ? Level.ATOM : Level.SIGNED, sign + digits);
  }

  /** a + (−b) is a − b. */
  private static Form sum(Phrase a, boolean minus, Phrase b, Opener inside) {
    Phrase term = Signs.off(b, inside, true);
    boolean negative = minus == (term == null);
    return Form.of(
        Level.SUM,
        new Hole(a, Level.SUM),
        negative ? " − " : " + ",
        new Hole(term == null ? b : term, Level.PRODUCT));
  }

  /** 2x, xy, 2(x + 1), 2π, but 2·3, 2·(1/3), 1·x, 2·e, x·sin(y) and x²·y. */
  static boolean touch(Phrase a, Phrase b, Opener inside) {
    if (a instanceof Numeral(var k)) {
      Phrase first = b instanceof Power(var base, _) ? inside.open(base) : b;
      boolean digits = first instanceof Numeral(var m) && m != Math.PI;
      boolean factor = k != 1 && k != Math.PI && k != Math.E && Math.abs(k) < 1e7;
      return factor && !digits && !(b instanceof Quotient);
    }
    Phrase last = a instanceof Product(_, var l) ? inside.open(l) : a;
    return inside.letters() && last instanceof Name && b instanceof Name;
  }

  private static Form power(Object base, Phrase exponent, Opener inside) {
    String raised = raised(simple(exponent, inside));
    return raised != null
        ? Form.of(Level.POWER, base, raised)
        : Form.of(Level.POWER, base, "^", new Hole(exponent, Level.ATOM));
  }

  /** A number, a letter, their product, or the negative of one; null for anything else. */
  private static @Nullable String simple(Phrase p, Opener inside) {
    return switch (inside.open(p)) {
      case Numeral(var k) when k == Math.rint(k) && Math.abs(k) < 1000 ->
          Digits.shortest(k).replace('-', '−');
      case Name(var name) when name.length() == 1 -> name;
      case Negative(var a) when !(inside.open(a) instanceof Negative) -> {
        String of = simple(a, inside);
        yield of == null || of.startsWith("−") ? null : "−" + of;
      }
      case Product(var a, var b)
          when inside.open(a) instanceof Numeral && inside.open(b) instanceof Name -> {
        String k = simple(a, inside), x = simple(b, inside);
        yield k == null || x == null ? null : k + x;
      }
      case Phrase _ -> null;
    };
  }

  private static @Nullable String raised(@Nullable String simple) {
    if (simple == null) return null;
    var out = new StringBuilder();
    for (int i = 0; i < simple.length(); i++) {
      int at = PLAIN.indexOf(simple.charAt(i));
      if (at < 0) return null;
      out.append(RAISED.charAt(at));
    }
    return out.toString();
  }

  private static Form call(String f, List<Phrase> args, Opener inside) {
    Phrase x = args.getFirst();
    return switch (f) {
      case "exp" -> {
        String raised = raised(simple(x, inside));
        yield raised == null ? plain("exp", args) : Form.of(Level.POWER, "e", raised);
      }
      case "sqrt" -> Form.of(Level.POWER, "√", new Hole(x, Level.ATOM));
      case "cbrt" -> Form.of(Level.POWER, "∛", new Hole(x, Level.ATOM));
      case "abs" -> Form.of(Level.ATOM, "|", x, "|");
      case "floor" -> Form.of(Level.ATOM, "⌊", x, "⌋");
      case "ceil" -> Form.of(Level.ATOM, "⌈", x, "⌉");
      case "sigmoid" -> plain("σ", args);
      case "gamma" -> plain("Γ", args);
      case "digamma" -> plain("ψ", args);
      case "log2" -> plain("log₂", args);
      case "log10" -> plain("log₁₀", args);
      case "polygamma" -> {
        String raised = raised(simple(x, inside));
        yield plain(raised == null ? "ψ" : "ψ⁽" + raised + "⁾", args.subList(1, 2));
      }
      default -> plain(f, args);
    };
  }

  private static Form plain(String f, List<Phrase> args) {
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
      case LE -> "≤";
      case GT -> ">";
      case GE -> "≥";
      case EQ -> "=";
      case NE -> "≠";
    };
  }
}
