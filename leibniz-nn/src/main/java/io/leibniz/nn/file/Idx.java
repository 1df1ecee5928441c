package io.leibniz.nn.file;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of unsigned bytes in LeCun's IDX format: 0, 0, the element type, the number of axes; each extent as a
 * big-endian 32-bit integer; then the elements in row-major order. Plain or gzipped.
 *
 * @param dims the extents
 * @param bytes the elements, each from 0 to 255, not copied
 * @param sha256 the hash of the unpacked file, in hexadecimal
 */
public record Idx(List<Integer> dims, byte[] bytes, String sha256) {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int LONGEST = Integer.MAX_VALUE - 8; // of a Java array

  public static Idx read(Path file) throws IOException {
    MessageDigest digest = digest();
    try (var in = new DigestInputStream(unpacked(file), digest)) {
      return read(file, in, digest);
    } catch (EOFException e) {
      throw new BadFile(file, "ends too early; its gzip stream is cut off", e);
    } catch (ZipException e) {
      throw new BadFile(file, "is damaged: its gzip stream is wrong (" + e.getMessage() + ")", e);
    }
  }

  private static Idx read(Path file, InputStream in, MessageDigest digest) throws IOException {
    ByteBuffer magic = exactly(file, in, 4, "its magic number");
    int zero = magic.getShort(), type = magic.get(), rank = magic.get() & 0xff;
    if (zero != 0 || rank == 0)
      throw new BadFile(
          file, "is not an IDX file: it starts with 0x%08x".formatted(magic.getInt(0)));
    if (type != UNSIGNED_BYTE)
      throw new BadFile(
          file,
          "holds elements of IDX type 0x%02x; only unsigned bytes (0x08) are read".formatted(type));
    ByteBuffer extents = exactly(file, in, 4 * rank, "its " + rank + " extents");
    var dims = new ArrayList<Integer>();
    long size = 1;
    for (int i = 0; i < rank; i++) {
      int n = extents.getInt();
      if (n < 0) throw new BadFile(file, "claims an extent of " + Integer.toUnsignedString(n));
      dims.add(n);
      size *= n; // below 2^62: checked after each
      if (size > LONGEST)
        throw new BadFile(file, "claims " + dims + " elements or more, which no array can hold");
    }
    byte[] data = in.readNBytes((int) size);
    if (data.length < size)
      throw new BadFile(file, "ends too early: " + data.length + " of " + size + " elements");
    if (in.read() >= 0) throw new BadFile(file, "goes on after its " + size + " elements");
    return new Idx(List.copyOf(dims), data, HexFormat.of().formatHex(digest.digest()));
  }

  private static ByteBuffer exactly(Path file, InputStream in, int n, String what)
      throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) throw new BadFile(file, "ends too early, within " + what);
    return ByteBuffer.wrap(bytes);
  }

  private static InputStream unpacked(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
