package io.leibniz.nn.data;

import io.leibniz.Tensor;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import io.leibniz.nn.file.BadFile;
import io.leibniz.nn.file.Idx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * LeCun, Cortes and Burges' handwritten digits.
 *
 * @param train 60,000 examples: x f32[60000, 784] from 0 (paper) to 1 (ink), y f32[60000, 10], 1 at the digit
 * @param test 10,000 examples
 */
public record Mnist(Examples train, Examples test) {
  public static final int TRAIN = 60_000;
  public static final int TEST = 10_000;
  public static final int PIXELS = 28 * 28;
  public static final int DIGITS = 10;

  /** A file of the data set, gzipped or not, and the SHA-256 of what is in it. */
  private record File(String name, List<Integer> dims, String sha256) {}

  private static final File TRAIN_IMAGES =
      new File(
          "train-images-idx3-ubyte",
          List.of(TRAIN, 28, 28),
          "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db");
  private static final File TRAIN_LABELS =
      new File(
          "train-labels-idx1-ubyte",
          List.of(TRAIN),
          "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5");
  private static final File TEST_IMAGES =
      new File(
          "t10k-images-idx3-ubyte",
          List.of(TEST, 28, 28),
          "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7");
  private static final File TEST_LABELS =
      new File(
          "t10k-labels-idx1-ubyte",
          List.of(TEST),
          "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

  /** Reads the four files in {@code folder}; raises {@link BadFile} unless each is the one it should be. */
  public static Mnist read(Path folder) throws IOException {
    return new Mnist(
        examples(read(folder, TRAIN_IMAGES), read(folder, TRAIN_LABELS)),
        examples(read(folder, TEST_IMAGES), read(folder, TEST_LABELS)));
  }

  private static Idx read(Path folder, File file) throws IOException {
    Path zipped = folder.resolve(file.name + ".gz"), plain = folder.resolve(file.name);
    Path path = Files.exists(plain) && !Files.exists(zipped) ? plain : zipped;
    if (!Files.exists(path)) throw new BadFile(path, "is missing");
    Idx idx = Idx.read(path);
    if (!idx.dims().equals(file.dims))
      throw new BadFile(path, "is another data set's: it is " + idx.dims() + ", not " + file.dims);
    if (!idx.sha256().equals(file.sha256))
      throw new BadFile(
          path, "is not MNIST's: its SHA-256 is " + idx.sha256() + ", not " + file.sha256);
    return idx;
  }

  private static Examples examples(Idx images, Idx labels) {
    int n = labels.bytes().length;
    float[] x = new float[images.bytes().length];
    for (int i = 0; i < x.length; i++) x[i] = (images.bytes()[i] & 0xff) / 255f;
    int[] digit = new int[n];
    for (int i = 0; i < n; i++) digit[i] = labels.bytes()[i];
    return new Examples(
        Tensor.of(Array.of(Shape.of(n, PIXELS), x)), Tensor.of(digit).oneHot(DIGITS, DType.F32));
  }
}
