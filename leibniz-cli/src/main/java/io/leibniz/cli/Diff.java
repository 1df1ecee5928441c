package io.leibniz.cli;

import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Derivative;
import io.leibniz.symbolic.explain.Derivatives;
import io.leibniz.symbolic.explain.Step;
import io.leibniz.symbolic.text.Digits;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import io.leibniz.symbolic.text.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz diff}: the derivatives of an expression, as formulas, with the steps that lead to them. */
@Command(
    name = "diff",
    description = "Differentiates an expression: formulas, and the steps that lead to them.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class Diff implements Callable<Integer> {
  private static final int HIGHEST = 20, MOST = 500, PATHS = 20;

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(paramLabel = "EXPR", arity = "0..1", description = "As in \"sin(x^2)\".")
  private @Nullable String expr;

  @Option(names = "--wrt", paramLabel = "x", description = "By this variable; by all if not given.")
  private List<String> wrt = new ArrayList<>();

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "All partial derivatives of this order, 1 to 20; 1 if not given.")
  private int order = 1;

  @Option(
      names = "--at",
      paramLabel = "x=3",
      description = "Their values at a point: a number, or an expression such as pi/2.")
  private Map<String, String> at = new LinkedHashMap<>();

  @Option(names = "--steps", description = "Show how each was found.")
  private boolean steps;

  @Option(
      names = "--tree",
      description = "Draw the tree diagram: what stands inside of functions, and the paths to it.")
  private boolean tree;

  @Option(names = "--svg", paramLabel = "FILE", description = "Draw that diagram as SVG.")
  private @Nullable Path svg;

  @Option(names = "--dot", paramLabel = "FILE", description = "Write it for Graphviz.")
  private @Nullable Path dot;

  @Option(names = "--latex", description = "Print LaTeX.")
  private boolean latex;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--batch",
      description = "Answer JSON lines: {\"id\":1,\"expr\":\"sin(x^2)\",\"wrt\":\"x\"}.")
  private boolean batch;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (batch) {
      new Batch(Diff::answer).run(System.in, out);
      return 0;
    }
    if (expr == null) throw new Complaint("diff needs an expression; see `leibniz diff --help`");
    var found = Found.of(expr, null, wrt, order, Eval.point(at));
    boolean drawn = tree || svg != null || dot != null;
    var drawings = drawn ? drawings(found) : List.<ChainText>of();
    if (!drawings.isEmpty()) drawings.getFirst().save(svg, dot);
    if (json) out.println(Lines.json(found.answer()));
    else if (drawn) draw(drawings, out);
    else print(found, out);
    return 0;
  }

  static Map<String, ?> answer(Request r) {
    return Found.of(r.expr(), r.vars().orElse(null), r.wrt(), r.order().orElse(1), r.at()).answer();
  }

  /** One for each variable. */
  private List<ChainText> drawings(Found found) {
    if (order > 1) throw new Complaint("--tree shows first derivatives; leave --order out");
    if ((svg != null || dot != null) && found.all.size() != 1)
      throw new Complaint(
          "a picture shows one derivative; choose its variable with --wrt, of "
              + String.join(", ", found.f.variables()));
    String name = "f";
    while (found.f.variables().contains(name)) name += "_";
    String top = name;
    ChainRule rule = ChainRule.of(top, found.f);
    var point = new LinkedHashMap<String, Double>();
    for (int i = 0; i < found.point.length; i++)
      point.put(found.f.variables().get(i), found.point[i]);
    return found.all.stream()
        .map(d -> new ChainText(rule, top, d.wrt().getFirst(), point, PATHS))
        .toList();
  }

  private static void draw(List<ChainText> drawings, PrintWriter out) {
    if (drawings.isEmpty()) out.println("there is no variable in it: it is constant");
    else drawings.getFirst().define(out);
    for (ChainText d : drawings) {
      if (d != drawings.getFirst() || d.rule().defined().size() > 1) out.println();
      d.print(out);
    }
  }

  private void print(Found found, PrintWriter out) {
    var text = new StepsText(out);
    boolean several = found.all.size() > 1;
    if (!steps && !latex && !found.all.isEmpty()) text.function(found.f);
    for (Derivative d : found.all) {
      if (steps) text.print(d);
      else if (latex)
        out.println(
            StepsText.symbol(d.wrt(), true)
                + " "
                + Formula.of(found.f).latex()
                + " = "
                + Formula.of(d.formula()).latex());
      else text.result(found.f, d, several);
      if (!at.isEmpty() && (steps || !several))
        out.println("at " + place(found) + ":  " + Digits.six(d.at(found.point)));
    }
    if (!at.isEmpty() && several && !steps) values(found, out);
    if (found.all.isEmpty()) out.println("there is no variable in it: it is constant");
  }

  /** All at the point, under each other. */
  private static void values(Found found, PrintWriter out) {
    out.println("at " + place(found) + ":");
    for (Derivative d : found.all)
      out.println(
          "  %-10s %s"
              .formatted(
                  StepsText.symbol(d.wrt(), false).replace('d', '∂'),
                  Digits.six(d.at(found.point))));
  }

  private static String place(Found found) {
    var out = new ArrayList<String>();
    for (int i = 0; i < found.point.length; i++)
      out.add(found.f.variables().get(i) + " = " + Digits.six(found.point[i]));
    return String.join(", ", out);
  }

  /** The derivatives that were asked for. */
  record Found(String text, Expression f, int order, List<Derivative> all, double[] point) {

    static Found of(
        String text,
        @Nullable List<String> vars,
        List<String> wrt,
        int order,
        Map<String, Double> at) {
      if (order < 1 || order > HIGHEST)
        throw new Complaint(
            "--order needs a number from 1 to %d, got %d".formatted(HIGHEST, order));
      Expression f = Complaint.reading(text, () -> read(text, vars, wrt, at));
      var by = wrt.isEmpty() ? f.variables() : wrt;
      for (String x : by)
        if (!f.variables().contains(x))
          throw new Complaint(
              "there is no variable `%s` to differentiate by; variables are %s"
                  .formatted(x, f.variables()));
      if (count(by.size(), order) > MOST)
        throw new Complaint(
            "there are more than %d partial derivatives of order %d by %d variables; name some with --wrt"
                .formatted(MOST, order, by.size()));
      double[] point = new double[at.isEmpty() ? 0 : f.variables().size()];
      for (int i = 0; i < point.length; i++) {
        String x = f.variables().get(i);
        if (!(at.get(x) instanceof Double value))
          throw new Complaint(
              "there is no value for `%s`; give one, as in --at %s=1".formatted(x, x));
        point[i] = value;
      }
      return new Found(text, f, order, new Derivatives(f).all(by, order), point);
    }

    private static Expression read(
        String text, @Nullable List<String> vars, List<String> wrt, Map<String, Double> at) {
      if (vars != null) return Expression.parse(text, vars);
      var names = new TreeSet<>(Expression.parse(text).variables());
      names.addAll(wrt);
      names.addAll(at.keySet());
      return Expression.parse(text, List.copyOf(names));
    }

    private static double count(int n, int order) {
      double out = 1;
      for (int i = 1; i <= order; i++) out = out * (n + i - 1) / i;
      return out;
    }

    SequencedMap<String, Object> answer() {
      var out = new LinkedHashMap<String, Object>();
      out.put("expression", Formula.of(f).shared(Style.TEXT).formula());
      out.put("variables", f.variables());
      out.put("order", order);
      var derivatives = new ArrayList<Object>();
      var steps = new ArrayList<Step>();
      for (Derivative d : all) {
        derivatives.add(answer(d));
        steps.addAll(d.steps());
      }
      out.put("derivatives", derivatives);
      if (point.length > 0)
        out.put("value", Points.values(point, xs -> f.graph().inline(xs)).getFirst());
      out.put("steps", steps);
      return out;
    }

    private Map<String, Object> answer(Derivative d) {
      var one = new LinkedHashMap<String, Object>();
      one.put("wrt", d.wrt());
      var formula = Formula.of(d.formula()).shared(Style.TEXT);
      one.put("formula", formula.formula());
      var latex = Formula.of(d.formula()).shared(Style.LATEX);
      one.put("latex", latex.formula());
      if (!formula.where().isEmpty()) one.put("where", formula.where());
      if (!latex.where().isEmpty()) one.put("latexWhere", latex.where());
      if (!d.conditions().isEmpty())
        one.put("conditions", d.conditions().stream().map(Formula::text).toList());
      if (point.length > 0) one.put("value", d.at(point));
      return one;
    }
  }
}
