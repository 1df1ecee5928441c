package io.leibniz.cli;

import io.leibniz.Key;
import io.leibniz.Range;
import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.nn.Initialiser;
import io.leibniz.nn.data.Examples;
import io.leibniz.nn.data.Mnist;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the options of {@code backprop} say; null: nothing. They go before what a file says. */
record NetRequest(
    @Nullable String activation,
    @Nullable String input,
    @Nullable String target,
    @Nullable String cost,
    @Nullable Long seed) {
  private static final List<Integer> LECTURE = List.of(1, 1, 1);
  private static final long MOST_PARAMETERS = 20_000_000;
  private static final String IMAGE = "mnist:";

  /** Of a list such as {@code 3,2,1}. */
  static NetFile sizes(String text) {
    var sizes = new ArrayList<Integer>();
    for (String s : text.split(",")) {
      String n = s.strip();
      if (n.startsWith("-") || n.matches("0+"))
        throw new Complaint("--net %s: a layer has at least one neuron".formatted(text));
      if (n.length() > 9) throw tooLarge(text);
      sizes.add(Integer.parseInt(n));
    }
    if (sizes.size() < 2)
      throw new Complaint("--net needs two sizes or more, as in `3,2,1`, got `%s`".formatted(text));
    return new NetFile(null, sizes, null, null, null, null, null);
  }

  private static Complaint tooLarge(String sizes) {
    return new Complaint(
        "a network of sizes %s is too large; at most %,d parameters are taken"
            .formatted(sizes, MOST_PARAMETERS));
  }

  /** The network and its example. */
  NetExample example(NetFile file) throws IOException {
    boolean lecture = file.sizes().equals(LECTURE);
    Cost loss = Cost.named(cost != null ? cost : file.cost() != null ? file.cost() : "quadratic");
    Net net = net(file, loss, lecture);
    DType dtype = net.params().layers().getFirst().w().dtype();
    Examples image = image();
    Tensor x = (image != null ? image.x().at(0) : input(file, net, lecture)).cast(dtype);
    if (x.dim(-1) != net.inputs())
      throw new Complaint(
          "%s has %d numbers, but the network takes %d"
              .formatted(input != null ? "--input" : "the input", x.dim(-1), net.inputs()));
    Tensor y = target(net, loss, file, image == null ? null : image.y().at(0), x).cast(dtype);
    if (net.rows() && x.rank() == 1) {
      x = x.expand(0);
      y = y.rank() == 1 ? y.expand(0) : y;
    }
    if (!y.shape().equals(x.shape().sub(0, x.rank() - 1).concat(Shape.of(net.outputs()))))
      throw new Complaint(
          "%s is %s, but the network gives %d numbers%s"
              .formatted(
                  target != null ? "--target" : "the target",
                  y.shape(),
                  net.outputs(),
                  x.rank() == 2 ? " for each of %d examples".formatted(x.dim(0)) : ""));
    return new NetExample(net, x, y, loss);
  }

  /** One test image and its digit, if that is what the input names. */
  private @Nullable Examples image() throws IOException {
    if (input == null || !input.startsWith(IMAGE)) return null;
    int at = index(input.substring(IMAGE.length()));
    var test = Mnist.read(Home.data("mnist")).test();
    Range one = Range.of(at, at + 1);
    return new Examples(test.x().slice(one), test.y().slice(one));
  }

  private Tensor input(NetFile file, Net net, boolean lecture) {
    if (input != null) return Tensor.of(numbers("--input", input));
    if (file.input() instanceof Tensor given) return given;
    if (lecture) return Tensor.vector(1);
    return file.net() == null ? drawn(net.inputs()) : none(net);
  }

  private static Tensor none(Net net) {
    throw new Complaint(
        "the network takes %d numbers, and there are none; give them with --input%s"
            .formatted(
                net.inputs(), net.inputs() == Mnist.PIXELS ? ", as in `--input mnist:0`" : ""));
  }

  private static int index(String text) {
    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) >= Mnist.TEST)
      throw new Complaint(
          "--input mnist: needs the number of a test image, 0 to %d, got `%s`"
              .formatted(Mnist.TEST - 1, text));
    return Integer.parseInt(text);
  }

  // ---- the network

  private Net net(NetFile file, Cost loss, boolean lecture) {
    if (file.net() instanceof Net given)
      return activation == null
          ? given
          : new Net(
              given.params(),
              given.origin(),
              activations(given.activations().size(), given.outputs(), loss),
              given.rows());
    var own =
        activation == null && file.activation() != null
            ? new NetRequest(file.activation(), null, null, null, null)
            : this;
    var activations = own.activations(file.sizes().size() - 1, file.sizes().getLast(), loss);
    Long by = seed != null ? seed : file.seed();
    return lecture && by == null
        ? NetExample.lecture(activations)
        : new Net(
            drawn(file.sizes(), activations.getFirst(), by == null ? 1 : by),
            "drawn by seed " + (by == null ? 1 : by),
            activations,
            false);
  }

  private List<String> activations(int layers, int outputs, Cost loss) {
    if (activation == null) {
      var out = new ArrayList<>(Collections.nCopies(layers, "sigmoid"));
      if (loss == Cost.CROSS_ENTROPY && outputs > 1) out.set(layers - 1, Net.SOFTMAX);
      return out;
    }
    var names = Arrays.stream(activation.split(",", -1)).map(a -> Net.activation(a, "")).toList();
    if (names.size() == layers) return names;
    if (names.size() > 2)
      throw new Complaint(
          "--activation has %d names, but the network has %d layers; give one for all, one for each, or two: hidden and output"
              .formatted(names.size(), layers));
    var out = new ArrayList<>(Collections.nCopies(layers, names.getFirst()));
    out.set(layers - 1, names.getLast());
    return out;
  }

  /** Weights as training starts from them, biases 0. */
  private static Net.Params drawn(List<Integer> sizes, String activation, long seed) {
    long parameters = 0;
    for (int i = 1; i < sizes.size(); i++) parameters += (sizes.get(i - 1) + 1L) * sizes.get(i);
    if (parameters > MOST_PARAMETERS || parameters < 0)
      throw tooLarge(String.join(",", sizes.stream().map(String::valueOf).toList()));
    var start = activation.equals("relu") ? Initialiser.HE_NORMAL : Initialiser.LECUN_NORMAL;
    var keys = Key.of(seed).split(sizes.size() - 1);
    var layers = new ArrayList<Net.Affine>();
    for (int i = 1; i < sizes.size(); i++)
      layers.add(
          new Net.Affine(
              start.of(keys.get(i - 1), DType.F64, sizes.get(i - 1), sizes.get(i)).transpose(),
              Tensor.zeros(DType.F64, sizes.get(i))));
    return new Net.Params(layers);
  }

  /** 1, −0.5, 0.25 and so on, again and again: numbers that one can follow. */
  private static Tensor drawn(int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) x[i] = new double[] {1, -0.5, 0.25, -1, 0.5}[i % 5];
    return Tensor.of(x);
  }

  // ---- what should come out

  private Tensor target(Net net, Cost loss, NetFile file, @Nullable Tensor digit, Tensor x) {
    Tensor given = target != null ? Tensor.of(numbers("--target", target)) : file.target();
    if (given == null && digit != null && net.outputs() == Mnist.DIGITS) return digit;
    boolean classes = loss == Cost.CROSS_ENTROPY && net.outputs() > 1;
    if (given == null)
      given = classes ? Tensor.vector(0) : Tensor.full(DType.F64, 0.8, net.outputs());
    if (classes && given.rank() == 1 && given.dim(0) == (x.rank() == 1 ? 1 : x.dim(0))) {
      for (double c : given.doubles())
        if (c != Math.rint(c) || c < 0 || c >= net.outputs())
          throw new Complaint(
              "the target %s is no class of 0 to %d".formatted(c, net.outputs() - 1));
      Tensor hot = given.cast(DType.I64).oneHot(net.outputs(), DType.F64);
      return x.rank() == 1 ? hot.at(0) : hot;
    }
    if (x.rank() == 2
        && given.rank() == 1
        && (target == null && file.target() == null || x.dim(0) == 1))
      return given.expand(0).broadcastTo(Shape.of(x.dim(0), given.dim(0)));
    return given;
  }

  private static double[] numbers(String option, String text) {
    String[] words = text.strip().replaceAll("^\\[|\\]$", "").split("\\s*,\\s*|\\s+", -1);
    double[] out = new double[words.length];
    for (int i = 0; i < out.length; i++) {
      try {
        out[i] = Double.parseDouble(words[i].strip().replace('−', '-'));
      } catch (NumberFormatException e) {
        throw new Complaint(
            "%s needs numbers, as in `1,-2,0.5`, got `%s`".formatted(option, words[i]), e);
      }
      if (!Double.isFinite(out[i]))
        throw new Complaint("%s needs finite numbers, got `%s`".formatted(option, words[i]));
    }
    return out;
  }
}
