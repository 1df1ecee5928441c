package io.leibniz.cli;

import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Claim;
import io.leibniz.symbolic.text.Digits;
import io.leibniz.symbolic.text.Equations;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz check}: is a claimed derivative right, and if not, what is wrong with it? */
@Command(
    name = "check",
    description =
        "Says whether a claimed derivative is right, and if not which edge or term is wrong. Exit status 1: it is wrong.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class CheckCommand implements Callable<Integer> {
  private static final int NEGATIVE = 1, HIGHEST = 6;

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(
      paramLabel = "EXPR",
      arity = "0..1",
      description = "As in \"sin(x^2)\", or equations: \"z = x*y; x = t^2; y = exp(t)\".")
  private @Nullable String expr;

  @Option(
      names = "--claim",
      paramLabel = "CLAIM",
      description = "What the derivative is said to be.")
  private @Nullable String claim;

  @Option(
      names = "--of",
      paramLabel = "z",
      description = "Of equations: the derivative of this; of the last in the chain if not given.")
  private @Nullable String of;

  @Option(
      names = "--wrt",
      paramLabel = "x",
      description = "By this; may be left out where there is one variable only.")
  private List<String> wrt = new ArrayList<>();

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "The order of the derivative; 1 if not given.")
  private int order = 1;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--batch",
      description =
          "Answer JSON lines: {\"id\":1,\"expr\":\"sin(x^2)\",\"wrt\":\"x\",\"claim\":\"2*x*cos(x^2)\"}.")
  private boolean batch;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (batch) {
      new Batch(CheckCommand::answer).run(System.in, out);
      return 0;
    }
    if (expr == null) throw new Complaint("check needs an expression; see `leibniz check --help`");
    if (claim == null)
      throw new Complaint("say what the derivative is claimed to be, as in --claim \"2*x\"");
    var asked = asked(List.of(expr), claim, of, wrt, order, null);
    var verdict = asked.verdict();
    if (json) out.println(Lines.json(json(verdict)));
    else print(verdict, out);
    return verdict.correct() ? 0 : NEGATIVE;
  }

  static Map<String, ?> answer(Request r) {
    var texts = r.has("equations") ? r.equations() : List.of(r.expr());
    String claim =
        r.claim()
            .orElseThrow(
                () -> new Complaint("the request has no `claim`; add {\"claim\":\"2*x\"}"));
    return json(
        asked(
                texts,
                claim,
                r.of().orElse(null),
                r.wrt(),
                r.order().orElse(1),
                r.vars().orElse(null))
            .verdict());
  }

  private static Claim asked(
      List<String> texts,
      String claim,
      @Nullable String of,
      List<String> wrt,
      int order,
      @Nullable List<String> vars) {
    if (order < 1 || order > HIGHEST)
      throw new Complaint("--order needs a number from 1 to %d, got %d".formatted(HIGHEST, order));
    boolean equations =
        texts.size() > 1 || texts.getFirst().contains("=") && isEquations(texts.getFirst());
    if (!equations) {
      String text = texts.getFirst();
      Expression f =
          Complaint.reading(
              text, () -> vars == null ? Expression.parse(text) : Expression.parse(text, vars));
      var names = new TreeSet<>(f.variables());
      names.addAll(wrt);
      Expression said = said(claim, names);
      return Claim.of(
          Complaint.reading(text, () -> Expression.parse(text, List.copyOf(names))),
          by(wrt, order, f.variables()),
          said);
    }
    String all = String.join("\n", texts);
    var rule = new ChainRule(Complaint.reading(all, () -> Equations.parse(texts).definitions()));
    String top = of == null ? rule.defined().stream().reduce((a, b) -> b).orElseThrow() : of;
    if (!rule.defined().contains(top))
      throw new Complaint(
          "--of `%s`: no equation defines it; names are %s"
              .formatted(top, String.join(", ", rule.defined())));
    var names = new TreeSet<>(rule.leaves());
    names.addAll(rule.defined());
    names.addAll(wrt);
    for (String x : wrt)
      if (!rule.leaves().contains(x) && !rule.defined().contains(x))
        throw new Complaint(
            "--wrt `%s`: no such name in the equations; names are %s"
                .formatted(x, String.join(", ", names)));
    return new Claim(rule, top, by(wrt, order, rule.leaves()), said(claim, names));
  }

  /** Whether there is an {@code =} that is no part of a comparison. */
  private static boolean isEquations(String text) {
    return text.replaceAll("[<>=!]=", "").contains("=");
  }

  private static Expression said(String claim, TreeSet<String> names) {
    return Complaint.reading(claim, () -> Expression.parse(claim, List.copyOf(names)));
  }

  private static List<String> by(List<String> wrt, int order, List<String> variables) {
    if (wrt.size() == order && order > 1) return wrt;
    if (wrt.size() > 1)
      throw new Complaint(
          "name one variable with --wrt, or as many as the order; got %d for order %d"
              .formatted(wrt.size(), order));
    if (wrt.isEmpty() && variables.size() != 1)
      throw new Complaint(
          "say by what the derivative is, as in --wrt %s"
              .formatted(variables.isEmpty() ? "x" : variables.getFirst()));
    return Collections.nCopies(order, wrt.isEmpty() ? variables.getFirst() : wrt.getFirst());
  }

  private static SequencedMap<String, Object> json(Claim.Verdict v) {
    var out = new LinkedHashMap<String, Object>();
    out.put("correct", v.correct());
    out.put(
        "expected",
        v.expected().shared(Style.TEXT).where().isEmpty()
            ? v.expected().text()
            : v.expected().shared(Style.TEXT));
    v.witness()
        .ifPresent(
            w -> {
              out.put("witness", w.point());
              out.put("expectedValue", w.expected());
              out.put("claimedValue", w.claimed());
            });
    if (!v.wrong().isEmpty()) out.put("wrong", v.wrong());
    if (!v.hiding().isEmpty()) out.put("hidden", v.hiding());
    return out;
  }

  private static void print(Claim.Verdict v, PrintWriter out) {
    var right = v.expected().shared(Style.SCREEN);
    if (v.correct()) {
      fold("right: it is " + right.formula(), out);
      out.println("   compared at %d points".formatted(v.compared()));
      return;
    }
    fold((v.witness().isPresent() ? "wrong: " : "undecided: ") + v.wrong(), out);
    fold("   right  " + right.formula(), out);
    right.where().forEach(p -> fold("          where " + p.name() + " = " + p.formula(), out));
    v.witness()
        .ifPresent(
            w ->
                fold(
                    "   at %s   claimed %s   right %s"
                        .formatted(
                            place(w.point()), Digits.six(w.claimed()), Digits.six(w.expected())),
                    out));
    if (!v.hiding().isEmpty())
      out.println(
          "   at %s %s agree, so a test there would have passed"
              .formatted(
                  v.hiding().stream()
                      .map(CheckCommand::place)
                      .collect(Collectors.joining(" and at ")),
                  v.hiding().size() > 1 ? "they" : "both"));
  }

  private static void fold(String text, PrintWriter out) {
    Folded.lines(text, "       ").forEach(out::println);
  }

  private static String place(Map<String, Double> point) {
    return point.entrySet().stream()
        .map(e -> e.getKey() + " = " + Digits.six(e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
