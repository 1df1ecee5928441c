package io.leibniz.nn.file;

import io.leibniz.Tensor;
import io.leibniz.ir.Array;
import io.leibniz.ir.DType;
import io.leibniz.ir.Type;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors in one file, in the safetensors format of Hugging Face: the length of the header as a little-endian
 * 64-bit integer; the header in JSON, for each tensor its dtype, shape and place, padded with spaces to a multiple of 8; the
 * elements, little-endian, one tensor after another without a gap. Wide dtypes come first, so that all are aligned.
 *
 * @param tensors by name, all with values
 * @param metadata whatever else there is to say, as strings
 */
public record SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final int LONGEST_HEADER = 100_000_000; // the reference reader's limit

  public SafeTensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  // ---- writing

  /** Replaces the file as a whole; see {@link AtomicFile}. The same tensors and metadata give the same bytes. */
  public void write(Path file) throws IOException {
    var names = new ArrayList<>(tensors.keySet());
    names.sort(
        Comparator.<String>comparingInt(n -> -width(tensor(n).dtype()))
            .thenComparing(Comparator.naturalOrder()));
    var entries = new LinkedHashMap<String, Header.Entry>();
    long at = 0;
    for (String n : names) {
      Tensor t = tensor(n);
      long end = at + (long) width(t.dtype()) * t.size();
      entries.put(n, new Header.Entry(t.dtype(), dims(t), at, end));
      at = end;
    }
    byte[] header = new Header(entries, metadata).bytes();
    if (header.length > LONGEST_HEADER)
      throw new IOException(
          "%s would need a header of %,d bytes, and the format ends at %,d"
              .formatted(file, header.length, LONGEST_HEADER));
    AtomicFile.write(
        file,
        out -> {
          write(out, littleEndian(Long.BYTES).putLong(header.length).flip());
          write(out, ByteBuffer.wrap(header));
          for (String n : names) write(out, elements(tensor(n).array()));
        });
  }

  private Tensor tensor(String name) {
    Tensor t = tensors.get(name);
    if (t == null) throw new AssertionError(name);
    return t;
  }

  private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) out.write(bytes);
  }

  private static ByteBuffer elements(Array a) {
    ByteBuffer b = littleEndian(Math.multiplyExact(a.size(), width(a.dtype())));
    switch (a.dtype()) {
      case F64 -> b.asDoubleBuffer().put(a.f64());
      case F32 -> b.asFloatBuffer().put(a.f32());
      case I64 -> b.asLongBuffer().put(a.i64());
      case I32 -> b.asIntBuffer().put(a.i32());
      case BOOL -> {
        for (boolean x : a.bool()) b.put((byte) (x ? 1 : 0));
        b.rewind();
      }
    }
    return b;
  }

  // ---- reading

  public static SafeTensors read(Path file) throws IOException {
    try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = in.size();
      if (size < Long.BYTES)
        throw new BadFile(file, "is no safetensors file: it has " + size + " bytes");
      long length = read(in, Long.BYTES).getLong();
      if (length < 0 || length > LONGEST_HEADER || length > size - Long.BYTES)
        throw new BadFile(
            file,
            "is no safetensors file, or cut off: it claims a header of %s bytes and has %d in all"
                .formatted(Long.toUnsignedString(length), size));
      Header header = Header.parse(file, read(in, (int) length).array());
      header.check(file, size - Long.BYTES - length);
      var tensors = new LinkedHashMap<String, Tensor>();
      for (var e : header.inOrder())
        tensors.put(e.getKey(), tensor(file, e.getKey(), e.getValue(), in));
      return new SafeTensors(tensors, header.metadata());
    } catch (EOFException e) {
      throw new BadFile(file, "became shorter while it was read", e);
    }
  }

  private static Tensor tensor(Path file, String name, Header.Entry e, FileChannel in)
      throws IOException {
    ByteBuffer b = read(in, Math.toIntExact(e.end() - e.begin()));
    Array a = Array.zeros(new Type(e.dtype(), e.shape()));
    switch (e.dtype()) {
      case F64 -> b.asDoubleBuffer().get(a.f64());
      case F32 -> b.asFloatBuffer().get(a.f32());
      case I64 -> b.asLongBuffer().get(a.i64());
      case I32 -> b.asIntBuffer().get(a.i32());
      case BOOL -> {
        for (int i = 0; i < a.size(); i++) {
          byte x = b.get(i);
          if (x != 0 && x != 1)
            throw new BadFile(
                file, "is damaged: element %d of the BOOL tensor %s is %d".formatted(i, name, x));
          a.bool()[i] = x == 1;
        }
      }
    }
    return Tensor.of(a);
  }

  private static ByteBuffer read(FileChannel in, int n) throws IOException {
    ByteBuffer b = littleEndian(n);
    while (b.hasRemaining()) if (in.read(b) < 0) throw new EOFException();
    return b.flip();
  }

  // ---- both

  static int width(DType dtype) {
    return switch (dtype) {
      case F64, I64 -> 8;
      case F32, I32 -> 4;
      case BOOL -> 1;
    };
  }

  private static List<Integer> dims(Tensor t) {
    return Arrays.stream(t.shape().dims()).boxed().toList();
  }

  private static ByteBuffer littleEndian(int n) {
    return ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
  }
}
