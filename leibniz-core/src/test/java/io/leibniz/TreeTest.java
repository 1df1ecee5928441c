package io.leibniz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.ir.ShapeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records, lists and maps of tensors are trees; the rest is structure. */
class TreeTest {

  record Layer(Tensor w, Tensor b) {}

  record Net(List<Layer> layers, Map<String, Tensor> extra, String name, int depth) {}

  record Generic<T>(T inside, Tensor own) {}

  record Maybe(Tensor w, Tensor b) {}

  record Positive(Tensor x) {
    Positive {
      if (x.rank() != 0) throw new IllegalArgumentException("a scalar, please");
    }
  }

  private static Tensor t(double x) {
    return Tensor.of(x);
  }

  private static Net net() {
    var extra = new LinkedHashMap<String, Tensor>();
    extra.put("z", t(5));
    extra.put("a", t(6));
    return new Net(List.of(new Layer(t(1), t(2)), new Layer(t(3), t(4))), extra, "lenet", 2);
  }

  @Test
  void leavesComeInOrderWithTheirPaths() {
    assertThat(Tree.leaves(net()).stream().map(Tree.Leaf::path))
        .containsExactly(
            "layers[0].w", "layers[0].b", "layers[1].w", "layers[1].b", "extra.z", "extra.a");
    assertThat(Tree.tensors(net()).stream().map(Tensor::item))
        .containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
  }

  @Test
  void aTensorIsALeafWithoutAPath() {
    assertThat(Tree.leaves(t(1))).containsExactly(new Tree.Leaf("", t(1)));
  }

  @Test
  void listsInListsHavePlaces() {
    assertThat(
            Tree.leaves(List.of(List.of(t(1)), List.of(t(2), t(3)))).stream().map(Tree.Leaf::path))
        .containsExactly("[0][0]", "[1][0]", "[1][1]");
  }

  @Test
  void whatIsNoTensorIsCarriedAlong() {
    Net doubled = Tree.map(net(), x -> x.times(2));
    assertThat(doubled.name()).isEqualTo("lenet");
    assertThat(doubled.depth()).isEqualTo(2);
    assertThat(doubled.layers().get(1)).isEqualTo(new Layer(t(6), t(8)));
    assertThat(doubled.extra()).containsExactly(Map.entry("z", t(10)), Map.entry("a", t(12)));
    assertThat(Tree.leaves("nothing")).isEmpty();
  }

  @Test
  void genericRecordsAreWalked() {
    var g = new Generic<>(List.of(new Generic<>("s", t(1))), t(2));
    assertThat(Tree.leaves(g).stream().map(Tree.Leaf::path))
        .containsExactly("inside[0].own", "own");
    assertThat(Tree.map(g, x -> x.neg()).inside().getFirst().own()).isEqualTo(t(-1));
  }

  @Test
  void nullComponentsAreStructure() {
    var m = new Maybe(t(1), null);
    assertThat(Tree.tensors(m)).containsExactly(t(1));
    assertThat(Tree.map(m, x -> x.neg())).isEqualTo(new Maybe(t(-1), null));
  }

  @Test
  void twoTreesMeetLeafByLeaf() {
    Layer a = new Layer(t(1), t(2)), b = new Layer(t(10), t(20));
    assertThat(Tree.map(a, b, Tensor::plus)).isEqualTo(new Layer(t(11), t(22)));
  }

  @Test
  void treesOfUnlikeStructureRaiseNamingTheLeaf() {
    assertThatThrownBy(() -> Tree.map(List.of(t(1)), List.of(t(1), t(2)), Tensor::plus))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[1]");
    assertThatThrownBy(() -> Tree.map(Map.of("w", t(1)), Map.of("b", t(1)), Tensor::plus))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("w")
        .hasMessageContaining("b");
  }

  @Test
  void leavesAreReplacedInOrder() {
    assertThat(Tree.with(new Layer(t(1), t(2)), List.of(t(3), t(4))))
        .isEqualTo(new Layer(t(3), t(4)));
  }

  @Test
  void mapKeysAreStrings() {
    assertThatThrownBy(() -> Tree.leaves(Map.of(1, t(1))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("string keys, got 1");
  }

  @Test
  void constructorsOfRecordsSpeakForThemselves() {
    assertThatThrownBy(() -> Tree.map(new Positive(t(1)), x -> x.expand(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a scalar, please");
  }

  @Test
  void resultsCannotBeChanged() {
    var mapped = Tree.map(net(), x -> x);
    assertThatThrownBy(() -> mapped.layers().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> mapped.extra().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
