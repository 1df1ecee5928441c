package io.leibniz;

import io.leibniz.backend.Backend;
import io.leibniz.eval.Interpreter;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Graph;
import io.leibniz.ir.Origin;
import io.leibniz.ir.Scope;
import io.leibniz.ir.ShapeException;
import io.leibniz.ir.Type;
import io.leibniz.transform.Simplify;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compiled functions. A {@code jit} object keeps one program for each signature: the shapes and dtypes of the leaves,
 * and all else in the arguments, which is structure and compared by {@code equals}. With a signature that it knows, a
 * call does not trace: tensors that the function found outside its arguments are those of the first trace. What changes from
 * call to call must be a tensor in an argument, not a Java number.
 *
 * <p>Inside another transform a {@code jit} is an inlined call. The backend is found on the module path; without
 * one, the interpreter runs the programs. Safe for use by several threads at once.
 */
public final class Jit {
  private static final System.Logger LOG = System.getLogger("io.leibniz.jit");
  private static final int MANY = 8, SITES = 100;

  private final Fn<List<Object>, Object> f;
  private final int arity;
  private final List<Integer> donated;
  private final Backend backend = Backend.find();
  private final Map<Signature, CompletableFuture<Compiled>> programs = new LinkedHashMap<>();
  private volatile @Nullable Compiled last; // the program of the last call
  private volatile @Nullable String site; // where donating calls come from
  private volatile int calls; // how many in a row have come from there; need not be exact

  private Jit(Fn<List<Object>, Object> f, int arity, List<Integer> donated) {
    this.f = f;
    this.arity = arity;
    this.donated = donated;
    for (int i : donated)
      if (i < 0 || i >= arity)
        throw new ShapeException(
            "donating needs argument numbers from 0 to %d, got %d".formatted(arity - 1, i));
  }

  private Jit donating(int... args) {
    return new Jit(f, arity, Arrays.stream(args).boxed().toList());
  }

  /** Types of the leaves, and everything else. */
  private record Signature(List<Type> types, List<Map.Entry<String, @Nullable Object>> structure) {
    static Signature of(List<Object> args) {
      return new Signature(
          Tree.tensors(args).stream().map(Tensor::type).toList(), Tree.structure(args));
    }
  }

  /**
   * @param args what arguments look like that it is for
   * @param tree what the results are put into
   * @param given the numbers of the donated leaves
   */
  private record Compiled(
      Backend.Executable program, Skeleton args, Skeleton tree, int[] given, String why) {}

  private Object call(List<Object> args) {
    if (Scope.tracing()) return inlined(args);
    var leaves = new ArrayList<Tensor>();
    Compiled c = last;
    if (c == null || !c.args.matches(args, leaves)) {
      last = c = compiled(args);
      leaves.clear();
      if (!c.args.matches(args, leaves)) throw new AssertionError("compiled for other arguments");
    }
    var arrays = new ArrayList<Array>(leaves.size());
    for (int i = 0; i < leaves.size(); i++) arrays.add(leaves.get(i).array());
    List<Array> results = c.program.run(arrays);
    if (c.given.length > 0) {
      String to = donatedTo();
      for (int i : c.given) leaves.get(i).donate(to);
    }
    var tensors = new ArrayList<Tensor>(results.size());
    for (int i = 0; i < results.size(); i++) tensors.add(new Tensor(results.get(i)));
    return c.tree.with(new Skeleton.Next(tensors));
  }

  /** Names the call for whoever uses a donated tensor. After many calls from one line the line is no longer looked up. */
  private String donatedTo() {
    if (site != null && calls > SITES) return site;
    Origin here = Origin.here();
    String now = "a jit call" + (here == null ? "" : " at " + here);
    calls = now.equals(site) ? calls + 1 : 0;
    return site = now;
  }

  private Object inlined(List<Object> args) {
    var types = Tree.tensors(args).stream().map(Tensor::type).toList();
    var t = Trace.blind("jit", args, types, f);
    return Tree.with(t.tree(), Trace.tensors(t.graph().inline(t.args())));
  }

  /** The program for such arguments; whoever needs it first traces, outside of any lock, and others wait for that. */
  private Compiled compiled(List<Object> args) {
    var signature = Signature.of(args);
    CompletableFuture<Compiled> program;
    String why = null;
    synchronized (programs) {
      program = programs.get(signature);
      if (program == null) {
        why = why(signature);
        programs.put(signature, program = new CompletableFuture<>());
      }
    }
    if (why == null) return waited(program);
    try {
      program.complete(compile(args, signature.types, why));
    } catch (RuntimeException | Error e) {
      synchronized (programs) {
        programs.remove(signature); // the next call tries again
      }
      program.completeExceptionally(e);
      throw e;
    }
    return program.join();
  }

