package io.leibniz.nn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Tensor;
import io.leibniz.nn.Activation;
import io.leibniz.nn.Dense;
import io.leibniz.nn.Mlp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {
  private static final Dense LAYER =
      new Dense(Tensor.of(new float[][] {{1, 2}, {3, 4}}), Tensor.of(new float[] {5, 6}));

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("net.safetensors");
  }

  private static Mlp net(Dense... layers) {
    return new Mlp(List.of(layers), Activation.RELU, Activation.IDENTITY);
  }

  @BeforeEach
  void save() throws IOException {
    new Checkpoint<>(net(LAYER, LAYER), Map.of("epoch", "7")).save(file());
  }

  private void refused(Object like, String wrong) {
    assertThatThrownBy(() -> Checkpoint.load(file(), like))
        .isInstanceOf(BadFile.class)
        .hasMessage(file() + " " + wrong);
  }

  @Test
  void aTreeComesBackInItsStructure() throws IOException {
    var zero = new Dense(LAYER.w().times(0), LAYER.b().times(0));
    var loaded = Checkpoint.load(file(), net(zero, zero));
    assertThat(loaded.tree()).isEqualTo(net(LAYER, LAYER));
    assertThat(loaded.metadata()).isEqualTo(Map.of("epoch", "7"));
  }

  @Test
  void pathsAreTheNames() throws IOException {
    assertThat(SafeTensors.read(file()).tensors().keySet())
        .containsExactly("layers[0].b", "layers[0].w", "layers[1].b", "layers[1].w");
  }

  @Test
  void anotherTreeIsRefused() {
    refused(net(LAYER, LAYER, LAYER), "has no tensor layers[2].w");
    refused(net(LAYER), "has a tensor layers[1].b, which is not needed here");
    refused(
        net(LAYER, new Dense(LAYER.w().slice(), Tensor.of(new double[] {5, 6}))),
        "has layers[1].b as f32[2], but f64[2] is needed");
    var wide = new Dense(Tensor.of(new float[2][3]), Tensor.of(new float[3]));
    refused(net(LAYER, wide), "has layers[1].w as f32[2, 2], but f32[2, 3] is needed");
  }
}
