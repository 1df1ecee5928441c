package io.leibniz.verify.corpus;

import static io.leibniz.Leibniz.grad;
import static io.leibniz.Leibniz.jacobian;
import static io.leibniz.Leibniz.valueAndGrad;
import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.Csr;
import io.leibniz.Fn;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.verify.corpus.Objectives.Hand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Scanner;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * ADBench's problems against values from an independent implementation, entry by entry: |a − b| ≤ 1e-11 · max(1, |a| + |b|).
 * {@code -Dleibniz.adbench=FOLDER} runs the cases of another folder.
 */
class AdBenchTest {

  private static Path folder() {
    String other = System.getProperty("leibniz.adbench");
    if (other != null) return Path.of(other);
    return Path.of(
        Objects.requireNonNull(System.getProperty("basedir"), "basedir"),
        "src/test/resources/corpus/adbench");
  }

  /** Beside the references, or in a folder of their own. */
  private static Path data(JsonNode c, String key) {
    Path own = folder().resolve("data");
    return (Files.isDirectory(own) ? own : folder()).resolve(c.path(key).asString());
  }

  private static Stream<JsonNode> cases(String what) throws IOException {
    JsonNode all =
        JsonMapper.shared()
            .readTree(Files.readString(folder().resolve("reference_" + what + ".json")));
    var cases = new ArrayList<JsonNode>();
    all.path("cases").forEach(cases::add);
    if (all.has("own")) cases.add(all.path("own"));
    return cases.stream().filter(c -> !c.has("file") || Files.exists(data(c, "file")));
  }

  static Stream<JsonNode> mixtures() throws IOException {
    return cases("gmm");
  }

  static Stream<JsonNode> bundles() throws IOException {
    return cases("ba");
  }

  static Stream<JsonNode> sequences() throws IOException {
    return cases("lstm");
  }

  static Stream<JsonNode> hands() throws IOException {
    return cases("hand");
  }

  // ---- numbers

  private static void close(String what, double a, double b, double tolerance) {
    assertThat(Math.abs(a - b) / Math.max(1, Math.abs(a) + Math.abs(b)))
        .as("%s: %s, reference %s", what, a, b)
        .isLessThanOrEqualTo(tolerance);
  }

  /** A vector of the reference: whole, or its ends and every i-th of it; and what sums up the rest. */
  private static void close(String what, double[] got, JsonNode want) {
    assertThat(got).as(what).hasSize(want.path("length").asInt());
    if (want.has("data")) same(what, got, 0, 1, numbers(want.path("data")));
    else {
      double[] first = numbers(want.path("first50")), last = numbers(want.path("last50"));
      same(what, got, 0, 1, first);
      same(what, got, got.length - last.length, 1, last);
      JsonNode every = want.path("every_ith");
      same(what, got, 0, every.path("stride").asInt(), numbers(every.path("data")));
    }
    double l2 = Math.sqrt(DoubleStream.of(got).map(g -> g * g).sum());
    double sum = DoubleStream.of(got).sum(), cos = 0;
    for (int i = 0; i < got.length; i++) cos += got[i] * Math.cos(i);
    double scale = Math.max(1, DoubleStream.of(got).map(Math::abs).sum());
    close(what + " length", l2, want.path("l2").asDouble(), 1e-11);
    assertThat(Math.abs(sum - want.path("sum").asDouble()))
        .as(what + " sum")
        .isLessThanOrEqualTo(1e-11 * scale);
    assertThat(Math.abs(cos - want.path("dot_cos").asDouble()))
        .as(what + " · cos")
        .isLessThanOrEqualTo(1e-11 * scale);
  }

  private static void same(String what, double[] got, int from, int step, double[] want) {
    for (int i = 0; i < want.length; i++)
      close(what + "[" + (from + i * step) + "]", got[from + i * step], want[i], 1e-11);
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .flatMapToDouble(
            n -> n.isArray() ? Arrays.stream(numbers(n)) : DoubleStream.of(n.asDouble()))
        .toArray();
  }

  private static double[] flat(List<Tensor> leaves) {
    return leaves.stream().flatMapToDouble(t -> Arrays.stream(t.doubles())).toArray();
  }

