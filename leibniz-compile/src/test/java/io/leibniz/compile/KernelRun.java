package io.leibniz.compile;

import com.sun.management.ThreadMXBean;
import io.leibniz.Fn;
import io.leibniz.Leibniz;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.backend.Backend;
import io.leibniz.compile.run.Kernels.Twins;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Scope;
import io.leibniz.ir.Type;
import io.leibniz.transform.Simplify;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Warms kernels of every shape and prints those whose calls allocate, and those that have stayed scalar. */
final class KernelRun {
  private static final int CALLS = 200;
  private static final long ONCE = 4096; // bytes: what linking a call takes the first time
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private KernelRun() {}

  private record Shape(List<Type> types, Fn<List<Tensor>, List<Tensor>> f) {}

  private static Type f32(int... dims) {
    return Type.of(DType.F32, dims);
  }

  /** Of one array; as well in double precision. */
  private static void real(
      Map<String, Shape> all, String name, Fn<List<Tensor>, List<Tensor>> f, Type... types) {
    all.put(name, new Shape(List.of(types), f));
    all.put(
        name + " f64",
        new Shape(
            IntStream.range(0, types.length)
                .mapToObj(i -> types[i].dtype() == DType.F32 ? types[i].with(DType.F64) : types[i])
                .toList(),
            f));
  }

  static Map<String, Shape> shapes() {
    var all = new LinkedHashMap<String, Shape>();
    for (int n : new int[] {1, 7, 16, 33, 4097}) {
      real(all, "pointwise " + n, x -> List.of(x.getFirst().times(2).plus(1)), f32(n));
      real(all, "sum " + n, x -> List.of(x.getFirst().square().sum()), f32(n));
    }
    real(all, "max and min", x -> List.of(x.getFirst().max(), x.getFirst().min()), f32(1000));
    real(all, "sum of rows", x -> List.of(x.getFirst().sum(1)), f32(17, 65));
    real(all, "sum of columns", x -> List.of(x.getFirst().square().sum(0)), f32(65, 17));
    real(all, "max of columns", x -> List.of(x.getFirst().max(0)), f32(65, 17));
    real(all, "sum of the middle", x -> List.of(x.getFirst().exp().sum(1)), f32(5, 17, 33));
    real(all, "softmax", x -> List.of(x.getFirst().softmax(1)), f32(16, 100));
    real(
        all,
        "normal",
        x ->
            List.of(
                x.getFirst()
                    .minus(x.getFirst().mean(new int[] {1}, true))
                    .over(x.getFirst().variance(0, new int[] {1}, true).plus(0.01).sqrt())),
        f32(16, 100));
    real(
        all,
        "pad",
        x -> List.of(x.getFirst().pad(new int[] {1}, new int[] {2}).times(3)),
        f32(100));
    real(
        all,
        "differences",
        x ->
            List.of(
                x.getFirst()
                    .slice(Range.of(1, 100))
                    .minus(x.getFirst().slice(Range.of(0, 99)))
                    .square()
                    .sum()),
        f32(100));
    real(
        all,
        "gradient of differences",
        x ->
            List.of(
                Leibniz.grad(
                        (Tensor y) ->
                            y.slice(Range.of(1, 100))
                                .minus(y.slice(Range.of(0, 99)).square())
                                .square()
                                .sum())
                    .of(x.getFirst())),
        f32(100));
    real(all, "concat", x -> List.of(Tensor.concat(0, x.getFirst(), x.getFirst().neg())), f32(33));
    real(all, "transpose", x -> List.of(x.getFirst().transpose(1, 0).plus(1)), f32(33, 17));
    real(all, "flip", x -> List.of(x.getFirst().flip(0).times(2)), f32(33));
    real(
        all,
        "choice",
        x -> List.of(x.getFirst().gt(0).select(x.getFirst(), x.getFirst().times(0.1))),
        f32(100));
    var functions = new LinkedHashMap<String, Fn<Tensor, Tensor>>();
    functions.put("exp", Tensor::exp);
    functions.put("expm1", Tensor::expm1);
    functions.put("log", Tensor::log);
    functions.put("log1p", Tensor::log1p);
    functions.put("tanh", Tensor::tanh);
    functions.put("sigmoid", Tensor::sigmoid);
    functions.put("softplus", Tensor::softplus);
    functions.put("sin", Tensor::sin);
    functions.put("cos", Tensor::cos);
    functions.put("erf", Tensor::erf);
    functions.put("gelu", Tensor::gelu);
    functions.put("floor", Tensor::floor);
    functions.put("rsqrt", Tensor::rsqrt);
    functions.forEach(
        (name, f) -> real(all, name, x -> List.of(f.of(x.getFirst().abs().plus(0.1))), f32(100)));
    for (int n : new int[] {7, 10, 30, 64, 65, 100})
      real(
          all, "product to " + n, x -> List.of(x.get(0).matmul(x.get(1))), f32(13, 33), f32(33, n));
    real(
        all,
        "product, packed",
        x -> List.of(x.get(0).matmul(x.get(1).transpose(1, 0))),
        f32(13, 33),
        f32(65, 33));
    real(all, "product, wide", x -> List.of(x.get(0).matmul(x.get(1))), f32(33, 20), f32(20, 520));
    real(
        all,
        "product, transposed",
        x -> List.of(x.get(0).transpose(1, 0).matmul(x.get(1))),
        f32(33, 13),
        f32(33, 30));
    real(
        all,
        "product, bias and relu",
        x -> List.of(x.get(0).matmul(x.get(1)).plus(x.get(2)).relu()),
        f32(13, 33),
        f32(33, 30),
        f32(30));
    real(
        all,
        "product, relu and mask",
        x -> {
          Tensor y = x.get(0).matmul(x.get(1)).plus(x.get(2));
          return List.of(y.relu(), y.gt(0).select(x.get(3), x.get(3).times(0)));
        },
        f32(13, 33),
        f32(33, 30),
        f32(30),
        f32(13, 30));
    real(
        all,
        "product, update",
        x -> List.of(x.get(2).minus(x.get(0).transpose(1, 0).matmul(x.get(1)).times(0.1))),
        f32(10, 33),
        f32(10, 30),
        f32(33, 30));
    real(all, "products", x -> List.of(x.get(0).matmul(x.get(1))), f32(3, 13, 17), f32(3, 17, 30));
    real(all, "matrix and vector", x -> List.of(x.get(0).matmul(x.get(1))), f32(33, 65), f32(65));
    real(all, "outer product", x -> List.of(x.get(0).outer(x.get(1))), f32(33), f32(65));
    real(
        all, "rows", x -> List.of(x.get(0).take(x.get(1), 0)), f32(33, 17), Type.of(DType.I32, 10));
    for (DType d : new DType[] {DType.I64, DType.I32}) {
      all.put(
          "sum " + d,
          new Shape(
              List.of(Type.of(d, 100)), x -> List.of(x.getFirst().times(x.getFirst()).sum())));
      all.put("max " + d, new Shape(List.of(Type.of(d, 100)), x -> List.of(x.getFirst().max())));
    }
    all.put("any", new Shape(List.of(Type.of(DType.BOOL, 100)), x -> List.of(x.getFirst().any())));
    all.put(
        "scalars", new Shape(List.of(Type.of(DType.F64)), x -> List.of(chain(x.getFirst(), 20))));
    all.put(
        "many scalars",
        new Shape(List.of(Type.of(DType.F64)), x -> List.of(chain(x.getFirst(), 500))));
    return all;
  }

