package io.leibniz.nn.file;

import io.leibniz.Tensor;
import io.leibniz.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * A tree in a safetensors file, each leaf under its path: {@code layers[0].w}. Structure that is not a tensor is not
 * kept; whoever loads brings it.
 */
public record Checkpoint<T>(T tree, Map<String, String> metadata) {

  public void save(Path file) throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var leaf : Tree.leaves(tree)) tensors.put(leaf.path(), leaf.tensor());
    new SafeTensors(tensors, metadata).write(file);
  }

  /** The tree of a file, in the structure of {@code like}, whose leaves it must match in name, dtype and shape. */
  public static <T> Checkpoint<T> load(Path file, T like) throws IOException {
    return of(file, SafeTensors.read(file), like);
  }

  /** Likewise, of a file that has been read. */
  public static <T> Checkpoint<T> of(Path file, SafeTensors content, T like) throws BadFile {
    var left = new LinkedHashSet<>(content.tensors().keySet());
    var leaves = new ArrayList<Tensor>();
    for (var leaf : Tree.leaves(like)) {
      Tensor t = content.tensors().get(leaf.path());
      if (t == null) throw new BadFile(file, "has no tensor " + leaf.path());
      if (!t.type().equals(leaf.tensor().type()))
        throw new BadFile(
            file,
            "has %s as %s, but %s is needed"
                .formatted(leaf.path(), t.type(), leaf.tensor().type()));
      left.remove(leaf.path());
      leaves.add(t);
    }
    if (!left.isEmpty())
      throw new BadFile(file, "has a tensor " + left.getFirst() + ", which is not needed here");
    return new Checkpoint<>(Tree.with(like, leaves), content.metadata());
  }
}
