package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.ir.Array;
import io.leibniz.ir.Shape;
import io.leibniz.nn.file.BadFile;
import io.leibniz.symbolic.text.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the JSON of a {@link NetFile}, and says where it is wrong. */
record NetJson(Path file) {
  private static final Set<String> KEYS =
      Set.of("layers", "sizes", "seed", "activation", "input", "target", "loss");
  private static final Set<String> LAYER_KEYS = Set.of("W", "b", "activation");

  NetFile net(JsonNode root) throws BadFile {
    if (!root.isObject())
      throw new BadFile(
          file, "needs an object, as in {\"layers\": [{\"W\": [[1]], \"b\": [0]}], …}");
    known(root, KEYS, "");
    String activation = text(root, "activation", "activation");
    if (activation != null) activation = Net.activation(activation, " in " + file);
    if (root.has("layers") == root.has("sizes"))
      throw new BadFile(file, "needs either \"layers\" with their weights or \"sizes\" alone");
    return new NetFile(
        root.has("layers")
            ? new Net(
                layers(root.get("layers")),
                "from " + file,
                activations(root.get("layers"), activation),
                false)
            : null,
        root.has("sizes") ? sizes(root.get("sizes")) : List.of(),
        root.has("seed") ? seed(root.get("seed")) : null,
        activation,
        root.has("input") ? array("input", root.get("input"), 1) : null,
        root.has("target") ? array("target", root.get("target"), 1) : null,
        text(root, "loss", "loss"));
  }

  private void known(JsonNode object, Set<String> keys, String where) throws BadFile {
    for (String key : object.propertyNames())
      if (!keys.contains(key))
        throw new BadFile(
            file,
            "has an unknown key `%s`%s; %s"
                .formatted(
                    key,
                    where,
                    Nearest.to(key, keys)
                        .map("did you mean `%s`?"::formatted)
                        .orElse("known: " + String.join(", ", keys.stream().sorted().toList()))));
  }

  private @Nullable String text(JsonNode object, String key, String where) throws BadFile {
    JsonNode value = object.get(key);
    if (value == null || value.isNull()) return null;
    if (!value.isString()) throw new BadFile(file, "needs a name at " + where + ", got " + value);
    return value.stringValue();
  }

  private Long seed(JsonNode value) throws BadFile {
    if (!value.isIntegralNumber() || !value.canConvertToLong())
      throw new BadFile(file, "needs a whole number at seed, got " + value);
    return value.longValue();
  }

  private List<Integer> sizes(JsonNode value) throws BadFile {
    var out = new ArrayList<Integer>();
    if (value.isArray())
      for (JsonNode n : value) if (n.isInt() && n.intValue() > 0) out.add(n.intValue());
    if (out.size() < 2 || out.size() < value.size())
      throw new BadFile(file, "needs two sizes or more at sizes, from 1 on, got " + brief(value));
    return out;
  }

  private Net.Params layers(JsonNode list) throws BadFile {
    if (!list.isArray() || list.isEmpty())
      throw new BadFile(file, "needs one layer or more at layers, got " + brief(list));
    var out = new ArrayList<Net.Affine>();
    for (int i = 0; i < list.size(); i++) {
      String at = "layers[%d]".formatted(i);
      JsonNode layer = list.get(i);
      if (!layer.isObject())
        throw new BadFile(
            file, "needs an object with W and b at %s, got %s".formatted(at, brief(layer)));
      known(layer, LAYER_KEYS, " in " + at);
      Tensor w = array(at + ".W", needed(layer, "W", at), 2),
          b = array(at + ".b", needed(layer, "b", at), 1);
      if (b.rank() != 1 || w.dim(0) != b.dim(0))
        throw new BadFile(
            file,
            "has %s.W as %s, but %s.b as %s; W has a row for each number of b"
                .formatted(at, shape(w), at, shape(b)));
      if (i > 0 && w.dim(1) != out.get(i - 1).b().dim(0))
        throw new BadFile(
            file,
            "has %s.W as %s, but layers[%d] gives %d numbers; it needs %d×%d"
                .formatted(
                    at,
                    shape(w),
                    i - 1,
                    out.get(i - 1).b().dim(0),
                    w.dim(0),
                    out.get(i - 1).b().dim(0)));
      out.add(new Net.Affine(w, b));
    }
    return new Net.Params(out);
  }

  private JsonNode needed(JsonNode layer, String key, String at) throws BadFile {
    JsonNode value = layer.get(key);
    if (value == null) throw new BadFile(file, "has no %s in %s".formatted(key, at));
    return value;
  }

  private List<String> activations(JsonNode list, @Nullable String all) throws BadFile {
    var out = new ArrayList<String>();
    for (int i = 0; i < list.size(); i++) {
      String at = "layers[%d].activation".formatted(i);
      String own = text(list.get(i), "activation", at);
      out.add(own != null ? Net.activation(own, " at " + at) : all != null ? all : "sigmoid");
    }
    return out;
  }

  /** A number, a list of numbers, or a list of rows; as a matrix if {@code rank} is 2. */
  private Tensor array(String at, JsonNode value, int rank) throws BadFile {
    if (!value.isArray())
      return Tensor.of(
          Array.of(rank == 2 ? Shape.of(1, 1) : Shape.of(1), new double[] {number(at, value)}));
    boolean rows = !value.isEmpty() && value.get(0).isArray();
    if (value.isEmpty()) throw new BadFile(file, "needs numbers at " + at + ", got []");
    if (!rows && rank == 2)
      throw new BadFile(
          file, "needs a list of rows at %s, got %s; write [[…]]".formatted(at, brief(value)));
    if (!rows) return Tensor.of(numbers(at, value));
    var matrix = new double[value.size()][];
    for (int i = 0; i < matrix.length; i++) {
      String row = at + "[" + i + "]";
      if (!value.get(i).isArray() || value.get(i).isEmpty())
        throw new BadFile(
            file, "needs a list of numbers at %s, got %s".formatted(row, brief(value.get(i))));
      matrix[i] = numbers(row, value.get(i));
      if (matrix[i].length != matrix[0].length)
        throw new BadFile(
            file,
            "has %d numbers in %s, but %d in %s[0]; rows are of one length"
                .formatted(matrix[i].length, row, matrix[0].length, at));
    }
    return Tensor.of(matrix);
  }

  private double[] numbers(String at, JsonNode list) throws BadFile {
    double[] out = new double[list.size()];
    for (int i = 0; i < out.length; i++) out[i] = number(at + "[" + i + "]", list.get(i));
    return out;
  }

  private double number(String at, JsonNode value) throws BadFile {
    if (!value.isNumber())
      throw new BadFile(file, "needs a number at %s, got %s".formatted(at, brief(value)));
    double x = value.doubleValue();
    if (!Double.isFinite(x))
      throw new BadFile(file, "has a number at %s that no double can hold".formatted(at));
    return x;
  }

  private static String shape(Tensor t) {
    return t.rank() == 1 ? "[" + t.dim(0) + "]" : t.dim(0) + "×" + t.dim(1);
  }

  private static String brief(JsonNode value) {
    String s = value.toString();
    return s.length() > 40 ? s.substring(0, 39) + "…" : s;
  }
}