  /** The numbers of a file, in order. */
  private static Scanner scan(JsonNode c) {
    try {
      return new Scanner(Files.readString(data(c, "file"))).useDelimiter("\\s+");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor read(Scanner s, int... dims) {
    double[] x = new double[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < x.length; i++) x[i] = Double.parseDouble(s.next());
    return Tensor.of(x, dims);
  }

  // ---- the problems

  @ParameterizedTest
  @MethodSource("mixtures")
  void gaussianMixtures(JsonNode c) {
    int d = c.path("d").asInt(), k = c.path("k").asInt(), n = c.path("n").asInt();
    int f = d * (d + 1) / 2;
    List<Tensor> p;
    Tensor x;
    double gamma = c.path("gamma").asDouble();
    int m = c.path("m").asInt();
    if (c.has("file")) {
      Scanner s = scan(c);
      assertThat(new int[] {s.nextInt(), s.nextInt(), s.nextInt()}).containsExactly(d, k, n);
      p = List.of(read(s, k), read(s, k, d), read(s, k, f));
      x = read(s, n, d);
    } else {
      p =
          List.of(
              Tensor.of(numbers(c.path("alphas"))),
              Tensor.of(numbers(c.path("means")), k, d),
              Tensor.of(numbers(c.path("icf")), k, f));
      x = Tensor.of(numbers(c.path("x")), n, d);
    }
    var got = valueAndGrad((List<Tensor> q) -> Objectives.gmm(q, x, gamma, m)).of(p);
    close("objective", got.value().item(), c.path("objective").asDouble(), 1e-11);
    close("gradient", flat(got.grad()), c.path("gradient"));
    var right = valueAndGrad((List<Tensor> q) -> Objectives.corrected(q, x, gamma, m)).of(p);
    close("corrected", right.value().item(), c.path("corrected_objective").asDouble(), 1e-11);
    double l2 = Math.sqrt(DoubleStream.of(flat(right.grad())).map(g -> g * g).sum());
    close("corrected gradient", l2, c.path("corrected_gradient").path("l2").asDouble(), 1e-11);
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void bundleAdjustment(JsonNode c) {
    int n = c.path("n").asInt(), m = c.path("m").asInt(), p = c.path("p").asInt();
    boolean own = !c.has("file");
    double[] cams, points, weights, seen;
    long[] camera = new long[p], point = new long[p];
    if (own) {
      cams = numbers(c.path("cams"));
      points = numbers(c.path("X"));
      weights = numbers(c.path("w"));
      seen = numbers(c.path("feats"));
      double[] obs = numbers(c.path("obs"));
      for (int i = 0; i < p; i++) {
        camera[i] = (long) obs[2 * i];
        point[i] = (long) obs[2 * i + 1];
      }
    } else { // one camera, point, weight and place, repeated
      Scanner s = scan(c);
      assertThat(new int[] {s.nextInt(), s.nextInt(), s.nextInt()}).containsExactly(n, m, p);
      cams = repeated(read(s, 11), n);
      points = repeated(read(s, 3), m);
      weights = repeated(read(s, 1), p);
      seen = repeated(read(s, 2), p);
      for (int i = 0; i < p; i++) {
        camera[i] = i % n;
        point[i] = i % m;
      }
    }
    var at = List.of(Tensor.of(cams, n, 11), Tensor.of(points, m, 3), Tensor.of(weights));
    Tensor cam = Tensor.of(camera), pt = Tensor.of(point), where = Tensor.of(seen, p, 2);
    Fn<List<Tensor>, List<Tensor>> f = q -> Objectives.ba(q, cam, pt, where);
    var errors = f.of(at);
    double[] e = errors.get(0).doubles(), we = errors.get(1).doubles();
    Csr j = jacobian(f).sparse().of(at);
    assertThat(j.height()).isEqualTo(3 * p);
    assertThat(j.width()).isEqualTo(11 * n + 3 * m + p);
    // of the 31 entries of an observation two are 0 whatever the numbers: u does not depend on the
    // centre's y, nor v on its x
    assertThat(j.columns()).hasSize(29 * p);
    assertThat(j.sweeps()).isLessThanOrEqualTo(own ? 40 : 16);
    double[] values = j.values().doubles();
    for (int i = 0; i < p; i++) {
      JsonNode block = own ? c.path("J_blocks").get(i) : c.path("J_block");
      double[] wantError = numbers(own ? c.path("reproj_err").get(i) : c.path("reproj_err"));
      double wantWeight = (own ? c.path("w_err").get(i) : c.path("w_err")).asDouble();
      double greatest = Arrays.stream(numbers(block)).map(Math::abs).max().orElseThrow();
      double tolerance = own && camera[i] == 4 ? 1e-8 : 1e-11;
      for (int r = 0; r < 2; r++) {
        int row = 2 * i + r;
        close("error " + row, e[row], wantError[r], 1e-11);
        double[] want = numbers(block.get(r));
        int k = j.rows()[row];
        for (int q = 0; q < 15; q++) {
          long column =
              q < 11
                  ? 11 * camera[i] + q
                  : q < 14 ? 11L * n + 3 * point[i] + q - 11 : 11L * n + 3L * m + i;
          boolean there = k < j.rows()[row + 1] && j.columns()[k] == column;
          double value = there ? values[k++] : 0;
          if (own)
            assertThat(Math.abs(value - want[q]))
                .as("observation %d, [%d, %d]", i, r, q)
                .isLessThanOrEqualTo(tolerance * greatest);
          else close("observation " + i, value, want[q], 1e-11);
        }
        assertThat(k).isEqualTo(j.rows()[row + 1]);
      }
      close("weight error " + i, we[i], wantWeight, 1e-11);
      int k = j.rows()[2 * p + i];
      assertThat(j.columns()[k]).isEqualTo(11 * n + 3 * m + i);
      close("weight slope", values[k], -2 * weights[i], 1e-11);
    }
  }

  private static double[] repeated(Tensor one, int n) {
    double[] x = one.doubles(), out = new double[n * x.length];
    for (int i = 0; i < out.length; i++) out[i] = x[i % x.length];
    return out;
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void lstm(JsonNode c) {
    Scanner s = scan(c);
    int l = s.nextInt(), rows = s.nextInt(), b = s.nextInt(), used = c.path("c").asInt();
    var p = List.of(read(s, 2 * l, 4 * b), read(s, 3, b));
    Tensor state = read(s, 2 * l, b), sequence = read(s, rows, b).slice(Range.to(used));
    var got = valueAndGrad((List<Tensor> q) -> Objectives.lstm(q, state, sequence, 2)).of(p);
    close("objective", got.value().item(), c.path("objective").asDouble(), 1e-11);
    close("gradient", flat(got.grad()), c.path("gradient"));
    if (!c.has("without_plus2_objective")) return;
    Fn<List<Tensor>, Tensor> right = q -> Objectives.lstm(q, state, sequence, 0);
    close(
        "without the slip",
        right.of(p).item(),
        c.path("without_plus2_objective").asDouble(),
        1e-11);
    close("its gradient", flat(grad(right).of(p)), c.path("without_plus2_gradient"));
  }

  @ParameterizedTest
  @MethodSource("hands")
  void hand(JsonNode c) throws IOException {
    Path model = data(c, "model");
    Hand hand = hand(model);
    boolean complicated = c.path("complicated").asBoolean();
    Scanner s = scan(c);
    int n = s.nextInt(), parameters = s.nextInt();
    long[] to = new long[n];
    double[] points = new double[3 * n];
    for (int i = 0; i < n; i++) {
      to[i] = s.nextLong();
      for (int a = 0; a < 3; a++) points[3 * i + a] = Double.parseDouble(s.next());
    }
    Tensor us = complicated ? read(s, n, 2) : Tensor.of(0.0);
    Tensor theta = read(s, parameters), at = Tensor.of(points, n, 3);
    if (!complicated) {
      Tensor vertex = Tensor.of(to);
      Fn<Tensor, Tensor> f = t -> hand.simple(t, at, vertex).flatten();
      close("objective", f.of(theta).doubles(), c.path("objective"));
      close(
          "Jacobian",
          jacobian(f).forward().of(theta).matrix().doubles(),
          c.path("jacobian_row_major"));
      return;
    }
    long[][] triangles = triangles(model);
    long[] corners = Arrays.stream(to).flatMap(i -> Arrays.stream(triangles[(int) i])).toArray();
    Tensor corner = Tensor.of(corners, n, 3);
    Fn<List<Tensor>, Tensor> f = q -> hand.complicated(q.get(1), q.get(0), at, corner).flatten();
    close("objective", f.of(List.of(us, theta)).doubles(), c.path("objective"));
    // each point has its own two coordinates: two columns hold them all
    Tensor own =
        jacobian((Tensor u) -> f.of(List.of(u, theta))).sparse().of(us).values().reshape(3 * n, 2);
    Tensor rest = jacobian((Tensor t) -> f.of(List.of(us, t))).forward().of(theta).matrix();
    close("Jacobian", Tensor.concat(1, own, rest).doubles(), c.path("jacobian_row_major"));
  }

  private static Hand hand(Path model) throws IOException {
    var bones = Files.readAllLines(model.resolve("bones.txt"));
    int[] parents = new int[bones.size()];
    var relative = new ArrayList<Tensor>();
    var inverse = new ArrayList<Tensor>();
    for (int i = 0; i < parents.length; i++) {
      String[] b = bones.get(i).split(":");
      parents[i] = Integer.parseInt(b[1]);
      relative.add(matrix(b, 2));
      inverse.add(matrix(b, 18));
    }
    var lines = Files.readAllLines(model.resolve("vertices.txt"));
    double[] at = new double[lines.size() * 4], weights = new double[lines.size() * parents.length];
    for (int v = 0; v < lines.size(); v++) {
      String[] x = lines.get(v).split(":");
      for (int a = 0; a < 3; a++) at[4 * v + a] = Double.parseDouble(x[a]);
      at[4 * v + 3] = 1;
      int n = Integer.parseInt(x[8]);
      for (int k = 0; k < n; k++)
        weights[v * parents.length + Integer.parseInt(x[9 + 2 * k])] =
            Double.parseDouble(x[10 + 2 * k]);
    }
    return new Hand(
        parents,
        relative,
        inverse,
        Tensor.of(at, lines.size(), 4),
        Tensor.of(weights, lines.size(), parents.length));
  }

  private static Tensor matrix(String[] fields, int from) {
    double[] m = new double[16];
    for (int i = 0; i < 16; i++) m[i] = Double.parseDouble(fields[from + i]);
    return Tensor.of(m, 4, 4);
  }

  private static long[][] triangles(Path model) throws IOException {
    return Files.readAllLines(model.resolve("triangles.txt")).stream()
        .map(l -> Arrays.stream(l.split(":")).mapToLong(Long::parseLong).toArray())
        .toArray(long[][]::new);
  }
}
