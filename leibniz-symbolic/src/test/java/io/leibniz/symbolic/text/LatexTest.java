package io.leibniz.symbolic.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leibniz.symbolic.explain.Derivatives;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written as LaTeX is rendered by KaTeX itself. It is looked for in the folder that {@code leibniz.katex} names, or in
 * target/katex, where {@code mvn verify -Pfull} has npm install it; without it, or without Node, the test is skipped.
 */
final class LatexTest {
  private static final String KATEX = "katex@0.19.1";

  /** Reads formulas, one a line, and prints what is wrong with each that does not render. */
  private static final String SCRIPT =
      """
      const katex = require('katex');
      for (const line of require('fs').readFileSync(process.argv[2], 'utf8').split('\\n'))
        try { katex.renderToString(line, {throwOnError: true, strict: 'error'}); }
        catch (e) { console.log(line + '   ' + e.message); }
      """;

  @Test
  void everyFormulaIsRendered(@TempDir Path folder) throws Exception {
    Path modules = katex();
    Path script = Files.writeString(folder.resolve("render.js"), SCRIPT);
    Path formulas = Files.write(folder.resolve("formulas"), formulas());
    var node = new ProcessBuilder("node", script.toString(), formulas.toString());
    node.environment().put("NODE_PATH", modules.toAbsolutePath().toString());
    assertThat(output(node)).isEmpty();
  }

  private static List<String> formulas() {
    var all = new ArrayList<String>();
    for (String text : Texts.corpus()) all.add(Formula.of(Expression.parse(text)).latex());
    all.add(Formula.of(Expression.parse("alpha_1*β2 + foo_bar^w_12 + Γ + ς + ϑ + 1e-9*x")).latex());
    for (String text : Texts.corpus()) all.addAll(derivatives(Expression.parse(text)));
    var random = new Random(5);
    for (int i = 0; i < 1_000; i++)
      all.add(Formula.of(Expression.parse(Texts.random(random, 1 + i % 5))).latex());
    return all;
  }

  /** The gradient, with the parts that are named because they occur several times. */
  private static List<String> derivatives(Expression f) {
    var all = new ArrayList<String>();
    var found = new Derivatives(f);
    for (String x : f.variables()) {
      var shared = Formula.of(found.by(List.of(x)).formula()).shared(Style.LATEX);
      all.add(shared.formula());
      shared.where().forEach(part -> all.add(part.name() + " = " + part.formula()));
    }
    return all;
  }

  private static Path katex() throws IOException, InterruptedException {
    assumeTrue(runs("node", "--version"), "skipped: Node, which runs KaTeX, is not installed");
    Path folder = Path.of(System.getProperty("leibniz.katex", "target/katex"));
    Path modules = folder.resolve("node_modules");
    if (!Files.exists(modules.resolve("katex")) && Boolean.getBoolean("leibniz.full")) {
      Files.createDirectories(folder);
      runs("npm", "install", "--no-audit", "--no-fund", "--prefix", folder.toString(), KATEX);
    }
    assumeTrue(
        Files.exists(modules.resolve("katex")),
        "skipped: no KaTeX in %s; run `npm install --prefix %s %s`"
            .formatted(modules, folder, KATEX));
    return modules;
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static String output(ProcessBuilder command) throws IOException, InterruptedException {
    var process = command.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? out : "failed: " + out;
  }
}
