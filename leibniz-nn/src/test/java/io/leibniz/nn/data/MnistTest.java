package io.leibniz.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Range;
import io.leibniz.nn.file.BadFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MnistTest {
  private static final Path DATA = Path.of("../data/mnist");

  private static void copyTo(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(DATA, "*.gz")) {
      for (Path f : files) Files.copy(f, folder.resolve(f.getFileName()));
    }
  }

  @Test
  void theFilesOfTheProjectAreMnist() throws IOException {
    Mnist mnist = Mnist.read(DATA);
    assertThat(mnist.train().x().shape().dims()).containsExactly(60_000, 784);
    assertThat(mnist.test().y().shape().dims()).containsExactly(10_000, 10);
    assertThat(mnist.train().y().slice(Range.to(5)).argmax(1).longs())
        .containsExactly(5, 0, 4, 1, 9);
    var image = mnist.train().x().at(0);
    assertThat(image.min().item()).isEqualTo(0);
    assertThat(image.max().item()).isEqualTo(1);
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> Mnist.read(folder))
        .isInstanceOf(BadFile.class)
        .hasMessage(folder.resolve("train-images-idx3-ubyte.gz") + " is missing");
  }

  @Test
  void aFileCutOffIsNamed(@TempDir Path folder) throws IOException {
    copyTo(folder);
    Path file = folder.resolve("train-images-idx3-ubyte.gz");
    try (var out = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      out.truncate(1_000_000);
    }
    assertThatThrownBy(() -> Mnist.read(folder))
        .isInstanceOf(BadFile.class)
        .hasMessageStartingWith(file + " ends too early");
  }

  @Test
  void anotherFileIsNamed(@TempDir Path folder) throws IOException {
    copyTo(folder);
    Path images = folder.resolve("train-images-idx3-ubyte.gz");
    Files.delete(images);
    Files.copy(DATA.resolve("t10k-labels-idx1-ubyte.gz"), images);
    assertThatThrownBy(() -> Mnist.read(folder))
        .isInstanceOf(BadFile.class)
        .hasMessage(images + " is another data set's: it is [10000], not [60000, 28, 28]");
  }

  @Test
  void aPlainFileOfTheRightShapeAndOtherContentIsRefused(@TempDir Path folder) throws IOException {
    byte[] idx = new byte[16 + 60_000 * 784];
    idx[2] = 8;
    idx[3] = 3;
    java.nio.ByteBuffer.wrap(idx, 4, 12).putInt(60_000).putInt(28).putInt(28);
    Path file = folder.resolve("train-images-idx3-ubyte");
    Files.write(file, idx);
    assertThatThrownBy(() -> Mnist.read(folder))
        .isInstanceOf(BadFile.class)
        .hasMessageContaining("is not MNIST's: its SHA-256 is ");
  }
}
