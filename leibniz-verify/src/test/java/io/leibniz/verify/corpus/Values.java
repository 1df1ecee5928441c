package io.leibniz.verify.corpus;

import io.leibniz.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a model computes from: the differentiated tensors, which may be traced, and the rest of its case. */
record Values(NetCase of, Map<String, Tensor> tensors) {

  boolean has(String name) {
    return tensors.containsKey(name) || of.consts().containsKey(name);
  }

  /** The first tensor or constant of these names that there is. */
  Tensor get(String... names) {
    for (String name : names) {
      if (tensors.containsKey(name)) return tensors.get(name);
      if (of.consts().containsKey(name)) return of.consts().get(name);
    }
    throw new NoModel(of, "it has none of " + String.join(", ", names));
  }

  /** W1, W2, … as far as they go. */
  Tensor[] numbered(String name) {
    return IntStream.iterate(1, i -> has(name + i), i -> i + 1)
        .mapToObj(i -> get(name + i))
        .toArray(Tensor[]::new);
  }

  Set<String> names() {
    return tensors.keySet();
  }

  double attr(double otherwise, String... names) {
    return attrs(names).mapToDouble(JsonNode::asDouble).findFirst().orElse(otherwise);
  }

  String attr(String otherwise, String... names) {
    return attrs(names).map(JsonNode::asString).findFirst().orElse(otherwise);
  }

  boolean hasAttr(String... names) {
    return attrs(names).findAny().isPresent();
  }

  private Stream<JsonNode> attrs(String... names) {
    return Stream.of(names).map(of.attrs()::path).filter(JsonNode::isValueNode);
  }

  /** Whether the id has this word, the attributes set it, or the formula speaks of it. */
  boolean says(String word) {
    return Set.of(of.id().split("_")).contains(word)
        || of.attrs().path(word).asBoolean(false)
        || of.formula().contains(word);
  }
}
