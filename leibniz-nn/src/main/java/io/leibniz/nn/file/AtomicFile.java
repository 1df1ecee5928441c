package io.leibniz.nn.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * Replaces a file as a whole: whatever happens (a full disk, a killed process, a power cut), there is the old file
 * or the new one, never a part. The new one is written beside it, forced to disk, and renamed.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content of a file. */
  public interface Content {
    void writeTo(FileChannel out) throws IOException;
  }

  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling(".%s.%s.part".formatted(target.getFileName(), unique()));
    try {
      sweep(target);
      replace(target, part, content);
    } catch (IOException e) {
      throw new IOException(file + " cannot be written: " + BadFile.reason(e), e);
    }
    forceName(target);
  }

  private static void replace(Path target, Path part, Content content) throws IOException {
    try {
      try (var out =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(out);
        out.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part); // of a failed attempt
    }
  }

  /** Removes the parts that processes left which were killed while they wrote. */
  private static void sweep(Path target) throws IOException {
    var part =
        Pattern.compile(
            Pattern.quote("." + target.getFileName() + ".") + "(\\d{1,18})-\\p{XDigit}+\\.part");
    try (var files = Files.newDirectoryStream(target.resolveSibling("."))) {
      for (Path p : files) {
        var m = part.matcher(p.getFileName().toString());
        if (m.matches() && ProcessHandle.of(Long.parseLong(m.group(1))).isEmpty())
          Files.deleteIfExists(p);
      }
    }
  }

  private static String unique() {
    return ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
  }

  /** After a power cut the directory must know the new name; not every system can be asked to see to it. */
  private static void forceName(Path file) {
    try (var directory = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException _) {
      // Windows opens no directories, and needs none of this
    }
  }
}
