package io.leibniz.cli;

import io.leibniz.check.Differences;
import io.leibniz.symbolic.text.Digits;
import io.leibniz.symbolic.text.Expression;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz numeric}: what differences make of a derivative, step by step. */
@Command(
    name = "numeric",
    description = "Compares differences of every step size with the exact derivative.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class Numeric implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(paramLabel = "EXPR", description = "As in \"sin(x)*exp(x)\".")
  private String expr = "";

  @Option(
      names = "--at",
      paramLabel = "x=3",
      description = "The value of a variable, a number or an expression such as pi/2.")
  private Map<String, String> at = new LinkedHashMap<>();

  @Option(
      names = "--wrt",
      paramLabel = "x",
      description = "The variable that moves; needed if there are several.")
  private @Nullable String wrt;

  @Option(names = "--png", paramLabel = "FILE", description = "Save the plot as a picture.")
  private @Nullable Path png;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    var point = Eval.point(at);
    var names = List.copyOf(point.keySet());
    Expression f = Complaint.reading(expr, () -> Expression.parse(expr, names));
    int i = names.indexOf(moving(names));
    double[] x = point.values().stream().mapToDouble(Double::doubleValue).toArray();
    StepSizes s = StepSizes.of(f, x, i);
    PrintWriter out = spec.commandLine().getOut();
    var plot = new ErrorPlot(s);
    if (png != null) Files.write(png, plot.png("∂/∂%s of %s".formatted(names.get(i), expr)));
    if (json) out.println(Lines.json(s));
    else print(s, plot, names.get(i), StepSizes.differences(f, x, i), out);
    return 0;
  }

  private String moving(List<String> names) {
    if (wrt == null && names.size() == 1) return names.getFirst();
    if (wrt != null && names.contains(wrt)) return wrt;
    if (names.isEmpty()) throw new Complaint("numeric needs a point; give one, as in --at x=1");
    throw new Complaint(
        "numeric needs the one variable that moves; choose one with --wrt, of "
            + String.join(", ", names));
  }

  private static void print(
      StepSizes s, ErrorPlot plot, String name, Differences d, PrintWriter out) {
    plot.text().forEach(out::println);
    out.println();
    line(out, "forward ○", s, StepSizes.Row::forward);
    line(out, "central ●", s, StepSizes.Row::central);
    if (s.without() == null) line(out, "complex ×", s, StepSizes.Row::complex);
    else out.println("no complex step: " + s.without());
    out.println(
        "%-12s %-22s off by %s"
            .formatted(
                "richardson",
                Digits.shortest(s.richardson()),
                size(StepSizes.error(s.richardson(), s.exact()))));
    if (d.kink())
      out.println(
          "a kink: %s from the left, %s from the right; what follows is a convention"
              .formatted(Digits.six(d.left()), Digits.six(d.right())));
    out.println("∂/∂%s = %s".formatted(name, Digits.shortest(s.exact())));
  }

  private static void line(
      PrintWriter out, String name, StepSizes s, Function<StepSizes.Row, @Nullable Double> slope) {
    StepSizes.best(name, s.rows(), s.exact(), slope)
        .ifPresent(
            b ->
                out.println(
                    "%-12s %-22s off by %-8s at h = %s"
                        .formatted(
                            name,
                            Digits.shortest(b.value()),
                            size(b.error()),
                            Digits.shortest(b.h()))));
  }

  private static String size(double error) {
    return error == 0 ? "0" : String.format(Locale.ROOT, "%.1e", error);
  }
}
