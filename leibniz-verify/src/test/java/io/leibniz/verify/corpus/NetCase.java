package io.leibniz.verify.corpus;

import io.leibniz.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One network with another system's numbers: where it is evaluated, its loss, its outputs and its derivatives.
 *
 * @param tensors what is differentiated
 * @param consts what is not: targets, masks, indices, the upstream gradient
 * @param jacobian of the first output, flattened, in each tensor
 */
record NetCase(
    String id,
    String category,
    String formula,
    JsonNode attrs,
    Map<String, Tensor> tensors,
    Map<String, Tensor> consts,
    double loss,
    Map<String, Tensor> outputs,
    Map<String, Tensor> grads,
    @Nullable Hvp hvp,
    @Nullable Hessian hessian,
    Map<String, Tensor> jacobian) {

  /** A direction, and the Hessian over all tensors jointly times it. */
  record Hvp(Map<String, Tensor> v, Map<String, Tensor> product) {}

  /** Rows and columns are the elements of the tensors in {@code order}. */
  record Hessian(List<String> order, Tensor matrix) {}

  @Override
  public String toString() {
    return id;
  }

  /** PyTorch's and our own ({@code src/test/recorded/nets_own.py}), or those of the file that {@code -Dleibniz.nets=…} names. */
  static List<NetCase> all() {
    var cases = new ArrayList<NetCase>();
    String file = System.getProperty("leibniz.nets");
    try {
      if (file != null) read(Files.newInputStream(Path.of(file)), cases);
      else
        for (String name : List.of("nets_public.json", "nets_own.json"))
          read(Objects.requireNonNull(NetCase.class.getResourceAsStream("/corpus/" + name)), cases);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return cases;
  }

  private static void read(InputStream json, List<NetCase> cases) throws IOException {
    try (json) {
      for (JsonNode c : JsonMapper.shared().readTree(json).path("cases")) cases.add(of(c));
    }
  }

  private static NetCase of(JsonNode c) {
    JsonNode hvp = c.path("hvp"), hessian = c.path("hessian");
    return new NetCase(
        c.path("id").asString(),
        c.path("category").asString(),
        c.path("formula").asString(),
        c.path("attrs"),
        tensors(c.path("tensors")),
        tensors(c.path("consts")),
        number(c.path("loss")),
        tensors(c.path("outputs")),
        tensors(c.path("grads")),
        hvp.isObject() ? new Hvp(tensors(hvp.path("v")), tensors(hvp.path("Hv"))) : null,
        hessian.isObject()
            ? new Hessian(
                hessian.path("order").valueStream().map(JsonNode::asString).toList(),
                tensor(hessian.path("matrix")))
            : null,
        tensors(c.path("jacobian")));
  }

  private static Map<String, Tensor> tensors(JsonNode map) {
    var out = new LinkedHashMap<String, Tensor>();
    for (var e : map.properties())
      if (e.getValue().isObject()) out.put(e.getKey(), tensor(e.getValue()));
    return out;
  }

  private static Tensor tensor(JsonNode t) {
    int[] dims = t.path("shape").valueStream().mapToInt(JsonNode::asInt).toArray();
    JsonNode data = t.path("data");
    return switch (t.path("dtype").asString("float")) {
      case "int" -> Tensor.of(data.valueStream().mapToLong(JsonNode::asLong).toArray(), dims);
      case "bool" -> {
        var bits = new boolean[data.size()];
        IntStream.range(0, bits.length).forEach(i -> bits[i] = truth(data.get(i)));
        yield Tensor.of(bits, dims);
      }
      default -> Tensor.of(data.valueStream().mapToDouble(NetCase::number).toArray(), dims);
    };
  }

  private static boolean truth(JsonNode x) {
    return x.isBoolean() ? x.asBoolean() : x.asInt() != 0;
  }

  /** Out-of-range numbers are strings. */
  private static double number(JsonNode x) {
    if (!x.isString()) return x.asDouble();
    return switch (x.asString().toLowerCase(java.util.Locale.ROOT)) {
      case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(x.asString());
    };
  }
}
