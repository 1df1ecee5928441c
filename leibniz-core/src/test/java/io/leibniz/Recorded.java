package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;

import io.leibniz.ir.Shape;
import io.leibniz.ir.ShapeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What NumPy gives: the cases that {@code src/test/recorded/numpy_cases.py} wrote. */
final class Recorded {
  private Recorded() {}

  /** An op, its arguments and operands; and its result, or null where NumPy raises, or a text. */
  record Case(String op, Map<String, String> args, List<Tensor> in, Tensor out, List<String> text) {

    Tensor in(int i) {
      return in.get(i);
    }

    int[] ints(String name) {
      String list = args.getOrDefault(name, "");
      return list.isEmpty()
          ? new int[0]
          : Stream.of(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    int integer(String name) {
      return Integer.parseInt(args.get(name));
    }

    double[] numbers(String name) {
      return Stream.of(args.get(name).split(",")).mapToDouble(Double::parseDouble).toArray();
    }

    int axis() {
      return integer("axis");
    }

    int[] axes() {
      return ints("axis");
    }

    boolean keep() {
      return args.getOrDefault("keepdims", "0").equals("1");
    }

    @Override
    public String toString() {
      return op + " " + args + " of " + in.stream().map(Tensor::type).toList() + " " + in;
    }

    /** That {@code f} gives the recorded result, each number up to {@code ulps} units of the greatest; or raises where NumPy does. */
    void check(Fn<Case, Tensor> f, double ulps) {
      if (out == null) {
        try {
          assertThat(f.of(this)).as("NumPy raises on %s", this).isNull();
        } catch (ShapeException | IndexOutOfBoundsException e) {
          assertThat(e).hasMessageMatching("(?s).{20,}");
        }
        return;
      }
      Tensor y = f.of(this);
      assertThat(y.type()).as("type of %s", this).isEqualTo(out.type());
      double[] got = y.doubles(), want = out.doubles();
      DoublePredicate finite = Double::isFinite;
      double greatest = Arrays.stream(want).filter(finite).map(Math::abs).max().orElse(0);
      for (int i = 0; i < got.length; i++)
        if (Double.compare(got[i], want[i]) != 0
            && !(Math.abs(got[i] - want[i]) <= ulps * Math.ulp(greatest)))
          assertThat(y).as("element %d of %s", i, this).isEqualTo(out);
    }
  }

  private static final List<Case> ALL = read();

  static List<Case> of(String op) {
    return ALL.stream().filter(c -> c.op.equals(op)).toList();
  }

  static Stream<String> ops() {
    return ALL.stream().map(Case::op).distinct();
  }

  private static List<Case> read() {
    var cases = new ArrayList<Case>();
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Recorded.class.getResourceAsStream("numpy_cases.txt")),
                StandardCharsets.UTF_8))) {
      var lines = new ArrayList<String>();
      for (String line; (line = in.readLine()) != null; )
        if (!line.isEmpty()) lines.add(line);
        else {
          cases.add(of(lines));
          lines.clear();
        }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return cases;
  }

  private static Case of(List<String> lines) {
    String[] head = lines.getFirst().split(" ");
    var args = new HashMap<String, String>();
    for (int i = 2; i < head.length; i++)
      args.put(
          head[i].substring(0, head[i].indexOf('=')), head[i].substring(head[i].indexOf('=') + 1));
    var in = new ArrayList<Tensor>();
    var text = new ArrayList<String>();
    Tensor out = null;
    for (String line : lines) {
      if (line.startsWith("in ")) in.add(tensor(line.substring(3)));
      if (line.startsWith("| ")) text.add(line.substring(2));
      if (line.startsWith("out ") && !line.equals("out error")) out = tensor(line.substring(4));
    }
    return new Case(head[1], args, in, out, text);
  }

  /** {@code f64[2,2] 1.0 2.0 nan -inf} */
  private static Tensor tensor(String line) {
    String[] words = line.split(" ");
    int open = words[0].indexOf('[');
    String list = words[0].substring(open + 1, words[0].length() - 1);
    int[] dims =
        list.isEmpty()
            ? new int[0]
            : Stream.of(list.split(",")).mapToInt(Integer::parseInt).toArray();
    var xs = Arrays.asList(words).subList(1, words.length);
    if (xs.equals(List.of("arange")))
      xs = IntStream.range(0, Shape.of(dims).size()).mapToObj(Integer::toString).toList();
    return switch (words[0].substring(0, open)) {
      case "f64" -> Tensor.of(xs.stream().mapToDouble(Recorded::number).toArray(), dims);
      case "f32" -> {
        var f = new float[xs.size()];
        for (int i = 0; i < f.length; i++)
          f[i] = xs.get(i).equals("nan") ? Float.NaN : Float.parseFloat(xs.get(i));
        yield Tensor.of(f, dims);
      }
      case "i64" -> Tensor.of(xs.stream().mapToLong(Long::parseLong).toArray(), dims);
      case "i32" -> Tensor.of(xs.stream().mapToInt(Integer::parseInt).toArray(), dims);
      case "bool" -> {
        var b = new boolean[xs.size()];
        for (int i = 0; i < b.length; i++) b[i] = xs.get(i).equals("True");
        yield Tensor.of(b, dims);
      }
      default -> throw new AssertionError(words[0]);
    };
  }

  private static double number(String x) {
    return switch (x) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(x);
    };
  }
}
