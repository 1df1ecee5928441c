package io.leibniz.cli;

import io.leibniz.ir.Lists;
import io.leibniz.symbolic.explain.ImplicitFunction;
import io.leibniz.symbolic.text.Digits;
import io.leibniz.symbolic.text.Equations;
import io.leibniz.symbolic.text.Expression;
import io.leibniz.symbolic.text.Formula;
import io.leibniz.symbolic.text.Nearest;
import io.leibniz.symbolic.text.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leibniz implicit}: the derivatives of what equations define. */
@Command(
    name = "implicit",
    description = "Differentiates numbers that equations define as functions of others.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class ImplicitCommand implements Callable<Integer> {
  private static final int HIGHEST = 8;

  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(
      paramLabel = "EQUATIONS",
      arity = "0..1",
      description = "As in \"x^2 + y^2 = 1\"; several are separated by `;`.")
  private @Nullable String equations;

  @Option(
      names = "--dep",
      paramLabel = "y",
      split = ",",
      description = "What the equations define, as many as there are equations.")
  private List<String> dep = new ArrayList<>();

  @Option(names = "--wrt", paramLabel = "x", split = ",", description = "As a function of what.")
  private List<String> wrt = new ArrayList<>();

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "Derivatives up to this order; 2 if not given.")
  private int order = 2;

  @Option(
      names = "--at",
      paramLabel = "x=0.6",
      description = "The values at a point: a number, or an expression such as sqrt(2).")
  private Map<String, String> at = new LinkedHashMap<>();

  @Option(names = "--solve", description = "The point is a guess: move onto the curve first.")
  private boolean solve;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--batch",
      description =
          "Answer JSON lines: {\"id\":1,\"equations\":[\"x^2+y^2=1\"],\"dep\":[\"y\"],\"wrt\":\"x\",\"at\":{…}}.")
  private boolean batch;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (batch) {
      new Batch(this::answer).run(System.in, out);
      return 0;
    }
    if (equations == null)
      throw new Complaint("implicit needs an equation; see `leibniz implicit --help`");
    var asked = Asked.of(List.of(equations), null, dep, wrt, order, Eval.point(at), solve);
    if (json) out.println(Lines.json(asked.answer()));
    else asked.print(out);
    return 0;
  }

  Map<String, ?> answer(Request r) {
    var texts = r.has("equations") ? r.equations() : List.of(r.expr());
    return Asked.of(
            texts,
            r.vars().orElse(null),
            r.dep(),
            r.wrt(),
            r.order().orElse(order),
            r.at(),
            r.solve())
        .answer();
  }

  /** One question, understood. */
  private record Asked(ImplicitFunction y, int order, Map<String, Double> at, boolean solve) {

    static Asked of(
        List<String> texts,
        @Nullable List<String> vars,
        List<String> dep,
        List<String> wrt,
        int order,
        Map<String, Double> at,
        boolean solve) {
      if (order < 1 || order > HIGHEST)
        throw new Complaint(
            "--order needs a number from 1 to %d, got %d".formatted(HIGHEST, order));
      if (dep.isEmpty()) throw new Complaint("say what the equations define, as in --dep y");
      if (wrt.isEmpty()) throw new Complaint("say by what to differentiate, as in --wrt x");
      var once = new HashSet<String>();
      for (String name : Lists.concat(dep, wrt))
        if (!once.add(name))
          throw new Complaint(
              dep.contains(name) && wrt.contains(name)
                  ? "`%s` cannot be defined by the equations and be given as well".formatted(name)
                  : "`%s` is named twice; name it once".formatted(name));
      var names = new LinkedHashSet<>(wrt);
      names.addAll(at.keySet());
      List<Expression> zero =
          Complaint.reading(String.join("\n", texts), () -> read(texts, vars, names));
      var known = zero.getFirst().variables();
      var y = answering(() -> new ImplicitFunction(zero, dep, wrt));
      for (String name : Lists.concat(dep, wrt))
        if (!known.contains(name))
          throw Complaint.of(
              "unknown_variable",
              "`%s` does not occur in the equations; %s"
                  .formatted(
                      name,
                      Nearest.to(name, known)
                          .map("did you mean `%s`?"::formatted)
                          .orElse("variables are " + String.join(", ", known))));
      if (!at.isEmpty())
        for (String name : known)
          if (!at.containsKey(name))
            throw new Complaint(
                "there is no value for `%s`; give one, as in --at %s=1".formatted(name, name));
      if (solve && at.isEmpty())
        throw new Complaint(
            "--solve needs a point to start from; give one, as in --at x=0.6 --at y=0.8");
      return new Asked(y, order, at, solve);
    }

    private static List<Expression> read(
        List<String> texts, @Nullable List<String> vars, Set<String> others) {
      var equations = Equations.parse(texts);
      if (vars != null) return equations.implicit(vars);
      var names = new TreeSet<>(equations.names());
      names.addAll(others);
      return equations.implicit(List.copyOf(names));
    }

    private static <T> T answering(Supplier<T> body) {
      try {
        return body.get();
      } catch (ImplicitFunction.NoFunction e) {
        throw Complaint.of(e.why().name().toLowerCase(Locale.ROOT), String.valueOf(e.getMessage()));
      }
    }

    private Optional<ImplicitFunction.At> values() {
      return at.isEmpty() ? Optional.empty() : Optional.of(answering(() -> y.at(at, order, solve)));
    }

    SequencedMap<String, Object> answer() {
      var out = new LinkedHashMap<String, Object>();
      var values = values();
      values.ifPresent(v -> out.put("point", v.point()));
      values
          .flatMap(ImplicitFunction.At::derivatives)
          .ifPresentOrElse(
              d -> out.put("derivatives", keyed(d, x -> x)),
              () -> out.put("derivatives", Map.of()));
      out.put(
          "formulas",
          keyed(
              y.formulas(order),
              f -> f.shared(Style.TEXT).where().isEmpty() ? f.text() : f.shared(Style.TEXT)));
      values.ifPresent(
          v -> {
            out.put("residual", v.residual());
            out.put("condition", v.condition());
            var warnings = new ArrayList<Object>();
            for (var w : v.warnings()) {
              var one = new LinkedHashMap<String, Object>();
              one.put("kind", w.kind().name().toLowerCase(Locale.ROOT));
              one.put("message", w.message());
              warnings.add(one);
            }
            out.put("warnings", warnings);
          });
      return out;
    }

    /** By one parameter a list by order; by several a map. */
    private <T> Map<String, Object> keyed(
        ImplicitFunction.Derived<T> d, Function<T, Object> shown) {
      var out = new LinkedHashMap<String, Object>();
      d.by()
          .forEach(
              (u, by) -> {
                var entries = new LinkedHashMap<String, Object>();
                by.forEach((wrt, x) -> entries.put(String.join(",", wrt), shown.apply(x)));
                out.put(u, y.parameters().size() == 1 ? List.copyOf(entries.values()) : entries);
              });
      return out;
    }

    void print(PrintWriter out) {
      var values = values();
      var formulas = y.formulas(order);
      values.ifPresent(
          v -> {
            if (solve) out.println("on the curve at " + place(v.point()));
          });
      for (String u : y.unknowns()) {
        var by = Objects.requireNonNull(formulas.by().get(u));
        var at = values.flatMap(ImplicitFunction.At::derivatives).map(d -> d.by().get(u));
        var keys = by.isEmpty() && at.isPresent() ? at.get().keySet() : by.keySet();
        for (List<String> wrt : keys) {
          String symbol = symbol(u, wrt, y.parameters().size() > 1);
          var line = new StringBuilder(symbol);
          if (by.get(wrt) instanceof Formula f) {
            var shared = f.shared(Style.SCREEN);
            line.append(" = ").append(shared.formula());
            shared
                .where()
                .forEach(p -> line.append("%n  where %s = %s".formatted(p.name(), p.formula())));
          }
          at.ifPresent(
              d -> line.append(" = ").append(Digits.six(Objects.requireNonNull(d.get(wrt)) + 0.0)));
          line.toString().lines().forEach(l -> Folded.lines(l, "    ").forEach(out::println));
        }
      }
      values.ifPresent(
          v -> {
            out.println(
                "residual %s, condition %s"
                    .formatted(Digits.six(v.residual()), Digits.six(v.condition())));
            v.warnings().forEach(w -> out.println("warning: " + w.message()));
          });
    }

    private static String symbol(String u, List<String> wrt, boolean several) {
      String d = StepsText.symbol(wrt, false);
      if (several) d = d.replace('d', '∂');
      int slash = d.indexOf('/');
      return d.substring(0, slash) + u + d.substring(slash);
    }

    private static String place(Map<String, Double> point) {
      var out = new ArrayList<String>();
      point.forEach((name, x) -> out.add(name + " = " + Digits.shortest(x)));
      return String.join(", ", out);
    }
  }
}
