package io.leibniz.nn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leibniz.Tensor;
import io.leibniz.ir.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafeTensorsTest {
  @TempDir private Path folder;

  private static SafeTensors all() {
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("t", Tensor.of(new boolean[] {true, false, true}));
    tensors.put("b", Tensor.of(new float[] {1.5f, -2.25f, Float.POSITIVE_INFINITY}));
    tensors.put("a.w", Tensor.of(new double[][] {{1, 2}, {3, 4}}));
    tensors.put("n", Tensor.of(7L));
    tensors.put("i", Tensor.of(new int[] {-1, 2}));
    tensors.put("e", Tensor.zeros(DType.F32, 0, 3));
    return new SafeTensors(tensors, Map.of("who", "safetensors", "π", "✓ \"q\"\n"));
  }

  private Path file() {
    return folder.resolve("x.safetensors");
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(file(), content);
  }

  /** A header as it stands, and as many bytes of elements. */
  private Path file(String header, int elements) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return file(
        ByteBuffer.allocate(8 + json.length + elements)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array());
  }

  private byte[] written(SafeTensors x) throws IOException {
    x.write(file());
    return Files.readAllBytes(file());
  }

  // ---- right files

  @Test
  void whatIsWrittenIsRead() throws IOException {
    all().write(file());
    assertThat(SafeTensors.read(file())).isEqualTo(all());
  }

  @Test
  void theFormatsOwnLibraryIsUnderstood() throws Exception {
    Path reference =
        Path.of(
            Objects.requireNonNull(SafeTensorsTest.class.getResource("reference.safetensors"))
                .toURI());
    assertThat(SafeTensors.read(reference)).isEqualTo(all());
  }

  @Test
  void everyBitSurvives() throws IOException {
    var bits =
        new SafeTensors(
            Map.of(
                "d", Tensor.vector(-0.0, Double.NaN, Double.MIN_VALUE, Double.MAX_VALUE),
                "f", Tensor.of(new float[] {-0f, Float.NaN, Float.MIN_VALUE})),
            Map.of());
    bits.write(file());
    assertThat(SafeTensors.read(file())).isEqualTo(bits);
  }

  @Test
  void elementsAreAlignedAndTheSameContentGivesTheSameBytes() throws IOException {
    byte[] bytes = written(all());
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(bytes[8]).isEqualTo((byte) '{');
    var other = new LinkedHashMap<String, Tensor>();
    for (String n : all().tensors().keySet().stream().sorted().toList())
      other.put(n, Objects.requireNonNull(all().tensors().get(n)));
    var metadata = all().metadata();
    assertThat(written(new SafeTensors(other, metadata))).isEqualTo(bytes);
  }

  @Test
  void aFileOfNothingIsAFile() throws IOException {
    var nothing = new SafeTensors(Map.of(), Map.of());
    nothing.write(file());
    assertThat(SafeTensors.read(file())).isEqualTo(nothing);
  }

  // ---- wrong files

  @Test
  void aFileCutOffAnywhereIsNamed() throws IOException {
    byte[] whole = written(all());
    for (int n = 0; n < whole.length; n++) {
      Path file = file(Arrays.copyOf(whole, n));
      assertThatThrownBy(() -> SafeTensors.read(file))
          .as("%d bytes of %d", n, whole.length)
          .isInstanceOf(BadFile.class)
          .hasMessageStartingWith(file + " ")
          .hasMessageContaining(n < 8 ? "is no safetensors file" : "cut off");
    }
  }

  @Test
  void aFileThatGoesOnIsNamed() throws IOException {
    byte[] whole = written(all());
    Path file = file(Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(BadFile.class)
        .hasMessageContaining("goes on after its last tensor");
  }

  /** A quote is written ' here. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                        | 0 | { is expected",
        "{                                                         | 0 | it ends too early",
        "{} x                                                      | 0 | something follows its end",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},}   | 4 | is expected",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | a comes twice",
        "{'a':{'dtype':'F16','shape':[1],'data_offsets':[0,2]}}    | 2 | of dtype F16; only",
        "{'a':{'dtype':'f32','shape':[1],'data_offsets':[0,4]}}    | 4 | of dtype f32; only",
        "{'a':{'shape':[1],'data_offsets':[0,4]}}                  | 4 | needs a dtype, a shape and data_offsets",
        "{'a':{'dtype':'F32','data_offsets':[0,4]}}                | 4 | needs a dtype, a shape and data_offsets",
        "{'a':{'dtype':'F32','shape':[1]}}                         | 4 | needs a dtype, a shape and data_offsets",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'x':1}} | 4 | unknown x",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}}      | 4 | 1 offsets, not 2",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}   | 4 | a whole number is expected",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}}  | 4 | is expected",
        "{'a':{'dtype':'F32','shape':[01],'data_offsets':[0,4]}}   | 4 | starts with 0",
        "{'a':{'dtype':'F32','shape':[9999999999],'data_offsets':[0,4]}} | 4 | axis of 9999999999",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,99999999999999999999]}} | 4 | a whole number is expected",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}    | 4 | f32[2] cannot have 4 bytes",
        "{'a':{'dtype':'F32','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,4]}} | 4 | cannot have 4 bytes",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}    | 4 | lie at bytes 4 to 0",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}    | 8 | lie at bytes 4 to 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}    | 8 | goes on after its last tensor: 4 bytes of 8",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}    | 4 | lie at bytes 0 to 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}} | 6 | b is said to lie at bytes 2 to 6",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 | is said to lie at bytes 0 to 4",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}} | 12 | lie at bytes 8 to 12",
        "{'__metadata__':{'a':1}}                                  | 0 | is expected",
        "{'__metadata__':{'a':'1','a':'2'}}                        | 0 | a comes twice",
        "{'a\\x':{}}                                               | 0 | there is no escape \\x",
        "{'a\\u12x4':{}}                                           | 0 | four hexadecimal digits",
      })
  void whatIsWrongInTheHeaderIsSaid(String header, int elements, String wrong) throws IOException {
    Path file = file(header.replace('\'', '"'), elements);
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(BadFile.class)
        .hasMessageStartingWith(file + " ")
        .hasMessageContaining(wrong);
  }

  @Test
  void aHugeHeaderIsNotBelieved() throws IOException {
    for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 11}) {
      byte[] bytes = ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      Path file = file(bytes);
      assertThatThrownBy(() -> SafeTensors.read(file))
          .isInstanceOf(BadFile.class)
          .hasMessageContaining("claims a header of " + Long.toUnsignedString(length));
    }
  }

  @Test
  void aTruthValueIsZeroOrOne() throws IOException {
    byte[] bytes = written(all());
    bytes[bytes.length - 1] = 2;
    Path file = file(bytes);
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(BadFile.class)
        .hasMessageContaining("element 2 of the BOOL tensor t is 2");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    byte[] bytes = written(all());
    bytes[12] = (byte) 0xff;
    Path file = file(bytes);
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(BadFile.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void noDamageEscapesTheReader() throws IOException {
    byte[] whole = written(all());
    var random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      for (int k = random.nextInt(4); k >= 0; k--)
        damaged[random.nextInt(damaged.length)] =
            i % 2 == 0 ? (byte) random.nextInt(256) : whole[random.nextInt(whole.length)];
      Path file = file(damaged);
      try {
        SafeTensors.read(file);
      } catch (BadFile e) {
        assertThat(e).hasMessageStartingWith(file.toString());
      }
    }
  }
}
