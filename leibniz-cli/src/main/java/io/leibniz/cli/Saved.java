package io.leibniz.cli;

import io.leibniz.nn.file.AtomicFile;
import io.leibniz.nn.file.BadFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The folder that a run is saved in, whole at every moment: Ctrl-C waits for a write to end, lets none begin, and says what there is. */
final class Saved implements AutoCloseable {
  private final Path folder;
  private final Story story;
  private final PrintWriter err;
  private final ReentrantLock writing = new ReentrantLock();
  private final Thread interruption = new Thread(this::interrupted, "interruption");
  private @Nullable Run last;
  private String notes = "";

  Saved(Path folder, Story story, PrintWriter err) {
    this.folder = folder;
    this.story = story;
    this.err = err;
    Runtime.getRuntime().addShutdownHook(interruption);
  }

  Path checkpoint() {
    return folder.resolve("model.safetensors");
  }

  private Path curve() {
    return folder.resolve("curve.png");
  }

  Run load(Recipe recipe) throws IOException {
    Run run = Run.load(checkpoint(), recipe);
    last = run;
    return run;
  }

  /** Makes the folder, or says why there cannot be one: before the training, not after it. */
  void make() {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new Complaint("--out %s is a file; name a folder".formatted(e.getFile()), e);
    } catch (IOException e) {
      throw new Complaint(
          "--out %s cannot be made: %s; name another folder".formatted(folder, BadFile.reason(e)),
          e);
    }
    if (!Files.isWritable(folder))
      throw new Complaint("--out %s cannot be written to; name another folder".formatted(folder));
  }

  void save(Run run) throws IOException {
    writing.lock();
    try {
      run.save(checkpoint());
      last = run;
    } finally {
      writing.unlock();
    }
  }

  /** The picture is an extra: without fonts there is none, and the training stands. */
  void draw(Run run) throws IOException {
    byte[] png;
    try {
      png = Curve.png(run);
    } catch (LinkageError | RuntimeException e) {
      notes = "; no curve.png, since this Java cannot draw: " + e;
      return;
    }
    writing.lock();
    try {
      AtomicFile.write(curve(), out -> out.write(ByteBuffer.wrap(png)));
    } finally {
      writing.unlock();
    }
    notes = ", curve.png";
  }

  private void interrupted() {
    writing.lock(); // and never unlocks
    story.stops();
    err.println(
        last == null || last.epochs() == 0
            ? "leibniz: interrupted in epoch 1; nothing is saved"
            : "leibniz: interrupted after epoch %d, which is saved in %s; go on with --resume"
                .formatted(last.epochs(), checkpoint()));
  }

  /** What there is in the folder, for people. */
  @Override
  public String toString() {
    return checkpoint() + notes;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(interruption);
    } catch (IllegalStateException _) {
      // it is running
    }
  }
}
