package io.leibniz;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jit;
import static io.leibniz.Leibniz.vmap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  private static final int THREADS = 8;
  private static final int TIMES = 100_000;

  record Pair(Tensor a, Tensor b) {}

  /** Eight threads, the same functions and different ones, 10⁵ derivatives in all: each the one that a single thread finds. */
  @Test
  void threadsAreIndependent() throws Exception {
    var compiled = jit(grad((Pair p) -> p.a().times(p.b()).sin().sum()));
    List<Fn<Double, Double>> functions =
        List.of(
            x -> grad((Tensor t) -> t.sin().times(t)).of(Tensor.of(x)).item(),
            x -> grad(grad((Tensor t) -> t.exp().times(t))).of(Tensor.of(x)).item(),
            x -> compiled.of(new Pair(Tensor.vector(x, 2), Tensor.vector(1, x))).b().at(0).item(),
            x -> vmap(grad((Tensor t) -> t.tanh())).of(Tensor.vector(x, 1)).at(0).item(),
            x ->
                grad((Tensor t) ->
                        t.item() > 1 ? t.square() : t.times(grad((Tensor u) -> u.times(t)).of(t)))
                    .of(Tensor.of(x))
                    .item());
    int points = 20;
    double[][] expected = new double[functions.size()][points];
    for (int f = 0; f < functions.size(); f++)
      for (int i = 0; i < points; i++) expected[f][i] = functions.get(f).of(at(i));
    try (var pool = Executors.newFixedThreadPool(THREADS)) {
      var runs = new ArrayList<Future<Integer>>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread;
        runs.add(
            pool.submit(
                () -> {
                  int right = 0;
                  for (int k = 0; k < TIMES / THREADS; k++) {
                    // half the threads stay with one function, the others go round
                    int f = first % 2 == 0 ? first / 2 : k % functions.size(),
                        i = (k + first) % points;
                    if (functions.get(f).of(at(i)) == expected[f][i]) right++;
                  }
                  return right;
                }));
      }
      for (var r : runs) assertThat(r.get()).isEqualTo(TIMES / THREADS);
    }
  }

  private static double at(int i) {
    return 0.1 + 0.1 * i;
  }
}
