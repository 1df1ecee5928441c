package io.leibniz.verify;

import io.leibniz.Fn;
import io.leibniz.Key;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.DType;
import io.leibniz.ir.Delta;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Node;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Source;
import io.leibniz.ir.Type;
import io.leibniz.transform.Jvp;
import io.leibniz.transform.Simplify;
import io.leibniz.transform.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How large the graphs are that "forward, then transpose" makes: nodes other than parameters and written numbers. */
final class Sizes {
  private Sizes() {}

  /** A function of f64 leaves with a scalar result. */
  private record Program(String name, List<Type> types, Fn<List<Tensor>, Tensor> f) {}

  static String table() {
    var out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%-34s %9s %9s %9s %9s %9s %9s%n",
            "nodes",
            "function",
            "with jvp",
            "made",
            "gradient",
            "simplified",
            "ratio"));
    for (Program p : programs()) out.append(row(p));
    return out.toString();
  }

  private static List<Program> programs() {
    Type matrix = Type.of(DType.F64, 784, 30),
        bias = Type.of(DType.F64, 30),
        last = Type.of(DType.F64, 30, 10),
        lastBias = Type.of(DType.F64, 10);
    Tensor x = Key.of(1).uniform(DType.F64, 10, 784), y = Key.of(2).uniform(DType.F64, 10, 10);
    Tensor labels = Key.of(3).integers(0, 10, 10);
    Type scalar = Type.of(DType.F64);
    return List.of(
        new Program(
            "784-30-10 sigmoid, quadratic cost",
            List.of(matrix, bias, last, lastBias),
            p ->
                hidden(p, x)
                    .matmul(p.get(2))
                    .plus(p.get(3))
                    .sigmoid()
                    .minus(y)
                    .square()
                    .sum()
                    .times(0.05)),
        new Program(
            "784-30-10 relu, cross-entropy",
            List.of(matrix, bias, last, lastBias),
            p ->
                x.matmul(p.get(0))
                    .plus(p.get(1))
                    .relu()
                    .matmul(p.get(2))
                    .plus(p.get(3))
                    .logSoftmax(1)
                    .takeAlong(labels.expand(1), 1)
                    .mean()
                    .neg()),
        new Program(
            "log-sum-exp of 1000",
            List.of(Type.of(DType.F64, 1000)),
            p -> p.getFirst().logSumExp()),
        new Program("product of 1000", List.of(Type.of(DType.F64, 1000)), p -> p.getFirst().prod()),
        new Program(
            "Rosenbrock, 100 variables",
            List.of(Type.of(DType.F64, 100)),
            p -> rosenbrock(p.getFirst())),
        new Program(
            "chain of 10,000 ops on a scalar",
            List.of(scalar),
            p -> {
              Tensor z = p.getFirst();
              for (int i = 0; i < 2500; i++) z = z.sin().times(p.getFirst()).plus(z).tanh();
              return z;
            }),
        new Program(
            "select(x > 0, √x, x), summed",
            List.of(Type.of(DType.F64, 100)),
            p -> p.getFirst().gt(0).select(p.getFirst().sqrt(), p.getFirst()).sum()));
  }

  private static Tensor hidden(List<Tensor> p, Tensor x) {
    return x.matmul(p.get(0)).plus(p.get(1)).sigmoid();
  }

  private static Tensor rosenbrock(Tensor x) {
    int n = x.dim(0);
    Tensor a = x.slice(Range.of(0, n - 1)), b = x.slice(Range.of(1, n));
    return b.minus(a.square()).square().times(100).plus(a.neg().plus(1).square()).sum();
  }

  private static String row(Program p) {
    int[] made = new int[1];
    Graph[] graphs =
        Interpreter.scope()
            .in(
                () -> {
                  Graph f = Graph.close(p.types, ps -> List.of(applied(p, ps))).graph();
                  var twice = new ArrayList<>(p.types);
                  twice.addAll(p.types);
                  int n = p.types.size();
                  Graph pushed =
                      Graph.close(
                              twice,
                              ps -> {
                                var d =
                                    Jvp.of(f, ps.subList(0, n), Jvp.moving(ps.subList(n, 2 * n)));
                                var out = new ArrayList<>(d.ys());
                                for (Delta dy : d.dys()) if (dy != null) out.add(dy.filled());
                                return out;
                              })
                          .graph();
                  Graph gradient =
                      Graph.close(
                              p.types,
                              ps -> {
                                Node one = Node.literal(DType.F64, 1.0);
                                var back =
                                    Transpose.vjp(
                                        f,
                                        ps,
                                        p.types.stream().map(_ -> true).toList(),
                                        List.of(Delta.of(one)));
                                var out = new ArrayList<>(back.ys());
                                for (Delta ct : back.cts()) if (ct != null) out.add(ct.filled());
                                made[0] = Scope.current().size();
                                return out;
                              })
                          .graph();
                  return new Graph[] {f, pushed, gradient, Simplify.of(gradient, Simplify.EXACT)};
                });
    int function = size(graphs[0]), gradient = size(graphs[3]);
    return String.format(
        Locale.ROOT,
        "%-34s %9d %9d %9d %9d %9d %9.2f%n",
        p.name,
        function,
        size(graphs[1]),
        made[0],
        size(graphs[2]),
        gradient,
        (double) gradient / function);
  }

  private static Node applied(Program p, List<Node> ps) {
    return p.f.of(ps.stream().map(Tensor::of).toList()).node();
  }

  private static int size(Graph g) {
    return (int)
        g.order().stream()
            .filter(
                n -> !(n.op() instanceof Source.Parameter) && !(n.op() instanceof Source.Literal))
            .count();
  }
}