  private static Tensor chain(Tensor x, int n) {
    Tensor y = x;
    for (int i = 0; i < n; i++) y = y.times(x).plus(0.01 * i).times(0.5);
    return y;
  }

  /** A function of tensors as {@code jit} traces it. */
  static Graph graph(List<Type> types, Fn<List<Tensor>, List<Tensor>> f) {
    Scope scope = Scope.blind("a test", Interpreter::value);
    return scope.in(
        () -> {
          var params = types.stream().map(scope::parameter).toList();
          var results =
              f.of(params.stream().map(Tensor::of).toList()).stream().map(Tensor::node).toList();
          return Simplify.of(new Graph(params, results), Simplify.EXACT);
        });
  }

  private static Object array(Type t) {
    Object data = Array.zeros(t).data();
    for (int i = 0; i < t.shape().size(); i++)
      switch (data) {
        case double[] d -> d[i] = Math.sin(i);
        case float[] d -> d[i] = (float) Math.sin(i);
        case long[] d -> d[i] = i % 7;
        case int[] d -> d[i] = i % 7;
        case boolean[] d -> d[i] = i == 77;
        default -> throw new AssertionError(t);
      }
    return data;
  }

  private record Warm(
      String name,
      Backend.Executable program,
      Backend.Session session,
      Object[] args,
      Object[] results,
      long[] allocated) {}

  /** {@code args}: which part of how many, and how many seconds the vector code is waited for. */
  public static void main(String[] args) throws InterruptedException {
    int part = Integer.parseInt(args[0]), parts = Integer.parseInt(args[1]);
    long limit = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000;
    var only = new LinkedHashMap<String, Shape>();
    int number = 0;
    for (var e : shapes().entrySet())
      if (number++ % parts == part) only.put(e.getKey(), e.getValue());

    var compiler = new Compiler(Twins.WARMED);
    var all = new ArrayList<Warm>();
    only.forEach(
        (name, s) -> {
          Graph g = graph(s.types, s.f);
          var program = compiler.compile(g, Set.of());
          Object[] xs = g.params().stream().map(p -> array(p.type())).toArray();
          Object[] results = g.results().stream().map(r -> Array.zeros(r.type()).data()).toArray();
          all.add(new Warm(name, program, program.session(), xs, results, new long[1]));
        });
    for (var w : all) calls(w); // the scalar twins
    for (var w : all) w.allocated[0] = 0;
    // a kernel that is still being warmed runs as scalars: that must not allocate either
    while (compiler.kernels().warmup().pending() > 0 && System.nanoTime() < limit) {
      for (var w : all) calls(w);
      Thread.sleep(20);
    }
    for (int i = 0; i < 100; i++) for (var w : all) calls(w);
    for (var w : all) {
      if (w.allocated[0] > ONCE)
        System.out.println("THE SWAP COSTS " + w.name + ": " + w.allocated[0] + " bytes");
      w.allocated[0] = 0;
      calls(w);
      if (w.allocated[0] > 0)
        System.out.println("ALLOCATES " + w.name + ": " + w.allocated[0] / CALLS + " bytes a call");
      for (var k : w.program.plan().kernels())
        if (k.kind() != Backend.Kernel.Kind.VECTOR)
          System.out.println(k.kind() + " " + w.name + ": " + k.name());
    }
    var warmup = compiler.kernels().warmup();
    System.out.println(
        "%d shapes, %d kernels defined anew, %d being warmed"
            .formatted(all.size(), warmup.redefined(), warmup.pending()));
  }

  private static void calls(Warm w) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) w.session.run(w.args, w.results);
    w.allocated[0] += THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
