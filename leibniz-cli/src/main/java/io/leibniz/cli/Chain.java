package io.leibniz.cli;

import io.leibniz.symbolic.explain.ChainRule;
import io.leibniz.symbolic.explain.Diagram;
import io.leibniz.symbolic.explain.Paths;
import io.leibniz.symbolic.text.Equations;
import io.leibniz.symbolic.text.Formula;
import io.leibniz.symbolic.text.Nearest;
import io.leibniz.symbolic.text.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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

/** {@code leibniz chain}: the tree diagram of the chain rule. */
@Command(
    name = "chain",
    description =
        "Draws the tree diagram of the chain rule: partials on the edges, products of paths, their sum.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class Chain implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // picocli's own takes its place

  @Parameters(
      paramLabel = "EQUATIONS",
      description = "As in \"z = x^2 + sin(x*y); x = t^2; y = exp(t)\".")
  private String equations = "";

  @Option(
      names = "--of",
      paramLabel = "z",
      description = "The derivative of this; of the last in the chain if not given.")
  private @Nullable String of;

  @Option(
      names = "--wrt",
      paramLabel = "t",
      description = "By this; may be left out where there is one variable only.")
  private @Nullable String wrt;

  @Option(
      names = "--at",
      paramLabel = "t=0.7",
      description = "The value of a variable, a number or an expression such as pi/2.")
  private Map<String, String> at = new LinkedHashMap<>();

  @Option(
      names = "--paths",
      paramLabel = "K",
      description = "Show the K paths that matter most; 20 if not given.")
  private int paths = 20;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "Draw the diagram into this file, as SVG.")
  private @Nullable Path svg;

  @Option(
      names = "--dot",
      paramLabel = "FILE",
      description = "Write the diagram into this file, for Graphviz.")
  private @Nullable Path dot;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (paths < 1) throw new Complaint("--paths needs a number from 1 on, got " + paths);
    var rule =
        new ChainRule(Complaint.reading(equations, () -> Equations.parse(equations).definitions()));
    String top =
        of == null
            ? rule.defined().stream().reduce((a, b) -> b).orElseThrow()
            : known(of, rule.defined(), "--of");
    var names = new TreeSet<>(rule.leaves());
    names.addAll(rule.defined());
    if (wrt == null && rule.leaves().size() != 1)
      throw new Complaint(
          "say by what to differentiate, as in --wrt %s"
              .formatted(rule.leaves().isEmpty() ? "t" : rule.leaves().getFirst()));
    String by = wrt == null ? rule.leaves().getFirst() : known(wrt, names, "--wrt");
    var point = Eval.point(at);
    for (String x : point.keySet())
      if (!rule.leaves().contains(x))
        throw new Complaint(
            rule.defined().contains(x)
                ? "`%s` is defined by an equation, and has no value of its own; give those of %s"
                    .formatted(x, String.join(", ", rule.leaves()))
                : "there is no variable `%s` in the equations; variables are %s"
                    .formatted(x, String.join(", ", rule.leaves())));
    boolean valued = point.keySet().containsAll(rule.leaves());
    if (!valued && !point.isEmpty()) {
      String missing =
          rule.leaves().stream().filter(x -> !point.containsKey(x)).findFirst().orElseThrow();
      throw new Complaint(
          "there is no value for `%s`; give one, as in --at %s=1".formatted(missing, missing));
    }
    var drawing = new ChainText(rule, top, by, point, paths);
    drawing.save(svg, dot);
    if (json) out.println(Lines.json(answer(rule, top, by, point)));
    else drawing.print(out);
    return 0;
  }

  private static String known(String name, Collection<String> all, String option) {
    if (all.contains(name)) return name;
    throw new Complaint(
        "%s `%s`: no such name in the equations; %s"
            .formatted(
                option,
                name,
                Nearest.to(name, all)
                    .map("did you mean `%s`?"::formatted)
                    .orElse("names are " + String.join(", ", all))));
  }

  private SequencedMap<String, Object> answer(
      ChainRule rule, String top, String by, Map<String, Double> point) {
    Diagram d = rule.diagram(point, Formula::text).between(top, by);
    boolean valued = !point.isEmpty() || rule.leaves().isEmpty();
    Paths p = d.paths(top, by, paths);
    var out = new LinkedHashMap<String, Object>();
    out.put("of", top);
    out.put("wrt", by);
    if (valued) {
      out.put("value", d.vertex(top).value());
      out.put("total", p.total());
    }
    var total = rule.total(top, by);
    var shared = Formula.of(total.formula()).shared(Style.TEXT);
    out.put("formula", shared.formula());
    if (!shared.where().isEmpty()) out.put("where", shared.where());
    if (!total.conditions().isEmpty())
      out.put("conditions", total.conditions().stream().map(Formula::text).toList());
    var edges = new ArrayList<Object>();
    for (Diagram.Edge e : d.edges()) {
      var one = new LinkedHashMap<String, Object>();
      one.put("from", e.from());
      one.put("to", e.to());
      one.put("formula", e.formula());
      if (valued) one.put("value", e.partial());
      edges.add(one);
    }
    out.put("edges", edges);
    var all = new ArrayList<Object>();
    for (Paths.Path path : p.shown()) {
      var one = new LinkedHashMap<String, Object>();
      one.put("nodes", path.vertices());
      if (valued) one.put("product", path.product());
      all.add(one);
    }
    out.put("paths", all);
    if (valued) out.put("remainder", p.remainder());
    return out;
  }
}
