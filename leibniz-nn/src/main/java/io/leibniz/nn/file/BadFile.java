package io.leibniz.nn.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that is not what it should be; the message names it and says what is wrong. */
public final class BadFile extends IOException {
  private static final long serialVersionUID = 1;

  public BadFile(Path file, String wrong) {
    super(file + " " + wrong);
  }

  public BadFile(Path file, String wrong, Throwable cause) {
    super(file + " " + wrong, cause);
  }

  /** Why a file cannot be read or written, in words: the JDK's own messages often are but its name. */
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "it, or its folder, does not exist";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
