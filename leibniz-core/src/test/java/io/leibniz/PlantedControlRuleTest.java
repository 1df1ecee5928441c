package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.spi.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wrong rules for control flow are noticed. Rules are code, so a wrong one is planted in the source of one file, which is compiled, and put
 * before the rest of the library in a class loader of its own, where {@link ControlProbe} judges it.
 */
class PlantedControlRuleTest {
  private static final Path SOURCES = Path.of("src/main/java/io/leibniz");
  private static final Path CLASSES = Path.of("target/classes");
  private static final Path TESTS = Path.of("target/test-classes");

  @TempDir private Path temporary;

  /** In {@code file}, {@code wrong} in the place of {@code right}, which stands there once. */
  private record Planted(String name, String file, String right, String wrong) {}

  @Test
  void theRulesAsTheyAreAreRight() {
    assertThat(firstWrong(CLASSES)).isNull();
  }

  @Test
  void everyWrongRuleIsNoticed() {
    var rules = rules();
    assertThat(
            rules.parallelStream().filter(r -> firstWrong(planted(r)) == null).map(Planted::name))
        .isEmpty();
  }

  private Path planted(Planted rule) {
    try {
      Path home = Files.createTempDirectory(temporary, "rule");
      Path file = home.resolve(Path.of(rule.file).getFileName());
      String source = Files.readString(SOURCES.resolve(rule.file));
      int at = source.indexOf(rule.right);
      if (at < 0 || source.indexOf(rule.right, at + 1) >= 0)
        throw new AssertionError(
            "%s: %s must hold once: %s".formatted(rule.name, rule.file, rule.right));
      Files.writeString(file, source.replace(rule.right, rule.wrong));
      var said = new StringWriter();
      var out = new PrintWriter(said);
      String path = CLASSES + File.pathSeparator + annotations();
      int code =
          ToolProvider.findFirst("javac")
              .orElseThrow()
              .run(
                  out,
                  out,
                  "-proc:none",
                  "-nowarn",
                  "-d",
                  home.toString(),
                  "-cp",
                  path,
                  file.toString());
      if (code != 0) throw new AssertionError(rule.name + ": " + said);
      return home;
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Path annotations() throws URISyntaxException {
    var source = Objects.requireNonNull(Nullable.class.getProtectionDomain().getCodeSource());
    return Path.of(source.getLocation().toURI());
  }

  /** What the probe says of the library, in which classes of {@code first} stand in the place of those they are named after. */
  private static @Nullable String firstWrong(Path first) {
    var urls = new ArrayList<URL>();
    try {
      for (Path p : List.of(first, CLASSES, TESTS)) urls.add(p.toUri().toURL());
      try (var loader = new URLClassLoader(urls.toArray(URL[]::new), null)) {
        return (@Nullable String)
            loader.loadClass("io.leibniz.ControlProbe").getMethod("firstWrong").invoke(null);
      }
    } catch (IOException | ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Planted> rules() {
    String loop = "transform/LoopRules.java", branch = "transform/CondRules.java";
    String call = "transform/CallRules.java", custom = "transform/CustomRules.java";
    String split = "transform/Split.java";
    String layout = "transform/Layout.java", seeds = "transform/Seeds.java";
    String transpose = "transform/Transpose.java", jvp = "transform/Jvp.java";
    String lanes = "transform/Vmap.java", delta = "ir/Delta.java", run = "eval/Controls.java";
    return List.of(
        // ---- loops
        new Planted(
            "the linear loop is not turned round",
            loop,
            "boolean reversed = !op.reversed();",
            "boolean reversed = op.reversed();"),
        new Planted(
            "captures are overwritten, not summed",
            loop,
            "sum.deltas(c.subList(carry.size(), c.size()), notFirst, start));",
            "Collections.<@Nullable Delta>nCopies(sumKinds.size(), null));"),
        new Planted(
            "a loop forgets the seeds of its captures",
            loop,
            "sum.nodes(start, sumKinds)),\n            Lists",
            "sum.nodes(Collections.<@Nullable Delta>nCopies(start.size(), null), sumKinds)),\n            Lists"),
        new Planted(
            "jvp traces the body once: what starts still never moves",
            loop,
            "trial.carry = moving.carried(Layout.of(next.flat()));",
            "trial.carry = moving;"),
        new Planted(
            "split traces the body once",
            loop,
            "grown.set(i, grown.get(i) || ys.get(i).on());",
            "grown.set(i, grown.get(i));"),
        new Planted(
            "transpose traces the body once: a cotangent that is absent stays absent",
            loop,
            "trial.carry = carry.carried(Layout.of(before));",
            "trial.carry = carry;"),
        new Planted(
            "transpose traces the body once: a sum that is absent stays absent",
            loop,
            "sums.add(sum.summed(Layout.of(terms)));",
            "sums.add(sum);"),
        new Planted(
            "a batch traces the body once",
            loop,
            "grown.set(i, grown.get(i) || next.get(i).on());",
            "grown.set(i, grown.get(i));"),
        new Planted(
            "the first turn of a reversed loop is turn 0",
            loop,
            "return reversed ? limit.plus(-1).compare(Compare.GT, turn) : turn.gt(0);",
            "return turn.gt(0);"),
        new Planted(
            "a late tangent is supported from the first turn on",
            loop,
            "moving.deltas(c.subList(carries, c.size()), notFirst, starts.flat())",
            "moving.deltas(c.subList(carries, c.size()), null, starts.flat())"),
        new Planted(
            "a late cotangent is supported from the first turn on",
            loop,
            "carry.deltas(c.subList(0, carry.size()), notFirst, ends)",
            "carry.deltas(c.subList(0, carry.size()), null, ends)"),
        new Planted(
            "a loop of no turns gives its carries the tangent 0",
            loop,
            "ranOnce(limit, ran.count()), starts.flat())",
            "null, starts.flat())"),
        new Planted(
            "a loop of no turns gives its captures the cotangent 0",
            loop,
            "ifItRan(once, start, totals)",
            "totals"),
        new Planted(
            "what the body captures is kept for every turn",
            loop,
            "n -> made.contains(n) || read.contains(n) && Cost.dear(n)",
            "n -> true"),
        new Planted(
            "what a turn read is not read again",
            split,
            "if (x.op() instanceof Source.Parameter) kept.add(x);\n          else touched",
            "touched"),
        new Planted(
            "the linear half of a reversed loop runs forwards",
            loop,
            "known.count(),\n            op.reversed(),",
            "known.count(),\n            false,"),
        new Planted(
            "the turns of a reversed loop are off by one",
            run,
            "op.reversed() ? limit - 1 - count : count",
            "op.reversed() ? limit - count : count"),
        new Planted(
            "a reversed loop writes its outs in the order of its turns",
            run,
            "op.reversed() ? items.reversed() : items",
            "items"),
        // ---- lanes of loops
        new Planted(
            "stopped lanes go on",
            loop,
            "active.across(own.get(i).shape()).select(y.get(i), own.get(i))",
            "y.get(i)"),
        new Planted(
            "all lanes count the turns of the longest",
            loop,
            "count.add(active.cast(DType.I64))",
            "count.add(count.like(1))"),
        new Planted(
            "a lane's own limit is ignored",
            loop,
            "running.and(limit.compare(Compare.GT, turn))",
            "running"),
        new Planted(
            "the body is not told which lanes are alive",
            loop,
            "Vmap.of(op.body(), args, n, active)",
            "Vmap.of(op.body(), args, n, null)"),
        new Planted(
            "a loop whose lanes agree does not pass on which are alive",
            loop,
            "Vmap.of(op.body(), args, n, mask)",
            "Vmap.of(op.body(), args, n, null)"),
        // ---- branches
        new Planted(
            "the branch that runs keeps zeros",
            branch,
            "Lists.concat(t.known(on), ct.kept(), zeros(co.kept()))",
            "Lists.concat(t.known(on), zeros(ct.kept()), zeros(co.kept()))"),
        new Planted(
            "only what moves in the one branch moves",
            branch,
            "Layout.of(t.flat()).join(Layout.of(o.flat()))",
            "Layout.of(t.flat())"),
        new Planted(
            "a branch that does not use a capture forgets its seed",
            branch,
            "out.add(start.get(i));",
            "out.add(null);"),
        new Planted(
            "a branch forgets the seeds of its own captures",
            branch,
            "mine.add(seen.contains(x) ? null : start.get(all.indexOf(x)));",
            "mine.add(null);"),
        new Planted(
            "a branch is not told which lanes take it",
            branch,
            "Vmap.of(branch, xs, n, lanes)",
            "Vmap.of(branch, xs, n, null)"),
        new Planted(
            "a branch runs for lanes that are not alive",
            branch,
            "mask == null ? p : p.and(mask)",
            "p"),
        new Planted(
            "a branch on which lanes agree does not pass on which are alive",
            branch,
            "Vmap.of(op.then(), op.left(xs), n, mask)",
            "Vmap.of(op.then(), op.left(xs), n, null)"),
        // ---- calls and rules of one's own
        new Planted(
            "a call ends supports of tangents",
            call,
            "var ys = xs.through(op.body());",
            "var e = xs.through(op.body()); var ys = Jet.of(e.points(), e.flat().stream().<@Nullable Delta>map(x -> x == null ? null : Delta.of(x.filled())).toList(), e.order());"),
        new Planted(
            "a call ends supports of cotangents",
            call,
            "layout.add(Layout.of(back));",
            "back.replaceAll(x -> x == null ? null : Delta.of(x.filled())); layout.add(Layout.of(back));"),
        new Planted(
            "a call forgets the seeds of its captures",
            call,
            "ControlRules.pulled(op.body(), xs, cts, start)",
            "ControlRules.pulled(op.body(), xs, cts, java.util.Collections.<@Nullable Delta>nCopies(start.size(), null))"),
        new Planted(
            "a checkpoint keeps all",
            call,
            "Split.Cut.of(Marked.on(ys), Marked.on(args), _ -> false)",
            "Split.Cut.keeping(Marked.on(ys), Marked.on(args))"),
        new Planted(
            "the derivative of a checkpoint is none",
            call,
            "op.recompute(),\n            () -> {\n              var ys = xs",
            "false,\n            () -> {\n              var ys = xs"),
        new Planted(
            "a call does not pass on which lanes are alive",
            call,
            "Vmap.of(op.body(), xs, n, mask)",
            "Vmap.of(op.body(), xs, n, null)"),
        new Planted(
            "a rule of one's own is lost under the next derivative",
            custom,
            "var ys = Node.of(op, xs.points()).parts();",
            "var ys = op.body().inline(op.taken(xs.points()));"),
        new Planted(
            "a rule of one's own is lost in a batch",
            custom,
            "var taken = op.taken(xs);",
            "var taken = op.taken(xs);\n    if (n > 0) return Vmap.of(op.body(), taken, n, mask);"),
        new Planted(
            "a rule of one's own is not told which lanes are alive",
            custom,
            "Vmap.of(f, Marked.of(ps, Marked.flags(xs)), n, mask)",
            "Vmap.of(f, Marked.of(ps, Marked.flags(xs)), n, null)"),
        new Planted(
            "a call out of the graph is made for lanes that are not alive",
            "transform/ControlRules.java",
            "if (mask == null) return new Loop.Turn",
            "if (n > 0) return new Loop.Turn"),
        // ---- borders
        new Planted(
            "a structural zero becomes a number at every border",
            layout,
            "new Slot(true, d.support() != null, d.zeroed(), false)",
            "new Slot(true, false, d.zeroed(), false)"),
        new Planted(
            "what one branch lacks is the number 0", layout, "a.join(b, true)", "a.join(b, false)"),
        new Planted(
            "what is absent is supported everywhere",
            layout,
            "Node.full(kinds.get(i).with(DType.BOOL), 0)",
            "Node.full(kinds.get(i).with(DType.BOOL), 1)"),
        new Planted(
            "late support is taken for support everywhere",
            layout,
            "else if (s.late && notFirst != null)",
            "else if (s.masked && notFirst != null)"),
        new Planted(
            "what crosses is said to be 0 where it is not supported",
            layout,
            "s.zeroed || support == null",
            "true"),
        new Planted(
            "a seed is counted twice",
            seeds,
            "if (!Integer.valueOf(i).equals(taker.get(x))) put",
            "put"),
        // ---- structural zeros
        new Planted(
            "a moved cotangent is not filled in",
            transpose,
            "new Delta(adjoint.of(ct.filled(), y), adjoint.of(ct.where(), y), true)",
            "new Delta(adjoint.of(ct.value(), y), adjoint.of(ct.where(), y), true)"),
        new Planted(
            "a slope is multiplied after the mask",
            transpose,
            "case SCALED -> Delta.of(adjoint.of(ct.value(), y), ct.support());",
            "case SCALED -> Delta.of(adjoint.of(ct.filled(), y));"),
        new Planted(
            "a tangent is multiplied by a slope after the mask",
            delta,
            "return of(value.mul(slope), support);",
            "return of(filled().mul(slope));"),
        new Planted(
            "a sum is supported where its first term is",
            delta,
            "new Delta(filled().add(o.filled()), union(support, o.support), true)",
            "new Delta(filled().add(o.filled()), support, true)"),
        new Planted(
            "a support under a mask is the mask",
            delta,
            "support == null ? p : support.and(p)",
            "p"),
        new Planted(
            "a tangent of a linear op has the support of its first operand",
            jvp,
            "support = Delta.union(support, d.support());",
            "support = Delta.union(support, support);"),
        // ---- masks
        new Planted(
            "control ops are not told which lanes are alive",
            lanes,
            "ControlRules.of(c).batch(x, n, mask)",
            "ControlRules.of(c).batch(x, n, null)"),
        new Planted(
            "a contraction lets lanes in that are not alive",
            lanes,
            "Marked left = within(mask, l, 0), right = within(mask, r, 0);",
            "Marked left = l, right = r;"),
        new Planted(
            "a solve lets lanes in that are not alive",
            lanes,
            "if (mask == null) return x;\n    var out",
            "if (x.size() > 0) return x;\n    var out"),
        new Planted(
            "lanes that are not alive divide by 0",
            lanes,
            "boolean raises = p == Binary.DIV || p == Binary.REM;",
            "boolean raises = false;"),
        new Planted(
            "lanes that are not alive reach outside",
            lanes,
            "out.set(at, within(mask, x.get(at), 0));",
            ""));
  }
}
