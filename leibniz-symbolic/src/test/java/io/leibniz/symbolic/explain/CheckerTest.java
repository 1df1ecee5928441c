package io.leibniz.symbolic.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.ir.DType;
import io.leibniz.ir.Node;
import io.leibniz.symbolic.RandomExpression;
import io.leibniz.symbolic.explain.Derivation.Action;
import io.leibniz.symbolic.explain.Derivation.Action.Differentiated;
import io.leibniz.symbolic.explain.Derivation.Action.Rewritten;
import io.leibniz.symbolic.text.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The log of a derivative is accepted as it is, and refused once a step is missing or wrong. */
final class CheckerTest {
  private static final int ALL = 10_000;

  /** The logs of the derivatives of random expressions; with {@code -Pfull} ten times as many. */
  private static Stream<Logged> logs() {
    boolean full = Boolean.getBoolean("leibniz.full");
    return LongStream.range(0, ALL)
        .filter(seed -> full || seed % 10 == 3)
        .parallel()
        .mapToObj(Logged::of)
        .filter(Objects::nonNull);
  }

  /** The log of the derivative of an expression by its first variable. */
  private record Logged(long seed, String text, Derivation log) {
    static @Nullable Logged of(long seed) {
      String text = new RandomExpression(seed).next();
      Expression f = Expression.parse(text);
      if (f.variables().isEmpty()) return null;
      var d = new Derivatives(f).by(f.variables().subList(0, 1));
      return new Logged(seed, text, d.derivations().getFirst());
    }

    Logged with(List<Action> actions) {
      return new Logged(
          seed, text, new Derivation(log.y(), log.from(), log.x(), log.formula(), actions));
    }
  }

  @Test
  void logsAreAccepted() {
    var refused =
        logs()
            .flatMap(
                l ->
                    Checker.complaint(l.log).stream()
                        .map(c -> "%d: %s: %s".formatted(l.seed, l.text, c)))
            .toList();
    assertThat(refused).isEmpty();
  }

  /** But where the function is constant, which shows without steps, or has no value at nearly all points. */
  @Test
  void aStepThatIsMissingIsMissed() {
    planted(
        0.003,
        (log, actions, random) -> {
          Action removed = actions.remove(random.nextInt(actions.size()));
          return log.formula().isFull(0) ? null : "without " + removed;
        });
  }

  /** But where the step has no value anywhere. */
  @Test
  void aStepThatIsWrongIsNoticed() {
    planted(
        0.002,
        (log, actions, random) -> {
          int i = random.nextInt(actions.size());
          Action changed = changed(actions.get(i), random.nextInt(3));
          if (changed.equals(actions.set(i, changed))) return null;
          return "with " + changed;
        });
  }

  private static Action changed(Action a, int how) {
    return switch (a) {
      case Differentiated(Node y, Node raw) -> new Differentiated(y, changed(raw, how));
      case Rewritten(String law, Node before, Node after) ->
          new Rewritten(law, before, changed(after, how));
    };
  }

  private static Node changed(Node n, int how) {
    if (n.dtype() == DType.BOOL) return n.not();
    if (n.isFull(0)) return n.like(1);
    return switch (how) {
      case 0 -> n.neg();
      case 1 -> n.mul(n.like(2));
      default -> n.add(n.like(1));
    };
  }

  /** A mistake made in a log; what it is, null if it is none. */
  private interface Mistake {
    @Nullable String in(Derivation log, List<Action> actions, SplittableRandom random);
  }

  private static void planted(double unnoticed, Mistake mistake) {
    var count = new AtomicInteger();
    var accepted = new ConcurrentLinkedQueue<String>();
    logs()
        .forEach(
            l -> {
              var actions = new ArrayList<>(l.log.actions());
              if (actions.isEmpty()) return;
              String what =
                  l.log
                      .y()
                      .scope()
                      .in(() -> mistake.in(l.log, actions, new SplittableRandom(l.seed)));
              if (what == null) return;
              count.incrementAndGet();
              if (Checker.complaint(l.with(actions).log).isEmpty())
                accepted.add("%d: %s: %s".formatted(l.seed, l.text, what));
            });
    assertThat(count.get()).isGreaterThan(500);
    assertThat((double) accepted.size() / count.get()).as("%s", accepted).isLessThan(unnoticed);
  }
}
