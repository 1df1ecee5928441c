package io.leibniz.nn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdxTest {
  private static final byte[] PLAIN =
      HexFormat.of().parseHex("00000802" + "00000002" + "00000003" + "0001027fff80");

  @TempDir private Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("x.idx"), content);
  }

  private static byte[] zipped(byte[] content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void plainAndGzippedFilesAreRead() throws IOException {
    Idx plain = Idx.read(file(PLAIN));
    assertThat(plain.dims()).isEqualTo(List.of(2, 3));
    assertThat(plain.bytes()).containsExactly(0, 1, 2, 127, 255, 128);
    Idx zipped = Idx.read(file(zipped(PLAIN)));
    assertThat(zipped.bytes()).isEqualTo(plain.bytes());
    assertThat(zipped.sha256()).isEqualTo(plain.sha256()).hasSize(64);
  }

  @Test
  void aFileCutOffAnywhereIsNamed() throws IOException {
    for (byte[] whole : List.of(PLAIN, zipped(PLAIN)))
      for (int n = 0; n < whole.length; n++) {
        Path file = file(Arrays.copyOf(whole, n));
        assertThatThrownBy(() -> Idx.read(file))
            .as("%d bytes of %d", n, whole.length)
            .isInstanceOf(BadFile.class)
            .hasMessageStartingWith(file + " ends too early");
      }
  }

  @ParameterizedTest
  @CsvSource({
    "89504e47,                       is not an IDX file: it starts with 0x89504e47",
    "00000800,                       is not an IDX file: it starts with 0x00000800",
    "00000d010000000100000000,       holds elements of IDX type 0x0d; only unsigned bytes (0x08) are read",
    "00000801ffffffff,               claims an extent of 4294967295",
    "000008020001000000010000,       'claims [65536, 65536] elements or more, which no array can hold'",
    "000008037fffffff0000000100000001, 'claims [2147483647] elements or more, which no array can hold'",
    "000008010000000201,             ends too early: 1 of 2 elements",
    "000008010000000101ff,           goes on after its 1 elements",
    "000008017ffffff001,             ends too early: 1 of 2147483632 elements",
  })
  void whatIsWrongIsSaid(String hex, String wrong) throws IOException {
    Path file = file(HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> Idx.read(file))
        .isInstanceOf(BadFile.class)
        .hasMessage(file + " " + wrong);
  }

  @Test
  void noDamageEscapesTheReader() throws IOException {
    var random = new Random(7);
    byte[] zipped = zipped(PLAIN);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = (i % 2 == 0 ? PLAIN : zipped).clone();
      for (int k = random.nextInt(3); k >= 0; k--)
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      Path file = file(damaged);
      try {
        Idx read = Idx.read(file);
        assertThat(read.bytes()).hasSize(read.dims().stream().reduce(1, (a, b) -> a * b));
      } catch (BadFile e) {
        assertThat(e).hasMessageStartingWith(file.toString());
      }
    }
  }

  @Test
  void aMissingFileIsTheSystemsError() {
    assertThatThrownBy(() -> Idx.read(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
