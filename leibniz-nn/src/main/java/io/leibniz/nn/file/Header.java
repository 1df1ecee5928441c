package io.leibniz.nn.file;

import io.leibniz.ir.DType;
import io.leibniz.ir.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The header of a safetensors file: what each tensor is and where it lies, counted from the end of the header. */
record Header(Map<String, Entry> entries, Map<String, String> metadata) {
  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  /** A tensor's elements are the bytes from {@code begin} to {@code end}, excluded. */
  record Entry(DType dtype, List<Integer> dims, long begin, long end) {
    Shape shape() {
      return Shape.of(dims.stream().mapToInt(n -> n).toArray());
    }

    private String json() {
      return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
          .formatted(dtype.name(), dims.toString().replace(" ", ""), begin, end);
    }
  }

  List<Map.Entry<String, Entry>> inOrder() {
    return entries.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, Entry>>comparingLong(e -> e.getValue().begin)
                .thenComparingLong(e -> e.getValue().end))
        .toList();
  }

  /** Raises unless the tensors cover the {@code size} bytes that follow, each byte once. */
  void check(Path file, long size) throws BadFile {
    long at = 0;
    for (var e : inOrder()) {
      var t = e.getValue();
      if (t.begin != at || t.end < t.begin || t.end > size)
        throw new BadFile(
            file,
            "is damaged or cut off: the tensor %s is said to lie at bytes %d to %d, but the one before ends at %d and the file at %d"
                .formatted(e.getKey(), t.begin, t.end, at, size));
      long needs = SafeTensors.width(t.dtype);
      for (int n : t.dims) needs = product(needs, n);
      if (needs != t.end - t.begin || needs > Integer.MAX_VALUE - 8)
        throw new BadFile(
            file,
            "is damaged: the tensor %s of type %s%s cannot have %d bytes"
                .formatted(e.getKey(), t.dtype, t.dims, t.end - t.begin));
      at = t.end;
    }
    if (at != size)
      throw new BadFile(
          file, "goes on after its last tensor: %d bytes of %d".formatted(size - at, size));
  }

  /** Saturating, but 0 where a factor is. */
  private static long product(long a, int n) {
    return n != 0 && a > Long.MAX_VALUE / n ? Long.MAX_VALUE : a * n;
  }

  // ---- JSON

  byte[] bytes() throws CharacterCodingException {
    var members = new LinkedHashMap<String, String>();
    if (!metadata.isEmpty())
      members.put(
          METADATA,
          metadata.entrySet().stream()
              .map(e -> Json.quoted(e.getKey()) + ":" + Json.quoted(e.getValue()))
              .collect(Collectors.joining(",", "{", "}")));
    for (var e : entries.entrySet()) {
      if (e.getKey().equals(METADATA))
        throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
      members.put(e.getKey(), e.getValue().json());
    }
    String json =
        members.entrySet().stream()
            .map(e -> Json.quoted(e.getKey()) + ":" + e.getValue())
            .collect(Collectors.joining(",", "{", "}"));
    ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
    var out = new ByteArrayOutputStream();
    out.write(utf8.array(), 0, utf8.limit());
    while (out.size() % ALIGNMENT != 0) out.write(' ');
    return out.toByteArray();
  }

  static Header parse(Path file, byte[] bytes) throws BadFile {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return parse(new Json(text));
    } catch (CharacterCodingException e) {
      throw new BadFile(file, "is damaged: its header is not UTF-8", e);
    } catch (Json.Malformed e) {
      throw new BadFile(file, "is damaged: its header is wrong: " + e.getMessage(), e);
    }
  }

  private static Header parse(Json json) throws Json.Malformed {
    var entries = new LinkedHashMap<String, Entry>();
    var metadata = new LinkedHashMap<String, String>();
    json.object(
        name -> {
          if (name.equals(METADATA)) json.object(key -> metadata.put(key, json.string()));
          else entries.put(name, entry(json, name));
        });
    json.end();
    return new Header(entries, metadata);
  }

  private static Entry entry(Json json, String name) throws Json.Malformed {
    var fields = new LinkedHashMap<String, Object>();
    json.object(
        key ->
            fields.put(
                key,
                switch (key) {
                  case "dtype" -> dtype(json, name);
                  case "shape", "data_offsets" -> json.numbers();
                  case String other ->
                      throw json.malformed("the tensor " + name + " has an unknown " + other);
                }));
    if (fields.get("dtype") instanceof DType dtype
        && fields.get("shape") instanceof long[] shape
        && fields.get("data_offsets") instanceof long[] offsets) {
      if (offsets.length != 2)
        throw json.malformed("the tensor " + name + " has " + offsets.length + " offsets, not 2");
      for (long n : shape)
        if (n > Integer.MAX_VALUE)
          throw json.malformed("the tensor " + name + " has an axis of " + n + " places");
      var dims = Arrays.stream(shape).mapToObj(n -> (int) n).toList();
      return new Entry(dtype, dims, offsets[0], offsets[1]);
    }
    throw json.malformed("the tensor " + name + " needs a dtype, a shape and data_offsets");
  }

  private static DType dtype(Json json, String name) throws Json.Malformed {
    String dtype = json.string();
    for (DType d : DType.values()) if (d.name().equals(dtype)) return d;
    throw json.malformed(
        "the tensor %s is of dtype %s; only %s are read"
            .formatted(name, dtype, Arrays.toString(DType.values())));
  }
}
