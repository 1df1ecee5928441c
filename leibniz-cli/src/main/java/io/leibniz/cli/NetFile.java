package io.leibniz.cli;

import io.leibniz.Tensor;
import io.leibniz.nn.file.BadFile;
import io.leibniz.nn.file.SafeTensors;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network in a file: a checkpoint in safetensors, as {@code leibniz train} writes it, or JSON.
 *
 * <pre>{@code
 * {"layers": [{"W": [[0.5, -0.25], [1, 0.125]], "b": [0.1, -0.2], "activation": "tanh"},
 *             {"W": [[1.5, -0.75]],             "b": [0.2]}],
 *  "activation": "sigmoid", "input": [1, -2], "target": [0.8], "loss": "quadratic"}
 * }</pre>
 *
 * <p>W has a row for each number that the layer gives and a column for each that it takes; one number may stand for [[number]] or
 * [number]. A layer without an activation has that of the net, sigmoid if there is none. A list of lists as the input is a batch. With {@code "sizes": [3, 2, 1]}
 * instead of layers, and perhaps a {@code "seed"}, the weights are drawn.
 *
 * @param net null where only sizes are given
 */
record NetFile(
    @Nullable Net net,
    List<Integer> sizes,
    @Nullable Long seed,
    @Nullable String activation,
    @Nullable Tensor input,
    @Nullable Tensor target,
    @Nullable String cost) {
  static NetFile read(Path file) throws IOException {
    byte[] bytes = start(file);
    boolean binary = file.toString().endsWith(".safetensors");
    for (int i = 0; i < bytes.length; i++) binary |= bytes[i] == 0;
    return binary ? checkpoint(file) : json(file);
  }

  private static byte[] start(Path file) throws IOException {
    if (Files.isDirectory(file)) throw new BadFile(file, "is a folder; name a file");
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(Long.BYTES);
    }
  }

  // ---- safetensors

  private static NetFile checkpoint(Path file) throws IOException {
    var tensors = SafeTensors.read(file).tensors();
    var layers = new ArrayList<Net.Affine>();
    for (int i = 0; tensors.containsKey("layers[%d].w".formatted(i)); i++) {
      Tensor w = tensors.get("layers[%d].w".formatted(i)),
          b = tensors.get("layers[%d].b".formatted(i));
      if (w == null || b == null)
        throw new BadFile(file, "has layers[%d].w, but no layers[%d].b".formatted(i, i));
      if (w.rank() != 2
          || b.rank() != 1
          || w.dim(1) != b.dim(0)
          || !w.dtype().isFloat()
          || w.dtype() != b.dtype())
        throw new BadFile(
            file,
            "has layers[%d].w as %s and layers[%d].b as %s; a dense layer has floats [in, out] and [out]"
                .formatted(i, w.type(), i, b.type()));
      if (i > 0 && layers.get(i - 1).b().dim(0) != w.dim(0))
        throw new BadFile(
            file,
            "has layers[%d].w as %s, but layers[%d] gives %d numbers"
                .formatted(i, w.shape(), i - 1, layers.get(i - 1).b().dim(0)));
      finite(file, "layers[%d].w".formatted(i), w);
      finite(file, "layers[%d].b".formatted(i), b);
      layers.add(new Net.Affine(w, b));
    }
    if (layers.isEmpty())
      throw new BadFile(
          file, "has no tensor layers[0].w; `leibniz train` writes checkpoints that have it");
    if (tensors.size() > 2 * layers.size())
      throw new BadFile(
          file, "has tensors besides those of dense layers, as in layers[0].w and layers[0].b");
    var sigmoid = Collections.nCopies(layers.size(), "sigmoid");
    return new NetFile(
        new Net(new Net.Params(layers), "from " + file, sigmoid, true),
        List.of(),
        null,
        null,
        null,
        null,
        null);
  }

  private static void finite(Path file, String name, Tensor t) throws BadFile {
    if (!t.isFinite().all().booleans()[0])
      throw new BadFile(file, "has a number in %s that is not finite".formatted(name));
  }

  // ---- JSON

  private static NetFile json(Path file) throws IOException {
    JsonNode root;
    try {
      root = JsonMapper.shared().readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new BadFile(
          file,
          "is no JSON, or cut off: line %d, column %d: %s"
              .formatted(
                  at.getLineNr(), at.getColumnNr(), e.getOriginalMessage().replaceAll("\\R.*", "")),
          e);
    } catch (CharacterCodingException e) {
      throw new BadFile(file, "is neither JSON nor safetensors", e);
    }
    return new NetJson(file).net(root);
  }
}
