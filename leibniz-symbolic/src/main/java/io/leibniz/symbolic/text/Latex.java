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
import java.util.Set;
import java.util.regex.Pattern;

/** LaTeX as KaTeX renders it. */
final class Latex implements Layout {
  private static final Pattern INDEXED = Pattern.compile("(\\p{L}+)_?(\\d+)");
  private static final String GREEK = "αβγδεζηθικλμνξοπρςστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ΢ΣΤΥΦΧΨΩϑϕϖϰϱϵ";
  private static final List<String> GREEK_NAMES =
      List.of(
          ("alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau"
                  + " upsilon varphi chi psi omega Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi"
                  + " Omicron Pi Rho Rho Sigma Tau Upsilon Phi Chi Psi Omega vartheta phi varpi varkappa varrho epsilon")
              .split(" "));
  private static final Set<String> SPELLED =
      Set.of(
          "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
          "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
          "omega");

  @Override
  public Form form(Phrase p, Opener inside) {
    return switch (p) {
      case Of _ -> throw new AssertionError("not opened");
      case Numeral(var k) -> number(k);
      case Truth(var holds) -> Form.of(Level.ATOM, "\\text{%s}".formatted(holds));
      case Name(var name) -> Form.of(Level.ATOM, name(name));
      case Negative(var a) -> Form.of(Level.SIGNED, "-", new Hole(a, Level.PRODUCT));
      case Sum(var a, var minus, var b) -> sum(a, minus, b, inside);
      case Product _ when Signs.off(p, inside, true) instanceof Phrase q ->
          Form.of(Level.SIGNED, "-", new Hole(q, Level.PRODUCT));
      case Product(var a, var b) ->
          Form.of(
              Level.PRODUCT,
              new Hole(a, Level.PRODUCT),
              Screen.touch(inside.open(a), inside.open(b), inside) ? " " : " \\cdot ",
              new Hole(b, Level.POWER));
      case Quotient(var a, var b) -> Form.of(Level.POWER, "\\frac{", a, "}{", b, "}");
      case Power(var a, var b) -> Form.of(Level.POWER, new Hole(a, Level.ATOM), "^{", b, "}");
      case Call(var f, var args) -> call(f, args);
      case Relation(var r, var a, var b) ->
          Form.of(
              Level.RELATION, new Hole(a, Level.SUM), " " + sign(r) + " ", new Hole(b, Level.SUM));
      case Not(var a) -> Form.of(Level.RELATION, "\\neg ", new Hole(a, Level.ATOM));
      case Both(var a, var b) ->
          Form.of(Level.AND, new Hole(a, Level.AND), " \\land ", new Hole(b, Level.RELATION));
      case Either(var a, var b) ->
          Form.of(Level.OR, new Hole(a, Level.OR), " \\lor ", new Hole(b, Level.AND));
      case If(var c, var a, var b) ->
          Form.of(
              Level.RELATION,
              "\\begin{cases} ",
              a,
              " & \\text{if } ",
              c,
              " \\\\ ",
              b,
              " & \\text{otherwise} \\end{cases}");
    };
  }

  @Override
  public String open() {
    return "\\left(";
  }

  @Override
  public String close() {
    return "\\right)";
  }

  private static Form number(double k) {
    if (k == Math.PI) return Form.of(Level.ATOM, "\\pi");
    if (k == Math.E) return Form.of(Level.ATOM, "e");
    if (Double.isNaN(k)) return Form.of(Level.ATOM, "\\mathrm{NaN}");
    String sign = Digits.negative(k) ? "-" : "";
    if (Double.isInfinite(k)) return Form.of(Level.SIGNED, sign + "\\infty");
    String digits = Digits.shortest(Math.abs(k));
    int e = digits.indexOf('e');
    if (e < 0) return Form.of(sign.isEmpty() ? Level.ATOM : Level.SIGNED, sign + digits);
    return Form.of(
        sign.isEmpty() ? Level.PRODUCT : Level.SIGNED,
        "%s%s \\cdot 10^{%s}".formatted(sign, digits.substring(0, e), digits.substring(e + 1)));
  }

  private static String name(String name) {
    if (name.length() == 1) return letter(name);
    if (SPELLED.contains(name)) return "\\" + name;
    var indexed = INDEXED.matcher(name);
    if (indexed.matches()) return name(indexed.group(1)) + "_{" + indexed.group(2) + "}";
    var out = new StringBuilder("\\mathrm{");
    for (int i = 0; i < name.length(); i++) {
      String c = letter(name.substring(i, i + 1));
      out.append(c.startsWith("\\") ? "{" + c + "}" : c);
    }
    return out.append('}').toString();
  }

  private static String letter(String c) {
    if (c.equals("_")) return "\\_";
    int greek = GREEK.indexOf(c);
    return greek < 0 ? c : "\\" + GREEK_NAMES.get(greek);
  }

  private static Form sum(Phrase a, boolean minus, Phrase b, Opener inside) {
    Phrase term = Signs.off(b, inside, true);
    boolean negative = minus == (term == null);
    return Form.of(
        Level.SUM,
        new Hole(a, Level.SUM),
        negative ? " - " : " + ",
        new Hole(term == null ? b : term, Level.PRODUCT));
  }

  private static Form call(String f, List<Phrase> args) {
    Phrase x = args.getFirst();
    return switch (f) {
      case "exp" -> Form.of(Level.POWER, "e^{", x, "}");
      case "sqrt" -> Form.of(Level.ATOM, "\\sqrt{", x, "}");
      case "cbrt" -> Form.of(Level.ATOM, "\\sqrt[3]{", x, "}");
      case "abs" -> Form.of(Level.ATOM, "\\left|", x, "\\right|");
      case "floor" -> Form.of(Level.ATOM, "\\left\\lfloor ", x, "\\right\\rfloor");
      case "ceil" -> Form.of(Level.ATOM, "\\left\\lceil ", x, "\\right\\rceil");
      case "polygamma" -> Form.of(Level.ATOM, "\\psi^{(", x, ")}\\left(", args.get(1), "\\right)");
      default -> plain(command(f), args);
    };
  }

  private static Form plain(String f, List<Phrase> args) {
    var pieces = new ArrayList<Object>();
    pieces.add(f + "\\left(");
    for (int i = 0; i < args.size(); i++) {
      if (i > 0) pieces.add(", ");
      pieces.add(args.get(i));
    }
    pieces.add("\\right)");
    return Form.of(Level.ATOM, pieces.toArray());
  }

  private static String command(String f) {
    return switch (f) {
      case "sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "min", "max" ->
          "\\" + f;
      case "asin", "acos", "atan" -> "\\arc" + f.substring(1);
      case "log" -> "\\ln";
      case "log2" -> "\\log_{2}";
      case "log10" -> "\\log_{10}";
      case "gamma" -> "\\Gamma";
      case "digamma" -> "\\psi";
      case "sigmoid" -> "\\sigma";
      default -> "\\operatorname{" + f + "}";
    };
  }

  private static String sign(Compare r) {
    return switch (r) {
      case LT -> "<";
      case LE -> "\\le";
      case GT -> ">";
      case GE -> "\\ge";
      case EQ -> "=";
      case NE -> "\\ne";
    };
  }
}