  private static Compiled waited(CompletableFuture<Compiled> program) {
    try {
      return program.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) throw cause;
      throw e;
    }
  }

  private Compiled compile(List<Object> args, List<Type> types, String why) {
    long start = System.nanoTime();
    Scope root = Interpreter.scope();
    var tree = new ArrayList<Object>();
    Graph graph =
        root.in(
            () -> {
              var t = Trace.unapplied("jit", args, types, f);
              tree.add(t.tree());
              return Simplify.of(t.graph(), Simplify.EXACT);
            });
    int[] given = given(args);
    var program = backend.compile(graph, Arrays.stream(given).boxed().collect(Collectors.toSet()));
    if (told()) tell(types, why, program.plan(), System.nanoTime() - start);
    return new Compiled(program, Skeleton.of(args), Skeleton.of(tree.getFirst()), given, why);
  }

  /** Whether {@code LEIBNIZ_LOG=compile} asks for a sentence on each compilation. */
  private static boolean told() {
    String log = System.getenv("LEIBNIZ_LOG");
    return log != null && List.of(log.split("[, ]+")).contains("compile");
  }

  private void tell(List<Type> types, String why, Backend.Plan plan, long nanos) {
    Origin here = Origin.here();
    LOG.log(
        System.Logger.Level.INFO,
        "compiled a function of %s%s to %s in %d ms (%s): %d kernels, working in %d bytes and making %d bytes of results a call"
            .formatted(
                types.size() <= 6 ? types : types.size() + " tensors",
                here == null ? "" : " at " + here,
                backend.name(),
                nanos / 1_000_000,
                why,
                plan.kernels().size(),
                plan.arenaBytes(),
                plan.resultBytes()));
  }

  /** The numbers, among all leaves, of those that are donated. */
  private int[] given(List<Object> args) {
    var all = IntStream.builder();
    int at = 0;
    for (int i = 0; i < args.size(); i++) {
      int n = Tree.tensors(args.get(i)).size();
      if (donated.contains(i)) for (int k = at; k < at + n; k++) all.add(k);
      at += n;
    }
    return all.build().toArray();
  }

  /** Why a program is needed; warns where one thing keeps changing. */
  private String why(Signature s) {
    if (programs.isEmpty()) return "first call";
    var alike = programs.keySet().stream().filter(o -> o.types.equals(s.types)).toList();
    if (alike.isEmpty()) return "new shapes or dtypes: " + s.types;
    String changed = difference(alike.getLast(), s);
    if (alike.size() + 1 == MANY)
      LOG.log(
          System.Logger.Level.WARNING,
          "jit has compiled {0} programs for the same shapes, because {1} keeps changing; make it a tensor, or do not pass it",
          MANY,
          changed);
    return changed + " changed";
  }

  private static String difference(Signature a, Signature b) {
    for (int i = 0; i < Math.min(a.structure.size(), b.structure.size()); i++) {
      var p = a.structure.get(i);
      var q = b.structure.get(i);
      if (!p.equals(q))
        return "argument " + q.getKey() + " (" + p.getValue() + ", then " + q.getValue() + ")";
    }
    return "the structure of the arguments";
  }

  private Plan plan(List<Object> args) {
    var c = compiled(args);
    return new Plan(backend.name(), c.why, c.program.plan());
  }

  /** The program for one tensor whose results are its value and gradient. */
  private Backend.Executable entry(DType dtype, int n) {
    Tensor at = Tensor.zeros(dtype, n);
    var c = compiled(List.of((Object) at));
    var leaf = new Skeleton.Leaf(at.type());
    var value = new Skeleton.Leaf(Type.of(dtype));
    if (c.tree instanceof Skeleton.Parts(var type, _, var parts)
        && type == Valued.class
        && parts[0].equals(value)
        && parts[1].equals(leaf)) return c.program;
    throw Entry.notGradient(dtype, n, c.tree.describe());
  }

  private List<String> whys() {
    synchronized (programs) {
      return programs.values().stream()
          .filter(p -> p.isDone() && !p.isCompletedExceptionally())
          .map(p -> p.join().why)
          .toList();
    }
  }

  @SuppressWarnings("unchecked") // the tree is the one that the function returned
  private <B> B result(@Nullable Object... args) {
    for (int i = 0; i < args.length; i++)
      if (args[i] == null)
        throw new ShapeException("jit needs trees as arguments, but argument " + i + " is null");
    return (B) call(List.of(args));
  }

  /**
   * What runs for arguments of some signature.
   *
   * @param backend what it was made by, and {@code why}
   * @param program its kernels, with their cost
   */
  public record Plan(String backend, String why, Backend.Plan program) {
    /** For people: a line for each kernel. */
    @Override
    public String toString() {
      return backend + ", " + why + "\n" + program.text();
    }
  }

  /** Of one argument. */
  public static final class Of<A, B> implements Fn<A, B> {
    private final Jit jit;

    Of(Fn<A, B> f) {
      this(new Jit(xs -> object(f.of(Vmap.<A>arg(xs, 0))), 1, List.of()));
    }

    private Of(Jit jit) {
      this.jit = jit;
    }

    @Override
    public B of(A a) {
      return jit.result(a);
    }

    /** The same function, to which the tensors of the numbered arguments are given up: their next use raises. */
    public Of<A, B> donating(int... args) {
      return new Of<>(jit.donating(args));
    }

    /** What runs for such arguments, compiled now if need be. */
    public Plan plan(A a) {
      return jit.plan(List.of((Object) a));
    }

    /** Why each program so far was compiled. */
    public List<String> why() {
      return jit.whys();
    }

    /** The entry on arrays of {@code n} doubles of a function that returns its value and gradient: {@code jit(valueAndGrad(f))}. */
    public Entry.Doubles doubles(int n) {
      return new Entry.Doubles(jit.entry(DType.F64, n), n);
    }

    /** Likewise, of floats. */
    public Entry.Floats floats(int n) {
      return new Entry.Floats(jit.entry(DType.F32, n), n);
    }
  }

  /** Of two arguments. */
  public static final class Of2<A, X, B> implements Fn2<A, X, B> {
    private final Fn2<A, X, B> f;
    private final Jit jit;

    Of2(Fn2<A, X, B> f) {
      this(f, new Jit(xs -> object(f.of(Vmap.<A>arg(xs, 0), Vmap.<X>arg(xs, 1))), 2, List.of()));
    }

    private Of2(Fn2<A, X, B> f, Jit jit) {
      this.f = f;
      this.jit = jit;
    }

    /** The function of the first argument alone, the other held; what it holds is compiled in. */
    public Of<A, B> with(X x) {
      return new Of<>(a -> f.of(a, x));
    }

    @Override
    public B of(A a, X x) {
      return jit.result(a, x);
    }

    public Of2<A, X, B> donating(int... args) {
      return new Of2<>(f, jit.donating(args));
    }

    public Plan plan(A a, X x) {
      return jit.plan(List.of(a, x));
    }

    public List<String> why() {
      return jit.whys();
    }
  }

  /** Of three arguments. */
  public static final class Of3<A, X, Y, B> implements Fn3<A, X, Y, B> {
    private final Fn3<A, X, Y, B> f;
    private final Jit jit;

    Of3(Fn3<A, X, Y, B> f) {
      this(
          f,
          new Jit(
              xs -> object(f.of(Vmap.<A>arg(xs, 0), Vmap.<X>arg(xs, 1), Vmap.<Y>arg(xs, 2))),
              3,
              List.of()));
    }

    private Of3(Fn3<A, X, Y, B> f, Jit jit) {
      this.f = f;
      this.jit = jit;
    }

    /** The function of the first argument alone, the others held; what it holds is compiled in. */
    public Of<A, B> with(X x, Y y) {
      return new Of<>(a -> f.of(a, x, y));
    }

    @Override
    public B of(A a, X x, Y y) {
      return jit.result(a, x, y);
    }

    public Of3<A, X, Y, B> donating(int... args) {
      return new Of3<>(f, jit.donating(args));
    }

    public Plan plan(A a, X x, Y y) {
      return jit.plan(List.of(a, x, y));
    }

    public List<String> why() {
      return jit.whys();
    }
  }

  /** Of four arguments. */
  public static final class Of4<A, X, Y, Z, B> implements Fn4<A, X, Y, Z, B> {
    private final Fn4<A, X, Y, Z, B> f;
    private final Jit jit;

    Of4(Fn4<A, X, Y, Z, B> f) {
      this(
          f,
          new Jit(
              xs ->
                  object(
                      f.of(
                          Vmap.<A>arg(xs, 0),
                          Vmap.<X>arg(xs, 1),
                          Vmap.<Y>arg(xs, 2),
                          Vmap.<Z>arg(xs, 3))),
              4,
              List.of()));
    }

    private Of4(Fn4<A, X, Y, Z, B> f, Jit jit) {
      this.f = f;
      this.jit = jit;
    }

    /** The function of the first argument alone, the others held; what it holds is compiled in. */
    public Of<A, B> with(X x, Y y, Z z) {
      return new Of<>(a -> f.of(a, x, y, z));
    }

    @Override
    public B of(A a, X x, Y y, Z z) {
      return jit.result(a, x, y, z);
    }

    public Of4<A, X, Y, Z, B> donating(int... args) {
      return new Of4<>(f, jit.donating(args));
    }

    public Plan plan(A a, X x, Y y, Z z) {
      return jit.plan(List.of(a, x, y, z));
    }

    public List<String> why() {
      return jit.whys();
    }
  }

  private static Object object(@Nullable Object tree) {
    return Objects.requireNonNull(tree, "a function under jit must return a tree, not null");
  }
}
