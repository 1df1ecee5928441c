package io.leibniz.nn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFileTest {
  @TempDir private Path folder;

  private static AtomicFile.Content text(String s) {
    return out -> out.write(ByteBuffer.wrap(s.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void theNewFileReplacesTheOldOne() throws IOException {
    Path file = folder.resolve("x");
    AtomicFile.write(file, text("old"));
    AtomicFile.write(file, text("new"));
    assertThat(file).hasContent("new");
    assertThat(files()).containsExactly(file);
  }

  /** A process that was killed while it wrote left a part; that of one that lives stays. */
  @Test
  void leftoversOfDeadProcessesAreSwept() throws IOException {
    Path file = folder.resolve("x");
    long nobody = 999_999_999_999L;
    Path living = folder.resolve(".x.%d-1f.part".formatted(ProcessHandle.current().pid()));
    Files.writeString(folder.resolve(".x.%d-1f.part".formatted(nobody)), "half");
    Files.writeString(living, "half");
    AtomicFile.write(file, text("new"));
    assertThat(files()).containsExactlyInAnyOrder(file, living);
  }

  @Test
  void theOldFileIsThereUntilTheNewOneIsWhole() throws IOException {
    Path file = folder.resolve("x");
    AtomicFile.write(file, text("old"));
    AtomicFile.write(
        file,
        out -> {
          text("half").writeTo(out);
          assertThat(file).hasContent("old");
        });
    assertThat(file).hasContent("half");
  }

  @Test
  void aFullDiskLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("x");
    AtomicFile.write(file, text("old"));
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      text("half").writeTo(out);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " cannot be written: No space left on device");
    assertThat(file).hasContent("old");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void aMissingFolderIsSaid() {
    Path file = folder.resolve("none").resolve("x");
    assertThatThrownBy(() -> AtomicFile.write(file, text("new")))
        .hasMessage(file + " cannot be written: it, or its folder, does not exist");
  }
}
