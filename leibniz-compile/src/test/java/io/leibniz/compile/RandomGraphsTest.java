package io.leibniz.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.backend.Backend;
import io.leibniz.compile.run.Kernels.Twins;
import io.leibniz.ir.Array;
import io.leibniz.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Compiled code has the values of the interpreter on graphs drawn at random, and so have their gradients. What may differ is
 * what rounding explains: {@value #TIMES} times what {@link Reference} moves when each of its steps is off by an ulp or two. Scalar and vector
 * code have the same bits.
 */
class RandomGraphsTest {
  private static final int ALL = 10_000, BLOCK = 500, RUNS = 10, TIMES = 50;

  /** Graphs of a block share their kernels: so equal keys must mean equal code. */
  private final AtomicInteger graphs = new AtomicInteger(),
      redrawn = new AtomicInteger(),
      numbers = new AtomicInteger();

  @Test
  void compiledIsInterpreted(TestReporter reporter) {
    boolean full = Boolean.getBoolean("leibniz.full");
    var wrong = new ArrayList<String>();
    for (long from = 0; from < ALL && wrong.size() < 5; from += BLOCK) {
      var scalar = new Compiler(Twins.SCALAR);
      var vector = new Compiler(Twins.VECTOR);
      LongStream.range(from, from + BLOCK)
          .filter(seed -> full || seed % 10 == 3)
          .parallel()
          .mapToObj(seed -> failure(seed, scalar, vector))
          .filter(Objects::nonNull)
          .forEachOrdered(wrong::add);
    }
    reporter.publishEntry(
        "%s graphs, %s redrawn, %s numbers compared".formatted(graphs, redrawn, numbers));
    assertThat(wrong).isEmpty();
    assertThat(redrawn.get())
        .as("graphs that hang on the last digit")
        .isLessThan(graphs.get() / 20);
  }

  @Nullable String failure(long seed, Compiler scalar, Compiler vector) {
    for (long draw = seed; ; draw += ALL) {
      RandomGraph g = RandomGraph.of(draw);
      String wrong = wrong(g, scalar, vector);
      if (HANGS.equals(wrong)) continue;
      if (wrong != null) return wrong + "\n" + g;
      RandomGraph slope = g.gradient();
      wrong = slope == null ? null : wrong(slope, scalar, vector);
      if (HANGS.equals(wrong)) continue;
      return wrong == null ? null : "gradient: " + wrong + "\n" + slope;
    }
  }

  private static final String HANGS = "hangs on the last digit";

  private @Nullable String wrong(RandomGraph g, Compiler scalar, Compiler vector) {
    graphs.incrementAndGet();
    var exact = run(g, null);
    if (exact == null) {
      redrawn.incrementAndGet();
      return HANGS;
    }
    var spread = new ArrayList<double[]>();
    for (Value v : exact.results()) spread.add(new double[((Array) v).size()]);
    var random = new SplittableRandom(g.seed());
    for (int run = 0; run < RUNS; run++) {
      var noisy = run(g, random);
      if (noisy == null || !exact.fits() || !noisy.choices().equals(exact.choices())) {
        redrawn.incrementAndGet();
        return HANGS;
      }
      for (int r = 0; r < spread.size(); r++)
        for (int i = 0; i < spread.get(r).length; i++) {
          double off = at(noisy.results().get(r), i) - at(exact.results().get(r), i);
          spread.get(r)[i] = Math.max(spread.get(r)[i], Math.abs(off));
        }
    }
    List<Array> got, other, again;
    try {
      Backend.Executable program = scalar.compile(g.graph(), Set.of());
      got = program.run(g.args());
      again = program.run(g.args());
      other = vector.compile(g.graph(), Set.of()).run(g.args());
    } catch (RuntimeException | Error e) {
      var text = new java.io.StringWriter();
      e.printStackTrace(new java.io.PrintWriter(text));
      return text.toString();
    }
    for (int r = 0; r < got.size(); r++) {
      if (!got.get(r).same(again.get(r))) return "result " + r + " is another in a second run";
      if (!got.get(r).same(other.get(r)))
        return "result %d is not the same in scalar and vector code: %s"
            .formatted(r, difference(got.get(r), other.get(r)));
      String wrong = wrong(got.get(r), (Array) exact.results().get(r), spread.get(r));
      if (wrong != null) return "result " + r + wrong;
    }
    return null;
  }

  /** Null where an index or a divisor that came from a float has changed, and is bad now. */
  private static Reference.@Nullable Run run(RandomGraph g, @Nullable SplittableRandom noise) {
    try {
      return Reference.of(g.graph(), g.args(), noise);
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static double at(Value v, int i) {
    return ((Array) v).number(i);
  }

  private static String difference(Array a, Array b) {
    for (int i = 0; i < a.size(); i++)
      if (Double.compare(a.number(i), b.number(i)) != 0)
        return "[" + i + "] " + a.number(i) + " and " + b.number(i);
    return a + " and " + b;
  }

  private @Nullable String wrong(Array got, Array want, double[] spread) {
    if (!Reference.wide(got).type().equals(want.type()))
      return " is " + got.type() + ", should be " + want.type();
    if (!got.dtype().isFloat()) return got.same(want) ? null : ": " + difference(got, want);
    double eps = got.dtype() == io.leibniz.ir.DType.F32 ? 0x1p-23 : 0x1p-52;
    for (int i = 0; i < spread.length; i++) {
      numbers.incrementAndGet();
      double x = got.number(i), y = want.number(i);
      if (x == y || Double.isNaN(x) && Double.isNaN(y)) continue;
      double may = TIMES * spread[i] + 4 * eps * Math.abs(y);
      if (!(Math.abs(x - y) <= may))
        return "[%d] of %s is %s, should be %s within %s".formatted(i, got.type(), x, y, may);
    }
    return null;
  }
}
