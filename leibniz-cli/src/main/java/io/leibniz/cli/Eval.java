package io.leibniz.cli;

import io.leibniz.symbolic.text.Digits;
import io.leibniz.symbolic.text.Expression;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz eval}: an expression at a point, with its gradient and its Hessian. */
@Command(
    name = "eval",
    description = "Evaluates an expression, its gradient and its Hessian at a point.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class Eval implements Callable<Integer> {
  private static final String DEFAULT_MODE = "reverse";

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(paramLabel = "EXPR", arity = "0..1", description = "As in \"x^2 + sin(x*y)\".")
  private @Nullable String expr;

  @Option(
      names = "--at",
      paramLabel = "x=3",
      description = "The value of a variable, a number or an expression such as pi/2.")
  private Map<String, String> at = new LinkedHashMap<>();

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "0: the value; 1: its gradient too; 2: its Hessian too. 1 if not given.")
  private int order = 1;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "symbolic, forward, reverse, compiled or all, which compares them; reverse if not given.")
  private String mode = DEFAULT_MODE;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--batch",
      description = "Answer JSON lines: {\"id\":1,\"expr\":\"x^2\",\"at\":{\"x\":3},\"order\":1}.")
  private boolean batch;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (batch) {
      new Batch(this::answer).run(System.in, out);
      return 0;
    }
    if (expr == null) throw new Complaint("eval needs an expression; see `leibniz eval --help`");
    var point = point(at);
    var evaluation = Evaluation.of(expr, List.copyOf(point.keySet()), point, order, mode);
    if (json) out.println(Lines.json(evaluation.answer()));
    else print(evaluation, out);
    return 0;
  }

  Map<String, ?> answer(Request r) {
    var point = r.at();
    return Evaluation.of(
            r.expr(),
            r.vars().orElseGet(() -> List.copyOf(point.keySet())),
            point,
            r.order().orElse(order),
            r.mode().orElse(mode))
        .answer();
  }

  /** What {@code --at} says. */
  static Map<String, Double> point(Map<String, String> at) {
    var point = new LinkedHashMap<String, Double>();
    at.forEach((name, text) -> point.put(name, value(text)));
    return point;
  }

  private static double value(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      Expression k = Complaint.reading(text, () -> Expression.parse(text, List.of()));
      return Points.values(new double[0], xs -> k.graph().inline(xs)).getFirst();
    }
  }

  private static void print(Evaluation e, PrintWriter out) {
    Local y = e.local();
    var names = e.f().variables();
    int wide = Math.max(5, names.stream().mapToInt(String::length).max().orElse(0) + 3);
    String row = "%-" + wide + "s  %s";
    out.println(row.formatted("value", Digits.six(y.value())));
    for (int i = 0; i < y.gradient().size(); i++)
      out.println(row.formatted("∂/∂" + names.get(i), Digits.six(y.gradient().get(i))));
    if (!y.hessian().isEmpty()) {
      out.println("Hessian");
      out.println(" ".repeat(wide) + columns(names));
      for (int i = 0; i < names.size(); i++)
        out.println(
            ("%" + wide + "s").formatted(names.get(i))
                + columns(y.hessian().get(i).stream().map(Digits::six).toList()));
    }
    if (e.mode().equals("all")) {
      out.println("largest relative difference from the symbolic result");
      e.agreement(y).forEach((m, d) -> out.println("  %-9s %s".formatted(m, small(d))));
    }
  }

  private static String columns(List<String> entries) {
    var out = new StringBuilder();
    for (String e : entries) out.append("  %12s".formatted(e));
    return out.toString();
  }

  private static String small(double difference) {
    return difference == 0 ? "0" : String.format(Locale.ROOT, "%.1e", difference);
  }
}
